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
    return gw->refund(jc, what);
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
    st s = gw->fetch(jc, p.reference, &m);
    if (s == ST_NOT_FOUND)
        return ST_OK; /* the customer never came to the gateway's page */
    TRY(s);
    if (m.kind == GATEWAY_PENDING)
        return job_fail(jc, ST_WAIT, "still_pending");
    struct payment_callback_in in = { .gateway = p.gateway, .event_id = m.event_id, .kind = str_c(gateway_kind_word(m.kind)),
                                      .payment = m.payment, .reference = m.reference, .currency = m.currency,
                                      .amount = m.amount, .card_country = m.card_country };
    struct payment_callback_out out;
    return job_command(jc, CMD_PAYMENT_CALLBACK, "fetch", &in, &out);
}
