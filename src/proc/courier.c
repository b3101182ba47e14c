/* The courier role: everything that leaves the house. It leases jobs from the writer, does them one after the other, and
 * reports; what a job does is its feature's business (src/app/job/job.h). It also keeps the timetable (timetable.h).
 *
 * A job may block on a network or a program, and the loop with it; only while it waits for the writer does the loop
 * turn, so that a new link can come. A courier that is killed in a job loses nothing: its lease runs out. */
#include "role.h"

#include "clock.h"
#include "host.h"
#include "job.h"
#include "log.h"
#include "own_certificate.h"
#include "privacy.h"
#include "restricted.h"
#include "promise.h"
#include "shared.h"
#include "shared_sql.h"
#include "timetable.h"
#include "vault.h"
#include "writer_client.h"

#define AT_ONCE 4
#define LOOK_MS 250
#define REST_MS 2000 /* after the writer was not to be reached */
#define ANSWER_MS 15000
#define CHECK_MS 10000 /* a busy courier still looks at a promise as often as this */
#define CACHED_KEYS 128

struct courier_state {
    struct role_self *self;
    struct db *db;
    struct vault *vault;
    struct writer_client *writer;
    struct job_runner runner;
    struct timetable timetable;
    struct promise_runner promises;
    int64_t check_by;
    struct arena *look; /* of one look at the outbox */
    struct loop_timer next;
    bool busy;
};

static void ask_for_links(struct courier_state *c)
{
    if (!writer_client_wired(c->writer))
        role_lost(c->self, ROLE_WRITER, 0, ROLE_USE_MAIN);
    if (!vault_wired(c->vault))
        role_lost(c->self, ROLE_VAULT, 0, ROLE_USE_MAIN);
    if (role_count(c->self, ROLE_HOST) > 0 && !host_wired(c->runner.host))
        role_lost(c->self, ROLE_HOST, 0, ROLE_USE_MAIN);
}

/* Turn the loop while waiting for the writer, so that the supervisor can bring a new link. */
static void wait_turn(void *arg)
{
    struct courier_state *c = arg;
    ask_for_links(c);
    if (loop_step(c->self->loop, 100) != ST_OK)
        log_event(LOG_ERROR, "loop", NULL);
}

static st call(void *at, struct arena *a, enum command cmd, uid idem, const void *in, void *out)
{
    struct courier_state *c = at;
    struct command_call m = { .cmd = cmd, .idem = idem, .in = in, .actor = { .kind = ACTOR_SYSTEM, .caps = CAP_SYSTEM } };
    return writer_call(c->writer, a, &m, out, NULL);
}

/* Is there anything to lease? Asking the database costs nothing, asking the writer a transaction. */
static bool anything_due(struct courier_state *c)
{
    arena_reset(c->look);
    struct shared_jobs_due_in in = { .now = clock_now() };
    struct shared_jobs_due_rows rows;
    st s = shared_jobs_due(c->db, c->look, &in, &rows);
    if (s == ST_OK && rows.n > 0)
        return true;
    struct shared_jobs_lost_rows lost = { 0 };
    if (s == ST_OK)
        s = shared_jobs_lost(c->db, c->look, &(struct shared_jobs_lost_in){ .now = in.now }, &lost);
    if (s == ST_AWAY)
        s = db_reset(c->db);
    return s == ST_OK && lost.n > 0;
}

/* What is due by the timetable and in the outbox; how long to wait then. */
static int64_t one_round(struct courier_state *c)
{
    size_t done = 0;
    st s = timetable_round(&c->timetable, timetable_rows, timetable_rows_n, call, c, clock_now());
    if (s == ST_OK && !anything_due(c))
        return LOOK_MS;
    if (s == ST_OK)
        s = job_round(&c->runner, AT_ONCE, &done);
    if (s == ST_OK)
        return done > 0 ? 0 : LOOK_MS;
    log_event(LOG_WARN, "jobs", "status=%s", st_info(s)->name);
    return REST_MS;
}

/* One check of a promise, when nothing else is to be done, or nothing else was for long. */
static int64_t one_check(struct courier_state *c, int64_t wait)
{
    bool ran = false;
    if (wait == REST_MS || (wait != LOOK_MS && clock_ms() < c->check_by))
        return wait;
    c->check_by = clock_ms() + CHECK_MS;
    st s = promise_round(&c->promises, clock_now(), &ran);
    if (s != ST_OK)
        log_event(LOG_WARN, "promises", "status=%s", st_info(s)->name);
    if (s == ST_AWAY && db_reset(c->db) != ST_OK)
        log_event(LOG_WARN, "promises", "database=away");
    return wait;
}

