/* Reading multipart/form-data, strictly. */
#include "multipart.h"

#include "out.h"
#include "str.h"

struct reader {
    struct arena *arena;
    str rest;
    str delimiter; /* CRLF, two hyphens, and the boundary */
};

struct part {
    bool disposed, typed;
    str name, filename;
    bool file;
};

/* ---- the boundary ---- */

/* RFC 2046: 1 to 70 of these, the last no space. Spaces themselves no browser uses. */
static bool boundary_fits(str b)
{
    static const str marks = SI("'()+_,-./:=?");
    if (b.n < 1 || b.n > 70)
        return false;
    for (size_t i = 0; i < b.n; i++) {
        char c = b.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && str_index(marks, c) == marks.n)
            return false;
    }
    return true;
}

/* "multipart/form-data; boundary=…" and nothing else. */
static st boundary_of(str type, str *out)
{
    str head = S("multipart/form-data;"), word = S("boundary=");
    if (!str_istarts(type, head))
        return ST_BAD_REQUEST;
    type = str_trim(str_sub(type, head.n, type.n));
    if (!str_istarts(type, word))
        return ST_BAD_REQUEST;
    *out = str_sub(type, word.n, type.n);
    if (out->n >= 2 && out->p[0] == '"' && out->p[out->n - 1] == '"')
        *out = str_sub(*out, 1, out->n - 2);
    return boundary_fits(*out) ? ST_OK : ST_BAD_REQUEST;
}

/* ---- headers of a part ---- */

/* A line with its CRLF; what is in it is printable, or UTF-8. */
static st take_line(struct reader *r, str *line)
{
    size_t end = str_find(str_sub(r->rest, 0, MULTIPART_LINE), S("\r\n"));
    if (end + 2 > r->rest.n || end > MULTIPART_LINE - 2)
        return ST_BAD_REQUEST;
    *line = str_sub(r->rest, 0, end);
    r->rest = str_sub(r->rest, end + 2, r->rest.n);
    return utf8_printable(*line, false) ? ST_OK : ST_BAD_REQUEST;
}

/* What browsers cannot write in quotes they write as %22, %0D and %0A; every other percent sign is one. */
static str unescape(struct arena *a, str s)
{
    struct out o;
    if (str_index(s, '%') == s.n)
        return s;
    out_init(&o, a, s.n + 1);
    while (s.n > 0) {
        bool quote = str_starts(s, S("%22"));
        out_byte(&o, quote ? '"' : s.p[0]);
        s = str_sub(s, quote ? 3 : 1, s.n);
    }
    return out_view(&o);
}

/* name="…" at the front of *s. */
static st parameter(struct arena *a, str *s, str word, str *value)
{
    if (!str_starts(*s, word))
        return ST_BAD_REQUEST;
    str rest = str_sub(*s, word.n, s->n);
    size_t end = str_index(rest, '"');
    if (end == rest.n)
        return ST_BAD_REQUEST;
    *value = unescape(a, str_sub(rest, 0, end));
    *s = str_sub(rest, end + 1, rest.n);
    return ST_OK;
}

/* Names of our own fields are lower-case words. */
static bool name_fits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
            return false;
    return s.n > 0 && s.n <= 64;
}

/* The name of a file, and never a way to one. */
static bool filename_fits(str s)
{
    bool escaped = str_find(s, S("%0D")) < s.n || str_find(s, S("%0A")) < s.n;
    return s.n <= MULTIPART_FILENAME && !escaped && str_index(s, '/') == s.n && str_index(s, '\\') == s.n &&
           !str_eq(s, S(".")) && !str_eq(s, S(".."));
}

/* form-data; name="file"; filename="November.csv" */
static st disposition(struct reader *r, struct part *p, str value)
{
    str kind = S("form-data; ");
    if (p->disposed || !str_istarts(value, kind))
        return ST_BAD_REQUEST;
    value = str_sub(value, kind.n, value.n);
    TRY(parameter(r->arena, &value, S("name=\""), &p->name));
    if (str_starts(value, S("; "))) {
        value = str_sub(value, 2, value.n);
        TRY(parameter(r->arena, &value, S("filename=\""), &p->filename));
        p->file = true;
    }
    p->disposed = true;
    return value.n == 0 && name_fits(p->name) && filename_fits(p->filename) ? ST_OK : ST_BAD_REQUEST;
}

static st header(struct reader *r, struct part *p, str line)
{
    str at = S("Content-Disposition: "), type = S("Content-Type: ");
    if (str_istarts(line, at))
        return disposition(r, p, str_sub(line, at.n, line.n));
    if (!str_istarts(line, type) || p->typed || str_istarts(str_sub(line, type.n, line.n), S("multipart/")))
        return ST_BAD_REQUEST;
    p->typed = true;
    return ST_OK;
}

static st headers(struct reader *r, struct part *p)
{
    str line;
    for (;;) {
        TRY(take_line(r, &line));
        if (line.n == 0)
            break;
        TRY(header(r, p, line));
    }
    /* Only files have a type: browsers give text fields none. */
    return p->disposed && p->typed == p->file ? ST_OK : ST_BAD_REQUEST;
}

/* ---- parts ---- */

/* Up to the delimiter; *last when two hyphens follow it and then nothing. */
static st content(struct reader *r, str *value, bool *last)
{
    /* The CRLF of the delimiter may be the one that ended the headers: then the part is empty. */
    str whole = { r->rest.p - 2, r->rest.n + 2 };
    size_t at = str_find(whole, r->delimiter);
    if (at == whole.n)
        return ST_BAD_REQUEST;
    *value = at < 2 ? S("") : str_sub(whole, 2, at - 2);
    str after = str_sub(whole, at + r->delimiter.n, whole.n);
    if (str_starts(after, S("\r\n"))) {
        *last = false;
        r->rest = str_sub(after, 2, after.n);
        return ST_OK;
    }
    *last = true;
    return str_eq(after, S("--")) || str_eq(after, S("--\r\n")) ? ST_OK : ST_BAD_REQUEST;
}

static st one_part(struct reader *r, struct form_pairs *pairs, bool *last)
{
    struct part p = { .filename = S("") };
    str value;
    if (pairs->n == MULTIPART_PARTS)
        return ST_BAD_REQUEST;
    TRY(headers(r, &p));
    TRY(content(r, &value, last));
    pairs->v[pairs->n++] = (struct form_pair){ p.name, value, p.file, p.filename };
    return ST_OK;
}

st multipart_decode(struct arena *a, str content_type, str body, struct form_pairs *out)
{
    struct form_pairs pairs = { .v = NEWN(a, struct form_pair, MULTIPART_PARTS) };
    str boundary;
    bool last = false;
    TRY(boundary_of(content_type, &boundary));
    struct reader r = { .arena = a, .rest = body, .delimiter = str_cat(a, S("\r\n--"), boundary) };
    if (!pairs.v || !r.delimiter.p)
        return ST_NO_MEMORY;
    str first = str_cat(a, str_sub(r.delimiter, 2, r.delimiter.n), S("\r\n"));
    if (!str_starts(body, first))
        return ST_BAD_REQUEST;
    r.rest = str_sub(body, first.n, body.n);
    while (!last)
        TRY(one_part(&r, &pairs, &last));
    if (arena_failed(a))
        return ST_NO_MEMORY;
    *out = pairs;
    return ST_OK;
}
