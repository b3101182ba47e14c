/* Channels between roles: SOCK_SEQPACKET datagrams, a bounded send queue, descriptors in passing. */
#include "chan.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READS_PER_TURN 64 /* then other channels get their turn */
#define MEMORY_SLACK ((size_t)32 * 1024) /* what an arena needs besides what it is asked for */

/* A datagram that waits; it has its own memory, so that a burst gives it all back. */
struct waiting {
    struct arena *arena;
    struct waiting *next;
    str datagram;
    int pass;
};

struct chan {
    struct arena *arena;
    int fd;
    char *buffer;
    size_t queued, queue_max;
    struct waiting *first, **last;
    struct loop *loop;
    struct loop_watch watch;
    const struct chan_ops *ops;
    void *arg;
    bool *closed; /* told when the channel is closed while a handler runs on it */
};

static struct {
    uint64_t peer_faults;
} self;

uint64_t chan_peer_faults(void)
{
    return self.peer_faults;
}

st chan_prepare(int fd)
{
    int room = 2 * (int)CHAN_MAX;
    /* The system may give less than asked; one datagram of CHAN_MAX must fit or nothing would ever go out. */
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room) < 0)
        return ST_IO;
    int got = 0;
    socklen_t n = sizeof got;
    if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &got, &n) < 0 || got < (int)CHAN_MAX + 1024)
        return ST_IO;
    return ST_OK;
}

st chan_pair(int fds[2])
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return errno == EMFILE || errno == ENFILE ? ST_LIMIT : ST_IO;
    st s = chan_prepare(pair[0]);
    if (s == ST_OK)
        s = chan_prepare(pair[1]);
    if (s != ST_OK) {
        close(pair[0]);
        close(pair[1]);
        return s;
    }
    fds[0] = pair[0];
    fds[1] = pair[1];
    return ST_OK;
}

st chan_new(int fd, size_t queue_max, struct chan **out)
{
    struct arena *a = arena_new(CHAN_MAX + MEMORY_SLACK);
    if (!a)
        return ST_NO_MEMORY;
    struct chan *c = NEW(a, struct chan);
    char *buffer = NEWN(a, char, CHAN_MAX);
    if (!c || !buffer) {
        arena_free(a);
        return ST_NO_MEMORY;
    }
    *c = (struct chan){ .arena = a, .fd = fd, .buffer = buffer, .queue_max = queue_max };
    c->last = &c->first;
    *out = c;
    return ST_OK;
}

static void waiting_free(struct waiting *w)
{
    if (w->pass >= 0)
        close(w->pass);
    arena_free(w->arena);
}

void chan_close(struct chan *c)
{
    if (!c)
        return;
    if (c->loop)
        loop_remove(c->loop, &c->watch);
    if (c->closed)
        *c->closed = true;
    for (struct waiting *w = c->first, *next; w; w = next) {
        next = w->next;
        waiting_free(w);
    }
    close(c->fd);
    arena_free(c->arena);
}

int chan_fd(const struct chan *c)
{
    return c->fd;
}

size_t chan_queued(const struct chan *c)
{
    return c->queued;
}

/* Hand one datagram to the socket; ST_WAIT when it has no room now. */
static st send_now(int fd, str datagram, int pass)
{
    struct iovec iov = { .iov_base = (void *)(uintptr_t)datagram.p, .iov_len = datagram.n };
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
    if (pass >= 0) {
        memset(&control, 0, sizeof control);
        m.msg_control = &control;
        m.msg_controllen = sizeof control.space;
        control.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof pass), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
        memcpy(CMSG_DATA(&control.head), &pass, sizeof pass);
    }
    for (;;) {
        if (sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
            return ST_OK;
        switch (errno) {
        case EINTR:
            continue;
        case EAGAIN:
        case ENOBUFS:
        case ETOOMANYREFS:
            return ST_WAIT;
        case EMSGSIZE:
            return ST_TOO_LARGE;
        case EPIPE:
        case ECONNRESET:
        case ENOTCONN:
        case ECONNREFUSED:
            return ST_AWAY;
        default:
            return ST_IO;
        }
    }
}

static st enqueue(struct chan *c, str datagram, int pass)
{
    if (c->queued + datagram.n > c->queue_max)
        return ST_LIMIT;
    struct arena *a = arena_new(datagram.n + MEMORY_SLACK);
    struct waiting *w = a ? NEW(a, struct waiting) : NULL;
    str copy = w ? str_dup(a, datagram) : (str){ 0 };
    int kept = pass >= 0 && copy.p ? fcntl(pass, F_DUPFD_CLOEXEC, 3) : -1;
    if (!copy.p || (pass >= 0 && kept < 0)) {
        if (a)
            arena_free(a);
        return ST_NO_MEMORY;
    }
    *w = (struct waiting){ .arena = a, .datagram = copy, .pass = kept };
    *c->last = w;
    c->last = &w->next;
    c->queued += datagram.n;
    if (c->loop)
        return loop_change(c->loop, &c->watch, EPOLLIN | EPOLLOUT);
    return ST_OK;
}

