/* The certificate of a run: numbers, classes, grounds, times, and the fingerprint of its tombstones, which the event log chains. */
#include "disposing.h"

#include "codec.h"
#include "hash.h"
#include "retention_sql.h"
#include "str.h"

#include <string.h>

#define HASH 32

struct counted {
    int64_t entries, keys, failed;
    uint8_t hash[HASH];
};

/* Each entry with the fingerprint of those before it. */
static st add(struct arena *a, struct counted *c, const struct retention_run_entries_row *e)
{
    str before = hex_fmt(a, c->hash, HASH), row = hex_fmt(a, e->row_uid.p, e->row_uid.n);
    long long key = e->has_key_id ? (long long)e->key_id : 0LL;
    str line = str_fmt(a, "%.*s|%lld|%.*s|%.*s|%.*s|%lld|%.*s|%lld|%.*s|%lld", STR_ARG(before), (long long)e->id, STR_ARG(e->class),
                       STR_ARG(e->place), STR_ARG(row), key, STR_ARG(e->reason), (long long)e->last_day.days, STR_ARG(e->state),
                       (long long)e->n_values);
    if (arena_failed(a))
        return ST_NO_MEMORY;
    hash_plain(line, c->hash);
    c->entries += !e->has_key_id;
    c->keys += e->has_key_id;
    c->failed += str_eq(e->state, S("failed"));
    return ST_OK;
}

static st count(struct cx *cx, int64_t run, struct counted *c)
{
    struct retention_run_entries_rows rows = { .more = true };
    struct retention_run_entries_in in = { .run = run };
    while (rows.more) {
        TRY(retention_run_entries(CX_DB(cx), CX_ARENA(cx), &in, &rows));
        for (size_t i = 0; i < rows.n; i++)
            TRY(add(CX_ARENA(cx), c, &rows.v[i]));
        in.after = rows.n ? rows.v[rows.n - 1].id : in.after;
    }
    return ST_OK;
}

static st finish_one(struct cx *cx, int64_t run, int64_t *n)
{
    struct retention_run_waits_row waits;
    struct counted c = { 0 };
    TRY(retention_run_waits(CX_DB(cx), CX_ARENA(cx), &(struct retention_run_waits_in){ .run = run }, &waits));
    if (waits.n > 0)
        return ST_OK;
    bool finished;
    TRY(run_erasure_finish_nt(cx, run, &finished));
    if (!finished)
        return ST_OK;
    TRY(count(cx, run, &c));
    TRY(retention_run_finish(CX_DB(cx), &(struct retention_run_finish_in){ .id = run, .at = cx->gate.now, .entries = c.entries,
        .keys = c.keys, .failed = c.failed, .hash = { (const char *)c.hash, HASH } }, NULL));
    ++*n;
    db_forget_log(CX_DB(cx));
    str detail = str_fmt(CX_ARENA(cx), "entries=%lld keys=%lld failed=%lld hash=%.*s", (long long)c.entries, (long long)c.keys,
                         (long long)c.failed, STR_ARG(hex_fmt(CX_ARENA(cx), c.hash, HASH)));
    return cx_event_nt(cx, EVENT_RETENTION_DISPOSED, "disposal", run, detail);
}

st run_finish_nt(struct cx *cx, int64_t *n)
{
    struct retention_runs_open_rows runs;
    TRY(retention_runs_open(CX_DB(cx), CX_ARENA(cx), &runs));
    for (size_t i = 0; i < runs.n; i++)
        TRY(finish_one(cx, runs.v[i].id, n));
    return ST_OK;
}
