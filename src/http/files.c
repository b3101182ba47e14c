#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "str.h"

#define DEPTH_MAX 16
#define ENTRIES_MAX 100000
#define NAME_MAX_HERE 240 /* leaves room for what is put before it while it is written */

static st from_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP: /* a symbolic link is as good as nothing */
        return ST_NOT_FOUND;
    case EISDIR:
    case EEXIST:
    case ENOTEMPTY:
        return ST_CONFLICT;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ST_FULL;
    default:
        return ST_IO;
    }
}

static bool name_ok(str name)
{
    if (name.n == 0 || name.n > NAME_MAX_HERE || name.p[0] == '.')
        return false;
    return utf8_printable(name, false) && str_index(name, '/') == name.n;
}

/* Judged whole before the first step, so that nothing is made for a path that may not be. */
static bool path_ok(str path)
{
    str rest = path, name;
    int depth = 0;
    while (str_next(&rest, '/', &name)) {
        if (!name_ok(name) || ++depth > DEPTH_MAX)
            return false;
    }
    return depth > 0;
}

static int open_folder(int dir, const char *name, bool make)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(dir, name, flags);
    if (fd < 0 && make && errno == ENOENT && (mkdirat(dir, name, 0755) == 0 || errno == EEXIST))
        fd = openat(dir, name, flags);
    return fd;
}

/* Go from root to the folder that holds the last name of `path`; *dir is open, and *last (256 bytes) is that name. */
static st walk(int root, str path, bool make, int *dir, char *last)
{
    str rest = path, name;
    if (!path_ok(path))
        return ST_INVALID;
    int here = fcntl(root, F_DUPFD_CLOEXEC, 0);
    if (here < 0)
        return ST_IO;
    while (str_next(&rest, '/', &name)) {
        memcpy(last, name.p, name.n);
        last[name.n] = '\0';
        if (rest.p == NULL)
            break;
        int next = open_folder(here, last, make);
        st s = next < 0 ? from_errno() : ST_OK;
        close(here);
        if (s != ST_OK)
            return s;
        here = next;
    }
    *dir = here;
    return ST_OK;
}

static st look_at(int fd, struct files_found *out)
{
    struct stat sb;
    if (fstat(fd, &sb) < 0)
        return ST_IO;
    if (S_ISDIR(sb.st_mode)) {
        *out = (struct files_found){ .fd = -1, .folder = true };
        return ST_OK;
    }
    if (!S_ISREG(sb.st_mode))
        return ST_NOT_FOUND;
    *out = (struct files_found){ .fd = fd, .size = (uint64_t)sb.st_size,
                                 .changed = sb.st_mtim.tv_sec * 1000000000 + sb.st_mtim.tv_nsec };
    return ST_OK;
}

