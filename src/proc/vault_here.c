/* The store behind the client's functions. */
#include "vault_here.h"

#include "hash.h"

#include <string.h>

static st here_new(void *at, int64_t *id, uint8_t key[VAULT_KEY])
{
    size_t one = 1;
    return keystore_take(at, key, &one, id);
}

static st here_open(void *at, int64_t id, uint8_t key[VAULT_KEY])
{
    return keystore_unwrap(at, id, key);
}

static st here_destroy(void *at, const int64_t *ids, size_t n)
{
    return keystore_destroy(at, ids, n);
}

static st here_blind(void *at, str domain, str value, uint8_t out[VAULT_BLIND])
{
    uint8_t key[HASH_KEY];
    hash_derive(keystore_root(at, ROOT_BLIND), domain, key);
    hash_keyed(key, value, out, VAULT_BLIND);
    secret_wipe(key, sizeof key);
    return ST_OK;
}

static st here_token_key(void *at, uint8_t out[32])
{
    memcpy(out, keystore_root(at, ROOT_TOKEN), 32);
    return ST_OK;
}

struct vault *vault_here(struct arena *a, struct keystore *k, size_t cached)
{
    struct vault_within *w = NEW(a, struct vault_within);
    if (!w)
        return NULL;
    *w = (struct vault_within){ .at = k, .key_new = here_new, .key_open = here_open, .keys_destroy = here_destroy,
        .blind = here_blind, .token_key = here_token_key };
    return vault_client_within(a, w, cached);
}
