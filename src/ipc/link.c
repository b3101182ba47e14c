/* Links: channels that speak the registry's messages. */
#include "link.h"

#include "log.h"
#include "out.h"

#include <unistd.h>

/* Growing buffers leave their smaller selves behind in the arena: twice the largest, and a decoded copy's lists. */
#define SCRATCH (8 * CHAN_MAX)
#define USUAL 16000 /* bytes of most messages: the arena keeps a block of this size */

#define GATHERED ((size_t)128 * 1024) /* bytes; then they leave */

struct link {
    struct arena *arena;   /* the link itself */
    struct loop *loop;     /* when attached */
    str soon[CHAN_ALL];    /* encoded, in `sending` */
    size_t n_soon, soon_bytes;
    struct loop_task leave;
    struct arena *sending; /* one message being encoded */
    struct arena *taking;  /* the last message that came */
    struct chan *chan;
    enum role mine, theirs;
    const struct link_ops *ops;
    void *arg;
};

static void free_memory(struct link *l)
{
    if (l->sending)
        arena_free(l->sending);
    if (l->taking)
        arena_free(l->taking);
    arena_free(l->arena);
}

st link_new(int fd, enum role mine, enum role theirs, size_t queue_max, struct link **out)
{
    struct arena *a = arena_new(16 * 1024);
    struct link *l = a ? NEW(a, struct link) : NULL;
    if (!l) {
        if (a)
            arena_free(a);
        return ST_NO_MEMORY;
    }
    *l = (struct link){ .arena = a, .mine = mine, .theirs = theirs, .sending = arena_new(SCRATCH), .taking = arena_new(SCRATCH) };
    st s = l->sending && l->taking ? chan_new(fd, queue_max, &l->chan) : ST_NO_MEMORY;
    if (s != ST_OK) {
        free_memory(l);
        return s;
    }
    *out = l;
    return ST_OK;
}

/* Everything that was gathered leaves, or waits in the channel's queue. */
static st leave(struct link *l)
{
    size_t n = l->n_soon;
    l->n_soon = l->soon_bytes = 0;
    st s = n > 0 ? chan_send_all(l->chan, l->soon, n) : ST_OK;
    arena_reset(l->sending);
    return s;
}

static void on_leave(void *arg)
{
    st s = leave(arg);
    if (s != ST_OK && s != ST_AWAY && s != ST_IO) /* those will be told by the loop */
        log_event(LOG_ERROR, "link-send", "status=%s", st_info(s)->name);
}

static void forget_task(struct link *l)
{
    if (l->loop)
        loop_task_off(l->loop, &l->leave);
}

void link_close(struct link *l)
{
    if (!l)
        return;
    forget_task(l);
    if (l->n_soon > 0)
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
    if (l->n_soon == 0)
        arena_reset(l->sending);
    struct out o;
    out_init(&o, l->sending, CHAN_MAX);
    out_reserve(&o, USUAL);
    TRY(message_encode(&o, kind, msg));
    TRY(out_st(&o));
    *datagram = out_view(&o);
    return ST_OK;
}

st link_send_soon(struct link *l, enum message kind, const void *msg)
{
    str datagram;
    TRY(BUG_UNLESS(l->loop));
    TRY(encode(l, kind, msg, &datagram));
    l->soon[l->n_soon++] = datagram;
    l->soon_bytes += datagram.n;
    if (l->n_soon == CHAN_ALL || l->soon_bytes >= GATHERED)
        return leave(l);
    loop_soon(l->loop, &l->leave);
    return ST_OK;
}

st link_send_fd(struct link *l, enum message kind, const void *msg, int pass)
{
    str datagram;
    if (l->n_soon > 0)
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

static st on_datagram(void *arg, str datagram, int passed)
{
    struct link *l = arg;
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

static void on_gone(void *arg, st why)
{
    struct link *l = arg;
    const struct link_ops *ops = l->ops;
    void *ops_arg = l->arg;
    forget_task(l);
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
