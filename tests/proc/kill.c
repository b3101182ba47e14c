/* Kill every role in turn, with kill -9, while commands are in flight: what was acknowledged stays, what was not is done
 * once when it is asked again, and the system comes back. Then a reload under load, and an orderly end.
 *
 *   kill AVOW    on SQLite and on PostgreSQL */
#include "clock.h"
#include "codec.h"
#include "rnd.h"
#include "str.h"
#include "system.h"
#include "t.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#define CLIENTS 3
#define KILLS_EACH 2

static const char *const killed_roles[] = { "writer", "vault", "app", "courier", "front" };

static struct system sys;

/* ---- clients --------------------------------------------------------------------------------------------------- */

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
    int64_t until = clock_ms() + SYSTEM_SETTLE_MS;
    st s = ST_AWAY;
    while (clock_ms() < until) {
        struct product_save_out out;
        if (!*w && system_writer(&sys, w) != ST_OK) {
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
        good += system_end_of(c->pid[i]) == 0;
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
            pid_t before = system_wait_role(&sys, killed_roles[i], 0);
            t_ok(before > 0 && kill(before, SIGKILL) == 0, killed_roles[i]);
            t_ok(system_wait_role(&sys, killed_roles[i], before) > 0, "comes back");
            poll(NULL, 0, 150);
        }
    }
}

static void reload(void)
{
    pid_t writer = system_wait_role(&sys, "writer", 0), app = system_wait_role(&sys, "app", 0);
    t_i64(kill(sys.pid, SIGHUP), 0, "told to reload");
    t_ok(system_wait_role(&sys, "writer", writer) > 0, "a new writer");
    t_ok(system_wait_role(&sys, "app", app) > 0, "a new app");
    t_ok(system_wait_role(&sys, "front", 0) > 0 && system_wait_role(&sys, "courier", 0) > 0, "and the others");
}

static void story(const char *avow, struct arena *arena, bool postgres)
{
    struct test_db db;
    if (test_db_new(arena, postgres, &db) != ST_OK) {
        printf("ok %d - no PostgreSQL # SKIP\n", ++t_state.run);
        return;
    }
    printf("# %s\n", postgres ? "PostgreSQL" : "SQLite");
    system_start(&sys, avow, arena, &db);
    struct clients c = start_clients();
    kill_each();
    reload();
    poll(NULL, 0, 300);
    stop_clients(&c);
    system_end(&sys);
    test_db_drop(&db);
}

int main(int argc, char **argv)
{
    t_need(argc == 2);
    struct arena *a = arena_new(64 << 20);
    story(argv[1], a, false);
    story(argv[1], a, true);
    arena_free(a);
    return t_done();
}
