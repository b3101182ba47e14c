/* Account credit: one way to move it, and what it is moved for. */
#include "credit.h"

#include "bank.h"
#include "credit_sql.h"
#include "log.h"
#include "money.h"
#include "rnd.h"
#include "str.h"

const char *credit_reason_word(enum credit_reason reason)
{
#define WORD(name) [CREDIT_##name] = #name,
    static const char *const words[] = { CREDIT_REASONS(WORD) };
#undef WORD
    return words[reason];
}

/* ---- moving ---------------------------------------------------------------------------------------------------- */

/* One movement: `amount` with its sign, and the rows of the books that it stands against (they sum to it). */
struct move {
    int64_t person;
    str currency;
    int64_t amount;
    enum credit_reason reason;
    const char *ref_kind;
    uid ref;
    int64_t invoice, payment;
    const struct ledger_row *rows;
    size_t n;
};

static st book(struct cx *cx, const struct move *m)
{
    struct ledger_row *rows = NEWN(CX_ARENA(cx), struct ledger_row, m->n + 1);
    if (!rows)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < m->n; i++)
        rows[i] = m->rows[i];
    rows[m->n] = (struct ledger_row){ "credit", -m->amount };
    return ledger_book_nt(cx, &(struct ledger_txn){ .person = m->person, .invoice = m->invoice, .payment = m->payment,
                                                    .currency = m->currency, .rows = rows, .n = m->n + 1 });
}

