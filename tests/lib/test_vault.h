/* A vault of 64 keys inside a test program, in place of the role. Include it in one file of the program only. */
#ifndef AVOW_TEST_VAULT_H
#define AVOW_TEST_VAULT_H

#include "hash.h"
#include "rnd.h"
#include "vault.h"

struct vault {
    uint8_t keys[64][VAULT_KEY];
    bool destroyed[64];
    int64_t n;
    bool away;
};
static struct vault test_vault UNUSED;

st vault_key_new(struct vault *v, int64_t *id)
{
    if (v->away)
        return ST_AWAY;
    rnd_bytes(v->keys[v->n], VAULT_KEY);
    *id = ++v->n;
    return ST_OK;
}

st vault_key_open(struct vault *v, int64_t id, const uint8_t **key)
{
    if (v->away)
        return ST_AWAY;
    if (id < 1 || id > v->n || v->destroyed[id - 1])
        return ST_SEALED;
    *key = v->keys[id - 1];
    return ST_OK;
}

st vault_blind(struct vault *v, str domain, str value, uint8_t out[VAULT_BLIND])
{
    static const uint8_t root[HASH_KEY] = { 1 };
    uint8_t key[HASH_KEY];
    if (v->away)
        return ST_AWAY;
    hash_derive(root, domain, key);
    hash_keyed(key, value, out, VAULT_BLIND);
    return ST_OK;
}

#endif
