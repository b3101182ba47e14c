/* The supervisor: in which order roles start, what happens when one dies, reload and end. */
#include "supervisor.h"

#include "child.h"
#include "clock.h"
#include "config.h"
#include "ground.h"
#include "log.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMERS (CHILDREN_MAX + 64)
#define LOCK_PATIENCE_MS 5000
#define FORGIVEN_MS 1000 /* each second that a role was ready takes one earlier crash off its account */
#define BACKOFF_MS 100   /* the wait after the second crash on it; doubles with each more */
#define BACKOFF_MOST_MS 5000
#define CRASHES_MOST 12  /* on the account of one role: then it cannot stay alive */
#define GRACE_MS 10000
#define CONFIG_MEMORY ((size_t)4 << 20)

/* One that died, waiting for its next start. */
struct revival {
    struct supervisor *s;
    struct loop_timer timer;
    enum role role;
    int index;
    int crashes;
    bool waiting;
};

struct supervisor {
    const struct supervisor_setup *setup;
    struct arena *arena;            /* of the process */
    struct arena *config_arena;     /* of this generation's configuration */
    const struct config *config;
    struct loop *loop;
    struct family family;
    struct revival revivals[ROLE_COUNT][8];
    struct loop_watch signals;
    bool told_ready, settled, reload_wanted, ending;
    st result;
};

static void advance(struct supervisor *s);
static void reload(struct supervisor *s);

/* ---- the configuration and what listens ------------------------------------------------------------------------ */

static st load_config(struct supervisor *s, struct arena *a, struct config **out)
{
    struct config *c = NEW(a, struct config);
    struct wiring w;
    wiring_init(&w);
    w.config = s->setup->config_file;
    for (size_t i = 0; i < s->setup->n_sets && w.n_sets < WIRING_SETS; i++)
        w.sets[w.n_sets++] = s->setup->sets[i];
    str problem = { 0 };
    st result = c ? wiring_config(a, &w, c, &problem) : ST_NO_MEMORY;
    if (result != ST_OK) {
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
        return result;
    }
    *out = c;
    return ST_OK;
}

static bool same_place(const struct listen *a, const struct listen *b)
{
    return a->port == b->port && str_eq(a->host, b->host);
}

/* The socket for one address: kept over a reload when the address stays, opened when it is new. */
static st take_listener(struct supervisor *s, const struct listen *before, const struct listen *now, enum role_fd which)
{
    int *fd = &s->family.base.fds[which];
    if (*fd >= 0 && before && same_place(before, now))
        return ST_OK;
    int fresh = -1;
    if (now->text.n) {
        st result = ground_listen(now, s->arena, &fresh);
        if (result != ST_OK) {
            fprintf(stderr, "avow: cannot listen on %.*s: %s\n", STR_ARG(now->text), st_info(result)->text);
            return result;
        }
    }
    if (*fd >= 0)
        close(*fd);
    *fd = fresh;
    return ST_OK;
}

static st take_listeners(struct supervisor *s, const struct config *before, const struct config *now)
{
    if (s->setup->core_only)
        return ST_OK;
    TRY(take_listener(s, before ? &before->web.listen : NULL, &now->web.listen, ROLE_FD_HTTPS));
    TRY(take_listener(s, before ? &before->web.plain : NULL, &now->web.plain, ROLE_FD_PLAIN));
    struct listen off = { 0 };
    return take_listener(s, before && before->trial.enabled ? &before->trial.listen : &off,
        now->trial.enabled ? &now->trial.listen : &off, ROLE_FD_SITE);
}

static int at_most(int64_t n, int most)
{
    return n < 1 ? 1 : n > most ? most : (int)n;
}

