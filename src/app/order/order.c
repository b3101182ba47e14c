/* What becomes of an order: VAT settled, active, cancelled. */
#include "order.h"

#include "fraud.h"
#include "invoice.h"
#include "mail.h"
#include "order_lines.h"
#include "order_sql.h"
#include "rhythm.h"
#include "stock.h"
#include "str.h"

#include <string.h>

/* ---- VAT ------------------------------------------------------------------------------------------------------- */

st order_line_vat(const struct vat_order_outcome *o, str vat_class, struct order_line_vat *out)
{
    enum vat_class class;
    TRY(vat_class_parse(vat_class, &class));
    const struct vat_decision *d = &o->by_class[class];
    out->rate_bp = d->rate_bp;
    out->treatment = o->status == VAT_DECIDED ? str_c(vat_treatment_word(d->treatment)) : S("pending");
    return ST_OK;
}

static bool asked(const struct vat_decision *d)
{
    return !str_empty(d->territory);
}

st order_vat_text(struct arena *a, const struct vat_order_outcome *o, struct order_vat_text *out)
{
    *out = (struct order_vat_text){ S("pending"), S(""), S("") };
    bool first = true;
    for (size_t i = 0; i < VAT_CLASSES; i++) {
        const struct vat_decision *d = &o->by_class[i];
        if (!asked(d))
            continue;
        if (first) {
            out->territory = d->territory;
            if (o->status == VAT_DECIDED)
                out->treatment = str_c(vat_treatment_word(d->treatment));
            first = false;
        }
        if (o->status == VAT_DECIDED && !str_empty(d->note) && str_find(out->note, d->note) == out->note.n)
            out->note = str_fmt(a, "%.*s%s%.*s", STR_ARG(out->note), out->note.n ? "\n" : "", STR_ARG(d->note));
    }
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

str order_line_text(struct arena *a, const struct quote *q, str cycle, bool setup)
{
    if (setup)
        return str_fmt(a, "Setting up: %.*s", STR_ARG(q->name));
    bool once = str_eq(cycle, S("once")), plain = str_empty(q->option_text);
    return str_fmt(a, "%.*s%s%.*s%s%.*s%s", STR_ARG(q->name), once ? "" : ", ", STR_ARG(once ? S("") : cycle),
                   plain ? "" : " (", STR_ARG(q->option_text), plain ? "" : ")");
}

static st settle_invoice(struct cx *cx, int64_t invoice, const struct vat_order_outcome *o, struct invoice_made *made)
{
    struct order_invoice_classes_rows lines;
    TRY(order_invoice_classes(CX_DB(cx), CX_ARENA(cx), &(struct order_invoice_classes_in){ .invoice = invoice }, &lines));
    int32_t *rates = NEWN(CX_ARENA(cx), int32_t, lines.n + 1);
    str *treatments = NEWN(CX_ARENA(cx), str, lines.n + 1);
    if (!rates || !treatments)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < lines.n; i++) {
        struct order_line_vat how;
        TRY(order_line_vat(o, lines.v[i].vat_class, &how));
        rates[i] = how.rate_bp;
        treatments[i] = how.treatment;
    }
    struct order_vat_text text;
    TRY(order_vat_text(CX_ARENA(cx), o, &text));
    return invoice_vat_nt(cx, invoice, &(struct invoice_vat){
        .treatment = text.treatment, .territory = text.territory, .note = text.note, .rates = rates,
        .treatments = treatments, .n = lines.n }, made);
}

st order_vat_settled_nt(struct cx *cx, int64_t order)
{
    struct vat_order_outcome o;
    TRY(vat_order_get(CX_DB(cx), CX_ARENA(cx), order, &o));
    if (o.status != VAT_DECIDED || !o.payable)
        return ST_OK; /* it goes on waiting, and staff see it */
    struct order_get_row row;
    TRY(order_get(CX_DB(cx), CX_ARENA(cx), &(struct order_get_in){ .id = order }, &row));
    struct order_invoice_row invoice;
    st s = order_invoice(CX_DB(cx), CX_ARENA(cx), &(struct order_invoice_in){ .order = order }, &invoice);
    if (s == ST_NOT_FOUND || (s == ST_OK && !str_eq(invoice.treatment, S("pending"))))
        return ST_OK; /* cancelled in the meantime, or settled before */
    TRY(s);
    struct invoice_made made;
    TRY(settle_invoice(cx, invoice.id, &o, &made));
    TRY(order_set_vat(CX_DB(cx), &(struct order_set_vat_in){ .id = order, .vat = made.vat, .gross = made.gross }, NULL));
    bool held;
    TRY(fraud_held(CX_DB(cx), CX_ARENA(cx), order, &held));
    if (held)
        return ST_OK; /* a person looks first, and then says that it can be paid */
    if (!str_eq(row.kind, S("new")))
        return made.gross == 0 ? invoice_paid_nt(cx, invoice.id) : rhythm_billed_nt(cx, row.person_id, invoice.id, S("settled"));
    TRY(mail_queue_nt(cx, made.gross == 0 ? MAIL_order_free : MAIL_order_received, row.person_id, order, S("settled")));
    return made.gross == 0 ? invoice_paid_nt(cx, invoice.id) : ST_OK;
}

