/* The rules of each type of field. */
#include "form_parse.h"

#include <string.h>

#include "clock.h"
#include "codec.h"
#include "match.h"
#include "str.h"

/* Syntax ------------------------------------------------------------------------------------------- */

static bool alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 1123: letters, digits and inner hyphens, at most 63. */
static bool label_valid(str s)
{
    if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!alnum(s.p[i]) && s.p[i] != '-')
            return false;
    return true;
}

bool hostname_valid(str s)
{
    size_t labels = 0;
    str label = { 0 }, rest = s;
    if (s.n == 0 || s.n > 253)
        return false;
    while (str_next(&rest, '.', &label)) {
        if (!label_valid(label))
            return false;
        labels++;
    }
    int64_t number;
    return labels >= 2 && i64_parse(label, INT64_MIN, INT64_MAX, &number) != ST_OK; /* 10.0.0.1 is no name */
}

/* RFC 5321 dot-string; quoted local parts exist in the standard only. */
bool email_valid(str s)
{
    size_t at = str_index(s, '@');
    str local = str_sub(s, 0, at);
    if (at == s.n || local.n == 0 || local.n > 64 || s.n > 254)
        return false;
    if (local.p[0] == '.' || local.p[local.n - 1] == '.' || str_find(local, S("..")) < local.n)
        return false;
    for (size_t i = 0; i < local.n; i++)
        if (!alnum(local.p[i]) && !memchr(".!#$%&'*+-/=?^_`{|}~", local.p[i], 20))
            return false;
    return hostname_valid(str_sub(s, at + 1, s.n));
}

/* Types -------------------------------------------------------------------------------------------- */

static void wrong(struct form_value *v, const char *message)
{
    v->error = message;
}

static void check_choice(const struct field *f, struct form_value *v)
{
    for (size_t i = 0; f->choices && f->choices[i]; i++)
        if (str_eq(v->value, str_c(f->choices[i])))
            return;
    wrong(v, "err.choice");
}

static void check_currency(const struct value_context *cx, struct form_value *v)
{
    for (size_t i = 0; i < cx->currencies->n; i++)
        if (str_eq(v->value, cx->currencies->v[i]))
            return;
    wrong(v, "err.currency");
}

static void check_count(const struct field *f, struct form_value *v)
{
    int64_t n;
    if (i64_parse(v->value, INT64_MIN, INT64_MAX, &n) != ST_OK)
        wrong(v, "err.number");
    else if (n < f->min || n > f->max)
        wrong(v, "err.number_range");
    else
        v->number = n;
}

static void check_date(struct form_value *v)
{
    date d;
    if (date_parse(v->value, &d) != ST_OK)
        wrong(v, "err.date");
    else
        v->number = d.days;
}

static void check_checkbox(struct form_value *v)
{
    v->number = str_eq(v->value, S("1")) || str_eq(v->value, S("on"));
    if (!v->number)
        wrong(v, "err.check");
}

static st check_place(struct arena *a, const struct field *f, const struct value_context *cx, struct form_value *v)
{
    if (f->type == F_COUNTRY)
        return cx->checks->country(a, v);
    if (f->type == F_POSTCODE)
        return cx->checks->postcode(a, cx->country, v);
    return f->type == F_TEL ? cx->checks->telephone(a, cx->country, v) : cx->checks->vat_number(a, cx->country, v);
}

static st check_type(struct arena *a, const struct field *f, const struct value_context *cx, struct form_value *v)
{
    switch (f->type) {
    case F_TEXT:
    case F_LINES:
    case F_PASSWORD:
    case F_HIDDEN:
    case F_FILE:
        return ST_OK;
    case F_EMAIL:
        if (!email_valid(v->value))
            wrong(v, "err.email");
        return ST_OK;
    case F_HOSTNAME:
        v->value = str_lower(a, v->value);
        if (!hostname_valid(v->value))
            wrong(v, "err.hostname");
        return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
    case F_TEL:
    case F_COUNTRY:
    case F_POSTCODE:
    case F_VAT_NUMBER:
        return check_place(a, f, cx, v);
    case F_CHOICE:
        check_choice(f, v);
        return ST_OK;
    case F_CHECK:
        check_checkbox(v);
        return ST_OK;
    case F_COUNT:
        check_count(f, v);
        return ST_OK;
    case F_MONEY:
        if (decimal_parse(v->value, 2, &v->number) != ST_OK)
            wrong(v, "err.money");
        return ST_OK;
    case F_DATE:
        check_date(v);
        return ST_OK;
    case F_UID:
        if (uid_parse(v->value, &v->id) != ST_OK)
            wrong(v, "err.uid");
        return ST_OK;
    case F_SLUG:
        if (!slug_valid(v->value))
            wrong(v, "err.slug");
        return ST_OK;
    case F_CURRENCY:
        check_currency(cx, v);
        return ST_OK;
    }
    return ST_BUG;
}

/* Length, emptiness, characters ---------------------------------------------------------------------- */

/* Browsers send line ends as CR LF (HTML, form submission); inside the program a line ends with LF. */
static str line_ends(struct arena *a, str s)
{
    char *p = NEWN(a, char, s.n);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++)
        if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
            p[n++] = s.p[i];
    return p ? (str){ p, n } : (str){ 0 };
}

static bool has_length(const struct field *f)
{
    return f->type != F_COUNT && f->type != F_CHECK && f->type != F_MONEY && f->type != F_DATE;
}

st value_check(struct arena *a, const struct field *f, const struct value_context *cx, str typed, struct form_value *v)
{
    /* A password is taken as it is, and never shown again. */
    bool password = f->type == F_PASSWORD;
    if (!utf8_valid(typed)) {
        wrong(v, "err.characters");
        return ST_OK;
    }
    str value = f->type == F_LINES ? line_ends(a, typed) : typed;
    v->value = password ? value : str_trim(value);
    v->text = password ? (str){ 0 } : value;
    if (arena_failed(a))
        return ST_NO_MEMORY;
    if (v->value.n == 0) {
        if (f->required)
            wrong(v, "err.required");
        return ST_OK;
    }
    size_t length = utf8_count(v->value);
    if (!utf8_printable(v->value, f->type == F_LINES))
        wrong(v, "err.characters");
    else if (has_length(f) && length > (size_t)f->max)
        wrong(v, "err.too_long");
    else if (has_length(f) && length < (size_t)f->min)
        wrong(v, "err.too_short");
    return v->error ? ST_OK : check_type(a, f, cx, v);
}

/* ".CSV" of "November.CSV" */
static bool ending_taken(const struct field *f, str filename)
{
    for (size_t i = 0; f->choices && f->choices[i]; i++) {
        str ending = str_c(f->choices[i]);
        if (filename.n > ending.n + 1 && filename.p[filename.n - ending.n - 1] == '.' &&
            str_ieq(str_sub(filename, filename.n - ending.n, ending.n), ending))
            return true;
    }
    return false;
}

void value_check_file(const struct field *f, const struct form_pair *sent, struct form_value *v)
{
    bool none = str_empty(sent->value) && str_empty(sent->filename);
    if (!sent->file && !str_empty(sent->value))
        wrong(v, "err.file");
    else if (none || !sent->file)
        v->error = f->required ? "err.file_missing" : NULL;
    else if (str_empty(sent->value) || sent->value.n < (size_t)f->min)
        wrong(v, "err.file_empty");
    else if (sent->value.n > (size_t)f->max)
        wrong(v, "err.file_large");
    else if (!ending_taken(f, sent->filename))
        wrong(v, "err.file_kind");
    else
        v->value = sent->value;
}
