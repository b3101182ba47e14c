/* The two files of the book: reading, and looking up. Their grammar stands in their own first lines. */
#include "book.h"

#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "place.h"
#include "str.h"

#define MOST_LINES 2000
#define MOST_WORDS 40

struct rate {
    str territory;
    date from;
    int32_t bp;
};
struct part {
    str code, of, name;
    bool taxed;
};
struct pair {
    str code, other; /* same: counts as; scheme: what */
};
struct postcode {
    str country, prefix, territory;
};

struct vat_book {
    struct rate *rates;
    str *members;
    struct part *parts;
    struct pair *same, *schemes;
    struct postcode *postcodes;
    size_t n_rates, n_members, n_parts, n_same, n_schemes, n_postcodes;
};

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    struct vat_book *book;
    struct vat_fault *fault;
    const char *name;
    int line;
    str word[MOST_WORDS];
    size_t n;
};

static st wrong(struct reader *r, const char *fmt, ...) PRINTF(2, 3);
static st wrong(struct reader *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int at = snprintf(r->fault->text, sizeof(r->fault->text), "%s:%d: ", r->name, r->line);
    if (at > 0 && (size_t)at < sizeof(r->fault->text))
        vsnprintf(r->fault->text + at, sizeof(r->fault->text) - (size_t)at, fmt, ap);
    va_end(ap);
    return ST_CONFIG;
}

/* Cut a line into words; "several words" count as one, '#' ends the line. */
static st split(struct reader *r, str line)
{
    r->n = 0;
    while (!str_empty(line = str_trim(line)) && line.p[0] != '#') {
        if (r->n == MOST_WORDS)
            return wrong(r, "there are too many words on this line");
        size_t end = 0, skip = 0;
        if (line.p[0] == '"') {
            line = str_sub(line, 1, line.n);
            end = str_index(line, '"');
            if (end == line.n)
                return wrong(r, "a quotation mark is missing");
            skip = 1;
        } else {
            while (end < line.n && line.p[end] != ' ' && line.p[end] != '\t')
                end++;
        }
        r->word[r->n++] = str_sub(line, 0, end);
        line = str_sub(line, end + skip, line.n);
    }
    return ST_OK;
}

static bool upper_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "GB", "ES-CN": a country's code, perhaps with a part behind it. */
static st territory_word(struct reader *r, str w)
{
    const struct country *c;
    bool shaped = w.n >= 2 && upper_letter(w.p[0]) && upper_letter(w.p[1]) && (w.n == 2 || (w.p[2] == '-' && w.n <= 12));
    for (size_t i = 3; shaped && i < w.n; i++)
        shaped = upper_letter(w.p[i]) || (w.p[i] >= '0' && w.p[i] <= '9');
    bool known = shaped && (str_eq(w, S("XI")) || country_find(str_sub(w, 0, 2), &c) == ST_OK);
    return known ? ST_OK : wrong(r, "'%.*s' is not a territory: a country's code, or CODE-PART", STR_ARG(str_sub(w, 0, 40)));
}

/* Declared in this file, or a country. */
static st known_word(struct reader *r, str w)
{
    TRY(territory_word(r, w));
    if (w.n == 2)
        return ST_OK;
    for (size_t i = 0; i < r->book->n_parts; i++)
        if (str_eq(r->book->parts[i].code, w))
            return ST_OK;
    return wrong(r, "'%.*s' was not declared before", STR_ARG(w));
}

static st rate_line(struct reader *r)
{
    struct rate rate;
    int64_t bp;
    if (r->n != 3)
        return wrong(r, "expected: TERRITORY FROM RATE");
    TRY(territory_word(r, r->word[0]));
    rate.territory = r->word[0];
    if (date_parse(r->word[1], &rate.from) != ST_OK)
        return wrong(r, "'%.*s' is not a date such as 2026-01-31", STR_ARG(str_sub(r->word[1], 0, 40)));
    if (decimal_parse(r->word[2], 2, &bp) != ST_OK || bp < 0 || bp > 10000)
        return wrong(r, "'%.*s' is not a rate such as 20 or 25.5", STR_ARG(str_sub(r->word[2], 0, 40)));
    rate.bp = (int32_t)bp;
    for (size_t i = 0; i < r->book->n_rates; i++)
        if (str_eq(r->book->rates[i].territory, rate.territory) && r->book->rates[i].from.days >= rate.from.days)
            return wrong(r, "a rate of %.*s must begin after the one before", STR_ARG(rate.territory));
    r->book->rates[r->book->n_rates++] = rate;
    return ST_OK;
}

