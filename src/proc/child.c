/* The supervisor's processes. */
#include "child.h"

#include "clock.h"
#include "log.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTROL_QUEUE ((size_t)1024 * 1024)
#define KILL_AFTER_MS 1000 /* beyond its own grace */
#define RELINKS_MS 10000
#define RELINKS_MOST 8 /* within that time, for one role */

/* Who talks to whom. A front talks to the apps of its own generation; all others to whoever lives. */
static const struct pairing {
    enum role a, b;
    enum role_use use;
    bool same_generation;
} pairings[] = {
    { ROLE_FRONT, ROLE_APP, ROLE_USE_MAIN, true },      { ROLE_APP, ROLE_WRITER, ROLE_USE_MAIN, false },
    { ROLE_APP, ROLE_VAULT, ROLE_USE_MAIN, false },     { ROLE_APP, ROLE_VAULT, ROLE_USE_HASH, false },
    { ROLE_WRITER, ROLE_VAULT, ROLE_USE_MAIN, false },  { ROLE_COURIER, ROLE_WRITER, ROLE_USE_MAIN, false },
    { ROLE_COURIER, ROLE_VAULT, ROLE_USE_MAIN, false }, { ROLE_COURIER, ROLE_HOST, ROLE_USE_MAIN, false },
};

/* Only what roles are meant to see of the environment. */
static const char *const environment[] = { "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
    "AVOW_SANDBOX", "AVOW_CLOCK_FILE", "AVOW_SHARE" };
#define ENVIRONMENT_MAX (COUNT(environment) + 3)

struct child *child_of_pid(struct family *f, pid_t pid)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (f->v[i].pid == pid && pid > 0)
            return &f->v[i];
    return NULL;
}

struct child *child_current(struct family *f, enum role role, int index)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        struct child *c = &f->v[i];
        if (c->pid && c->role == role && c->index == index && c->generation == f->generation)
            return c;
    }
    return NULL;
}

int child_living(const struct family *f, enum role role, enum child_age age)
{
    int n = 0;
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        const struct child *c = &f->v[i];
        bool current = c->generation == f->generation;
        if (c->pid && (role == ROLE_COUNT || c->role == role) &&
            (age == CHILD_ANY_AGE || (age == CHILD_CURRENT) == current))
            n++;
    }
    return n;
}

static void on_kill_time(void *arg)
{
    struct child *c = arg;
    log_event(LOG_WARN, "role-killed", "role=%s index=%d because=drain-too-long", role_names[c->role], c->index);
    child_kill(c);
}

void child_kill(struct child *c)
{
    if (c->pid)
        kill(c->pid, SIGKILL);
}

void child_stop(struct child *c, int64_t grace_ms)
{
    if (!c->pid || c->stopping)
        return;
    c->stopping = true;
    struct msg_role_stop m = { .grace_ms = grace_ms };
    if (!c->control || link_send(c->control, MSG_ROLE_STOP, &m) != ST_OK ||
        loop_timer_set(c->family->loop, &c->kill_at, clock_ms() + grace_ms + KILL_AFTER_MS) != ST_OK)
        child_kill(c);
}

void child_forget(struct child *c)
{
    loop_timer_off(c->family->loop, &c->kill_at);
    link_close(c->control);
    *c = (struct child){ 0 };
}

/* Its end closes the link before the signal comes; or it closed it of its own accord, and then it is no use any more. */
static void on_control_gone(void *arg, st why UNUSED)
{
    struct child *c = arg;
    c->control = NULL;
    if (!c->stopping)
        child_kill(c);
}

/* Both ends of everything that the new child needs before it is started. */
struct ends {
    struct wiring wiring;
    struct {
        struct child *peer;
        struct role_peer to_peer; /* what the peer is told: who the new one is */
        int fd;                   /* the peer's end */
    } others[WIRING_PEERS];
    size_t n;
};

static void close_ends(struct ends *e)
{
    for (size_t i = 0; i < e->n; i++) {
        close(e->others[i].fd);
        close(e->wiring.peers[i].fd);
    }
    if (e->wiring.control >= 0)
        close(e->wiring.control);
}

