/* The way to Stripe's page and back. The page of ours in between waits until the courier has asked for Stripe's; it works
 * without scripts, and is a page of its own because browsers let no form lead straight to another site (form-action). */
#include "page.h"
#include "payment_html.h"
#include "payment_page_sql.h"
#include "str.h"
#include "stripe.h"

#define SOON 2 /* seconds */

st stripe_page(struct rq *rq, const struct gateway_view *p)
{
    struct payment_page_away_row away;
    if (!str_eq(p->status, S("started"))) /* paid with something that takes a while */
        return show_payment_return(rq, 200, &(struct v_payment_return){
            .status = p->status, .invoice = p->invoice, .amount = money_of(p->amount, p->currency) });
    TRY(payment_page_away(rq->db, rq->arena, &(struct payment_page_away_in){ .id = p->id }, &away));
    url next = away.page.p ? url_payment_go(rq->arena, p->payment) : url_payment_return(rq->arena, p->payment);
    rq_refresh(rq, away.page.p ? 1 : SOON, next);
    return show_payment_away(rq, 200, &(struct v_payment_away){
        .id = p->payment, .invoice = p->invoice, .ready = away.page.p != NULL, .amount = money_of(p->amount, p->currency) });
}

/* Away, while there is something to pay; otherwise to what became of it. */
st page_payment_go(struct rq *rq)
{
    const struct payment_page_get_row *p = rq->object;
    struct payment_page_away_row away;
    TRY(payment_page_away(rq->db, rq->arena, &(struct payment_page_away_in){ .id = p->id }, &away));
    if (away.page.p && str_eq(p->status, S("started")))
        return rq_redirect_out(rq, away.page);
    return rq_redirect(rq, url_payment_return(rq->arena, p->uid));
}

/* Coming back proves nothing: the page shows what has been settled, and waits for it. */
st page_payment_back(struct rq *rq)
{
    const struct payment_page_get_row *p = rq->object;
    return show_payment_return(rq, 200, &(struct v_payment_return){
        .status = p->status, .invoice = p->invoice_uid, .amount = money_of(p->amount, p->currency) });
}
