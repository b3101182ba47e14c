/* The sandbox gateway's side of the contract. */
#include "sandbox.h"

#include <jansson.h>
#include <sodium.h>

#include "codec.h"
#include "out.h"
#include "rnd.h"
#include "sandbox_sql.h"
#include "str.h"
#include "vault.h"

#define BODY_MAX 2048

static const enum column_id fields[] = { COL_invoice_party_name, COL_invoice_party_email };

static st authorise(struct cx *cx, const struct gateway_authorise *in, struct gateway_session *out)
{
    uid charge = rnd_uid();
    struct sandbox_open_row row;
    TRY(sandbox_open(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_open_in){ .uid = charge, .payment = in->payment,
        .currency = in->currency, .amount = in->amount, .saves = in->save, .at = cx->gate.now }, &row));
    out->reference = uid_str(CX_ARENA(cx), charge);
    out->redirect = str_fmt(CX_ARENA(cx), "/sandbox/pay/%.*s", STR_ARG(out->reference));
    return arena_failed(CX_ARENA(cx)) ? ST_NO_MEMORY : ST_OK;
}

static st charge_of(struct db *db, struct arena *a, str reference, struct sandbox_charge_row *out)
{
    uid id;
    if (uid_parse(reference, &id) != ST_OK)
        return ST_NOT_FOUND;
    return sandbox_charge(db, a, &(struct sandbox_charge_in){ .uid = id }, out);
}

/* This gateway takes money at once: there is nothing reserved that could be taken later. */
static st capture(struct job_cx *jc, const struct gateway_amount *in)
{
    struct sandbox_charge_row c;
    TRY(charge_of(jc->gate.db, jc->gate.arena, in->reference, &c));
    return str_eq(c.state, S("paid")) && c.amount == in->amount ? ST_OK : job_give_up(jc, ST_UPSTREAM, "not_reserved");
}

static st refund(struct job_cx *jc, const struct gateway_amount *in)
{
    struct sandbox_charge_row c;
    if (charge_of(jc->gate.db, jc->gate.arena, in->reference, &c) != ST_OK)
        return job_give_up(jc, ST_UPSTREAM, "unknown_charge");
    return job_command(jc, CMD_SANDBOX_REFUND, "refund",
                       &(struct sandbox_refund_in){ .charge = c.uid, .request = in->request, .amount = in->amount }, NULL);
}

/* The names it gave say how it behaves later: nothing else stands behind them. */
static st collect(struct job_cx *jc, const struct gateway_collect *in)
{
    return job_command(jc, CMD_SANDBOX_COLLECT, "collect",
                       &(struct sandbox_collect_in){ .payment = in->payment, .method = in->method, .currency = in->currency,
                                                     .amount = in->amount }, NULL);
}

static st fetch(struct job_cx *jc, str reference, struct gateway_message *out)
{
    struct sandbox_charge_row c;
    TRY(charge_of(jc->gate.db, jc->gate.arena, reference, &c));
    struct sandbox_last_event_rows last;
    TRY(sandbox_last_event(jc->gate.db, jc->gate.arena, &(struct sandbox_last_event_in){ .charge = c.id }, &last));
    if (last.n == 0)
        return ST_NOT_FOUND;
    *out = (struct gateway_message){ .event_id = uid_str(jc->gate.arena, last.v[0].uid), .payment = c.payment_uid,
                                     .reference = reference, .currency = c.currency, .amount = last.v[0].amount,
                                     .card_country = c.card_country };
    return gateway_kind_parse(last.v[0].kind, &out->kind);
}

/* ---- signed messages ------------------------------------------------------------------------------------------- */

static st hmac(struct gate *g, utc at, str body, uint8_t mac[crypto_auth_hmacsha256_BYTES])
{
    uint8_t key[2 * VAULT_BLIND];
    TRY(vault_blind(g->vault, S("gateway.sandbox"), S("callback 1"), key));
    TRY(vault_blind(g->vault, S("gateway.sandbox"), S("callback 2"), key + VAULT_BLIND));
    str stamp = str_fmt(g->arena, "%lld.", (long long)at.s);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, sizeof key);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)stamp.p, stamp.n);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.p, body.n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(key, sizeof key);
    return arena_failed(g->arena) ? ST_NO_MEMORY : ST_OK;
}

