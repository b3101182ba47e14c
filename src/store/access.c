/* Rows of any access statement as values: the descriptor says what each member is. */
#include "access.h"

#include <string.h>

#include "access_sql.h"
#include "clock.h"
#include "log.h"
#include "str.h"

#define GET(row, f, var) memcpy(&(var), (const char *)(row) + (f)->offset, sizeof(var))

static st clear_number(struct arena *a, const struct stmt_field *f, const void *row, struct access_value *v)
{
    bool has = true;
    int64_t n = 0;
    if (f->nullable) {
        memcpy(&has, (const char *)row + f->has, sizeof has);
    }
    if (f->type == STMT_BOOL) {
        bool b;
        GET(row, f, b);
        n = b;
    } else {
        GET(row, f, n);
    }
    v->absent = !has;
    v->clear = has ? str_fmt(a, "%lld", (long long)n) : S("");
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

static st clear_moment(struct arena *a, const struct stmt_field *f, const void *row, struct access_value *v)
{
    if (f->type == STMT_TIME) {
        utc t;
        GET(row, f, t);
        v->absent = t.s == UTC_NONE.s;
        v->clear = v->absent ? S("") : utc_iso(a, t);
    } else {
        date d;
        GET(row, f, d);
        v->absent = d.days == DATE_NONE.days;
        v->clear = v->absent ? S("") : date_iso(a, d);
    }
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

static st value_from(struct arena *a, const struct stmt_field *f, const void *row, struct access_value *v)
{
    v->col = (enum column_id)f->column;
    switch (f->type) {
    case STMT_SEALED:
        GET(row, f, v->sealed);
        v->absent = v->sealed == NULL;
        return ST_OK;
    case STMT_TEXT:
    case STMT_BLOB:
        GET(row, f, v->clear);
        v->absent = v->clear.p == NULL;
        return ST_OK;
    case STMT_UID:
        v->clear = (str){ (const char *)row + f->offset, sizeof(uid) };
        return ST_OK;
    case STMT_I64:
    case STMT_BOOL:
        return clear_number(a, f, row, v);
    case STMT_TIME:
    case STMT_DATE:
        return clear_moment(a, f, row, v);
    }
    return ST_BUG;
}

/* Id and uid, where there is one, come first in every such statement; the other columns follow. */
enum { FIRST_VALUE = 2 };

st access_row_of(struct arena *a, const struct stmt *s, size_t first, const void *row, struct access_row *out)
{
    memcpy(&out->id, (const char *)row + s->cols[0].offset, sizeof out->id);
    if (first > 1)
        memcpy(&out->uid, (const char *)row + s->cols[1].offset, sizeof out->uid);
    out->n = s->n_cols - first;
    out->v = NEWN(a, struct access_value, out->n + 1);
    if (out->v == NULL) {
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < out->n; i++) {
        TRY(value_from(a, &s->cols[first + i], row, &out->v[i]));
    }
    return ST_OK;
}

/* The parameters of all such statements are the same two. */
struct page_in {
    int64_t person, after;
};
struct part_in {
    int64_t person, after, upto;
};
/* What statements about stretches take, and what access_newest_<table> gives: the same for every table. */
struct stretch {
    int64_t after, upto;
};
struct newest {
    int64_t id;
};

static st read_page(struct db *db, struct arena *a, const struct stmt *stmt, bool has_uid, const void *in,
                    struct access_page *page)
{
    struct stmt_rows rows;
    TRY(stmt_many(db, a, stmt, in, &rows));
    struct access_row *v = NEWN(a, struct access_row, rows.n ? rows.n : 1);
    if (v == NULL) {
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < rows.n; i++) {
        TRY(access_row_of(a, stmt, has_uid ? FIRST_VALUE : 1, (const char *)rows.v + i * stmt->row_size, &v[i]));
    }
    *page = (struct access_page){ .v = v, .n = rows.n, .more = rows.more };
    return ST_OK;
}

st access_read(struct db *db, struct arena *a, const struct access_table *t, int64_t person, int64_t after,
               struct access_page *page)
{
    return read_page(db, a, t->stmt, true, &(struct page_in){ person, after }, page);
}

st record_read(struct db *db, struct arena *a, const struct record_table *t, int64_t person, int64_t after,
               struct access_page *page)
{
    return read_page(db, a, t->stmt, t->has_uid, &(struct page_in){ person, after }, page);
}

/* A column of the nth row, into `to`. */
static void get(const struct stmt *s, const struct stmt_rows *rows, size_t row, size_t col, void *to, size_t size)
{
    memcpy(to, (const char *)rows->v + row * s->row_size + s->cols[col].offset, size);
}
#define COLUMN(col, var) get(s, &rows, i, (col), &(var), sizeof(var))

st record_origins(struct db *db, struct arena *a, const struct record_table *t, int64_t person, int64_t after, int64_t upto,
                  struct record_origin **out, size_t *n)
{
    const struct stmt *s = t->origin;
    struct stmt_rows rows = { .n = 0 };
    if (s != NULL) {
        TRY(stmt_many(db, a, s, &(struct part_in){ person, after, upto }, &rows));
    }
    struct record_origin *v = NEWN(a, struct record_origin, rows.n + 1);
    for (size_t i = 0; v != NULL && i < rows.n; i++) {
        COLUMN(0, v[i].row);
        COLUMN(1, v[i].col);
        COLUMN(2, v[i].point);
        COLUMN(3, v[i].source);
        COLUMN(4, v[i].at);
    }
    *out = v;
    *n = rows.n;
    return v != NULL ? ST_OK : ST_NO_MEMORY;
}

st record_events(struct db *db, struct arena *a, const struct record_table *t, int64_t person, int64_t after, int64_t upto,
                 struct record_event **out, size_t *n)
{
    const struct stmt *s = t->log;
    struct stmt_rows rows = { .n = 0 };
    if (s != NULL) {
        TRY(stmt_many(db, a, s, &(struct part_in){ person, after, upto }, &rows));
    }
    struct record_event *v = NEWN(a, struct record_event, rows.n + 1);
    for (size_t i = 0; v != NULL && i < rows.n; i++) {
        COLUMN(0, v[i].row);
        COLUMN(1, v[i].at);
        COLUMN(2, v[i].event);
        COLUMN(3, v[i].actor);
        COLUMN(4, v[i].object);
        COLUMN(5, v[i].detail);
    }
    *out = v;
    *n = rows.n;
    return v != NULL ? ST_OK : ST_NO_MEMORY;
}

st access_between(struct db *db, struct arena *a, const struct access_table *t, int64_t after, int64_t upto,
                  struct access_page *page)
{
    return read_page(db, a, t->between, true, &(struct stretch){ after, upto }, page);
}

st access_lacking(struct db *db, struct arena *a, const struct access_table *t, int64_t after, int64_t upto, int64_t *ids,
                  size_t most, size_t *n)
{
    struct stmt_rows rows;
    TRY(BUG_UNLESS(t->lacking != NULL));
    TRY(stmt_many(db, a, t->lacking, &(struct stretch){ after, upto }, &rows));
    *n = rows.n < most ? rows.n : most;
    for (size_t i = 0; i < *n; i++) {
        memcpy(&ids[i], (const char *)rows.v + i * t->lacking->row_size + t->lacking->cols[0].offset, sizeof ids[i]);
    }
    return ST_OK;
}

st access_newest(struct db *db, struct arena *a, const struct access_table *t, int64_t *id)
{
    struct newest row;
    TRY(stmt_one(db, a, t->newest, NULL, &row));
    *id = row.id;
    return ST_OK;
}

bool column_find(str name, enum column_id *out)
{
    size_t dot = str_index(name, '.');
    for (size_t i = 0; i < column_catalog_n; i++) {
        if (str_eq(str_sub(name, 0, dot), column_catalog[i].table) &&
            str_eq(str_sub(name, dot + 1, name.n), column_catalog[i].name)) {
            *out = (enum column_id)i;
            return true;
        }
    }
    return false;
}
