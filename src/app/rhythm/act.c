/* The steps of the rhythm, one function each. */
#include "case.h"

#include "clock.h"
#include "credit.h"
#include "mail.h"
#include "order.h"
#include "payment.h"
#include "rhythm.h"
#include "service.h"
#include "str.h"

#define MESSAGES_BEFORE_END 2
#define DAYS_TO_READ 3

static date tomorrow(const struct rhythm_case *c)
{
    return date_add_days(c->today, 1);
}

st rhythm_record_nt(struct cx *cx, const struct rhythm_case *c, const char *subject, const char *act, str period,
                    const char *result, bool *first)
{
    bool bill = str_eq(str_c(subject), S("invoice"));
    struct rhythm_act_add_in in = { .person = c->s.person_id, .kind = str_c(subject), .subject = bill ? c->bill.id : c->s.id,
                                    .act = str_c(act), .period = period, .result = str_c(result), .invoice = c->bill.id,
                                    .has_invoice = c->bill.id != 0, .on = c->today, .at = cx->gate.now };
    int64_t changed = 0;
    TRY(rhythm_act_add(CX_DB(cx), &in, &changed));
    *first = changed == 1;
    return ST_OK;
}

st rhythm_park_nt(struct cx *cx, int64_t service, date today, const char *why)
{
    TRY(rhythm_park(CX_DB(cx), &(struct rhythm_park_in){ .service = service, .why = str_c(why), .on = today }, NULL));
    return cx_event_nt(cx, EVENT_RHYTHM_PARKED, "service", service, str_c(why));
}

/* The period, and the invoice for it: a period may be invoiced anew when the first pro forma was made void. */
static str of_bill(struct cx *cx, const struct rhythm_case *c)
{
    return str_fmt(CX_ARENA(cx), "%.*s/%lld", STR_ARG(date_iso(CX_ARENA(cx), c->s.next_due_on)), (long long)c->bill.id);
}

/* ---- messages -------------------------------------------------------------------------------------------------- */

static st notice(struct cx *cx, const struct rhythm_case *c, const struct rhythm_step *step)
{
    int32_t days = c->terms.reminders[step->arg];
    str period = str_fmt(CX_ARENA(cx), "%d", (int)days);
    bool first;
    TRY(rhythm_record_nt(cx, c, "invoice", "notice", period, "done", &first));
    if (!first)
        return ST_OK;
    TRY(cx_event_nt(cx, EVENT_RHYTHM_REMINDED, "invoice", c->bill.id, period));
    return mail_queue_nt(cx, days <= 0 ? MAIL_invoice_reminder : MAIL_invoice_overdue, c->s.person_id, c->bill.id, period);
}

/* On the day it is due: credit that came since the invoice was made is used first, then the way to pay that was kept. */
static st collect(struct cx *cx, const struct rhythm_case *c)
{
    bool first, started;
    int64_t applied;
    money due;
    TRY(rhythm_record_nt(cx, c, "invoice", "collect", date_iso(CX_ARENA(cx), c->bill.due_on), "done", &first));
    if (!first)
        return ST_OK;
    TRY(credit_apply_nt(cx, c->bill.id, &applied));
    TRY(invoice_due(CX_DB(cx), CX_ARENA(cx), c->bill.id, &due));
    return due.minor > 0 ? payment_collect_nt(cx, c->bill.id, &started) : ST_OK;
}

static date planned(const struct rhythm_case *c, enum rhythm_kind kind)
{
    for (size_t i = 0; i < c->plan.n; i++)
        if (c->plan.v[i].kind == kind && !c->plan.v[i].conditional)
            return c->plan.v[i].on;
    return DATE_NONE;
}