/* From here on children are told this configuration. */
static void adopt(struct supervisor *s, struct arena *a, const struct config *c)
{
    if (s->config_arena)
        arena_free(s->config_arena);
    s->config_arena = a;
    s->config = c;
    struct wiring *w = &s->family.base;
    for (size_t i = 0; i < ROLE_COUNT; i++)
        w->counts[i] = 0;
    w->counts[ROLE_VAULT] = w->counts[ROLE_WRITER] = 1;
    if (s->setup->core_only)
        return;
    w->counts[ROLE_APP] = at_most(c->web.apps, 8);
    w->counts[ROLE_FRONT] = at_most(c->web.fronts, 8);
    w->counts[ROLE_COURIER] = 1;
    w->counts[ROLE_SITE] = c->trial.enabled ? 1 : 0;
    w->counts[ROLE_HOST] = c->sftp.listen.text.n ? 1 : 0;
}

/* ---- starting -------------------------------------------------------------------------------------------------- */

static void fail(struct supervisor *s, st why)
{
    if (!s->ending)
        s->result = why;
    s->ending = true;
}

/* Every place of that role taken by this generation? Starts what is missing. */
static bool all_ready(struct supervisor *s, enum role role)
{
    bool ready = true;
    for (int i = 0; i < s->family.base.counts[role]; i++) {
        struct child *c = child_current(&s->family, role, i);
        if (!c && !s->revivals[role][i].waiting) {
            st made = child_start(&s->family, role, i, &c);
            if (made != ST_OK) {
                log_event(LOG_ERROR, "role-not-started", "role=%s status=%s", role_names[role], st_info(made)->name);
                fail(s, made);
                return false;
            }
        }
        ready = ready && c && c->ready;
    }
    return ready;
}

static void stop_old(struct supervisor *s, enum role role)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        struct child *c = &s->family.v[i];
        if (c->pid && c->role == role && c->generation != s->family.generation)
            child_stop(c, GRACE_MS);
    }
}

static bool vault_up(struct supervisor *s)
{
    if (!all_ready(s, ROLE_VAULT))
        return false;
    stop_old(s, ROLE_VAULT); /* everybody has been wired to the new one; the old one ends when nobody is left */
    return true;
}

/* The only role of which there is never more than one: the old one answers what it has, ends, and then. */
static bool writer_up(struct supervisor *s)
{
    stop_old(s, ROLE_WRITER);
    return child_living(&s->family, ROLE_WRITER, CHILD_OLD) == 0 && all_ready(s, ROLE_WRITER);
}

/* It starts servers that listen, so the old ones must have ended. */
static bool host_up(struct supervisor *s)
{
    stop_old(s, ROLE_HOST);
    return child_living(&s->family, ROLE_HOST, CHILD_OLD) == 0 && all_ready(s, ROLE_HOST);
}

static bool apps_up(struct supervisor *s)
{
    bool apps = all_ready(s, ROLE_APP), courier = all_ready(s, ROLE_COURIER), site = all_ready(s, ROLE_SITE);
    stop_old(s, ROLE_COURIER);
    stop_old(s, ROLE_SITE);
    return apps && courier && site;
}

/* Everything is there. Old fronts finish their connections; then the apps behind them are not needed any more. */
static void settle(struct supervisor *s)
{
    if (!s->told_ready) {
        s->told_ready = true;
        s->setup->ready(s->setup->arg, s->config);
    }
    stop_old(s, ROLE_FRONT);
    if (child_living(&s->family, ROLE_FRONT, CHILD_OLD) == 0)
        stop_old(s, ROLE_APP);
}

static bool stop_role(struct supervisor *s, enum role role)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (s->family.v[i].pid && s->family.v[i].role == role)
            child_stop(&s->family.v[i], GRACE_MS / 2);
    return child_living(&s->family, role, CHILD_ANY_AGE) == 0;
}

/* From the outside to the inside: each layer ends when nobody can ask it any more. */
static void wind_down(struct supervisor *s)
{
    bool front = stop_role(s, ROLE_FRONT), courier = stop_role(s, ROLE_COURIER), site = stop_role(s, ROLE_SITE);
    bool outside = front && courier && site && stop_role(s, ROLE_HOST);
    if (outside && stop_role(s, ROLE_APP) && stop_role(s, ROLE_WRITER) && stop_role(s, ROLE_VAULT))
        loop_stop(s->loop);
}

