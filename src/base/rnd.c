/* Randomness: libsodium's generator, or ChaCha20 from a seed in tests. */
#include "rnd.h"

#include <endian.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "clock.h"

#define AT_HAND 1024 /* bytes drawn from the kernel at once, for small draws */
#define SMALL 24     /* ids and nonces, which are no secrets; keys and tokens are longer, and never wait in a buffer */

static struct {
    bool seeded, uids;
    uint64_t uid_seed, uid_drawn;
    uint8_t seed[randombytes_SEEDBYTES];
    uint64_t drawn;
} rnd;

/* Small draws come from a buffer, each thread's own; what was handed out is wiped there. A child that was forked off
 * begins with an empty one, so that no two processes ever draw the same. */
static _Thread_local struct {
    uint8_t bytes[AT_HAND];
    size_t left;
} at_hand;
static pthread_once_t at_hand_once = PTHREAD_ONCE_INIT;

static void empty_hand(void)
{
    sodium_memzero(&at_hand, sizeof(at_hand));
}

static void empty_in_children(void)
{
    if (pthread_atfork(NULL, NULL, empty_hand) != 0)
        sodium_misuse();
}

static void draw(void *p, size_t n)
{
    if (n > SMALL) {
        randombytes_buf(p, n);
        return;
    }
    if (at_hand.left < n) {
        pthread_once(&at_hand_once, empty_in_children);
        randombytes_buf(at_hand.bytes, AT_HAND);
        at_hand.left = AT_HAND;
    }
    uint8_t *from = at_hand.bytes + (AT_HAND - at_hand.left);
    memcpy(p, from, n);
    sodium_memzero(from, n);
    at_hand.left -= n;
}

void rnd_bytes(void *p, size_t n)
{
    if (!rnd.seeded) {
        draw(p, n);
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
    if (!rnd.seeded) {
        uint32_t second = htobe32((uint32_t)clock_now().s);
        memcpy(u.b, &second, sizeof(second));
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
