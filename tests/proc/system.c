/* Starting, finding and ending the program's processes. */
#include "system.h"

#include "clock.h"
#include "ground.h"
#include "rnd.h"
#include "str.h"
#include "t.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

static pid_t run(const struct system *s, char *const *argv)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        const char *log = str_z(s->arena, str_fmt(s->arena, "%s/log", s->dir));
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(99);
        execv(argv[0], argv);
        _exit(98);
    }
    return pid;
}

int system_end_of(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static char *word(const struct system *s, const char *fmt, const char *value)
{
    return (char *)(uintptr_t)str_z(s->arena, str_fmt(s->arena, "%s%s", fmt, value));
}

static void init(const struct system *s, const struct test_db *db)
{
    char *database = word(s, "data.database=", db->postgres ? str_z(s->arena, db->url) : "");
    char *argv[] = { word(s, "", s->avow), word(s, "init", ""), word(s, "--data", ""), word(s, "", str_z(s->arena, s->data)),
        word(s, "--set", ""), database, NULL };
    t_i64(system_end_of(run(s, argv)), 0, "a data folder");
}

/* A port that was free a moment ago. */
static int free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0 && getsockname(fd, (struct sockaddr *)&at, &n) == 0;
    if (fd >= 0)
        close(fd);
    return ok ? ntohs(at.sin_port) : 0;
}

static void serve(struct system *s)
{
    s->port = free_port();
    char *plain = word(s, "", str_z(s->arena, str_fmt(s->arena, "127.0.0.1:%d", s->port)));
    char *argv[] = { word(s, "", s->avow), word(s, "serve", ""), word(s, "--data", ""), word(s, "", str_z(s->arena, s->data)),
        word(s, "--listen", ""), word(s, "127.0.0.1:0", ""), word(s, "--plain", ""), plain, NULL };
    s->pid = run(s, argv);
}

void system_start(struct system *s, const char *avow, struct arena *a, const struct test_db *db)
{
    *s = (struct system){ .avow = avow, .arena = a, .dir = "/tmp/avow-system.XXXXXX" };
    t_ok(mkdtemp(s->dir) != NULL, "a folder");
    s->data = str_fmt(a, "%s/data", s->dir);
    init(s, db);
    serve(s);
    t_ok(system_wait_role(s, "front", 0) > 0, "the system is up");
}

void system_end(struct system *s)
{
    kill(s->pid, SIGTERM);
    t_i64(system_end_of(s->pid), 0, "it ends when it is told to");
    if (t_state.failed > 0)
        t_i64(system(word(s, "tail -60 ", word(s, s->dir, "/log"))), 0, "the log, for whoever looks");
    t_i64(system(word(s, "rm -r ", s->dir)), 0, "cleaned up");
}

pid_t system_role(const struct system *s, const char *role)
{
    DIR *d = opendir("/proc");
    struct dirent *e;
    pid_t found = 0;
    while (d && !found && (e = readdir(d))) {
        char file[300], text[1200] = "", name[40];
        int parent = 0;
        snprintf(file, sizeof file, "/proc/%s/stat", e->d_name);
        FILE *f = fopen(file, "r");
        size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
        if (f)
            fclose(f);
        text[n] = '\0';
        snprintf(name, sizeof name, "(avow-%s)", role);
        char *after = strstr(text, name);
        if (after && sscanf(after + strlen(name), " %*c %d", &parent) == 1 && parent == (int)s->pid)
            found = (pid_t)atoi(e->d_name);
    }
    if (d)
        closedir(d);
    return found;
}

pid_t system_wait_role(const struct system *s, const char *role, pid_t not)
{
    int64_t until = clock_ms() + SYSTEM_SETTLE_MS;
    pid_t pid;
    while (((pid = system_role(s, role)) == 0 || pid == not) && clock_ms() < until)
        poll(NULL, 0, 20);
    return pid == not ? 0 : pid;
}

st system_writer(const struct system *s, struct writer_client **out)
{
    int fd;
    TRY(ground_connect_local(s->arena, s->data, "writer.sock", &fd));
    struct writer_client_setup setup = { .mine = ROLE_CMD, .fd = fd, .answer_ms = 10000 };
    return writer_client_new(s->arena, &setup, out);
}

static str read_all(struct arena *a, int fd)
{
    size_t room = 1 << 18, n = 0;
    char *buffer = arena_alloc(a, room, 1);
    ssize_t got;
    while (buffer && n < room && (got = read(fd, buffer + n, room - n)) > 0)
        n += (size_t)got;
    return (str){ buffer, n };
}

int system_get(const struct system *s, const char *path, str *answer)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    str ask = str_fmt(s->arena, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", path, s->port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *answer = (str){ 0 };
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0 && write(fd, ask.p, ask.n) == (ssize_t)ask.n)
        *answer = read_all(s->arena, fd);
    if (fd >= 0)
        close(fd);
    int64_t status = 0;
    if (!str_starts(*answer, S("HTTP/1.1 ")) || i64_parse(str_sub(*answer, 9, 3), 100, 599, &status) != ST_OK)
        return 0;
    return (int)status;
}

st system_register(const struct system *s, uid key, const char *email)
{
    struct writer_client *w;
    TRY(system_writer(s, &w));
    struct arena *a = arena_new(1 << 20);
    struct person_register_in in = { .email = str_c(email), .full_name = S("Pat Example"), .password = S("none"),
        .currency = S("GBP") };
    struct command_call call = { .cmd = CMD_PERSON_REGISTER, .idem = key, .in = &in,
        .actor = { .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC } };
    st result = a ? writer_call(w, a, &call, NULL, NULL) : ST_NO_MEMORY;
    writer_client_end(w);
    arena_free(a);
    return result;
}

bool system_register_within(const struct system *s, const char *email, int64_t ms)
{
    int64_t until = clock_ms() + ms;
    uid key = rnd_uid();
    st result;
    while ((result = system_register(s, key, email)) != ST_OK && clock_ms() < until)
        poll(NULL, 0, 200);
    return result == ST_OK;
}

int system_mails(const struct system *s)
{
    DIR *d = opendir(str_z(s->arena, str_fmt(s->arena, "%.*s/mail/new", STR_ARG(s->data))));
    struct dirent *e;
    int n = 0;
    while (d && (e = readdir(d)))
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

bool system_mails_within(const struct system *s, int want, int64_t ms)
{
    int64_t until = clock_ms() + ms;
    while (system_mails(s) < want && clock_ms() < until)
        poll(NULL, 0, 100);
    return system_mails(s) >= want;
}
