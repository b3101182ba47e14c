/* A row loses what a class holds in it. Which columns those are, what stands under it and what goes with it, is known from the
 * schema and from due.c; nothing here names a table. */
#include "dispose_row.h"

#include "clock.h"
#include "due_sql.h"
#include "log.h"
#include "place.h"
#include "retention_sql.h"
#include "str.h"

#include <string.h>

#define DEPTH_MOST 6

struct disposing {
    struct cx *cx;
    size_t life;
    struct disposed *done; /* NULL: only look */
    int64_t left;          /* looking: what is still there */
    enum table_id table;   /* the row under whose tombstone all this goes */
    int64_t row;
};

str dispose_coarser(struct arena *a, enum coarser how, str value)
{
    switch (how) {
    case COARSER_COUNTRY: /* "ES-CN" and "ES" */
        return str_sub(value, 0, value.n < 2 ? value.n : 2);
    case COARSER_AREA:
        return value.n > 4 ? postcode_area(S(""), value) : value;
    case COARSER_MONTH: /* "2026-11-23" */
        return str_fmt(a, "%.*s", STR_ARG(str_sub(value, 0, value.n < 7 ? value.n : 7)));
    case COARSER_EMPTY:
        break;
    }
    return (str){ 0 };
}

/* ---- one part of one row --------------------------------------------------------------------------------------- */

static st remember_key(struct disposing *d, const struct sealed *value)
{
    struct keys *k = &d->done->keys;
    int64_t id;
    TRY(gate_key_id(value, &id));
    for (size_t i = 0; i < k->n; i++)
        if (k->v[i] == id)
            return ST_OK;
    if (k->n == k->cap) {
        size_t cap = k->cap ? 2 * k->cap : 16;
        int64_t *v = NEWN(CX_ARENA(d->cx), int64_t, cap);
        if (!v)
            return ST_NO_MEMORY;
        for (size_t i = 0; i < k->n; i++)
            v[i] = k->v[i];
        k->v = v;
        k->cap = cap;
    }
    k->v[k->n++] = id;
    return ST_OK;
}

