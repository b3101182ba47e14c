/* A channel between two roles: whole datagrams over a connected SOCK_SEQPACKET socket.
 *
 * A datagram is one message of registry/messages.reg; what is in it is no business of the channel. A
 * descriptor may travel with it (the supervisor uses that to wire roles together).
 *
 * Ownership: a channel has its own memory and owns its descriptor; chan_close() ends both. What chan_take()
 *            hands out is borrowed until the next chan_take() on the same channel.
 * Blocking:  never, except chan_call(). What the socket does not take at once waits in a bounded queue.
 * Failure:   ST_AWAY the other side has gone; ST_LIMIT the queue is full (nothing was sent); ST_TOO_LARGE
 *            more than CHAN_MAX; ST_PEER a datagram that was cut off, or brought descriptors it may not. */
#ifndef AVOW_CHAN_H
#define AVOW_CHAN_H

#include "loop.h"

#define CHAN_MAX ((size_t)192 * 1024)

struct chan;

/* A connected pair, close-on-exec, with room in the socket for more than one large datagram. */
NODISCARD st chan_pair(int fds[2]);
/* The same room for a socket that was accepted or connected by name. */
NODISCARD st chan_prepare(int fd);

/* A channel over fd, which is the channel's from now on. queue_max: bytes that may wait to be sent. */
NODISCARD st chan_new(int fd, size_t queue_max, struct chan **);
void chan_close(struct chan *);
int chan_fd(const struct chan *);

/* Send one datagram, or queue it. pass: a descriptor that travels along (the caller keeps its own copy), or -1. */
NODISCARD st chan_send(struct chan *, str datagram, int pass);
/* The next datagram; ST_WAIT when there is none. *passed is the caller's to close, or -1; passed == NULL
 * refuses descriptors. */
NODISCARD st chan_take(struct chan *, str *datagram, int *passed);
/* Bytes that wait to be sent. */
size_t chan_queued(const struct chan *);
/* Send what waits, as far as it goes: ST_OK nothing waits any more, ST_WAIT something does. */
NODISCARD st chan_flush(struct chan *);

/* Send and wait for the next datagram, at most timeout_ms; ST_TIMEOUT leaves the channel unusable (an answer
 * might still come), so the caller closes it. */
NODISCARD st chan_call(struct chan *, str datagram, int timeout_ms, str *answer);

/* In an event loop: `got` is called for each datagram, `gone` once when the other side has gone or sent something
 * malformed (`got` returned ST_PEER, which is counted); the channel is closed then. `got` may close its own channel. */
struct chan_ops {
    st (*got)(void *arg, str datagram, int passed);
    void (*gone)(void *arg, st why);
    bool passes; /* descriptors may come along; `got` closes them */
};
NODISCARD st chan_attach(struct chan *, struct loop *, const struct chan_ops *, void *arg);
/* Malformed datagrams seen by this process since it started. */
uint64_t chan_peer_faults(void);

#endif
