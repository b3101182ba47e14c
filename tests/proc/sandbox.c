/* What a role cannot do once its sandbox stands, tried by a child process that is as good as taken over. */
#include "config.h"
#include "role.h"
#include "sandbox.h"
#include "str.h"
#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    char dir[32];
    struct arena *arena;
    struct config config;
} world;

static const char *path(const char *name)
{
    return str_z(world.arena, str_fmt(world.arena, "%s/%s", world.dir, name));
}

static void make(const char *name)
{
    int fd = open(path(name), O_RDWR | O_CREAT, 0600);
    t_ok(fd >= 0 && write(fd, "x", 1) == 1, name);
    close(fd);
}

enum { NO_LANDLOCK = 1 << 6, NO_SECCOMP = 1 << 7 };

/* Run the attempts in a child under that role's sandbox: bit i of the result says that attempt i succeeded. */
static int attempt(enum role role, int (*tries)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_report r;
        setenv("AVOW_SANDBOX", "deny", 1);
        if (sandbox_apply(role, &world.config, world.arena, &r) != ST_OK)
            _exit(0xff);
        _exit(tries() | (r.files ? 0 : NO_LANDLOCK) | (r.calls ? 0 : NO_SECCOMP));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int opens(const char *name, int flags)
{
    int fd = open(path(name), flags, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int sockets(int family)
{
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int runs_injected_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED;
}

static int starts_a_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static int front_tries(void)
{
    return opens("avow.db", O_RDONLY) | opens("vault/keys.db", O_RDONLY) << 1 | sockets(AF_INET) << 2 | sockets(AF_UNIX) << 3 |
        runs_injected_code() << 4 | starts_a_process() << 5;
}

static int app_may(void)
{
    return opens("avow.db", O_RDONLY) | opens("avow.db-shm", O_RDWR) << 1;
}

static int app_tries(void)
{
    return opens("avow.db", O_RDWR) | opens("avow.db-wal", O_WRONLY) << 1 | opens("vault/keys.db", O_RDONLY) << 2 |
        sockets(AF_INET) << 3 | (sockets(AF_INET6) || opens("new", O_CREAT | O_WRONLY)) << 4 |
        (starts_a_process() || runs_injected_code()) << 5;
}

static int vault_may(void)
{
    return opens("vault/keys.db", O_RDWR) | opens("vault/keys.db-journal", O_CREAT | O_RDWR) << 1;
}

static int vault_tries(void)
{
    return opens("avow.db", O_RDONLY) | opens("avow.db", O_RDWR) << 1 | sockets(AF_INET) << 2 | sockets(AF_UNIX) << 3 |
        starts_a_process() << 4 | runs_injected_code() << 5;
}

static int writer_may(void)
{
    return opens("avow.db", O_RDWR) | opens("avow.db-wal", O_CREAT | O_RDWR) << 1;
}

static int writer_tries(void)
{
    return sockets(AF_INET) | sockets(AF_INET6) << 1 | sockets(AF_UNIX) << 2 | starts_a_process() << 3 |
        runs_injected_code() << 4;
}

static int courier_may(void)
{
    return sockets(AF_INET) | starts_a_process() << 1 | opens("avow.db", O_RDONLY) << 2 |
        opens("mail/message", O_CREAT | O_WRONLY) << 3;
}

static int courier_tries(void)
{
    return opens("vault/keys.db", O_RDONLY) | opens("vault/master.key", O_RDONLY) << 1 | opens("avow.db", O_RDWR) << 2 |
        opens("tls/key.pem", O_RDONLY) << 3;
}

/* Without Landlock or seccomp here, the wall cannot be tested; the roles say so at their start. */
static void expect(enum role role, int (*tries)(void), int want, const char *what)
{
    int got = attempt(role, tries);
    if (got >= 0 && (got & (NO_LANDLOCK | NO_SECCOMP)) && got != 0xff)
        printf("ok %d - %s # SKIP this kernel has not both Landlock and seccomp\n", ++t_state.run, what);
    else
        t_i64(got, want, what);
}

int main(void)
{
    strcpy(world.dir, "/tmp/avow-sandbox.XXXXXX");
    t_need(mkdtemp(world.dir));
    world.arena = arena_new(8 << 20);
    t_st(config_defaults(world.arena, &world.config), ST_OK, "a configuration");
    world.config.data.dir = str_c(world.dir);
    t_ok(mkdir(path("vault"), 0700) == 0 && mkdir(path("mail"), 0700) == 0 && mkdir(path("tls"), 0700) == 0, "folders");
    static const char *const files[] = { "avow.db", "avow.db-wal", "avow.db-shm", "vault/keys.db", "vault/master.key", "tls/key.pem" };
    for (size_t i = 0; i < COUNT(files); i++)
        make(files[i]);

    expect(ROLE_FRONT, front_tries, 0, "the front opens no file and no socket, and runs nothing");
    expect(ROLE_APP, app_may, 3, "the app reads the database");
    expect(ROLE_APP, app_tries, 0, "the app writes no database, sees no keys, connects nowhere");
    expect(ROLE_VAULT, vault_may, 3, "the vault has its own store");
    expect(ROLE_VAULT, vault_tries, 0, "the vault opens no database and no socket");
    expect(ROLE_WRITER, writer_may, 3, "the writer writes the database");
    expect(ROLE_WRITER, writer_tries, 0, "the writer connects nowhere and starts nothing");
    expect(ROLE_COURIER, courier_may, 15, "the courier connects, starts programs, reads, and writes mail");
    expect(ROLE_COURIER, courier_tries, 0, "the courier sees no keys and writes no database");

    world.config.data.database = S("postgresql:///avow?host=/run/postgresql");
    expect(ROLE_APP, writer_tries, 1 << 2, "with PostgreSQL the app opens Unix sockets, and no other");
    const char *clean = str_z(world.arena, str_fmt(world.arena, "rm -r %s", world.dir));
    t_i64(system(clean), 0, "cleaned up");
    arena_free(world.arena);
    return t_done();
}
