/* Counting. Pure: a calendar and a question, no clock of its own. */
#include "calendar.h"
#include "clock.h"
#include "str.h"

#define COMPLAINT_DAYS 30
#define BREACH_SECONDS (72 * 3600)
#define DISPUTE_BUSINESS_DAYS 90

#define RULE_WORD(name, word) word,
static const char *const words[DEADLINE_RULE_COUNT] = { DEADLINE_RULES(RULE_WORD) };
#undef RULE_WORD

const char *deadline_word(enum deadline_rule rule)
{
    return words[rule];
}

st deadline_parse(str word, enum deadline_rule *out)
{
    for (int i = 0; i < DEADLINE_RULE_COUNT; i++)
        if (str_eq(word, str_c(words[i]))) {
            *out = (enum deadline_rule)i;
            return ST_OK;
        }
    return ST_INVALID;
}

static date later(date a, date b)
{
    return a.days > b.days ? a : b;
}

static utc end_of_day(date d)
{
    return (utc){ utc_start_of_day_london(date_add_days(d, 1)).s - 1 };
}

/* The first business day from `d` on. False: the calendar does not reach so far. */
static bool roll(const struct calendar *c, enum calendar_division division, date *d)
{
    for (; calendar_knows(c, *d); *d = date_add_days(*d, 1))
        if (calendar_business_day(c, division, *d))
            return true;
    return false;
}

/* ---- pauses ---------------------------------------------------------------------------------------------------------- */

static void sort(struct deadline_pause *v, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && v[k].from.days < v[k - 1].from.days; k--) {
            struct deadline_pause t = v[k];
            v[k] = v[k - 1];
            v[k - 1] = t;
        }
}

static st each_alone(const struct deadline_ask *q, date start, enum deadline_problem *problem, size_t *which)
{
    for (size_t i = 0; i < q->n_pauses; i++) {
        *which = i;
        *problem = q->pauses[i].to.days < q->pauses[i].from.days ? DEADLINE_PAUSE_BACKWARDS
                   : q->pauses[i].from.days < start.days         ? DEADLINE_PAUSE_EARLY
                                                                 : DEADLINE_FINE;
        if (*problem != DEADLINE_FINE)
            return ST_INVALID;
    }
    return ST_OK;
}

/* Days of the pauses do not count, each once: the end moves by as many. A pause that begins when the time is over (also as the
 * Commissioner counts) stops nothing any more. */
static st pause_days(const struct calendar *c, const struct deadline_ask *q, date end, int32_t *days,
                     enum deadline_problem *problem, size_t *which)
{
    struct deadline_pause v[DEADLINE_PAUSES_MOST];
    date upto = DATE_NONE; /* days up to here are counted as paused */
    for (size_t i = 0; i < q->n_pauses; i++)
        v[i] = q->pauses[i];
    sort(v, q->n_pauses);
    for (size_t i = 0; i < q->n_pauses; i++) {
        date over = date_add_days(end, *days), rolled = over;
        if (roll(c, q->division, &rolled))
            over = rolled;
        *problem = v[i].from.days > over.days ? DEADLINE_PAUSE_LATE : DEADLINE_FINE;
        for (size_t k = 0; k < q->n_pauses; k++)
            if (q->pauses[k].from.days == v[i].from.days)
                *which = k;
        if (*problem != DEADLINE_FINE)
            return ST_INVALID;
        date from = upto.days == DATE_NONE.days ? v[i].from : later(v[i].from, date_add_days(upto, 1));
        *days += v[i].to.days >= from.days ? v[i].to.days - from.days + 1 : 0;
        upto = upto.days == DATE_NONE.days ? v[i].to : later(upto, v[i].to);
    }
    return ST_OK;
}

/* ---- the rules ------------------------------------------------------------------------------------------------------- */

static st short_of(enum deadline_problem *problem)
{
    *problem = DEADLINE_CALENDAR_SHORT;
    return ST_INVALID;
}

static void settle(struct deadline *out, date due, date strict)
{
    *out = (struct deadline){ .due = due, .strict = strict, .due_at = end_of_day(due), .strict_at = end_of_day(strict),
                              .two = due.days != strict.days };
}

/* LAW: UK GDPR art 12(3), 12A: one month, or three when extended; what the controller asked for to know what is wanted stops the
 * clock from the day it asks to the day it is told. Counted as the ICO does: the same date of a later month, or its last day. */
static st months(const struct calendar *c, const struct deadline_ask *q, struct deadline *out, enum deadline_problem *problem,
                 size_t *which)
{
    date start = date_london(q->from);
    date end = date_add_months(start, q->rule == DEADLINE_SAR ? 1 : 3);
    int32_t paused = 0;
    TRY(each_alone(q, start, problem, which));
    TRY(pause_days(c, q, end, &paused, problem, which));
    end = date_add_days(end, paused);
    date due = end, strict = date_add_days(end, -1);
    settle(out, strict, strict);
    if (!roll(c, q->division, &due))
        return short_of(problem);
    settle(out, due, strict);
    return ST_OK;
}

/* LAW: DPA 2018 s.164A(2): acknowledged within 30 days beginning when the complaint is received. */
static st complaint(const struct calendar *c, const struct deadline_ask *q, struct deadline *out, enum deadline_problem *problem)
{
    date due = date_add_days(date_london(q->from), COMPLAINT_DAYS), strict = date_add_days(due, -1);
    settle(out, strict, strict);
    if (!roll(c, q->division, &due))
        return short_of(problem);
    settle(out, due, strict);
    return ST_OK;
}

/* A promise of the house: what comes on a day that is no business day has come on the next one, which is day 0. */
static st dispute(const struct calendar *c, const struct deadline_ask *q, struct deadline *out, enum deadline_problem *problem)
{
    date day = date_london(q->from);
    for (int n = 0; roll(c, q->division, &day); n++) {
        if (n == DISPUTE_BUSINESS_DAYS) {
            settle(out, day, day);
            return ST_OK;
        }
        day = date_add_days(day, 1);
    }
    return short_of(problem);
}

/* LAW: UK GDPR art 33(1): 72 hours after having become aware, whatever days these are. */
static st breach(const struct deadline_ask *q, struct deadline *out)
{
    utc at = { q->from.s + BREACH_SECONDS };
    *out = (struct deadline){ .due = date_london(at), .strict = date_london(at), .due_at = at, .strict_at = at };
    return ST_OK;
}

st deadline_count(const struct calendar *c, const struct deadline_ask *q, struct deadline *out, enum deadline_problem *problem,
                  size_t *which)
{
    *problem = DEADLINE_FINE;
    *which = 0;
    if (q->n_pauses > 0 && q->rule != DEADLINE_SAR && q->rule != DEADLINE_SAR_EXTENDED)
        *problem = DEADLINE_NO_PAUSE;
    if (q->n_pauses > DEADLINE_PAUSES_MOST)
        *problem = DEADLINE_PAUSES_MANY;
    if (*problem != DEADLINE_FINE)
        return ST_INVALID;
    switch (q->rule) {
    case DEADLINE_SAR:
    case DEADLINE_SAR_EXTENDED:
        return months(c, q, out, problem, which);
    case DEADLINE_COMPLAINT:
        return complaint(c, q, out, problem);
    case DEADLINE_DISPUTE:
        return dispute(c, q, out, problem);
    case DEADLINE_BREACH:
        return breach(q, out);
    case DEADLINE_RULE_COUNT:
        break;
    }
    return ST_BUG;
}
