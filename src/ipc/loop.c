/* Event loop: epoll for descriptors, a binary heap for timers. */
#include "loop.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <unistd.h>

#define BATCH 128

struct loop {
    int epoll;
    bool stopped;
    struct epoll_event ready[BATCH];
    int ready_n;
    struct loop_timer **heap; /* heap[0] is due first */
    size_t timers, max_timers;
    void (*after)(void *arg);
    void *after_arg;
    struct loop_task *tasks;
};

st loop_new(struct arena *a, size_t max_timers, struct loop **out)
{
    struct loop *l = NEW(a, struct loop);
    struct loop_timer **heap = NEWN(a, struct loop_timer *, max_timers);
    if (!l || !heap)
        return ST_NO_MEMORY;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll < 0)
        return ST_IO;
    l->heap = heap;
    l->max_timers = max_timers;
    *out = l;
    return ST_OK;
}

void loop_free(struct loop *l)
{
    if (l->epoll >= 0)
        close(l->epoll);
    l->epoll = -1;
}

st loop_add(struct loop *l, struct loop_watch *w)
{
    struct epoll_event e = { .events = w->events, .data.ptr = w };
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &e) < 0)
        return errno == ENOMEM || errno == ENOSPC ? ST_LIMIT : ST_IO;
    w->set = true;
    return ST_OK;
}

st loop_change(struct loop *l, struct loop_watch *w, uint32_t events)
{
    if (w->events == events)
        return ST_OK;
    struct epoll_event e = { .events = events, .data.ptr = w };
    if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, w->fd, &e) < 0)
        return ST_IO;
    w->events = events;
    return ST_OK;
}

void loop_remove(struct loop *l, struct loop_watch *w)
{
    if (!w->set)
        return;
    w->set = false;
    /* Fails only when the descriptor was closed already; the kernel has then forgotten it by itself. */
    epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
    for (int i = 0; i < l->ready_n; i++)
        if (l->ready[i].data.ptr == w)
            l->ready[i].data.ptr = NULL;
}

static void heap_put(struct loop *l, size_t i, struct loop_timer *t)
{
    l->heap[i] = t;
    t->slot = i + 1;
}

static void heap_up(struct loop *l, size_t i, struct loop_timer *t)
{
    while (i > 0 && l->heap[(i - 1) / 2]->at > t->at) {
        heap_put(l, i, l->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    heap_put(l, i, t);
}

static void heap_down(struct loop *l, size_t i, struct loop_timer *t)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= l->timers)
            break;
        if (child + 1 < l->timers && l->heap[child + 1]->at < l->heap[child]->at)
            child++;
        if (l->heap[child]->at >= t->at)
            break;
        heap_put(l, i, l->heap[child]);
        i = child;
    }
    heap_put(l, i, t);
}

st loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_ms)
{
    if (t->slot)
        loop_timer_off(l, t);
    if (l->timers == l->max_timers)
        return ST_LIMIT;
    t->at = at_ms;
    heap_up(l, l->timers++, t);
    return ST_OK;
}

void loop_timer_off(struct loop *l, struct loop_timer *t)
{
    if (!t->slot)
        return;
    size_t i = t->slot - 1;
    t->slot = 0;
    struct loop_timer *last = l->heap[--l->timers];
    if (last == t)
        return;
    if (i > 0 && l->heap[(i - 1) / 2]->at > last->at)
        heap_up(l, i, last);
    else
        heap_down(l, i, last);
}

void loop_after_batch(struct loop *l, void (*fn)(void *arg), void *arg)
{
    l->after = fn;
    l->after_arg = arg;
}

void loop_soon(struct loop *l, struct loop_task *t)
{
    if (t->set)
        return;
    t->set = true;
    t->next = l->tasks;
    l->tasks = t;
}

void loop_task_off(struct loop *l, struct loop_task *t)
{
    struct loop_task **at = &l->tasks;
    while (t->set && *at != t)
        at = &(*at)->next;
    if (t->set)
        *at = t->next;
    t->set = false;
}

static void run_tasks(struct loop *l)
{
    struct loop_task *t;
    while ((t = l->tasks) != NULL) {
        l->tasks = t->next;
        t->set = false;
        t->fn(t->arg);
    }
}

/* How long epoll may sleep: until the first timer, and never longer than the caller allows. */
static int sleep_for(const struct loop *l, int wait_ms)
{
    if (l->timers == 0)
        return wait_ms;
    int64_t left = l->heap[0]->at - clock_ms();
    if (left < 0)
        left = 0;
    if (wait_ms >= 0 && left > wait_ms)
        left = wait_ms;
    return left > 60000 ? 60000 : (int)left;
}

static void fire_due(struct loop *l)
{
    int64_t now = clock_ms();
    while (l->timers > 0 && l->heap[0]->at <= now) {
        struct loop_timer *t = l->heap[0];
        loop_timer_off(l, t);
        t->fn(t->arg);
    }
}

st loop_step(struct loop *l, int wait_ms)
{
    run_tasks(l);
    log_flush();
    int n = epoll_wait(l->epoll, l->ready, BATCH, sleep_for(l, wait_ms));
    if (n < 0 && errno != EINTR)
        return ST_IO;
    l->ready_n = n < 0 ? 0 : n;
    for (int i = 0; i < l->ready_n; i++) {
        struct loop_watch *w = l->ready[i].data.ptr;
        if (w)
            w->fn(w->arg, l->ready[i].events);
    }
    l->ready_n = 0;
    fire_due(l);
    if (l->after)
        l->after(l->after_arg);
    return ST_OK;
}

st loop_run(struct loop *l)
{
    l->stopped = false;
    while (!l->stopped)
        TRY(loop_step(l, -1));
    return ST_OK;
}

void loop_stop(struct loop *l)
{
    l->stopped = true;
}
