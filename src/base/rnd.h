/* Randomness. Tests seed it; a seeded run is a replayable run. */
#ifndef AVOW_RND_H
#define AVOW_RND_H

#include "base.h"

/* Cryptographic random bytes from the kernel (or the seeded generator in tests). Cannot fail after start. */
void rnd_bytes(void *p, size_t n);
/* An id that nobody can guess: the second it was made in (four bytes, until 2106), then 96 random bits. What is made together
 * so stands together in every index over ids, and a transaction touches few of its pages however large the table is; see
 * docs/adr/0018-speed.md. From rnd_seed()'s generator all of it is drawn. */
uid rnd_uid(void);
uint32_t rnd_below(uint32_t n);
/* Ids alone from a seed, so that a trial can be made again; keys, nonces and tokens stay what they are. */
void rnd_uids(uint64_t seed);
void rnd_seed(uint64_t seed); /* tests only: deterministic from here on */

#endif
