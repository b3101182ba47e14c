/* Ways to pay that are kept for renewals: agreed to, used while nobody is at the screen, and ended by their owner. */
#include "mandate.h"

#include "bank.h"
#include "codec.h"
#include "config_keys.h"
#include "mandate_sql.h"
#include "rnd.h"
#include "str.h"
#include "text.h"

/* What a gateway is told when it is to charge what it kept: its own names, nothing else. */
static const enum column_id told[] = { COL_mandate_customer, COL_mandate_method };

bool payment_saves(const struct gate *g, const struct gateway *gw)
{
    return gw->collect && gate_clause(g, CLAUSE_S12C) && gate_may_collect(g, COL_mandate_method, POINT_GATEWAY);
}

st mandate_ask_nt(struct cx *cx, const struct gateway *gw, int64_t person, int64_t payment)
{
    struct mandate_consent_row consent;
    TRY(mandate_consent(CX_DB(cx), CX_ARENA(cx), &(struct mandate_consent_in){
        .person = person, .wording = text_get(LANGUAGE_EN_GB, TXT_PAYMENT_SAVE), .statement = cx->gate.statement_id,
        .at = cx->gate.now }, &consent));
    return mandate_add(CX_DB(cx), &(struct mandate_add_in){
        .uid = rnd_uid(), .person = person, .payment = payment, .acknowledgement = consent.id,
        .gateway = str_c(gw->name) }, NULL);
}

static st seal(struct cx *cx, const struct settling *s, uid row, enum column_id col, str plain, const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){ .col = col, .point = POINT_GATEWAY, .source = SOURCE_GATEWAY,
                                                         .person = s->p.person_id, .row = row }, plain, out);
}

st mandate_kept_nt(struct cx *cx, const struct settling *s)
{
    struct mandate_of_payment_row m;
    if (str_empty(s->in->customer) || str_empty(s->in->method) || !gate_clause(&cx->gate, CLAUSE_S12C))
        return ST_OK;
    st found = mandate_of_payment(CX_DB(cx), CX_ARENA(cx), &(struct mandate_of_payment_in){ .payment = s->p.id }, &m);
    if (found == ST_NOT_FOUND)
        return ST_OK; /* nobody agreed: the gateway's names are not kept */
    TRY(found);
    struct mandate_activate_in in = { .id = m.id, .at = cx->gate.now };
    TRY(seal(cx, s, m.uid, COL_mandate_customer, s->in->customer, &in.customer));
    TRY(seal(cx, s, m.uid, COL_mandate_method, s->in->method, &in.method));
    TRY(seal(cx, s, m.uid, COL_mandate_card, s->in->card, &in.card));
    int64_t changed;
    TRY(mandate_activate(CX_DB(cx), &in, &changed));
    return changed ? cx_event_nt(cx, EVENT_MANDATE_SAVED, "mandate", m.id, s->in->gateway) : ST_OK;
}

/* ---- ending one ------------------------------------------------------------------------------------------------ */

st cmd_mandate_revoke(struct cx *cx, const struct mandate_revoke_in *in, struct mandate_revoke_out *out)
{
    (void)out;
    struct mandate_own_row m;
    TRY(mandate_own(CX_DB(cx), CX_ARENA(cx), &(struct mandate_own_in){ .uid = in->mandate, .person = cx->actor.person }, &m));
    if (!str_eq(m.status, S("active")))
        return ST_CONFLICT;
    TRY(mandate_set_revoked(CX_DB(cx), &(struct mandate_set_revoked_in){ .id = m.id, .at = cx->gate.now }, NULL));
    TRY(mandate_withdrawn(CX_DB(cx), &(struct mandate_withdrawn_in){ .id = m.acknowledgement_id, .at = cx->gate.now }, NULL));
    TRY(cx_job_nt(cx, S("mandate.forget"), str_fmt(CX_ARENA(cx), "mandate.forget/%lld", (long long)m.id), cx->actor.person,
                  m.id, cx->gate.now));
    return cx_event_nt(cx, EVENT_MANDATE_REVOKED, "mandate", m.id, S(""));
}

