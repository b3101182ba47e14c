/* What people decide about an entry that did not fit by itself, and money that goes back by the bank's own site. */
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "credit.h"
#include "entries.h"
#include "invoice.h"
#include "mail.h"
#include "money.h"
#include "rnd.h"
#include "str.h"

struct deciding {
    struct cx *cx;
    const struct bank_decide_in *in;
    struct bank_entry_by_uid_row e;
};

static st conflict(struct cx *cx, const char *message)
{
    cx->message = message;
    return ST_CONFLICT;
}

/* ---- whose it is ---- */

static st use(struct cx *cx, enum column_id col, uid row, const struct sealed *v, str *out)
{
    return gate_use(&cx->gate, col, PURPOSE_BILLING, row, v, out);
}

/* The entry belongs to somebody else than was known: its texts are sealed again, with that person's key. */
static st rehome(struct cx *cx, struct bank_entry_by_uid_row *e, int64_t person)
{
    struct bank_words w;
    struct bank_sealed s;
    if (e->person_id == person)
        return ST_OK;
    TRY(use(cx, COL_bank_entry_name, e->uid, e->name, &w.name));
    TRY(use(cx, COL_bank_entry_account, e->uid, e->account, &w.account));
    TRY(use(cx, COL_bank_entry_wording, e->uid, e->wording, &w.wording));
    TRY(bank_seal_nt(cx, person, e->uid, &w, &s));
    TRY(bank_entry_rehome(CX_DB(cx), &(struct bank_entry_rehome_in){
        .id = e->id, .person = person, .name = s.name, .account = s.account, .wording = s.wording }, NULL));
    TRY(bank_payer_close(CX_DB(cx), &(struct bank_payer_close_in){ .id = e->person_id, .at = cx->gate.now }, NULL));
    e->person_id = person;
    return ST_OK;
}

/* ---- the money is for an invoice ---- */

static st invoice_by_words(struct cx *cx, str words, struct bank_invoice_get_row *out)
{
    struct bank_invoice_by_uid_row u;
    struct bank_invoice_by_number_row n;
    uid id;
    words = str_trim(words);
    if (uid_parse(words, &id) == ST_OK) {
        TRY(bank_invoice_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct bank_invoice_by_uid_in){ id }, &u));
        *out = (struct bank_invoice_get_row){ u.id, u.uid, u.person_id, u.status, u.currency };
        return ST_OK;
    }
    TRY(bank_invoice_by_number(CX_DB(cx), CX_ARENA(cx), &(struct bank_invoice_by_number_in){ words }, &n));
    *out = (struct bank_invoice_get_row){ n.id, n.uid, n.person_id, n.status, n.currency };
    return ST_OK;
}

/* The invoice that is meant: that of the payment proposed, or the one named. */
static st meant(struct deciding *d, struct bank_invoice_get_row *i)
{
    struct cx *cx = d->cx;
    if (str_eq(d->in->decision, S("assign"))) {
        st s = invoice_by_words(cx, d->in->invoice, i);
        return s == ST_NOT_FOUND ? cx_invalid(cx, "invoice", "bank.no_invoice") : s;
    }
    struct bank_payment_by_uid_row p;
    st s = bank_payment_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_by_uid_in){ d->in->payment }, &p);
    if (s == ST_NOT_FOUND)
        return cx_invalid(cx, "payment", "bank.no_payment");
    TRY(s);
    return bank_invoice_get(CX_DB(cx), CX_ARENA(cx), &(struct bank_invoice_get_in){ p.invoice_id }, i);
}

/* The attempt by transfer that waits, or a new one. */
static st attempt(struct cx *cx, const struct bank_invoice_get_row *i, int64_t due, int64_t *payment)
{
    struct bank_payment_waiting_rows rows;
    TRY(bank_payment_waiting(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_waiting_in){ i->id }, &rows));
    if (rows.n > 0) {
        *payment = rows.v[0].id;
        return ST_OK;
    }
    struct bank_payment_add_row row;
    struct bank_payment_add_in add = { .uid = rnd_uid(), .person = i->person_id, .invoice = i->id, .currency = i->currency,
                                       .amount = due, .at = cx->gate.now };
    TRY(bank_reference_new_nt(cx, &add.reference));
    add.redirect = str_fmt(CX_ARENA(cx), "/payments/%.*s", STR_ARG(uid_str(CX_ARENA(cx), add.uid)));
    TRY(bank_payment_add(CX_DB(cx), CX_ARENA(cx), &add, &row));
    *payment = row.id;
    return cx_event_nt(cx, EVENT_PAYMENT_STARTED, "payment", row.id, S(BANK_GATEWAY));
}

