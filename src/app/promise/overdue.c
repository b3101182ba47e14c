/* Nothing is stored for longer than the statement says: counted from the rows and the rules, not from what a disposal noted. */
#include "promise.h"

#include "clock.h"
#include "look_sql.h"
#include "statement.h"

#define GRACE_DAYS 2 /* for the run of the day on which it was due, and one that failed */
#define REACH_DAYS 36525 /* a hundred years */

/* The first day of which a value would still be kept today: everything from before is overdue. Ends move with their beginnings, so
 * this can be searched. DATE_NONE when the statement sets no such end. */
static date still_kept(const struct promise_look *l, enum column_id col, date today,
                       date (*end)(const struct statement *, enum column_id, date))
{
    int32_t kept = today.days, overdue = today.days - REACH_DAYS;
    const struct statement *s = l->gate.statement;
    if (end(s, col, today).days == DATE_NONE.days || end(s, col, (date){ overdue }).days >= today.days)
        return DATE_NONE;
    while (kept - overdue > 1) {
        int32_t middle = overdue + (kept - overdue) / 2;
        date until = end(l->gate.statement, col, (date){ middle });
        if (until.days < today.days)
            overdue = middle;
        else
            kept = middle;
    }
    return (date){ kept };
}

static date recorded_end(const struct statement *s, enum column_id col, date from)
{
    return statement_end(s, col, from, 1231);
}

/* Since the end of what it was for: an account, a service. */
static date after_end(const struct statement *s, enum column_id col, date from)
{
    return statement_end_after(s, col, from);
}

struct kind {
    const char *table;
    enum column_id col; /* which class's rule counts */
    date (*end)(const struct statement *, enum column_id, date);
};

/* Rows of a statement as evidence. */
#define TELL(l, k, rows, total)                                                    \
    do {                                                                           \
        for (size_t i = 0; i < (rows).n; i++)                                       \
            promise_evidence((l), "%s %lld", (k)->table, (long long)(rows).v[i].id); \
        *(total) += (int64_t)(rows).n;                                              \
    } while (0)

#define LOOK(fn, k)                                                                        \
    static st fn##_overdue(struct promise_look *l, const struct kind *k, utc before, int64_t *n) \
    {                                                                                      \
        struct fn##_rows rows;                                                             \
        TRY(fn(l->gate.db, l->gate.arena, &(struct fn##_in){ before }, &rows));             \
        TELL(l, k, rows, n);                                                               \
        return ST_OK;                                                                      \
    }
LOOK(look_old_sessions, k)
LOOK(look_old_orders, k)
LOOK(look_old_baskets, k)
LOOK(look_old_closed, k)
LOOK(look_old_services, k)
LOOK(look_old_checks, k)
LOOK(look_old_traces, k)

st promise_check_overdue(struct promise_look *l)
{
    static const struct {
        struct kind kind;
        st (*look)(struct promise_look *, const struct kind *, utc, int64_t *);
    } all[] = {
        { { "session", COL_session_ip, recorded_end }, look_old_sessions_overdue },
        { { "orders", COL_orders_ip, recorded_end }, look_old_orders_overdue },
        { { "fraud_trace", COL_orders_ip, recorded_end }, look_old_traces_overdue },
        { { "fraud_check", COL_fraud_check_signals, recorded_end }, look_old_checks_overdue },
        { { "basket", COL_basket_line_hostname, statement_basket_end }, look_old_baskets_overdue },
        { { "person", COL_person_email, after_end }, look_old_closed_overdue },
        { { "service", COL_service_hostname, after_end }, look_old_services_overdue },
    };
    date today = date_add_days(date_london(l->gate.now), -GRACE_DAYS);
    int64_t n = 0, kinds = 0;
    for (size_t i = 0; i < COUNT(all); i++) {
        date from = still_kept(l, all[i].kind.col, today, all[i].kind.end);
        if (from.days == DATE_NONE.days)
            continue;
        kinds++;
        TRY(all[i].look(l, &all[i].kind, utc_start_of_day_london(from), &n));
    }
    promise_number(l, "kinds", kinds);
    promise_number(l, "overdue", n);
    promise_say(l, n == 0);
    return ST_OK;
}
