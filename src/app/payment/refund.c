/* Giving money back: staff order it, the courier asks the gateway, and what the gateway then says is booked (settle_back.c). */
#include "codec.h"
#include "payment.h"
#include "payment_sql.h"
#include "rnd.h"
#include "str.h"

/* What can still be given back: not what went back, nor what is ordered. */
st payment_refundable(struct db *db, struct arena *a, int64_t payment, int64_t *left)
{
    struct payment_get_row p;
    struct payment_refunds_ordered_row ordered;
    TRY(payment_get(db, a, &(struct payment_get_in){ .id = payment }, &p));
    TRY(payment_refunds_ordered(db, a, &(struct payment_refunds_ordered_in){ .payment = payment }, &ordered));
    int64_t gone = p.refunded > ordered.total ? p.refunded : ordered.total;
    *left = str_eq(p.status, S("succeeded")) && gone < p.amount ? p.amount - gone : 0;
    return ST_OK;
}

st cmd_payment_refund(struct cx *cx, const struct payment_refund_in *in, struct payment_refund_out *out)
{
    static const str reasons[] = { SI("asked"), SI("duplicate"), SI("fraudulent"), SI("goodwill") };
    (void)out;
    struct payment_by_uid_row p;
    int64_t left;
    bool known = false;
    for (size_t i = 0; i < COUNT(reasons); i++)
        known = known || str_eq(in->reason, reasons[i]);
    if (!known)
        return cx_invalid(cx, "reason", "err.choice");
    TRY(payment_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct payment_by_uid_in){ .uid = in->payment }, &p));
    TRY(payment_refundable(CX_DB(cx), CX_ARENA(cx), p.id, &left));
    if (left == 0) {
        cx->message = "payment.nothing_to_refund";
        return ST_CONFLICT;
    }
    if (in->amount < 0 || in->amount > left)
        return cx_invalid(cx, "amount", "payment.refund_too_much");
    struct payment_refund_add_row row;
    TRY(payment_refund_add(CX_DB(cx), CX_ARENA(cx), &(struct payment_refund_add_in){
        .uid = rnd_uid(), .payment = p.id, .amount = in->amount ? in->amount : left, .reason = in->reason,
        .by = cx->actor.person, .at = cx->gate.now }, &row));
    TRY(cx_job_nt(cx, S("payment.refund"), str_fmt(CX_ARENA(cx), "payment.refund/%lld", (long long)row.id), p.person_id, row.id,
                  cx->gate.now));
    return cx_event_nt(cx, EVENT_PAYMENT_REFUND_ORDERED, "payment", p.id, in->reason);
}

st cmd_payment_refund_told(struct cx *cx, const struct payment_refund_told_in *in, struct payment_refund_told_out *out)
{
    (void)out;
    return payment_refund_set(CX_DB(cx), &(struct payment_refund_set_in){
        .id = in->refund, .status = in->ok ? S("sent") : S("failed") }, NULL);
}

/* ---- in the courier -------------------------------------------------------------------------------------------- */

static st ask(struct job_cx *jc, str gateway, const struct gateway_amount *what)
{
    const struct gateway *gw;
    if (gateway_find(gateway, &gw) != ST_OK)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_gateway");
    return gw->refund ? gw->refund(jc, what) : job_give_up(jc, ST_CONFLICT, "refund_by_hand");
}

static st told(struct job_cx *jc, int64_t refund, bool ok)
{
    return job_command(jc, CMD_PAYMENT_REFUND_TOLD, "told", &(struct payment_refund_told_in){ .refund = refund, .ok = ok }, NULL);
}

st payment_job_refund(struct job_cx *jc)
{
    struct payment_refund_get_row r;
    TRY(payment_refund_get(jc->gate.db, jc->gate.arena, &(struct payment_refund_get_in){ .id = jc->job.object }, &r));
    if (!str_eq(r.status, S("ordered")))
        return ST_OK;
    st s = ask(jc, r.gateway, &(struct gateway_amount){ .request = r.uid, .reference = r.charge.n ? r.charge : r.reference,
                                                        .currency = r.currency, .amount = r.amount, .reason = r.reason });
    if (s == ST_OK)
        return told(jc, r.id, true);
    if (jc->result.give_up)
        TRY(told(jc, r.id, false)); /* the job stays among the failed ones, where staff see the word for it */
    return s;
}

st payment_job_refund_event(struct job_cx *jc)
{
    struct payment_event_get_row e;
    TRY(payment_event_get(jc->gate.db, jc->gate.arena, &(struct payment_event_get_in){ .id = jc->job.object }, &e));
    return ask(jc, e.gateway, &(struct gateway_amount){ .request = jc->job.uid, .reference = e.reference,
                                                        .currency = e.currency, .amount = e.amount, .reason = S("asked") });
}
