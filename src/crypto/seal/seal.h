/* Sealing: XChaCha20-Poly1305 under one data key. Only src/gate and the vault see this directory; everybody
 * else goes through the gates (gate.h).
 *
 * Format: version(1) key_id(8, little-endian) nonce(24) ciphertext tag(16). The associated data are the column's
 * name, the row's uid and the key id, so that a value cannot be moved to another column, row or person. */
#ifndef AVOW_SEAL_H
#define AVOW_SEAL_H

#include "arena.h"

#define SEAL_KEY 32
#define SEAL_OVERHEAD (1 + 8 + 24 + 16)

struct seal_place {
    str column; /* "person.email" */
    uid row;
    int64_t key_id;
};

/* `plain` sealed for its place, in the arena. ST_NO_MEMORY. */
NODISCARD st seal_close(struct arena *, const uint8_t key[SEAL_KEY], const struct seal_place *, str plain, str *sealed);
/* And back. ST_IO when it was changed, belongs to another place, or the key is another. */
NODISCARD st seal_open(struct arena *, const uint8_t key[SEAL_KEY], const struct seal_place *, str sealed, str *plain);
/* Which key it was sealed under. ST_IO when it is no sealed value. */
NODISCARD st seal_key_id(str sealed, int64_t *key_id);

#endif
