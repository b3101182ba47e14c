/* The gateways the program has, and the words for what they say. */
#include "gateway.h"

#include "bank.h"
#include "config_keys.h"
#include "sandbox.h"
#include "statement.h"
#include "str.h"
#include "stripe.h"

static const char *const words[] = {
    [GATEWAY_SUCCEEDED] = "succeeded",
    [GATEWAY_PENDING] = "pending",
    [GATEWAY_DECLINED] = "declined",
    [GATEWAY_ACTION] = "action",
    [GATEWAY_EXPIRED] = "expired",
    [GATEWAY_REFUNDED] = "refunded",
    [GATEWAY_REFUND_FAILED] = "refund_failed",
    [GATEWAY_DISPUTED] = "disputed",
    [GATEWAY_DISPUTE_WON] = "dispute_won",
    [GATEWAY_DISPUTE_LOST] = "dispute_lost",
    [GATEWAY_NOTICE] = "notice",
};

static const struct gateway *const all[] = { &sandbox_gateway, &stripe_gateway, &bank_transfer_gateway };

st gateway_of(enum recipient to, const struct gateway **out)
{
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i]->n_fields > 0 && all[i]->recipient == to) {
            *out = all[i];
            return ST_OK;
        }
    return ST_NOT_FOUND;
}

st gateway_find(str name, const struct gateway **out)
{
    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq(name, str_c(all[i]->name))) {
            *out = all[i];
            return ST_OK;
        }
    return ST_NOT_FOUND;
}

st gateway_offered(const struct config *c, str name, const struct gateway **out)
{
    for (size_t i = 0; i < c->shop.gateways.n; i++)
        if (str_eq(name, c->shop.gateways.v[i]))
            return gateway_find(name, out);
    return ST_NOT_FOUND;
}

static st check_one(struct arena *a, const struct config *c, str name, const struct statement *s, str *problem)
{
    const struct gateway *gw;
    if (gateway_find(name, &gw) != ST_OK) {
        *problem = str_fmt(a, "shop.gateways: there is no payment gateway '%.*s'", STR_ARG(name));
        return ST_CONFIG;
    }
    if (statement_clause(s, gw->clause) && (gw->n_fields == 0 || statement_recipient(s, gw->recipient)))
        return gw->check ? gw->check(a, c, problem) : ST_OK;
    *problem = str_fmt(a, "shop.gateways: the statement does not cover the gateway '%.*s': clause %s is not in force. Put the "
                          "clause back, or take the gateway out of shop.gateways", STR_ARG(name), clause_info[gw->clause].name);
    return ST_RULES;
}

st gateway_check(struct arena *a, const struct config *c, const struct statement *s, str *problem)
{
    if (c->shop.gateways.n == 0) {
        *problem = S("shop.gateways: at least one payment gateway is needed");
        return ST_CONFIG;
    }
    for (size_t i = 0; i < c->shop.gateways.n; i++) {
        TRY(check_one(a, c, c->shop.gateways.v[i], s, problem));
        for (size_t k = 0; k < i; k++)
            if (str_eq(c->shop.gateways.v[i], c->shop.gateways.v[k])) {
                *problem = str_fmt(a, "shop.gateways: '%.*s' stands there twice", STR_ARG(c->shop.gateways.v[i]));
                return ST_CONFIG;
            }
    }
    return ST_OK;
}

struct payment_callback_in gateway_said(const struct gateway *gw, const struct gateway_message *m)
{
    return (struct payment_callback_in){
        .gateway = str_c(gw->name), .event_id = m->event_id, .kind = str_c(gateway_kind_word(m->kind)), .payment = m->payment,
        .reference = m->reference, .charge = m->charge, .currency = m->currency, .amount = m->amount,
        .card_country = m->card_country, .dispute = m->dispute, .reason = m->reason, .due = m->due.s, .customer = m->customer,
        .method = m->method, .card = m->card,
    };
}

st gateway_report(struct job_cx *jc, const struct gateway *gw, const char *step, const struct gateway_message *m)
{
    struct payment_callback_in in = gateway_said(gw, m);
    struct payment_callback_out out;
    return job_command(jc, CMD_PAYMENT_CALLBACK, step, &in, &out);
}

const char *gateway_kind_word(enum gateway_kind kind)
{
    return words[kind];
}

st gateway_kind_parse(str word, enum gateway_kind *out)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(word, str_c(words[i]))) {
            *out = (enum gateway_kind)i;
            return ST_OK;
        }
    return ST_INVALID;
}
