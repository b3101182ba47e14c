/* Is a key still needed? Asked of the rows themselves: whatever is sealed says under which key. */
#include "disposing.h"

#include "clock.h"
#include "retention_sql.h"
#include "str.h"

#define PAGES_A_DAY 50 /* of a hundred keys, looked at each day in turn */
#define DAY_NAME S("retention.keys_day")
#define FROM_NAME S("retention.keys_from")
#define ROWS_MOST 4000 /* looked through in one command; more is left for the next time */

struct looking {
    struct cx *cx;
    int64_t person, key;
    size_t life;
    size_t rows;
    bool used, sure;
};

static bool holds(struct looking *l, enum table_id table)
{
    size_t its;
    for (size_t i = 0; i < column_catalog_n; i++)
        if (column_catalog[i].table_no == table && column_catalog[i].sealed &&
            statement_life_of(l->cx->gate.statement, (enum column_id)i, &its) && its == l->life)
            return true;
    return false;
}

static st look_row(struct looking *l, const struct access_row *row)
{
    for (size_t i = 0; i < row->n && !l->used; i++) {
        int64_t id;
        if (row->v[i].absent || !row->v[i].sealed)
            continue;
        TRY(gate_key_id(row->v[i].sealed, &id));
        l->used = id == l->key;
    }
    return ST_OK;
}

static st look_table(struct looking *l, const struct access_table *t)
{
    struct access_page page = { .more = true };
    int64_t after = 0;
    while (page.more && !l->used && l->sure) {
        TRY(access_read(CX_DB(l->cx), CX_ARENA(l->cx), t, l->person, after, &page));
        for (size_t i = 0; i < page.n && !l->used; i++)
            TRY(look_row(l, &page.v[i]));
        after = page.n ? page.v[page.n - 1].id : after;
        l->rows += page.n;
        l->sure = l->rows < ROWS_MOST;
    }
    return ST_OK;
}

st dispose_key_used(struct cx *cx, int64_t person, size_t life, int64_t key, bool *used, bool *sure)
{
    struct looking l = { .cx = cx, .person = person, .key = key, .life = life, .sure = true };
    for (size_t i = 0; i < access_catalog_n && !l.used && l.sure; i++)
        if (holds(&l, access_catalog[i].table))
            TRY(look_table(&l, &access_catalog[i]));
    *used = l.used;
    *sure = l.sure;
    return ST_OK;
}

/* ---- keys that nobody needs ------------------------------------------------------------------------------------ */

static st setting(struct cx *cx, str name, str *value)
{
    struct retention_setting_row row = { S("") };
    st s = retention_setting(CX_DB(cx), CX_ARENA(cx), &(struct retention_setting_in){ name }, &row);
    *value = row.value;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

/* "12|security@2026-11": the one that was looked at last. */
static void from_where(str text, struct retention_keys_from_in *in)
{
    size_t bar = str_index(text, '|');
    *in = (struct retention_keys_from_in){ .class = S("") };
    if (bar < text.n && i64_parse(str_sub(text, 0, bar), 0, INT64_MAX, &in->person) == ST_OK)
        in->class = str_sub(text, bar + 1, text.n);
}

static st one_key(struct cx *cx, const struct retention_keys_from_row *k, int64_t *run, int64_t *n)
{
    size_t life;
    bool closed, used, sure, held;
    st problem;
    str class = str_sub(k->class, 0, str_index(k->class, '@'));
    TRY(run_key_closed(cx, k->person_id, k->class, &closed));
    if (!closed || !statement_life_named(cx->gate.statement, class, &life))
        return ST_OK;
    held = run_held(cx, k->person_id, (uid){ { 0 } }, &problem);
    TRY(problem);
    TRY(dispose_key_used(cx, k->person_id, life, k->key_id, &used, &sure));
    if (held || used || !sure)
        return ST_OK;
    if (!*run)
        TRY(run_open_nt(cx, "due", run));
    int64_t made = 0;
    TRY(retention_entomb_key(CX_DB(cx), &(struct retention_entomb_key_in){ .run = *run, .class = class, .key = k->key_id,
        .reason = S("unused"), .last_day = date_add_days(date_london(cx->gate.now), -1), .at = cx->gate.now, .none = S("") },
        &made));
    *n += made;
    return ST_OK;
}

/* The cursor's `at` counts the pages of today. */
st run_keys_nt(struct cx *cx, struct run_cursor *c, int64_t *n, bool *more)
{
    struct retention_keys_from_in in;
    struct retention_keys_from_rows rows;
    str day, from, today = date_iso(CX_ARENA(cx), date_london(cx->gate.now));
    int64_t run = 0;
    TRY(setting(cx, DAY_NAME, &day));
    TRY(setting(cx, FROM_NAME, &from));
    *more = false;
    if (c->at == 0 && str_eq(day, today))
        return ST_OK;
    from_where(from, &in);
    TRY(retention_keys_from(CX_DB(cx), CX_ARENA(cx), &in, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(one_key(cx, &rows.v[i], &run, n));
    const struct retention_keys_from_row *last = rows.more ? &rows.v[rows.n - 1] : NULL; /* at the end it begins anew */
    str now = last ? str_fmt(CX_ARENA(cx), "%lld|%.*s", (long long)last->person_id, STR_ARG(last->class)) : S("");
    TRY(retention_setting_put(CX_DB(cx), &(struct retention_setting_put_in){ FROM_NAME, now }, NULL));
    TRY(retention_setting_put(CX_DB(cx), &(struct retention_setting_put_in){ DAY_NAME, today }, NULL));
    *more = rows.more && ++c->at < PAGES_A_DAY;
    return ST_OK;
}
