/* The growing buffer. */
#include "out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void out_init(struct out *o, struct arena *a, size_t limit)
{
    *o = (struct out){ .a = a, .limit = limit };
}

/* Room for n more bytes, or NULL with the error set. */
static char *room(struct out *o, size_t n)
{
    if (o->err != ST_OK)
        return NULL;
    if (n > o->limit - o->n) {
        o->err = ST_FULL;
        return NULL;
    }
    if (o->cap - o->n < n) {
        size_t cap = o->cap ? o->cap * 2 : 256;
        while (cap - o->n < n)
            cap *= 2;
        if (cap > o->limit)
            cap = o->limit;
        char *p = NEWN(o->a, char, cap);
        if (!p) {
            o->err = ST_NO_MEMORY;
            return NULL;
        }
        if (o->n)
            memcpy(p, o->p, o->n);
        o->p = p;
        o->cap = cap;
    }
    char *at = o->p + o->n;
    o->n += n;
    return at;
}

void out_bytes(struct out *o, const void *p, size_t n)
{
    char *to = n ? room(o, n) : NULL;
    if (to)
        memcpy(to, p, n);
}

void out_str(struct out *o, str s)
{
    out_bytes(o, s.p, s.n);
}

void out_byte(struct out *o, char c)
{
    out_bytes(o, &c, 1);
}

void out_fmt(struct out *o, const char *fmt, ...)
{
    va_list ap, again;
    char small[256];
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof(small)) {
        out_bytes(o, small, (size_t)n);
    } else if (n >= 0) {
        char *to = room(o, (size_t)n + 1); /* one more for the NUL that vsnprintf insists on */
        if (to) {
            vsnprintf(to, (size_t)n + 1, fmt, again);
            o->n--;
        }
    }
    va_end(again);
}

void out_i64(struct out *o, int64_t v)
{
    out_fmt(o, "%lld", (long long)v);
}

static const char digits[] = "0123456789abcdef";

void out_hex(struct out *o, const void *p, size_t n)
{
    const uint8_t *b = p;
    for (size_t i = 0; i < n; i++) {
        out_byte(o, digits[b[i] >> 4]);
        out_byte(o, digits[b[i] & 15]);
    }
}

void out_json(struct out *o, str s)
{
    out_byte(o, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\') {
            out_byte(o, '\\');
            out_byte(o, c);
        } else if (c == '\n') {
            out_str(o, S("\\n"));
        } else if ((unsigned char)c < 0x20 || c == 0x7f || c == '<') {
            /* '<' too, so that JSON may stand inside a page's data block. */
            out_fmt(o, "\\u%04x", (unsigned)(unsigned char)c);
        } else {
            out_byte(o, c);
        }
    }
    out_byte(o, '"');
}

void out_html(struct out *o, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        str entity;
        switch (s.p[i]) {
        case '&': entity = S("&amp;"); break;
        case '<': entity = S("&lt;"); break;
        case '>': entity = S("&gt;"); break;
        case '"': entity = S("&quot;"); break;
        case '\'': entity = S("&#39;"); break;
        default: continue;
        }
        out_bytes(o, s.p + from, i - from);
        out_str(o, entity);
        from = i + 1;
    }
    if (s.n > from)
        out_bytes(o, s.p + from, s.n - from);
}

static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void out_urlenc(struct out *o, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (unreserved(s.p[i]))
            out_byte(o, s.p[i]);
        else
            out_fmt(o, "%%%02X", (unsigned)(unsigned char)s.p[i]);
    }
}

str out_view(const struct out *o)
{
    return (str){ o->p, o->n };
}

st out_st(const struct out *o)
{
    return o->err;
}
