/* Money that goes back: refunds, whole or in part, and disputes. What was booked is never changed; it is booked back. */
#include "invoice.h"
#include "mail.h"
#include "profiling.h"
#include "rhythm.h"
#include "rnd.h"
#include "settle.h"
#include "str.h"

/* Sale and VAT of a part are undone by a credit note, unless one was made before, and the money is booked back from where it
 * went; `credit` is what goes back as account credit with it. */
static st undo_part(struct cx *cx, const struct settling *s, bool disputed, int64_t part, int64_t credit)
{
    return invoice_return_nt(cx, &(struct invoice_return){
        .invoice = s->p.invoice_id, .payment = s->p.id, .amount = part, .credit = credit,
        .account = disputed ? "disputed" : "gateway", .reason = disputed ? S("chargeback") : S("refund") });
}

static st set_refunded(struct cx *cx, const struct settling *s, struct payment_callback_out *out, int64_t total)
{
    str status = total == s->p.amount ? S("refunded") : s->p.status;
    TRY(payment_set_refunded(CX_DB(cx), &(struct payment_set_refunded_in){
        .id = s->p.id, .refunded = total, .status = status }, NULL));
    str occasion = str_fmt(CX_ARENA(cx), "refund-%lld", (long long)total);
    TRY(mail_queue_nt(cx, MAIL_payment_refunded, s->p.person_id, s->p.id, occasion));
    TRY(settle_conclude(cx, s, out, S("applied"), total == s->p.amount ? "" : "part_refund"));
    return cx_event_nt(cx, EVENT_PAYMENT_REFUNDED, "payment", s->p.id, s->in->gateway);
}

/* Staff ordered this money back from review, where it was booked then: the message only confirms. */
static st confirms_review(struct cx *cx, const struct settling *s, bool *yes)
{
    struct payment_event_refunding_rows rows;
    TRY(payment_event_refunding(CX_DB(cx), CX_ARENA(cx), &(struct payment_event_refunding_in){
        .gateway = s->in->gateway, .reference = s->in->charge.n ? s->in->charge : s->in->reference, .currency = s->in->currency,
        .amount = s->in->amount }, &rows));
    *yes = rows.n > 0;
    return ST_OK;
}

/* Why a message about money that went back does not fit its payment; NULL when it does. */
static const char *misfit(const struct settling *s)
{
    if (!settle_ours(s))
        return "other_reference";
    if (!str_eq(s->in->currency, s->p.currency))
        return "currency";
    if (s->in->amount <= 0 || s->in->amount > s->p.amount)
        return "amount";
    return NULL;
}

/* All of a payment went back: what it paid for is not paid for any more. Money that staff gave as a kindness takes nothing. */
static st sale_undone(struct cx *cx, const struct settling *s, int64_t refunded)
{
    struct payment_given_row given;
    TRY(profiling_soon_nt(cx, s->p.person_id, str_fmt(CX_ARENA(cx), "back-%lld-%lld", (long long)s->p.id, (long long)refunded)));
    if (refunded < s->p.amount)
        return ST_OK;
    TRY(payment_given(CX_DB(cx), CX_ARENA(cx), &(struct payment_given_in){ .payment = s->p.id }, &given));
    bool stands = given.kindness >= s->p.amount || given.others > 0;
    return stands ? ST_OK : rhythm_taken_back_nt(cx, s->bill.order_id);
}

st settle_refunded(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    if (str_eq(s->p.status, S("refunded")))
        return settle_conclude(cx, s, out, S("duplicate"), "told_before");
    bool confirms;
    TRY(confirms_review(cx, s, &confirms));
    if (confirms)
        return str_eq(s->p.status, S("review")) ? set_refunded(cx, s, out, s->p.amount)
                                                : settle_conclude(cx, s, out, S("recorded"), "refund_confirmed");
    if (!str_eq(s->p.status, S("succeeded")))
        return settle_review(cx, s, out, "refund_of_nothing");
    const char *wrong = misfit(s);
    if (wrong)
        return settle_review(cx, s, out, wrong);
    if (s->in->amount <= s->p.refunded)
        return settle_conclude(cx, s, out, S("duplicate"), "told_before");
    bool all = s->in->amount == s->p.amount; /* then the sale is undone, and what credit paid of it comes back too */
    TRY(undo_part(cx, s, false, s->in->amount - s->p.refunded, all ? s->bill.credited : 0));
    TRY(sale_undone(cx, s, s->in->amount));
    return set_refunded(cx, s, out, s->in->amount);
}

/* Less has gone back than we were told: the rest is at the gateway again, and owed to the customer. The credit note stays, and so
 * does what followed from it; staff send the money another way, or once more. */
