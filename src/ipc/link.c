/* Links: channels that speak the registry's messages. */
#include "link.h"

#include "log.h"
#include "out.h"
#include "str.h"

#include <string.h>
#include <unistd.h>

/* Growing buffers leave their smaller selves behind in the arena: twice the largest, and a decoded copy's lists. */
#define SCRATCH (4 * CHAN_MAX)
#define USUAL 16000 /* bytes of most messages: the arena keeps a block of this size */

/* Several messages in one datagram: two bytes that no kind of message has, then each with its length before it. */
#define BUNDLE "\xff\xff"
#define BUNDLE_HEAD 2
#define LENGTH 4
#define BUNDLED_MOST 32
#define BUNDLED_BYTES ((size_t)96 * 1024) /* then it leaves */

struct link {
    struct arena *arena;    /* the link itself */
    struct arena *sending;  /* one message being encoded */
    struct arena *taking;   /* the last message that came */
    struct arena *bundling; /* of what is said within this turn of the loop */
    struct out bundle;
    size_t bundled, last;   /* messages in it; bytes of the one before */
    struct loop *loop;      /* when attached */
    struct loop_task leave;
    struct chan *chan;
    enum role mine, theirs;
    const struct link_ops *ops;
    void *arg;
    bool *closed;           /* told when the link is closed while a bundle is handed over */
};

static void free_memory(struct link *l)
{
    if (l->loop)
        loop_task_off(l->loop, &l->leave);
    if (l->closed)
        *l->closed = true;
    arena_free(l->sending);
    arena_free(l->taking);
    arena_free(l->bundling);
    arena_free(l->arena);
}

st link_new(int fd, enum role mine, enum role theirs, size_t queue_max, struct link **out)
{
    struct arena *a = arena_new(16 * 1024);
    struct link *l = a ? NEW(a, struct link) : NULL;
    if (!l) {
        arena_free(a);
        return ST_NO_MEMORY;
    }
    *l = (struct link){ .arena = a, .mine = mine, .theirs = theirs, .sending = arena_new(SCRATCH),
                        .taking = arena_new(SCRATCH), .bundling = arena_new(SCRATCH) };
    st s = l->sending && l->taking && l->bundling ? chan_new(fd, queue_max, &l->chan) : ST_NO_MEMORY;
    if (s != ST_OK) {
        free_memory(l);
        return s;
    }
    *out = l;
    return ST_OK;
}

/* What was gathered leaves, or waits in the channel's queue; a single message as if it had been said alone. */
static st leave(struct link *l)
{
    str all = out_view(&l->bundle);
    l->last = all.n;
    size_t skip = l->bundled == 1 ? BUNDLE_HEAD + LENGTH : 0;
    if (l->bundled == 0)
        return ST_OK;
    l->bundled = 0;
    l->bundle.n = 0;
    return chan_send(l->chan, str_sub(all, skip, all.n), -1);
}

static void on_leave(void *arg)
{
    st s = leave(arg);
    if (s != ST_OK && s != ST_AWAY && s != ST_IO) /* those will be told by the loop */
        log_event(LOG_ERROR, "link-send", "status=%s", st_info(s)->name);
}

void link_close(struct link *l)
{
    if (!l)
        return;
    on_leave(l);
    chan_close(l->chan);
    free_memory(l);
}

struct chan *link_chan(struct link *l)
{
    return l->chan;
}

static st encode(struct link *l, enum message kind, const void *msg, str *datagram)
{
    struct out o;
    arena_reset(l->sending);
    out_init(&o, l->sending, CHAN_MAX);
    out_reserve(&o, USUAL);
    TRY(message_encode(&o, kind, msg));
    TRY(out_st(&o));
    *datagram = out_view(&o);
    return ST_OK;
}

/* One more message behind those that are there. ST_FULL: no room, and nothing was added. */
static st add(struct link *l, enum message kind, const void *msg)
{
    struct out *o = &l->bundle;
    if (l->bundled == 0) {
        arena_reset(l->bundling);
        out_init(o, l->bundling, CHAN_MAX);
        out_reserve(o, l->last < USUAL ? USUAL : l->last); /* growing would copy what is there */
        out_bytes(o, BUNDLE, BUNDLE_HEAD);
    }
    size_t before = o->n;
    out_bytes(o, "\0\0\0\0", LENGTH);
    st s = message_encode(o, kind, msg);
    if (s == ST_OK)
        s = out_st(o);
    if (s != ST_OK) {
        o->n = before;
        o->err = ST_OK;
        return s;
    }
    uint32_t n = (uint32_t)(o->n - before - LENGTH);
    memcpy(o->p + before, &n, LENGTH);
    l->bundled++;
    return ST_OK;
}

