/* Keyed hashing and key derivation: BLAKE2b. Nothing here can fail once crypto_start() said ST_OK. */
#ifndef AVOW_HASH_H
#define AVOW_HASH_H

#include "base.h"

#define HASH_KEY 32

/* Once per process, before anything else of src/crypto. */
NODISCARD st crypto_start(void);

/* Code of `data` under `key`, out_n bytes (16 to 64). Without the key it says nothing about the data. */
void hash_keyed(const uint8_t key[HASH_KEY], str data, uint8_t *out, size_t out_n);
/* The same for tables in memory: 64 bits, by SipHash under the first half of the key. */
uint64_t hash_short(const uint8_t key[HASH_KEY], str data);
/* Fingerprint of public data, 32 bytes. Never for personal data: that wants a key. */
void hash_plain(str data, uint8_t out[32]);
/* A key for one use, made from a root key: different labels, unrelated keys. */
void hash_derive(const uint8_t root[HASH_KEY], str label, uint8_t out[HASH_KEY]);
/* Overwrite a secret in a way the compiler keeps. */
void secret_wipe(void *p, size_t n);

#endif