static st pair_with(struct ends *e, const struct child *mine, struct child *peer, enum role_use use)
{
    int fds[2];
    if (e->n == WIRING_PEERS)
        return ST_LIMIT;
    TRY(chan_pair(fds));
    e->wiring.peers[e->n] = (struct wiring_peer){ { peer->role, peer->index, use }, fds[0] };
    e->others[e->n].peer = peer;
    e->others[e->n].to_peer = (struct role_peer){ mine->role, mine->index, use };
    e->others[e->n].fd = fds[1];
    e->wiring.n_peers = ++e->n;
    return ST_OK;
}

/* In each pair `b` answers and `a` asks. Nobody new is sent to one that is on its way out; those that still ask
 * while they drain get links to the new one. */
static bool belongs(const struct pairing *p, const struct child *mine, const struct child *peer)
{
    if (!peer->pid || peer == mine || !peer->control)
        return false;
    if (p->same_generation && peer->generation != mine->generation)
        return false;
    if (p->a == mine->role && p->b == peer->role)
        return !peer->stopping;
    return p->b == mine->role && p->a == peer->role;
}

static st make_ends(struct family *f, const struct child *mine, struct ends *e)
{
    for (size_t i = 0; i < COUNT(pairings); i++)
        for (size_t k = 0; k < CHILDREN_MAX; k++)
            if (belongs(&pairings[i], mine, &f->v[k]))
                TRY(pair_with(e, mine, &f->v[k], pairings[i].use));
    return ST_OK;
}

static char *environment_entry(struct arena *a, const char *name)
{
    const char *value = getenv(name);
#if defined(__SANITIZE_ADDRESS__)
    /* The leak check stops the process and looks into it, which its sandbox forbids. */
    if (strcmp(name, "ASAN_OPTIONS") == 0)
        return (char *)(uintptr_t)str_z(a, str_fmt(a, "ASAN_OPTIONS=%s:detect_leaks=0", value ? value : ""));
#endif
    return value ? (char *)(uintptr_t)str_z(a, str_fmt(a, "%s=%s", name, value)) : NULL;
}

static char **make_environment(struct arena *a, enum role role)
{
    char **env = NEWN(a, char *, ENVIRONMENT_MAX);
    size_t n = 0;
    for (size_t i = 0; env && i < COUNT(environment); i++) {
        char *entry = environment_entry(a, environment[i]);
        if (entry)
            env[n++] = entry;
    }
    char *credentials = role == ROLE_VAULT ? environment_entry(a, "CREDENTIALS_DIRECTORY") : NULL;
    if (env && credentials)
        env[n++] = credentials;
    return env;
}

/* In the child. Everything is close-on-exec but what its arguments name. */
static void become(const struct wiring *w, char **argv, char **env)
{
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, 0) < 0 || dup2(2, 1) < 0)
        _exit(70);
    fcntl(w->control, F_SETFD, 0);
    for (size_t i = 0; i < w->n_peers; i++)
        fcntl(w->peers[i].fd, F_SETFD, 0);
    for (size_t i = 0; i < ROLE_FD_COUNT; i++)
        if (w->fds[i] >= 0)
            fcntl(w->fds[i], F_SETFD, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve("/proc/self/exe", argv, env);
    _exit(70);
}

/* Each role gets only the descriptors that are its business. */
static void choose_fds(struct wiring *w)
{
    static const enum role owner[ROLE_FD_COUNT] = {
        [ROLE_FD_HTTPS] = ROLE_FRONT,
        [ROLE_FD_PLAIN] = ROLE_FRONT,
        [ROLE_FD_SITE] = ROLE_SITE,
        [ROLE_FD_COMMANDS] = ROLE_WRITER,
        [ROLE_FD_HASHES] = ROLE_VAULT,
        [ROLE_FD_LOCK] = ROLE_WRITER,
    };
    for (size_t i = 0; i < ROLE_FD_COUNT; i++)
        if (owner[i] != w->role)
            w->fds[i] = -1;
}

/* Fork and exec; the program starts anew, so that no two roles share a memory layout. */
static st spawn(struct child *c, const struct wiring *w)
{
    struct arena *a = arena_new(256 * 1024);
    if (!a)
        return ST_NO_MEMORY;
    char **argv, **env = make_environment(a, c->role);
    st s = env ? wiring_args(a, w, &argv) : ST_NO_MEMORY;
    if (s == ST_OK) {
        c->pid = fork();
        if (c->pid == 0)
            become(w, argv, env);
        if (c->pid < 0) {
            c->pid = 0;
            s = ST_LIMIT;
        }
    }
    arena_free(a);
    return s;
}

