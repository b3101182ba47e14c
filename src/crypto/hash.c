/* Keyed hashing: BLAKE2b through libsodium. */
#include "hash.h"

#include <sodium.h>

st crypto_start(void)
{
    return sodium_init() < 0 ? ST_IO : ST_OK;
}

static const unsigned char *bytes(str s)
{
    return (const unsigned char *)s.p;
}

void hash_keyed(const uint8_t key[HASH_KEY], str data, uint8_t *out, size_t out_n)
{
    /* Fails only for lengths outside what the header allows. */
    if (crypto_generichash(out, out_n, bytes(data), data.n, key, HASH_KEY) != 0)
        sodium_misuse();
}

uint64_t hash_short(const uint8_t key[HASH_KEY], str data)
{
    uint64_t v;
    _Static_assert(crypto_shorthash_BYTES == sizeof(v) && crypto_shorthash_KEYBYTES <= HASH_KEY, "SipHash-2-4");
    if (crypto_shorthash((unsigned char *)&v, bytes(data), data.n, key) != 0)
        sodium_misuse();
    return v;
}

void hash_plain(str data, uint8_t out[32])
{
    if (crypto_generichash(out, 32, bytes(data), data.n, NULL, 0) != 0)
        sodium_misuse();
}

void hash_derive(const uint8_t root[HASH_KEY], str label, uint8_t out[HASH_KEY])
{
    hash_keyed(root, label, out, HASH_KEY);
}

void secret_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}