st cmd_mandate_forget(struct cx *cx, const struct mandate_forget_in *in, struct mandate_forget_out *out)
{
    (void)out;
    return mandate_clear(CX_DB(cx), &(struct mandate_clear_in){ .id = in->mandate }, NULL);
}

static st tell_gateway(struct job_cx *jc, const struct mandate_get_row *m)
{
    str customer, method;
    const struct gateway *gw;
    if (gateway_find(m->gateway, &gw) != ST_OK || !gw->forget || !m->method)
        return ST_OK;
    TRY(job_disclose(jc, gw->recipient, PURPOSE_BILLING, told, COUNT(told), "mandate", m->uid));
    TRY(gate_use(&jc->gate, COL_mandate_customer, PURPOSE_BILLING, m->uid, m->customer, &customer));
    TRY(gate_use(&jc->gate, COL_mandate_method, PURPOSE_BILLING, m->uid, m->method, &method));
    TRY(job_outbound(jc, gw->recipient, PURPOSE_BILLING, "mandate", m->uid));
    return gw->forget(jc, customer, method);
}

st mandate_job_forget(struct job_cx *jc)
{
    struct mandate_get_row m;
    TRY(mandate_get(jc->gate.db, jc->gate.arena, &(struct mandate_get_in){ .id = jc->job.object }, &m));
    TRY(tell_gateway(jc, &m));
    return job_command(jc, CMD_MANDATE_FORGET, "forget", &(struct mandate_forget_in){ .mandate = m.id }, NULL);
}

/* ---- charging one ---------------------------------------------------------------------------------------------- */

struct collecting {
    struct payment_bill_row bill;
    money due;
    struct mandate_usable_row by;
    const struct gateway *gateway;
};

/* Money that is on its way already, by whoever began it. */
static st under_way(struct cx *cx, int64_t invoice, bool *yes)
{
    struct payment_open_rows open;
    TRY(payment_open(CX_DB(cx), CX_ARENA(cx), &(struct payment_open_in){ .invoice = invoice }, &open));
    *yes = false;
    for (size_t i = 0; i < open.n; i++)
        *yes = *yes || str_eq(open.v[i].status, S("pending")) || !open.v[i].redirect.p; /* without a page: a collection */
    return ST_OK;
}

static st choose(struct cx *cx, struct collecting *c, bool *found)
{
    struct mandate_usable_rows all;
    TRY(mandate_usable(CX_DB(cx), CX_ARENA(cx), &(struct mandate_usable_in){ .person = c->bill.person_id }, &all));
    *found = false;
    for (size_t i = 0; i < all.n && !*found; i++)
        if (gateway_offered(cx->config, all.v[i].gateway, &c->gateway) == ST_OK && payment_saves(&cx->gate, c->gateway)) {
            c->by = all.v[i];
            *found = true;
        }
    return ST_OK;
}

static st begin(struct cx *cx, const struct collecting *c)
{
    struct payment_add_in add = { .uid = rnd_uid(), .person = c->bill.person_id, .invoice = c->bill.id,
                                  .gateway = str_c(c->gateway->name), .currency = c->bill.currency, .amount = c->due.minor,
                                  .at = cx->gate.now };
    struct payment_add_row row;
    TRY(payment_add(CX_DB(cx), CX_ARENA(cx), &add, &row));
    TRY(mandate_collection_add(CX_DB(cx), &(struct mandate_collection_add_in){ .payment = row.id, .mandate = c->by.id }, NULL));
    TRY(gate_disclose_nt(&cx->gate, &(struct disclosure){
        .to = c->gateway->recipient, .purpose = PURPOSE_BILLING, .fields = told, .n = COUNT(told),
        .person = c->bill.person_id, .ref_kind = "payment", .ref = add.uid }));
    TRY(cx_job_nt(cx, S("payment.collect"), str_fmt(CX_ARENA(cx), "payment.collect/%lld", (long long)row.id),
                  c->bill.person_id, row.id, cx->gate.now));
    TRY(cx_job_nt(cx, S("payment.fetch"), str_fmt(CX_ARENA(cx), "payment.fetch/%lld", (long long)row.id), c->bill.person_id,
                  row.id, (utc){ cx->gate.now.s + PAYMENT_ASK_AFTER }));
    return cx_event_nt(cx, EVENT_PAYMENT_STARTED, "payment", row.id, add.gateway);
}

