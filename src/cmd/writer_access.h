/* Subcommands that write: through the running system's writer when there is one, else through a private one. */
#ifndef AVOW_WRITER_ACCESS_H
#define AVOW_WRITER_ACCESS_H

#include "data.h"
#include "writer_client.h"

struct writer_access;

/* Connect to DATA/run/writer.sock; when nobody listens there, start a vault and a writer of our own (they hold the same
 * lock as a running system) and connect to those. What is wrong is told on standard error. */
NODISCARD st writer_access_open(const struct data_place *, struct writer_access **);
/* End the connection, and the private writer; its exit is the status. */
NODISCARD st writer_access_close(struct writer_access *);

/* As the program itself (CAP_SYSTEM). `idem` zero for repeatable commands only. */
NODISCARD st writer_access_call(struct writer_access *, struct arena *, enum command, uid idem, const void *in, void *out,
    struct writer_refusal *why);
/* A new connection, when the last call said ST_AWAY because the writer was being started again. ST_AWAY: it still is. */
NODISCARD st writer_access_again(struct writer_access *);
/* Hash a password in the vault's pool; `encoded` in the arena. */
NODISCARD st writer_access_hash(struct writer_access *, struct arena *, str password, str *encoded);
/* Ask the vault something that it answers with its state (messages vault.ask, .rotate, .recovery, .backup). ST_AWAY while it is
 * being started again. */
NODISCARD st writer_access_vault(struct writer_access *, struct arena *, enum message, const void *msg, struct msg_vault_state *);

/* Sign a text in the vault; its public half comes with the signature. */
NODISCARD st writer_access_sign(struct writer_access *, str text, uint8_t signature[64], uint8_t public_half[32]);

#endif
