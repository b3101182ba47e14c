#include "upper.h"

#include "str.h"

/* The two-byte letters have upper cases of two bytes, so the text keeps its length. */
static uint32_t upper(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7))
        return c - 0x20;
    /* Pairs of upper and lower case, upper first on even numbers … and on odd ones in two stretches. */
    bool even = (c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14a && c <= 0x177);
    bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    if ((even && c % 2 == 1) || (odd && c % 2 == 0))
        return c - 1;
    return c;
}

str upper_latin(struct arena *a, str s)
{
    char *p = NEWN(a, char, s.n + 1);
    if (!p)
        return S("");
    str rest = s;
    uint32_t c;
    while (utf8_next(&rest, &c)) {
        size_t end = s.n - rest.n;
        uint32_t u = upper(c);
        if (c < 0x80) {
            p[end - 1] = (char)u;
        } else if (c < 0x800) {
            p[end - 2] = (char)(0xc0 | (u >> 6));
            p[end - 1] = (char)(0x80 | (u & 0x3f));
        } else {
            for (size_t k = c < 0x10000 ? 3 : 4; k > 0; k--)
                p[end - k] = s.p[end - k];
        }
    }
    return rest.n == 0 ? (str){ p, s.n } : s;
}
