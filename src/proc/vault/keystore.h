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
#define KEYSTORE_PUBLIC 32

struct keystore;

/* Make the folder (mode 0700), a master key (0400) and an empty store with fresh roots. Leaves what is there
 * alone: a second call is a no-op. */
NODISCARD st keystore_create(struct arena *, str folder);
/* Open; the master key comes from the service manager's credentials when there are any, else from the folder. A store of an
 * earlier version is brought up to this one. */
NODISCARD st keystore_open(struct arena *, str folder, struct keystore **);
/* Open to look only, beside a running vault or without one; every other function that writes is ST_BUG then. ST_NOT_FOUND:
 * there is no store, or no master key within reach; ST_SCHEMA: of an earlier version, which the next start brings up. */
NODISCARD st keystore_look(struct arena *, str folder, struct keystore **);
void keystore_close(struct keystore *);

/* Up to *n unused keys, reserved durably: *n of them, one at least, with ids from *first without a gap, and their bytes.
 * The caller wipes `keys`. */
NODISCARD st keystore_take(struct keystore *, uint8_t *keys, size_t *n, int64_t *first);
/* Reserve more when few are left; call when there is nothing else to do. */
NODISCARD st keystore_ahead(struct keystore *);
/* ST_SEALED when it was destroyed, ST_NOT_FOUND when it was never made. The caller wipes `key`. */
NODISCARD st keystore_unwrap(struct keystore *, int64_t id, uint8_t key[KEYSTORE_KEY]);
/* Gone for good, all of them in one durable transaction; destroying twice is ST_OK. ST_NOT_FOUND when one was never made:
 * the others are gone all the same. */
NODISCARD st keystore_destroy(struct keystore *, const int64_t *ids, size_t n);

/* Roots that never leave the vault as they are, except the token key. */
enum keystore_root { ROOT_BLIND, ROOT_TOKEN, ROOT_PEPPER, ROOT_COUNT };
const uint8_t *keystore_root(const struct keystore *, enum keystore_root);

/* What the store says of itself, read anew. */
struct keystore_state {
    uid store;                         /* which store this is; random, made with it */
    int64_t generation;                /* of the master key that new keys are wrapped under */
    utc made;                          /* when that was */
    bool rotating;                     /* keys of the last generation are left */
    bool has_recovery;                 /* and recovery is the public half of the recovery key */
    uint8_t recovery[KEYSTORE_PUBLIC];
    int64_t changes;                   /* rises with everything a backup should know */
    int64_t destroyed;                 /* rises with every destruction */
    int64_t upto;                      /* the highest id that was ever made */
};
NODISCARD st keystore_state(struct keystore *, struct keystore_state *);
/* The public half of a recovery key, in place of another. Durable. */
NODISCARD st keystore_set_recovery(struct keystore *, const uint8_t public_half[KEYSTORE_PUBLIC]);

#endif
