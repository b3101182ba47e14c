/* Writing the backup. */
#include "backup_in.h"

#include "clock.h"
#include "hash.h"
#include "keystore_in.h"
#include "log.h"
#include "rnd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY ((size_t)1 << 20)
#define STEP_ROWS 300 /* records of at most 41 bytes: a piece holds them */

_Static_assert(STEP_ROWS * 41 + 9 <= BACKUP_PIECE, "a step is one piece");

struct backup {
    struct arena *arena;
    struct keystore *keys;
    const char *folder, *path, *fresh;
    int fd;
    struct box_stream *stream;
    uint8_t head[BACKUP_HEAD];
    uint8_t *plain; /* of the piece; locked */
    size_t n;
    bool first;
    int64_t upto, records;
    struct backup_head says;
};

static void add_record(struct backup *b, enum backup_record kind, int64_t number, const uint8_t *key)
{
    b->plain[b->n] = (uint8_t)kind;
    backup_put(b->plain + b->n + 1, number);
    b->n += 9;
    if (key) {
        memcpy(b->plain + b->n, key, KEYSTORE_KEY);
        b->n += KEYSTORE_KEY;
    }
    b->records++;
}

static st write_all(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n > 0) {
        ssize_t w = write(fd, at, n);
        if (w < 0 && errno != EINTR)
            return errno == ENOSPC || errno == EDQUOT ? ST_FULL : ST_IO;
        if (w > 0) {
            at += w;
            n -= (size_t)w;
        }
    }
    return ST_OK;
}

static st write_piece(struct backup *b, bool last)
{
    uint8_t sealed[4 + BACKUP_PIECE + BOX_PIECE_OVERHEAD];
    uint32_t n = (uint32_t)(b->n + BOX_PIECE_OVERHEAD);
    str with = b->first ? (str){ (const char *)b->head, sizeof b->head } : (str){ 0 };
    for (int i = 0; i < 4; i++)
        sealed[i] = (uint8_t)(n >> (8 * i));
    box_push(b->stream, b->plain, b->n, with, last, sealed + 4);
    secret_wipe(b->plain, b->n);
    b->n = 0;
    b->first = false;
    return write_all(b->fd, sealed, 4 + n);
}

/* ---- begin ------------------------------------------------------------------------------------------------------- */

static st write_head(struct backup *b, const struct keystore_state *now)
{
    uint8_t key[BOX_KEY], header[BOX_STREAM_HEADER];
    uint8_t *h = b->head;
    memcpy(h, BACKUP_MAGIC, 8);
    backup_put(h + 8, BACKUP_VERSION);
    memcpy(h + 16, now->store.b, 16);
    backup_put(h + 32, b->says.number);
    backup_put(h + 40, b->says.made.s);
    backup_put(h + 48, now->changes);
    backup_put(h + 56, now->destroyed);
    memcpy(h + BACKUP_RECOVERY_AT, now->recovery, KEYSTORE_PUBLIC);
    rnd_bytes(key, sizeof key);
    st s = box_close(now->recovery, key, sizeof key, h + BACKUP_BOX_AT);
    b->stream = s == ST_OK ? box_write(b->arena, key, header) : NULL;
    secret_wipe(key, sizeof key);
    TRY(s);
    if (!b->stream)
        return ST_NO_MEMORY;
    TRY(write_all(b->fd, h, BACKUP_HEAD));
    return write_all(b->fd, header, sizeof header);
}

/* The file that is written aside, or what a kill has left of it. Locked: during a reload two vaults run, and it is one's at
 * a time. */