/* ---- the life of an order -------------------------------------------------------------------------------------- */

st order_step_nt(struct cx *cx, int64_t order, const char *from, const char *to)
{
    int64_t changed = 0;
    TRY(order_set_status(CX_DB(cx), &(struct order_set_status_in){ .id = order, .from = str_c(from), .to = str_c(to) },
                         &changed));
    if (changed != 1)
        return ST_CONFLICT;
    bool ends = strcmp(to, "cancelled") == 0 || strcmp(to, "fraud") == 0;
    return order_lines_end(CX_DB(cx), &(struct order_lines_end_in){ .order = order, .at = ends ? cx->gate.now : UTC_NONE }, NULL);
}

st order_active_nt(struct cx *cx, int64_t order)
{
    return order_step_nt(cx, order, "pending", "active");
}

st order_waits(struct db *db, struct arena *a, int64_t order, bool *waits)
{
    struct order_get_row row;
    TRY(order_get(db, a, &(struct order_get_in){ .id = order }, &row));
    *waits = str_eq(row.status, S("pending"));
    return ST_OK;
}

/* What was issued keeps its number and is credited; a pro forma becomes void. */
static st end_invoice(struct cx *cx, const struct order_invoice_row *i)
{
    struct invoice_made made;
    return i->number.p ? invoice_credit_nt(cx, &(struct invoice_credit){ .invoice = i->id, .reason = S("cancellation") }, &made)
                       : invoice_void_nt(cx, i->id, S("the order was cancelled"));
}

st order_give_back_nt(struct cx *cx, int64_t order)
{
    TRY(stock_return_nt(cx, order));
    return coupon_return_nt(cx, order);
}

st order_void_nt(struct cx *cx, int64_t order)
{
    struct order_get_row row;
    TRY(order_get(CX_DB(cx), CX_ARENA(cx), &(struct order_get_in){ .id = order }, &row));
    if (!str_eq(row.status, S("pending"))) {
        cx->message = "order.cannot_cancel";
        return ST_CONFLICT;
    }
    TRY(order_step_nt(cx, order, "pending", "cancelled"));
    TRY(fraud_withdrawn_nt(cx, order));
    TRY(order_give_back_nt(cx, order));
    struct order_invoice_row invoice;
    st s = order_invoice(CX_DB(cx), CX_ARENA(cx), &(struct order_invoice_in){ .order = order }, &invoice);
    if (s == ST_OK)
        s = end_invoice(cx, &invoice);
    TRY(s == ST_NOT_FOUND ? ST_OK : s);
    return cx_event_nt(cx, EVENT_ORDER_CANCELLED, "orders", order, S(""));
}

/* A renewal that ends is for its plan to deal with, and its customer hears of it from there. */
st order_end_nt(struct cx *cx, int64_t order, enum mail mail)
{
    struct order_get_row row;
    TRY(order_void_nt(cx, order));
    TRY(order_get(CX_DB(cx), CX_ARENA(cx), &(struct order_get_in){ .id = order }, &row));
    if (!str_eq(row.kind, S("new")))
        return rhythm_voided_nt(cx, order, true);
    return mail_queue_nt(cx, mail, row.person_id, order, S("1"));
}

st order_cancel_nt(struct cx *cx, int64_t order)
{
    return order_end_nt(cx, order, MAIL_order_cancelled);
}

st cmd_order_cancel(struct cx *cx, const struct order_cancel_in *in, struct order_cancel_out *out)
{
    (void)out;
    struct order_by_uid_row row;
    TRY(order_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct order_by_uid_in){ .uid = in->order }, &row));
    if (cx->actor.kind == ACTOR_CUSTOMER && (row.person_id != cx->actor.person || !str_eq(row.kind, S("new"))))
        return ST_NOT_FOUND; /* a renewal is ended by ending the service */
    return order_cancel_nt(cx, row.id);
}
