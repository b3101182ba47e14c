/* What is due gets its tombstone, and nothing else happens to it yet. */
#include "disposing.h"

#include "clock.h"
#include "log.h"
#include "privacy.h"
#include "retention.h"
#include "retention_sql.h"
#include "rnd.h"
#include "str.h"

#define PAGES_MOST 4 /* of a list, in one command */

st run_open_nt(struct cx *cx, const char *kind, int64_t *run)
{
    struct retention_open_run_row open;
    st s = retention_open_run(CX_DB(cx), CX_ARENA(cx), &(struct retention_open_run_in){ str_c(kind) }, &open);
    if (s == ST_OK)
        *run = open.id;
    if (s != ST_NOT_FOUND)
        return s;
    struct retention_run_add_row row;
    TRY(retention_run_add(CX_DB(cx), CX_ARENA(cx), &(struct retention_run_add_in){ .uid = rnd_uid(), .kind = str_c(kind),
        .day = date_london(cx->gate.now), .statement = cx->gate.statement_id, .at = cx->gate.now }, &row));
    *run = row.id;
    return ST_OK;
}

bool run_held(struct cx *cx, int64_t person, uid row, st *problem)
{
    struct retention_hold_on_rows holds = { 0 };
    *problem = retention_hold_on(CX_DB(cx), CX_ARENA(cx), &(struct retention_hold_on_in){ .person = person,
        .row = { (const char *)row.b, sizeof row.b } }, &holds);
    return *problem != ST_OK || holds.n > 0;
}

st run_entomb_nt(struct cx *cx, const struct entomb *e, bool *made, bool *held)
{
    st problem;
    int64_t changed = 0;
    *made = false;
    *held = run_held(cx, e->person, e->uid, &problem);
    TRY(problem);
    if (*held)
        return ST_OK;
    TRY(retention_entomb(CX_DB(cx), &(struct retention_entomb_in){ .run = e->run,
        .class = statement_life(cx->gate.statement, e->life).name, .place = table_catalog[e->table].name, .row = e->row,
        .uid = { (const char *)e->uid.b, sizeof e->uid.b }, .reason = e->reason, .last_day = e->last_day, .at = cx->gate.now },
        &changed));
    *made = changed == 1;
    return ST_OK;
}

struct marking {
    struct cx *cx;
    struct due_asking asking;
    int64_t run;
    int64_t *n;
};

/* An account that was closed is needed again when something has come up since: a dispute, money that went back. */
static st is_needed(struct cx *cx, const struct due_rule *r, const struct due_row *row, bool *needed)
{
    struct retention_block b = { 0 };
    if (r->after == AFTER_ACCOUNT_CLOSED)
        TRY(retention_blocks(CX_DB(cx), CX_ARENA(cx), cx->gate.now, row->person, &b));
    *needed = b.word != NULL;
    return ST_OK;
}

static st mark_rows(struct marking *m, const struct due_rule *r, const struct due_rows *rows, struct run_cursor *c)
{
    size_t life;
    if (!due_class_of(m->cx->gate.statement, r->table, r->category, &life))
        return ST_OK;
    for (size_t i = 0; i < rows->n; i++) {
        const struct due_row *row = &rows->v[i];
        bool made, held, needed;
        c->at = row->at.s;
        c->after = row->id;
        if (row->last_day.days >= m->asking.today.days) /* another of its triggers came later */
            continue;
        TRY(is_needed(m->cx, r, row, &needed));
        if (needed)
            continue;
        if (!m->run)
            TRY(run_open_nt(m->cx, "due", &m->run));
        TRY(run_entomb_nt(m->cx, &(struct entomb){ .run = m->run, .life = life, .table = r->table, .row = row->id,
            .person = row->person, .uid = row->uid, .reason = row->reason, .last_day = row->last_day }, &made, &held));
        *m->n += made;
    }
    return ST_OK;
}

static void next_rule(struct run_cursor *c)
{
    *c = (struct run_cursor){ .rule = c->rule + 1, .at = RUN_BEGINNING.s };
}

st run_mark_nt(struct cx *cx, struct run_cursor *c, int64_t *n, bool *more)
{
    struct marking m = { .cx = cx, .n = n, .asking = { .db = CX_DB(cx), .arena = CX_ARENA(cx), .statement = cx->gate.statement,
        .year_end = privacy_year_end(cx->config), .today = date_london(cx->gate.now) } };
    if (c->rule == 0 && c->at == 0)
        c->at = RUN_BEGINNING.s;
    for (int page = 0; page < PAGES_MOST && (size_t)c->rule < due_rules_n && *n < DUE_PAGE; page++) {
        const struct due_rule *r = &due_rules[c->rule];
        struct due_rows rows;
        TRY(due_list(&m.asking, r, (utc){ c->at }, c->after, &rows));
        TRY(mark_rows(&m, r, &rows, c));
        if (!rows.more)
            next_rule(c);
    }
    *more = (size_t)c->rule < due_rules_n;
    return ST_OK;
}