static st open_fresh(struct backup *b)
{
    struct stat opened, named;
    int fd = open(b->fresh, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == ENOSPC ? ST_FULL : ST_IO;
    st s = ST_RETRY;
    /* The other one may have put it in place between our opening and our locking it. */
    bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (locked && fstat(fd, &opened) == 0 && stat(b->fresh, &named) == 0 && opened.st_ino == named.st_ino)
        s = ftruncate(fd, 0) == 0 ? ST_OK : ST_IO;
    if (s == ST_OK)
        b->fd = fd;
    else
        close(fd);
    return s;
}

static st begin(struct backup *b, struct keystore *k, const char *folder)
{
    struct keystore_state now;
    struct backup_head before = { .number = 0 };
    b->keys = k;
    b->folder = str_z(b->arena, str_c(folder));
    b->path = str_z(b->arena, str_cat(b->arena, str_c(folder), S(BACKUP_FILE)));
    b->fresh = str_z(b->arena, str_cat(b->arena, str_c(folder), S(BACKUP_FILE ".new")));
    b->plain = arena_secret(b->arena, BACKUP_PIECE);
    if (!b->folder || !b->path || !b->fresh || !b->plain)
        return ST_NO_MEMORY;
    TRY(keystore_state(k, &now));
    if (!now.has_recovery)
        return ST_NOT_FOUND;
    IGNORE(backup_head_read(b->path, &before)); /* one that cannot be read is replaced like one that is not there */
    b->says = (struct backup_head){ .store = now.store, .number = before.number + 1, .made = clock_now(),
        .changes = now.changes,
        .destroyed = now.destroyed };
    memcpy(b->says.recovery, now.recovery, KEYSTORE_PUBLIC);
    TRY(open_fresh(b));
    TRY(write_head(b, &now));
    for (enum keystore_root r = 0; r < ROOT_COUNT; r++)
        add_record(b, RECORD_ROOT, r, keystore_root(k, r));
    return write_piece(b, false);
}

st backup_begin(struct keystore *k, const char *folder, struct backup **out)
{
    struct arena *a = arena_new(MEMORY);
    struct backup *b = a ? NEW(a, struct backup) : NULL;
    if (!b) {
        arena_free(a);
        return ST_NO_MEMORY;
    }
    b->arena = a;
    b->fd = -1;
    b->first = true;
    st s = begin(b, k, folder);
    if (s != ST_OK) {
        backup_drop(b);
        return s;
    }
    *out = b;
    return ST_OK;
}

void backup_drop(struct backup *b)
{
    if (!b)
        return;
    if (b->fd >= 0) { /* not finished */
        close(b->fd);
        unlink(b->fresh);
    }
    box_end(b->stream);
    arena_free(b->arena);
}

/* ---- a part ------------------------------------------------------------------------------------------------------ */

static st add_row(struct backup *b, sqlite3_stmt *s)
{
    int64_t id = sqlite3_column_int64(s, 0);
    str wrapped = ks_blob(s, 1);
    b->upto = id;
    if (!wrapped.p) {
        add_record(b, sqlite3_column_int64(s, 3) ? RECORD_LOST : RECORD_GONE, id, NULL);
        return ST_OK;
    }
    struct seal_place at = ks_place_of_key(id);
    uint8_t key[KEYSTORE_KEY];
    st opened = ks_unwrap(b->keys, sqlite3_column_int64(s, 2), &at, wrapped, key);
    if (opened == ST_OK)
        add_record(b, RECORD_KEY, id, key);
    secret_wipe(key, sizeof key);
    arena_reset(b->keys->scratch);
    return opened;
}

static st add_rows(struct backup *b, int *n)
{
    sqlite3_stmt *s;
    int rc = SQLITE_DONE;
    st added = ST_OK;
    TRY(ks_prepare(b->keys, "SELECT id, wrapped, generation, lost FROM data_key WHERE id > ?1 ORDER BY id LIMIT ?2", &s));
    sqlite3_bind_int64(s, 1, b->upto);
    sqlite3_bind_int64(s, 2, STEP_ROWS);
    for (*n = 0; added == ST_OK && (rc = sqlite3_step(s)) == SQLITE_ROW; ++*n)
        added = add_row(b, s);
    sqlite3_finalize(s);
    return added != ST_OK ? added : ks_of_sqlite(rc);
}

/* What is replaced is unreadable from here on, wherever its blocks stay on the disk. */
static void spoil(int fd)
{
    static const char zeros[BACKUP_BOX];
    if (fd < 0)
        return;
    if (pwrite(fd, zeros, sizeof zeros, BACKUP_BOX_AT) != (ssize_t)sizeof zeros || fsync(fd) < 0)
        log_event(LOG_WARN, "backup-not-spoiled", NULL);
    close(fd);
}

static st put_in_place(struct backup *b)
{
    bool ok = fsync(b->fd) == 0;
    ok = close(b->fd) == 0 && ok;
    b->fd = -1;
    int before = open(b->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (ok && rename(b->fresh, b->path) == 0) {
        int folder = open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ok = folder >= 0 && fsync(folder) == 0;
        if (folder >= 0)
            close(folder);
        spoil(before);
        return ok ? ST_OK : ST_IO;
    }
    if (before >= 0)
        close(before);
    unlink(b->fresh);
    return ST_IO;
}

st backup_step(struct backup *b, bool *done, struct backup_head *head)
{
    int n = 0;
    *done = false;
    TRY(add_rows(b, &n));
    bool last = n < STEP_ROWS;
    if (last)
        add_record(b, RECORD_END, b->records, NULL);
    TRY(write_piece(b, last));
    if (!last)
        return ST_OK;
    TRY(put_in_place(b));
    *head = b->says;
    *done = true;
    return ST_OK;
}

st backup_head_read(const char *path, struct backup_head *out)
{
    uint8_t h[BACKUP_HEAD];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    ssize_t n = read(fd, h, sizeof h);
    close(fd);
    if (n != (ssize_t)sizeof h || memcmp(h, BACKUP_MAGIC, 8) != 0 || backup_get(h + 8) != BACKUP_VERSION)
        return ST_INVALID;
    *out = (struct backup_head){ .number = backup_get(h + 32), .made = { backup_get(h + 40) },
        .changes = backup_get(h + 48),
        .destroyed = backup_get(h + 56) };
    memcpy(out->store.b, h + 16, 16);
    memcpy(out->recovery, h + BACKUP_RECOVERY_AT, KEYSTORE_PUBLIC);
    return ST_OK;
}
