/* avow deadline: by when something has to be answered, by the code that counts it in the running system. */
#include <stdio.h>

#include "calendar.h"
#include "clock.h"
#include "cmd.h"
#include "data.h"
#include "str.h"

#define MEMORY ((size_t)8 << 20)
#define HOUR 3600

struct asked {
    struct deadline_ask ask;
    struct deadline_pause pauses[OPTION_LIST_MOST];
    const struct option_list *pause_words;
    const char *from;
};

static st wrong(const char *option, const char *value, const char *what)
{
    fprintf(stderr, "avow deadline: %s %s: %s\n", option, value, what);
    return ST_INVALID;
}

/* ---- reading a time -------------------------------------------------------------------------------------------------- */

static bool same(utc at, const struct civil *c)
{
    struct civil l = civil_london(at);
    return l.day == c->day && l.hour == c->hour && l.minute == c->minute;
}

/* A time without a zone is London's. Of an hour that there is twice the first is meant: it is over sooner. */
static st london(utc as_if_utc, utc *out)
{
    struct civil c = civil_utc(as_if_utc);
    utc summer = { as_if_utc.s - HOUR };
    if (same(summer, &c))
        *out = summer;
    else if (same(as_if_utc, &c))
        *out = as_if_utc;
    else
        return ST_NOT_FOUND; /* the hour that is left out in spring */
    return ST_OK;
}

/* "+01:00" into seconds. */
static st offset(str zone, int64_t *out)
{
    int64_t h, m;
    if (zone.n != 6 || zone.p[3] != ':' || (zone.p[0] != '+' && zone.p[0] != '-'))
        return ST_INVALID;
    TRY(i64_parse(str_sub(zone, 1, 2), 0, 14, &h));
    TRY(i64_parse(str_sub(zone, 4, 2), 0, 59, &m));
    *out = (zone.p[0] == '-' ? -1 : 1) * (h * HOUR + m * 60);
    return ST_OK;
}

/* "2026-11-26T10:15", with or without seconds, and with Z, an offset, or nothing for London's time. */
static st moment(struct arena *a, str word, utc *out)
{
    size_t digits = 16; /* without seconds */
    if (word.n > 16 && word.p[16] == ':')
        digits = 19;
    str zone = str_sub(word, digits, word.n);
    str full = str_fmt(a, "%.*s%sZ", STR_ARG(str_sub(word, 0, digits)), digits == 16 ? ":00" : "");
    int64_t ahead;
    utc at;
    TRY(utc_parse(full, &at));
    if (str_empty(zone))
        return london(at, out);
    if (str_eq(zone, S("Z"))) {
        *out = at;
        return ST_OK;
    }
    TRY(offset(zone, &ahead));
    *out = (utc){ at.s - ahead };
    return ST_OK;
}

/* A day alone begins at midnight: that is the earliest, and so the stricter. */
static st from(struct arena *a, struct asked *q)
{
    date day;
    str word = str_c(q->from);
    if (date_parse(word, &day) == ST_OK) {
        q->ask.from = utc_start_of_day_london(day);
        return ST_OK;
    }
    st s = moment(a, word, &q->ask.from);
    if (s == ST_NOT_FOUND)
        return wrong("--from", q->from, "there is no such time in London, where the clocks go forward then");
    return s == ST_OK ? ST_OK
                      : wrong("--from", q->from, "should be a date (2026-11-26) or a time (2026-11-26T10:15, with Z or +01:00)");
}

static st pauses(struct asked *q)
{
    q->ask.pauses = q->pauses;
    for (size_t i = 0; i < q->pause_words->n; i++) {
        str word = str_c(q->pause_words->v[i]);
        size_t dots = str_find(word, S(".."));
        if (date_parse(str_sub(word, 0, dots), &q->pauses[i].from) != ST_OK ||
            date_parse(str_sub(word, dots + 2, word.n), &q->pauses[i].to) != ST_OK)
            return wrong("--pause", q->pause_words->v[i], "should be two dates: 2026-09-10..2026-09-14");
        q->ask.n_pauses++;
    }
    return ST_OK;
}

/* ---- answering ------------------------------------------------------------------------------------------------------- */