static str column_name(struct arena *a, enum column_id col)
{
    const struct column_info *c = &column_catalog[col];
    return str_fmt(a, "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name));
}

static str this_month(struct cx *cx)
{
    return str_sub(date_iso(CX_ARENA(cx), date_london(cx->gate.now)), 0, 7);
}

/* The key with which this month's codes of the class are made. */
static st hash_key_nt(struct cx *cx, size_t life, int64_t *key)
{
    struct statement_life l = statement_life(cx->gate.statement, life);
    struct retention_hash_key_row row;
    str month = this_month(cx);
    st s = retention_hash_key(CX_DB(cx), CX_ARENA(cx), &(struct retention_hash_key_in){ l.name, month }, &row);
    if (s == ST_OK)
        *key = row.key_id;
    if (s != ST_NOT_FOUND)
        return s;
    int year, m, day;
    date_split(date_london(cx->gate.now), &year, &m, &day);
    date next = date_add_months(date_of(year, m, 1), 1);
    TRY(vault_key_new(cx->gate.vault, key));
    return retention_hash_key_add(CX_DB(cx), &(struct retention_hash_key_add_in){ .class = l.name, .month = month, .key = *key,
        .destroy_on = date_add_days(next, statement_hash_key_days(cx->gate.statement, life)) }, NULL);
}

/* In place of the value its code: as long as the key lives, equal values can be told; then nothing can. */
static st hashed_nt(struct disposing *d, const struct access_row *row, const struct access_value *v)
{
    struct cx *cx = d->cx;
    struct statement_life l = statement_life(cx->gate.statement, d->life);
    int64_t key;
    str code;
    TRY(hash_key_nt(cx, d->life, &key));
    st s = gate_last_code(&cx->gate, v->col, row->uid, v->sealed, key, &code);
    if (s == ST_SEALED) /* its key is gone: there is nothing to make a code of */
        return ST_OK;
    TRY(s);
    return retention_hashed(CX_DB(cx), &(struct retention_hashed_in){ .row = { (const char *)row->uid.b, sizeof row->uid.b },
        .col = column_name(CX_ARENA(cx), v->col), .class = l.name, .month = this_month(cx), .code = code }, NULL);
}

static bool is_empty(const struct access_value *v)
{
    return v->absent || (!v->sealed && v->clear.n == 0);
}

/* Is there anything that has to go? What was made coarser before may stay; a code that was replaced is the row's own name. */
static bool still_there(struct disposing *d, const struct access_row *row, const struct access_value *v)
{
    if (is_empty(v))
        return false;
    if (column_catalog[v->col].kind == PD_BLIND)
        return v->clear.n != sizeof row->uid.b || memcmp(v->clear.p, row->uid.b, sizeof row->uid.b) != 0;
    str stays = dispose_coarser(CX_ARENA(d->cx), statement_coarser(d->cx->gate.statement, v->col), v->clear);
    return v->sealed || !str_eq(stays, v->clear);
}

static st origin_nt(struct disposing *d, const struct access_row *row, enum column_id col)
{
    struct retention_origin_forget_in in = { .row = { (const char *)row->uid.b, sizeof row->uid.b },
                                             .col = column_name(CX_ARENA(d->cx), col) };
    return retention_origin_forget(CX_DB(d->cx), &in, NULL);
}

static st origin_left(struct disposing *d, const struct access_row *row, enum column_id col)
{
    struct retention_origin_left_row n;
    TRY(retention_origin_left(CX_DB(d->cx), CX_ARENA(d->cx), &(struct retention_origin_left_in){
        .row = { (const char *)row->uid.b, sizeof row->uid.b }, .col = column_name(CX_ARENA(d->cx), col) }, &n));
    d->left += n.n;
    return ST_OK;
}

/* What goes with another row may have a tombstone of its own, which would find nothing any more: it is gone, too. */
static st went_along_nt(struct disposing *d, const struct access_row *row)
{
    return retention_went_along(CX_DB(d->cx), &(struct retention_went_along_in){
        .uid = { (const char *)row->uid.b, sizeof row->uid.b }, .class = statement_life(d->cx->gate.statement, d->life).name,
        .at = d->cx->gate.now }, NULL);
}

static st clear_part_nt(struct disposing *d, const struct dispose_part *p, const struct access_row *row)
{
    struct statement_life l = statement_life(d->cx->gate.statement, d->life);
    str *stays = NEWN(CX_ARENA(d->cx), str, row->n + 1);
    bool any = false;
    if (!stays)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < row->n; i++) {
        const struct access_value *v = &row->v[i];
        if (!is_empty(v) && !v->sealed && column_catalog[v->col].kind == PD_VALUE)
            stays[i] = dispose_coarser(CX_ARENA(d->cx), statement_coarser(d->cx->gate.statement, v->col), v->clear);
        if (still_there(d, row, v)) {
            d->done->values++;
            any = true;
        }
        if (v->sealed && !v->absent) {
            TRY(remember_key(d, v->sealed));
            if (l.disposal == DISPOSAL_KEYED_HASH)
                TRY(hashed_nt(d, row, v));
        }
        if (p->has_uid && statement_coarser(d->cx->gate.statement, v->col) == COARSER_EMPTY)
            TRY(origin_nt(d, row, v->col));
    }
    d->done->rows += any;
    if (any && p->has_uid && (p->table != d->table || row->id != d->row))
        TRY(went_along_nt(d, row));
    return any || p->goes ? dispose_clear(CX_DB(d->cx), CX_ARENA(d->cx), p, row->id, stays, NULL) : ST_OK;
}

static st look_part(struct disposing *d, const struct dispose_part *p, const struct access_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        d->left += still_there(d, row, &row->v[i]);
        if (p->has_uid && statement_coarser(d->cx->gate.statement, row->v[i].col) == COARSER_EMPTY)
            TRY(origin_left(d, row, row->v[i].col));
    }
    d->left += p->goes; /* the row itself */
    return ST_OK;
}

/* ---- a row, what is under it, what is beside it ---------------------------------------------------------------- */

static st whole_row(struct disposing *, enum table_id, int64_t row, int depth);

