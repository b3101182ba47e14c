/* Money: integers, checked, rounded half away from zero. */
#include "money.h"

#include <string.h>

#include "out.h"
#include "str.h"

typedef __int128 wide;

/* ISO 4217 code, digits after the point, and the sign English-speaking customers know, if there is one. */
static const struct currency {
    char code[4];
    int8_t exponent;
    const char *sign;
} currencies[] = {
    { "GBP", 2, "£" }, { "EUR", 2, "€" }, { "USD", 2, "US$" }, { "AUD", 2, "A$" }, { "BGN", 2, NULL },
    { "CAD", 2, "CA$" }, { "CHF", 2, NULL }, { "CZK", 2, NULL }, { "DKK", 2, NULL }, { "HUF", 2, NULL },
    { "INR", 2, "₹" }, { "ISK", 0, NULL }, { "JPY", 0, "¥" }, { "KWD", 3, NULL }, { "NOK", 2, NULL },
    { "NZD", 2, "NZ$" }, { "PLN", 2, NULL }, { "RON", 2, NULL }, { "SEK", 2, NULL }, { "SGD", 2, NULL },
    { "ZAR", 2, NULL },
};

static const struct currency *find(str code)
{
    for (size_t i = 0; i < COUNT(currencies); i++)
        if (str_eq(code, (str){ currencies[i].code, 3 }))
            return &currencies[i];
    return NULL;
}

static const struct currency *of(const char cur[4])
{
    return find((str){ cur, 3 });
}

bool currency_known(str code)
{
    return find(code) != NULL;
}

int currency_exponent(const char cur[4])
{
    const struct currency *c = of(cur);
    return c ? c->exponent : 2;
}

money money_of(int64_t minor, str cur)
{
    money m = { .minor = minor };
    memcpy(m.cur, cur.p, cur.n < 3 ? cur.n : 3);
    return m;
}

bool money_same_cur(money a, money b)
{
    return memcmp(a.cur, b.cur, 3) == 0;
}

st money_add(money a, money b, money *out)
{
    if (!money_same_cur(a, b))
        return ST_INVALID;
    if (__builtin_add_overflow(a.minor, b.minor, &a.minor))
        return ST_OVERFLOW;
    *out = a;
    return ST_OK;
}

st money_sub(money a, money b, money *out)
{
    if (!money_same_cur(a, b))
        return ST_INVALID;
    if (__builtin_sub_overflow(a.minor, b.minor, &a.minor))
        return ST_OVERFLOW;
    *out = a;
    return ST_OK;
}

st money_mul(money a, int64_t n, money *out)
{
    if (__builtin_mul_overflow(a.minor, n, &a.minor))
        return ST_OVERFLOW;
    *out = a;
    return ST_OK;
}

st money_ratio(money a, int64_t num, int64_t den, money *out)
{
    if (den == 0)
        return ST_INVALID;
    wide n = (wide)a.minor * num, d = den;
    if (d < 0) {
        n = -n;
        d = -d;
    }
    wide q = n / d, r = n % d;
    if (r < 0)
        r = -r;
    if (r * 2 >= d)
        q += n < 0 ? -1 : 1;
    if (q > INT64_MAX || q < INT64_MIN)
        return ST_OVERFLOW;
    a.minor = (int64_t)q;
    *out = a;
    return ST_OK;
}

st money_vat(money net, int32_t rate_bp, money *out)
{
    return money_ratio(net, rate_bp, 10000, out);
}

st money_net_of_gross(money gross, int32_t rate_bp, money *out)
{
    return money_ratio(gross, 10000, 10000 + (int64_t)rate_bp, out);
}

/* The index whose remainder is largest, the first of equals; each is given one unit at most. */
static size_t largest_left(const int64_t *w, size_t n, wide whole, wide sum, const bool *given)
{
    size_t best = n;
    wide best_r = -1;
    for (size_t i = 0; i < n; i++) {
        wide r = whole * w[i] % sum;
        if (!given[i] && r > best_r) {
            best = i;
            best_r = r;
        }
    }
    return best;
}

st money_split(money m, const int64_t *w, size_t n, money *parts)
{
    enum { MOST = 1000 };
    bool given[MOST] = { false };
    wide sum = 0, whole = m.minor < 0 ? -(wide)m.minor : m.minor, left = whole;
    if (n == 0 || n > MOST)
        return ST_INVALID;
    for (size_t i = 0; i < n; i++) {
        if (w[i] < 0)
            return ST_INVALID;
        sum += w[i];
    }
    if (sum == 0)
        return ST_INVALID;
    for (size_t i = 0; i < n; i++) {
        parts[i] = m;
        parts[i].minor = (int64_t)(whole * w[i] / sum);
        left -= parts[i].minor;
    }
    for (; left > 0; left--) {
        size_t i = largest_left(w, n, whole, sum, given);
        parts[i].minor++;
        given[i] = true;
    }
    if (m.minor < 0)
        for (size_t i = 0; i < n; i++)
            parts[i].minor = -parts[i].minor;
    return ST_OK;
}

/* Text ---------------------------------------------------------------------------------------------- */

static uint64_t power10(int n)
{
    uint64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

static void put_amount(struct out *o, uint64_t minor, int exponent, bool grouped)
{
    uint64_t unit = power10(exponent), whole = minor / unit, part = minor % unit;
    char text[40]; /* written from its end */
    size_t at = sizeof(text);
    for (int i = 0; i < exponent; i++, part /= 10)
        text[--at] = (char)('0' + part % 10);
    if (exponent > 0)
        text[--at] = '.';
    int n = 0;
    do {
        if (grouped && n > 0 && n % 3 == 0)
            text[--at] = ',';
        text[--at] = (char)('0' + whole % 10);
        n++;
    } while (whole /= 10);
    out_bytes(o, text + at, sizeof(text) - at);
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

str money_plain(struct arena *a, money m)
{
    struct out o;
    out_init(&o, a, 64);
    if (m.minor < 0)
        out_byte(&o, '-');
    put_amount(&o, magnitude(m.minor), currency_exponent(m.cur), false);
    return out_view(&o);
}

void money_put(struct out *o, money m)
{
    const struct currency *c = of(m.cur);
    if (m.minor < 0)
        out_str(o, S("−"));
    if (c && c->sign) {
        out_str(o, str_c(c->sign));
    } else {
        out_bytes(o, m.cur, 3);
        out_str(o, S("\u00a0"));
    }
    put_amount(o, magnitude(m.minor), c ? c->exponent : 2, true);
}

str money_show(struct arena *a, money m)
{
    struct out o;
    out_init(&o, a, 64);
    money_put(&o, m);
    return out_view(&o);
}

st money_parse(str s, str cur, money *out)
{
    const struct currency *c = find(cur);
    int64_t minor;
    if (!c)
        return ST_INVALID;
    TRY(decimal_parse(s, c->exponent, &minor));
    *out = money_of(minor, cur);
    return ST_OK;
}

str rate_plain(struct arena *a, int32_t bp)
{
    const char *sign = bp < 0 ? "-" : "";
    unsigned v = bp < 0 ? 0u - (unsigned)bp : (unsigned)bp;
    if (v % 100 == 0)
        return str_fmt(a, "%s%u", sign, v / 100);
    if (v % 10 == 0)
        return str_fmt(a, "%s%u.%u", sign, v / 100, v % 100 / 10);
    return str_fmt(a, "%s%u.%02u", sign, v / 100, v % 100);
}

str rate_show(struct arena *a, int32_t bp)
{
    return str_cat(a, rate_plain(a, bp), S("\u00a0%"));
}
