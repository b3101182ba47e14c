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

static st owe(struct cx *cx, const struct sandbox_charge_row *c, enum gateway_kind kind, int64_t amount, bool unknown,
              int64_t in_seconds, int times)
{
    struct sandbox_event_add_row row;
    TRY(sandbox_event_add(CX_DB(cx), CX_ARENA(cx), &(struct sandbox_event_add_in){
        .uid = rnd_uid(), .charge = c->id, .kind = str_c(gateway_kind_word(kind)), .amount = amount, .unknown = unknown,
        .at = cx->gate.now }, &row));
    for (int i = 0; i < times; i++) {
        str key = str_fmt(CX_ARENA(cx), "sandbox.send/%lld/%d", (long long)row.id, i);
        TRY(cx_job_nt(cx, S("sandbox.send"), key, 0, row.id, (utc){ cx->gate.now.s + in_seconds }));
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
};
static const struct outcome outcomes[] = {
    { SI("pay"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, false },
    { SI("decline"), SI("declined"), GATEWAY_DECLINED, false, 0, 1, 0, false },
    { SI("delay"), SI("paid"), GATEWAY_SUCCEEDED, true, DELAY_SECONDS, 1, 0, false },
    { SI("duplicate"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 2, 0, false },
    { SI("late"), SI("paid"), GATEWAY_SUCCEEDED, false, LATE_SECONDS, 1, 0, false },
    { SI("wrong_amount"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 1, false },
    { SI("unknown"), SI("paid"), GATEWAY_SUCCEEDED, false, 0, 1, 0, true },
};

static st play(struct cx *cx, const struct sandbox_charge_row *c, const struct outcome *o)
{
    if (o->pending_first)
        TRY(owe(cx, c, GATEWAY_PENDING, c->amount, false, 0, 1));
    return owe(cx, c, o->kind, c->amount - o->less, o->unknown, o->after, o->times);
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
    if (str_eq(c.state, S("refunded")))
        return ST_OK;
    if (!str_eq(c.state, S("paid")))
        return ST_CONFLICT;
    TRY(sandbox_set(CX_DB(cx), &(struct sandbox_set_in){ .id = c.id, .state = S("refunded"),
                                                         .card_country = c.card_country }, NULL));
    return owe(cx, &c, GATEWAY_REFUNDED, in->amount, false, 0, 1);
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
    out_fmt(&o, "\"currency\":\"%.*s\",\"amount\":%lld,\"card_country\":\"%.*s\"}", STR_ARG(e->currency),
            (long long)e->amount, STR_ARG(e->card_country));
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
