/* What the vault does besides answering, a millisecond at a time: the backup follows the store, and a rotation goes on. */
#ifndef AVOW_KEEPER_H
#define AVOW_KEEPER_H

#include "backup.h"
#include "config_keys.h"
#include "loop.h"

struct keeper;

/* Where the backup is: vault.backup, or DATA/key-backup. */
str keeper_folder(struct arena *, const struct config *);
/* Before the sandbox: makes the backup's folder (0700). `keys` is borrowed. ST_CONFIG: vault.backup_seconds is out of bounds. */
NODISCARD st keeper_new(struct arena *, const struct config *, struct keystore *keys, struct keeper **);
/* Begin to look, every half second, for what has changed. */
NODISCARD st keeper_start(struct keeper *, struct loop *);
/* Another vault has taken over, or the system ends: nothing new is begun. */
void keeper_stop(struct keeper *);
/* At the end of the process: a small store's backup that is due is made at once; what was begun is dropped. */
void keeper_end(struct keeper *);

NODISCARD st keeper_rotate(struct keeper *); /* as rotate_begin */
/* A backup now, whatever has changed. ST_NOT_FOUND: there is no recovery key. */
NODISCARD st keeper_backup(struct keeper *);
struct keeper_state {
    struct backup_head backup; /* number 0: there is none */
    int64_t looked_at;         /* ids, in this pass of a rotation */
    st trouble;                /* of the last attempt; ST_OK when it went well */
};
struct keeper_state keeper_state(const struct keeper *);

#endif
