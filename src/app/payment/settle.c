/* What a gateway says, applied: authenticate (the adapter did), find, duplicate check, record, apply. */
#include "bank.h"
#include "clock.h"
#include "codec.h"
#include "credit.h"
#include "fraud.h"
#include "invoice.h"
#include "log.h"
#include "mail.h"
#include "mandate.h"
#include "money.h"
#include "payment.h"
#include "payment_sql.h"
#include "rnd.h"
#include "str.h"
#include "vat.h"

static st find(struct cx *cx, struct settling *s)
{
    if (uid_zero(s->in->payment))
        return ST_OK;
    st found = payment_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct payment_by_uid_in){ .uid = s->in->payment }, &s->p);
    if (found == ST_NOT_FOUND)
        return ST_OK;
    TRY(found);
    s->known = str_eq(s->p.gateway, s->in->gateway);
    if (!s->known)
        return ST_OK;
    TRY(payment_bill(CX_DB(cx), CX_ARENA(cx), &(struct payment_bill_in){ .invoice = s->p.invoice_id }, &s->bill));
    /* Parts that came by bank transfer count; one that completes them by transfer was released from them before. */
    return bank_rest(CX_DB(cx), CX_ARENA(cx), s->p.invoice_id, &s->due);
}

static st record(struct cx *cx, struct settling *s)
{
    const struct payment_callback_in *in = s->in;
    struct payment_event_add_row row;
    /* Of a refund that failed staff want to see what did not go, not what did. */
    bool less = s->known && s->kind == GATEWAY_REFUND_FAILED && in->amount < s->p.refunded;
    TRY(payment_event_add(CX_DB(cx), CX_ARENA(cx), &(struct payment_event_add_in){
        .uid = rnd_uid(), .gateway = in->gateway, .event_id = in->event_id, .kind = in->kind, .payment = s->p.id,
        .has_payment = s->known, .reference = in->charge.n ? in->charge : in->reference,
        .currency = in->currency, .amount = less ? s->p.refunded - in->amount : in->amount,
        .outcome = S("recorded"), .reason = S(""), .at = cx->gate.now }, &row));
    s->event = row.id;
    return ST_OK;
}

st settle_conclude(struct cx *cx, const struct settling *s, struct payment_callback_out *out, str outcome, const char *reason)
{
    out->outcome = outcome;
    return payment_event_outcome(CX_DB(cx), &(struct payment_event_outcome_in){
        .id = s->event, .outcome = outcome, .reason = str_c(reason) }, NULL);
}

st settle_book(struct cx *cx, const struct settling *s, const struct ledger_row *rows, size_t n)
{
    return ledger_book_nt(cx, &(struct ledger_txn){ .person = s->p.person_id, .invoice = s->p.invoice_id,
        .payment = s->p.id, .currency = s->in->currency, .rows = rows, .n = n });
}

/* A person has to look at it. Money that came is in suspense until they have. */
st settle_review(struct cx *cx, const struct settling *s, struct payment_callback_out *out, const char *reason)
{
    if (s->known && s->kind == GATEWAY_SUCCEEDED && s->in->amount > 0) {
        struct ledger_row rows[] = { { "gateway", s->in->amount }, { "suspense", -s->in->amount } };
        TRY(settle_book(cx, s, rows, COUNT(rows)));
    }
    bool open = s->known && (str_eq(s->p.status, S("started")) || str_eq(s->p.status, S("pending")) ||
                             str_eq(s->p.status, S("declined")));
    if (open && s->kind == GATEWAY_SUCCEEDED) {
        TRY(payment_set_status(CX_DB(cx), &(struct payment_set_status_in){ .id = s->p.id, .status = S("review") }, NULL));
        TRY(mail_queue_nt(cx, MAIL_payment_review, s->p.person_id, s->p.id, S("1")));
    }
    TRY(settle_conclude(cx, s, out, S("review"), reason));
    return cx_event_nt(cx, EVENT_PAYMENT_REVIEW, "gateway_event", s->event, str_c(reason));
}

bool settle_ours(const struct settling *s)
{
    bool named = !s->p.reference.n || str_eq(s->in->reference, s->p.reference); /* none: this message is the first to name it */
    bool charge = s->p.charge.n == 0 || s->in->charge.n == 0 || str_eq(s->in->charge, s->p.charge);
    return charge && (named || (s->p.charge.n && str_eq(s->in->reference, s->p.charge)));
}

