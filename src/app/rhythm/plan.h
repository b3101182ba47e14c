/* The rhythm of a service: what happens next, on which date, and why.
 *
 * One pure function, from facts, terms and the date of today to a list of steps. The daily run does the first of them whose
 * day has come; the pages and `avow rhythm plan` show all of them: they cannot disagree. Nothing here reads a clock or a
 * database. Dates are civil dates in London, so neither nights on which clocks change nor leap days need a rule of their own.
 *
 * How dates are made, and what keeps a clock that jumps from doing harm, is in docs/adr/0013-rhythm.md. */
#ifndef AVOW_RHYTHM_PLAN_H
#define AVOW_RHYTHM_PLAN_H

#include "base.h"

struct config;

#define RHYTHM_REMINDERS 8
#define RHYTHM_STEPS 20

/* In the order in which they are done when they fall on one day. */
enum rhythm_kind {
    RHYTHM_UNSUSPEND,
    RHYTHM_END,       /* cancelled: the service ends */
    RHYTHM_PARK,      /* staff have to look */
    RHYTHM_WAIT,      /* nothing may be done; look again on that day */
    RHYTHM_RENEW,     /* the pro forma of the next period */
    RHYTHM_DUE,       /* the invoice is due: shown, nothing is done */
    RHYTHM_COLLECT,   /* from account credit and a saved mandate */
    RHYTHM_NOTICE,    /* `arg`: which of the reminders */
    RHYTHM_SUSPEND,
    RHYTHM_WARN,      /* that the service will be ended */
    RHYTHM_TERMINATE,
    RHYTHM_LAPSE,     /* a change of plan that nobody paid for */
    RHYTHM_KINDS
};

enum rhythm_why {
    RHYTHM_WHY_PERIOD,    /* `days` before the period that begins on `because` */
    RHYTHM_WHY_BEFORE,    /* `days` before the invoice is due on `because` */
    RHYTHM_WHY_DUE,       /* the invoice is due on `because` */
    RHYTHM_WHY_OVERDUE,   /* `days` after it was due on `because` */
    RHYTHM_WHY_NOTICE,    /* `days` after the message of `because`, so that it can be read */
    RHYTHM_WHY_HOLD,      /* staff said: not until `because` */
    RHYTHM_WHY_QUIET,     /* the program stood still: not before `because` */
    RHYTHM_WHY_PAYMENT,   /* a payment is on its way */
    RHYTHM_WHY_VAT,       /* the VAT number is being checked */
    RHYTHM_WHY_SETTING_UP,/* not set up yet */
    RHYTHM_WHY_STAFF,     /* suspended by staff */
    RHYTHM_WHY_PAID,
    RHYTHM_WHY_ASKED,     /* cancelled, to the end of `because` */
    RHYTHM_WHY_BEHIND,    /* `days` whole periods were missed */
    RHYTHM_WHY_N
};

struct rhythm_step {
    enum rhythm_kind kind;
    date on;
    enum rhythm_why why;
    date because;
    int32_t days;
    int32_t arg;
    bool conditional; /* shown, never done: it hangs on an invoice that does not exist yet, or is up to the customer */
};

struct rhythm_plan {
    struct rhythm_step v[RHYTHM_STEPS];
    size_t n;
};

/* The operator's terms (registry/config.reg, billing.*). */
struct rhythm_terms {
    int32_t renew_days;
    int32_t reminders[RHYTHM_REMINDERS]; /* days from the due date, ascending */
    size_t n_reminders;
    int32_t suspend_days, warn_days, terminate_days; /* 0: never */
    int32_t catch_up;  /* whole periods that may be made up for */
    date quiet_until;  /* nobody is suspended or terminated before; DATE_NONE: no such day */
};

/* The open invoice of the next period. */
struct rhythm_bill {
    bool open;        /* there is one, and it is not paid */
    date due_on, made_on;
    bool vat_pending;
    bool held;        /* a payment is pending, under review or disputed */
    uint32_t noticed; /* bit per reminder that was sent or passed over */
    date noticed_on;  /* when the newest of those was sent; DATE_NONE: none yet */
    bool collected;
    date suspended_on; /* for this invoice; DATE_NONE: not */
    date warned_on;   /* DATE_NONE: not warned */
};

enum rhythm_state { RHYTHM_PENDING, RHYTHM_ACTIVE, RHYTHM_SUSPENDED, RHYTHM_OVER };
struct rhythm_facts {
    enum rhythm_state state;
    int32_t months;     /* of one period; 0: does not recur */
    int32_t anchor_day; /* day of the month on which it began */
    date due_on;        /* the next period begins; DATE_NONE: does not recur */
    date cancel_on;     /* DATE_NONE: not cancelled */
    date hold_until;    /* staff: no suspension or termination up to and including; DATE_NONE */
    bool dunned;        /* suspended by this rhythm, not by staff */
    struct rhythm_bill bill;
    bool trial;         /* free so far: its end is near enough when the pro forma is made */
    bool free;          /* the next period costs nothing */
    date change_until;  /* an unpaid change of plan lapses; DATE_NONE: none is open */
    bool change_held;   /* a payment for it is on its way */
};

/* Every step that is known, by date. */
void rhythm_plan(const struct rhythm_facts *, const struct rhythm_terms *, date today, struct rhythm_plan *out);
/* The next date on which the run has to look; DATE_NONE: never. */
date rhythm_plan_next(const struct rhythm_plan *);

/* The beginning of the period after the one that begins on `due`: months later, on the anchor day or the month's last. */
date rhythm_after(date due, int32_t months, int32_t anchor_day);
/* Whole periods from `due` that are over by today. */
int32_t rhythm_behind(date due, int32_t months, int32_t anchor_day, date today);

/* The part of a period's price for the days from `on` to the end (`to` is the first day after it). used + unused is the
 * price. ST_INVALID for a day outside. */
NODISCARD st rhythm_prorate(money price, date from, date to, date on, money *used, money *unused);

/* ST_CONFIG, with a sentence in *fault, when the terms make no sense. */
NODISCARD st rhythm_terms_read(const struct config *, struct rhythm_terms *, const char **fault);

#endif
