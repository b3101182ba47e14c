/* What an order rests on: evidence, reasons, consent, acknowledgement; and the books, in which nothing is missing. */
#include "promise.h"

#include "clock.h"
#include "look_sql.h"
#include "str.h"
#include "take.h"

#define DAY 86400
#define ANSWER_DAYS 30 /* somebody who asked for a person has an answer by then */
#define REFUSAL_DAYS 150 /* results of checks are kept for six months */
#define FORGET_DAYS 1  /* to remove a way to pay that was withdrawn */
#define BOOK_MONTHS 60 /* of which every number must still be there */

static utc days_ago(const struct promise_look *l, int64_t days)
{
    return (utc){ l->gate.now.s - days * DAY };
}

static st unproven(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_unproven_rows rows;
    TRY(look_unproven(l->gate.db, l->gate.arena, &(struct look_unproven_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_vat_evidence(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "invoice", .newest = newest.invoices, .fn = unproven });
}

static st trials(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_trials_rows rows;
    TRY(look_trials(l->gate.db, l->gate.arena, &(struct look_trials_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_trial_codes(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "trial_use", .newest = newest.trials, .fn = trials });
}

/* LAW: UK GDPR art. 22C: who is refused by a program is told, is told why, and gets a person who looks. */
static st refusals(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_refusals_rows rows;
    TRY(look_refusals(l->gate.db, l->gate.arena, &(struct look_refusals_in){ .after = after, .upto = upto,
        .since = days_ago(l, REFUSAL_DAYS), .unanswered = days_ago(l, ANSWER_DAYS) }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_refusals(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "fraud_check", .newest = newest.checks, .fn = refusals });
}

static st mandates(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_mandates_rows rows;
    TRY(look_mandates(l->gate.db, l->gate.arena, &(struct look_mandates_in){ after, upto, days_ago(l, FORGET_DAYS) }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_mandates(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "mandate", .newest = newest.mandates, .fn = mandates });
}

static st profiles(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_profiles_rows rows;
    TRY(look_profiles(l->gate.db, l->gate.arena, &(struct look_profiles_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

/* LAW: UK GDPR art. 21(1): who objected has no profile. */
st promise_check_profiles(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "profile", .newest = newest.profiles, .fn = profiles });
}

static st browsing(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_looks_rows rows;
    TRY(look_looks(l->gate.db, l->gate.arena, &(struct look_looks_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_browsing(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "profile_look", .newest = newest.looks, .fn = browsing });
}

static st unacknowledged(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_unacknowledged_rows rows;
    struct look_unacknowledged_in in = { after, upto, l->gate.statement_id };
    TRY(look_unacknowledged(l->gate.db, l->gate.arena, &in, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_acknowledged(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    struct promise_scan scan = { .table = "orders", .newest = newest.orders, .step = 500, .fn = unacknowledged };
    return promise_scan_only(l, &scan);
}

/* LAW: VAT Regulations 1995 reg. 14(1)(a): numbers are sequential, so that none can have been taken out. */
static st gaps(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_gaps_rows rows;
    TRY(look_gaps(l->gate.db, l->gate.arena, &(struct look_gaps_in){ .after = after, .upto = upto,
        .since = date_add_months(date_london(l->gate.now), -BOOK_MONTHS) }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_books(struct promise_look *l)
{
    struct look_newest_row newest;
    struct look_series_rows series;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    TRY(look_series(l->gate.db, l->gate.arena, &series));
    for (size_t i = 0; i < series.n; i++)
        promise_evidence(l, "the newest of %.*s", STR_ARG(series.v[i].code));
    TRY(promise_scan_only(l, &(struct promise_scan){ .table = "invoice", .newest = newest.invoices, .fn = gaps }));
    if (series.n)
        promise_say(l, false);
    return ST_OK;
}
