/* The life of a role's process, from its arguments to its end. */
#include "role_main.h"

#include "clock.h"
#include "hash.h"
#include "log.h"
#include "out.h"
#include "sandbox.h"
#include "str.h"
#include "wiring.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MEMORY ((size_t)512 * 1024 * 1024) /* a limit, not a need: what a role holds for its whole life */
#define TIMERS 16384
#define CONTROL_QUEUE ((size_t)64 * 1024)
#define LOST_MS 2000 /* what a dead peer's successor usually needs to come by itself */
#define INDEXES 16   /* processes of one role */

/* The one thing of a process that is not handed around. */
static struct {
    struct role_self self;
    struct wiring wiring;
    struct link *control;
    struct loop_timer deadline;
    int64_t lost[ROLE_COUNT][INDEXES][ROLE_USE_COUNT]; /* since when missing, or last asked for; 0: there */
} proc;

int role_listener(const struct role_self *self UNUSED, enum role_fd which)
{
    return proc.wiring.fds[which];
}

int role_count(const struct role_self *self UNUSED, enum role role)
{
    return proc.wiring.counts[role];
}

void role_done(struct role_self *self)
{
    loop_stop(self->loop);
}

void role_lost(struct role_self *self UNUSED, enum role role, int index, enum role_use use)
{
    if (index < 0 || index >= INDEXES || !proc.control)
        return;
    int64_t *since = &proc.lost[role][index][use], now = clock_ms();
    if (*since && now - *since < LOST_MS)
        return;
    bool ask = *since != 0;
    *since = now;
    if (!ask)
        return;
    struct msg_role_lost m = { .role = str_c(role_names[role]), .index = index, .hash = use == ROLE_USE_HASH };
    st s = link_send(proc.control, MSG_ROLE_LOST, &m);
    log_event(LOG_WARN, "link-lost", "peer=%s index=%d status=%s", role_names[role], index, st_info(s)->name);
}

static void on_deadline(void *arg)
{
    struct role_self *self = arg;
    log_event(LOG_WARN, "drain-cut-short", NULL);
    role_done(self);
}

static void begin_stop(struct role_self *self, int64_t grace_ms)
{
    if (self->stopping)
        return;
    self->stopping = true;
    self->deadline_ms = clock_ms() + grace_ms;
    proc.deadline = (struct loop_timer){ .fn = on_deadline, .arg = self };
    /* Without room for a timer there is no time to drain either. */
    if (loop_timer_set(self->loop, &proc.deadline, self->deadline_ms) != ST_OK)
        role_done(self);
    else
        self->ops->stop(self);
}

static st find_role(str name, enum role *out)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (str_eq(name, str_c(role_names[i]))) {
            *out = (enum role)i;
            return ST_OK;
        }
    }
    return ST_PEER;
}

static st on_peer(struct role_self *self, const struct msg_role_peer *m, int fd)
{
    struct role_peer peer = { .index = (int)m->index, .use = m->hash ? ROLE_USE_HASH : ROLE_USE_MAIN };
    st s = fd >= 0 ? find_role(m->role, &peer.role) : ST_PEER;
    if (s != ST_OK) {
        if (fd >= 0)
            close(fd);
        return s;
    }
    if (peer.index >= 0 && peer.index < INDEXES)
        proc.lost[peer.role][peer.index][peer.use] = 0;
    s = self->ops->peer(self, &peer, fd);
    if (s != ST_OK)
        log_event(LOG_ERROR, "rewire", "peer=%s index=%d status=%s", role_names[peer.role], peer.index, st_info(s)->name);
    return ST_OK;
}

static st on_control(void *arg, enum message kind, const void *msg, int passed)
{
    struct role_self *self = arg;
    if (kind == MSG_ROLE_PEER)
        return on_peer(self, msg, passed);
    if (passed >= 0)
        close(passed);
    if (kind != MSG_ROLE_STOP)
        return ST_PEER;
    begin_stop(self, ((const struct msg_role_stop *)msg)->grace_ms);
    return ST_OK;
}

/* Without its supervisor a role drains and ends: another one may be about to start. */
static void on_supervisor_gone(void *arg, st why UNUSED)
{
    proc.control = NULL;
    begin_stop(arg, 2000);
}

