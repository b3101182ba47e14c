/* A vault of 64 keys inside a test program, in place of the role. Include it in one file of the program only. */
#ifndef AVOW_TEST_VAULT_H
#define AVOW_TEST_VAULT_H

#include "hash.h"
#include "rnd.h"
#include "vault.h"

#include <string.h>

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

st vault_keys_destroy(struct vault *v, const int64_t *ids, size_t n)
{
    if (v->away)
        return ST_AWAY;
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < 1 || ids[i] > v->n)
            return ST_NOT_FOUND;
        v->destroyed[ids[i] - 1] = true;
        memset(v->keys[ids[i] - 1], 0, VAULT_KEY);
    }
    return ST_OK;
}

st vault_key_destroy(struct vault *v, int64_t id)
{
    return vault_keys_destroy(v, &id, 1);
}

st vault_state(struct vault *v, struct msg_vault_state *out)
{
    *out = (struct msg_vault_state){ .generation = 1, .upto = v->n, .destroyed = 0 };
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
