/* Business days, and by when something has to be answered.
 *
 * A calendar is the table of bank holidays (reference/bank_holidays.txt, or the operator's file) and the operator's own
 * entries: holidays come by proclamation too, sometimes within two weeks. It knows nothing beyond its span, and says so
 * instead of guessing.
 *
 * Two dates are counted for what the law counts in days or months: `due` as the Information Commissioner counts (the day of
 * receipt is not counted, and what ends on a day that is no business day ends on the next one), and `strict` as the words
 * "beginning with" can also be read: a day earlier, and not moved. People work to the strict one.
 *
 * LAW: UK GDPR art 12(3) and 12A; DPA 2018 s.164A; UK GDPR art 33(1); Regulation 1182/71 art 3.
 * Civil time is Europe/London. A calendar is read-only and lives in the arena it was read into. */
#ifndef AVOW_CALENDAR_H
#define AVOW_CALENDAR_H

#include "arena.h"

struct config;

/* ---- business days --------------------------------------------------------------------------------------------------- */

enum calendar_division { CALENDAR_ENGLAND_AND_WALES, CALENDAR_SCOTLAND, CALENDAR_NORTHERN_IRELAND, CALENDAR_DIVISIONS };
const char *calendar_word(enum calendar_division); /* "england-and-wales" */
NODISCARD st calendar_parse(str, enum calendar_division *); /* ST_INVALID */

struct calendar;
/* What is wrong with a file or an entry: "bank_holidays.txt:12: there is no day '2026-02-30'". */
struct calendar_fault {
    char text[200];
};
/* The table, and entries as in the configuration: "scotland 2026-06-15, -england-and-wales 2027-05-03", where '-' makes a
 * working day of a holiday. ST_CONFIG with `fault`; ST_NO_MEMORY. */
NODISCARD st calendar_read(struct arena *, const char *name, str table, str entries, const struct calendar **,
                           struct calendar_fault *);
date calendar_last(const struct calendar *);   /* last day it knows */
str calendar_version(const struct calendar *); /* 12 hexadecimal digits: another calendar, another version */
/* Monday to Friday, and no bank holiday there. False outside the calendar's span: ask calendar_knows first. */
bool calendar_business_day(const struct calendar *, enum calendar_division, date);
bool calendar_knows(const struct calendar *, date);

/* The process's own, opened before the sandbox closes: calendar.file and calendar.holidays, or what ships. */
NODISCARD st calendar_open(struct arena *, const struct config *, struct calendar_fault *);
const struct calendar *calendar_here(void); /* never NULL, unless there is no memory for what ships */
/* The division of calendar.division; checked when the calendar was opened. */
enum calendar_division calendar_division_of(const struct config *);
/* How far ahead the calendar must reach, so that 90 business days can be counted whatever holidays they have. */
#define CALENDAR_AHEAD_DAYS 140
/* Does it reach that far? Otherwise staff are told, in good time before anything cannot be counted. */
bool calendar_reaches(const struct calendar *, date today);

/* ---- deadlines ------------------------------------------------------------------------------------------------------- */

/* X(name, "word") */
#define DEADLINE_RULES(X)            \
    X(SAR, "sar")                    \
    X(SAR_EXTENDED, "sar-extended")  \
    X(COMPLAINT, "complaint")        \
    X(BREACH, "breach")              \
    X(DISPUTE, "dispute")
#define DEADLINE_ENUM(name, word) DEADLINE_##name,
enum deadline_rule { DEADLINE_RULES(DEADLINE_ENUM) DEADLINE_RULE_COUNT };
#undef DEADLINE_ENUM
const char *deadline_word(enum deadline_rule);
NODISCARD st deadline_parse(str, enum deadline_rule *); /* ST_INVALID */

struct deadline_pause {
    date from, to; /* both do not count */
};
#define DEADLINE_PAUSES_MOST 64

struct deadline_ask {
    enum deadline_rule rule;
    enum calendar_division division;
    utc from; /* when the clock starts: receipt, or what it waits for. Of all rules but breach, its day in London counts */
    const struct deadline_pause *pauses; /* in any order; they may overlap */
    size_t n_pauses;
};
struct deadline {
    date due, strict;       /* the last days; equal where there is one date only */
    utc due_at, strict_at;  /* their last seconds in London; of breach, the moment */
    bool two;               /* strict is another than due */
};
enum deadline_problem {
    DEADLINE_FINE,
    DEADLINE_NO_PAUSE,       /* this rule has no pauses */
    DEADLINE_PAUSE_BACKWARDS,
    DEADLINE_PAUSE_EARLY,    /* a pause begins before the clock does */
    DEADLINE_PAUSE_LATE,     /* a pause begins when the time is already over */
    DEADLINE_PAUSES_MANY,
    DEADLINE_CALENDAR_SHORT, /* the calendar does not reach that far */
};
/* ST_INVALID with the problem, and which pause it is about where it is about one. When only the calendar is too short, and the
 * rule has a strict day, that one is given all the same, twice: it needs no calendar, and no request may be without a day. */
NODISCARD st deadline_count(const struct calendar *, const struct deadline_ask *, struct deadline *, enum deadline_problem *,
                            size_t *pause);

#endif
