/* Randomness: libsodium's generator, or ChaCha20 from a seed in tests. */
#include "rnd.h"

#include <sodium.h>
#include <string.h>

static struct {
    bool seeded, uids;
    uint64_t uid_seed, uid_drawn;
    uint8_t seed[randombytes_SEEDBYTES];
    uint64_t drawn;
} rnd;

void rnd_bytes(void *p, size_t n)
{
    if (!rnd.seeded) {
        randombytes_buf(p, n);
        return;
    }
    /* Each draw has its own stream: the seed with the draw's number mixed in. */
    uint8_t key[randombytes_SEEDBYTES];
    memcpy(key, rnd.seed, sizeof(key));
    rnd.drawn++;
    for (size_t i = 0; i < 8; i++)
        key[8 + i] = (uint8_t)(rnd.drawn >> (8 * i));
    randombytes_buf_deterministic(p, n, key);
}

uid rnd_uid(void)
{
    uid u;
    if (rnd.uids) {
        uint8_t key[randombytes_SEEDBYTES] = { 0 };
        memcpy(key, &rnd.uid_seed, 8);
        rnd.uid_drawn++;
        memcpy(key + 8, &rnd.uid_drawn, 8);
        randombytes_buf_deterministic(u.b, sizeof(u.b), key);
    } else {
        rnd_bytes(u.b, sizeof(u.b));
    }
    return u;
}

void rnd_uids(uint64_t seed)
{
    rnd.uids = true;
    rnd.uid_seed = seed;
    rnd.uid_drawn = 0;
}

uint32_t rnd_below(uint32_t n)
{
    if (n < 2)
        return 0;
    uint32_t v, skip = (uint32_t)(-n) % n; /* below this the remainders are not evenly spread */
    do
        rnd_bytes(&v, sizeof(v));
    while (v < skip);
    return v % n;
}

void rnd_seed(uint64_t seed)
{
    memset(&rnd, 0, sizeof(rnd));
    memcpy(rnd.seed, &seed, sizeof(seed));
    rnd.seeded = true;
}