static st part_line(struct reader *r)
{
    if (r->n != 6 || !str_eq(r->word[2], S("of")))
        return wrong(r, "expected: part CODE of COUNTRY taxed|outside \"NAME\"");
    TRY(territory_word(r, r->word[1]));
    TRY(territory_word(r, r->word[3]));
    bool taxed = str_eq(r->word[4], S("taxed"));
    if (!taxed && !str_eq(r->word[4], S("outside")))
        return wrong(r, "'%.*s' should be taxed or outside", STR_ARG(str_sub(r->word[4], 0, 40)));
    r->book->parts[r->book->n_parts++] = (struct part){ r->word[1], r->word[3], r->word[5], taxed };
    return ST_OK;
}

static st member_line(struct reader *r)
{
    for (size_t i = 1; i < r->n; i++) {
        TRY(territory_word(r, r->word[i]));
        if (r->book->n_members == MOST_LINES)
            return wrong(r, "there are too many Member States");
        r->book->members[r->book->n_members++] = r->word[i];
    }
    return ST_OK;
}

static st postcode_line(struct reader *r)
{
    if (r->n < 4)
        return wrong(r, "expected: postcode COUNTRY CODE PREFIX …");
    TRY(territory_word(r, r->word[1]));
    TRY(known_word(r, r->word[2]));
    for (size_t i = 3; i < r->n; i++) {
        for (size_t k = 0; k < r->word[i].n; k++)
            if (!upper_letter(r->word[i].p[k]) && (r->word[i].p[k] < '0' || r->word[i].p[k] > '9'))
                return wrong(r, "'%.*s' is not the beginning of a postcode", STR_ARG(str_sub(r->word[i], 0, 40)));
        if (r->book->n_postcodes == MOST_LINES)
            return wrong(r, "there are too many postcodes");
        r->book->postcodes[r->book->n_postcodes++] = (struct postcode){ r->word[1], r->word[i], r->word[2] };
    }
    return ST_OK;
}

static st pair_line(struct reader *r, struct pair *to, size_t *n, bool territory)
{
    if (r->n != 3)
        return wrong(r, "expected: %.*s CODE %s", STR_ARG(r->word[0]), territory ? "AS" : "\"WHAT\"");
    TRY(territory_word(r, r->word[1]));
    if (territory)
        TRY(known_word(r, r->word[2]));
    to[(*n)++] = (struct pair){ r->word[1], r->word[2] };
    return ST_OK;
}

static st territory_line(struct reader *r)
{
    struct vat_book *b = r->book;
    if (str_eq(r->word[0], S("member")))
        return member_line(r);
    if (str_eq(r->word[0], S("part")))
        return part_line(r);
    if (str_eq(r->word[0], S("postcode")))
        return postcode_line(r);
    if (str_eq(r->word[0], S("same")))
        return pair_line(r, b->same, &b->n_same, true);
    if (str_eq(r->word[0], S("scheme")))
        return pair_line(r, b->schemes, &b->n_schemes, false);
    return wrong(r, "'%.*s' is not known here", STR_ARG(str_sub(r->word[0], 0, 40)));
}

static st read_lines(struct reader *r, str text, st (*line_fn)(struct reader *))
{
    str line;
    for (r->line = 1; str_next(&text, '\n', &line); r->line++) {
        if (r->line > MOST_LINES)
            return wrong(r, "the file is too long");
        if (!utf8_printable(line, false) && !utf8_printable(str_trim(line), false) && str_index(line, '\t') == line.n)
            return wrong(r, "this line is not text");
        TRY(split(r, line));
        if (r->n > 0)
            TRY(line_fn(r));
    }
    return ST_OK;
}

/* A book that lacks what every decision needs is refused at start, not at the first order. */
static st complete(struct reader *r, const char *rates_name, const char *territories_name)
{
    const struct vat_book *b = r->book;
    r->line = 1;
    r->name = territories_name;
    if (b->n_members == 0)
        return wrong(r, "no Member State is named");
    r->name = rates_name;
    for (size_t i = 0; i < b->n_members; i++) {
        int32_t bp;
        if (vat_rate(b, b->members[i], (date){ INT32_MAX }, &bp) != ST_OK)
            return wrong(r, "there is no rate for %.*s", STR_ARG(b->members[i]));
    }
    return ST_OK;
}

