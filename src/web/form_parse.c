/* Reading forms. */
#include "form_parse.h"

#include "str.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static st percent_decode(struct arena *a, str s, str *out)
{
    char *p = NEWN(a, char, s.n);
    size_t n = 0;
    if (!p)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (i + 2 >= s.n || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
                return ST_BAD_REQUEST;
            c = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        p[n++] = c;
    }
    *out = (str){ p, n };
    return ST_OK;
}

st form_decode(struct arena *a, str body, struct form_pairs *out)
{
    if (body.n == 0) {
        *out = (struct form_pairs){ 0 };
        return ST_OK;
    }
    struct form_pairs pairs = { .v = NEWN(a, struct form_pair, FORM_PAIRS) };
    str rest = body, piece;
    if (!pairs.v)
        return ST_NO_MEMORY;
    while (str_next(&rest, '&', &piece)) {
        if (pairs.n == FORM_PAIRS)
            return ST_BAD_REQUEST;
        size_t eq = str_index(piece, '=');
        struct form_pair *p = &pairs.v[pairs.n++];
        TRY(percent_decode(a, str_sub(piece, 0, eq), &p->name));
        TRY(percent_decode(a, str_sub(piece, eq + 1, piece.n), &p->value));
    }
    *out = pairs;
    return ST_OK;
}

str form_token(const struct form_pairs *pairs, str name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->v[i].name, name))
            return pairs->v[i].value;
    return (str){ 0 };
}

static size_t field_at(const struct form *f, str name)
{
    size_t i = 0;
    while (i < f->n && !str_eq(name, str_c(f->fields[i].name)))
        i++;
    return i;
}

static bool protocol(str name)
{
    return str_eq(name, S("csrf")) || str_eq(name, S("idem"));
}

bool form_has_file(const struct form *f)
{
    bool has = false;
    for (size_t i = 0; i < f->n; i++)
        has = has || f->fields[i].type == F_FILE;
    return has;
}

/* One pair, or an empty one; *repeated when the name came twice. */
static struct form_pair sent(const struct form_pairs *pairs, const char *name, bool *repeated)
{
    struct form_pair pair = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->v[i].name, str_c(name)) && n++ == 0)
            pair = pairs->v[i];
    *repeated = n > 1;
    return pair;
}

static st parse_field(struct arena *a, const struct field *f, const struct value_context *cx, const struct form_pairs *pairs,
                      struct form_value *v)
{
    bool repeated;
    struct form_pair pair = sent(pairs, f->name, &repeated);
    if (v->absent) {
        if (pair.value.n)
            v->error = "err.not_in_force";
        return ST_OK;
    }
    if (repeated) {
        v->error = "err.repeated";
        return ST_OK;
    }
    if (f->type == F_FILE) {
        value_check_file(f, &pair, v);
        return ST_OK;
    }
    if (pair.file) {
        v->error = "err.invalid";
        return ST_OK;
    }
    return value_check(a, f, cx, pair.value, v);
}

st form_parse(struct arena *a, const struct form *f, struct value_context cx, const struct form_pairs *pairs, bool strict,
              struct form_value *values, bool *unknown)
{
    bool bad = false;
    *unknown = false;
    for (size_t i = 0; i < pairs->n; i++)
        if (!protocol(pairs->v[i].name) && field_at(f, pairs->v[i].name) == f->n)
            *unknown = *unknown || strict;
    /* The country first: other fields are read as that country writes them. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < f->n; i++) {
            bool country = f->fields[i].type == F_COUNTRY;
            if (country != (pass == 0))
                continue;
            TRY(parse_field(a, &f->fields[i], &cx, pairs, &values[i]));
            if (country && !values[i].error && str_eq(str_c(f->fields[i].name), S("country")))
                cx.country = values[i].value;
        }
    for (size_t i = 0; i < f->n; i++)
        bad = bad || values[i].error;
    return bad || *unknown ? ST_INVALID : ST_OK;
}