/* Called after everything that happens: from the inside to the outside, start what is missing. Each role needs those
 * before it while it starts, so nothing further is started while one of them is not ready. */
static void advance(struct supervisor *s)
{
    s->settled = !s->ending && vault_up(s) && writer_up(s) && host_up(s) && apps_up(s) && all_ready(s, ROLE_FRONT);
    if (s->ending)
        wind_down(s);
    else if (s->settled)
        settle(s);
    if (s->settled && s->reload_wanted)
        reload(s);
}

static void on_changed(void *arg)
{
    advance(arg);
}

/* ---- when one dies --------------------------------------------------------------------------------------------- */

static void on_revival(void *arg)
{
    struct revival *r = arg;
    r->waiting = false;
    advance(r->s);
}

/* A role that dies without getting anywhere is started ever later, and in the end not at all. One that worked in between, and is
 * killed from outside again and again, is started at once each time. */
static void revive(struct supervisor *s, enum role role, int index, int64_t worked_ms)
{
    struct revival *r = &s->revivals[role][index];
    int64_t forgiven = worked_ms / FORGIVEN_MS;
    r->crashes = (forgiven < r->crashes ? r->crashes - (int)forgiven : 0) + 1;
    if (r->crashes > CRASHES_MOST) {
        fprintf(stderr, "avow: the %s cannot stay alive (it died %d times); see the log above. Ending.\n", role_names[role],
            r->crashes);
        fail(s, ST_IO); /* advance() follows */
        return;
    }
    int64_t wait = r->crashes == 1 ? 0 : (int64_t)BACKOFF_MS << (r->crashes - 2);
    if (wait > BACKOFF_MOST_MS)
        wait = BACKOFF_MOST_MS;
    r->s = s;
    r->role = role;
    r->index = index;
    r->timer.fn = on_revival;
    r->timer.arg = r;
    r->waiting = loop_timer_set(s->loop, &r->timer, clock_ms() + wait) == ST_OK;
}

/* What a child's end says: its own exit code is a status of ours, anything else a crash. */
static st status_of_exit(int status)
{
    if (WIFEXITED(status))
        for (long long n = 1; n < 64; n++)
            if (st_of_number(n) != ST_PEER && st_info(st_of_number(n))->exit == WEXITSTATUS(status))
                return st_of_number(n);
    return ST_IO;
}

static void on_end(struct supervisor *s, struct child *c, int status)
{
    struct child was = *c;
    bool current = was.generation == s->family.generation;
    child_forget(c);
    bool wanted = current && !was.stopping && !s->ending;
    log_event(wanted ? LOG_WARN : LOG_INFO, "role-ended", "role=%s index=%d pid=%d exit=%d signal=%d", role_names[was.role],
        was.index, (int)was.pid, WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    /* Before everything was up once there is somebody at the terminal who can mend it. */
    if (wanted && !was.ready && !s->told_ready && WIFEXITED(status))
        fail(s, status_of_exit(status));
    else if (wanted)
        revive(s, was.role, was.index, was.ready ? clock_ms() - was.ready_ms : 0);
    advance(s);
}

static void reap(struct supervisor *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct child *c = child_of_pid(&s->family, pid);
        if (c)
            on_end(s, c, status);
    }
}

/* ---- signals --------------------------------------------------------------------------------------------------- */

static void reload(struct supervisor *s)
{
    s->reload_wanted = !s->settled; /* then when everything is up */
    if (s->reload_wanted)
        return;
    struct arena *a = arena_new(CONFIG_MEMORY);
    struct config *c = NULL;
    st result = a ? load_config(s, a, &c) : ST_NO_MEMORY;
    if (result == ST_OK && !str_eq(c->data.dir, s->config->data.dir))
        result = ST_CONFIG; /* other data is another system */
    if (result == ST_OK)
        result = take_listeners(s, s->config, c);
    if (result != ST_OK) {
        log_event(LOG_ERROR, "reload-refused", "status=%s", st_info(result)->name);
        arena_free(a);
        return;
    }
    adopt(s, a, c);
    s->family.generation++;
    log_event(LOG_INFO, "reload", "generation=%u", s->family.generation);
    advance(s);
}

