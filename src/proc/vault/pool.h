/* Password hashing in a bounded pool: the only threads of the program.
 *
 * One hash takes 64 MiB and some 50 ms, so hashing is what an attacker would like to have much of: four at a time, a
 * bounded queue, and nobody waits longer than two seconds. */
#ifndef AVOW_POOL_H
#define AVOW_POOL_H

#include "loop.h"
#include "pwhash.h"

#define POOL_THREADS 4
#define POOL_QUEUE 64
#define POOL_WAIT_MS 2000
#define POOL_PASSWORD 512

struct pool;

struct pool_answer {
    void *owner; /* as given; NULL when the caller has gone */
    int64_t id;
    st status;   /* ST_OK, ST_DENIED, ST_INVALID, ST_RETRY (waited too long), ST_NO_MEMORY */
    str encoded; /* a new encoded hash, or empty */
};
typedef void pool_done_fn(void *arg, const struct pool_answer *);

/* Threads start here, so call it before the system call filter and after every other lock-down. `pepper` is borrowed. */
NODISCARD st pool_new(struct arena *, struct loop *, struct pwhash_cost, const uint8_t *pepper, pool_done_fn *, void *arg,
    struct pool **);
/* Hash (verify empty), or check `password` against the encoded hash `verify` ("none": an account that does not exist;
 * the same work, then ST_DENIED). The answer comes through the loop. ST_LIMIT: the queue is full. */
NODISCARD st pool_submit(struct pool *, void *owner, int64_t id, str password, str verify);
/* That owner is gone: its answers come with owner == NULL. */
void pool_forget(struct pool *, const void *owner);
bool pool_idle(const struct pool *);
/* Wait for running hashes, then end the threads. */
void pool_end(struct pool *);

#endif