st vat_book_read(struct arena *a, const struct vat_sources *from, const struct vat_book **out, struct vat_fault *fault)
{
    struct vat_book *b = NEW(a, struct vat_book);
    if (!b)
        return ST_NO_MEMORY;
    b->rates = NEWN(a, struct rate, MOST_LINES);
    b->members = NEWN(a, str, MOST_LINES);
    b->parts = NEWN(a, struct part, MOST_LINES);
    b->same = NEWN(a, struct pair, MOST_LINES);
    b->schemes = NEWN(a, struct pair, MOST_LINES);
    b->postcodes = NEWN(a, struct postcode, MOST_LINES);
    str rates = str_dup(a, from->rates), territories = str_dup(a, from->territories);
    if (arena_failed(a))
        return ST_NO_MEMORY;
    struct reader r = { .arena = a, .book = b, .fault = fault, .name = from->territories_name };
    TRY(read_lines(&r, territories, territory_line));
    r.name = from->rates_name;
    TRY(read_lines(&r, rates, rate_line));
    TRY(complete(&r, from->rates_name, from->territories_name));
    *out = b;
    return ST_OK;
}

/* ---- looking up ---- */

static const struct part *part_of(const struct vat_book *b, str code)
{
    for (size_t i = 0; i < b->n_parts; i++)
        if (str_eq(b->parts[i].code, code))
            return &b->parts[i];
    return NULL;
}

static bool is_member(const struct vat_book *b, str code)
{
    for (size_t i = 0; i < b->n_members; i++)
        if (str_eq(b->members[i], code))
            return true;
    return false;
}

enum vat_zone vat_zone(const struct vat_book *b, str territory)
{
    const struct part *p = part_of(b, territory);
    if (p && !p->taxed)
        return VAT_ZONE_OUTSIDE;
    return is_member(b, p ? p->of : territory) ? VAT_ZONE_EU : VAT_ZONE_OUTSIDE;
}

str vat_parent(const struct vat_book *b, str territory)
{
    const struct part *p = part_of(b, territory);
    return p ? p->of : territory;
}

static str counts_as(const struct vat_book *b, str code)
{
    for (size_t i = 0; i < b->n_same; i++)
        if (str_eq(b->same[i].code, code))
            return b->same[i].other;
    return code;
}

str vat_scheme(const struct vat_book *b, str territory)
{
    for (size_t i = 0; i < b->n_schemes; i++)
        if (str_eq(b->schemes[i].code, territory))
            return b->schemes[i].other;
    return S("");
}

str vat_territory_name(const struct vat_book *b, str territory)
{
    const struct part *p = part_of(b, territory);
    const struct country *c;
    if (p)
        return p->name;
    return country_find(territory, &c) == ST_OK ? str_c(c->name) : territory;
}

st vat_rate(const struct vat_book *b, str territory, date on, int32_t *rate_bp)
{
    const struct rate *best = NULL;
    for (size_t i = 0; i < b->n_rates; i++)
        if (b->rates[i].from.days <= on.days && str_eq(b->rates[i].territory, territory))
            best = &b->rates[i];
    if (!best)
        return ST_NOT_FOUND;
    *rate_bp = best->bp;
    return ST_OK;
}

/* Letters and digits of a postcode as typed, upper case, one at a time; 0 at the end. */
static char next_char(str *s)
{
    while (s->n > 0) {
        char c = s->p[0];
        *s = str_sub(*s, 1, s->n);
        if ((c >= '0' && c <= '9') || upper_letter(c))
            return c;
        if (c >= 'a' && c <= 'z')
            return (char)(c - 32);
    }
    return '\0';
}

/* Where postcodes are numbers, letters in front of them ("FI-22100", "E 35001") say the country only. */
static bool begins_with(str postcode, str prefix)
{
    bool number = prefix.p[0] >= '0' && prefix.p[0] <= '9';
    char c = next_char(&postcode);
    while (number && upper_letter(c))
        c = next_char(&postcode);
    for (size_t i = 0; i < prefix.n; i++) {
        if (c != prefix.p[i])
            return false;
        c = next_char(&postcode);
    }
    return true;
}

static str by_postcode(const struct vat_book *b, str country, str postcode)
{
    const struct postcode *best = NULL;
    for (size_t i = 0; i < b->n_postcodes; i++) {
        const struct postcode *p = &b->postcodes[i];
        if (str_eq(p->country, country) && begins_with(postcode, p->prefix) && (!best || p->prefix.n > best->prefix.n))
            best = p;
    }
    return best ? best->territory : country;
}

st vat_territory(const struct vat_book *b, str country, str postcode, str *out)
{
    const struct country *c;
    const struct part *p = part_of(b, country);
    if (p) {
        *out = p->code;
        return ST_OK;
    }
    str code;
    if (str_ieq(country, S("XI"))) {
        code = S("XI");
    } else {
        TRY(country_find(country, &c));
        code = (str){ c->code, 2 };
    }
    *out = counts_as(b, str_empty(postcode) ? code : by_postcode(b, code, postcode));
    return ST_OK;
}
