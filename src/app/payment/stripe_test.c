/* Stripe's messages: signatures that are checked against vectors made elsewhere, and what an event is read as. */
#include "arena.h"
#include "str.h"
#include "stripe.h"
#include "t.h"

#define SECRET "whsec_test_secret"
#define BODY "{\"id\":\"evt_1\",\"object\":\"event\"}"
#define AT 1614556800
/* HMAC-SHA-256 of "1614556800." and the body under the secret, by Python's hmac module. */
#define MAC "7a0685c65fcda9f1dd585b6eaa74ead6d954e5895ecc08263afbd424c5661b46"
#define WRONG "8a0685c65fcda9f1dd585b6eaa74ead6d954e5895ecc08263afbd424c5661b46"

static st check(const char *header, const char *body, int64_t now)
{
    return stripe_signed(str_c(header), str_c(body), S(SECRET), (utc){ now });
}

static void authentic(void)
{
    static const char *const good[] = {
        "t=1614556800,v1=" MAC,
        "t=1614556800,v1=" WRONG ",v1=" MAC,
        "t=1614556800,v1=" MAC ",v1=" WRONG,
        "v1=" MAC ",t=1614556800",
        "t=1614556800,v0=00,v1=" MAC ",v2=anything",
    };
    for (size_t i = 0; i < COUNT(good); i++)
        t_st(check(good[i], BODY, AT), ST_OK, good[i]);
    t_st(check(good[0], BODY, AT + 300), ST_OK, "five minutes later");
    t_st(check(good[0], BODY, AT - 300), ST_OK, "five minutes earlier");
    t_st(check(good[0], BODY, AT + 301), ST_DENIED, "too late");
    t_st(check(good[0], BODY, AT - 301), ST_DENIED, "too early");
    t_st(check(good[0], BODY " ", AT), ST_DENIED, "a body that was changed");
    t_st(stripe_signed(str_c(good[0]), S(BODY), S(SECRET "x"), (utc){ AT }), ST_DENIED, "another secret");
    t_st(stripe_signed(str_c(good[0]), S(BODY), S(""), (utc){ AT }), ST_DENIED, "no secret at all");
    t_st(stripe_signed(S("t=1700000000,v1=1df2fcf384245eea0edfa5f10823d8bb305b3dd2811bf9760a2e0a12f28a1706"), S(""),
                       S("whsec_\xc3\xa9"), (utc){ 1700000000 }), ST_OK, "an empty body, a secret that is not ASCII");
}

static void torn(void)
{
    static const char *const bad[] = {
        "", ",", "t=", "t=1614556800", "v1=" MAC, "t=1614556800,v1=", "t=1614556800,v1=00", "t=1614556800,v1=" WRONG,
        "t=1614556801,v1=" MAC, "t=1614556800,t=1614556800,v1=" MAC, "t=+1614556800,v1=" MAC, "t= 1614556800,v1=" MAC,
        "t=1614556800;v1=" MAC, "T=1614556800,V1=" MAC, "t=1614556800,v1=" MAC "0", "t=1614556800,v1=zz" MAC,
        "t=99999999999999999999,v1=" MAC, "t=-1,v1=" MAC, "t=1614556800, v1=" MAC, "t=1614556800,v0=" MAC,
        "t=1614556800,v1=" WRONG ",v1=" WRONG ",v1=" WRONG ",v1=" WRONG ",v1=" WRONG ",v1=" WRONG ",v1=" WRONG ",v1=" WRONG ",v1=" MAC,
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        t_st(check(bad[i], BODY, AT), ST_DENIED, bad[i]);
}

static void events(struct arena *a)
{
    static const struct {
        const char *kind, *object;
    } known[] = {
        { "checkout.session", "checkout/sessions/x_12" }, { "payment_intent", "payment_intents/x_12" }, { "charge", "charges/x_12" },
        { "refund", "refunds/x_12" }, { "dispute", "disputes/x_12" }, { "invoice", "" },
    };
    struct stripe_event e;
    for (size_t i = 0; i < COUNT(known); i++) {
        str body = str_fmt(a, "{\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"%s\",\"id\":\"x_12\"}}}",
                           known[i].kind);
        t_st(stripe_event_read(a, body, &e), ST_OK, known[i].kind);
        t_str(e.id, S("evt_1"), "its name");
        t_str(e.object, str_c(known[i].object), "what is asked for");
    }
    static const char *const odd[] = {
        "", "[]", "{}", "null", "{\"id\":1,\"object\":\"event\"}", "{\"id\":\"evt_1\",\"object\":\"event\"}",
        "{\"id\":\"evt_1\",\"object\":\"charge\",\"data\":{\"object\":{\"object\":\"charge\",\"id\":\"ch_1\"}}}",
        "{\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"charge\",\"id\":\"../v1/x\"}}}",
        "{\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"charge\",\"id\":\"ch_1?expand\"}}}",
        "{\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"charge\"}}}",
        "{\"id\":\"evt 1\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"charge\",\"id\":\"ch_1\"}}}",
        "{\"id\":\"evt_1\",\"id\":\"evt_2\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"charge\",\"id\":\"ch_1\"}}}",
    };
    for (size_t i = 0; i < COUNT(odd); i++)
        t_st(stripe_event_read(a, str_c(odd[i]), &e), ST_BAD_REQUEST, odd[i]);
}

/* A key goes to nobody but Stripe, and to this machine in a trial. */
static void addresses(void)
{
    static const char *const here[] = { "http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000" };
    static const char *const never[] = { "", "https://", "http://api.stripe.com", "https://you@api.stripe.com", "https://api.stripe.com /",
                                         "http://127.0.0.1.example.test:80", "ftp://127.0.0.1:1", "api.stripe.com", "https://a\r\nb" };
    t_ok(stripe_base_allowed(S("https://api.stripe.com"), false), "Stripe");
    for (size_t i = 0; i < COUNT(here); i++) {
        t_ok(stripe_base_allowed(str_c(here[i]), true), here[i]);
        t_ok(!stripe_base_allowed(str_c(here[i]), false), "not in earnest");
    }
    for (size_t i = 0; i < COUNT(never); i++)
        t_ok(!stripe_base_allowed(str_c(never[i]), true), i + 1 < COUNT(never) ? never[i] : "a line break");
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    t_need(a != NULL);
    authentic();
    torn();
    events(a);
    addresses();
    arena_free(a);
    return t_done();
}
