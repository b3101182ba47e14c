/* Running one command inside the group that is being committed. The writer calls this, and tests do. */
#ifndef AVOW_RUN_H
#define AVOW_RUN_H

#include "command.h"

#define COMMAND_ANSWER_MAX 65536 /* bytes of an encoded answer */
#define IDEM_SECONDS (30 * 24 * 3600)

struct command_request {
    enum command cmd;
    uid idem;         /* zero: none */
    struct actor actor;
    str payload;      /* encoded input */
    str input_code;   /* what the same question looks like, 32 bytes; empty: the payload's own */
};

struct command_reply {
    st status;
    str field, message; /* on ST_INVALID; empty otherwise */
    str payload;        /* encoded output when status is ST_OK */
};

/* Decode, look whether it was answered before, check who may, call the handler in a savepoint, keep the answer.
 * Needs: the open transaction of the group. cx->actor, field and message are set here.
 * ST_OK: reply holds the answer or refusal and the transaction can go on. Anything else (ST_IO, ST_FULL, ST_READ_ONLY): the
 * database is in trouble and the whole group must be rolled back. */
NODISCARD st command_run_nt(struct cx *, const struct command_request *, struct command_reply *);

/* The same for a caller that is alone with the database and asks each thing once (avow trial): nothing is encoded and no
 * answer is kept. Who may call is checked, and a refusal is undone. Needs a transaction; `out` may be NULL; cx->field,
 * cx->message and cx->gate.why tell of a refusal. */
NODISCARD st command_alone_nt(struct cx *, struct actor, enum command, const void *in, void *out);

/* Forget answers older than IDEM_SECONDS, 10,000 at most; how many. Needs a transaction. */
NODISCARD st command_sweep_nt(struct cx *, int64_t *forgotten);

#endif
