/* A channel that speaks the registry's messages: who I am and who you are decide what may be said.
 *
 * Ownership: a decoded message and its slices are borrowed until the next message on the same link.
 * Failure:   as chan.h; besides, ST_PEER when what came is malformed, or not for that role to say. */
#ifndef AVOW_LINK_H
#define AVOW_LINK_H

#include "chan.h"
#include "messages.h"

struct link;

/* A link over fd, which is the link's from now on. */
NODISCARD st link_new(int fd, enum role mine, enum role theirs, size_t queue_max, struct link **);
/* NULL is fine. A handler may close its own link. */
void link_close(struct link *);
struct chan *link_chan(struct link *);

/* Send, or queue. ST_BUG when a field is over its bound in the registry. */
NODISCARD st link_send(struct link *, enum message, const void *msg);
/* The same, but what is said within one turn of the event loop leaves together at its end, in one datagram: fewer system
 * calls, and the other side is woken once. Only for an attached link. A link that turns out to be dead says so as it
 * always does, by `gone`. */
NODISCARD st link_send_soon(struct link *, enum message, const void *msg);
/* The same, and a descriptor travels along; the caller keeps its own copy. */
NODISCARD st link_send_fd(struct link *, enum message, const void *msg, int pass);
/* Send and wait for one message of kind `want`; anything else is ST_PEER. Blocks. After any failure the link can
 * only be closed. */
NODISCARD st link_call(struct link *, enum message, const void *msg, enum message want, int timeout_ms, void **answer);

struct link_ops {
    /* ST_OK, or ST_PEER to have the link closed and the fault counted. `passed` is -1, or a descriptor to close. */
    st (*got)(void *arg, enum message, const void *msg, int passed);
    /* The other side has gone (ST_AWAY), or was cut off (ST_PEER, ST_IO). The link is closed already. */
    void (*gone)(void *arg, st why);
    bool passes; /* descriptors may come along */
    void (*after)(void *arg); /* or NULL: after all messages that came in one datagram, unless one of them closed the link */
};
NODISCARD st link_attach(struct link *, struct loop *, const struct link_ops *, void *arg);

/* Both at once, for a descriptor that was handed over: fd is closed when this fails, and *out is set on ST_OK only. */
NODISCARD st link_take(int fd, struct loop *, enum role mine, enum role theirs, size_t queue_max,
    const struct link_ops *, void *arg, struct link **out);

#endif
