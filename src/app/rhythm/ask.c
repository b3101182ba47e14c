/* What people ask of a rhythm: to cancel, to go on after all, to hold, to look again. */
#include "change.h"

#include "clock.h"
#include "config_keys.h"
#include "codec.h"
#include "mail.h"
#include "money.h"
#include "order.h"
#include "rhythm.h"
#include "rnd.h"
#include "str.h"

#define HOLD_MOST 365 /* days */

static bool set(date d)
{
    return d.days != DATE_NONE.days;
}

/* The service asked about; somebody else's is as good as none. */
static st find(struct cx *cx, uid service, struct rhythm_case *c)
{
    struct rhythm_by_uid_row row;
    TRY(rhythm_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_by_uid_in){ .uid = service }, &row));
    if (cx->actor.kind == ACTOR_CUSTOMER && row.person_id != cx->actor.person)
        return ST_NOT_FOUND;
    return rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, row.id, date_london(cx->gate.now), c);
}

static st refuse(struct cx *cx, const char *message)
{
    cx->message = message;
    return ST_CONFLICT;
}

static st look_today(struct cx *cx, const struct rhythm_case *c)
{
    return rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = c->s.id, .next = c->today }, NULL);
}

/* ---- cancelling -------------------------------------------------------------------------------------------------- */

date rhythm_period_end(const struct rhythm_case *c)
{
    return set(c->facts.due_on) && c->facts.months > 0 && c->facts.due_on.days > c->today.days ? c->facts.due_on : c->today;
}

static st may_cancel(struct cx *cx, const struct rhythm_case *c, bool at_once)
{
    if (c->facts.state == RHYTHM_OVER)
        return refuse(cx, "rhythm.over");
    if (set(c->s.cancel_on) && (!at_once || c->s.cancel_on.days <= c->today.days))
        return refuse(cx, "rhythm.cancelled_before");
    if (c->facts.bill.open && c->facts.bill.held)
        return refuse(cx, "rhythm.payment_on_its_way");
    return ST_OK;
}

/* The reason is the customer's own words, sealed; staff do not write in their name. */
static st keep_cancellation(struct cx *cx, const struct rhythm_case *c, date ends, str reason)
{
    bool customer = cx->actor.kind == ACTOR_CUSTOMER;
    struct rhythm_cancellation_in in = { .uid = rnd_uid(), .person = c->s.person_id, .service = c->s.id, .ends = ends,
                                         .by = customer ? S("customer") : S("staff"), .at = cx->gate.now };
    if (customer && !str_empty(reason))
        TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_cancellation_reason, .point = POINT_SERVICE,
            .source = SOURCE_PERSON, .person = c->s.person_id, .row = in.uid }, reason, &in.reason));
    return rhythm_cancellation(CX_DB(cx), &in, NULL);
}

/* Nothing is owed for a period that does not come, nor for a change that does not matter any more. */
static st drop_open(struct cx *cx, const struct rhythm_case *c)
{
    TRY(rhythm_drop_bill_nt(cx, c));
    if (!set(c->facts.change_until))
        return ST_OK;
    if (c->facts.change_held)
        return refuse(cx, "rhythm.payment_on_its_way");
    TRY(order_void_nt(cx, c->change.order_id));
    return rhythm_voided_nt(cx, c->change.order_id, false);
}

/* The days of the period in course that are left, where the operator chose so. */
static st give_unused(struct cx *cx, const struct rhythm_case *c)
{
    money used, unused;
    date until = c->facts.due_on;
    if (c->facts.trial || c->facts.months <= 0 || !set(until) || until.days <= c->today.days)
        return ST_OK;
    date from = rhythm_after(until, -c->facts.months, c->facts.anchor_day);
    date on = c->today.days > from.days ? c->today : from;
    TRY(rhythm_prorate(money_of(c->s.unit_net, c->s.currency), from, until, on, &used, &unused));
    return rhythm_unused_nt(cx, c, unused.minor, S("cancellation"));
}

st cmd_rhythm_cancel(struct cx *cx, const struct rhythm_cancel_in *in, struct rhythm_cancel_out *out)
{
    (void)out;
    struct rhythm_case c;
    str reason = str_trim(in->reason);
    if (!utf8_printable(reason, true))
        return cx_invalid(cx, "reason", "err.characters");
    TRY(find(cx, in->service, &c));
    TRY(may_cancel(cx, &c, in->at_once));
    date ends = in->at_once ? c.today : rhythm_period_end(&c);
    TRY(keep_cancellation(cx, &c, ends, reason));
    TRY(drop_open(cx, &c));
    if (in->at_once && str_eq(cx->config->billing.refund_unused, S("credit")))
        TRY(give_unused(cx, &c));
    TRY(rhythm_cancel_on(CX_DB(cx), &(struct rhythm_cancel_on_in){ .service = c.s.id, .on = ends, .ends = ends, .today = c.today },
                         NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_CANCELLED, "service", c.s.id, date_iso(CX_ARENA(cx), ends)));
    if (ends.days <= c.today.days)
        return rhythm_soon_nt(cx, c.s.person_id, c.s.id, c.today); /* which ends it, and says so */
    return mail_queue_nt(cx, MAIL_service_cancelling, c.s.person_id, c.s.id, uid_str(CX_ARENA(cx), rnd_uid()));
}

