/* The server: listening sockets, who may connect, and the clock that ends what takes too long. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "conn.h"
#include "log.h"
#include "rnd.h"

const struct http_limits http_limits_default = {
    .connections = 4096,
    .per_prefix = 512,
    .memory = 256u << 20,
    .body_max = HTTP_BODY_MAX,
    .answer_max = 4u << 20,
    .head_ms = 10000,
    .idle_ms = 15000,
    .answer_ms = 30000,
    .span_ms = 10000,
    .rate = 4096,
};

/* ---- who may connect */

static uint32_t *bucket_of(struct http_server *s, const struct http_addr *peer)
{
    uint64_t h = (http_addr_prefix(peer) ^ s->bucket_key) * 0x9e3779b97f4a7c15u;
    return &s->buckets[(h >> 32) & s->mask];
}

/* How many connections the peer's prefix has. */
static size_t prefix_count(struct http_server *s, const struct http_addr *peer)
{
    uint64_t prefix = http_addr_prefix(peer);
    size_t n = 0;
    for (uint32_t i = *bucket_of(s, peer); i != NO_SLOT; i = s->conns[i].next_in_bucket)
        n += http_addr_prefix(&s->conns[i].peer) == prefix;
    return n;
}

static void count(struct conn *c)
{
    uint32_t *bucket = bucket_of(c->server, &c->peer);
    c->next_in_bucket = *bucket;
    *bucket = c->slot;
    c->counted = true;
}

static void uncount(struct conn *c)
{
    struct http_server *s = c->server;
    uint32_t *at = bucket_of(s, &c->peer);
    while (*at != c->slot)
        at = &s->conns[*at].next_in_bucket;
    *at = c->next_in_bucket;
    c->counted = false;
}

void server_idle(struct conn *c)
{
    struct http_server *s = c->server;
    c->idle_before = s->idle_last;
    c->idle_after = NO_SLOT;
    *(s->idle_last == NO_SLOT ? &s->idle_first : &s->conns[s->idle_last].idle_after) = c->slot;
    s->idle_last = c->slot;
}

void server_busy(struct conn *c)
{
    struct http_server *s = c->server;
    *(c->idle_before == NO_SLOT ? &s->idle_first : &s->conns[c->idle_before].idle_after) = c->idle_after;
    *(c->idle_after == NO_SLOT ? &s->idle_last : &s->conns[c->idle_after].idle_before) = c->idle_before;
}

void server_forget(struct conn *c)
{
    struct http_server *s = c->server;
    if (c->counted)
        uncount(c);
    if (c->state == CONN_IDLE)
        server_busy(c);
    c->state = CONN_FREE;
    c->next_free = s->free_slot;
    s->free_slot = c->slot;
    s->open--;
    if (s->open == 0 && s->drained != NULL) {
        void (*drained)(void *) = s->drained;
        s->drained = NULL;
        drained(s->drained_arg);
    }
}

/* Full: the connection that has been idle longest makes room, if there is one. */
static void make_room(struct http_server *s)
{
    if (s->idle_first != NO_SLOT)
        conn_drop(&s->conns[s->idle_first]);
}

static void conn_ready(void *arg, uint32_t ready)
{
    struct conn *c = arg;
    bool dead = (ready & (EPOLLERR | EPOLLHUP)) != 0 && (ready & EPOLLIN) == 0;
    /* Something came while the application works: later. Until then only a broken connection is of interest. */
    if (!dead && c->state == CONN_WAIT)
        dead = loop_change(c->server->loop, &c->watch, 0) != ST_OK;
    if (dead)
        conn_drop(c);
    else
        conn_run(c);
}

static void conn_start(struct http_server *s, int fd, struct tls *tls, const struct http_addr *peer, bool counted)
{
    struct conn *c = &s->conns[s->free_slot];
    uint32_t next_free = c->next_free, slot = s->free_slot, turn = c->turn;
    SSL *ssl = tls == NULL ? NULL : tls_accept(tls, fd);
    if (tls != NULL && ssl == NULL) {
        close(fd);
        return;
    }
    *c = (struct conn){ .server = s, .slot = slot, .turn = turn + 1, .ssl = ssl, .peer = *peer, .file = -1,
                        .next_free = next_free,
                        .watch = { .fd = fd, .events = EPOLLIN, .fn = conn_ready, .arg = c } };
    if (loop_add(s->loop, &c->watch) != ST_OK) {
        SSL_free(ssl);
        close(fd);
        return;
    }
    s->free_slot = next_free;
    s->open++;
    if (counted)
        count(c);
    conn_enter(c, ssl != NULL ? CONN_GREET : CONN_HEAD);
}

/* One connection from the queue; false when there is none, or none can be taken now. */
static bool accept_one(struct listener *l)
{
    struct http_server *s = l->server;
    struct sockaddr_storage sa;
    socklen_t n = sizeof sa;
    int fd = accept4(l->watch.fd, (struct sockaddr *)&sa, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        /* Out of descriptors: the connection stays in the queue, and asking again at once would only spin. */
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            log_event(LOG_WARN, "http.no_descriptors", "open=%zu", s->open);
            loop_remove(s->loop, &l->watch);
        }
        return errno == ECONNABORTED || errno == EINTR;
    }
    struct http_addr peer;
    bool known = http_addr_of((struct sockaddr *)&sa, &peer) == ST_OK;
    bool proxy = known && http_nets_have(&s->config.proxies, &peer);
    if (s->free_slot == NO_SLOT)
        make_room(s);
    if (!known || s->free_slot == NO_SLOT || (!proxy && prefix_count(s, &peer) >= s->config.limits.per_prefix)) {
        close(fd);
        return true;
    }
    int on = 1;
    IGNORE(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0); /* slower, not wrong */
    conn_start(s, fd, l->tls, &peer, !proxy);
    return true;
}