/* Why a success cannot be believed as it stands; NULL when it can. */
static const char *mismatch(const struct settling *s)
{
    if (!settle_ours(s))
        return "other_reference";
    if (!str_eq(s->in->currency, s->p.currency))
        return "currency";
    if (s->in->amount != s->p.amount)
        return "amount";
    if (!str_eq(s->bill.status, S("unpaid")))
        return str_eq(s->bill.status, S("paid")) ? "already_paid" : "invoice_closed";
    /* Less than is due is not enough. More can only be because credit was used while the customer was at the gateway. */
    return s->p.amount < s->due.minor || s->p.amount > s->due.minor + s->bill.credited ? "amount" : NULL;
}

static bool two_letters(str c)
{
    return c.n == 2 && c.p[0] >= 'A' && c.p[0] <= 'Z' && c.p[1] >= 'A' && c.p[1] <= 'Z';
}

/* The country of the card: evidence of the place of supply, so it is kept with the payment. */
static st card_country(struct cx *cx, const struct settling *s)
{
    str c = s->in->card_country;
    if (!s->known || !two_letters(c) || !gate_may_collect(&cx->gate, COL_payment_card_country, POINT_GATEWAY))
        return ST_OK;
    TRY(gate_collect_clear_nt(&cx->gate, &(struct collect){ .col = COL_payment_card_country, .point = POINT_GATEWAY,
        .source = SOURCE_GATEWAY, .person = s->p.person_id, .row = s->p.uid }, c));
    return payment_set_card_country(CX_DB(cx), &(struct payment_set_card_country_in){ .id = s->p.id, .country = c }, NULL);
}

/* Does the card agree with the place the order was taxed at? */
static st weigh_card(struct cx *cx, const struct settling *s, bool *fits)
{
    *fits = true;
    if (!two_letters(s->in->card_country))
        return ST_OK;
    return vat_card_nt(cx, s->bill.order_id, s->in->card_country, fits);
}

/* The gateway's names for the payment, when this message is the first to tell them. */
static st keep_names(struct cx *cx, const struct settling *s)
{
    if (!s->p.reference.n && s->in->reference.n)
        TRY(payment_set_reference(CX_DB(cx), &(struct payment_set_reference_in){
            .id = s->p.id, .reference = s->in->reference }, NULL));
    if (!s->in->charge.n)
        return ST_OK;
    return payment_set_charge(CX_DB(cx), &(struct payment_set_charge_in){ .id = s->p.id, .charge = s->in->charge }, NULL);
}

static st succeeded(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    /* The same charge told twice under two names is no second charge. */
    if ((str_eq(s->p.status, S("succeeded")) || str_eq(s->p.status, S("refunded")) || str_eq(s->p.status, S("disputed")) ||
         str_eq(s->p.status, S("charged_back"))) &&
        settle_ours(s) && str_eq(s->in->currency, s->p.currency) && s->in->amount == s->p.amount)
        return settle_conclude(cx, s, out, S("duplicate"), "told_before");
    if (str_eq(s->p.status, S("review")))
        return settle_review(cx, s, out, "under_review");
    const char *wrong = mismatch(s);
    if (wrong)
        return settle_review(cx, s, out, wrong);
    bool held, fits;
    TRY(fraud_held(CX_DB(cx), CX_ARENA(cx), s->bill.order_id, &held));
    if (held) /* the attempt was begun before the order was held */
        return settle_review(cx, s, out, "payment.order_held");
    TRY(weigh_card(cx, s, &fits));
    if (!fits)
        return settle_review(cx, s, out, "payment.card_country");
    TRY(payment_set_settled(CX_DB(cx), &(struct payment_set_settled_in){
        .id = s->p.id, .status = S("succeeded"), .at = cx->gate.now }, NULL));
    TRY(keep_names(cx, s));
    if (s->p.amount > s->due.minor)
        TRY(credit_release_nt(cx, s->p.invoice_id, s->p.amount - s->due.minor));
    TRY(mandate_kept_nt(cx, s));
    TRY(bank_parts_paid_nt(cx, s->p.invoice_id));
    TRY(invoice_paid_nt(cx, s->p.invoice_id));
    struct ledger_row rows[] = { { "gateway", s->p.amount }, { "receivable", -s->p.amount } };
    TRY(settle_book(cx, s, rows, COUNT(rows)));
    TRY(settle_conclude(cx, s, out, S("applied"), ""));
    return cx_event_nt(cx, EVENT_PAYMENT_SETTLED, "payment", s->p.id, s->in->gateway);
}

