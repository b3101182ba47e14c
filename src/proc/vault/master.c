/* The master key's file. */
#include "master.h"

#include "hash.h"
#include "log.h"
#include "rnd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static st sync_folder(struct arena *a, str folder)
{
    const char *path = str_z(a, folder);
    int fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0)
        return ST_IO;
    st s = fsync(fd) == 0 ? ST_OK : ST_IO;
    close(fd);
    return s;
}

st master_create(struct arena *a, str folder)
{
    const char *path = str_z(a, str_cat(a, folder, S("/master.key")));
    const char *fresh = str_z(a, str_cat(a, folder, S("/master.key.new")));
    if (!path || !fresh)
        return ST_NO_MEMORY;
    if (access(path, F_OK) == 0)
        return ST_OK;
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
    if (!ok || rename(fresh, path) < 0)
        return ST_IO;
    return sync_folder(a, folder);
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

st master_read(struct arena *a, str folder, uint8_t key[MASTER_KEY])
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    if (credentials) {
        const char *given = str_z(a, str_cat(a, str_c(credentials), S("/avow-master-key")));
        if (!given)
            return ST_NO_MEMORY;
        st s = read_key(given, key);
        if (s != ST_NOT_FOUND)
            return s;
    }
    const char *path = str_z(a, str_cat(a, folder, S("/master.key")));
    return path ? read_key(path, key) : ST_NO_MEMORY;
}
