/* Entries of statements: sealing their texts, their place in the books, and paying with them. */
#include "entries.h"

#include "codec.h"
#include "config_keys.h"
#include "invoice.h"
#include "rnd.h"
#include "str.h"

#define TRIES 8 /* for a reference that nobody has: one in 887 million is taken by chance */

static st seal(struct cx *cx, enum column_id col, int64_t person, uid row, str plain, const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){ .col = col, .point = POINT_BANK, .source = SOURCE_BANK,
                                                         .person = person, .row = row }, plain, out);
}

st bank_seal_nt(struct cx *cx, int64_t person, uid row, const struct bank_words *w, struct bank_sealed *out)
{
    TRY(seal(cx, COL_bank_entry_name, person, row, w->name, &out->name));
    TRY(seal(cx, COL_bank_entry_account, person, row, w->account, &out->account));
    return seal(cx, COL_bank_entry_wording, person, row, w->wording, &out->wording);
}

st bank_hold_nt(struct cx *cx, int64_t person, int64_t payment, str currency, int64_t amount)
{
    struct ledger_row rows[] = { { "gateway", amount }, { "suspense", -amount } };
    return ledger_book_nt(cx, &(struct ledger_txn){ .person = person, .payment = payment, .currency = currency, .rows = rows,
                                                    .n = COUNT(rows) });
}

static st taken(struct cx *cx, str reference, bool *yes)
{
    struct bank_payment_by_reference_row p;
    struct bank_refund_by_reference_row r;
    st s = bank_payment_by_reference(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_by_reference_in){ reference }, &p);
    if (s == ST_NOT_FOUND)
        s = bank_refund_by_reference(CX_DB(cx), CX_ARENA(cx), &(struct bank_refund_by_reference_in){ reference }, &r);
    *yes = s == ST_OK;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

st bank_reference_new_nt(struct cx *cx, str *out)
{
    bool yes = true;
    for (int i = 0; i < TRIES && yes; i++) {
        *out = bank_reference_make(CX_ARENA(cx), cx->config->bank.prefix);
        if (!out->p)
            return ST_NO_MEMORY;
        TRY(taken(cx, *out, &yes));
    }
    return yes ? ST_RETRY : ST_OK;
}

/* What came before is no longer in suspense: the payment as a whole is booked by the callback. */
static st release_parts(struct cx *cx, int64_t invoice, int64_t payment)
{
    struct bank_parts_list_rows parts;
    TRY(bank_parts_list(CX_DB(cx), CX_ARENA(cx), &(struct bank_parts_list_in){ invoice }, &parts));
    for (size_t i = 0; i < parts.n; i++) {
        TRY(bank_hold_nt(cx, parts.v[i].person_id, parts.v[i].payment_id, parts.v[i].currency, -parts.v[i].amount));
        TRY(bank_entry_set(CX_DB(cx), &(struct bank_entry_set_in){ .id = parts.v[i].id, .status = S("matched"), .reason = S(""),
                                                                   .payment = payment, .has_payment = true }, NULL));
    }
    return ST_OK;
}

st bank_settle_nt(struct cx *cx, int64_t payment, int64_t amount, str event, bool *applied)
{
    struct bank_payment_get_row p;
    struct payment_callback_out out = { 0 };
    TRY(bank_payment_get(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_get_in){ payment }, &p));
    TRY(release_parts(cx, p.invoice_id, payment));
    if (p.amount != amount)
        TRY(bank_payment_expect(CX_DB(cx), &(struct bank_payment_expect_in){ .id = payment, .amount = amount }, NULL));
    struct payment_callback_in in = { .gateway = S(BANK_GATEWAY), .event_id = event, .kind = S("succeeded"), .payment = p.uid,
                                      .reference = p.reference, .currency = p.currency, .amount = amount };
    TRY(cmd_payment_callback(cx, &in, &out));
    *applied = str_eq(out.outcome, S("applied"));
    return ST_OK;
}

