/* Kill every role in turn, with kill -9, while commands are in flight: what was acknowledged stays, what was not is done
 * once when it is asked again, and the system comes back. Then a reload under load, and an orderly end.
 *
 *   kill AVOW    on SQLite and on PostgreSQL */
#include "clock.h"
#include "codec.h"
#include "ground.h"
#include "rnd.h"
#include "str.h"
#include "t.h"
#include "test_db.h"
#include "writer_client.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define CLIENTS 3
#define KILLS_EACH 2
#define SETTLE_MS 30000

static const char *const killed_roles[] = { "writer", "vault", "app", "courier", "front" };

static struct {
    const char *avow;
    struct arena *arena;
    char dir[64];
    str data;
    pid_t pid;
} sys;

/* ---- the system ------------------------------------------------------------------------------------------------ */

static pid_t run(char *const *argv)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        const char *log = str_z(sys.arena, str_fmt(sys.arena, "%s/log", sys.dir));
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(99);
        execv(argv[0], argv);
        _exit(98);
    }
    return pid;
}

static int end_of(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static char *word(const char *fmt, const char *value)
{
    return (char *)(uintptr_t)str_z(sys.arena, str_fmt(sys.arena, "%s%s", fmt, value));
}

static void init(const struct test_db *db)
{
    char *database = word("data.database=", db->postgres ? str_z(sys.arena, db->url) : "");
    char *argv[] = { word("", sys.avow), word("init", ""), word("--data", ""), word("", str_z(sys.arena, sys.data)), word("--set", ""), database, NULL };
    t_i64(end_of(run(argv)), 0, "a data folder");
}

static void serve(void)
{
    char *argv[] = { word("", sys.avow), word("serve", ""), word("--data", ""), word("", str_z(sys.arena, sys.data)), word("--listen", ""),
        word("127.0.0.1:0", ""), NULL };
    sys.pid = run(argv);
}

/* The process of that role whose parent is our system; 0: there is none just now. */
static pid_t process_of(const char *role)
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
        if (after && sscanf(after + strlen(name), " %*c %d", &parent) == 1 && parent == (int)sys.pid)
            found = (pid_t)atoi(e->d_name);
    }
    if (d)
        closedir(d);
    return found;
}

/* Wait for a process of that role other than `not`. */
static pid_t wait_role(const char *role, pid_t not)
{
    int64_t until = clock_ms() + SETTLE_MS;
    pid_t pid;
    while (((pid = process_of(role)) == 0 || pid == not) && clock_ms() < until)
        poll(NULL, 0, 20);
    return pid == not ? 0 : pid;
}

/* ---- clients --------------------------------------------------------------------------------------------------- */

static st connect_writer(struct writer_client **out)
{
    int fd;
    TRY(ground_connect_local(sys.arena, sys.data, "writer.sock", &fd));
    struct writer_client_setup setup = { .mine = ROLE_CMD, .fd = fd, .answer_ms = 10000 };
    return writer_client_new(sys.arena, &setup, out);
}

struct order {
    uid key, product;
    char slug[60];
};

/* One command, asked until it is answered, over as many connections as that takes. */
static st save(struct writer_client **w, struct arena *a, struct order *o)
{
    struct product_save_in in = { .slug = str_c(o->slug), .name = S("Test"), .summary = S("One"), .description = S("Two"),
        .vat_class = S("ess"), .module = S("exec"), .package = S("small"), .asks_for = S("nothing"), .status = S("hidden") };
    struct command_call call = { .cmd = CMD_PRODUCT_SAVE, .idem = o->key, .in = &in,
        .actor = { .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM } };
    int64_t until = clock_ms() + SETTLE_MS;
    st s = ST_AWAY;
    while (clock_ms() < until) {
        struct product_save_out out;
        if (!*w && connect_writer(w) != ST_OK) {
            poll(NULL, 0, 20);
            continue;
        }
        s = writer_call(*w, a, &call, &out, NULL);
        if (s == ST_OK) {
            o->product = out.product;
            return ST_OK;
        }
        if (s != ST_AWAY && s != ST_RETRY && s != ST_TIMEOUT)
            return s;
        writer_client_end(*w);
        *w = NULL;
    }
    return s;
}

/* Until told to stop: ask, and write down what was acknowledged. */
static _Noreturn void be_client(int number, int acknowledged, int stop)
{
    struct writer_client *w = NULL;
    struct arena *a = arena_new(1 << 20);
    sys.arena = arena_new(256 << 20);
    for (int i = 0;; i++) {
        struct pollfd p = { .fd = stop, .events = POLLIN };
        if (poll(&p, 1, 0) > 0)
            _exit(0);
        struct order o = { .key = rnd_uid() };
        snprintf(o.slug, sizeof o.slug, "p-%d-%d", number, i);
        st s = save(&w, a, &o);
        if (s != ST_OK) {
            fprintf(stderr, "# client %d: %s\n", number, st_info(s)->name);
            _exit(1);
        }
        if (write(acknowledged, &o, sizeof o) != (ssize_t)sizeof o)
            _exit(2);
        arena_reset(a);
    }
}