static st warn(struct cx *cx, const struct rhythm_case *c)
{
    bool first;
    str period = of_bill(cx, c);
    TRY(rhythm_record_nt(cx, c, "service", "warn", period, "done", &first));
    if (!first)
        return ST_OK;
    TRY(rhythm_ends(CX_DB(cx), &(struct rhythm_ends_in){ .service = c->s.id, .on = planned(c, RHYTHM_TERMINATE) }, NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_WARNED, "service", c->s.id, period));
    return mail_queue_nt(cx, MAIL_termination_warning, c->s.person_id, c->s.id, period);
}

/* ---- suspending and going on ----------------------------------------------------------------------------------- */

/* Ask the platform. Busy, or in another state by now: tried again on that day. */
static st ask(struct cx *cx, const struct rhythm_case *c, enum provision_verb verb, date again, date *later)
{
    st s = service_do_nt(cx, c->s.uid, verb, S(""));
    if (s != ST_CONFLICT)
        return s;
    *later = again;
    cx->message = NULL;
    return ST_OK;
}

static st suspend(struct cx *cx, const struct rhythm_case *c, date *later)
{
    bool first;
    str period = of_bill(cx, c);
    TRY(ask(cx, c, PROVISION_SUSPEND, tomorrow(c), later));
    if (later->days != DATE_NONE.days)
        return ST_OK;
    TRY(rhythm_record_nt(cx, c, "service", "suspend", period, "done", &first));
    TRY(rhythm_suspended(CX_DB(cx), &(struct rhythm_suspended_in){ .service = c->s.id, .invoice = c->bill.id,
                                                                   .has_invoice = true }, NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_SUSPENDED, "service", c->s.id, period));
    return mail_queue_nt(cx, MAIL_service_suspended, c->s.person_id, c->s.id, period);
}

/* Paid: back to work. The platform may not even have suspended it yet. */
static st unsuspend(struct cx *cx, const struct rhythm_case *c, date *later)
{
    bool first, down = str_eq(c->s.status, S("suspended"));
    struct rhythm_suspending_row row;
    TRY(rhythm_suspending(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_suspending_in){ .person = c->s.person_id, .service = c->s.id },
                          &row));
    if (down)
        TRY(ask(cx, c, PROVISION_UNSUSPEND, c->today, later));
    else if (row.jobs > 0)
        *later = c->today;
    if (later->days != DATE_NONE.days)
        return ST_OK;
    str period = str_fmt(CX_ARENA(cx), "%lld", (long long)c->s.suspended_for);
    TRY(rhythm_suspended(CX_DB(cx), &(struct rhythm_suspended_in){ .service = c->s.id }, NULL));
    TRY(rhythm_record_nt(cx, c, "service", "unsuspend", period, "done", &first));
    return down ? mail_queue_nt(cx, MAIL_service_unsuspended, c->s.person_id, c->s.id, period) : ST_OK;
}

/* ---- the end --------------------------------------------------------------------------------------------------- */

st rhythm_drop_bill_nt(struct cx *cx, const struct rhythm_case *c)
{
    if (!c->facts.bill.open)
        return ST_OK;
    TRY(order_void_nt(cx, c->bill.order_id));
    return rhythm_voided_nt(cx, c->bill.order_id, false);
}

/* It is over for us first, so that what the platform's part reports back finds nothing left to do. */
static st end_it(struct cx *cx, const struct rhythm_case *c)
{
    TRY(rhythm_over(CX_DB(cx), &(struct rhythm_over_in){ .service = c->s.id, .on = c->today }, NULL));
    return service_do_nt(cx, c->s.uid, PROVISION_TERMINATE, S(""));
}

static st end_or_later(struct cx *cx, const struct rhythm_case *c, date *later)
{
    TRY(db_savepoint(CX_DB(cx)));
    st s = db_settle(CX_DB(cx), end_it(cx, c));
    if (s != ST_CONFLICT)
        return s;
    *later = tomorrow(c);
    cx->message = NULL;
    return ST_OK;
}