static void end(struct supervisor *s)
{
    if (s->ending)
        for (size_t i = 0; i < CHILDREN_MAX; i++)
            child_kill(&s->family.v[i]);
    log_event(LOG_INFO, "ending", NULL);
    s->ending = true;
    advance(s);
}

static void on_signal(void *arg, uint32_t ready UNUSED)
{
    struct supervisor *s = arg;
    struct signalfd_siginfo info;
    while (read(s->signals.fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            reap(s);
        else if (info.ssi_signo == SIGHUP)
            reload(s);
        else
            end(s);
    }
}

static st watch_signals(struct supervisor *s)
{
    sigset_t set;
    sigemptyset(&set);
    const int wanted[] = { SIGCHLD, SIGHUP, SIGTERM, SIGINT };
    for (size_t i = 0; i < COUNT(wanted); i++)
        sigaddset(&set, wanted[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return ST_IO;
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return ST_IO;
    s->signals = (struct loop_watch){ .fd = fd, .events = EPOLLIN, .fn = on_signal, .arg = s };
    return loop_add(s->loop, &s->signals);
}

/* ---- from start to end ----------------------------------------------------------------------------------------- */

static st take_folder(struct supervisor *s, str folder)
{
    struct wiring *w = &s->family.base;
    TRY(ground_lock(s->arena, folder, LOCK_PATIENCE_MS, &w->fds[ROLE_FD_LOCK]));
    TRY(ground_listen_local(s->arena, folder, "writer.sock", &w->fds[ROLE_FD_COMMANDS]));
    return ground_listen_local(s->arena, folder, "vault.sock", &w->fds[ROLE_FD_HASHES]);
}

static st take_ground(struct supervisor *s)
{
    struct arena *a = arena_new(CONFIG_MEMORY);
    struct config *c = NULL;
    if (!a)
        return ST_NO_MEMORY;
    st result = load_config(s, a, &c);
    if (result != ST_OK) {
        arena_free(a);
        return result;
    }
    adopt(s, a, c);
    result = take_folder(s, c->data.dir);
    if (result == ST_IO)
        fprintf(stderr, "avow: %.*s cannot be written to: %s\n", STR_ARG(c->data.dir), strerror(errno));
    TRY(result);
    return take_listeners(s, NULL, c);
}

static void give_up_ground(struct supervisor *s)
{
    for (size_t i = 0; i < ROLE_FD_COUNT; i++)
        if (s->family.base.fds[i] >= 0)
            close(s->family.base.fds[i]);
    if (s->signals.set)
        close(s->signals.fd);
    if (s->loop)
        loop_free(s->loop);
    if (s->config_arena)
        arena_free(s->config_arena);
}

static st run(struct supervisor *s)
{
    TRY(take_ground(s));
    TRY(loop_new(s->arena, TIMERS, &s->loop));
    s->family.loop = s->loop;
    s->family.changed = on_changed;
    s->family.arg = s;
    TRY(watch_signals(s));
    advance(s);
    TRY(loop_run(s->loop));
    return s->result;
}

st supervisor_run(const struct supervisor_setup *setup)
{
    struct arena *a = arena_new(8 << 20);
    struct supervisor *s = a ? NEW(a, struct supervisor) : NULL;
    if (!s) {
        arena_free(a);
        return ST_NO_MEMORY;
    }
    s->setup = setup;
    s->arena = a;
    s->family.generation = 1;
    wiring_init(&s->family.base);
    struct wiring *w = &s->family.base;
    w->config = setup->config_file;
    for (size_t i = 0; i < setup->n_sets && w->n_sets < WIRING_SETS; i++)
        w->sets[w->n_sets++] = setup->sets[i];
    st result = run(s);
    give_up_ground(s);
    arena_free(a);
    return result;
}
