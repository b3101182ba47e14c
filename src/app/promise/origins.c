/* Where values came from: every one has an origin, and every origin is one the statement of its day allowed. */
#include "promise.h"

#include "access.h"
#include "look_sql.h"
#include "past.h"
#include "str.h"

/* ---- nothing is stored that came from nowhere -------------------------------------------------------------------- */

static st lacking(struct promise_look *l, const void *table, int64_t after, int64_t upto, struct promise_found *f)
{
    f->looked_at = upto - after;
    return access_lacking(l->gate.db, l->gate.arena, table, after, upto, f->id, PROMISE_FOUND_MOST, &f->n);
}

st promise_check_origins(struct promise_look *l)
{
    struct promise_found found = { .n = 0 };
    for (size_t i = 0; i < access_catalog_n; i++) {
        const char *name = str_z(l->gate.arena, table_catalog[access_catalog[i].table].name);
        struct promise_scan scan = { .table = name, .fn = lacking, .arg = &access_catalog[i], .step = 500 };
        if (!name)
            return ST_NO_MEMORY;
        TRY(access_newest(l->gate.db, l->gate.arena, &access_catalog[i], &scan.newest));
        TRY(promise_scan(l, &scan, &found));
    }
    promise_number(l, "tables", (int64_t)access_catalog_n);
    promise_number(l, "rows", found.looked_at);
    promise_number(l, "bad", (int64_t)found.n);
    promise_say(l, found.n == 0);
    return ST_OK;
}

/* ---- every origin is one that the statement of its day allowed --------------------------------------------------- */

static bool allowed(const struct past_version *v, str col, str point, str source)
{
    enum column_id c;
    enum point p;
    enum source s;
    if (!v->statement)
        return true; /* a version that this program does not understand judges nothing */
    return column_find(col, &c) && point_find(point, &p) && source_find(source, &s) &&
           statement_may_collect_from(v->statement, c, p, s);
}

static st undeclared(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_points_rows rows;
    TRY(look_points(l->gate.db, l->gate.arena, &(struct look_points_in){ .after = after, .upto = upto }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct look_points_row *r = &rows.v[i];
        const struct past_version *v;
        f->looked_at += r->n;
        TRY(past_get(l, r->statement_id, &v));
        if (allowed(v, r->col, r->point, r->source))
            continue;
        promise_evidence(l, "%.*s at %.*s from %.*s", STR_ARG(r->col), STR_ARG(r->point), STR_ARG(r->source));
        if (f->n < PROMISE_FOUND_MOST)
            f->id[f->n++] = r->person;
    }
    return ST_OK;
}

st promise_check_points(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    struct promise_scan scan = { .table = "person", .newest = newest.persons, .step = 200, .fn = undeclared };
    return promise_scan_only(l, &scan);
}