st bank_gone_nt(struct cx *cx, const struct bank_going *g, str event)
{
    int64_t changed = 0;
    TRY(bank_refund_set_sent(CX_DB(cx), &(struct bank_refund_set_sent_in){ .id = g->id, .on = g->on }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    if (g->payment == 0) {
        TRY(bank_hold_nt(cx, g->person, 0, g->currency, -g->amount));
        return g->entry ? bank_entry_set(CX_DB(cx), &(struct bank_entry_set_in){
            .id = g->entry, .status = S("returned"), .reason = S("") }, NULL) : ST_OK;
    }
    struct bank_payment_get_row p;
    struct payment_callback_out out = { 0 };
    TRY(bank_payment_get(CX_DB(cx), CX_ARENA(cx), &(struct bank_payment_get_in){ g->payment }, &p));
    struct payment_callback_in in = { .gateway = S(BANK_GATEWAY), .event_id = event, .kind = S("refunded"), .payment = p.uid,
                                      .reference = p.reference, .currency = p.currency, .amount = p.refunded + g->amount };
    return cmd_payment_callback(cx, &in, &out);
}

st bank_parts(struct db *db, struct arena *a, int64_t invoice, int64_t *received)
{
    struct bank_parts_sum_row row;
    TRY(bank_parts_sum(db, a, &(struct bank_parts_sum_in){ invoice }, &row));
    *received = row.received;
    return ST_OK;
}

st bank_rest(struct db *db, struct arena *a, int64_t invoice, money *rest)
{
    int64_t received;
    TRY(invoice_due(db, a, invoice, rest));
    TRY(bank_parts(db, a, invoice, &received));
    rest->minor = rest->minor > received ? rest->minor - received : 0;
    return ST_OK;
}

/* Each attempt is one payment of what came by it. */
static st part_paid(struct cx *cx, const struct bank_parts_list_rows *all, size_t at)
{
    const struct bank_parts_list_row *e = &all->v[at];
    int64_t sum = 0, changed = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (all->v[i].payment_id == e->payment_id && i < at)
            return ST_OK;
        if (all->v[i].payment_id == e->payment_id && __builtin_add_overflow(sum, all->v[i].amount, &sum))
            return ST_OVERFLOW;
    }
    TRY(bank_payment_parted(CX_DB(cx), &(struct bank_payment_parted_in){ .id = e->payment_id, .amount = sum, .at = cx->gate.now },
                            &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

st bank_parts_paid_nt(struct cx *cx, int64_t invoice)
{
    struct bank_parts_list_rows parts;
    TRY(bank_parts_list(CX_DB(cx), CX_ARENA(cx), &(struct bank_parts_list_in){ invoice }, &parts));
    for (size_t i = 0; i < parts.n; i++) {
        const struct bank_parts_list_row *e = &parts.v[i];
        struct ledger_row rows[] = { { "suspense", e->amount }, { "receivable", -e->amount } };
        TRY(part_paid(cx, &parts, i));
        TRY(ledger_book_nt(cx, &(struct ledger_txn){ .person = e->person_id, .invoice = invoice, .payment = e->payment_id,
                                                     .currency = e->currency, .rows = rows, .n = COUNT(rows) }));
        TRY(bank_entry_set(CX_DB(cx), &(struct bank_entry_set_in){ .id = e->id, .status = S("matched"), .reason = S(""),
                                                                   .payment = e->payment_id, .has_payment = true }, NULL));
    }
    return ST_OK;
}

st bank_missing(struct db *db, struct arena *a, int64_t payment, int64_t *invoice, money *missing)
{
    struct bank_payment_get_row p;
    TRY(bank_payment_get(db, a, &(struct bank_payment_get_in){ payment }, &p));
    if (invoice)
        *invoice = p.invoice_id;
    return bank_rest(db, a, p.invoice_id, missing);
}