static enum log_level level_of(str word)
{
    static const char *const words[] = { "debug", "info", "warn", "error" };
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(word, str_c(words[i])))
            return (enum log_level)i;
    return LOG_INFO;
}

static void keep_from_children(const struct wiring *w)
{
    fcntl(w->control, F_SETFD, FD_CLOEXEC);
    for (size_t i = 0; i < w->n_peers; i++)
        fcntl(w->peers[i].fd, F_SETFD, FD_CLOEXEC);
    for (size_t i = 0; i < ROLE_FD_COUNT; i++)
        if (w->fds[i] >= 0)
            fcntl(w->fds[i], F_SETFD, FD_CLOEXEC);
}

/* Signals are the supervisor's business: it gets them, and tells the roles over their links. */
static void ignore_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
}

static st prepare(struct role_self *self)
{
    const struct wiring *w = &proc.wiring;
    self->arena = arena_new(MEMORY);
    struct config *config = self->arena ? NEW(self->arena, struct config) : NULL;
    if (!config)
        return ST_NO_MEMORY;
    str problem = { 0 };
    st s = wiring_config(self->arena, w, config, &problem);
    if (s != ST_OK) {
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
        return s;
    }
    self->role = w->role;
    self->index = w->index;
    self->config = config;
    log_init(role_names[self->role], level_of(config->log.level));
    log_gather();
    arena_keep_heap();
    const char *clock = getenv("AVOW_CLOCK_FILE");
    if (clock)
        TRY(clock_follow(clock));
    TRY(crypto_start());
    return loop_new(self->arena, TIMERS, &self->loop);
}

static st confine(struct role_self *self)
{
    struct sandbox_report r;
    TRY(sandbox_apply(self->role, self->config, self->arena, &r));
    if (r.off)
        log_event(LOG_WARN, "sandbox-off", "because=AVOW_SANDBOX");
    else if (!r.files || !r.calls)
        log_event(LOG_WARN, "sandbox-incomplete", "landlock=%s seccomp=%s", r.files ? "yes" : "MISSING",
            r.calls ? "yes" : "MISSING");
    return ST_OK;
}

static st wire(struct role_self *self)
{
    static const struct link_ops control_ops = { .got = on_control, .gone = on_supervisor_gone, .passes = true };
    TRY(link_new(proc.wiring.control, self->role, ROLE_SUPERVISOR, CONTROL_QUEUE, &proc.control));
    TRY(link_attach(proc.control, self->loop, &control_ops, self));
    TRY(self->ops->start(self));
    for (size_t i = 0; i < proc.wiring.n_peers; i++)
        TRY(self->ops->peer(self, &proc.wiring.peers[i].peer, proc.wiring.peers[i].fd));
    struct msg_role_ready ready = { .pid = getpid() };
    return link_send(proc.control, MSG_ROLE_READY, &ready);
}

static st live(struct role_self *self)
{
    TRY(prepare(self));
    TRY(self->ops->open(self));
    TRY(confine(self));
    TRY(wire(self));
    TRY(loop_run(self->loop));
    self->ops->close(self);
    return ST_OK;
}

int role_main(int argc, char **argv, const struct role_ops *const table[ROLE_COUNT])
{
    st s = wiring_parse(argc, argv, &proc.wiring);
    if (s == ST_OK && !table[proc.wiring.role])
        s = ST_BUG;
    if (s != ST_OK) {
        fputs("avow: --role is for the supervisor only\n", stderr);
        return 2;
    }
    struct role_self *self = &proc.self;
    self->ops = table[proc.wiring.role];
    char name[16];
    snprintf(name, sizeof name, "avow-%s", role_names[proc.wiring.role]);
    prctl(PR_SET_NAME, name);
    log_init(role_names[proc.wiring.role], LOG_INFO);
    keep_from_children(&proc.wiring);
    ignore_signals();
    s = live(self);
    if (s != ST_OK)
        log_event(LOG_ERROR, "role-failed", "status=%s", st_info(s)->name);
    log_flush();
    link_close(proc.control);
    arena_free(self->arena);
    return st_info(s)->exit;
}
