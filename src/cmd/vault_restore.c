/* avow vault restore: a key store from its backup, in place of one that was lost. */
#include "vault_words.h"

#include "backup.h"
#include "ground.h"
#include "hash.h"
#include "keys.h"
#include "shared.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_MEMORY ((size_t)4 << 20)

/* Overwrite the beginning of each file, which takes a master key whole, then unlink; a store without its master key is nothing. */
static st remove_store(const char *folder)
{
    static const char zeros[32];
    DIR *d = opendir(folder);
    bool ok = true;
    if (!d)
        return errno == ENOENT ? ST_OK : ST_IO;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        if (fchmodat(dirfd(d), e->d_name, 0600, 0) < 0)
            ok = false;
        int fd = openat(dirfd(d), e->d_name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        ok = fd >= 0 && write(fd, zeros, sizeof zeros) == (ssize_t)sizeof zeros && fsync(fd) == 0 && ok;
        if (fd >= 0)
            close(fd);
        ok = unlinkat(dirfd(d), e->d_name, 0) == 0 && ok;
    }
    closedir(d);
    return ok && rmdir(folder) == 0 ? ST_OK : ST_IO;
}

struct restoring {
    struct vault_asked *q;
    const char *vault, *fresh, *old;
    int lock;
    struct db *db;
    int64_t again; /* destroyed anew: the backup was made before */
    int64_t used; /* the highest key that anybody has */
};

static st name_folders(struct arena *a, struct restoring *r)
{
    str folder = r->q->place.folder;
    r->vault = str_z(a, str_cat(a, folder, S("/vault")));
    r->fresh = str_z(a, str_cat(a, folder, S("/vault.new")));
    r->old = str_z(a, str_cat(a, folder, S("/vault.old")));
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

/* Ids that people have must never be given to somebody else, so the database has to be there. */
static st ask_database(struct arena *a, struct restoring *r)
{
    st s = shared_db(a, &r->q->place.config, DB_READ, &r->db);
    if (s == ST_OK)
        s = keys_highest(r->db, a, &r->used);
    if (s != ST_OK)
        fputs("avow vault: the database is not within reach; restore it first, the keys belong to it\n", stderr);
    return s;
}

static st may_begin(struct arena *a, struct restoring *r)
{
    const char *store = str_z(a, str_fmt(a, "%s/keys.db", r->vault));
    st s = ground_lock(a, r->q->place.folder, 0, &r->lock);
    if (s == ST_CONFLICT)
        fputs("avow vault: the system runs; stop it first\n", stderr);
    TRY(s);
    if (!store)
        return ST_NO_MEMORY;
    if (access(store, F_OK) == 0 && !r->q->replace) {
        fprintf(stderr, "avow vault: there is a key store in %s; --replace puts the backup in its\n"
                        "place, and what is newer than the backup is lost\n", r->vault);
        return ST_CONFLICT;
    }
    return ask_database(a, r);
}

/* What was destroyed since the backup, or was in it by a hair, does not come back. */
static st bury(struct restoring *r, struct arena *a, struct keystore *k, enum keys_source from)
{
    int64_t ids[KEYS_PAGE], after = 0;
    struct keystore_state before, now;
    TRY(keystore_state(k, &before));
    for (size_t n = KEYS_PAGE; n == KEYS_PAGE;) {
        TRY(keys_page(r->db, a, from, after, ids, &n));
        st s = n > 0 ? keystore_destroy(k, ids, n) : ST_OK;
        if (s != ST_OK && s != ST_NOT_FOUND)
            return s;
        after = n > 0 ? ids[n - 1] : after;
        arena_reset(a);
    }
    TRY(keystore_state(k, &now));
    r->again += now.destroyed - before.destroyed;
    return ST_OK;
}

static st bury_all(struct arena *a, struct restoring *r)
{
    struct keystore *k;
    struct arena *page = arena_new(PAGE_MEMORY);
    if (!page)
        return ST_NO_MEMORY;
    st s = keystore_open(a, str_c(r->fresh), &k);
    if (s == ST_OK) {
        s = bury(r, page, k, KEYS_BURIED);
        if (s == ST_OK)
            s = bury(r, page, k, KEYS_OF_CODES_GONE);
        keystore_close(k);
    }
    arena_free(page);
    return s;
}

static st put_in_place(const struct restoring *r)
{
    TRY(remove_store(r->old));
    if (rename(r->vault, r->old) < 0 && errno != ENOENT)
        return ST_IO;
    if (rename(r->fresh, r->vault) < 0)
        return ST_IO;
    int fd = open(r->vault, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    TRY(ok ? ST_OK : ST_IO);
    return remove_store(r->old);
}

static st make(struct arena *a, struct restoring *r, struct backup_found *f)
{
    uint8_t secret[KEYSTORE_KEY];
    TRY(vault_read_recovery(a, secret));
    TRY(remove_store(r->fresh));
    st s = backup_restore(a, r->q->from, secret, str_c(r->fresh), r->used, f);
    secret_wipe(secret, sizeof secret);
    if (s == ST_DENIED)
        fputs("avow vault: this recovery key does not belong to this backup\n", stderr);
    else if (s == ST_IO)
        fputs("avow vault: the backup is torn, or was changed; take another copy\n", stderr);
    else if (s == ST_INVALID)
        fprintf(stderr, "avow vault: %s is no backup of keys\n", r->q->from);
    else if (s == ST_NOT_FOUND)
        fprintf(stderr, "avow vault: there is no file %s\n", r->q->from);
    if (s != ST_OK)
        IGNORE(remove_store(r->fresh)); /* what counts is what failed */
    return s == ST_INVALID ? ST_CONFIG : s;
}

static st run(struct arena *a, struct restoring *r)
{
    struct backup_found f;
    TRY(name_folders(a, r));
    TRY(may_begin(a, r));
    TRY(make(a, r, &f));
    TRY(bury_all(a, r));
    TRY(put_in_place(r));
    if (r->again)
        printf("%lld keys that were destroyed after the backup was made are destroyed again.\n", (long long)r->again);
    printf("Restored %lld keys under a new master key; %lld were destroyed and stay so. Start the system, then "
        "look: avow vault verify\n",
           (long long)f.keys, (long long)f.destroyed);
    return ST_OK;
}

st vault_restore(struct arena *a, struct vault_asked *q)
{
    struct restoring r = { .q = q, .lock = -1 };
    st s = run(a, &r);
    db_close(r.db);
    if (r.lock >= 0)
        close(r.lock);
    return s;
}