/* Nobody loses a service over messages that never left the house. */
static st told_enough(struct cx *cx, const struct rhythm_case *c, date *later, bool *enough)
{
    struct rhythm_told_row told;
    TRY(rhythm_told(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_told_in){ .person = c->s.person_id, .invoice = c->bill.id,
        .service = c->s.id, .since = c->bill.created_at }, &told));
    *enough = told.messages >= MESSAGES_BEFORE_END && told.warned_at.s != UTC_NONE.s;
    if (!*enough)
        return rhythm_park_nt(cx, c->s.id, c->today, "rhythm.parked.mails");
    date readable = date_add_days(date_london(told.warned_at), DAYS_TO_READ);
    if (readable.days > c->today.days)
        *later = readable;
    return ST_OK;
}

static st terminate(struct cx *cx, const struct rhythm_case *c, date *later)
{
    bool enough, first;
    str period = date_iso(CX_ARENA(cx), c->s.next_due_on);
    TRY(told_enough(cx, c, later, &enough));
    if (!enough || later->days != DATE_NONE.days)
        return ST_OK;
    TRY(end_or_later(cx, c, later));
    if (later->days != DATE_NONE.days)
        return ST_OK;
    TRY(rhythm_record_nt(cx, c, "service", "terminate", period, "done", &first));
    struct rhythm_alive_of_row alive;
    TRY(rhythm_alive_of(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_alive_of_in){ .order = c->bill.order_id }, &alive));
    if (alive.n == 0) /* the last of those on the invoice */
        TRY(rhythm_drop_bill_nt(cx, c));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_ENDED, "service", c->s.id, S("unpaid")));
    return mail_queue_nt(cx, MAIL_service_terminated, c->s.person_id, c->s.id, period);
}

/* What the customer or staff asked for: nothing is owed for a period that does not come. */
static st end_cancelled(struct cx *cx, const struct rhythm_case *c, date *later)
{
    bool first;
    TRY(end_or_later(cx, c, later));
    if (later->days != DATE_NONE.days)
        return ST_OK;
    TRY(rhythm_record_nt(cx, c, "service", "end", date_iso(CX_ARENA(cx), c->s.cancel_on), "done", &first));
    TRY(rhythm_drop_bill_nt(cx, c));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_ENDED, "service", c->s.id, S("cancelled")));
    return mail_queue_nt(cx, MAIL_service_cancelled, c->s.person_id, c->s.id, S("1"));
}

/* A change of plan that nobody paid for: everything stays as it is. */
static st lapse(struct cx *cx, const struct rhythm_case *c)
{
    TRY(order_void_nt(cx, c->change.order_id));
    TRY(rhythm_voided_nt(cx, c->change.order_id, false));
    return cx_event_nt(cx, EVENT_RHYTHM_LAPSED, "service", c->s.id, S(""));
}

/* ---- */

st rhythm_step_nt(struct cx *cx, struct rhythm_case *c, const struct rhythm_step *step, date *later)
{
    switch (step->kind) {
    case RHYTHM_UNSUSPEND:
        return unsuspend(cx, c, later);
    case RHYTHM_END:
        return end_cancelled(cx, c, later);
    case RHYTHM_PARK:
        return rhythm_park_nt(cx, c->s.id, c->today, "rhythm.parked.behind");
    case RHYTHM_RENEW:
        return rhythm_renew_nt(cx, c);
    case RHYTHM_NOTICE:
        return notice(cx, c, step);
    case RHYTHM_SUSPEND:
        return suspend(cx, c, later);
    case RHYTHM_WARN:
        return warn(cx, c);
    case RHYTHM_TERMINATE:
        return terminate(cx, c, later);
    case RHYTHM_COLLECT:
        return collect(cx, c);
    case RHYTHM_LAPSE:
        return lapse(cx, c);
    case RHYTHM_WAIT:
    case RHYTHM_DUE:
    case RHYTHM_KINDS:
        break;
    }
    return ST_BUG;
}