st settle_refund_failed(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    int64_t back = s->p.refunded - s->in->amount;
    bool fits = settle_ours(s) && str_eq(s->in->currency, s->p.currency) && s->in->amount >= 0 && back > 0 &&
                (str_eq(s->p.status, S("succeeded")) || str_eq(s->p.status, S("refunded")));
    if (fits) {
        TRY(invoice_not_returned_nt(cx, &(struct invoice_return){ .invoice = s->p.invoice_id, .payment = s->p.id, .amount = back,
                                                                  .account = "gateway" }));
        TRY(payment_set_refunded(CX_DB(cx), &(struct payment_set_refunded_in){
            .id = s->p.id, .refunded = s->in->amount, .status = S("succeeded") }, NULL));
        TRY(payment_refund_lost(CX_DB(cx), &(struct payment_refund_lost_in){ .payment = s->p.id, .amount = back }, NULL));
    }
    return settle_review(cx, s, out, "refund_failed");
}

/* ---- disputes -------------------------------------------------------------------------------------------------- */

/* The bank holds the amount back: it is no longer at the gateway, and not lost yet. Services stay as they are; whether they
 * should is for staff to say. */
st settle_disputed(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    struct payment_dispute_find_row known;
    st found = payment_dispute_find(CX_DB(cx), CX_ARENA(cx), &(struct payment_dispute_find_in){
        .payment = s->p.id, .reference = s->in->dispute }, &known);
    if (found == ST_OK)
        return settle_conclude(cx, s, out, S("duplicate"), "told_before");
    if (found != ST_NOT_FOUND)
        return found;
    const char *wrong = misfit(s);
    if (!str_eq(s->p.status, S("succeeded")) || s->in->amount > s->p.amount - s->p.refunded)
        wrong = "dispute_of_nothing";
    if (str_empty(s->in->dispute))
        wrong = "dispute_without_name";
    if (wrong)
        return settle_review(cx, s, out, wrong);
    struct payment_dispute_add_row row;
    TRY(payment_dispute_add(CX_DB(cx), CX_ARENA(cx), &(struct payment_dispute_add_in){
        .uid = rnd_uid(), .payment = s->p.id, .reference = s->in->dispute, .reason = s->in->reason, .currency = s->p.currency,
        .amount = s->in->amount, .due = s->in->due > 0 ? (utc){ s->in->due } : UTC_NONE, .at = cx->gate.now }, &row));
    struct ledger_row rows[] = { { "gateway", -s->in->amount }, { "disputed", s->in->amount } };
    TRY(settle_book(cx, s, rows, COUNT(rows)));
    TRY(payment_set_status(CX_DB(cx), &(struct payment_set_status_in){ .id = s->p.id, .status = S("disputed") }, NULL));
    TRY(settle_conclude(cx, s, out, S("applied"), ""));
    return cx_event_nt(cx, EVENT_PAYMENT_DISPUTED, "payment", s->p.id, s->in->gateway);
}

static st won(struct cx *cx, const struct settling *s, int64_t amount)
{
    struct ledger_row rows[] = { { "disputed", -amount }, { "gateway", amount } };
    TRY(settle_book(cx, s, rows, COUNT(rows)));
    TRY(payment_set_status(CX_DB(cx), &(struct payment_set_status_in){ .id = s->p.id, .status = S("succeeded") }, NULL));
    return cx_event_nt(cx, EVENT_PAYMENT_DISPUTE_WON, "payment", s->p.id, s->in->gateway);
}

/* The money is gone: the sale is undone for that part, as by a refund. What account credit paid of it stays paid. */
static st lost(struct cx *cx, const struct settling *s, int64_t amount)
{
    TRY(undo_part(cx, s, true, amount, 0));
    TRY(payment_set_refunded(CX_DB(cx), &(struct payment_set_refunded_in){
        .id = s->p.id, .refunded = s->p.refunded + amount, .status = S("charged_back") }, NULL));
    TRY(sale_undone(cx, s, s->p.refunded + amount));
    return cx_event_nt(cx, EVENT_PAYMENT_CHARGED_BACK, "payment", s->p.id, s->in->gateway);
}

st settle_dispute_closed(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    bool for_us = s->kind == GATEWAY_DISPUTE_WON;
    struct payment_dispute_find_row d;
    st found = payment_dispute_find(CX_DB(cx), CX_ARENA(cx), &(struct payment_dispute_find_in){
        .payment = s->p.id, .reference = s->in->dispute }, &d);
    if (found == ST_NOT_FOUND)
        return settle_review(cx, s, out, "dispute_unknown");
    TRY(found);
    if (!str_eq(d.status, S("open")))
        return settle_conclude(cx, s, out, S("duplicate"), "told_before");
    if (!settle_ours(s) || !str_eq(s->p.status, S("disputed")) || s->in->amount != d.amount)
        return settle_review(cx, s, out, "dispute_misfit");
    TRY(payment_dispute_close(CX_DB(cx), &(struct payment_dispute_close_in){
        .id = d.id, .status = for_us ? S("won") : S("lost"), .at = cx->gate.now }, NULL));
    TRY(for_us ? won(cx, s, d.amount) : lost(cx, s, d.amount));
    return settle_conclude(cx, s, out, S("applied"), "");
}
