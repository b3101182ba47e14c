/* Where people come back to from a gateway. Coming back proves nothing: the page shows what callbacks have settled. */
#include "gateway.h"
#include "money.h"
#include "payment_html.h"
#include "payment_page_sql.h"
#include "str.h"
#include "web.h"

st guard_payment_own(struct rq *rq)
{
    struct payment_page_get_row *row = NEW(rq->arena, struct payment_page_get_row);
    rq->object = row;
    return row ? payment_page_get(rq->db, rq->arena,
                                  &(struct payment_page_get_in){ .uid = rq_uid(rq, "id"), .person = rq->actor.person }, row)
               : ST_NO_MEMORY;
}

/* While nothing is settled, the gateway may have something to say there: how to pay, for instance. */
st page_payment_return(struct rq *rq)
{
    const struct payment_page_get_row *p = rq->object;
    const struct gateway *gw;
    bool open = str_eq(p->status, S("started")) || str_eq(p->status, S("pending"));
    if (open && gateway_find(p->gateway, &gw) == ST_OK && gw->page)
        return gw->page(rq, &(struct gateway_view){ .payment = p->uid, .invoice = p->invoice_uid, .id = p->id,
            .status = p->status, .reference = p->reference, .currency = p->currency, .amount = p->amount });
    return show_payment_return(rq, 200,
                               &(struct v_payment_return){
                                   .status = p->status, .invoice = p->invoice_uid, .amount = money_of(p->amount, p->currency),
                               });
}

/* ---- callbacks ------------------------------------------------------------------------------------------------- */

/* Whatever became of it: the message is safe with us, and need not be sent again. */
static st received(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_bytes(rq, 200, "application/json", S("{\"received\":true}\n"));
}

st page_gateway_callback(struct rq *rq)
{
    const struct gateway *gw;
    struct gateway_message m;
    struct gateway_post post = { .body = rq->body, .signature = rq->signature, .now = rq->now, .config = rq->config };
    TRY(gateway_find(rq_slug(rq, "gateway"), &gw)); /* one that is no longer offered may still have something to say */
    if (!gw->callback)
        return ST_NOT_FOUND;
    TRY(gw->callback(&rq->gate, &post, &m));
    struct payment_callback_in in = gateway_said(gw, &m);
    return rq_command_system(rq, CMD_PAYMENT_CALLBACK, &in, received);
}