static void on_next(void *arg)
{
    struct courier_state *c = arg;
    if (c->busy || c->self->stopping)
        return;
    c->busy = true;
    ask_for_links(c);
    vault_tick(c->vault);
    int64_t wait = one_check(c, one_round(c));
    c->busy = false;
    if (c->self->stopping)
        role_done(c->self);
    else if (loop_timer_set(c->self->loop, &c->next, clock_ms() + wait) != ST_OK)
        log_event(LOG_ERROR, "no-timer", "for=jobs");
}

/* The trial's gateway calls this system back and trusts the certificate it serves: it must be there before the sandbox is. */
static st trust_ourselves(struct role_self *self)
{
    str chain, key;
    return self->config->trial.enabled ? own_certificate(self->arena, self->config, &chain, &key) : ST_OK;
}

static st sign(void *at, str text, uint8_t signature[SIGN_BYTES], uint8_t public_half[SIGN_PUBLIC])
{
    struct courier_state *c = at;
    return vault_sign(c->vault, text, signature, public_half);
}

static st courier_open(struct role_self *self)
{
    struct courier_state *c = NEW(self->arena, struct courier_state);
    if (!c)
        return ST_NO_MEMORY;
    self->state = c;
    c->self = self;
    TRY(trust_ourselves(self));
    TRY(shared_db(self->arena, self->config, DB_READ, &c->db));
    c->runner = (struct job_runner){ .db = c->db, .config = self->config,
        .handlers = job_handlers, .n_handlers = job_handlers_n, .call = call, .call_at = c };
    TRY(privacy_in_force(c->db, self->arena, &c->runner.statement, &c->runner.statement_id));
    c->vault = vault_client(self->arena, ROLE_COURIER, -1, CACHED_KEYS);
    c->look = arena_new(1 << 20);
    c->runner.host = host_client(self->arena);
    c->runner.restricted = restricted_new(self->arena, false);
    if (!c->vault || !c->look || !c->runner.host || !c->runner.restricted)
        return ST_NO_MEMORY;
    TRY(vault_keep_seconds(c->vault, self->config->vault.keep_seconds));
    c->runner.vault = c->vault;
    c->promises = (struct promise_runner){ .db = c->db, .vault = c->vault, .statement = c->runner.statement,
        .statement_id = c->runner.statement_id, .config = self->config, .call = call, .call_at = c, .rest_until = { INT64_MIN },
        .sign = sign, .sign_at = c };
    struct writer_client_setup setup = { .mine = ROLE_COURIER, .fd = -1, .answer_ms = ANSWER_MS, .wait = wait_turn, .arg = c };
    TRY(writer_client_new(self->arena, &setup, &c->writer));
    return shared_features(self->arena, self->config);
}

static st courier_start(struct role_self *self)
{
    struct courier_state *c = self->state;
    c->next = (struct loop_timer){ .fn = on_next, .arg = c };
    return loop_timer_set(self->loop, &c->next, clock_ms());
}

static st courier_peer(struct role_self *self, const struct role_peer *peer, int fd)
{
    struct courier_state *c = self->state;
    if (peer->role == ROLE_WRITER)
        return writer_client_rewire(c->writer, fd);
    if (peer->role == ROLE_HOST)
        return host_rewire(c->runner.host, fd);
    TRY(BUG_UNLESS(peer->role == ROLE_VAULT));
    return vault_rewire(c->vault, fd);
}

/* The job that is being done is finished first. */
static void courier_stop(struct role_self *self)
{
    struct courier_state *c = self->state;
    if (!c->busy)
        role_done(self);
}

static void courier_close(struct role_self *self)
{
    struct courier_state *c = self->state;
    writer_client_end(c->writer);
    vault_end(c->vault);
    host_end(c->runner.host);
    db_close(c->db);
    arena_free(c->look);
}

const struct role_ops courier_role = {
    .open = courier_open,
    .start = courier_start,
    .peer = courier_peer,
    .stop = courier_stop,
    .close = courier_close,
};
