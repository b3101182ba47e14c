/* The hashing pool: fixed slots, one queue, one descriptor that wakes the event loop. */
#include "pool.h"

#include "clock.h"
#include "hash.h"
#include "rnd.h"
#include "str.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define VERIFY_MOST 256

enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_RUNNING, SLOT_DONE };

struct slot {
    enum slot_state state;
    uint64_t order; /* first come, first served */
    int64_t since_ms;
    void *owner;
    int64_t id;
    uint8_t random[PWHASH_RANDOM];
    char password[POOL_PASSWORD], verify[VERIFY_MOST], encoded[PWHASH_TEXT];
    size_t password_n, verify_n, encoded_n;
    st status;
};

struct pool {
    struct loop *loop;
    struct loop_watch wake;
    struct pwhash_cost cost;
    const uint8_t *pepper;
    pool_done_fn *done;
    void *arg;
    pthread_t threads[POOL_THREADS];
    int started;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t work;
    struct slot *slots; /* locked memory */
    uint64_t next_order;
    bool ending;
};

static struct slot *oldest_waiting(struct pool *p)
{
    struct slot *best = NULL;
    for (size_t i = 0; i < POOL_QUEUE; i++) {
        struct slot *s = &p->slots[i];
        if (s->state == SLOT_WAITING && (!best || s->order < best->order))
            best = s;
    }
    return best;
}

static st hash_into(const struct pool *p, struct slot *s)
{
    st made = pwhash_make(p->cost, p->pepper, s->random, (str){ s->password, s->password_n }, s->encoded);
    s->encoded_n = made == ST_OK ? PWHASH_TEXT : 0;
    return made;
}

/* What one slot asks for. Runs in a pool thread, without the lock. */
static st work_on(const struct pool *p, struct slot *s)
{
    str password = { s->password, s->password_n }, verify = { s->verify, s->verify_n };
    if (verify.n == 0)
        return hash_into(p, s);
    if (str_eq(verify, S("none"))) {
        st made = hash_into(p, s);
        s->encoded_n = 0;
        return made == ST_OK ? ST_DENIED : made;
    }
    bool stale = false;
    TRY(pwhash_check(p->cost, p->pepper, password, verify, &stale));
    if (stale)
        TRY(hash_into(p, s));
    return ST_OK;
}

static void *thread_main(void *arg)
{
    struct pool *p = arg;
    pthread_mutex_lock(&p->lock);
    while (!p->ending) {
        struct slot *s = oldest_waiting(p);
        if (!s) {
            pthread_cond_wait(&p->work, &p->lock);
            continue;
        }
        s->state = SLOT_RUNNING;
        bool late = clock_ms() - s->since_ms > POOL_WAIT_MS;
        pthread_mutex_unlock(&p->lock);
        st status = late ? ST_RETRY : work_on(p, s);
        pthread_mutex_lock(&p->lock);
        s->status = status;
        s->state = SLOT_DONE;
        uint64_t one = 1;
        /* The counter cannot be full: it holds 2^64 - 2. */
        if (write(p->wake.fd, &one, sizeof one) < 0)
            break;
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static bool take_done(struct pool *p, struct slot *out)
{
    bool found = false;
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < POOL_QUEUE && !found; i++) {
        if (p->slots[i].state == SLOT_DONE) {
            *out = p->slots[i];
            secret_wipe(&p->slots[i], sizeof p->slots[i]); /* free again: SLOT_FREE is 0 */
            found = true;
        }
    }
    pthread_mutex_unlock(&p->lock);
    return found;
}

static void on_wake(void *arg, uint32_t ready UNUSED)
{
    struct pool *p = arg;
    uint64_t n;
    if (read(p->wake.fd, &n, sizeof n) < 0)
        return;
    struct slot s = { 0 };
    while (take_done(p, &s)) {
        struct pool_answer a = { .owner = s.owner, .id = s.id, .status = s.status, .encoded = { s.encoded, s.encoded_n } };
        p->done(p->arg, &a);
    }
    secret_wipe(&s, sizeof s);
}

/* Signals belong to the event loop's thread. */
static st start_threads(struct pool *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    st s = ST_OK;
    for (; p->started < POOL_THREADS && s == ST_OK; p->started++)
        if (pthread_create(&p->threads[p->started], NULL, thread_main, p) != 0)
            s = ST_NO_MEMORY;
    if (s != ST_OK)
        p->started--;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return s;
}

st pool_new(struct arena *a, struct loop *loop, struct pwhash_cost cost, const uint8_t *pepper, pool_done_fn *done, void *arg,
    struct pool **out)
{
    struct pool *p = NEW(a, struct pool);
    struct slot *slots = arena_secret(a, POOL_QUEUE * sizeof *slots);
    if (!p || !slots)
        return ST_NO_MEMORY;
    memset(slots, 0, POOL_QUEUE * sizeof *slots);
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return ST_IO;
    *p = (struct pool){ .loop = loop, .cost = cost, .pepper = pepper, .done = done, .arg = arg, .slots = slots };
    p->wake = (struct loop_watch){ .fd = fd, .events = EPOLLIN, .fn = on_wake, .arg = p };
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    st s = loop_add(loop, &p->wake);
    if (s == ST_OK)
        s = start_threads(p);
    if (s != ST_OK) {
        pool_end(p);
        return s;
    }
    *out = p;
    return ST_OK;
}

static size_t copy_in(char *to, str from)
{
    if (from.n)
        memcpy(to, from.p, from.n);
    return from.n;
}

st pool_submit(struct pool *p, void *owner, int64_t id, str password, str verify)
{
    if (password.n > POOL_PASSWORD || verify.n > VERIFY_MOST)
        return ST_TOO_LARGE;
    st result = ST_LIMIT;
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < POOL_QUEUE && result != ST_OK; i++) {
        struct slot *s = &p->slots[i];
        if (s->state != SLOT_FREE)
            continue;
        *s = (struct slot){ .state = SLOT_WAITING, .order = p->next_order++, .since_ms = clock_ms(), .owner = owner, .id = id };
        rnd_bytes(s->random, sizeof s->random);
        s->password_n = copy_in(s->password, password);
        s->verify_n = copy_in(s->verify, verify);
        pthread_cond_signal(&p->work);
        result = ST_OK;
    }
    pthread_mutex_unlock(&p->lock);
    return result;
}

void pool_forget(struct pool *p, const void *owner)
{
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < POOL_QUEUE; i++)
        if (p->slots[i].owner == owner)
            p->slots[i].owner = NULL;
    pthread_mutex_unlock(&p->lock);
}

bool pool_idle(const struct pool *p)
{
    struct pool *locked = (struct pool *)(uintptr_t)p; /* looking needs the lock, and changes nothing */
    bool idle = true;
    pthread_mutex_lock(&locked->lock);
    for (size_t i = 0; i < POOL_QUEUE; i++)
        idle = idle && p->slots[i].state == SLOT_FREE;
    pthread_mutex_unlock(&locked->lock);
    return idle;
}

void pool_end(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->started; i++)
        pthread_join(p->threads[i], NULL);
    loop_remove(p->loop, &p->wake);
    close(p->wake.fd);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    secret_wipe(p->slots, POOL_QUEUE * sizeof *p->slots);
}
