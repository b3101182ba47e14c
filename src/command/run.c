#include "run.h"

#include "codec.h"
#include "command_sql.h"
#include "hash.h"
#include "out.h"
#include "str.h"

#include <string.h>

/* Does a status say that the database, and not the question, is at fault? */
static bool database_trouble(st rc)
{
    return rc == ST_IO || rc == ST_FULL || rc == ST_READ_ONLY;
}

/* What the question looks like, keyed: two equal questions are seen as equal, and nobody learns what was asked. */
static st input_code(struct cx *cx, const struct command_request *rq, str *code)
{
    uint8_t key[HASH_KEY];
    uint8_t *bytes = arena_alloc(CX_ARENA(cx), 32, 1);
    if (!bytes)
        return ST_NO_MEMORY;
    TRY(vault_token_key(cx->gate.vault, key));
    str what = str_empty(rq->input_code) ? rq->payload : rq->input_code;
    str text = str_fmt(CX_ARENA(cx), "%s|%lld|%.*s", command_defs[rq->cmd].name, (long long)rq->actor.person,
                       STR_ARG(hex_fmt(CX_ARENA(cx), what.p, what.n)));
    hash_keyed(key, text, bytes, 32);
    secret_wipe(key, sizeof key);
    *code = (str){ (const char *)bytes, 32 };
    return arena_failed(CX_ARENA(cx)) ? ST_NO_MEMORY : ST_OK;
}

static str idem_key(const struct command_request *rq)
{
    return (str){ (const char *)rq->idem.b, sizeof rq->idem.b };
}

/* The answer given to this key before: ST_NOT_FOUND when there is none. */
static st answered(struct cx *cx, const struct command_request *rq, str code, struct command_reply *reply)
{
    struct command_idem_get_row row;
    TRY(command_idem_get(CX_DB(cx), CX_ARENA(cx), &(struct command_idem_get_in){ .key = idem_key(rq) }, &row));
    if (!str_eq(row.command, str_c(command_defs[rq->cmd].name)) || !str_eq(row.input_code, code)) {
        reply->status = ST_CONFLICT;
        return ST_OK;
    }
    reply->status = (st)row.status;
    reply->payload = row.answer;
    return ST_OK;
}

/* The handler and the record of its answer, inside the savepoint. */
static st perform(struct cx *cx, const struct command_request *rq, str code, const void *in, struct command_reply *reply)
{
    void *out = arena_alloc(CX_ARENA(cx), command_defs[rq->cmd].out->size + 1, 1);
    if (!out)
        return ST_NO_MEMORY;
    TRY(command_handlers[rq->cmd](cx, in, out));
    struct out bytes;
    out_init(&bytes, CX_ARENA(cx), COMMAND_ANSWER_MAX);
    TRY(command_encode_out(&bytes, rq->cmd, out));
    TRY(out_st(&bytes));
    reply->payload = out_view(&bytes);
    if (uid_zero(rq->idem))
        return ST_OK;
    return command_idem_put(CX_DB(cx),
                            &(struct command_idem_put_in){
                                .key = idem_key(rq),
                                .command = str_c(command_defs[rq->cmd].name),
                                .input_code = code,
                                .answer = reply->payload,
                                .status = ST_OK,
                                .expires = { cx->gate.now.s + IDEM_SECONDS },
                            },
                            NULL);
}

/* Everything that can be said without a savepoint. ST_OK: go on and perform. */
static st admit(struct cx *cx, const struct command_request *rq, void **in)
{
    const struct command_def *def = &command_defs[rq->cmd];
    if (!(rq->actor.caps & def->who))
        return ST_DENIED;
    if (!def->repeatable && uid_zero(rq->idem))
        return ST_BAD_REQUEST;
    return command_decode_in(CX_ARENA(cx), rq->cmd, rq->payload, in);
}

st command_run_nt(struct cx *cx, const struct command_request *rq, struct command_reply *reply)
{
    *reply = (struct command_reply){ .field = S(""), .message = S(""), .payload = S("") };
    if ((unsigned)rq->cmd >= CMD_COUNT) {
        reply->status = ST_PEER;
        return ST_OK;
    }
    cx->actor = rq->actor;
    cx->field = cx->message = NULL;
    void *in;
    str code = S("");
    reply->status = admit(cx, rq, &in);
    if (reply->status != ST_OK)
        return ST_OK;
    if (!uid_zero(rq->idem)) {
        reply->status = input_code(cx, rq, &code);
        if (reply->status != ST_OK)
            return ST_OK;
        st before = answered(cx, rq, code, reply);
        if (before != ST_NOT_FOUND)
            return before;
    }
    TRY(db_savepoint(CX_DB(cx)));
    reply->status = perform(cx, rq, code, in, reply);
    /* Whatever it concluded without the memory it needed: what was missing may have looked empty, or unlike. */
    if (arena_failed(CX_ARENA(cx)))
        reply->status = ST_NO_MEMORY;
    reply->status = db_settle(CX_DB(cx), reply->status);
    if (reply->status == ST_OK)
        return ST_OK;
    reply->payload = S("");
    reply->field = str_c(cx->field);
    reply->message = str_c(cx->message);
    return database_trouble(reply->status) ? reply->status : ST_OK;
}

st command_alone_nt(struct cx *cx, struct actor who, enum command cmd, const void *in, void *out)
{
    const struct command_def *def = &command_defs[cmd];
    void *made = arena_alloc(CX_ARENA(cx), def->out->size + 1, 1);
    if (!made)
        return ST_NO_MEMORY;
    if (!(who.caps & def->who))
        return ST_DENIED;
    cx->actor = who;
    cx->field = cx->message = NULL;
    cx->gate.why[0] = '\0';
    TRY(db_savepoint(CX_DB(cx)));
    TRY(db_settle(CX_DB(cx), command_handlers[cmd](cx, in, made)));
    if (out)
        memcpy(out, made, def->out->size);
    return ST_OK;
}

st command_sweep_nt(struct cx *cx, int64_t *forgotten)
{
    return command_idem_sweep(CX_DB(cx), &(struct command_idem_sweep_in){ .now = cx->gate.now }, forgotten);
}
