/* What screening means for an order: it is refused, declined, or released by a person. */
#include "coupon.h"
#include "invoice.h"
#include "mail.h"
#include "order.h"
#include "order_lines.h"
#include "order_sql.h"
#include "stock.h"
#include "str.h"

static st refuse(struct cx *cx, int64_t order)
{
    struct order_bill_row bill;
    TRY(order_step_nt(cx, order, "pending", "fraud"));
    TRY(order_bill(CX_DB(cx), CX_ARENA(cx), &(struct order_bill_in){ .order = order }, &bill));
    return invoice_void_nt(cx, bill.id, S("Screening: the order was refused"));
}

/* Its units are there for others; codes and free trials stay counted, since a person may still say that it goes on. */
st order_refuse_nt(struct cx *cx, int64_t order)
{
    TRY(refuse(cx, order));
    return stock_set_aside_nt(cx, order);
}

st order_decline_nt(struct cx *cx, int64_t order)
{
    struct order_get_row o;
    TRY(order_get(CX_DB(cx), CX_ARENA(cx), &(struct order_get_in){ .id = order }, &o));
    if (str_eq(o.status, S("pending")))
        TRY(refuse(cx, order));
    TRY(order_give_back_nt(cx, order));
    return mail_queue_nt(cx, MAIL_order_declined, o.person_id, order, S("1"));
}

/* VAT may have been decided in the meantime, or its check given up when the order was refused. */
static st settle_vat(struct cx *cx, const struct order_get_row *o)
{
    struct vat_order_outcome vat;
    TRY(vat_order_get(CX_DB(cx), CX_ARENA(cx), o->id, &vat));
    return vat.status == VAT_PENDING ? vat_check_again_nt(cx, o->person_id, o->id) : order_vat_settled_nt(cx, o->id);
}

st order_release_nt(struct cx *cx, int64_t order)
{
    struct order_get_row o;
    struct order_bill_row bill;
    TRY(order_get(CX_DB(cx), CX_ARENA(cx), &(struct order_get_in){ .id = order }, &o));
    TRY(order_bill(CX_DB(cx), CX_ARENA(cx), &(struct order_bill_in){ .order = order }, &bill));
    if (str_eq(o.status, S("fraud")))
        TRY(order_step_nt(cx, order, "fraud", "pending"));
    TRY(stock_again_nt(cx, order)); /* a person may go beyond what a code allows, but not sell what is not there */
    TRY(stock_trials_again_nt(cx, order, o.person_id));
    TRY(coupon_again_nt(cx, order));
    TRY(invoice_reopen_nt(cx, bill.id));
    TRY(mail_queue_nt(cx, MAIL_order_accepted, o.person_id, order, S("1")));
    if (str_eq(bill.treatment, S("pending")))
        return settle_vat(cx, &o);
    return bill.gross == 0 ? invoice_paid_nt(cx, bill.id) : ST_OK;
}
