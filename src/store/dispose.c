/* The statements of the disposal catalogue, run by their descriptors. */
#include "dispose.h"

#include <string.h>

#include "access.h"
#include "log.h"

/* Room for the parameters of any of these statements: a row, and at most so many columns. */
enum { COLUMNS_MOST = 24, WORDS = 4 * (COLUMNS_MOST + 1) };

static void *member(int64_t *in, const struct stmt_field *f)
{
    return (char *)in + f->offset;
}

static size_t first_value(const struct dispose_part *p)
{
    return p->has_uid ? 2 : 1;
}

st dispose_read(struct db *db, struct arena *a, const struct dispose_part *p, int64_t row, struct access_row *out)
{
    void *made = arena_alloc(a, p->read->row_size, 16);
    if (made == NULL) {
        return ST_NO_MEMORY;
    }
    TRY(stmt_one(db, a, p->read, &row, made));
    *out = (struct access_row){ 0 };
    return access_row_of(a, p->read, first_value(p), made, out);
}

/* Which slice of `stays` belongs to a parameter: they have the columns' names, in the order of the columns. */
static str stays_of(const struct dispose_part *p, const struct stmt_field *param, const str *stays)
{
    for (size_t i = first_value(p); i < p->read->n_cols; i++) {
        const struct stmt_field *col = &p->read->cols[i];
        if (col->name.n == param->name.n && memcmp(col->name.p, param->name.p, col->name.n) == 0) {
            return stays[i - first_value(p)];
        }
    }
    return (str){ 0 };
}

st dispose_clear(struct db *db, struct arena *a, const struct dispose_part *p, int64_t row, const str *stays,
                 int64_t *changed)
{
    int64_t in[WORDS] = { row };
    (void)a;
    TRY(BUG_UNLESS(p->clear->n_params <= COLUMNS_MOST && p->clear->params[0].offset == 0));
    for (size_t i = 1; i < p->clear->n_params; i++) {
        const struct stmt_field *f = &p->clear->params[i];
        if (f->type != STMT_TEXT) { /* a sealed value: it goes */
            continue;
        }
        str value = stays_of(p, f, stays);
        if (value.p == NULL && !f->nullable) {
            value = S("");
        }
        memcpy(member(in, f), &value, sizeof value);
    }
    return stmt_exec(db, p->clear, in, changed);
}

st dispose_ids(struct db *db, struct arena *a, const struct stmt *s, int64_t row, int64_t after, struct dispose_ids *out)
{
    int64_t in[2] = { row, after };
    struct stmt_rows rows;
    TRY(BUG_UNLESS(s->n_params == 2 && s->params[0].type == STMT_I64 && s->params[1].type == STMT_I64));
    TRY(stmt_many(db, a, s, in, &rows));
    *out = (struct dispose_ids){ .v = NEWN(a, int64_t, rows.n + 1), .n = rows.n, .more = rows.more };
    if (out->v == NULL) {
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < rows.n; i++) {
        memcpy(&out->v[i], (const char *)rows.v + i * s->row_size + s->cols[0].offset, sizeof(int64_t));
    }
    return ST_OK;
}

st dispose_under(struct db *db, struct arena *a, const struct dispose_part *p, int64_t owner, int64_t after,
                 struct dispose_ids *out)
{
    return dispose_ids(db, a, p->under, owner, after, out);
}

st dispose_exec(struct db *db, const struct stmt *s, int64_t row, int64_t *changed)
{
    TRY(BUG_UNLESS(s->n_params == 1 && s->params[0].type == STMT_I64));
    return stmt_exec(db, s, &row, changed);
}