st cmd_rhythm_keep(struct cx *cx, const struct rhythm_keep_in *in, struct rhythm_keep_out *out)
{
    (void)out;
    struct rhythm_case c;
    TRY(find(cx, in->service, &c));
    if (c.facts.state == RHYTHM_OVER || !set(c.s.cancel_on))
        return refuse(cx, "rhythm.not_cancelled");
    TRY(rhythm_cancel_on(CX_DB(cx), &(struct rhythm_cancel_on_in){ .service = c.s.id, .on = DATE_NONE, .ends = DATE_NONE,
                                                                   .today = c.today }, NULL));
    TRY(rhythm_withdrawn(CX_DB(cx), &(struct rhythm_withdrawn_in){ .service = c.s.id, .at = cx->gate.now }, NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_KEPT, "service", c.s.id, S("")));
    return mail_queue_nt(cx, MAIL_service_kept, c.s.person_id, c.s.id, uid_str(CX_ARENA(cx), rnd_uid()));
}

/* ---- staff ------------------------------------------------------------------------------------------------------- */

st cmd_rhythm_hold(struct cx *cx, const struct rhythm_hold_in *in, struct rhythm_hold_out *out)
{
    (void)out;
    struct rhythm_case c;
    date until = DATE_NONE;
    str reason = str_trim(in->reason);
    TRY(find(cx, in->service, &c));
    if (!str_empty(in->until) && date_parse(in->until, &until) != ST_OK)
        return cx_invalid(cx, "until", "err.date");
    if (set(until) && (until.days < c.today.days || until.days > c.today.days + HOLD_MOST))
        return cx_invalid(cx, "until", "err.hold_until");
    if (str_empty(reason) || !utf8_printable(reason, false))
        return cx_invalid(cx, "reason", "err.required");
    if (c.facts.state == RHYTHM_OVER)
        return refuse(cx, "rhythm.over");
    TRY(rhythm_set_hold(CX_DB(cx), &(struct rhythm_set_hold_in){ .service = c.s.id, .until = until, .reason = reason }, NULL));
    if (!c.s.parked.p)
        TRY(look_today(cx, &c));
    return cx_event_nt(cx, EVENT_RHYTHM_HELD, "service", c.s.id, set(until) ? date_iso(CX_ARENA(cx), until) : S("released"));
}

/* Periods that are not charged for: on to the one that is in course, and one further when its invoice was made void. */
static date forgiven(const struct rhythm_case *c)
{
    date due = c->facts.due_on;
    bool voided = c->s.parked.p && str_eq(c->s.parked, S("rhythm.parked.void"));
    for (date next = rhythm_after(due, c->facts.months, c->facts.anchor_day); voided || next.days <= c->today.days;
         next = rhythm_after(due, c->facts.months, c->facts.anchor_day)) {
        due = next;
        voided = false;
    }
    return due;
}

static st forgive(struct cx *cx, const struct rhythm_case *c)
{
    if (!c->s.parked.p || c->facts.months <= 0 || c->facts.bill.open)
        return refuse(cx, "rhythm.nothing_missed");
    date due = forgiven(c);
    TRY(rhythm_due_on(CX_DB(cx), &(struct rhythm_due_on_in){ .service = c->s.id, .from = c->facts.due_on, .to = due }, NULL));
    return cx_event_nt(cx, EVENT_RHYTHM_FORGIVEN, "service", c->s.id, date_iso(CX_ARENA(cx), due));
}

st cmd_rhythm_resume(struct cx *cx, const struct rhythm_resume_in *in, struct rhythm_resume_out *out)
{
    (void)out;
    struct rhythm_case c;
    TRY(find(cx, in->service, &c));
    if (c.facts.state == RHYTHM_OVER && !c.s.parked.p)
        return refuse(cx, "rhythm.over");
    if (str_eq(in->how, S("forgive")))
        TRY(forgive(cx, &c));
    else if (!str_eq(in->how, S("again")))
        return cx_invalid(cx, "how", "err.choice");
    TRY(rhythm_unpark(CX_DB(cx), &(struct rhythm_unpark_in){ .service = c.s.id, .today = c.today }, NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_RESUMED, "service", c.s.id, in->how));
    return rhythm_apart_nt(cx, c.s.id);
}
