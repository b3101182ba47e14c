/* Putting a statement into force: what has changed is said in plain words and kept with it. */
#include "publish.h"

#include "log.h"
#include "out.h"
#include "shared.h"
#include "shared_sql.h"

#define CHANGES_MOST 16384

/* What changes for people. A version that this program cannot read any more is said to be replaced, no more. */
static st changes_since(struct cx *cx, const struct shared_statement_last_row *before, struct out *o)
{
    struct findings f;
    findings_init(&f, CX_ARENA(cx));
    const struct statement *old;
    struct statement_changes changes = { 0 };
    struct statement_text text = { .rules = before->rules, .prose = before->prose };
    if (statement_compile(CX_ARENA(cx), text, &f, &old) != ST_OK) {
        out_str(o, S("This version replaces one of an earlier program.\n"));
        return ST_OK;
    }
    TRY(statement_diff(CX_ARENA(cx), old, cx->gate.statement, &changes));
    for (size_t i = 0; i < changes.n; i++) {
        if (changes.v[i].program || o->n + changes.v[i].text.n + 2 > CHANGES_MOST)
            continue;
        out_str(o, changes.v[i].text);
        out_byte(o, '\n');
    }
    return ST_OK;
}

static st publish_nt(struct cx *cx, str changes)
{
    struct statement_text text = statement_source_text(cx->gate.statement);
    struct statement_publish_in in = {
        .hash = { (const char *)statement_hash(cx->gate.statement), STATEMENT_HASH },
        .prose = text.prose,
        .rules = text.rules,
        .changes = changes,
    };
    struct out payload;
    out_init(&payload, CX_ARENA(cx), (size_t)192 * 1024);
    TRY(command_encode_in(&payload, CMD_STATEMENT_PUBLISH, &in));
    struct command_request request = { .cmd = CMD_STATEMENT_PUBLISH, .payload = out_view(&payload),
        .actor = { .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM } };
    struct command_reply reply;
    TRY(command_run_nt(cx, &request, &reply));
    TRY(reply.status);
    void *out;
    TRY(command_decode_out(CX_ARENA(cx), CMD_STATEMENT_PUBLISH, reply.payload, &out));
    cx->gate.statement_id = ((const struct statement_publish_out *)out)->id;
    return ST_OK;
}

st publish_statement(struct cx *cx)
{
    if (shared_statement_id(CX_DB(cx), CX_ARENA(cx), cx->gate.statement, &cx->gate.statement_id) == ST_OK)
        return ST_OK;
    struct out changes;
    out_init(&changes, CX_ARENA(cx), CHANGES_MOST);
    struct shared_statement_last_row before;
    st s = shared_statement_last(CX_DB(cx), CX_ARENA(cx), &before);
    if (s == ST_OK)
        TRY(changes_since(cx, &before, &changes));
    else if (s != ST_NOT_FOUND)
        return s;
    TRY(out_st(&changes));
    TRY(db_begin(CX_DB(cx)));
    s = publish_nt(cx, out_view(&changes));
    if (s != ST_OK) {
        db_rollback(CX_DB(cx));
        return s;
    }
    TRY(db_commit(CX_DB(cx)));
    log_event(LOG_INFO, "statement-published", "id=%lld", (long long)cx->gate.statement_id);
    return ST_OK;
}
