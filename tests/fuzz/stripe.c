/* Fuzz target of Stripe's messages: the signature header, and the event in the body.
 *
 *   the header, a line feed, the body */
#include "fuzz.h"

#include <sodium.h>

#include "codec.h"
#include "out.h"
#include "str.h"
#include "stripe.h"

#define MEMORY ((size_t)8 << 20)
#define NOW 1700000000

static str mac_of(struct arena *a, str stamp, str body, str secret)
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    str text = str_fmt(a, "%.*s.", STR_ARG(stamp));
    crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret.p, secret.n);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)text.p, text.n);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.p, body.n);
    crypto_auth_hmacsha256_final(&state, mac);
    return hex_fmt(a, mac, sizeof mac);
}

/* What the header claims is believed only when the true code stands in it. */
static void judged(struct arena *a, str header, str body)
{
    str secret = S("whsec_fuzz"), stamp = str_fmt(a, "%d", NOW);
    if (stripe_signed(header, body, secret, (utc){ NOW }) == ST_OK) {
        size_t at = str_find(header, S("t="));
        str said = str_sub(header, at + 2, header.n);
        said = str_sub(said, 0, str_index(said, ','));
        fuzz_need(str_find(header, mac_of(a, said, body, secret)) < header.n);
    }
    str right = str_fmt(a, "t=%.*s,v1=%.*s", STR_ARG(stamp), STR_ARG(mac_of(a, stamp, body, secret)));
    fuzz_need(stripe_signed(right, body, secret, (utc){ NOW }) == ST_OK);
    fuzz_need(stripe_signed(right, body, secret, (utc){ NOW + GATEWAY_TOLERANCE + 1 }) == ST_DENIED);
    fuzz_need(stripe_signed(right, str_cat(a, body, S("x")), secret, (utc){ NOW }) == ST_DENIED);
}

/* What is asked for afterwards is one of five paths and a name: nothing of the sender's gets further into an address. */
static void understood(struct arena *a, str body)
{
    static const str paths[] = { SI("checkout/sessions/"), SI("payment_intents/"), SI("charges/"), SI("refunds/"), SI("disputes/") };
    struct stripe_event e;
    if (stripe_event_read(a, body, &e) != ST_OK)
        return;
    fuzz_need(stripe_id_valid(e.id));
    bool known = e.object.n == 0;
    for (size_t i = 0; i < COUNT(paths); i++)
        known = known || (str_starts(e.object, paths[i]) && stripe_id_valid(str_sub(e.object, paths[i].n, e.object.n)));
    fuzz_need(known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new(MEMORY);
    str all = { (const char *)data, n };
    size_t line = str_index(all, '\n');
    str header = str_sub(all, 0, line), body = str_sub(all, line + 1, n);
    fuzz_need(a != NULL);
    judged(a, header, body);
    understood(a, body);
    arena_free(a);
    return 0;
}
