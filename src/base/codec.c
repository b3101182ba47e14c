/* Hex, base 64, and the public form of a uid. */
#include "codec.h"

#include <endian.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char b64_std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char b64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/* Crockford's base 32, lower case: no i, l, o, u. */
static const char crockford[] = "0123456789abcdefghjkmnpqrstvwxyz";

str hex_fmt(struct arena *a, const void *p, size_t n)
{
    const uint8_t *b = p;
    char *s = NEWN(a, char, n * 2);
    if (!s)
        return (str){ 0 };
    for (size_t i = 0; i < n; i++) {
        s[2 * i] = hex_digits[b[i] >> 4];
        s[2 * i + 1] = hex_digits[b[i] & 15];
    }
    return (str){ s, n * 2 };
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

st hex_parse(str s, void *out, size_t n)
{
    if (s.n != n * 2)
        return ST_INVALID;
    for (size_t i = 0; i < s.n; i++)
        if (hex_value(s.p[i]) < 0)
            return ST_INVALID;
    uint8_t *b = out;
    for (size_t i = 0; i < n; i++)
        b[i] = (uint8_t)(hex_value(s.p[2 * i]) << 4 | hex_value(s.p[2 * i + 1]));
    return ST_OK;
}

static str b64(struct arena *a, const void *p, size_t n, const char *alphabet, bool pad)
{
    const uint8_t *b = p;
    char *s = NEWN(a, char, (n + 2) / 3 * 4);
    size_t len = 0;
    if (!s)
        return (str){ 0 };
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v = (uint32_t)b[i] << 16 | (left > 1 ? (uint32_t)b[i + 1] << 8 : 0) | (left > 2 ? b[i + 2] : 0);
        s[len++] = alphabet[v >> 18];
        s[len++] = alphabet[v >> 12 & 63];
        if (left > 1 || pad)
            s[len++] = left > 1 ? alphabet[v >> 6 & 63] : '=';
        if (left > 2 || pad)
            s[len++] = left > 2 ? alphabet[v & 63] : '=';
    }
    return (str){ s, len };
}

static int b64_value(char c, const char *alphabet)
{
    const char *p = c ? strchr(alphabet, c) : NULL;
    return p ? (int)(p - alphabet) : -1;
}

/* Strict: one text for each sequence of bytes, so left-over bits must be zero. */
static st unb64(struct arena *a, str s, const char *alphabet, str *out)
{
    if (s.n % 4 == 1)
        return ST_INVALID;
    uint8_t *b = arena_alloc(a, 1, s.n / 4 * 3 + 2);
    size_t len = 0;
    uint32_t v = 0;
    int bits = 0;
    if (!b)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < s.n; i++) {
        int d = b64_value(s.p[i], alphabet);
        if (d < 0)
            return ST_INVALID;
        v = v << 6 | (uint32_t)d;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            b[len++] = (uint8_t)(v >> bits);
            v &= (1u << bits) - 1;
        }
    }
    if (v != 0)
        return ST_INVALID;
    *out = (str){ (const char *)b, len };
    return ST_OK;
}

str b64_fmt(struct arena *a, const void *p, size_t n)
{
    return b64(a, p, n, b64_std, true);
}

str b64url_fmt(struct arena *a, const void *p, size_t n)
{
    return b64(a, p, n, b64_url, false);
}

st b64_parse(struct arena *a, str s, str *out)
{
    if (s.n % 4 != 0)
        return ST_INVALID;
    for (int pad = 0; pad < 2 && s.n && s.p[s.n - 1] == '='; pad++)
        s.n--;
    return unb64(a, s, b64_std, out);
}

st b64url_parse(struct arena *a, str s, str *out)
{
    return unb64(a, s, b64_url, out);
}

void uid_fmt(uid u, char out[UID_TEXT])
{
    /* 26 digits hold 130 bits: the first digit carries only the top three. The last 24 are two halves of 60 bits. */
    uint64_t high, low;
    memcpy(&high, u.b, 8);
    memcpy(&low, u.b + 8, 8);
    high = be64toh(high);
    low = be64toh(low);
    uint64_t middle = high << 4 | low >> 60;
    out[0] = crockford[high >> 61];
    out[1] = crockford[high >> 56 & 31];
    for (int i = 0; i < 12; i++) {
        out[2 + i] = crockford[middle >> (55 - 5 * i) & 31];
        out[14 + i] = crockford[low >> (55 - 5 * i) & 31];
    }
}

str uid_str(struct arena *a, uid u)
{
    char *p = NEWN(a, char, UID_TEXT);
    if (!p)
        return (str){ 0 };
    uid_fmt(u, p);
    return (str){ p, UID_TEXT };
}

st uid_parse(str s, uid *out)
{
    unsigned __int128 v = 0;
    if (s.n != UID_TEXT || s.p[0] > '7')
        return ST_INVALID;
    for (size_t i = 0; i < s.n; i++) {
        int d = b64_value(s.p[i], crockford);
        if (d < 0)
            return ST_INVALID;
        v = v << 5 | (unsigned)d;
    }
    for (int i = 15; i >= 0; i--) {
        out->b[i] = (uint8_t)v;
        v >>= 8;
    }
    return ST_OK;
}

bool uid_eq(uid a, uid b)
{
    return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

bool uid_zero(uid u)
{
    return uid_eq(u, (uid){ { 0 } });
}
