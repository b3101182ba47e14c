/* Values between the typed structures of features and the four kinds that databases know.
 *
 * Text must be UTF-8 without NUL: PostgreSQL refuses anything else, so SQLite must not take it either. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "sealed.h"
#include "store_internal.h"
#include "str.h"

/* The member of the structure that a field describes; memcpy reads and writes it, whatever its type. */
#define GET(in, f, var) memcpy(&(var), (const char *)(in) + (f)->offset, sizeof(var))
#define PUT(row, f, var) memcpy((char *)(row) + (f)->offset, &(var), sizeof(var))

static bool is_absent(const void *in, const struct stmt_field *f)
{
    bool has;
    if (!f->nullable) {
        return false;
    }
    memcpy(&has, (const char *)in + f->has, sizeof has);
    return !has;
}

static st text_value(const void *in, const struct stmt_field *f, struct value *v)
{
    str s;
    GET(in, f, s);
    if (s.p == NULL && f->nullable) {
        return ST_OK;
    }
    if (f->type == STMT_TEXT && (!utf8_valid(s) || str_index(s, '\0') < s.n)) {
        return ST_INVALID;
    }
    v->kind = f->type == STMT_TEXT ? VALUE_TEXT : VALUE_BLOB;
    v->s = s.p ? s : S("");
    return ST_OK;
}

static st date_value(const void *in, const struct stmt_field *f, struct value *v)
{
    date d;
    int year, month, day;
    char text[40];
    GET(in, f, d);
    if (d.days == DATE_NONE.days) {
        return BUG_UNLESS(f->nullable);
    }
    date_split(d, &year, &month, &day);
    TRY(BUG_UNLESS(year >= 1 && year <= 9999));
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    memcpy(v->date, text, sizeof v->date);
    v->kind = VALUE_TEXT;
    v->s = (str){ v->date, sizeof v->date };
    return ST_OK;
}

static st sealed_value(const void *in, const struct stmt_field *f, struct value *v)
{
    const struct sealed *sealed;
    GET(in, f, sealed);
    if (sealed == NULL) {
        return BUG_UNLESS(f->nullable);
    }
    v->kind = VALUE_BLOB;
    v->s = sealed->bytes;
    return BUG_UNLESS(sealed->bytes.n > 0);
}

/* The zero uid is NULL where NULL may be; elsewhere it is an id like any other, of nothing. */
static void uid_value(const void *in, const struct stmt_field *f, struct value *v)
{
    static const uid none;
    const char *p = (const char *)in + f->offset;
    if (!f->nullable || memcmp(p, &none, sizeof none) != 0) {
        v->kind = VALUE_BLOB;
        v->s = (str){ p, sizeof none };
    }
}

static st number_value(const void *in, const struct stmt_field *f, struct value *v)
{
    if (f->type == STMT_TIME) {
        utc t;
        GET(in, f, t);
        v->i = t.s;
        if (t.s == UTC_NONE.s) {
            return BUG_UNLESS(f->nullable);
        }
    } else if (is_absent(in, f)) {
        return ST_OK;
    } else if (f->type == STMT_BOOL) {
        bool b;
        GET(in, f, b);
        v->i = b;
    } else {
        GET(in, f, v->i);
    }
    v->kind = VALUE_I64;
    return ST_OK;
}

static st value_of(const void *in, const struct stmt_field *f, struct value *v)
{
    v->kind = VALUE_NULL;
    switch (f->type) {
    case STMT_I64:
    case STMT_BOOL:
    case STMT_TIME:
        return number_value(in, f, v);
    case STMT_TEXT:
    case STMT_BLOB:
        return text_value(in, f, v);
    case STMT_UID:
        uid_value(in, f, v);
        return ST_OK;
    case STMT_DATE:
        return date_value(in, f, v);
    case STMT_SEALED:
        return sealed_value(in, f, v);
    }
    return log_bug(__FILE__, __LINE__, "unknown type");
}

st values_of(const struct stmt *s, const void *in, struct value *out)
{
    for (size_t i = 0; i < s->n_params; i++) {
        TRY(value_of(in, &s->params[i], &out[i]));
    }
    return ST_OK;
}

/* Rows ---------------------------------------------------------------------------------------------- */

/* Copy into the arena; the empty slice points somewhere, because NULL means SQL NULL. */
static st copy(struct arena *a, str s, str *out)
{
    if (s.n == 0) {
        *out = S("");
        return ST_OK;
    }
    *out = str_dup(a, s);
    return out->p != NULL ? ST_OK : ST_NO_MEMORY;
}

static st null_into(const struct stmt_field *f, void *row)
{
    TRY(BUG_UNLESS(f->nullable));
    if (f->type == STMT_TIME) { /* all other forms of NULL are zero, and so is the row */
        PUT(row, f, UTC_NONE);
    } else if (f->type == STMT_DATE) {
        PUT(row, f, DATE_NONE);
    }
    return ST_OK;
}

static st number_into(const struct stmt_field *f, const struct value *v, void *row)
{
    TRY(BUG_UNLESS(v->kind == VALUE_I64));
    if (f->type == STMT_TIME) {
        utc t = { v->i };
        PUT(row, f, t);
        return ST_OK;
    }
    if (f->type == STMT_BOOL) {
        bool b = v->i != 0;
        PUT(row, f, b);
    } else {
        PUT(row, f, v->i);
    }
    if (f->nullable) {
        bool has = true;
        memcpy((char *)row + f->has, &has, sizeof has);
    }
    return ST_OK;
}

static st bytes_into(const struct stmt_field *f, const struct value *v, struct arena *a, void *row)
{
    str s;
    TRY(BUG_UNLESS(v->kind == (f->type == STMT_TEXT || f->type == STMT_DATE ? VALUE_TEXT : VALUE_BLOB)));
    if (f->type == STMT_UID) {
        TRY(BUG_UNLESS(v->s.n == sizeof(uid)));
        memcpy((char *)row + f->offset, v->s.p, v->s.n);
        return ST_OK;
    }
    if (f->type == STMT_DATE) {
        date d;
        TRY(date_parse(v->s, &d));
        PUT(row, f, d);
        return ST_OK;
    }
    TRY(copy(a, v->s, &s));
    if (f->type != STMT_SEALED) {
        PUT(row, f, s);
        return ST_OK;
    }
    struct sealed *sealed = NEW(a, struct sealed);
    if (sealed == NULL) {
        return ST_NO_MEMORY;
    }
    sealed->bytes = s;
    PUT(row, f, sealed);
    return ST_OK;
}

st values_into(const struct stmt *s, const struct value *values, struct arena *a, void *row)
{
    for (size_t i = 0; i < s->n_cols; i++) {
        const struct stmt_field *f = &s->cols[i];
        const struct value *v = &values[i];
        if (v->kind == VALUE_NULL) {
            TRY(null_into(f, row));
        } else if (f->type == STMT_I64 || f->type == STMT_BOOL || f->type == STMT_TIME) {
            TRY(number_into(f, v, row));
        } else {
            TRY(bytes_into(f, v, a, row));
        }
    }
    return ST_OK;
}