static st each_id(struct disposing *d, const struct stmt *list, enum table_id table, int64_t row, int depth)
{
    struct dispose_ids ids = { .more = true };
    int64_t after = 0;
    while (ids.more) {
        TRY(dispose_ids(CX_DB(d->cx), CX_ARENA(d->cx), list, row, after, &ids));
        for (size_t i = 0; i < ids.n; i++)
            TRY(whole_row(d, table, ids.v[i], depth + 1));
        after = ids.n ? ids.v[ids.n - 1] : after;
    }
    return ST_OK;
}

static st under(struct disposing *d, enum table_id table, int64_t row, int depth)
{
    const struct stmt *last = NULL;
    for (size_t i = 0; i < dispose_catalog_n; i++) {
        const struct dispose_part *p = &dispose_catalog[i];
        if (p->owner != table || !p->under || p->under == last || !due_in_class(d->cx->gate.statement, p, d->life))
            continue;
        last = p->under; /* several parts of one table have the same rows */
        TRY(each_id(d, p->under, p->table, row, depth));
    }
    return ST_OK;
}

static bool is_of(struct disposing *d, enum table_id of, str category, enum table_id table)
{
    size_t its;
    return of == table && due_class_of(d->cx->gate.statement, of, category, &its) && its == d->life;
}

static st also(struct disposing *d, enum table_id table, int64_t row)
{
    for (size_t i = 0; i < due_also_n; i++) {
        const struct due_also *w = &due_also[i];
        struct due_codes_left_row n = { 0 };
        int64_t changed = 0;
        if (!is_of(d, w->of, w->of_category, table))
            continue;
        if (d->done) {
            TRY(dispose_exec(CX_DB(d->cx), w->remove, row, &changed));
            continue;
        }
        TRY(BUG_UNLESS(w->left->n_cols == 1 && w->left->row_size == sizeof n));
        TRY(stmt_one(CX_DB(d->cx), CX_ARENA(d->cx), w->left, &row, &n));
        d->left += n.n;
    }
    return ST_OK;
}

static st beside(struct disposing *d, enum table_id table, int64_t row, int depth)
{
    for (size_t i = 0; i < due_with_n; i++) {
        const struct due_with *w = &due_with[i];
        if (is_of(d, w->of, w->of_category, table) && is_of(d, w->table, w->category, w->table))
            TRY(each_id(d, w->rows, w->table, row, depth));
    }
    return also(d, table, row);
}

static st own_parts(struct disposing *d, enum table_id table, int64_t row)
{
    for (size_t i = 0; i < dispose_catalog_n; i++) {
        const struct dispose_part *p = &dispose_catalog[i];
        struct access_row there;
        if (p->table != table || !due_in_class(d->cx->gate.statement, p, d->life))
            continue;
        st s = dispose_read(CX_DB(d->cx), CX_ARENA(d->cx), p, row, &there);
        if (s == ST_NOT_FOUND) /* the row has gone already */
            return ST_OK;
        TRY(s);
        TRY(d->done ? clear_part_nt(d, p, &there) : look_part(d, p, &there));
    }
    return ST_OK;
}

/* What depends on the row first: its own columns decide whether the rest is found. */
static st whole_row(struct disposing *d, enum table_id table, int64_t row, int depth)
{
    TRY(BUG_UNLESS(depth < DEPTH_MOST));
    TRY(under(d, table, row, depth));
    TRY(beside(d, table, row, depth));
    return own_parts(d, table, row);
}

st dispose_row_nt(struct cx *cx, size_t life, enum table_id table, int64_t row, struct disposed *out)
{
    struct disposing d = { .cx = cx, .life = life, .done = out, .table = table, .row = row };
    TRY(whole_row(&d, table, row, 0));
    struct statement_life l = statement_life(cx->gate.statement, life);
    if (l.disposal != DISPOSAL_AGGREGATE || out->rows == 0)
        return ST_OK;
    return retention_count(CX_DB(cx), &(struct retention_count_in){ .class = l.name, .place = table_catalog[table].name,
        .month = this_month(cx), .n = out->rows }, NULL);
}

st dispose_left(struct cx *cx, size_t life, enum table_id table, int64_t row, int64_t *left)
{
    struct disposing d = { .cx = cx, .life = life, .table = table, .row = row };
    TRY(whole_row(&d, table, row, 0));
    *left = d.left;
    return ST_OK;
}
