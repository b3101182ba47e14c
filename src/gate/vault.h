/* Client of the vault role. Calls block for one hop (about 15 µs) unless they say otherwise.
 * ST_AWAY when the vault is restarting: the caller's whole command or request is retried. */
#ifndef AVOW_VAULT_H
#define AVOW_VAULT_H

#include "arena.h"

struct vault;

#define VAULT_KEY 32
#define VAULT_BLIND 16

/* A client over the connected SOCK_SEQPACKET fd; keeps up to `cached` opened keys, oldest out first. */
struct vault *vault_client(struct arena *, int fd, size_t cached);
/* An unused data key, durable in the vault before this returns: *id goes into person_key. */
NODISCARD st vault_key_new(struct vault *, int64_t *id);
/* The data key with this id; borrowed until the next call. ST_SEALED when it was destroyed. */
NODISCARD st vault_key_open(struct vault *, int64_t id, const uint8_t **key);
/* Keyed hash under the vault's key for `domain` ("account.email"). */
NODISCARD st vault_blind(struct vault *, str domain, str value, uint8_t out[VAULT_BLIND]);
/* The key with which session and one-time tokens are hashed at rest; asked once at start. */
NODISCARD st vault_token_key(struct vault *, uint8_t out[32]);

#endif
