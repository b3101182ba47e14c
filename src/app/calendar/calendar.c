/* The table of bank holidays, and what is asked of it. */
#include "calendar.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "codec.h"
#include "str.h"

/* A bit for each division and day of the span. */
struct calendar {
    date first, last;
    uint8_t *holiday; /* by day, from the first: bit = division */
    char version[13];
};

static const char *const words[CALENDAR_DIVISIONS] = { "england-and-wales", "scotland", "northern-ireland" };

const char *calendar_word(enum calendar_division d)
{
    return words[d];
}

st calendar_parse(str word, enum calendar_division *out)
{
    for (int i = 0; i < CALENDAR_DIVISIONS; i++)
        if (str_eq(word, str_c(words[i]))) {
            *out = (enum calendar_division)i;
            return ST_OK;
        }
    return ST_INVALID;
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

#define SPAN_MOST 36600 /* a hundred years */

struct reading {
    struct calendar *c;
    const char *name;
    long line;
    struct calendar_fault *fault;
};

static st PRINTF(2, 3) wrong(struct reading *r, const char *fmt, ...)
{
    char what[110];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (r->line > 0)
        snprintf(r->fault->text, sizeof r->fault->text, "%.50s:%ld: %s", r->name, r->line, what);
    else
        snprintf(r->fault->text, sizeof r->fault->text, "%.50s: %s", r->name, what);
    return ST_CONFIG;
}

static st day_of(struct reading *r, str word, date *out)
{
    return date_parse(word, out) == ST_OK ? ST_OK : wrong(r, "there is no day '%.*s'", (int)(word.n < 40 ? word.n : 40), word.p);
}

static st span(struct reading *r, struct arena *a, str line)
{
    str from;
    if (r->c->holiday)
        return wrong(r, "there is a second span");
    if (!str_next(&line, ' ', &from))
        return wrong(r, "a span is a first and a last day");
    TRY(day_of(r, from, &r->c->first));
    TRY(day_of(r, str_trim(line), &r->c->last));
    int64_t days = (int64_t)r->c->last.days - r->c->first.days + 1;
    if (days < 1 || days > SPAN_MOST)
        return wrong(r, "a span goes forward, and not beyond a hundred years");
    r->c->holiday = NEWN(a, uint8_t, (size_t)days);
    return r->c->holiday ? ST_OK : ST_NO_MEMORY;
}

static st mark(struct reading *r, date day, enum calendar_division d, bool holiday)
{
    if (!calendar_knows(r->c, day))
        return wrong(r, "a day outside the span");
    uint8_t *at = &r->c->holiday[day.days - r->c->first.days], bit = (uint8_t)(1u << d);
    *at = holiday ? (uint8_t)(*at | bit) : (uint8_t)(*at & ~bit);
    return ST_OK;
}

/* "2012-01-02 EN Title": the title is for people. */
static st holiday(struct reading *r, str line)
{
    static const char letters[CALENDAR_DIVISIONS] = { 'E', 'S', 'N' };
    str word, where;
    date day;
    if (!str_next(&line, ' ', &word) || !str_next(&line, ' ', &where) || str_empty(where))
        return wrong(r, "a line is a date, its divisions and a title");
    TRY(day_of(r, word, &day));
    for (size_t i = 0; i < where.n; i++) {
        int d = 0;
        while (d < CALENDAR_DIVISIONS && letters[d] != where.p[i])
            d++;
        if (d == CALENDAR_DIVISIONS)
            return wrong(r, "divisions are of the letters E, S and N");
        TRY(mark(r, day, (enum calendar_division)d, true));
    }
    return ST_OK;
}

static st table(struct reading *r, struct arena *a, str text)
{
    str line;
    while (str_next(&text, '\n', &line)) {
        r->line++;
        line = str_trim(str_sub(line, 0, str_index(line, '#')));
        if (str_empty(line))
            continue;
        if (str_starts(line, S("span ")))
            TRY(span(r, a, str_sub(line, 5, line.n)));
        else if (!r->c->holiday)
            return wrong(r, "the span comes first");
        else
            TRY(holiday(r, line));
    }
    r->line = 0;
    return r->c->holiday ? ST_OK : wrong(r, "there is no span");
}

/* "scotland 2026-06-15" or "-scotland 2026-06-15". */
static st entry(struct reading *r, str one)
{
    enum calendar_division d;
    date day;
    str division;
    bool off = str_starts(one, S("-"));
    one = str_sub(one, off, one.n);
    if (!str_next(&one, ' ', &division) || calendar_parse(division, &d) != ST_OK)
        return wrong(r, "an entry is a division (england-and-wales, scotland or northern-ireland) and a date");
    TRY(day_of(r, str_trim(one), &day));
    return mark(r, day, d, !off);
}

st calendar_read(struct arena *a, const char *name, str text, str entries, const struct calendar **out,
                 struct calendar_fault *fault)
{
    struct calendar *c = NEW(a, struct calendar);
    uint8_t hash[6];
    crypto_generichash_state h;
    str one;
    if (!c)
        return ST_NO_MEMORY;
    struct reading r = { .c = c, .name = name, .fault = fault };
    (void)crypto_generichash_init(&h, NULL, 0, 16);
    (void)crypto_generichash_update(&h, (const uint8_t *)text.p, text.n);
    (void)crypto_generichash_update(&h, (const uint8_t *)entries.p, entries.n);
    uint8_t whole[16];
    (void)crypto_generichash_final(&h, whole, sizeof whole);
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = whole[i];
    snprintf(c->version, sizeof c->version, "%02x%02x%02x%02x%02x%02x", hash[0], hash[1], hash[2], hash[3], hash[4], hash[5]);
    TRY(table(&r, a, text));
    r.name = "calendar.holidays";
    r.line = 0;
    while (str_next(&entries, ',', &one))
        if (!str_empty(str_trim(one)))
            TRY(entry(&r, str_trim(one)));
    *out = c;
    return ST_OK;
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

date calendar_last(const struct calendar *c)
{
    return c->last;
}

str calendar_version(const struct calendar *c)
{
    return str_c(c->version);
}

bool calendar_knows(const struct calendar *c, date d)
{
    return d.days >= c->first.days && d.days <= c->last.days;
}

bool calendar_business_day(const struct calendar *c, enum calendar_division division, date d)
{
    return calendar_knows(c, d) && date_weekday(d) < 5 && !(c->holiday[d.days - c->first.days] >> division & 1);
}

bool calendar_reaches(const struct calendar *c, date today)
{
    return calendar_knows(c, date_add_days(today, CALENDAR_AHEAD_DAYS));
}
