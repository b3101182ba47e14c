/* Randomness. Tests seed it; a seeded run is a replayable run. */
#ifndef AVOW_RND_H
#define AVOW_RND_H

#include "base.h"

/* Cryptographic random bytes from the kernel (or the seeded generator in tests). Cannot fail after start. */
void rnd_bytes(void *p, size_t n);
uid rnd_uid(void);
uint32_t rnd_below(uint32_t n);
/* Ids alone from a seed, so that a trial can be made again; keys, nonces and tokens stay what they are. */
void rnd_uids(uint64_t seed);
void rnd_seed(uint64_t seed); /* tests only: deterministic from here on */

#endif