static void listener_ready(void *arg, uint32_t ready UNUSED)
{
    struct listener *l = arg;
    for (int i = 0; i < 64 && accept_one(l); i++)
        continue;
}

/* ---- the clock */

static void tick(void *arg)
{
    struct http_server *s = arg;
    int64_t now = clock_ms();
    for (uint32_t i = 0; i < s->n_conns; i++) {
        if (s->conns[i].state != CONN_FREE)
            conn_late(&s->conns[i], now);
    }
    for (size_t i = 0; i < s->n_listeners; i++) {
        struct listener *l = &s->listeners[i];
        if (!l->watch.set && l->watch.fd >= 0)
            IGNORE(loop_add(s->loop, &l->watch)); /* again at the next tick */
    }
    IGNORE(loop_timer_set(s->loop, &s->tick, now + s->tick_ms)); /* its place in the heap was just given up */
}

static void soon(void *arg)
{
    struct http_server *s = arg;
    for (uint32_t i = 0; i < s->n_conns; i++) {
        if (s->conns[i].state != CONN_FREE && s->conns[i].again)
            conn_run(&s->conns[i]);
    }
}

/* ---- from new to close */

static int64_t tick_for(const struct http_limits *l)
{
    int64_t least = l->head_ms < l->idle_ms ? l->head_ms : l->idle_ms;
    least = l->span_ms < least ? l->span_ms : least;
    return least / 20 < 10 ? 10 : least / 20;
}

static st slots_new(struct arena *a, struct http_server *s)
{
    size_t buckets = 64;
    while (buckets < s->n_conns)
        buckets *= 2;
    s->mask = (uint32_t)(buckets - 1);
    s->conns = NEWN(a, struct conn, s->n_conns);
    s->buckets = NEWN(a, uint32_t, buckets);
    if (s->conns == NULL || s->buckets == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < buckets; i++)
        s->buckets[i] = NO_SLOT;
    for (uint32_t i = 0; i < s->n_conns; i++) {
        s->conns[i].slot = i;
        s->conns[i].next_free = i + 1 < s->n_conns ? i + 1 : NO_SLOT;
    }
    return ST_OK;
}

st http_server_new(struct arena *a, struct loop *loop, const struct http_config *config, struct http_server **out)
{
    struct http_server *s = NEW(a, struct http_server);
    if (s == NULL)
        return ST_NO_MEMORY;
    s->config = *config;
    s->loop = loop;
    s->n_conns = (uint32_t)config->limits.connections;
    s->idle_first = s->idle_last = NO_SLOT;
    TRY(BUG_UNLESS(s->n_conns > 0 && config->limits.rate > 0));
    TRY(slots_new(a, s));
    rnd_bytes(&s->bucket_key, sizeof s->bucket_key);
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    s->tick_ms = tick_for(&config->limits);
    s->tick = (struct loop_timer){ .fn = tick, .arg = s };
    s->soon = (struct loop_timer){ .fn = soon, .arg = s };
    TRY(loop_timer_set(loop, &s->tick, clock_ms() + s->tick_ms));
    *out = s;
    return ST_OK;
}

/* Plain HTTP is for this machine, or for a proxy that we were told about. */
static st may_be_plain(const struct http_server *s, int fd)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof sa;
    struct http_addr here;
    if (getsockname(fd, (struct sockaddr *)&sa, &n) < 0 || http_addr_of((struct sockaddr *)&sa, &here) != ST_OK)
        return ST_CONFIG;
    return s->config.proxies.n > 0 || http_addr_loopback(&here) ? ST_OK : ST_CONFIG;
}

st http_server_listen(struct http_server *s, int fd, struct tls *tls)
{
    if (tls == NULL)
        TRY(may_be_plain(s, fd));
    TRY(BUG_UNLESS(s->n_listeners < HTTP_LISTENERS));
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return ST_IO;
    struct listener *l = &s->listeners[s->n_listeners];
    *l = (struct listener){ .server = s, .tls = tls,
                            .watch = { .fd = fd, .events = EPOLLIN, .fn = listener_ready, .arg = l } };
    TRY(loop_add(s->loop, &l->watch));
    s->n_listeners++;
    return ST_OK;
}

static void listeners_off(struct http_server *s)
{
    for (size_t i = 0; i < s->n_listeners; i++) {
        loop_remove(s->loop, &s->listeners[i].watch);
        s->listeners[i].watch.fd = -1; /* the descriptor is the caller's */
    }
}

void http_server_drain(struct http_server *s, void (*drained)(void *arg), void *arg)
{
    listeners_off(s);
    s->draining = true;
    for (uint32_t i = 0; i < s->n_conns; i++) {
        struct conn *c = &s->conns[i];
        bool unused = c->state == CONN_IDLE || c->state == CONN_GREET || (c->state == CONN_HEAD && c->in.n == 0);
        if (unused)
            conn_drop(c);
    }
    if (s->open == 0) {
        drained(arg);
        return;
    }
    s->drained_arg = arg;
    s->drained = drained;
}

void http_server_close(struct http_server *s)
{
    s->drained = NULL;
    listeners_off(s);
    for (uint32_t i = 0; i < s->n_conns; i++) {
        if (s->conns[i].state != CONN_FREE)
            conn_drop(&s->conns[i]);
    }
    loop_timer_off(s->loop, &s->tick);
    loop_timer_off(s->loop, &s->soon);
}

size_t http_server_open(const struct http_server *s)
{
    return s->open;
}
