/* Reading slices: comparison, search, cutting, numbers. UTF-8 is in utf8.c. */
#include "str.h"

#include <string.h>

str str_c(const char *z)
{
    return z ? (str){ z, strlen(z) } : (str){ 0 };
}

bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_istarts(str s, str prefix)
{
    if (s.n < prefix.n)
        return false;
    for (size_t i = 0; i < prefix.n; i++)
        if (fold(s.p[i]) != fold(prefix.p[i]))
            return false;
    return true;
}

bool str_ieq(str a, str b)
{
    return a.n == b.n && str_istarts(a, b);
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_eq((str){ s.p, prefix.n }, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool str_empty(str s)
{
    return s.n == 0;
}

size_t str_index(str s, char c)
{
    const char *p = s.n ? memchr(s.p, c, s.n) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

size_t str_find(str s, str needle)
{
    if (needle.n == 0)
        return 0;
    const char *p = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

str str_sub(str s, size_t from, size_t n)
{
    if (from >= s.n)
        return (str){ s.p ? s.p + s.n : NULL, 0 };
    return (str){ s.p + from, n < s.n - from ? n : s.n - from };
}

static bool space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
    while (s.n && space(s.p[0]))
        s = (str){ s.p + 1, s.n - 1 };
    while (s.n && space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_next(str *rest, char sep, str *token)
{
    if (!rest->p)
        return false;
    size_t i = str_index(*rest, sep);
    *token = (str){ rest->p, i };
    *rest = i < rest->n ? (str){ rest->p + i + 1, rest->n - i - 1 } : (str){ 0 };
    return true;
}

st i64_parse(str s, int64_t min, int64_t max, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    int64_t v = 0;
    if (s.n == (size_t)minus)
        return ST_INVALID;
    for (size_t i = minus; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return ST_INVALID;
        int digit = s.p[i] - '0';
        /* Counting downwards, because the negative range is one longer. */
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
            return ST_INVALID;
    }
    if (!minus && __builtin_sub_overflow(0, v, &v))
        return ST_INVALID;
    if (v < min || v > max)
        return ST_INVALID;
    *out = v;
    return ST_OK;
}

st decimal_parse(str s, int scale, int64_t *out)
{
    size_t point = str_index(s, '.');
    str whole = str_sub(s, 0, point), part = str_sub(s, point + 1, s.n);
    bool minus = whole.n && whole.p[0] == '-';
    int64_t v, f = 0;
    TRY(i64_parse(whole, INT64_MIN, INT64_MAX, &v));
    if (point < s.n) {
        if (part.n == 0 || part.n > (size_t)scale || part.p[0] == '-')
            return ST_INVALID;
        TRY(i64_parse(part, 0, INT64_MAX, &f));
    }
    for (int i = 0; i < scale; i++)
        if (__builtin_mul_overflow(v, 10, &v))
            return ST_INVALID;
    for (size_t i = part.n; i < (size_t)scale; i++)
        if (__builtin_mul_overflow(f, 10, &f))
            return ST_INVALID;
    if (minus ? __builtin_sub_overflow(v, f, &v) : __builtin_add_overflow(v, f, &v))
        return ST_INVALID;
    *out = v;
    return ST_OK;
}

bool bytes_eq_ct(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a, *y = b;
    uint8_t diff = 0;
    for (size_t i = 0; i < n; i++)
        diff = (uint8_t)(diff | (x[i] ^ y[i]));
    return diff == 0;
}
