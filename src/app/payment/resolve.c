/* What staff decide about a message that did not fit. */
#include "codec.h"
#include "invoice.h"
#include "money.h"
#include "payment.h"
#include "payment_sql.h"
#include "str.h"

struct resolving {
    const struct payment_resolve_in *in;
    struct payment_event_by_uid_row event;
    struct payment_get_row p;     /* when the event has a payment */
    struct payment_bill_row bill;
    money due;  /* of the bill */
    bool came;  /* it said that money came */
};

static st load(struct cx *cx, struct resolving *r)
{
    TRY(payment_event_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct payment_event_by_uid_in){ .uid = r->in->event }, &r->event));
    if (!str_eq(r->event.outcome, S("review"))) {
        cx->message = "payment.resolved_before";
        return ST_CONFLICT;
    }
    r->came = str_eq(r->event.kind, S("succeeded"));
    if (!r->event.has_payment_id)
        return ST_OK;
    TRY(payment_get(CX_DB(cx), CX_ARENA(cx), &(struct payment_get_in){ .id = r->event.payment_id }, &r->p));
    TRY(payment_bill(CX_DB(cx), CX_ARENA(cx), &(struct payment_bill_in){ .invoice = r->p.invoice_id }, &r->bill));
    return invoice_due(CX_DB(cx), CX_ARENA(cx), r->p.invoice_id, &r->due);
}

static st book(struct cx *cx, const struct resolving *r, const char *account, int64_t amount)
{
    struct ledger_row rows[] = { { "suspense", amount }, { account, -amount } };
    return ledger_book_nt(cx, &(struct ledger_txn){ .person = r->p.person_id, .invoice = r->p.invoice_id,
        .payment = r->p.id, .currency = r->event.currency, .rows = rows, .n = COUNT(rows) });
}

static st set_status(struct cx *cx, const struct resolving *r, str status)
{
    return payment_set_settled(CX_DB(cx), &(struct payment_set_settled_in){
        .id = r->p.id, .status = status, .at = cx->gate.now }, NULL);
}

/* The money is for this invoice after all. What is over stays in suspense until it is given back. */
static st accept(struct cx *cx, const struct resolving *r)
{
    bool fits = r->came && r->event.has_payment_id && str_eq(r->bill.status, S("unpaid")) &&
                str_eq(r->event.currency, r->bill.currency) && r->event.amount >= r->due.minor;
    if (!fits) {
        cx->message = "payment.cannot_accept";
        return ST_CONFLICT;
    }
    TRY(set_status(cx, r, S("succeeded")));
    if (!r->p.charge.n && !str_eq(r->event.reference, r->p.reference)) /* the name by which it can be given back */
        TRY(payment_set_charge(CX_DB(cx), &(struct payment_set_charge_in){ .id = r->p.id, .charge = r->event.reference }, NULL));
    TRY(invoice_paid_nt(cx, r->p.invoice_id));
    TRY(book(cx, r, "receivable", r->due.minor));
    return cx_event_nt(cx, EVENT_PAYMENT_SETTLED, "payment", r->p.id, r->event.gateway);
}

static st give_back(struct cx *cx, const struct resolving *r)
{
    if (!r->came) {
        cx->message = "payment.nothing_to_refund";
        return ST_CONFLICT;
    }
    if (r->event.has_payment_id)
        TRY(book(cx, r, "gateway", r->event.amount));
    return cx_job_nt(cx, S("payment.refund_event"),
                     str_fmt(CX_ARENA(cx), "payment.refund_event/%lld", (long long)r->event.id), r->p.person_id, r->event.id,
                     cx->gate.now);
}

/* The message was wrong: no money came. */
static st dismiss(struct cx *cx, const struct resolving *r)
{
    if (!r->came || !r->event.has_payment_id)
        return ST_OK;
    TRY(book(cx, r, "gateway", r->event.amount));
    return str_eq(r->p.status, S("review")) ? set_status(cx, r, S("declined")) : ST_OK;
}

st cmd_payment_resolve(struct cx *cx, const struct payment_resolve_in *in, struct payment_resolve_out *out)
{
    (void)out;
    struct resolving r = { .in = in };
    if (str_empty(str_trim(in->note)) || !utf8_printable(in->note, false))
        return cx_invalid(cx, "note", "err.required");
    TRY(load(cx, &r));
    if (str_eq(in->resolution, S("accept")))
        TRY(accept(cx, &r));
    else if (str_eq(in->resolution, S("refund")))
        TRY(give_back(cx, &r));
    else if (str_eq(in->resolution, S("dismiss")))
        TRY(dismiss(cx, &r));
    else
        return cx_invalid(cx, "resolution", "err.choice");
    int64_t changed = 0;
    TRY(payment_event_resolve(CX_DB(cx), &(struct payment_event_resolve_in){
        .id = r.event.id, .resolution = in->resolution, .by = cx->actor.person, .note = str_trim(in->note) }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    return cx_event_nt(cx, EVENT_PAYMENT_RESOLVED, "gateway_event", r.event.id, in->resolution);
}
