/* Client of the vault role. Calls block for one hop (about 15 µs) unless they say otherwise.
 *
 * ST_AWAY when the vault is restarting: the caller's whole command or request is retried, after the role was
 * given a new link (vault_rewire). ST_LIMIT when this caller has opened too many keys within a second. */
#ifndef AVOW_VAULT_H
#define AVOW_VAULT_H

#include "arena.h"
#include "messages.h"

struct vault;

#define VAULT_KEY 32
#define VAULT_BLIND 16
#define VAULT_OPEN_MS 30000 /* how long an opened key is kept: a destroyed one is unknown everywhere within this time */

/* A client for the role `mine` over the connected SOCK_SEQPACKET fd (its own from now on; -1: not wired yet).
 * Keeps about `cached` opened keys in locked memory, oldest out first, none longer than VAULT_OPEN_MS
 * (docs/adr/0015). NULL when there is no memory. */
struct vault *vault_client(struct arena *, enum role mine, int fd, size_t cached);

/* Who answers instead of the role, in a program that is alone with its data (avow trial fills a new system so). A new key
 * comes with its bytes. */
struct vault_within {
    void *at;
    st (*key_new)(void *at, int64_t *id, uint8_t key[VAULT_KEY]);
    st (*key_open)(void *at, int64_t id, uint8_t key[VAULT_KEY]);
    st (*keys_destroy)(void *at, const int64_t *ids, size_t n);
    st (*blind)(void *at, str domain, str value, uint8_t out[VAULT_BLIND]);
    st (*token_key)(void *at, uint8_t out[32]);
};
/* The same client over functions. `within` stays the caller's and must live as long. */
struct vault *vault_client_within(struct arena *, const struct vault_within *, size_t cached);
/* Forget opened keys and end the connection. The memory belongs to the arena. */
void vault_end(struct vault *);
/* Another connection, after the vault was restarted. Opened keys stay. */
NODISCARD st vault_rewire(struct vault *, int fd);
/* Is there a connection? Asks nobody. */
bool vault_wired(const struct vault *);
/* Forget opened keys, so that the next look at each asks the vault again. */
void vault_forget(struct vault *);
/* Wipe the keys whose time is over; roles call it every second, so that what nobody uses does not stay in memory. */
void vault_tick(struct vault *);
/* Keep opened keys that long instead (configuration vault.keep_seconds, and tests). */
void vault_keep_ms(struct vault *, int64_t);
/* The same from the configuration: 1 to 30 seconds, else ST_CONFIG, which is logged. */
NODISCARD st vault_keep_seconds(struct vault *, int64_t);

/* An unused data key, durable in the vault before this returns: *id goes into person_key. The vault hands them out by
 * the dozen; what a client has not used when it ends is never used. */
NODISCARD st vault_key_new(struct vault *, int64_t *id);
/* The data key with this id; borrowed until the next call. ST_SEALED when it was destroyed, ST_NOT_FOUND never made. */
NODISCARD st vault_key_open(struct vault *, int64_t id, const uint8_t **key);
/* Destroy a data key for good, durable before this returns; the writer only. Destroying twice is ST_OK. ST_NOT_FOUND when it
 * was never made. */
NODISCARD st vault_key_destroy(struct vault *, int64_t id);
/* The same for as many as there are, VAULT_DESTROY_MOST in each transaction of the vault: far cheaper than one by one. Those that
 * never were are told by ST_NOT_FOUND, when all the others are gone. */
#define VAULT_DESTROY_MOST 256
NODISCARD st vault_keys_destroy(struct vault *, const int64_t *ids, size_t n);
/* Keyed hash under the vault's key for `domain` ("account.email"). */
NODISCARD st vault_blind(struct vault *, str domain, str value, uint8_t out[VAULT_BLIND]);
/* What the vault says of its store and its backup; writer, courier and subcommands may ask. `recovery` is borrowed until the
 * next call. */
NODISCARD st vault_state(struct vault *, struct msg_vault_state *);
/* Sign a text (128 KiB) with the key that auditors know the public half of; courier and subcommands only. */
NODISCARD st vault_sign(struct vault *, str text, uint8_t signature[64], uint8_t public_half[32]);
/* The key with which session and one-time tokens are hashed at rest; asked once, then remembered. */
NODISCARD st vault_token_key(struct vault *, uint8_t out[32]);

#endif
