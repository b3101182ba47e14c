#include "confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Everything ABI 1 knows about; later rights stay unhandled on purpose, so that an older kernel gives the same answer. */
#define READ_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL_RIGHTS ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)

static const char *const readable[] = { "/usr", "/lib", "/lib64", "/bin", "/etc" };
static const char *const devices[] = { "/dev/null", "/dev/urandom" };

/* A path that does not exist here needs no rule. */
static st allow(int ruleset, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = { .allowed_access = rights };
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return ST_OK;
    long rc = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return rc == 0 ? ST_OK : ST_IO;
}

static st allow_all(int ruleset, const char *dir, const char *program)
{
    for (size_t i = 0; i < COUNT(readable); i++)
        TRY(allow(ruleset, readable[i], READ_RIGHTS));
    for (size_t i = 0; i < COUNT(devices); i++)
        TRY(allow(ruleset, devices[i], FILE_RIGHTS & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE));
    TRY(allow(ruleset, program, LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE));
    return allow(ruleset, dir, ALL_RIGHTS & ~(uint64_t)(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK));
}

st confine_to(const char *dir, const char *program, bool *confined)
{
    *confined = false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return ST_IO;
    struct landlock_ruleset_attr handled = { .handled_access_fs = ALL_RIGHTS };
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (ruleset < 0)
        return ST_OK; /* no Landlock in this kernel, or switched off */
    st rc = allow_all(ruleset, dir, program);
    if (rc == ST_OK) {
        if (syscall(SYS_landlock_restrict_self, ruleset, 0) == 0)
            *confined = true;
        else
            rc = ST_IO;
    }
    close(ruleset);
    return rc;
}
