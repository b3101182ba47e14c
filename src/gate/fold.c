/* One spelling per value. */
#include "fold.h"

#include "str.h"

/* Base letters of U+00C0 to U+017F (Latin-1 Supplement and Latin Extended-A); '.' where there is none. Letters that
 * stand for two are in pairs below. */
static const char latin[] =
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy.." /* C0 */
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy.y" /* E0 */
    "aaaaaaccccccccddddeeeeeeeeeegggg" /* 100 */
    "gggghhhhiiiiiiiiii..jjkkklllllll" /* 120 */
    "lllnnnnnn...oooooo..rrrrrrssssss" /* 140 */
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* 160 */
_Static_assert(sizeof(latin) == 0x180 - 0xC0 + 1, "one letter for each code point");

static const struct {
    uint32_t cp;
    char two[3];
} pairs[] = { { 0xC6, "ae" }, { 0xE6, "ae" }, { 0xDE, "th" }, { 0xFE, "th" }, { 0xDF, "ss" }, { 0x132, "ij" },
              { 0x133, "ij" }, { 0x149, "n" }, { 0x14A, "n" }, { 0x14B, "n" }, { 0x152, "oe" }, { 0x153, "oe" },
              { 0x1E9E, "ss" } };

str fold_email(struct arena *a, str s)
{
    return str_lower(a, str_trim(s));
}

str fold_phone(struct arena *a, str s)
{
    char *out = NEWN(a, char, s.n + 2);
    size_t n = 0;
    if (!out)
        return S("");
    bool plus = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '+' && n == 0)
            plus = true;
        else if (s.p[i] >= '0' && s.p[i] <= '9')
            out[1 + n++] = s.p[i];
    }
    size_t from = 1;
    if (!plus && n > 2 && out[1] == '0' && out[2] == '0') { /* 00 44 … is how many people write + */
        plus = true;
        from = 3;
        n -= 2;
    }
    if (plus && n > 0)
        out[--from] = '+';
    return (str){ out + from, n + (plus && n > 0) };
}

str fold_postcode(struct arena *a, str s)
{
    char *out = NEWN(a, char, s.n + 1);
    size_t n = 0;
    if (!out)
        return S("");
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        if (c != ' ' && c != '-' && c != '\t')
            out[n++] = c;
    }
    return (str){ out, n };
}

static uint32_t lower_other(uint32_t cp)
{
    if ((cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x410 && cp <= 0x42F))
        return cp + 32; /* Greek, Cyrillic */
    return cp >= 0x400 && cp <= 0x40F ? cp + 80 : cp;
}

static size_t utf8_put(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

/* What a code point becomes inside a word: at most four bytes; 0: it ends the word; the mark of an accent is dropped. */
static size_t fold_letter(uint32_t cp, char *out, bool *drop)
{
    *drop = (cp >= 0x300 && cp <= 0x36F) || cp == '\'' || cp == 0x2019; /* O'Neill is one word */
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (pairs[i].cp == cp) {
            str two = str_c(pairs[i].two);
            for (size_t k = 0; k < two.n; k++)
                out[k] = two.p[k];
            return two.n;
        }
    if (cp < 0x80) {
        char c = (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp);
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        out[0] = c;
        return word ? 1 : 0;
    }
    if (cp >= 0xC0 && cp < 0x180) {
        out[0] = latin[cp - 0xC0];
        return out[0] == '.' ? 0 : 1;
    }
    bool punctuation = cp < 0xC0 || (cp >= 0x2000 && cp <= 0x206F) || (cp >= 0x3000 && cp <= 0x3004);
    return punctuation ? 0 : utf8_put(lower_other(cp), out);
}

size_t fold_words(struct arena *a, str s, str *words, size_t max)
{
    char *out = NEWN(a, char, s.n * 2 + 4);
    size_t n = 0, start = 0, found = 0;
    uint32_t cp;
    if (!out)
        return 0;
    while (found < max && utf8_next(&s, &cp)) {
        bool drop;
        size_t put = fold_letter(cp, out + n, &drop);
        n += drop ? 0 : put;
        if (put > 0 || drop)
            continue;
        if (n > start)
            words[found++] = (str){ out + start, n - start };
        start = n;
    }
    if (found < max && n > start)
        words[found++] = (str){ out + start, n - start };
    return found;
}
