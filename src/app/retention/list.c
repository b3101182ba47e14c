/* Rows as a rule's statement gives them, read by the statement's own description. */
#include "due.h"

#include "clock.h"
#include "log.h"
#include "str.h"

#include <string.h>

#define GET(row, f, var) memcpy(&(var), (const char *)(row) + (f)->offset, sizeof(var))

/* The days on which a row's triggers came, and where the list goes on. */
static void take(const struct stmt_field *f, const void *row, struct due_row *out, date moments[AFTER_COUNT])
{
    utc t = UTC_NONE;
    date d = DATE_NONE;
    if (f->type == STMT_TIME) {
        GET(row, f, t);
        d = t.s == UTC_NONE.s ? DATE_NONE : date_london(t);
    } else if (f->type == STMT_DATE) {
        GET(row, f, d);
        t = d.days == DATE_NONE.days ? UTC_NONE : utc_start_of_day_london(d);
    } else {
        return;
    }
    if (str_eq(f->name, S("at"))) {
        out->at = t;
        return;
    }
    str name = f->name.n > 3 && str_eq(str_sub(f->name, f->name.n - 3, f->name.n), S("_on")) ? str_sub(f->name, 0, f->name.n - 3)
                                                                                            : f->name;
    for (int i = 0; i < AFTER_COUNT; i++)
        if (str_eq(name, str_c(trigger_info[i].name)) && d.days != DATE_NONE.days &&
            (moments[i].days == DATE_NONE.days || moments[i].days < d.days))
            moments[i] = d;
}

static st row_of(const struct due_asking *q, const struct due_rule *r, size_t life, const void *row, struct due_row *out)
{
    date moments[AFTER_COUNT];
    size_t end = 0;
    str name;
    for (int i = 0; i < AFTER_COUNT; i++)
        moments[i] = DATE_NONE;
    *out = (struct due_row){ 0 };
    for (size_t i = 0; i < r->list->n_cols; i++) {
        const struct stmt_field *f = &r->list->cols[i];
        if (str_eq(f->name, S("id")))
            GET(row, f, out->id);
        else if (str_eq(f->name, S("person_id")))
            GET(row, f, out->person);
        else if (str_eq(f->name, S("uid")))
            GET(row, f, out->uid);
        else
            take(f, row, out, moments);
    }
    out->last_day = statement_last_day(q->statement, life, moments, q->year_end, &end);
    TRY(BUG_UNLESS(out->id > 0 && out->person > 0 && out->at.s != UTC_NONE.s && out->last_day.days != DATE_NONE.days));
    (void)statement_life_end(q->statement, life, end, &name);
    out->reason = str_fmt(q->arena, "%.*s.%.*s", STR_ARG(statement_life(q->statement, life).name), STR_ARG(name));
    return arena_failed(q->arena) ? ST_NO_MEMORY : ST_OK;
}

static bool gives(const struct stmt *s, enum trigger t)
{
    str name = str_c(trigger_info[t].name);
    for (size_t i = 0; i < s->n_cols; i++)
        if (str_starts(s->cols[i].name, name) && (s->cols[i].name.n == name.n || s->cols[i].name.n == name.n + 3))
            return true;
    return false;
}

/* The newest day on which the rule's trigger may have come for something to be due. When the class has no such end (an operator
 * took it out), the other triggers that the list gives decide. */
static date newest(const struct due_asking *q, size_t life, const struct due_rule *r)
{
    date own = DATE_NONE, other = DATE_NONE;
    bool has_own = false;
    for (size_t e = 0; e < statement_life(q->statement, life).n_ends; e++) {
        str name;
        enum trigger after = statement_life_end(q->statement, life, e, &name);
        date d = statement_due_before(q->statement, life, e, q->today, q->year_end);
        date *best = after == r->after ? &own : &other;
        has_own = has_own || after == r->after;
        if (gives(r->list, after) && d.days != DATE_NONE.days && (best->days == DATE_NONE.days || d.days > best->days))
            *best = d;
    }
    return has_own ? own : other;
}

/* The statement's first two parameters are both times, or both dates. */
static st ask(const struct due_asking *q, const struct stmt *s, date upto, utc after_at, int64_t after, struct stmt_rows *rows)
{
    date before = date_add_days(upto, 1);
    if (s->params[0].type == STMT_DATE) {
        struct {
            date before, after_at;
            int64_t after;
        } in = { before, date_london(after_at), after };
        TRY(BUG_UNLESS(s->params[1].offset == sizeof(date) && s->params[2].offset == (size_t)((char *)&in.after - (char *)&in)));
        return stmt_many(q->db, q->arena, s, &in, rows);
    }
    struct {
        utc before, after_at;
        int64_t after;
    } in = { utc_start_of_day_london(before), after_at, after };
    return stmt_many(q->db, q->arena, s, &in, rows);
}

st due_list(const struct due_asking *q, const struct due_rule *r, utc after_at, int64_t after, struct due_rows *out)
{
    size_t life;
    struct stmt_rows rows;
    *out = (struct due_rows){ 0 };
    if (!due_class_of(q->statement, r->table, r->category, &life))
        return ST_OK;
    date upto = newest(q, life, r);
    if (upto.days == DATE_NONE.days)
        return ST_OK;
    TRY(ask(q, r->list, upto, after_at, after, &rows));
    out->v = NEWN(q->arena, struct due_row, rows.n + 1);
    if (!out->v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_of(q, r, life, (const char *)rows.v + i * r->list->row_size, &out->v[i]));
    out->n = rows.n;
    out->more = rows.more;
    return ST_OK;
}
