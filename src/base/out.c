/* The growing buffer. */
#include "out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void out_init(struct out *o, struct arena *a, size_t limit)
{
    *o = (struct out){ .a = a, .limit = limit };
}

/* Capacity for n more bytes; false with the error set. */
static bool grow(struct out *o, size_t n)
{
    if (o->err != ST_OK)
        return false;
    if (n > o->limit - o->n) {
        o->err = ST_FULL;
        return false;
    }
    size_t cap = o->cap ? o->cap * 2 : 256;
    while (cap - o->n < n)
        cap *= 2;
    if (cap > o->limit)
        cap = o->limit;
    char *p = arena_grow(o->a, o->p, o->cap, cap);
    if (!p) {
        o->err = ST_NO_MEMORY;
        return false;
    }
    o->p = p;
    o->cap = cap;
    return true;
}

/* Room for n more bytes, or NULL with the error set. */
static inline char *room(struct out *o, size_t n)
{
    if ((o->err != ST_OK || o->cap - o->n < n) && !grow(o, n))
        return NULL;
    char *at = o->p + o->n;
    o->n += n;
    return at;
}

void out_reserve(struct out *o, size_t n)
{
    if (o->cap - o->n < n)
        IGNORE(grow(o, n)); /* the error stays in *o */
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
    char *to = room(o, 1);
    if (to)
        *to = c;
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
    char text[20];
    size_t at = sizeof(text);
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        text[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (v < 0)
        out_byte(o, '-');
    out_bytes(o, text + at, sizeof(text) - at);
}

void out_digits(struct out *o, unsigned v, int width)
{
    char *to = room(o, (size_t)width);
    for (int i = width; to && i-- > 0; v /= 10)
        to[i] = (char)('0' + v % 10);
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
    static const bool special[256] = { ['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\''] = true };
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        str entity;
        if (!special[(unsigned char)s.p[i]])
            continue;
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
    static const char upper[] = "0123456789ABCDEF";
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(s.p[i]))
            continue;
        out_bytes(o, s.p + from, i - from);
        out_bytes(o, (char[]){ '%', upper[c >> 4], upper[c & 15] }, 3);
        from = i + 1;
    }
    if (s.n > from)
        out_bytes(o, s.p + from, s.n - from);
}

str out_view(const struct out *o)
{
    return (str){ o->p, o->n };
}

st out_st(const struct out *o)
{
    return o->err;
}
