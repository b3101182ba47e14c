/* What happens behind the sandbox gateway's hosted page: outcomes, and the callbacks that follow from them. */
#include <curl/curl.h>

#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "log.h"
#include "out.h"
#include "payment.h"
#include "rnd.h"
#include "sandbox.h"
#include "sandbox_sql.h"
#include "str.h"

#define DELAY_SECONDS 10 /* "the bank takes a moment": pending now, success then */
#define LATE_SECONDS 30  /* a success of which nothing was heard before */
#define SEND_SECONDS 10L

struct owed {
    uid event; /* zero: a new one */
    enum gateway_kind kind;
    int64_t amount;
    bool unknown;
    int64_t in_seconds;
    int times;
};

static st owe(struct cx *cx, int64_t charge, const struct owed *o)
{
    struct sandbox_event_add_row row;
    TRY(sandbox_event_add(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_event_add_in){
        .uid = uid_zero(o->event) ? rnd_uid() : o->event, .charge = charge, .kind = str_c(gateway_kind_word(o->kind)),
        .amount = o->amount, .unknown = o->unknown, .at = cx->gate.now }, &row));
    for (int i = 0; i < o->times; i++) {
        str key = str_fmt(CX_ARENA(cx), "sandbox.send/%lld/%d", (long long)row.id, i);
        TRY(cx_job_nt(cx, S("sandbox.send"), key, 0, row.id, (utc){ cx->gate.now.s + o->in_seconds }));
    }
    return ST_OK;
}