static st set_entry(struct deciding *d, str status, const char *reason, int64_t payment)
{
    return bank_entry_set(CX_DB(d->cx), &(struct bank_entry_set_in){
        .id = d->e.id, .status = status, .reason = str_c(reason), .payment = payment, .has_payment = payment != 0 }, NULL);
}

/* More than is due comes to the customer's account credit. */
static st credit_rest(struct deciding *d, const struct bank_invoice_get_row *i, int64_t payment, int64_t rest)
{
    if (rest == 0)
        return ST_OK;
    return credit_add_nt(d->cx, &(struct credit_add){ .person = i->person_id, .currency = i->currency, .amount = rest,
        .reason = CREDIT_overpaid, .ref_kind = "invoice", .ref = i->uid, .invoice = i->id, .payment = payment,
        .from = "gateway" });
}

/* Less than is due: it waits for the rest, and the customer is told what is missing. */
static st wait_for_rest(struct deciding *d, const struct bank_invoice_get_row *i, int64_t payment)
{
    struct cx *cx = d->cx;
    TRY(bank_hold_nt(cx, i->person_id, payment, d->e.currency, d->e.amount));
    TRY(set_entry(d, S("open"), "amount_less", payment));
    return mail_queue_nt(cx, MAIL_bank_short, i->person_id, payment, str_fmt(CX_ARENA(cx), "%lld", (long long)d->e.id));
}

static st pay(struct deciding *d)
{
    struct cx *cx = d->cx;
    struct bank_invoice_get_row i;
    bool payable, applied;
    money due;
    int64_t payment, sum;
    TRY(meant(d, &i));
    TRY(invoice_payable(CX_DB(cx), CX_ARENA(cx), i.id, &payable));
    if (!payable)
        return conflict(cx, "payment.not_payable");
    if (!str_eq(i.currency, d->e.currency))
        return conflict(cx, "bank.other_currency");
    TRY(invoice_due(CX_DB(cx), CX_ARENA(cx), i.id, &due));
    TRY(attempt(cx, &i, due.minor, &payment));
    /* Out of suspense, as whosever it was; then it counts as theirs. */
    TRY(bank_hold_nt(cx, d->e.person_id, d->e.payment_id, d->e.currency, -d->e.amount));
    TRY(rehome(cx, &d->e, i.person_id));
    TRY(set_entry(d, S("matched"), "", payment));
    TRY(bank_parts(CX_DB(cx), CX_ARENA(cx), i.id, &sum));
    if (__builtin_add_overflow(sum, d->e.amount, &sum))
        return ST_OVERFLOW;
    if (sum < due.minor)
        return wait_for_rest(d, &i, payment);
    TRY(bank_settle_nt(cx, payment, due.minor,
                       str_fmt(CX_ARENA(cx), "decided-%.*s", STR_ARG(uid_str(CX_ARENA(cx), d->e.uid))), &applied));
    if (!applied)
        return conflict(cx, "bank.not_settled");
    return credit_rest(d, &i, payment, sum - due.minor);
}

/* ---- the money is not ours, or goes back ---- */

static st dismiss(struct deciding *d)
{
    if (d->e.amount > 0)
        TRY(bank_hold_nt(d->cx, d->e.person_id, d->e.payment_id, d->e.currency, -d->e.amount));
    return set_entry(d, S("dismissed"), "", d->e.payment_id);
}

struct back {
    int64_t person, payment, entry;
    uid request;
    str currency;
    int64_t amount;
};

/* Somebody will have to type name and account of the payee into the bank's site: that is what the bank is told. */
static st order_back(struct cx *cx, const struct back *b)
{
    static const enum column_id fields[] = { COL_bank_entry_name, COL_bank_entry_account };
    struct bank_refund_add_in add = { .uid = rnd_uid(), .person = b->person, .payment = b->payment,
                                      .has_payment = b->payment != 0, .entry = b->entry, .has_entry = b->entry != 0,
                                      .request = b->request, .currency = b->currency, .amount = b->amount, .at = cx->gate.now };
    TRY(gate_disclose_nt(&cx->gate, &(struct disclosure){
        .to = RECIPIENT_BANK, .purpose = PURPOSE_BILLING, .fields = fields, .n = COUNT(fields), .person = b->person,
        .ref_kind = "bank_refund", .ref = add.uid }));
    TRY(bank_reference_new_nt(cx, &add.reference));
    return bank_refund_add(CX_DB(cx), &add, NULL);
}

