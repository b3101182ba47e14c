/* The vault's own store: data keys, wrapped under the master key, in DATA/vault/keys.db.
 *
 * Single current generation: a destroyed key is overwritten, and no history is kept anywhere. Keys are made in
 * batches and reserved ahead of need, so that handing one out costs no disk flush; a range that was reserved
 * and not used up when the vault ends is never handed out again, so no two persons ever share a key.
 *
 * Ownership: everything lives in the arena given at open; unwrapped secrets in locked memory.
 * Failure:   ST_IO, ST_FULL of the disk; ST_CONFIG when master key and store do not belong together. */
#ifndef AVOW_KEYSTORE_H
#define AVOW_KEYSTORE_H

#include "arena.h"

#define KEYSTORE_KEY 32

struct keystore;

/* Make the folder (mode 0700), a master key (0400) and an empty store with fresh roots. Leaves what is there
 * alone: a second call is a no-op. */
NODISCARD st keystore_create(struct arena *, str folder);
/* Open; the master key comes from the service manager's credentials when there are any, else from the folder. */
NODISCARD st keystore_open(struct arena *, str folder, struct keystore **);
void keystore_close(struct keystore *);

/* Up to *n unused keys, reserved durably: *n of them, one at least, with ids from *first without a gap, and their bytes.
 * The caller wipes `keys`. */
NODISCARD st keystore_take(struct keystore *, uint8_t *keys, size_t *n, int64_t *first);
/* Reserve more when few are left; call when there is nothing else to do. */
NODISCARD st keystore_ahead(struct keystore *);
/* ST_SEALED when it was destroyed, ST_NOT_FOUND when it was never made. The caller wipes `key`. */
NODISCARD st keystore_unwrap(struct keystore *, int64_t id, uint8_t key[KEYSTORE_KEY]);
/* Gone for good, durably; destroying twice is ST_OK. ST_NOT_FOUND when it was never made. */
NODISCARD st keystore_destroy(struct keystore *, int64_t id);

/* Roots that never leave the vault as they are, except the token key. */
enum keystore_root { ROOT_BLIND, ROOT_TOKEN, ROOT_PEPPER, ROOT_COUNT };
const uint8_t *keystore_root(const struct keystore *, enum keystore_root);

#endif
