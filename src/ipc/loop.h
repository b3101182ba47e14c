/* The event loop that every role runs: descriptors through epoll, timers, and a hook after each batch.
 *
 * Ownership: watches and timers are members of the caller's own structs and must stay where they are while
 *            they are set; the loop itself lives in the arena given to loop_new.
 * Re-entry:  a handler may add, change and remove any watch or timer, its own and others', and may free the
 *            struct they are in after removing them: nothing removed is called any more, not even when it
 *            was ready in the same batch.
 * Time:      all times are clock_ms(), monotonic. */
#ifndef AVOW_LOOP_H
#define AVOW_LOOP_H

#include "arena.h"

#include <sys/epoll.h>

struct loop;

struct loop_watch {
    int fd;
    uint32_t events; /* EPOLLIN, EPOLLOUT …; errors and hang-ups are always told */
    void (*fn)(void *arg, uint32_t ready);
    void *arg;
    bool set; /* the loop's: true while it is watched */
};

struct loop_timer {
    void (*fn)(void *arg);
    void *arg;
    int64_t at;  /* the loop's: when it is due */
    size_t slot; /* the loop's: position in the heap + 1; 0 while it is off */
};

/* A loop with room for that many timers at once; ST_NO_MEMORY, ST_IO. */
NODISCARD st loop_new(struct arena *, size_t max_timers, struct loop **);
void loop_free(struct loop *);

/* Something to do once before the loop sleeps next. Like watches, a member of the caller's own. */
struct loop_task {
    void (*fn)(void *arg);
    void *arg;
    struct loop_task *next; /* the loop's */
    bool set;
};
void loop_soon(struct loop *, struct loop_task *);
void loop_task_off(struct loop *, struct loop_task *); /* no-op when it is not set */

/* Begin to watch w->fd for w->events. */
NODISCARD st loop_add(struct loop *, struct loop_watch *);
NODISCARD st loop_change(struct loop *, struct loop_watch *, uint32_t events);
/* No-op when it is not watched. Does not close the descriptor. */
void loop_remove(struct loop *, struct loop_watch *);

/* Set the timer, or move it when it is set; it fires once. ST_LIMIT when there is no room. */
NODISCARD st loop_timer_set(struct loop *, struct loop_timer *, int64_t at_ms);
void loop_timer_off(struct loop *, struct loop_timer *);

/* Called after each batch of ready descriptors and due timers, before the loop waits again. The writer commits there.
 * At most one; NULL takes it away. */
void loop_after_batch(struct loop *, void (*fn)(void *arg), void *arg);

/* One batch: wait at most wait_ms (-1: until something happens), call what is ready and due. */
NODISCARD st loop_step(struct loop *, int wait_ms);
/* Batches until loop_stop() is called. */
NODISCARD st loop_run(struct loop *);
void loop_stop(struct loop *);

#endif