st chan_send(struct chan *c, str datagram, int pass)
{
    if (datagram.n > CHAN_MAX || datagram.n == 0)
        return datagram.n ? ST_TOO_LARGE : ST_BUG;
    if (!c->first) {
        st s = send_now(c->fd, datagram, pass);
        if (s != ST_WAIT)
            return s;
    }
    return enqueue(c, datagram, pass);
}

st chan_flush(struct chan *c)
{
    while (c->first) {
        struct waiting *w = c->first;
        TRY(send_now(c->fd, w->datagram, w->pass));
        c->first = w->next;
        if (!c->first)
            c->last = &c->first;
        c->queued -= w->datagram.n;
        waiting_free(w);
    }
    return ST_OK;
}

/* The first descriptor that came along, or -1; ST_PEER when there was one too many or none was allowed. */
static st take_passed(struct msghdr *m, int *passed)
{
    int fd = -1;
    bool bad = (m->msg_flags & MSG_CTRUNC) != 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS || h->cmsg_len != CMSG_LEN(sizeof(int))) {
            bad = true;
            continue;
        }
        if (fd >= 0)
            close(fd);
        memcpy(&fd, CMSG_DATA(h), sizeof fd);
    }
    if (bad || (fd >= 0 && !passed)) {
        if (fd >= 0)
            close(fd);
        return PEER_UNLESS(!"a descriptor that may not come along");
    }
    if (passed)
        *passed = fd;
    return ST_OK;
}

st chan_take(struct chan *c, str *datagram, int *passed)
{
    struct iovec iov = { .iov_base = c->buffer, .iov_len = CHAN_MAX };
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space };
    ssize_t n;
    do
        n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? ST_WAIT : ST_AWAY;
    TRY(take_passed(&m, passed));
    if (n == 0)
        return ST_AWAY;
    TRY(PEER_UNLESS(!(m.msg_flags & MSG_TRUNC)));
    *datagram = (str){ c->buffer, (size_t)n };
    return ST_OK;
}

/* Wait for room or for input until the deadline. */
static st wait_for(int fd, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - clock_ms();
        if (left <= 0)
            return ST_TIMEOUT;
        struct pollfd p = { .fd = fd, .events = events };
        int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return ST_OK;
        if (n < 0 && errno != EINTR)
            return ST_IO;
    }
}

st chan_call(struct chan *c, str datagram, int timeout_ms, str *answer)
{
    int64_t deadline = clock_ms() + timeout_ms;
    if (datagram.n > CHAN_MAX || datagram.n == 0)
        return datagram.n ? ST_TOO_LARGE : ST_BUG;
    st s;
    while ((s = send_now(c->fd, datagram, -1)) == ST_WAIT)
        TRY(wait_for(c->fd, POLLOUT, deadline));
    TRY(s);
    while ((s = chan_take(c, answer, NULL)) == ST_WAIT)
        TRY(wait_for(c->fd, POLLIN, deadline));
    return s;
}

static void say_gone(struct chan *c, st why)
{
    if (why == ST_PEER)
        self.peer_faults++;
    const struct chan_ops *ops = c->ops;
    void *arg = c->arg;
    chan_close(c);
    ops->gone(arg, why);
}

/* Hand over what has come; returns ST_WAIT when all is handed over. */
static st read_turn(struct chan *c, const bool *closed)
{
    for (int i = 0; i < READS_PER_TURN && !*closed; i++) {
        str datagram;
        int passed = -1;
        TRY(chan_take(c, &datagram, c->ops->passes ? &passed : NULL));
        st s = c->ops->got(c->arg, datagram, passed);
        if (s == ST_PEER || s == ST_AWAY)
            return s;
    }
    return ST_WAIT;
}

static void on_ready(void *arg, uint32_t ready)
{
    struct chan *c = arg;
    bool closed = false;
    c->closed = &closed;
    st s = ST_OK;
    if (ready & EPOLLOUT) {
        s = chan_flush(c);
        if (s == ST_OK)
            s = loop_change(c->loop, &c->watch, EPOLLIN);
    }
    if ((s == ST_OK || s == ST_WAIT) && (ready & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        s = read_turn(c, &closed);
    if (closed)
        return;
    c->closed = NULL;
    if (s != ST_OK && s != ST_WAIT)
        say_gone(c, s);
}

st chan_attach(struct chan *c, struct loop *loop, const struct chan_ops *ops, void *arg)
{
    c->ops = ops;
    c->arg = arg;
    c->watch = (struct loop_watch){ .fd = c->fd, .events = c->first ? EPOLLIN | EPOLLOUT : EPOLLIN, .fn = on_ready, .arg = c };
    TRY(loop_add(loop, &c->watch));
    c->loop = loop;
    return ST_OK;
}
