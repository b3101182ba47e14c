#include "reference.h"

#include <string.h>

#include "out.h"
#include "rnd.h"
#include "str.h"

static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
#define BASE 31
_Static_assert(sizeof(alphabet) - 1 == BASE, "a prime number of characters");

static int digit(char c)
{
    const char *p = c ? strchr(alphabet, c) : NULL;
    return p ? (int)(p - alphabet) : -1;
}

/* Σ weight × digit, weights 1 to 7; -1 when a character is none of ours. */
static int weighted(str s)
{
    int sum = 0;
    for (size_t i = 0; i < s.n; i++) {
        int d = digit(s.p[i]);
        if (d < 0)
            return -1;
        sum += (int)(i + 1) * d;
    }
    return sum % BASE;
}

bool bank_reference_check(str tail)
{
    return tail.n == BANK_REFERENCE_TAIL && weighted(tail) == 0;
}

str bank_reference_make(struct arena *a, str prefix)
{
    char *p = NEWN(a, char, prefix.n + BANK_REFERENCE_TAIL);
    if (!p)
        return (str){ 0 };
    memcpy(p, prefix.p, prefix.n);
    char *tail = p + prefix.n;
    for (size_t i = 0; i < BANK_REFERENCE_TAIL - 1; i++)
        tail[i] = alphabet[rnd_below(BASE)];
    /* Some seventh digit makes the sum vanish, because 7 has an inverse modulo 31. */
    for (size_t d = 0; d < BASE; d++) {
        tail[BANK_REFERENCE_TAIL - 1] = alphabet[d];
        if (bank_reference_check((str){ tail, BANK_REFERENCE_TAIL }))
            break;
    }
    return (str){ p, prefix.n + BANK_REFERENCE_TAIL };
}

str bank_reference_show(struct arena *a, str prefix, str reference)
{
    size_t half = prefix.n + 3;
    if (reference.n <= half)
        return reference;
    return str_fmt(a, "%.*s %.*s", STR_ARG(str_sub(reference, 0, half)), STR_ARG(str_sub(reference, half, reference.n)));
}

/* Letters and digits, in capitals. */
static str squeezed(struct arena *a, str s)
{
    struct out o;
    out_init(&o, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z'))
            out_byte(&o, s.p[i]);
    return str_upper(a, out_view(&o));
}

/* "AVENUE12" has the prefix of a reference too; one has at least two digits, or it is a word. */
static bool shaped(str tail)
{
    int digits = 0;
    for (size_t i = 0; i < tail.n; i++)
        digits += tail.p[i] >= '0' && tail.p[i] <= '9';
    return tail.n == BANK_REFERENCE_TAIL && digits >= 2;
}

static void keep(struct bank_references *out, str found)
{
    for (size_t i = 0; i < out->n; i++)
        if (str_eq(out->v[i], found))
            return;
    if (out->n < BANK_REFERENCE_HITS)
        out->v[out->n++] = found;
}

st bank_reference_find(struct arena *a, str prefix, str text, struct bank_references *out)
{
    str s = squeezed(a, text);
    *out = (struct bank_references){ 0 };
    if (arena_failed(a))
        return ST_NO_MEMORY;
    for (size_t i = 0; i + prefix.n + BANK_REFERENCE_TAIL <= s.n; i++) {
        str rest = str_sub(s, i, s.n);
        if (!str_starts(rest, prefix))
            continue;
        str tail = str_sub(rest, prefix.n, BANK_REFERENCE_TAIL);
        if (bank_reference_check(tail))
            keep(out, str_sub(rest, 0, prefix.n + BANK_REFERENCE_TAIL));
        else if (shaped(tail))
            out->mistyped = true;
    }
    return ST_OK;
}