st link_send_soon(struct link *l, enum message kind, const void *msg)
{
    TRY(BUG_UNLESS(l->loop));
    if (chan_queued(l->chan) > 0) /* the other side is behind: nothing is gained, and whoever asks must know when it is too far */
        return link_send(l, kind, msg);
    st s = add(l, kind, msg);
    if (s == ST_FULL && l->bundled > 0) {
        TRY(leave(l));
        s = add(l, kind, msg);
    }
    if (s == ST_FULL) /* too large for a bundle of one */
        return link_send(l, kind, msg);
    TRY(s);
    if (l->bundled == BUNDLED_MOST || l->bundle.n >= BUNDLED_BYTES)
        return leave(l);
    loop_soon(l->loop, &l->leave);
    return ST_OK;
}

st link_send_fd(struct link *l, enum message kind, const void *msg, int pass)
{
    str datagram;
    TRY(leave(l)); /* what was said first arrives first */
    TRY(encode(l, kind, msg, &datagram));
    return chan_send(l->chan, datagram, pass);
}

st link_send(struct link *l, enum message kind, const void *msg)
{
    return link_send_fd(l, kind, msg, -1);
}

st link_call(struct link *l, enum message kind, const void *msg, enum message want, int timeout_ms, void **answer)
{
    str datagram, back;
    TRY(encode(l, kind, msg, &datagram));
    TRY(chan_call(l->chan, datagram, timeout_ms, &back));
    arena_reset(l->taking);
    enum message got;
    void *decoded;
    TRY(message_decode(l->taking, l->theirs, l->mine, back, &got, &decoded));
    if (got != want)
        return ST_PEER;
    *answer = decoded;
    return ST_OK;
}

static st one_message(struct link *l, str datagram, int passed)
{
    arena_reset(l->taking);
    enum message kind;
    void *msg;
    st s = message_decode(l->taking, l->theirs, l->mine, datagram, &kind, &msg);
    if (s == ST_OK)
        return l->ops->got(l->arg, kind, msg, passed);
    if (passed >= 0)
        close(passed);
    return s;
}

/* Each message of a bundle; a handler may close the link. */
static st each_message(struct link *l, str rest, const bool *closed)
{
    st s = ST_OK;
    while (s != ST_PEER && s != ST_AWAY && !*closed && rest.n > 0) {
        uint32_t n = 0;
        if (rest.n >= LENGTH)
            memcpy(&n, rest.p, LENGTH);
        s = PEER_UNLESS(n > 0 && n <= rest.n - LENGTH);
        if (s == ST_OK)
            s = one_message(l, str_sub(rest, LENGTH, n), -1);
        rest = str_sub(rest, LENGTH + n, rest.n);
    }
    return s;
}

static st on_datagram(void *arg, str datagram, int passed)
{
    struct link *l = arg;
    bool closed = false, bundle = passed < 0 && str_starts(datagram, S(BUNDLE));
    l->closed = &closed;
    st s = bundle ? each_message(l, str_sub(datagram, BUNDLE_HEAD, datagram.n), &closed) : one_message(l, datagram, passed);
    if (closed)
        return s;
    l->closed = NULL;
    if (l->ops->after)
        l->ops->after(l->arg);
    return s;
}

static void on_gone(void *arg, st why)
{
    struct link *l = arg;
    const struct link_ops *ops = l->ops;
    void *ops_arg = l->arg;
    free_memory(l);
    ops->gone(ops_arg, why);
}

st link_attach(struct link *l, struct loop *loop, const struct link_ops *ops, void *arg)
{
    static const struct chan_ops plain = { .got = on_datagram, .gone = on_gone };
    static const struct chan_ops passing = { .got = on_datagram, .gone = on_gone, .passes = true };
    l->ops = ops;
    l->arg = arg;
    l->loop = loop;
    l->leave = (struct loop_task){ .fn = on_leave, .arg = l };
    return chan_attach(l->chan, loop, ops->passes ? &passing : &plain, l);
}

st link_take(int fd, struct loop *loop, enum role mine, enum role theirs, size_t queue_max,
    const struct link_ops *ops, void *arg, struct link **out)
{
    struct link *l;
    st s = link_new(fd, mine, theirs, queue_max, &l);
    if (s != ST_OK) {
        close(fd);
        return s;
    }
    s = link_attach(l, loop, ops, arg);
    if (s == ST_OK)
        *out = l;
    else
        link_close(l);
    return s;
}
