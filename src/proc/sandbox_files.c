/* Landlock by raw system calls: glibc has no wrappers, and the kernel may have no Landlock. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif

#define READ_FILE (LANDLOCK_ACCESS_FS_READ_FILE)
#define READ_TREE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define CHANGE_TREE                                                                                                        \
    (LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
        LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR)
#define ABI_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* every right of the first version */

static uint64_t rights_of(const struct sandbox_path *p, bool directory, bool refer)
{
    uint64_t rights = directory ? READ_TREE : READ_FILE;
    if (p->access != SANDBOX_READ)
        rights |= LANDLOCK_ACCESS_FS_WRITE_FILE;
    if (p->access == SANDBOX_TREE && directory)
        rights |= CHANGE_TREE | (refer ? LANDLOCK_ACCESS_FS_REFER : 0);
    if (p->execute)
        rights |= LANDLOCK_ACCESS_FS_EXECUTE;
    return rights;
}

static st add_path(int rules, struct arena *a, const struct sandbox_path *p, bool refer)
{
    const char *path = str_z(a, p->path);
    if (!path)
        return ST_NO_MEMORY;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? ST_OK : ST_IO;
    struct stat info;
    st s = fstat(fd, &info) == 0 ? ST_OK : ST_IO;
    struct landlock_path_beneath_attr rule = { .parent_fd = fd };
    if (s == ST_OK) {
        rule.allowed_access = rights_of(p, S_ISDIR(info.st_mode), refer);
        if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
            s = ST_IO;
    }
    close(fd);
    return s;
}

st sandbox_files(struct arena *a, const struct sandbox_path *paths, size_t n, bool *held)
{
    *held = false;
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return ST_OK;
    bool refer = abi >= 2;
    struct landlock_ruleset_attr attr = { .handled_access_fs = ABI_1 | (refer ? LANDLOCK_ACCESS_FS_REFER : 0) };
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (rules < 0)
        return ST_OK;
    st s = ST_OK;
    for (size_t i = 0; i < n && s == ST_OK; i++)
        if (paths[i].path.n)
            s = add_path(rules, a, &paths[i], refer);
    if (s == ST_OK && syscall(SYS_landlock_restrict_self, rules, 0) == 0)
        *held = true;
    else if (s == ST_OK)
        s = ST_IO;
    close(rules);
    return s;
}