static st move(struct cx *cx, const struct move *m)
{
    struct credit_open_row b;
    int64_t after, changed = 0;
    TRY(BUG_UNLESS(m->amount != 0));
    TRY(credit_open(CX_DB(cx), CX_ARENA(cx), &(struct credit_open_in){ .person = m->person, .currency = m->currency }, &b));
    if (__builtin_add_overflow(b.balance, m->amount, &after))
        return ST_OVERFLOW;
    if (after < 0) {
        cx->message = "credit.not_enough";
        return ST_CONFLICT;
    }
    TRY(credit_set(CX_DB(cx), &(struct credit_set_in){ .id = b.id, .before = b.balance, .after = after }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(credit_record(CX_DB(cx), &(struct credit_record_in){
        .uid = rnd_uid(), .person = m->person, .currency = m->currency, .amount = m->amount, .balance = after,
        .reason = str_c(credit_reason_word(m->reason)), .ref_kind = str_c(m->ref_kind), .ref = m->ref,
        .invoice = m->invoice, .has_invoice = m->invoice != 0, .at = cx->gate.now }, NULL));
    return book(cx, m);
}

static st move_with(struct cx *cx, const struct credit_add *c, int64_t sign, enum event event)
{
    TRY(BUG_UNLESS(c->amount > 0));
    struct ledger_row one = { c->from, sign * c->amount };
    struct move m = { .person = c->person, .currency = c->currency, .amount = sign * c->amount, .reason = c->reason,
                      .ref_kind = c->ref_kind, .ref = c->ref, .invoice = c->invoice, .payment = c->payment,
                      .rows = c->from ? &one : c->rows, .n = c->from ? 1 : c->n };
    TRY(move(cx, &m));
    return cx_event_nt(cx, event, "person", c->person, str_c(credit_reason_word(c->reason)));
}

st credit_add_nt(struct cx *cx, const struct credit_add *c)
{
    return move_with(cx, c, 1, EVENT_CREDIT_ADDED);
}

st credit_take_nt(struct cx *cx, const struct credit_add *c)
{
    return move_with(cx, c, -1, EVENT_CREDIT_TAKEN);
}

st credit_balance(struct db *db, struct arena *a, int64_t person, str currency, money *out)
{
    struct credit_left_row row = { 0 };
    st s = credit_left(db, a, &(struct credit_left_in){ .person = person, .currency = currency }, &row);
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    *out = money_of(row.balance, currency);
    return ST_OK;
}

/* ---- for an invoice -------------------------------------------------------------------------------------------- */

/* Between the balance and an invoice: `amount` with the balance's sign. Until the invoice is issued it stands in the books as money
 * received before the sale. */
static st move_for(struct cx *cx, const struct credit_invoice_row *i, int64_t amount, enum credit_reason reason)
{
    struct ledger_row row = { "receivable", amount };
    int64_t changed = 0;
    TRY(credit_invoice_set(CX_DB(cx), &(struct credit_invoice_set_in){
        .id = i->id, .before = i->credited, .after = i->credited - amount }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    return move(cx, &(struct move){ .person = i->person_id, .currency = i->currency, .amount = amount, .reason = reason,
                                    .ref_kind = "invoice", .ref = i->uid, .invoice = i->id, .rows = &row, .n = 1 });
}

static st usable(struct cx *cx, int64_t invoice)
{
    bool payable;
    struct credit_on_its_way_row way;
    TRY(invoice_payable(CX_DB(cx), CX_ARENA(cx), invoice, &payable));
    if (!payable) {
        cx->message = "payment.not_payable";
        return ST_CONFLICT;
    }
    TRY(credit_on_its_way(CX_DB(cx), CX_ARENA(cx), &(struct credit_on_its_way_in){ .invoice = invoice }, &way));
    if (way.n > 0)
        cx->message = "payment.pending";
    return way.n > 0 ? ST_CONFLICT : ST_OK;
}

st credit_apply_nt(struct cx *cx, int64_t invoice, int64_t *applied)
{
    struct credit_invoice_row i;
    struct credit_open_row b;
    money due;
    *applied = 0;
    TRY(credit_invoice(CX_DB(cx), CX_ARENA(cx), &(struct credit_invoice_in){ .id = invoice }, &i));
    TRY(usable(cx, invoice));
    TRY(bank_rest(CX_DB(cx), CX_ARENA(cx), invoice, &due));
    TRY(credit_open(CX_DB(cx), CX_ARENA(cx), &(struct credit_open_in){ .person = i.person_id, .currency = i.currency }, &b));
    int64_t use = b.balance < due.minor ? b.balance : due.minor;
    if (use <= 0)
        return ST_OK;
    TRY(move_for(cx, &i, -use, CREDIT_used));
    TRY(cx_event_nt(cx, EVENT_CREDIT_USED, "invoice", invoice, S("")));
    *applied = use;
    if (use < due.minor)
        return ST_OK;
    TRY(bank_parts_paid_nt(cx, invoice));
    return invoice_paid_nt(cx, invoice);
}

st credit_release_nt(struct cx *cx, int64_t invoice, int64_t most)
{
    struct credit_invoice_row i;
    TRY(credit_invoice(CX_DB(cx), CX_ARENA(cx), &(struct credit_invoice_in){ .id = invoice }, &i));
    int64_t back = most > 0 && most < i.credited ? most : i.credited;
    if (back == 0)
        return ST_OK;
    TRY(move_for(cx, &i, back, CREDIT_returned));
    return cx_event_nt(cx, EVENT_CREDIT_RETURNED, "invoice", invoice, S(""));
}

/* ---- commands -------------------------------------------------------------------------------------------------- */

st cmd_credit_use(struct cx *cx, const struct credit_use_in *in, struct credit_use_out *out)
{
    struct credit_invoice_of_row i;
    TRY(credit_invoice_of(CX_DB(cx), CX_ARENA(cx), &(struct credit_invoice_of_in){ .uid = in->invoice }, &i));
    if (i.person_id != cx->actor.person)
        return ST_NOT_FOUND; /* somebody else's is as good as none */
    TRY(credit_apply_nt(cx, i.id, &out->applied));
    if (out->applied == 0) {
        cx->message = "credit.none_left";
        return ST_CONFLICT;
    }
    return ST_OK;
}

/* The reasons that staff may give; the others are the program's. */
static st granted_reason(struct cx *cx, str word, enum credit_reason *out)
{
    for (enum credit_reason r = CREDIT_goodwill; r <= CREDIT_correction; r++)
        if (str_eq(word, str_c(credit_reason_word(r)))) {
            *out = r;
            return ST_OK;
        }
    return cx_invalid(cx, "reason", "err.choice");
}

st cmd_credit_grant(struct cx *cx, const struct credit_grant_in *in, struct credit_grant_out *out)
{
    (void)out;
    struct credit_person_row p;
    struct credit_add c = { .currency = in->currency, .amount = in->amount, .ref_kind = "person", .ref = in->person,
                            .from = "goodwill" };
    if (!currency_known(in->currency))
        return cx_invalid(cx, "currency", "err.currency");
    if (in->amount <= 0 || in->amount > CREDIT_MOST)
        return cx_invalid(cx, "amount", "err.money");
    TRY(granted_reason(cx, in->reason, &c.reason));
    TRY(credit_person(CX_DB(cx), CX_ARENA(cx), &(struct credit_person_in){ .uid = in->person }, &p));
    if (!str_eq(p.kind, S("customer")) || str_eq(p.status, S("closed")))
        return ST_NOT_FOUND;
    c.person = p.id;
    if (!in->take)
        return credit_add_nt(cx, &c);
    if (c.reason != CREDIT_correction)
        return cx_invalid(cx, "reason", "err.credit_take");
    st s = credit_take_nt(cx, &c);
    return s == ST_CONFLICT && cx->message ? cx_invalid(cx, "amount", cx->message) : s;
}
