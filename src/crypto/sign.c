/* Signatures, and the text forms in which they are checked elsewhere. */
#include "sign.h"

#include <sodium.h>
#include <string.h>

#include "codec.h"
#include "hash.h"

#define NOTE_ED25519 1 /* the algorithm's number in a note */
#define NOTE_ID 4

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sign_sum), "a sum's state fits");

void sign_make(const uint8_t seed[SIGN_SEED], str text, uint8_t signature[SIGN_BYTES], uint8_t public_half[SIGN_PUBLIC])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    (void)crypto_sign_seed_keypair(public_half, secret, seed);
    (void)crypto_sign_detached(signature, NULL, (const uint8_t *)text.p, text.n, secret);
    secret_wipe(secret, sizeof secret);
}

bool sign_holds(const uint8_t public_half[SIGN_PUBLIC], str text, const uint8_t signature[SIGN_BYTES])
{
    return crypto_sign_verify_detached(signature, (const uint8_t *)text.p, text.n, public_half) == 0;
}

str sign_pem(struct arena *a, const uint8_t public_half[SIGN_PUBLIC])
{
    /* SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING } */
    uint8_t der[12 + SIGN_PUBLIC] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
    memcpy(der + 12, public_half, SIGN_PUBLIC);
    str text = b64_fmt(a, der, sizeof der);
    return str_fmt(a, "-----BEGIN PUBLIC KEY-----\n%.*s\n-----END PUBLIC KEY-----\n", STR_ARG(text));
}

/* The first bytes of SHA-256 over name, line end, algorithm and key. */
static void note_id(struct arena *a, str name, const uint8_t public_half[SIGN_PUBLIC], uint8_t id[NOTE_ID])
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    str head = str_fmt(a, "%.*s\n%c", STR_ARG(name), NOTE_ED25519);
    crypto_hash_sha256_state s;
    (void)crypto_hash_sha256_init(&s);
    (void)crypto_hash_sha256_update(&s, (const uint8_t *)head.p, head.n);
    (void)crypto_hash_sha256_update(&s, public_half, SIGN_PUBLIC);
    (void)crypto_hash_sha256_final(&s, sum);
    memcpy(id, sum, NOTE_ID);
}

str sign_note(struct arena *a, str text, str name, const uint8_t signature[SIGN_BYTES], const uint8_t public_half[SIGN_PUBLIC])
{
    uint8_t bytes[NOTE_ID + SIGN_BYTES];
    note_id(a, name, public_half, bytes);
    memcpy(bytes + NOTE_ID, signature, SIGN_BYTES);
    str made = b64_fmt(a, bytes, sizeof bytes);
    return str_fmt(a, "%.*s\n\xE2\x80\x94 %.*s %.*s\n", STR_ARG(text), STR_ARG(name), STR_ARG(made));
}

str sign_note_key(struct arena *a, str name, const uint8_t public_half[SIGN_PUBLIC])
{
    uint8_t id[NOTE_ID], key[1 + SIGN_PUBLIC] = { NOTE_ED25519 };
    note_id(a, name, public_half, id);
    memcpy(key + 1, public_half, SIGN_PUBLIC);
    str hex = hex_fmt(a, id, sizeof id), text = b64_fmt(a, key, sizeof key);
    return str_fmt(a, "%.*s+%.*s+%.*s", STR_ARG(name), STR_ARG(hex), STR_ARG(text));
}

static crypto_hash_sha256_state *state_of(struct sign_sum *s)
{
    return (crypto_hash_sha256_state *)(void *)s->state;
}

void sign_sum_begin(struct sign_sum *s)
{
    (void)crypto_hash_sha256_init(state_of(s));
}

void sign_sum_add(struct sign_sum *s, str text)
{
    (void)crypto_hash_sha256_update(state_of(s), (const uint8_t *)text.p, text.n);
}

str sign_sum_end(struct sign_sum *s, struct arena *a)
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256_final(state_of(s), sum);
    return hex_fmt(a, sum, sizeof sum);
}
