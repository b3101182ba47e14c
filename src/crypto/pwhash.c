/* Password hashes: Argon2id inside XChaCha20-Poly1305. */
#include "pwhash.h"

#include <sodium.h>
#include <string.h>

#define VERSION 1
#define SALT 16
#define HASH 32
#define PLAIN (1 + 4 + SALT + HASH)
#define NONCE 24
#define TAG 16
#define RAW (1 + NONCE + PLAIN + TAG)

_Static_assert(PWHASH_RANDOM == SALT + NONCE, "one hash needs a salt and a nonce");
_Static_assert(PWHASH_TEXT == (RAW * 8 + 5) / 6, "base 64 without padding");
_Static_assert(SALT == crypto_pwhash_SALTBYTES, "libsodium's salt");

static st argon2id(struct pwhash_cost cost, const uint8_t salt[SALT], str password, uint8_t hash[HASH])
{
    if (crypto_pwhash(hash, HASH, password.p, password.n, salt, cost.passes, (size_t)cost.memory_kib * 1024,
            crypto_pwhash_ALG_ARGON2ID13) != 0)
        return ST_NO_MEMORY;
    return ST_OK;
}

st pwhash_make(struct pwhash_cost cost, const uint8_t pepper[PWHASH_KEY], const uint8_t random[PWHASH_RANDOM], str password,
    char encoded[PWHASH_TEXT])
{
    uint8_t plain[PLAIN], raw[RAW];
    plain[0] = cost.passes;
    memcpy(plain + 1, &cost.memory_kib, 4); /* little-endian, as every machine we build for */
    memcpy(plain + 5, random, SALT);
    TRY(argon2id(cost, random, password, plain + 5 + SALT));
    raw[0] = VERSION;
    memcpy(raw + 1, random + SALT, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw + 1 + NONCE, NULL, plain, PLAIN, raw, 1, NULL, raw + 1, pepper);
    sodium_memzero(plain, sizeof plain);
    char text[PWHASH_TEXT + 1];
    sodium_bin2base64(text, sizeof text, raw, RAW, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    memcpy(encoded, text, PWHASH_TEXT);
    return ST_OK;
}

static st decode(const uint8_t pepper[PWHASH_KEY], str encoded, uint8_t plain[PLAIN])
{
    uint8_t raw[RAW];
    size_t n;
    if (encoded.n != PWHASH_TEXT ||
        sodium_base642bin(raw, RAW, encoded.p, encoded.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != RAW || raw[0] != VERSION)
        return ST_INVALID;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, raw + 1 + NONCE, PLAIN + TAG, raw, 1, raw + 1, pepper) != 0)
        return ST_INVALID;
    return ST_OK;
}

st pwhash_check(struct pwhash_cost now, const uint8_t pepper[PWHASH_KEY], str password, str encoded, bool *stale)
{
    uint8_t plain[PLAIN], hash[HASH];
    TRY(decode(pepper, encoded, plain));
    struct pwhash_cost cost = { .passes = plain[0] };
    memcpy(&cost.memory_kib, plain + 1, 4);
    st s = argon2id(cost, plain + 5, password, hash);
    if (s == ST_OK)
        s = sodium_memcmp(hash, plain + 5 + SALT, HASH) == 0 ? ST_OK : ST_DENIED;
    sodium_memzero(hash, sizeof hash);
    sodium_memzero(plain, sizeof plain);
    if (s == ST_OK)
        *stale = cost.passes != now.passes || cost.memory_kib != now.memory_kib;
    return s;
}
