/* The supervisor's processes: starting one, wiring it to the others, telling it to stop.
 * Internal to the supervisor.
 *
 * Links are made when either end starts. When one end gave a link up while both live, it says role.lost and both get a
 * new one. How often is bounded: limits that a role keeps for a link are no use when links can be had for the asking. */
#ifndef AVOW_CHILD_H
#define AVOW_CHILD_H

#include "wiring.h"

#include <sys/types.h>

#define CHILDREN_MAX 128

struct family;

struct child {
    struct family *family;
    enum role role;
    int index;
    unsigned generation;
    pid_t pid; /* 0: this place is free */
    struct link *control;
    bool ready, stopping;
    int64_t ready_ms; /* when it became ready */
    int64_t relinks_since; /* of the count */
    int relinks;
    struct loop_timer kill_at;
};

struct family {
    struct loop *loop;
    struct child v[CHILDREN_MAX];
    unsigned generation;
    struct wiring base; /* config, sets, counts and descriptors: what every child of this generation is told */
    void (*changed)(void *arg); /* a child became ready */
    void *arg;
};

/* Start one process of the current generation and wire it to all that live. */
NODISCARD st child_start(struct family *, enum role, int index, struct child **);
/* Ask it to drain; it is killed when it takes longer. No-op when it was asked already. */
void child_stop(struct child *, int64_t grace_ms);
void child_kill(struct child *);
/* It has ended: forget it. */
void child_forget(struct child *);
struct child *child_of_pid(struct family *, pid_t);
/* The living child of this generation in that place, or NULL. */
struct child *child_current(struct family *, enum role, int index);
/* How many live; of one role (ROLE_COUNT: of any), of this generation, of older ones, or of both. */
enum child_age { CHILD_ANY_AGE, CHILD_CURRENT, CHILD_OLD };
int child_living(const struct family *, enum role, enum child_age);

#endif
