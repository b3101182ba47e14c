/* What comes in from Stripe: is it signed, and what is it about? Nothing else in it is read. */
#include <sodium.h>

#include "codec.h"
#include "out.h"
#include "str.h"
#include "stripe.h"

#define HEADER_MOST 600
#define SIGNATURES_MOST 8
#define BODY_MOST 131072
#define EVENT_ID 80

/* ---- the signature ------------------------------------------------------------------------------------------------------ */

static void hmac(str stamp, str body, str secret, uint8_t mac[crypto_auth_hmacsha256_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret.p, secret.n);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)stamp.p, stamp.n);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)".", 1);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.p, body.n);
    crypto_auth_hmacsha256_final(&state, mac);
}

/* The time stands once; schemes other than v1 are left alone, as Stripe asks for. */
static st read_header(str header, str *stamp, uint8_t (*claimed)[crypto_auth_hmacsha256_BYTES], size_t *n)
{
    str part;
    *stamp = S("");
    *n = 0;
    if (header.n == 0 || header.n > HEADER_MOST)
        return ST_DENIED;
    while (str_next(&header, ',', &part)) {
        if (str_starts(part, S("t="))) {
            if (stamp->n)
                return ST_DENIED;
            *stamp = str_sub(part, 2, part.n);
        } else if (str_starts(part, S("v1="))) {
            if (*n == SIGNATURES_MOST || hex_parse(str_sub(part, 3, part.n), claimed[*n], sizeof claimed[*n]) != ST_OK)
                return ST_DENIED;
            ++*n;
        }
    }
    return stamp->n && *n ? ST_OK : ST_DENIED;
}

st stripe_signed(str header, str body, str secret, utc now)
{
    uint8_t claimed[SIGNATURES_MOST][crypto_auth_hmacsha256_BYTES], mac[crypto_auth_hmacsha256_BYTES];
    str stamp;
    size_t n;
    int64_t at;
    bool fits = false;
    if (str_empty(secret))
        return ST_DENIED;
    TRY(read_header(header, &stamp, claimed, &n));
    if (i64_parse(stamp, 0, INT64_MAX / 2, &at) != ST_OK || at < now.s - GATEWAY_TOLERANCE || at > now.s + GATEWAY_TOLERANCE)
        return ST_DENIED;
    hmac(stamp, body, secret, mac);
    for (size_t i = 0; i < n; i++)
        fits = bytes_eq_ct(mac, claimed[i], sizeof mac) || fits;
    sodium_memzero(mac, sizeof mac);
    return fits ? ST_OK : ST_DENIED;
}

/* ---- the event ---------------------------------------------------------------------------------------------------------- */

bool stripe_id_valid(str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return id.n > 3 && id.n <= STRIPE_ID;
}

bool stripe_base_allowed(str base, bool trial)
{
    static const str here[] = { SI("http://127.0.0.1:"), SI("http://[::1]:"), SI("http://localhost:") };
    if (!utf8_printable(base, false) || str_index(base, '@') < base.n || str_index(base, ' ') < base.n)
        return false;
    if (str_starts(base, S("https://")) && base.n > 8)
        return true;
    for (size_t i = 0; trial && i < COUNT(here); i++)
        if (str_starts(base, here[i]))
            return true;
    return false;
}

/* What is asked for when it changed. */
static const struct {
    str object, path;
} watched[] = {
    { SI("checkout.session"), SI("checkout/sessions") }, { SI("payment_intent"), SI("payment_intents") },
    { SI("charge"), SI("charges") },                     { SI("refund"), SI("refunds") },
    { SI("dispute"), SI("disputes") },
};

str stripe_text(struct arena *a, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    if (!json_is_string(v) || json_string_length(v) > 500)
        return S("");
    str s = { json_string_value(v), json_string_length(v) };
    return utf8_printable(s, false) ? str_dup(a, s) : S("");
}

int64_t stripe_number(const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    return json_is_integer(v) ? json_integer_value(v) : 0;
}

json_t *stripe_object(const json_t *o, const char *name)
{
    json_t *v = json_object_get(o, name);
    return json_is_object(v) ? v : NULL;
}

static st read_event(struct arena *a, const json_t *o, struct stripe_event *out)
{
    const json_t *object = stripe_object(stripe_object(o, "data"), "object");
    str id = stripe_text(a, object, "id"), kind = stripe_text(a, object, "object");
    *out = (struct stripe_event){ .id = stripe_text(a, o, "id") };
    if (!str_eq(stripe_text(a, o, "object"), S("event")) || !stripe_id_valid(out->id) || out->id.n > EVENT_ID || !object)
        return ST_BAD_REQUEST;
    for (size_t i = 0; i < COUNT(watched); i++)
        if (str_eq(kind, watched[i].object)) {
            if (!stripe_id_valid(id))
                return ST_BAD_REQUEST;
            out->object = str_fmt(a, "%.*s/%.*s", STR_ARG(watched[i].path), STR_ARG(id));
        }
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

st stripe_event_read(struct arena *a, str body, struct stripe_event *out)
{
    if (body.n > BODY_MOST)
        return ST_BAD_REQUEST;
    json_t *o = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!o)
        return ST_BAD_REQUEST;
    st s = json_is_object(o) ? read_event(a, o, out) : ST_BAD_REQUEST;
    json_decref(o);
    return s;
}