/* A peer that cannot be told has ended, and will be wired when it is started again. */
static void tell(struct child *to, const struct role_peer *who, int fd)
{
    struct msg_role_peer m = { .role = str_c(role_names[who->role]), .index = who->index, .hash = who->use == ROLE_USE_HASH };
    if (to->control)
        IGNORE(link_send_fd(to->control, MSG_ROLE_PEER, &m, fd));
}

static void tell_peers(struct ends *e)
{
    for (size_t i = 0; i < e->n; i++)
        tell(e->others[i].peer, &e->others[i].to_peer, e->others[i].fd);
}

/* The answering side first: when the asker hears of its link there is somebody behind it. */
static st link_up(struct child *asks, struct child *answers, enum role_use use)
{
    int fds[2];
    TRY(chan_pair(fds));
    tell(answers, &(struct role_peer){ asks->role, asks->index, use }, fds[1]);
    tell(asks, &(struct role_peer){ answers->role, answers->index, use }, fds[0]);
    close(fds[0]);
    close(fds[1]);
    return ST_OK;
}

static bool may_relink(struct child *c)
{
    int64_t now = clock_ms();
    if (now - c->relinks_since >= RELINKS_MS) {
        c->relinks_since = now;
        c->relinks = 0;
    }
    return ++c->relinks <= RELINKS_MOST;
}

/* A peer that is not there, or not ready, gets its links when it is started. */
static st relink(struct child *c, const struct msg_role_lost *m)
{
    if (!may_relink(c))
        return ST_OK; /* it will ask again */
    for (size_t i = 0; i < COUNT(pairings); i++) {
        const struct pairing *p = &pairings[i];
        if (p->a != c->role || !str_eq(m->role, str_c(role_names[p->b])) || (p->use == ROLE_USE_HASH) != m->hash)
            continue;
        for (size_t k = 0; k < CHILDREN_MAX; k++) {
            struct child *peer = &c->family->v[k];
            if (peer->ready && peer->index == m->index && belongs(p, c, peer))
                return link_up(c, peer, p->use);
        }
    }
    return ST_OK;
}

static st on_control(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct child *c = arg;
    if (kind == MSG_ROLE_LOST) {
        st s = relink(c, msg);
        log_event(LOG_WARN, "relink", "role=%s index=%d status=%s", role_names[c->role], c->index, st_info(s)->name);
        return ST_OK;
    }
    TRY(PEER_UNLESS(kind == MSG_ROLE_READY));
    c->ready = true;
    c->ready_ms = clock_ms();
    c->family->changed(c->family->arg);
    return ST_OK;
}

static st attach_control(struct child *c, int fd)
{
    static const struct link_ops ops = { .got = on_control, .gone = on_control_gone };
    st s = link_new(fd, ROLE_SUPERVISOR, c->role, CONTROL_QUEUE, &c->control);
    if (s != ST_OK) {
        close(fd);
        return s;
    }
    return link_attach(c->control, c->family->loop, &ops, c);
}

st child_start(struct family *f, enum role role, int index, struct child **out)
{
    struct child *c = f->v;
    while (c < f->v + CHILDREN_MAX && c->pid)
        c++;
    if (c == f->v + CHILDREN_MAX)
        return ST_LIMIT;
    *c = (struct child){ .family = f, .role = role, .index = index, .generation = f->generation };
    c->kill_at = (struct loop_timer){ .fn = on_kill_time, .arg = c };
    struct ends e = { .wiring = f->base };
    e.wiring.role = role;
    e.wiring.index = index;
    e.wiring.control = -1;
    choose_fds(&e.wiring);
    int control[2] = { -1, -1 };
    st s = chan_pair(control);
    if (s == ST_OK) {
        e.wiring.control = control[1];
        s = make_ends(f, c, &e);
    }
    if (s == ST_OK)
        s = spawn(c, &e.wiring);
    if (s == ST_OK) {
        s = attach_control(c, control[0]);
        tell_peers(&e);
    } else if (control[0] >= 0) {
        close(control[0]);
    }
    close_ends(&e);
    if (s == ST_OK)
        *out = c;
    else
        child_kill(c);
    return s;
}