static st send_back(struct deciding *d)
{
    if (d->e.amount <= 0)
        return conflict(d->cx, "payment.nothing_to_refund");
    TRY(order_back(d->cx, &(struct back){ .person = d->e.person_id, .entry = d->e.id, .request = d->e.uid,
                                          .currency = d->e.currency, .amount = d->e.amount }));
    return set_entry(d, S("returning"), "", 0);
}

st cmd_bank_decide(struct cx *cx, const struct bank_decide_in *in, struct bank_decide_out *out)
{
    struct deciding d = { .cx = cx, .in = in };
    (void)out;
    if (!gate_clause(&cx->gate, CLAUSE_S12D)) {
        cx->message = "bank.not_in_force";
        return ST_STATEMENT;
    }
    if (str_empty(str_trim(in->note)) || !utf8_printable(in->note, false))
        return cx_invalid(cx, "note", "err.required");
    TRY(bank_entry_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct bank_entry_by_uid_in){ in->entry }, &d.e));
    if (!str_eq(d.e.status, S("open")))
        return conflict(cx, "payment.resolved_before");
    bool paying = str_eq(in->decision, S("accept")) || str_eq(in->decision, S("assign"));
    if (paying)
        TRY(d.e.amount > 0 ? pay(&d) : conflict(cx, "payment.cannot_accept"));
    else if (str_eq(in->decision, S("dismiss")))
        TRY(dismiss(&d));
    else if (str_eq(in->decision, S("return")))
        TRY(send_back(&d));
    else
        return cx_invalid(cx, "decision", "err.choice");
    TRY(bank_entry_decided(CX_DB(cx), &(struct bank_entry_decided_in){
        .id = d.e.id, .decision = in->decision, .by = cx->actor.person, .at = cx->gate.now, .note = str_trim(in->note) }, NULL));
    return cx_event_nt(cx, EVENT_BANK_DECIDED, "bank_entry", d.e.id, in->decision);
}

st cmd_bank_refund_due(struct cx *cx, const struct bank_refund_due_in *in, struct bank_refund_due_out *out)
{
    struct bank_refund_by_request_row before;
    struct bank_payment_by_reference_row p;
    struct bank_entry_of_payment_rows from;
    (void)out;
    st s = bank_refund_by_request(CX_DB(cx), CX_ARENA(cx), &(struct bank_refund_by_request_in){ in->request }, &before);
    if (s != ST_NOT_FOUND)
        return s; /* the courier asks again until it has heard an answer */
    TRY(bank_payment_by_reference(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_by_reference_in){ in->reference }, &p));
    if (!str_eq(p.currency, in->currency) || in->amount <= 0 || in->amount > p.amount - p.refunded)
        return ST_CONFLICT;
    TRY(bank_entry_of_payment(CX_DB(cx), CX_ARENA(cx), &(struct bank_entry_of_payment_in){ p.id }, &from));
    return order_back(cx, &(struct back){ .person = p.person_id, .payment = p.id, .entry = from.n > 0 ? from.v[0].id : 0,
                                          .request = in->request, .currency = in->currency, .amount = in->amount });
}

/* Somebody saw on the bank's site that it went, although no statement shows our reference: it was left out, or mistyped. */
st cmd_bank_refund_sent(struct cx *cx, const struct bank_refund_sent_in *in, struct bank_refund_sent_out *out)
{
    struct bank_refund_by_uid_row r;
    (void)out;
    TRY(bank_refund_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct bank_refund_by_uid_in){ in->refund }, &r));
    if (!str_eq(r.status, S("due")))
        return conflict(cx, "payment.resolved_before");
    TRY(bank_gone_nt(cx, &(struct bank_going){ .id = r.id, .person = r.person_id, .payment = r.has_payment_id ? r.payment_id : 0,
        .entry = r.has_entry_id ? r.entry_id : 0, .currency = r.currency, .amount = r.amount, .on = date_london(cx->gate.now) },
        str_fmt(CX_ARENA(cx), "sent-%.*s", STR_ARG(uid_str(CX_ARENA(cx), in->refund)))));
    return cx_event_nt(cx, EVENT_BANK_DECIDED, "bank_refund", r.id, S("sent"));
}
