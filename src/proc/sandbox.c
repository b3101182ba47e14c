/* What each role may touch. */
#include "sandbox.h"

#include "log.h"
#include "str.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define PATHS_MAX 32

struct paths {
    struct arena *a;
    struct sandbox_path v[PATHS_MAX];
    size_t n;
};

static void add(struct paths *p, str path, enum sandbox_access access, bool execute)
{
    if (p->n < PATHS_MAX && path.n)
        p->v[p->n++] = (struct sandbox_path){ .path = path, .access = access, .execute = execute };
}

static str below(struct paths *p, str dir, str rest)
{
    return str_cat(p->a, dir, rest);
}

static bool uses_postgres(const struct config *c)
{
    return str_starts(c->data.database, S("postgres"));
}

/* What libpq looks at when it connects again. */
static void add_system_text(struct paths *p)
{
    add(p, S("/etc"), SANDBOX_READ, false);
}

/* Reading a database that another process writes needs its write-ahead log and the shared index of it; only the
 * index is written by readers. */
static void app_paths(struct paths *p, const struct config *c)
{
    add(p, below(p, c->data.dir, S("/avow.db")), SANDBOX_READ, false);
    add(p, below(p, c->data.dir, S("/avow.db-wal")), SANDBOX_READ, false);
    add(p, below(p, c->data.dir, S("/avow.db-shm")), SANDBOX_WRITE, false);
    if (uses_postgres(c))
        add_system_text(p);
    if (uses_postgres(c)) /* where the server's socket is, or the C library's way to it */
        add(p, S("/run/postgresql"), SANDBOX_READ, false);
}

static void writer_paths(struct paths *p, const struct config *c)
{
    /* The write-ahead log and its index come and go beside the database, so the folder itself must be open; the vault
     * lies below it too, and is kept from this role by its own mode and by the master key, which is not. */
    if (uses_postgres(c)) {
        add_system_text(p);
        return;
    }
    add(p, c->data.dir, SANDBOX_TREE, false);
}

static void vault_paths(struct paths *p, const struct config *c)
{
    add(p, below(p, c->data.dir, S("/vault")), SANDBOX_TREE, false);
    add(p, c->vault.backup.n ? c->vault.backup : below(p, c->data.dir, S("/key-backup")), SANDBOX_TREE, false);
}

/* Whatever programs and libraries need that are run for provisioning, and no part of DATA that is not its own. */
static void courier_paths(struct paths *p, const struct config *c)
{
    static const str system_dirs[] = { SI("/usr"), SI("/lib"), SI("/lib64"), SI("/bin"), SI("/sbin") };
    for (size_t i = 0; i < COUNT(system_dirs); i++)
        add(p, system_dirs[i], SANDBOX_READ, true);
    add(p, S("/etc"), SANDBOX_READ, false);
    add(p, S("/run/systemd/resolve"), SANDBOX_READ, false); /* where names are looked up */
    add(p, S("/run/resolvconf"), SANDBOX_READ, false);
    add(p, S("/run/postgresql"), SANDBOX_READ, false);
    add(p, S("/proc"), SANDBOX_READ, false);
    add(p, S("/dev"), SANDBOX_WRITE, false);
    app_paths(p, c);
    add(p, below(p, c->data.dir, S("/mail")), SANDBOX_TREE, false);
    str exec_dir = c->module.exec_dir.n ? c->module.exec_dir : below(p, c->data.dir, S("/webspace"));
    add(p, exec_dir, SANDBOX_TREE, true);
    bool trial = str_empty(c->module.exec) && c->trial.enabled; /* as src/app/service/exec_module.c chooses */
    add(p, trial ? below(p, c->data.dir, S("/trial/webspace")) : c->module.exec, SANDBOX_READ, true);
    if (c->trial.enabled) /* the sandbox gateway trusts our own certificate when it calls us back; it is no secret */
        add(p, c->web.certificate.n ? c->web.certificate : below(p, c->data.dir, S("/tls/certificate.pem")), SANDBOX_READ, false);
}

