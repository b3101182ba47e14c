/* How a CSV file writes dates and amounts. 03/04/2026 is two dates and 1,500 two amounts: which one is meant follows from the
 * other lines of the file or from the configuration, and from nothing else. */
#include <string.h>

#include "csv.h"
#include "str.h"

/* ---- dates ---- */

struct parts {
    int a, b, year;   /* two numbers in the order written, or month by name in `named` */
    bool iso, dotted, named;
    int month;        /* when named */
};

static int month_by_name(str s)
{
    static const char *const names[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_istarts(s, str_c(names[i])))
            return (int)i + 1;
    return 0;
}

static int number(str s, size_t most)
{
    return s.n >= 1 && s.n <= most ? reading_digits(s, 0, s.n) : -1;
}

static int year_of(str s)
{
    int y = s.n == 4 || s.n == 2 ? number(s, 4) : -1;
    return s.n == 2 && y >= 0 ? 2000 + y : y;
}

/* A time of day may follow a date; it is left out. */
static str day_part(str s)
{
    size_t t = str_index(s, 'T');
    if (t == 10 || t == 8)
        return str_sub(s, 0, t);
    size_t blank = str_index(s, ' ');
    bool clock = blank < s.n && str_index(str_sub(s, blank, s.n), ':') < s.n - blank;
    size_t last = s.n;
    while (clock && last > 0 && s.p[last - 1] != ' ')
        last--;
    return clock && last > 0 ? str_trim(str_sub(s, 0, last)) : s;
}

static st split_date(str s, struct parts *p)
{
    static const char separators[] = { '/', '.', '-', ' ' };
    *p = (struct parts){ 0 };
    s = day_part(s);
    if (s.n == 8 && number(s, 8) >= 0) {
        *p = (struct parts){ .iso = true, .year = reading_digits(s, 0, 4), .a = reading_digits(s, 4, 2),
                             .b = reading_digits(s, 6, 2) };
        return ST_OK;
    }
    for (size_t i = 0; i < COUNT(separators); i++) {
        str rest = s, one, two, three;
        if (!str_next(&rest, separators[i], &one) || !str_next(&rest, separators[i], &two) || !rest.p)
            continue;
        three = str_trim(rest);
        p->dotted = separators[i] == '.';
        p->iso = one.n == 4;
        p->month = month_by_name(two);
        p->named = p->month > 0;
        p->year = year_of(p->iso ? one : three);
        p->a = number(p->iso ? two : one, 2);
        p->b = number(p->iso ? three : two, 2);
        if (p->named)
            p->a = number(one, 2);
        return p->year >= 1990 && p->a > 0 && (p->b > 0 || p->named) ? ST_OK : ST_INVALID;
    }
    return ST_INVALID;
}

st csv_look_at_date(struct reading *r, struct csv_style *style, str s, int64_t line)
{
    struct parts p;
    if (str_empty(s))
        return ST_OK;
    if (split_date(s, &p) != ST_OK)
        return reading_wrong(r, line, TXT_BANK_FILE_DATE, "date");
    if (p.iso || p.dotted || p.named || p.a == p.b)
        return ST_OK;
    if (p.a > 12)
        style->day_first = true;
    else if (p.b > 12)
        style->month_first = true;
    else if (!style->either)
        style->either_line = line;
    style->either = style->either || (p.a <= 12 && p.b <= 12);
    return ST_OK;
}

st csv_date(const struct csv_style *style, str s, date *out)
{
    struct parts p;
    TRY(split_date(s, &p));
    if (p.named)
        *out = date_of(p.year, p.month, p.a);
    else if (p.iso)
        *out = date_of(p.year, p.a, p.b);
    else if (p.dotted || style->dates_by_day)
        *out = date_of(p.year, p.b, p.a);
    else
        *out = date_of(p.year, p.a, p.b);
    return out->days == DATE_NONE.days ? ST_INVALID : ST_OK;
}

/* ---- amounts ---- */

