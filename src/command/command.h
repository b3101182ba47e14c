/* Commands: the only way anything is written.
 *
 * A command is a named, typed, authorised operation (registry/commands.reg). The writer decodes it, looks
 * up its idempotency key, opens a savepoint, and calls the function `cmd_<feature>_<verb>` that the
 * feature defines; the group it belongs to is committed once, and only then is anybody answered.
 *
 *   st cmd_order_place(struct cx *, const struct order_place_in *, struct order_place_out *);
 *
 * Idempotency: the same key with the same input gives the stored answer; with other input ST_CONFLICT.
 * Transaction: handlers run inside the savepoint and never commit. Any status but ST_OK rolls it back.
 * Handlers never reach the network: effects go through job_add_nt (an outbox row in the same transaction). */
#ifndef AVOW_COMMAND_H
#define AVOW_COMMAND_H

#include "commands.h" /* struct <command>_in / _out, enum command; generated from registry/commands.reg */
#include "gate.h"
#include "vault.h"
#include "events.h" /* enum event, generated from registry/events.reg */

/* Who asks. Set by the process that took the request, checked by every command. */
enum actor_kind { ACTOR_VISITOR, ACTOR_CUSTOMER, ACTOR_STAFF, ACTOR_SYSTEM };
struct actor {
    enum actor_kind kind;
    int64_t person;  /* person.id; 0 for the system */
    int64_t session; /* session.id or 0 */
    uint64_t caps;   /* bit set of CAP_… */
};

const char *actor_word(enum actor_kind); /* "customer" */

/* The end of the event log, remembered by the one who writes it: valid while nothing was rolled back since. */
struct cx_chain {
    bool known;
    uint64_t rollbacks; /* db_rollbacks() when it was */
    uint8_t hash[32];
};

/* The context of one command in the writer. */
struct cx {
    struct gate gate;      /* gate.db, gate.arena and gate.now are the command's too */
    struct actor actor;
    const struct config *config;
    struct cx_chain *chain; /* kept from command to command; NULL: the log's end is read each time */
    bool idle;             /* nothing is queued: a trial is filled with what has happened, and nobody is to be told of it */
    const char *field;     /* on ST_INVALID: the input field that was wrong (form field name) */
    const char *message;   /* and the message key that says why; NULL: the status's own text */
};
#define CX_DB(cx) ((cx)->gate.db)
#define CX_ARENA(cx) ((cx)->gate.arena)

/* Say which field was wrong, and why, as a message key: return cx_invalid(cx, "postcode", "err.postcode"). */
NODISCARD st cx_invalid(struct cx *, const char *field, const char *message);
/* Record what happened, in the same transaction. `detail` is written by code only: no personal data. */
NODISCARD st cx_event_nt(struct cx *, enum event, const char *object_kind, int64_t object_id, str detail);
/* The hash that a row of the event log carries: over the hash of the row before (empty for the first) and every column. */
struct event_row {
    utc at;
    str event, actor_kind, object_kind, detail;
    int64_t actor, object; /* 0: none */
};
NODISCARD st event_hash(struct arena *, str before, const struct event_row *, uint8_t hash[32]);
/* Queue work for the courier in the same transaction. `key` makes it happen once: a second add with the
 * same key is a no-op. Parameters are ids and registry words only. */
NODISCARD st cx_job_nt(struct cx *, str kind, str key, int64_t person, int64_t object_id, utc not_before);

/* Client side, for app and courier. */
struct command_call {
    enum command cmd;
    uid idem;              /* zero: no idempotency (only for commands marked `repeatable`) */
    struct actor actor;
    const void *in;        /* struct <command>_in */
    str input_code;        /* 32 bytes: keyed code of the form as it was sent, so that the same form is known again although a
                            * password in it was hashed anew; empty: the encoded input itself */
};
/* Encoded by the generated command_encode(); see commands.h for command_decode_in/_out. */

#endif
