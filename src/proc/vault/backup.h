/* The backup of the key store: one file, sealed to the recovery key, written aside and put in the place of the one before.
 *
 * Never a series: a key that was destroyed must not live on in an older copy. What is replaced is made unreadable before it
 * is let go (its stream's key is overwritten), also for whoever has the recovery key. It holds data keys and roots as they
 * are, so it outlives rotations of the master key; the head tells without any key which store it is of, and how current.
 *
 * head(176): magic, version, store, number, time, changes, destroyed, recovery key's public half, sealed stream key
 * stream header(24), then pieces: length(4) ciphertext. The last piece says how many records there were. */
#ifndef AVOW_BACKUP_H
#define AVOW_BACKUP_H

#include "keystore.h"

#define BACKUP_FILE "/keys.backup"

struct backup; /* one that is being made */

struct backup_head {
    uid store;
    int64_t number; /* rises by one each time */
    utc made;
    int64_t changes, destroyed; /* of the store when it was begun: struct keystore_state */
    uint8_t recovery[KEYSTORE_PUBLIC];
};

/* Begin to write FOLDER/keys.backup. ST_NOT_FOUND: the store has no recovery key; ST_RETRY: another vault is at it. */
NODISCARD st backup_begin(struct keystore *, const char *folder, struct backup **);
/* A bounded part, about a millisecond. *done: it is in place, durable, and *head says what it is. After any failure, and when
 * done, only backup_drop() is left to be called. */
NODISCARD st backup_step(struct backup *, bool *done, struct backup_head *head);
void backup_drop(struct backup *); /* NULL is fine */

/* What a file says of itself. ST_NOT_FOUND: there is none; ST_INVALID: it is no backup of keys. */
NODISCARD st backup_head_read(const char *path, struct backup_head *);

struct backup_found {
    struct backup_head head;
    int64_t keys, destroyed; /* records */
};
/* Open the whole of a backup and keep nothing: ST_DENIED: it was sealed to another recovery key; ST_IO: it is torn or was
 * changed; ST_INVALID: no backup of keys. */
NODISCARD st backup_try(struct arena *, const char *path, const uint8_t secret[KEYSTORE_KEY], struct backup_found *);
/* The same, and make a store of it, with a new master key, in `folder`, which must not exist. Ids up to `used` that the backup
 * does not have are marked as lost, so that none is given to somebody else. */
NODISCARD st backup_restore(struct arena *, const char *path, const uint8_t secret[KEYSTORE_KEY], str folder, int64_t used,
    struct backup_found *);

#endif