st sandbox_sign(struct gate *g, utc at, str body, str *signature)
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    TRY(hmac(g, at, body, mac));
    *signature = str_fmt(g->arena, "t=%lld,v1=%.*s", (long long)at.s, STR_ARG(hex_fmt(g->arena, mac, sizeof mac)));
    return arena_failed(g->arena) ? ST_NO_MEMORY : ST_OK;
}

static st authentic(struct gate *g, const struct gateway_post *post)
{
    str when, what = post->signature;
    int64_t at;
    uint8_t claimed[crypto_auth_hmacsha256_BYTES], mac[crypto_auth_hmacsha256_BYTES];
    if (post->signature.n > SANDBOX_SIGNATURE || !str_next(&what, ',', &when) || !str_starts(when, S("t=")) ||
        !str_starts(what, S("v1=")))
        return ST_DENIED;
    if (i64_parse(str_sub(when, 2, when.n), 0, INT64_MAX / 2, &at) != ST_OK ||
        hex_parse(str_sub(what, 3, what.n), claimed, sizeof claimed) != ST_OK)
        return ST_DENIED;
    if (at < post->now.s - GATEWAY_TOLERANCE || at > post->now.s + GATEWAY_TOLERANCE)
        return ST_DENIED;
    TRY(hmac(g, (utc){ at }, post->body, mac));
    return bytes_eq_ct(mac, claimed, sizeof mac) ? ST_OK : ST_DENIED;
}

static st text_member(struct arena *a, json_t *o, const char *name, size_t max, str *out)
{
    const json_t *v = json_object_get(o, name);
    if (!json_is_string(v) || json_string_length(v) > max)
        return ST_BAD_REQUEST;
    *out = str_dup(a, (str){ json_string_value(v), json_string_length(v) });
    return ST_OK;
}

static st read_message(struct arena *a, json_t *o, struct gateway_message *out)
{
    str kind, payment;
    const json_t *amount = json_object_get(o, "amount");
    TRY(text_member(a, o, "event", 80, &out->event_id));
    TRY(text_member(a, o, "kind", 20, &kind));
    TRY(text_member(a, o, "payment", UID_TEXT, &payment));
    TRY(text_member(a, o, "reference", 80, &out->reference));
    TRY(text_member(a, o, "currency", 3, &out->currency));
    TRY(text_member(a, o, "card_country", 2, &out->card_country));
    TRY(text_member(a, o, "customer", 80, &out->customer));
    TRY(text_member(a, o, "method", 80, &out->method));
    TRY(text_member(a, o, "card", 40, &out->card));
    TRY(text_member(a, o, "dispute", 80, &out->dispute));
    TRY(text_member(a, o, "reason", 40, &out->reason));
    const json_t *due = json_object_get(o, "due");
    if (!json_is_integer(amount) || !json_is_integer(due) || json_object_size(o) != 13)
        return ST_BAD_REQUEST;
    out->amount = json_integer_value(amount);
    out->due.s = json_integer_value(due);
    if (gateway_kind_parse(kind, &out->kind) != ST_OK || uid_parse(payment, &out->payment) != ST_OK)
        return ST_BAD_REQUEST;
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

st sandbox_read(struct arena *a, str body, struct gateway_message *out)
{
    if (body.n > BODY_MAX)
        return ST_BAD_REQUEST;
    json_t *o = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!o)
        return ST_BAD_REQUEST;
    *out = (struct gateway_message){ 0 };
    st s = json_is_object(o) ? read_message(a, o, out) : ST_BAD_REQUEST;
    json_decref(o);
    return s;
}

static st callback(struct gate *g, const struct gateway_post *post, struct gateway_message *out)
{
    TRY(authentic(g, post));
    return sandbox_read(g->arena, post->body, out);
}

const struct gateway sandbox_gateway = {
    .name = "sandbox",
    .clause = CLAUSE_S12,
    .recipient = RECIPIENT_GATEWAY_SANDBOX,
    .fields = fields,
    .n_fields = COUNT(fields),
    .authorise = authorise,
    .capture = capture,
    .refund = refund,
    .fetch = fetch,
    .collect = collect,
    .callback = callback,
};