struct clients {
    pid_t pid[CLIENTS];
    int acknowledged; /* read end */
    int stop;         /* closing it tells them */
};

static struct clients start_clients(void)
{
    struct clients c;
    int ack[2], stop[2];
    t_ok(pipe2(ack, O_CLOEXEC) == 0 && pipe2(stop, O_CLOEXEC) == 0, "pipes");
    fcntl(ack[1], F_SETPIPE_SZ, 1 << 20);
    fflush(stdout);
    for (int i = 0; i < CLIENTS; i++) {
        c.pid[i] = fork();
        if (c.pid[i] == 0) {
            close(ack[0]);
            close(stop[1]);
            be_client(i, ack[1], stop[0]);
        }
    }
    close(ack[1]);
    close(stop[0]);
    c.acknowledged = ack[0];
    c.stop = stop[1];
    return c;
}

/* Every acknowledged command asked once more with its key gives the same product; with another key its address is taken. */
static void check_kept(const struct order *v, size_t n)
{
    struct writer_client *w = NULL;
    struct arena *a = arena_new(1 << 20);
    size_t same = 0, taken = 0;
    for (size_t i = 0; i < n; i++) {
        struct order again = v[i];
        again.product = (uid){ { 0 } };
        same += save(&w, a, &again) == ST_OK && uid_eq(again.product, v[i].product);
        again.key = rnd_uid();
        taken += i % 16 != 0 || save(&w, a, &again) != ST_OK; /* some, because each is an attempt to write */
        arena_reset(a);
    }
    t_i64(same, n, "every acknowledged command is there, once");
    t_i64(taken, n, "and nothing can be put in its place");
    if (w)
        writer_client_end(w);
    arena_free(a);
}

static void stop_clients(struct clients *c)
{
    close(c->stop);
    int good = 0;
    static struct order v[20000];
    size_t n = 0;
    while (n < COUNT(v) && read(c->acknowledged, &v[n], sizeof v[n]) == (ssize_t)sizeof v[n])
        n++;
    close(c->acknowledged);
    for (int i = 0; i < CLIENTS; i++)
        good += end_of(c->pid[i]) == 0;
    t_i64(good, CLIENTS, "no client was told anything but yes, or to come again");
    printf("# %zu commands acknowledged\n", n);
    t_ok(n > 20, "commands were in flight all the time");
    check_kept(v, n);
}

/* ---- the story ------------------------------------------------------------------------------------------------- */

static void kill_each(void)
{
    for (int round = 0; round < KILLS_EACH; round++) {
        for (size_t i = 0; i < COUNT(killed_roles); i++) {
            pid_t before = wait_role(killed_roles[i], 0);
            t_ok(before > 0 && kill(before, SIGKILL) == 0, killed_roles[i]);
            t_ok(wait_role(killed_roles[i], before) > 0, "comes back");
            poll(NULL, 0, 150);
        }
    }
}

static void reload(void)
{
    pid_t writer = wait_role("writer", 0), app = wait_role("app", 0);
    t_i64(kill(sys.pid, SIGHUP), 0, "told to reload");
    t_ok(wait_role("writer", writer) > 0, "a new writer");
    t_ok(wait_role("app", app) > 0, "a new app");
    t_ok(wait_role("front", 0) > 0 && wait_role("courier", 0) > 0, "and the others");
}

static void story(bool postgres)
{
    struct test_db db;
    if (test_db_new(sys.arena, postgres, &db) != ST_OK) {
        printf("ok %d - no PostgreSQL # SKIP\n", ++t_state.run);
        return;
    }
    printf("# %s\n", postgres ? "PostgreSQL" : "SQLite");
    strcpy(sys.dir, "/tmp/avow-kill.XXXXXX");
    t_ok(mkdtemp(sys.dir) != NULL, "a folder");
    sys.data = str_fmt(sys.arena, "%s/data", sys.dir);
    init(&db);
    serve();
    t_ok(wait_role("front", 0) > 0, "the system is up");
    struct clients c = start_clients();
    kill_each();
    reload();
    poll(NULL, 0, 300);
    stop_clients(&c);
    kill(sys.pid, SIGTERM);
    int end = end_of(sys.pid);
    t_i64(end, 0, "it ends when it is told to");
    if (t_state.failed > 0)
        t_i64(system(word("tail -60 ", word(sys.dir, "/log"))), 0, "the log, for whoever looks");
    t_i64(system(word("rm -r ", sys.dir)), 0, "cleaned up");
    test_db_drop(&db);
}

int main(int argc, char **argv)
{
    t_need(argc == 2);
    sys.avow = argv[1];
    sys.arena = arena_new(64 << 20);
    story(false);
    story(true);
    arena_free(sys.arena);
    return t_done();
}