struct outcome {
    str name, state;
    enum gateway_kind kind;
    bool pending_first;
    int64_t after;
    int times;
    int64_t less;
    bool unknown;
    enum gateway_kind dispute; /* how one ends; GATEWAY_NOTICE: there is none */
    str later;                 /* what a way to pay that is kept does at a renewal */
};
#define NO_DISPUTE GATEWAY_NOTICE
static const struct outcome outcomes[] = {
    { SI("pay"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, false, NO_DISPUTE, SI("pay") },
    { SI("decline"), SI("declined"), GATEWAY_DECLINED, false, 0, 1, 0, false, NO_DISPUTE, SI("") },
    { SI("delay"), SI("paid"), GATEWAY_SUCCEEDED, true, DELAY_SECONDS, 1, 0, false, NO_DISPUTE, SI("pay") },
    { SI("duplicate"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 2, 0, false, NO_DISPUTE, SI("pay") },
    { SI("late"), SI("paid"), GATEWAY_SUCCEEDED, false, LATE_SECONDS, 1, 0, false, NO_DISPUTE, SI("pay") },
    { SI("wrong_amount"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 1, false, NO_DISPUTE, SI("") },
    { SI("unknown"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, true, NO_DISPUTE, SI("") },
    { SI("renew_confirm"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, false, NO_DISPUTE, SI("confirm") },
    { SI("renew_decline"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, false, NO_DISPUTE, SI("decline") },
    { SI("dispute_won"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, false, GATEWAY_DISPUTE_WON, SI("pay") },
    { SI("dispute_lost"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, false, GATEWAY_DISPUTE_LOST, SI("pay") },
};

static st play(struct cx *cx, const struct sandbox_charge_row *c, const struct outcome *o)
{
    if (o->pending_first)
        TRY(owe(cx, c->id, &(struct owed){ .kind = GATEWAY_PENDING, .amount = c->amount, .times = 1 }));
    TRY(sandbox_set_later(CX_DB(cx), &(struct sandbox_set_later_in){ .id = c->id, .later = o->later }, NULL));
    TRY(owe(cx, c->id, &(struct owed){ .kind = o->kind, .amount = c->amount - o->less, .unknown = o->unknown,
                                       .in_seconds = o->after, .times = o->times }));
    if (o->dispute == NO_DISPUTE)
        return ST_OK;
    TRY(owe(cx, c->id, &(struct owed){ .kind = GATEWAY_DISPUTED, .amount = c->amount, .in_seconds = DELAY_SECONDS, .times = 1 }));
    return owe(cx, c->id, &(struct owed){ .kind = o->dispute, .amount = c->amount, .in_seconds = LATE_SECONDS, .times = 1 });
}

static st mine(struct cx *cx, uid charge, struct sandbox_charge_row *c)
{
    TRY(sandbox_charge(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_charge_in){ .uid = charge }, c));
    struct sandbox_payer_row payer;
    TRY(sandbox_payer(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_payer_in){ .payment = c->payment_uid }, &payer));
    return payer.person_id == cx->actor.person ? ST_OK : ST_NOT_FOUND;
}

st cmd_sandbox_choose(struct cx *cx, const struct sandbox_choose_in *in, struct sandbox_choose_out *out)
{
    (void)out;
    struct sandbox_charge_row c;
    TRY(mine(cx, in->charge, &c));
    if (!str_eq(c.state, S("open")) && !str_eq(c.state, S("challenge")))
        return ST_CONFLICT; /* this page was answered before */
    str country = str_empty(in->card_country) ? c.card_country : in->card_country;
    if (str_eq(in->outcome, S("challenge")))
        return sandbox_set(CX_DB(cx), &(struct sandbox_set_in){ .id = c.id, .state = S("challenge"),
                                                                .card_country = country }, NULL);
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (str_eq(in->outcome, outcomes[i].name)) {
            TRY(sandbox_set(CX_DB(cx), &(struct sandbox_set_in){ .id = c.id, .state = outcomes[i].state,
                                                                 .card_country = country }, NULL));
            return play(cx, &c, &outcomes[i]);
        }
    return cx_invalid(cx, "outcome", "err.choice");
}

st cmd_sandbox_refund(struct cx *cx, const struct sandbox_refund_in *in, struct sandbox_refund_out *out)
{
    (void)out;
    struct sandbox_charge_row c;
    TRY(sandbox_charge(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_charge_in){ .uid = in->charge }, &c));
    struct sandbox_event_find_row before;
    st told = sandbox_event_find(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_event_find_in){ .uid = in->request }, &before);
    if (told != ST_NOT_FOUND)
        return told; /* the same request again */
    int64_t total = c.refunded + in->amount;
    if (!str_eq(c.state, S("paid")) || in->amount <= 0 || total > c.amount)
        return ST_CONFLICT;
    TRY(sandbox_set_refunded(CX_DB(cx), &(struct sandbox_set_refunded_in){
        .id = c.id, .state = total == c.amount ? S("refunded") : S("paid"), .refunded = total }, NULL));
    return owe(cx, c.id, &(struct owed){ .event = in->request, .kind = GATEWAY_REFUNDED, .amount = total, .times = 1 });
}

/* A way to pay that was kept: "sandbox-card/pay", "…/confirm" or "…/decline". */
st cmd_sandbox_collect(struct cx *cx, const struct sandbox_collect_in *in, struct sandbox_collect_out *out)
{
    (void)out;
    struct sandbox_of_payment_row before;
    st known = sandbox_of_payment(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_of_payment_in){ .payment = in->payment }, &before);
    if (known != ST_NOT_FOUND)
        return known; /* the same request again */
    struct sandbox_open_row c;
    TRY(sandbox_open(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_open_in){ .uid = rnd_uid(), .payment = in->payment,
        .currency = in->currency, .amount = in->amount, .at = cx->gate.now }, &c));
    enum gateway_kind kind = str_ends(in->method, S("/pay")) ? GATEWAY_SUCCEEDED
                             : str_ends(in->method, S("/confirm")) ? GATEWAY_ACTION : GATEWAY_DECLINED;
    TRY(sandbox_set(CX_DB(cx), &(struct sandbox_set_in){
        .id = c.id, .state = kind == GATEWAY_SUCCEEDED ? S("paid") : S("declined"), .card_country = S("") }, NULL));
    return owe(cx, c.id, &(struct owed){ .kind = kind, .amount = in->amount, .times = 1 });
}

/* ---- sending --------------------------------------------------------------------------------------------------- */

static str message_body(struct job_cx *jc, const struct sandbox_event_row *e)
{
    struct arena *a = jc->gate.arena;
    uid payment = e->unknown ? e->uid : e->payment_uid; /* a reference nobody here has */
    struct out o;
    out_init(&o, a, 2048);
    out_fmt(&o, "{\"event\":\"%.*s\",\"kind\":\"%.*s\",", STR_ARG(uid_str(a, e->uid)), STR_ARG(e->kind));
    out_fmt(&o, "\"payment\":\"%.*s\",\"reference\":\"%.*s\",", STR_ARG(uid_str(a, payment)),
            STR_ARG(uid_str(a, e->charge_uid)));
    out_fmt(&o, "\"currency\":\"%.*s\",\"amount\":%lld,\"card_country\":\"%.*s\",", STR_ARG(e->currency),
            (long long)e->amount, STR_ARG(e->card_country));
    bool kept = e->saves && e->later.n && str_eq(e->kind, S("succeeded")), dispute = str_starts(e->kind, S("dispute"));
    out_fmt(&o, "\"customer\":\"%s\",\"method\":\"%s%.*s\",\"card\":\"%s\",", kept ? "sandbox-customer" : "",
            kept ? "sandbox-card/" : "", kept ? (int)e->later.n : 0, kept ? e->later.p : "", kept ? "Sandbox card 4242" : "");
    str name = uid_str(a, e->charge_uid);
    out_fmt(&o, "\"dispute\":\"%.*s\",\"reason\":\"%s\",\"due\":%lld}", dispute ? (int)name.n : 0,
            name.p, dispute ? "fraudulent" : "", dispute ? (long long)(e->created_at.s + 7 * 86400) : 0LL);
    return out_st(&o) == ST_OK ? out_view(&o) : (str){ 0 };
}

static size_t swallow(char *data, size_t size, size_t n, void *at)
{
    (void)data;
    (void)at;
    return size * n;
}

/* Our own address, over loopback: plain HTTP when it is on, else TLS with the certificate we serve ourselves. */
static void aim(CURL *curl, struct job_cx *jc)
{
    const struct config *c = jc->config;
    bool plain = !str_empty(c->web.plain.text);
    str at = plain ? c->web.plain.text : c->web.listen.text;
    curl_easy_setopt(curl, CURLOPT_URL, str_z(jc->gate.arena, str_fmt(jc->gate.arena, "%s://%.*s/callback/sandbox",
                                                                      plain ? "http" : "https", STR_ARG(at))));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (!plain) {
        str file = str_empty(c->web.certificate) ? str_fmt(jc->gate.arena, "%.*s/tls/certificate.pem", STR_ARG(c->data.dir))
                                                 : c->web.certificate;
        curl_easy_setopt(curl, CURLOPT_CAINFO, str_z(jc->gate.arena, file));
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L); /* the certificate is for the public name */
    }
}

static st post(struct job_cx *jc, str body, str signature)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    struct curl_slist *more = curl_slist_append(headers, str_z(jc->gate.arena,
        str_fmt(jc->gate.arena, "Signature: %.*s", STR_ARG(signature))));
    CURLcode code = CURLE_OUT_OF_MEMORY;
    long status = 0;
    if (curl && more) {
        aim(curl, jc);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, more);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.p);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.n);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, SEND_SECONDS);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    curl_slist_free_all(more ? more : headers);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK)
        return job_fail(jc, code == CURLE_OUT_OF_MEMORY ? ST_NO_MEMORY : ST_UPSTREAM, "no_answer");
    return status == 200 ? ST_OK : job_fail(jc, ST_UPSTREAM, status == 403 ? "signature_refused" : "refused");
}

st sandbox_job_send(struct job_cx *jc)
{
    struct sandbox_event_row e;
    TRY(sandbox_event(jc->gate.db, jc->gate.arena, &(struct sandbox_event_in){ .id = jc->job.object }, &e));
    str body = message_body(jc, &e), signature;
    if (!body.p)
        return ST_NO_MEMORY;
    TRY(sandbox_sign(&jc->gate, jc->gate.now, body, &signature));
    return post(jc, body, signature);
}
