/* What the courier asks about payments, when nothing was heard or something was hinted at. */
#include "codec.h"
#include "payment.h"
#include "payment_sql.h"
#include "str.h"

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
