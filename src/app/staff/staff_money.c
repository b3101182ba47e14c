/* An invoice as staff see it: its payments, what went back, what a bank disputes, and the form that gives money back. */
#include "codec.h"
#include "money.h"
#include "page.h"
#include "payment.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"

static str word(struct rq *rq, const char *prefix, str value)
{
    return text_named(rq->language, str_fmt(rq->arena, "%s%.*s", prefix, STR_ARG(value)));
}

/* The payments, and which of them money can be given back of: at most one of an invoice has succeeded. */
static st payments_of(struct rq *rq, int64_t invoice, struct v_staff_invoice *page, uid *refundable)
{
    struct staff_payments_of_invoice_rows rows;
    TRY(staff_payments_of_invoice(rq->db, rq->arena, &(struct staff_payments_of_invoice_in){ .parent = invoice }, &rows));
    struct v_staff_payment_row *v = NEWN(rq->arena, struct v_staff_payment_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct staff_payments_of_invoice_row *r = &rows.v[i];
        int64_t left;
        v[i] = (struct v_staff_payment_row){
            .id = r->uid, .status = r->status, .gateway = r->gateway, .reference = r->charge.n ? r->charge : r->reference,
            .amount = money_of(r->amount, r->currency), .refunded = money_of(r->refunded, r->currency), .card = r->card_country,
            .at = r->created_at,
        };
        TRY(payment_refundable(rq->db, rq->arena, r->id, &left));
        if (left > 0) {
            page->can_refund = money_of(left, r->currency);
            *refundable = r->uid;
        }
    }
    page->payments = (struct v_staff_payment_row_list){ v, rows.n };
    return ST_OK;
}

static st refund_view(struct rq *rq, const struct staff_refunds_of_invoice_row *r, struct v_staff_refund_row *v)
{
    *v = (struct v_staff_refund_row){ .at = r->ordered_at, .amount = money_of(r->amount, r->currency),
                                      .reason = word(rq, "refund.reason.", r->reason), .status = word(rq, "refund.", r->status) };
    return ST_OK;
}

static st refunds_of(struct rq *rq, int64_t invoice, struct v_staff_refund_row_list *out)
{
    struct staff_refunds_of_invoice_rows rows;
    TRY(staff_refunds_of_invoice(rq->db, rq->arena, &(struct staff_refunds_of_invoice_in){ .parent = invoice }, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_refund_row, refund_view);
    return ST_OK;
}

/* Two statements, of one invoice and of all: their rows differ in name only. */
#define DISPUTE_VIEW(which)                                                                                      \
    static st which##_view(struct rq *rq UNUSED, const struct which##_row *r, struct v_staff_dispute_row *v)     \
    {                                                                                                            \
        *v = (struct v_staff_dispute_row){ .at = r->opened_at, .amount = money_of(r->amount, r->currency),       \
                                           .status = r->status, .reason = r->reason, .due = r->due_at,           \
                                           .reference = r->reference, .invoice = r->invoice_uid,                 \
                                           .number = r->number };                                                \
        return ST_OK;                                                                                            \
    }
DISPUTE_VIEW(staff_disputes_of_invoice)
DISPUTE_VIEW(staff_disputes_open)

static st disputes_of(struct rq *rq, int64_t invoice, struct v_staff_dispute_row_list *out)
{
    struct staff_disputes_of_invoice_rows rows;
    TRY(staff_disputes_of_invoice(rq->db, rq->arena, &(struct staff_disputes_of_invoice_in){ .parent = invoice }, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_dispute_row, staff_disputes_of_invoice_view);
    return ST_OK;
}

st staff_disputes(struct rq *rq, struct v_staff_dispute_row_list *out)
{
    struct staff_disputes_open_rows rows;
    TRY(staff_disputes_open(rq->db, rq->arena, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_dispute_row, staff_disputes_open_view);
    return ST_OK;
}

static st refund_form(struct rq *rq, struct v_staff_invoice *v, uid payment)
{
    struct form_view *f = web_form(rq, FORM_STAFF_REFUND);
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "payment", uid_str(rq->arena, payment));
    web_form_fill(f, "amount", money_plain(rq->arena, v->can_refund));
    v->refund = f;
    return ST_OK;
}

static st note_view(struct rq *rq UNUSED, const struct staff_invoice_notes_row *r, struct v_staff_note_row *v)
{
    *v = (struct v_staff_note_row){ .id = r->uid, .number = r->number, .on = r->issued_on, .reason = r->reason,
                                    .gross = money_of(r->gross, r->currency) };
    return ST_OK;
}

static st notes_of(struct rq *rq, int64_t invoice, struct v_staff_note_row_list *out)
{
    struct staff_invoice_notes_rows rows;
    TRY(staff_invoice_notes(rq->db, rq->arena, &(struct staff_invoice_notes_in){ .invoice = invoice }, &rows));
    STAFF_ROWS(rq, out, rows, struct v_staff_note_row, note_view);
    return ST_OK;
}

st page_staff_invoice(struct rq *rq)
{
    const struct staff_invoice_get_row *i = rq->object;
    uid refundable = { 0 };
    bool unpaid = str_eq(i->status, S("unpaid"));
    struct v_staff_invoice v = {
        .id = i->uid, .status = i->status, .number = i->number, .gross = money_of(i->gross, i->currency), .person = i->person_uid,
        .order = i->order_uid, .at = i->placed_at, .csrf = rq->csrf, .reason = web_form(rq, FORM_STAFF_VOID),
        .voidable = unpaid && !i->number.p, .issuable = unpaid && !i->number.p && !str_eq(i->treatment, S("pending")),
        .creditable = i->number.p && (unpaid || str_eq(i->status, S("paid"))) && i->taken_back < i->gross,
        .taken = i->taken_back > 0, .taken_back = money_of(i->taken_back, i->currency),
        .returned = money_of(i->returned, i->currency), .left = money_of(i->gross - i->taken_back, i->currency),
        .credits = i->credits_uid, .credits_number = i->credits_number, .voided = i->voided_at, .void_reason = i->void_reason,
    };
    TRY(staff_open(rq, COL_person_full_name, i->person_uid, i->full_name, &v.name));
    TRY(payments_of(rq, i->id, &v, &refundable));
    TRY(refunds_of(rq, i->id, &v.refunds));
    TRY(disputes_of(rq, i->id, &v.disputes));
    TRY(refund_form(rq, &v, refundable));
    struct staff_keeps_row keeps;
    TRY(staff_keeps(rq->db, rq->arena, &(struct staff_keeps_in){ .parent = i->id }, &keeps));
    v.collectable = unpaid && keeps.n > 0 && gate_clause(&rq->gate, CLAUSE_S12C);
    TRY(notes_of(rq, i->id, &v.notes));
    TRY(staff_events(rq, "invoice", i->id, &v.events));
    return v.reason ? show_staff_invoice(rq, 200, &v) : ST_NO_MEMORY;
}
