/* What the courier does for payments: give money back, and ask when nothing was heard. */
#include "codec.h"
#include "payment.h"
#include "payment_sql.h"
#include "str.h"

static st refund(struct job_cx *jc, str gateway, const struct gateway_amount *what)
{
    const struct gateway *gw;
    if (gateway_find(gateway, &gw) != ST_OK)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_gateway");
    return gw->refund ? gw->refund(jc, what) : job_give_up(jc, ST_CONFLICT, "refund_by_hand");
}

st payment_job_refund(struct job_cx *jc)
{
    struct payment_get_row p;
    TRY(payment_get(jc->gate.db, jc->gate.arena, &(struct payment_get_in){ .id = jc->job.object }, &p));
    if (str_eq(p.status, S("refunded")))
        return ST_OK; /* the gateway's message was faster */
    return refund(jc, p.gateway, &(struct gateway_amount){ .request = jc->job.uid, .reference = p.reference,
                                                           .currency = p.currency, .amount = p.amount });
}

st payment_job_refund_event(struct job_cx *jc)
{
    struct payment_event_get_row e;
    TRY(payment_event_get(jc->gate.db, jc->gate.arena, &(struct payment_event_get_in){ .id = jc->job.object }, &e));
    return refund(jc, e.gateway, &(struct gateway_amount){ .request = jc->job.uid, .reference = e.reference,
                                                           .currency = e.currency, .amount = e.amount });
}

st payment_job_fetch(struct job_cx *jc)
{
    struct payment_get_row p;
    TRY(payment_get(jc->gate.db, jc->gate.arena, &(struct payment_get_in){ .id = jc->job.object }, &p));
    if (!str_eq(p.status, S("started")) && !str_eq(p.status, S("pending")))
        return ST_OK;
    const struct gateway *gw;
    if (gateway_find(p.gateway, &gw) != ST_OK)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_gateway");
    struct gateway_message m;
    if (!gw->fetch)
        return ST_OK;
    st s = gw->fetch(jc, p.reference, &m);
    if (s == ST_NOT_FOUND)
        return ST_OK; /* the customer never came to the gateway's page */
    TRY(s);
    if (m.kind == GATEWAY_PENDING)
        return job_fail(jc, ST_WAIT, "still_pending");
    return gateway_report(jc, gw, "fetch", &m);
}

st payment_job_look(struct job_cx *jc)
{
    struct payment_event_get_row e;
    TRY(payment_event_get(jc->gate.db, jc->gate.arena, &(struct payment_event_get_in){ .id = jc->job.object }, &e));
    const struct gateway *gw;
    if (gateway_find(e.gateway, &gw) != ST_OK || !gw->look)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_gateway");
    return gw->look(jc, e.reference);
}
