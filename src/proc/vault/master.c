/* The master keys' files. */
#include "master.h"

#include "hash.h"
#include "log.h"
#include "rnd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static st sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return ST_IO;
    st s = fsync(fd) == 0 ? ST_OK : ST_IO;
    close(fd);
    return s;
}

bool master_is_file(enum master_slot slot)
{
    return slot != MASTER_CREDENTIAL && slot != MASTER_CREDENTIAL_NEXT;
}

static st read_key(const char *path, uint8_t key[MASTER_KEY])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    struct stat info;
    st s = ST_OK;
    if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || (info.st_mode & 0077) != 0 || info.st_size != MASTER_KEY) {
        log_event(LOG_ERROR, "master-key", "problem=wrong-mode-or-size mode=%o size=%lld", info.st_mode & 0777u,
            (long long)info.st_size);
        s = ST_CONFIG;
    } else if (read(fd, key, MASTER_KEY) != MASTER_KEY) {
        s = ST_IO;
    }
    close(fd);
    return s;
}

/* ST_OK too when there is none. */
static st look(struct master *m)
{
    uint8_t key[MASTER_KEY];
    m->there = false;
    m->generation = 0;
    st s = m->path ? read_key(m->path, key) : ST_NOT_FOUND;
    if (s == ST_OK) {
        hash_derive(key, S("wrap data keys"), m->wrap);
        secret_wipe(key, sizeof key);
        m->there = true;
    }
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st name_slots(struct arena *a, str folder, struct masters *m)
{
    static const struct {
        enum master_slot slot;
        const char *name;
    } names[] = {
        { MASTER_CREDENTIAL, "/avow-master-key" }, { MASTER_CREDENTIAL_NEXT, "/avow-master-key-next" },
        { MASTER_FILE, "/master.key" },            { MASTER_FILE_NEW, "/master.key.new" },
        { MASTER_FILE_OLD, "/master.key.old" },
    };
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    m->folder = str_z(a, folder);
    uint8_t *secrets = arena_secret(a, MASTER_SLOTS * MASTER_KEY);
    if (!m->folder || !secrets)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct master *one = &m->v[names[i].slot];
        const char *in = master_is_file(names[i].slot) ? m->folder : credentials;
        one->wrap = secrets + i * MASTER_KEY;
        one->path = in ? str_z(a, str_cat(a, str_c(in), str_c(names[i].name))) : NULL;
    }
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

static st new_masters(struct arena *a, str folder, struct masters **out)
{
    *out = NEW(a, struct masters);
    return *out ? name_slots(a, folder, *out) : ST_NO_MEMORY;
}

st masters_open(struct arena *a, str folder, struct masters **out)
{
    struct masters *m;
    TRY(new_masters(a, folder, &m));
    bool any = false;
    for (int i = 0; i < MASTER_SLOTS; i++) {
        TRY(look(&m->v[i]));
        any = any || m->v[i].there;
    }
    *out = m;
    return any ? ST_OK : ST_NOT_FOUND;
}

st masters_again(struct masters *m)
{
    for (int i = 0; i < MASTER_SLOTS; i++) {
        m->v[i].generation = 0;
        if (master_is_file((enum master_slot)i))
            TRY(look(&m->v[i]));
    }
    return ST_OK;
}

void masters_wipe(struct masters *m)
{
    for (int i = 0; i < MASTER_SLOTS; i++) {
        secret_wipe(m->v[i].wrap, MASTER_KEY);
        m->v[i].there = false;
        m->v[i].generation = 0;
    }
}

const struct master *masters_of(const struct masters *m, int64_t generation)
{
    for (int i = 0; i < MASTER_SLOTS; i++)
        if (m->v[i].there && m->v[i].generation == generation)
            return &m->v[i];
    return NULL;
}

/* ---- making and unmaking ----------------------------------------------------------------------------------------- */

st master_create(struct masters *m, enum master_slot slot)
{
    struct master *one = &m->v[slot];
    char fresh[4096];
    if (one->there)
        return ST_OK;
    if (snprintf(fresh, sizeof fresh, "%s.part", one->path) >= (int)sizeof fresh)
        return ST_TOO_LARGE;
    /* Written aside and renamed: a half-written key would make everything unreadable. */
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400);
    if (fd < 0)
        return ST_IO;
    uint8_t key[MASTER_KEY];
    rnd_bytes(key, sizeof key);
    bool ok = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    secret_wipe(key, sizeof key);
    ok = close(fd) == 0 && ok;
    if (!ok || rename(fresh, one->path) < 0)
        return ST_IO;
    TRY(sync_folder(m->folder));
    return look(one);
}

st master_first(struct arena *a, str folder)
{
    struct masters *m;
    st s = masters_open(a, folder, &m);
    if (s == ST_NOT_FOUND) {
        TRY(new_masters(a, folder, &m));
        s = master_create(m, MASTER_FILE);
    }
    if (s == ST_OK)
        masters_wipe(m);
    return s;
}

/* Overwritten in place, then unlinked. What a disk keeps of it besides is beyond us (docs/adr/0025). */
static st destroy_file(const char *path)
{
    static const char zeros[MASTER_KEY];
    int look_at = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (look_at < 0)
        return errno == ENOENT ? ST_OK : ST_IO;
    bool ok = fchmod(look_at, 0600) == 0; /* so far nobody may write it */
    close(look_at);
    int fd = ok ? open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (fd < 0)
        return ST_IO;
    ok = write(fd, zeros, sizeof zeros) == (ssize_t)sizeof zeros && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok && unlink(path) == 0 ? ST_OK : ST_IO;
}

/* A file's key goes where another was, or nowhere, with everything known of it. */
static st move(struct masters *m, enum master_slot from, enum master_slot to)
{
    struct master *a = &m->v[from], *b = &m->v[to];
    if (rename(a->path, b->path) < 0)
        return ST_IO;
    memcpy(b->wrap, a->wrap, MASTER_KEY);
    b->there = true;
    b->generation = a->generation;
    secret_wipe(a->wrap, MASTER_KEY);
    a->there = false;
    a->generation = 0;
    return sync_folder(m->folder);
}

static st destroy(struct masters *m, enum master_slot slot)
{
    struct master *one = &m->v[slot];
    TRY(destroy_file(one->path));
    secret_wipe(one->wrap, MASTER_KEY);
    one->there = false;
    one->generation = 0;
    log_event(LOG_INFO, "master-key-destroyed", NULL);
    return sync_folder(m->folder);
}

st masters_settle(struct masters *m, int64_t current)
{
    struct master *file = &m->v[MASTER_FILE], *next = &m->v[MASTER_FILE_NEW], *old = &m->v[MASTER_FILE_OLD];
    if (!masters_of(m, current))
        return ST_CONFIG; /* nothing is thrown away while nothing opens the store */
    if (old->there && old->generation == 0)
        TRY(destroy(m, MASTER_FILE_OLD));
    if (file->there && file->generation == 0 && !old->there)
        TRY(move(m, MASTER_FILE, MASTER_FILE_OLD));
    if (next->there && next->generation == current && !file->there)
        TRY(move(m, MASTER_FILE_NEW, MASTER_FILE));
    if (old->there && old->generation == 0)
        TRY(destroy(m, MASTER_FILE_OLD));
    if (next->there && next->generation == 0)
        TRY(destroy(m, MASTER_FILE_NEW));
    return ST_OK;
}