st payment_collect_nt(struct cx *cx, int64_t invoice, bool *started)
{
    struct collecting c;
    bool yes, payable;
    *started = false;
    if (!gate_clause(&cx->gate, CLAUSE_S12C))
        return ST_OK;
    TRY(invoice_payable(CX_DB(cx), CX_ARENA(cx), invoice, &payable));
    if (!payable)
        return ST_CONFLICT;
    TRY(under_way(cx, invoice, started));
    if (*started)
        return ST_OK;
    TRY(payment_bill(CX_DB(cx), CX_ARENA(cx), &(struct payment_bill_in){ .invoice = invoice }, &c.bill));
    TRY(bank_rest(CX_DB(cx), CX_ARENA(cx), invoice, &c.due));
    TRY(choose(cx, &c, &yes));
    if (!yes)
        return ST_OK;
    TRY(begin(cx, &c));
    *started = true;
    return ST_OK;
}

/* It was not charged, and nobody will try again by itself. */
static st failed(struct job_cx *jc, const struct payment_get_row *p, const struct gateway *gw)
{
    struct gateway_message m = { .event_id = str_fmt(jc->gate.arena, "%.*s:failed", STR_ARG(uid_str(jc->gate.arena, p->uid))),
                                 .kind = GATEWAY_DECLINED, .payment = p->uid, .reference = S(""), .currency = p->currency,
                                 .amount = p->amount };
    return gateway_report(jc, gw, "failed", &m);
}

static st ask_to_charge(struct job_cx *jc, const struct payment_get_row *p, const struct mandate_of_collection_row *m,
                        const struct gateway *gw)
{
    struct gateway_collect c = { .payment = p->uid, .currency = p->currency, .amount = p->amount,
                                 .description = jc->config->company.name };
    TRY(gate_use(&jc->gate, COL_mandate_customer, PURPOSE_BILLING, m->uid, m->customer, &c.customer));
    TRY(gate_use(&jc->gate, COL_mandate_method, PURPOSE_BILLING, m->uid, m->method, &c.method));
    TRY(job_outbound(jc, gw->recipient, PURPOSE_BILLING, "payment", p->uid));
    return gw->collect(jc, &c);
}

st payment_job_collect(struct job_cx *jc)
{
    struct payment_get_row p;
    struct mandate_of_collection_row m;
    const struct gateway *gw;
    TRY(payment_get(jc->gate.db, jc->gate.arena, &(struct payment_get_in){ .id = jc->job.object }, &p));
    if (!str_eq(p.status, S("started")))
        return ST_OK;
    if (gateway_find(p.gateway, &gw) != ST_OK || !gw->collect)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_gateway");
    TRY(mandate_of_collection(jc->gate.db, jc->gate.arena, &(struct mandate_of_collection_in){ .payment = p.id }, &m));
    if (!str_eq(m.status, S("active")))
        return failed(jc, &p, gw); /* ended since */
    st s = ask_to_charge(jc, &p, &m, gw);
    if (s == ST_OK || (jc->job.attempt < JOB_ATTEMPTS && !jc->result.give_up))
        return s;
    jc->result = (struct job_result){ 0 };
    return failed(jc, &p, gw);
}

st cmd_payment_collect(struct cx *cx, const struct payment_collect_in *in, struct payment_collect_out *out)
{
    (void)out;
    int64_t invoice;
    bool started;
    TRY(invoice_find(CX_DB(cx), CX_ARENA(cx), in->invoice, &invoice));
    TRY(payment_collect_nt(cx, invoice, &started));
    if (!started)
        cx->message = "payment.nothing_saved";
    return started ? ST_OK : ST_CONFLICT;
}
