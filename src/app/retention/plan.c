/* What a run would do by a day: counted, and nothing touched. */
#include "retention.h"

#include "clock.h"
#include "due.h"
#include "privacy.h"
#include "retention_sql.h"
#include "disposing.h"
#include "str.h"

struct planning {
    struct due_asking asking;
    struct retention_planned *into;
    struct arena *keep;
};

static st held(const struct planning *p, const struct due_row *row, bool *is)
{
    struct retention_hold_on_rows holds = { 0 };
    TRY(retention_hold_on(p->asking.db, p->asking.arena, &(struct retention_hold_on_in){ .person = row->person,
        .row = { (const char *)row->uid.b, sizeof row->uid.b } }, &holds));
    *is = holds.n > 0;
    return ST_OK;
}

static st count(struct planning *p, const struct due_row *row)
{
    bool is_held;
    if (row->last_day.days >= p->asking.today.days)
        return ST_OK;
    TRY(held(p, row, &is_held));
    p->into->n += !is_held;
    p->into->held += is_held;
    if (p->into->first.days == DATE_NONE.days || row->last_day.days < p->into->first.days)
        p->into->first = row->last_day;
    return ST_OK;
}

static st one_rule(struct planning *p, const struct due_rule *r)
{
    struct due_rows rows = { .more = true };
    utc at = RUN_BEGINNING;
    int64_t after = 0;
    while (rows.more) {
        TRY(due_list(&p->asking, r, at, after, &rows));
        for (size_t i = 0; i < rows.n; i++)
            TRY(count(p, &rows.v[i]));
        if (rows.n > 0) {
            at = rows.v[rows.n - 1].at;
            after = rows.v[rows.n - 1].id;
        }
        bool more = rows.more;
        arena_reset(p->asking.arena);
        rows.more = more;
    }
    return ST_OK;
}

st retention_plan(struct db *db, struct arena *a, const struct statement *s, const struct config *c, date as_of,
                  struct retention_plan *out)
{
    struct arena *page = arena_new((size_t)16 << 20);
    *out = (struct retention_plan){ .v = NEWN(a, struct retention_planned, due_rules_n) };
    if (!page || !out->v) {
        if (page)
            arena_free(page);
        return ST_NO_MEMORY;
    }
    st how = ST_OK;
    for (size_t i = 0; i < due_rules_n && how == ST_OK; i++) {
        const struct due_rule *r = &due_rules[i];
        size_t life;
        if (!due_class_of(s, r->table, r->category, &life))
            continue;
        struct retention_planned *one = &out->v[out->n++];
        struct statement_life l = statement_life(s, life);
        *one = (struct retention_planned){ .class = l.name, .title = l.title, .then = l.then, .place = table_catalog[r->table].name,
                                           .after = trigger_info[r->after].name, .first = DATE_NONE };
        struct planning p = { .into = one, .keep = a, .asking = { db, page, s, privacy_year_end(c), as_of } };
        how = one_rule(&p, r);
    }
    arena_free(page);
    return how;
}

st retention_holds(struct db *db, struct arena *a, struct retention_holds *out)
{
    struct retention_holds_live_rows rows;
    TRY(retention_holds_live(db, a, &rows));
    out->v = NEWN(a, struct retention_hold_line, rows.n + 1);
    out->n = 0;
    if (!out->v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        out->v[out->n++] = (struct retention_hold_line){ rows.v[i].uid, str_z(a, rows.v[i].what), rows.v[i].review_on };
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}
