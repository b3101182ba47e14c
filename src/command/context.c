/* What a command may do besides its own rows: refuse, record, queue. */
#include "codec.h"
#include "command.h"
#include "command_sql.h"
#include "hash.h"
#include "out.h"
#include "rnd.h"
#include "str.h"

#include <string.h>

#define EVENT_TEXT_MAX 4096

st cx_invalid(struct cx *cx, const char *field, const char *message)
{
    cx->field = field;
    cx->message = message;
    return ST_INVALID;
}

const char *actor_word(enum actor_kind kind)
{
    static const char *const words[] = {
        [ACTOR_VISITOR] = "visitor", [ACTOR_CUSTOMER] = "customer", [ACTOR_STAFF] = "staff", [ACTOR_SYSTEM] = "system",
    };
    return words[kind];
}

/* The hash of a row covers the hash before it and every column, each with its length, so that nothing can move. */
st event_hash(struct arena *a, str before, const struct event_row *row, uint8_t hash[32])
{
    struct out o;
    out_init(&o, a, EVENT_TEXT_MAX);
    out_str(&o, before);
    out_fmt(&o, "|%lld|%lld|%lld", (long long)row->at.s, (long long)row->actor, (long long)row->object);
    const str parts[] = { row->event, row->actor_kind, row->object_kind, row->detail };
    for (size_t i = 0; i < COUNT(parts); i++) {
        out_fmt(&o, "|%zu:", parts[i].n);
        out_str(&o, parts[i]);
    }
    TRY(out_st(&o));
    hash_plain(out_view(&o), hash);
    return ST_OK;
}

/* The hash that the next row goes on from; empty when there is no row. */
static st chain_end(struct cx *cx, str *hash)
{
    const struct cx_chain *c = cx->chain;
    if (c && c->known && c->rollbacks == db_rollbacks(CX_DB(cx))) {
        *hash = (str){ (const char *)c->hash, sizeof c->hash };
        return ST_OK;
    }
    struct command_event_last_row last = { .hash = S("") };
    st rc = command_event_last(CX_DB(cx), CX_ARENA(cx), &last);
    *hash = last.hash;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static void chain_went_on(struct cx *cx, const uint8_t hash[32])
{
    if (!cx->chain)
        return;
    *cx->chain = (struct cx_chain){ .known = true, .rollbacks = db_rollbacks(CX_DB(cx)) };
    memcpy(cx->chain->hash, hash, sizeof cx->chain->hash);
}

st cx_event_nt(struct cx *cx, enum event event, const char *object_kind, int64_t object_id, str detail)
{
    str before;
    uint8_t hash[32];
    TRY(chain_end(cx, &before));
    struct command_event_add_in row = {
        .at = cx->gate.now,
        .event = str_c(event_info[event].name),
        .actor_kind = str_c(actor_word(cx->actor.kind)),
        .has_actor = cx->actor.person != 0,
        .actor = cx->actor.person,
        .object_kind = str_c(object_kind),
        .has_object = object_id != 0,
        .object = object_id,
        .detail = detail,
    };
    TRY(event_hash(CX_ARENA(cx), before, &(struct event_row){ .at = row.at, .event = row.event, .actor_kind = row.actor_kind,
        .object_kind = row.object_kind, .detail = row.detail, .actor = row.actor, .object = row.object }, hash));
    row.hash = (str){ (const char *)hash, sizeof hash };
    TRY(command_event_add(CX_DB(cx), &row, NULL));
    chain_went_on(cx, hash);
    return ST_OK;
}

st cx_job_nt(struct cx *cx, str kind, str key, int64_t person, int64_t object_id, utc not_before)
{
    if (cx->idle)
        return ST_OK;
    return command_job_add(CX_DB(cx),
                           &(struct command_job_add_in){
                               .uid = rnd_uid(),
                               .kind = kind,
                               .job_key = key,
                               .has_person = person != 0,
                               .person = person,
                               .object = object_id,
                               .next_at = not_before,
                               .now = cx->gate.now,
                           },
                           NULL);
}
