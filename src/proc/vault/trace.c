/* Looking for what was destroyed. */
#include "trace.h"

#include "hash.h"
#include "keystore_in.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRAPPED (KEYSTORE_KEY + SEAL_OVERHEAD)
#define BLOCK ((size_t)1 << 20)

/* Does it open under any master key at hand? A file in which nobody was interested for years may hold an older generation's. */
static bool opens(struct trace *t, int64_t id, str wrapped)
{
    struct seal_place at = ks_place_of_key(id);
    str plain;
    bool found = false;
    for (int i = 0; i < MASTER_SLOTS && !found; i++) {
        const struct master *m = &t->keys->masters->v[i];
        found = m->there && seal_open(t->keys->scratch, m->wrap, &at, wrapped, &plain) == ST_OK;
        if (found)
            secret_wipe((void *)(uintptr_t)plain.p, plain.n);
    }
    arena_reset(t->keys->scratch);
    return found;
}

static void look_at(struct trace *t, const char *p, size_t n, const char *file)
{
    for (size_t i = 0; i + WRAPPED <= n; i++) {
        int64_t id;
        str wrapped = { p + i, WRAPPED };
        if (p[i] != 1 || seal_key_id(wrapped, &id) != ST_OK || id < 1 || id > t->upto || !(t->mark[id] & t->mask))
            continue;
        if (!opens(t, id, wrapped))
            continue;
        if (t->opened++ == 0) {
            t->first = id;
            t->file = file;
        }
    }
}

static st look_at_file(struct trace *t, int folder, const char *name, char *block)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ST_OK : ST_IO; /* a journal comes and goes */
    struct stat info;
    st s = fstat(fd, &info) == 0 ? ST_OK : ST_IO;
    size_t kept = 0;
    ssize_t n = 0;
    if (s == ST_OK && S_ISREG(info.st_mode))
        while ((n = read(fd, block + kept, BLOCK)) > 0) {
            t->bytes += n;
            look_at(t, block, kept + (size_t)n, name);
            size_t all = kept + (size_t)n; /* what may go on in the next block */
            kept = all < WRAPPED - 1 ? all : WRAPPED - 1;
            memmove(block, block + all - kept, kept);
        }
    close(fd);
    return n < 0 ? ST_IO : s;
}

st trace_folder(struct arena *a, str folder, struct trace *t)
{
    const char *path = str_z(a, folder);
    char *block = NEWN(a, char, BLOCK + WRAPPED);
    DIR *d = path && block ? opendir(path) : NULL;
    if (!d)
        return path && block ? ST_IO : ST_NO_MEMORY;
    st s = ST_OK;
    for (const struct dirent *e; s == ST_OK && (e = readdir(d)) != NULL;) {
        const char *name = str_z(a, str_c(e->d_name));
        s = name ? look_at_file(t, dirfd(d), name, block) : ST_NO_MEMORY;
    }
    closedir(d);
    return s;
}
