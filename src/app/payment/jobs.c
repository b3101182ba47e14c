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

/* ---- pages that nobody needs any more ------------------------------------------------------------------------------- */

st payment_withdraw_nt(struct cx *cx, int64_t invoice)
{
    struct payment_open_rows open;
    struct payment_bill_row bill;
    const struct gateway *gw;
    TRY(payment_open(CX_DB(cx), CX_ARENA(cx), &(struct payment_open_in){ .invoice = invoice }, &open));
    if (open.n == 0)
        return ST_OK;
    TRY(payment_bill(CX_DB(cx), CX_ARENA(cx), &(struct payment_bill_in){ .invoice = invoice }, &bill));
    for (size_t i = 0; i < open.n; i++)
        if (open.v[i].redirect.p && gateway_find(open.v[i].gateway, &gw) == ST_OK && gw->withdraw)
            TRY(cx_job_nt(cx, S("payment.withdraw"), str_fmt(CX_ARENA(cx), "payment.withdraw/%lld", (long long)open.v[i].id),
                          bill.person_id, open.v[i].id, cx->gate.now));
    return ST_OK;
}

st payment_job_withdraw(struct job_cx *jc)
{
    struct payment_get_row p;
    const struct gateway *gw;
    TRY(payment_get(jc->gate.db, jc->gate.arena, &(struct payment_get_in){ .id = jc->job.object }, &p));
    bool open = str_eq(p.status, S("started")) || str_eq(p.status, S("pending"));
    if (!open || gateway_find(p.gateway, &gw) != ST_OK || !gw->withdraw)
        return ST_OK;
    return gw->withdraw(jc, p.uid, p.reference);
}
