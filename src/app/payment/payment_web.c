/* Where people come back to from a gateway. Coming back proves nothing: the page shows what callbacks have settled. */
#include "money.h"
#include "payment_html.h"
#include "payment_page_sql.h"
#include "web.h"

st guard_payment_own(struct rq *rq)
{
    struct payment_page_get_row *row = NEW(rq->arena, struct payment_page_get_row);
    rq->object = row;
    return row ? payment_page_get(rq->db, rq->arena,
                                  &(struct payment_page_get_in){ .uid = rq_uid(rq, "id"), .person = rq->actor.person }, row)
               : ST_NO_MEMORY;
}

st page_payment_return(struct rq *rq)
{
    const struct payment_page_get_row *p = rq->object;
    return show_payment_return(rq, 200,
                               &(struct v_payment_return){
                                   .status = p->status, .invoice = p->invoice_uid, .amount = money_of(p->amount, p->currency),
                               });
}
