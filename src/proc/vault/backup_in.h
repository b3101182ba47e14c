/* The format of the backup, for the two files that write and read it. */
#ifndef AVOW_BACKUP_IN_H
#define AVOW_BACKUP_IN_H

#include "backup.h"
#include "box.h"

#define BACKUP_MAGIC "AVOWKEYS"
#define BACKUP_VERSION 1
#define BACKUP_RECOVERY_AT 64
#define BACKUP_BOX_AT 96
#define BACKUP_BOX (BOX_KEY + BOX_OVERHEAD)
#define BACKUP_HEAD (BACKUP_BOX_AT + BACKUP_BOX)
#define BACKUP_PIECE ((size_t)16384) /* plaintext of a piece at most */

_Static_assert(BACKUP_HEAD == 176, "the format's head");

/* Records: a letter, a number, and for ROOT and KEY 32 bytes. */
enum backup_record { RECORD_ROOT = 'R', RECORD_KEY = 'K', RECORD_GONE = 'D', RECORD_LOST = 'L', RECORD_END = 'E' };

static inline void backup_put(uint8_t *p, int64_t v)
{
    for (int i = 0; i < 8; i++)
        p[i] = (uint8_t)((uint64_t)v >> (8 * i));
}

static inline int64_t backup_get(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 7; i >= 0; i--)
        v = v << 8 | p[i];
    return (int64_t)v;
}

#endif
