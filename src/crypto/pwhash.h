/* Password hashes: Argon2id, and the result encrypted under a pepper that only the vault has, so that a stolen
 * database cannot be guessed at.
 *
 * Encoded form: base 64 (URL) of  version(1) nonce(24) box( passes(1) memory_kib(4) salt(16) hash(32) ) tag(16).
 * Safe to call from several threads at once: nothing is shared, randomness comes from the caller. */
#ifndef AVOW_PWHASH_H
#define AVOW_PWHASH_H

#include "base.h"

#define PWHASH_KEY 32
#define PWHASH_RANDOM 40 /* bytes of fresh randomness one hash needs: salt and nonce */
#define PWHASH_TEXT 126  /* characters of the encoded form */

struct pwhash_cost {
    uint32_t memory_kib; /* 65536 by default; at least 8 */
    uint8_t passes;      /* 3 by default; at least 1 */
};

/* ST_NO_MEMORY when the system has not that much. */
NODISCARD st pwhash_make(struct pwhash_cost, const uint8_t pepper[PWHASH_KEY], const uint8_t random[PWHASH_RANDOM],
    str password, char encoded[PWHASH_TEXT]);
/* ST_OK it is the password; ST_DENIED it is not; ST_INVALID the encoded form is none, or not under this pepper.
 * *stale: made at another cost than `now`, so it should be made again. */
NODISCARD st pwhash_check(struct pwhash_cost now, const uint8_t pepper[PWHASH_KEY], str password, str encoded, bool *stale);

#endif