static st pending(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    if (!str_eq(s->p.status, S("started")))
        return settle_conclude(cx, s, out, S("recorded"), "out_of_order");
    if (!settle_ours(s))
        return settle_conclude(cx, s, out, S("recorded"), "other_reference");
    TRY(keep_names(cx, s));
    TRY(payment_set_status(CX_DB(cx), &(struct payment_set_status_in){ .id = s->p.id, .status = S("pending") }, NULL));
    return settle_conclude(cx, s, out, S("applied"), "");
}

static st declined(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    if (!str_eq(s->p.status, S("started")) && !str_eq(s->p.status, S("pending")))
        return settle_conclude(cx, s, out, S("recorded"), "out_of_order");
    TRY(payment_set_settled(CX_DB(cx), &(struct payment_set_settled_in){
        .id = s->p.id, .status = S("declined"), .at = cx->gate.now }, NULL));
    enum mail words = s->kind == GATEWAY_ACTION ? MAIL_payment_action : MAIL_payment_declined;
    TRY(mail_queue_nt(cx, words, s->p.person_id, s->p.id, S("1")));
    TRY(settle_conclude(cx, s, out, S("applied"), ""));
    return cx_event_nt(cx, EVENT_PAYMENT_DECLINED, "payment", s->p.id, s->in->gateway);
}

/* Nobody came to pay: no more can be paid by this attempt, and there is nothing to write about. */
static st expired(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    if (!str_eq(s->p.status, S("started")) && !str_eq(s->p.status, S("pending")))
        return settle_conclude(cx, s, out, S("recorded"), "out_of_order");
    TRY(payment_set_settled(CX_DB(cx), &(struct payment_set_settled_in){
        .id = s->p.id, .status = S("declined"), .at = cx->gate.now }, NULL));
    return settle_conclude(cx, s, out, S("applied"), "expired");
}

static st apply(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    if (!s->known)
        return settle_review(cx, s, out, "unknown_payment");
    TRY(card_country(cx, s));
    switch (s->kind) {
    case GATEWAY_SUCCEEDED:
        return succeeded(cx, s, out);
    case GATEWAY_PENDING:
        return pending(cx, s, out);
    case GATEWAY_DECLINED:
    case GATEWAY_ACTION:
        return declined(cx, s, out);
    case GATEWAY_EXPIRED:
        return expired(cx, s, out);
    case GATEWAY_REFUNDED:
        return settle_refunded(cx, s, out);
    case GATEWAY_REFUND_FAILED:
        return settle_refund_failed(cx, s, out);
    case GATEWAY_DISPUTED:
        return settle_disputed(cx, s, out);
    case GATEWAY_DISPUTE_WON:
    case GATEWAY_DISPUTE_LOST:
        return settle_dispute_closed(cx, s, out);
    case GATEWAY_NOTICE:
        break; /* never applied */
    }
    return ST_BUG;
}

/* The gateway only said that something happened. What happened, the courier asks; this message proves nothing. */
static st look(struct cx *cx, const struct settling *s, struct payment_callback_out *out)
{
    if (str_empty(s->in->reference))
        return settle_conclude(cx, s, out, S("recorded"), "of_no_interest");
    TRY(cx_job_nt(cx, S("payment.look"), str_fmt(CX_ARENA(cx), "payment.look/%lld", (long long)s->event), 0, s->event,
                  cx->gate.now));
    return settle_conclude(cx, s, out, S("recorded"), "asking");
}

st cmd_payment_callback(struct cx *cx, const struct payment_callback_in *in, struct payment_callback_out *out)
{
    struct settling s = { .in = in };
    if (gateway_kind_parse(in->kind, &s.kind) != ST_OK)
        return cx_invalid(cx, "kind", "err.choice");
    if (str_empty(in->event_id))
        return cx_invalid(cx, "event_id", "err.required");
    TRY(find(cx, &s));
    struct payment_event_find_row before;
    st seen = payment_event_find(CX_DB(cx), CX_ARENA(cx), &(struct payment_event_find_in){
        .gateway = in->gateway, .event_id = in->event_id }, &before);
    if (seen == ST_OK) {
        out->outcome = S("duplicate");
        return ST_OK;
    }
    if (seen != ST_NOT_FOUND)
        return seen;
    TRY(record(cx, &s));
    return s.kind == GATEWAY_NOTICE ? look(cx, &s, out) : apply(cx, &s, out);
}