static void site_paths(struct paths *p, const struct config *c)
{
    add(p, c->module.exec_dir.n ? c->module.exec_dir : below(p, c->data.dir, S("/webspace")), SANDBOX_TREE, false);
}

/* Its tools change the system's list of users; its servers read pages and their own folders. No part of DATA but its own. */
static void host_paths(struct paths *p, const struct config *c)
{
    static const str system_dirs[] = { SI("/usr"), SI("/lib"), SI("/lib64"), SI("/bin"), SI("/sbin") };
    for (size_t i = 0; i < COUNT(system_dirs); i++)
        add(p, system_dirs[i], SANDBOX_READ, true);
    add(p, S("/etc"), SANDBOX_TREE, false);
    add(p, S("/run/sshd"), SANDBOX_READ, false);
    add(p, S("/proc"), SANDBOX_READ, false);
    add(p, S("/dev"), SANDBOX_WRITE, false);
    add(p, c->sftp.dir, SANDBOX_TREE, false);
    add(p, below(p, c->data.dir, S("/host")), SANDBOX_TREE, false);
}

/* A sanitizer reads these to report; it does not help an attacker to read them either. */
static void sanitizer_paths(struct paths *p UNUSED)
{
#if defined(__SANITIZE_ADDRESS__)
    add(p, S("/proc"), SANDBOX_READ, false);
    add(p, S("/usr"), SANDBOX_READ, false);
    add(p, S("/sys"), SANDBOX_READ, false);
#endif
}

static st lock_files(enum role role, const struct config *c, struct arena *a, bool *held)
{
    struct paths p = { .a = a };
    if (role == ROLE_APP)
        app_paths(&p, c);
    else if (role == ROLE_WRITER)
        writer_paths(&p, c);
    else if (role == ROLE_VAULT)
        vault_paths(&p, c);
    else if (role == ROLE_COURIER)
        courier_paths(&p, c);
    else if (role == ROLE_SITE)
        site_paths(&p, c);
    else if (role == ROLE_HOST)
        host_paths(&p, c);
    /* The front gets nothing at all. */
    sanitizer_paths(&p);
    if (arena_failed(a))
        return ST_NO_MEMORY;
    return sandbox_files(a, p.v, p.n, held);
}

static st limit(int what, rlim_t most)
{
    struct rlimit l;
    if (getrlimit(what, &l) < 0)
        return ST_IO;
    if (l.rlim_max != RLIM_INFINITY && most > l.rlim_max)
        most = l.rlim_max;
    l = (struct rlimit){ .rlim_cur = most, .rlim_max = most };
    return setrlimit(what, &l) == 0 ? ST_OK : ST_IO;
}

static st limit_resources(enum role role, const struct config *c)
{
    TRY(limit(RLIMIT_CORE, 0));
    rlim_t files = 256;
    if (role == ROLE_FRONT || role == ROLE_SITE)
        files += (rlim_t)c->web.connections;
    TRY(limit(RLIMIT_NOFILE, files));
    if (role == ROLE_COURIER || role == ROLE_HOST)
        return ST_OK; /* their children have limits of their own, or are servers */
    if (role != ROLE_VAULT) /* threads count as processes of the user */
        TRY(limit(RLIMIT_NPROC, 0));
#if !defined(__SANITIZE_ADDRESS__)
    TRY(limit(RLIMIT_AS, (rlim_t)4 << 30));
#endif
    return ST_OK;
}

static bool wants_trap(const char *mode)
{
    if (mode)
        return str_eq(str_c(mode), S("trap"));
#if defined(__SANITIZE_ADDRESS__)
    return true;
#else
    return false;
#endif
}

st sandbox_apply(enum role role, const struct config *c, struct arena *a, struct sandbox_report *report)
{
    *report = (struct sandbox_report){ 0 };
    const char *mode = getenv("AVOW_SANDBOX");
    TRY(limit_resources(role, c));
    if (mode && str_eq(str_c(mode), S("off"))) {
        report->off = true;
        return ST_OK;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return ST_IO;
    TRY(lock_files(role, c, a, &report->files));
    return sandbox_calls(role, uses_postgres(c), wants_trap(mode), &report->calls);
}