static st refuse(const struct asked *q, enum deadline_problem problem, size_t which)
{
    const char *pause = q->pause_words->n > which ? q->pause_words->v[which] : "";
    switch (problem) {
    case DEADLINE_NO_PAUSE:
        return wrong("--pause", pause, "only the rules sar and sar-extended can be paused");
    case DEADLINE_PAUSE_BACKWARDS:
        return wrong("--pause", pause, "ends before it begins");
    case DEADLINE_PAUSE_EARLY:
        return wrong("--pause", pause, "begins before --from");
    case DEADLINE_PAUSE_LATE:
        return wrong("--pause", pause, "begins when the time is already over");
    case DEADLINE_PAUSES_MANY:
        return wrong("--pause", pause, "is one too many");
    case DEADLINE_CALENDAR_SHORT:
        fprintf(stderr, "avow deadline: --from %s: the calendar of %s does not reach that far\n", q->from,
                calendar_word(q->ask.division));
        return ST_INVALID;
    case DEADLINE_FINE:
        break;
    }
    return ST_BUG;
}

static st answer(struct arena *a, const struct asked *q, bool json)
{
    struct deadline d;
    enum deadline_problem problem;
    size_t which;
    st s = deadline_count(calendar_here(), &q->ask, &d, &problem, &which);
    if (s != ST_OK)
        return problem == DEADLINE_FINE ? s : refuse(q, problem, which);
    bool moment_of = q->ask.rule == DEADLINE_BREACH;
    str due = moment_of ? utc_iso(a, d.due_at) : date_iso(a, d.due), strict = date_iso(a, d.strict);
    if (json && d.two)
        printf("{\"due\":\"%.*s\",\"strict\":\"%.*s\"}\n", STR_ARG(due), STR_ARG(strict));
    else if (json)
        printf("{\"due\":\"%.*s\"}\n", STR_ARG(due));
    else
        printf("due     %.*s\n", STR_ARG(due));
    if (!json && d.two)
        printf("strict  %.*s\n", STR_ARG(strict));
    return fflush(stdout) == 0 ? ST_OK : ST_IO;
}

static st open_calendar(struct arena *a, const char *data, const char *config, const struct option_list *sets, const char *division,
                        struct asked *q)
{
    struct data_place place;
    struct calendar_fault fault;
    TRY(data_if_any(a, data, config, sets, &place));
    st s = calendar_open(a, &place.config, &fault);
    if (s == ST_CONFIG)
        fprintf(stderr, "avow deadline: %s\n", fault.text);
    TRY(s);
    q->ask.division = calendar_division_of(&place.config);
    if (division && calendar_parse(str_c(division), &q->ask.division) != ST_OK)
        return wrong("--calendar", division, "should be england-and-wales, scotland or northern-ireland");
    return ST_OK;
}

static st words(struct arena *a, int argc, char **argv, bool *usage)
{
    const char *data = NULL, *config = NULL, *rule = NULL, *division = NULL;
    struct option_list sets = { .n = 0 }, pause_words = { .n = 0 }, rest;
    struct asked q = { .pause_words = &pause_words };
    bool json = false;
    const struct option options[] = { { .name = "--rule", .value = &rule }, { .name = "--from", .value = &q.from },
        { .name = "--calendar", .value = &division }, { .name = "--pause", .list = &pause_words },
        { .name = "--json", .flag = &json }, { .name = "--data", .value = &data }, { .name = "--config", .value = &config },
        { .name = "--set", .list = &sets } };
    *usage = true;
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    if (rest.n > 0 || !rule || !q.from) {
        fprintf(stderr, "avow deadline: %s\n",
                rest.n > 0 ? "there is a word that is no option" : !rule ? "--rule is missing" : "--from is missing");
        return ST_INVALID;
    }
    *usage = false;
    if (deadline_parse(str_c(rule), &q.ask.rule) != ST_OK)
        return wrong("--rule", rule, "should be sar, sar-extended, complaint, breach or dispute");
    TRY(open_calendar(a, data, config, &sets, division, &q));
    TRY(from(a, &q));
    TRY(pauses(&q));
    return answer(a, &q, json);
}

int cmd_deadline(int argc, char **argv)
{
    bool usage = false;
    struct arena *a = arena_new(MEMORY);
    st s = a ? words(a, argc, argv, &usage) : ST_NO_MEMORY;
    if (s != ST_OK && s != ST_INVALID && s != ST_CONFIG)
        fprintf(stderr, "avow deadline: %s\n", st_info(s)->text);
    if (a)
        arena_free(a);
    return s == ST_INVALID && usage ? CMD_USAGE : st_info(s)->exit;
}