/* Take off sign, currency and blanks; what is left are digits, points and commas. */
static st bare_amount(struct arena *a, str s, bool *minus, str *digits)
{
    static const str noise[] = { SI("£"), SI("€"), SI("$"), SI("\xc2\xa0"), SI("\xe2\x80\xaf"), SI(" "), SI("'"), SI("’") };
    static const str minuses[] = { SI("-"), SI("−"), SI("–") };
    struct out o;
    bool brackets = str_starts(s, S("(")) && str_ends(s, S(")"));
    int signs = brackets;
    if (brackets)
        s = str_sub(s, 1, s.n - 2);
    *minus = brackets;
    out_init(&o, a, s.n + 1);
    while (s.n > 0) {
        size_t skip = 0;
        for (size_t i = 0; i < COUNT(noise) && skip == 0; i++)
            skip = str_starts(s, noise[i]) ? noise[i].n : 0;
        for (size_t i = 0; i < COUNT(minuses) && skip == 0; i++)
            if (str_starts(s, minuses[i])) {
                /* At one end only. */
                bool end = o.n == 0 || s.n == minuses[i].n;
                signs += end ? 1 : 2;
                *minus = true;
                skip = minuses[i].n;
            }
        if (skip == 0 && s.p[0] == '+' && o.n == 0) {
            signs++;
            skip = 1;
        }
        if (skip == 0) {
            out_byte(&o, s.p[0]);
            skip = 1;
        }
        s = str_sub(s, skip, s.n);
    }
    *digits = out_view(&o);
    return out_st(&o) != ST_OK ? out_st(&o) : signs > 1 || digits->n == 0 || digits->n > 40 ? ST_INVALID : ST_OK;
}

static size_t count(str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

/* Is `point` the decimal sign of this amount? Groups of the other sign have three digits. */
static bool fits(str s, char point, char group)
{
    size_t at = str_index(s, point), run = 0, groups = 0;
    if (count(s, point) > 1)
        return false;
    for (size_t i = 0; i < at; i++) {
        if (s.p[i] == group) {
            if (run == 0 || run > 3 || (groups > 0 && run != 3))
                return false;
            groups++;
            run = 0;
        } else if (s.p[i] >= '0' && s.p[i] <= '9') {
            run++;
        } else {
            return false;
        }
    }
    if (run == 0 || (groups > 0 && run != 3))
        return false;
    for (size_t i = at + 1; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

st csv_look_at_amount(struct reading *r, struct csv_style *style, str cell, int64_t line)
{
    bool minus;
    str s;
    if (str_empty(cell))
        return ST_OK;
    st read = bare_amount(r->arena, cell, &minus, &s);
    if (read == ST_NO_MEMORY)
        return read;
    bool point = read == ST_OK && fits(s, '.', ','), comma = read == ST_OK && fits(s, ',', '.');
    if (!point && !comma)
        return reading_wrong(r, line, TXT_BANK_FILE_AMOUNT, "amount");
    if (count(s, '.') + count(s, ',') == 0)
        return ST_OK;
    style->point = style->point || !comma;
    style->comma = style->comma || !point;
    if (point && comma) {
        /* "1.500" and "1,500": with another number of digits behind the sign it would have been clear. */
        if (!style->unclear)
            style->unclear_line = line;
        style->unclear = true;
    }
    return ST_OK;
}

st csv_amount(struct arena *a, const struct csv_style *style, str cell, const char currency[4], int64_t *minor)
{
    bool minus;
    str s;
    struct out o;
    TRY(bare_amount(a, cell, &minus, &s));
    if (!fits(s, style->decimal, style->decimal == '.' ? ',' : '.'))
        return ST_INVALID;
    out_init(&o, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == style->decimal || (s.p[i] >= '0' && s.p[i] <= '9'))
            out_byte(&o, s.p[i]);
    TRY(reading_amount(out_view(&o), style->decimal, currency, minor));
    if (minus)
        *minor = -*minor;
    return ST_OK;
}

/* ---- the decision ---- */

static st decide_dates(struct reading *r, struct csv_style *s)
{
    enum bank_dates how = r->how->dates;
    bool day = how == BANK_DAY_FIRST || (how == BANK_DATES_SEEN && s->day_first);
    bool month = how == BANK_MONTH_FIRST || (how == BANK_DATES_SEEN && s->month_first);
    if ((day && (month || s->month_first)) || (month && s->day_first))
        return reading_wrong(r, 0, TXT_BANK_FILE_DATES_BOTH, NULL);
    if (!day && !month && s->either)
        return reading_wrong(r, s->either_line, TXT_BANK_FILE_DATES_EITHER, NULL);
    s->dates_by_day = !month;
    return ST_OK;
}

static st decide_decimals(struct reading *r, struct csv_style *s)
{
    enum bank_decimals how = r->how->decimals;
    bool point = how == BANK_POINT || (how == BANK_DECIMALS_SEEN && s->point);
    bool comma = how == BANK_COMMA || (how == BANK_DECIMALS_SEEN && s->comma);
    if ((point && (comma || s->comma)) || (comma && s->point))
        return reading_wrong(r, 0, TXT_BANK_FILE_DECIMALS_BOTH, NULL);
    if (!point && !comma && s->unclear)
        return reading_wrong(r, s->unclear_line, TXT_BANK_FILE_DECIMALS_EITHER, NULL);
    s->decimal = comma ? ',' : '.';
    return ST_OK;
}

st csv_decide(struct reading *r, struct csv_style *s)
{
    TRY(decide_dates(r, s));
    return decide_decimals(r, s);
}