st files_open(int root, str path, struct files_found *out)
{
    bool must_be_folder = str_ends(path, S("/"));
    if (must_be_folder)
        path.n--;
    if (path.n == 0 && !must_be_folder) {
        *out = (struct files_found){ .fd = -1, .folder = true };
        return ST_OK;
    }
    char last[256];
    int dir;
    TRY(walk(root, path, false, &dir, last));
    /* Non-blocking: opening a pipe that somebody put there would wait for its other end. */
    int fd = openat(dir, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    st s = fd < 0 ? from_errno() : ST_OK;
    close(dir);
    if (s != ST_OK)
        return s;
    s = look_at(fd, out);
    if (s == ST_OK && must_be_folder && !out->folder)
        s = ST_NOT_FOUND;
    if (s != ST_OK || out->folder)
        close(fd);
    return s;
}

/* ---- writing */

/* The file beside is locked while it is written, so one that a crash left behind is taken over, and one that another
 * upload is writing is not. */
static st open_beside(struct files_put *p)
{
    struct stat ours, named;
    p->fd = openat(p->dir, p->beside, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    if (p->fd < 0)
        return from_errno();
    if (flock(p->fd, LOCK_EX | LOCK_NB) < 0)
        return ST_CONFLICT;
    if (fstat(p->fd, &ours) < 0 || fstatat(p->dir, p->beside, &named, AT_SYMLINK_NOFOLLOW) < 0 ||
        ours.st_ino != named.st_ino || !S_ISREG(ours.st_mode))
        return ST_CONFLICT;
    return ftruncate(p->fd, 0) == 0 ? ST_OK : from_errno();
}

static void put_close(struct files_put *p)
{
    if (p->fd >= 0)
        close(p->fd);
    if (p->dir >= 0)
        close(p->dir);
    p->fd = p->dir = -1;
}

st files_put_begin(int root, str path, struct files_put *p)
{
    struct stat sb;
    *p = (struct files_put){ .dir = -1, .fd = -1 };
    TRY(walk(root, path, true, &p->dir, p->name));
    snprintf(p->beside, sizeof p->beside, ".upload-%s", p->name);
    bool folder = fstatat(p->dir, p->name, &sb, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(sb.st_mode);
    st s = folder ? ST_CONFLICT : open_beside(p);
    if (s != ST_OK)
        put_close(p); /* what another upload is writing is left alone */
    return s;
}

st files_put_part(struct files_put *p, str part)
{
    while (part.n > 0) {
        ssize_t n = write(p->fd, part.p, part.n);
        if (n < 0)
            return from_errno();
        part = str_sub(part, (size_t)n, part.n);
    }
    return ST_OK;
}

st files_put_end(struct files_put *p, bool *created)
{
    bool was_there = faccessat(p->dir, p->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    st s = fsync(p->fd) == 0 && renameat(p->dir, p->beside, p->dir, p->name) == 0 ? ST_OK : from_errno();
    if (s != ST_OK) {
        files_put_abort(p);
        return s;
    }
    put_close(p);
    *created = !was_there;
    return ST_OK;
}

void files_put_abort(struct files_put *p)
{
    if (p->fd >= 0)
        IGNORE(unlinkat(p->dir, p->beside, 0) < 0); /* the next upload of that name takes it over */
    put_close(p);
}

st files_remove(int root, str path)
{
    char last[256];
    int dir;
    bool folder = str_ends(path, S("/"));
    if (folder)
        path.n--;
    TRY(walk(root, path, false, &dir, last));
    st s = unlinkat(dir, last, folder ? AT_REMOVEDIR : 0) == 0 ? ST_OK : from_errno();
    close(dir);
    return s;
}

/* ---- counting */

struct count {
    uint64_t bytes;
    size_t entries;
};

static st count_folder(int fd, int depth, struct count *sum);

static st count_entry(int dir, const char *name, int depth, struct count *sum)
{
    struct stat sb;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || fstatat(dir, name, &sb, AT_SYMLINK_NOFOLLOW) < 0)
        return ST_OK; /* gone since it was listed */
    if (++sum->entries > ENTRIES_MAX)
        return ST_LIMIT;
    if (S_ISREG(sb.st_mode))
        sum->bytes += (uint64_t)sb.st_size;
    if (!S_ISDIR(sb.st_mode))
        return ST_OK;
    int fd = open_folder(dir, name, false);
    return fd < 0 ? ST_OK : count_folder(fd, depth + 1, sum);
}

/* Takes over fd. */
static st count_folder(int fd, int depth, struct count *sum)
{
    DIR *d = depth > DEPTH_MAX ? NULL : fdopendir(fd);
    if (d == NULL) {
        close(fd);
        return ST_LIMIT;
    }
    st s = ST_OK;
    struct dirent *e;
    while (s == ST_OK && (e = readdir(d)) != NULL)
        s = count_entry(dirfd(d), e->d_name, depth, sum);
    closedir(d);
    return s;
}

st files_usage(int root, uint64_t *bytes)
{
    struct count sum = { 0 };
    int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return from_errno();
    TRY(count_folder(fd, 0, &sum));
    *bytes = sum.bytes;
    return ST_OK;
}
