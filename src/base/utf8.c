/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "str.h"

#include <string.h>

/* Length of the sequence that begins with this byte, and the bits it carries; 0 when none may. */
static size_t lead(uint8_t b, uint32_t *bits)
{
    if (b < 0x80)
        return *bits = b, 1;
    if (b >= 0xc2 && b < 0xe0)
        return *bits = b & 0x1f, 2;
    if (b >= 0xe0 && b < 0xf0)
        return *bits = b & 0x0f, 3;
    if (b >= 0xf0 && b < 0xf5)
        return *bits = b & 0x07, 4;
    return 0;
}

bool utf8_next(str *s, uint32_t *cp)
{
    uint32_t v;
    size_t n = s->n ? lead((uint8_t)s->p[0], &v) : 0;
    if (n == 0 || n > s->n)
        return false;
    for (size_t i = 1; i < n; i++) {
        uint8_t b = (uint8_t)s->p[i];
        if ((b & 0xc0) != 0x80)
            return false;
        v = v << 6 | (b & 0x3f);
    }
    if ((n == 3 && v < 0x800) || (n == 4 && v < 0x10000) || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return false;
    *cp = v;
    *s = (str){ s->p + n, s->n - n };
    return true;
}

/* Past what is ASCII: eight bytes at a time, and what is left of fewer one by one. */
static str past_ascii(str s)
{
    uint64_t eight;
    while (s.n >= sizeof eight) {
        memcpy(&eight, s.p, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
        s = (str){ s.p + sizeof eight, s.n - sizeof eight };
    }
    while (s.n && (uint8_t)s.p[0] < 0x80)
        s = (str){ s.p + 1, s.n - 1 };
    return s;
}

bool utf8_valid(str s)
{
    uint32_t cp;
    while ((s = past_ascii(s)).n)
        if (!utf8_next(&s, &cp))
            return false;
    return true;
}

size_t utf8_count(str s)
{
    size_t n = 0;
    uint32_t cp;
    for (; s.n; n++)
        if (!utf8_next(&s, &cp))
            s = (str){ s.p + 1, s.n - 1 };
    return n;
}

/* Marks that change the direction of what follows: they make a text read as what it is not. */
static bool bidi_control(uint32_t cp)
{
    return cp == 0x061c || cp == 0x200e || cp == 0x200f || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

bool utf8_printable(str s, bool lines)
{
    uint32_t cp;
    while (s.n) {
        if (!utf8_next(&s, &cp))
            return false;
        if (cp == '\n' && lines)
            continue;
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || bidi_control(cp))
            return false;
    }
    return true;
}
