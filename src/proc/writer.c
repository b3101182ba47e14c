/* The writer role: the only one that writes the database, and the only one that moves its log.
 *
 * Commands are gathered while they come, and run in groups: one transaction, a savepoint for each, one commit, and only
 * then is anybody answered. When the disk is full or broken the whole group is told to come again, and the writer
 * answers so at once until writing works again; readers are not disturbed. */
#include "role.h"

#include "clock.h"
#include "group.h"
#include "log.h"
#include "migrate.h"
#include "privacy.h"
#include "restricted.h"
#include "shared.h"
#include "vault.h"

#include <sys/socket.h>
#include <unistd.h>

#define CALLERS_MAX 64
#define QUEUE_MAX ((size_t)4 * 1024 * 1024)
#define CACHED_KEYS 2048
#define TICK_MS 1000

struct writer_state;

struct caller {
    struct writer_state *writer;
    struct link *link; /* NULL: this place is free */
    enum role role;
    int index;
};

struct writer_state {
    struct role_self *self;
    struct db *db;
    struct vault *vault;
    struct group *group;
    struct cx cx; /* what every command gets */
    st told;      /* to the apps: why writing does not work */
    struct caller callers[CALLERS_MAX];
    struct loop_watch commands; /* the listener for subcommands */
    struct loop_timer nudge, tick;
};

/* ---- callers --------------------------------------------------------------------------------------------------- */

/* Only the program itself may act as the program: a web role never does, whatever it says. */
static uint64_t allowed_caps(const struct caller *c, int64_t caps)
{
    uint64_t all = (uint64_t)caps;
    return c->role == ROLE_APP ? all & ~CAP_SYSTEM : all;
}

static st on_message(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct caller *c = arg;
    const struct msg_command_call *m = msg;
    TRY(PEER_UNLESS(kind == MSG_COMMAND_CALL));
    TRY(PEER_UNLESS(m->command >= 0 && m->command < CMD_COUNT));
    TRY(PEER_UNLESS(m->actor_kind >= ACTOR_VISITOR && m->actor_kind <= ACTOR_SYSTEM));
    struct command_request request = {
        .cmd = (enum command)m->command,
        .idem = m->idem,
        .actor = { .kind = (enum actor_kind)m->actor_kind, .person = m->person, .session = m->session,
            .caps = allowed_caps(c, m->caps) },
        .payload = m->payload,
        .input_code = m->input_code,
    };
    /* Full: run what there is first. The asker is one that waits, so this is as long as it would have waited anyway. */
    st s = group_add(c->writer->group, c, m->id, &request);
    if (s == ST_LIMIT) {
        group_run(c->writer->group);
        s = group_add(c->writer->group, c, m->id, &request);
    }
    if (s != ST_OK)
        log_event(LOG_ERROR, "command-dropped", "status=%s", st_info(s)->name);
    return ST_OK;
}

static void on_gone(void *arg, st why UNUSED)
{
    struct caller *c = arg;
    group_forget(c->writer->group, c);
    *c = (struct caller){ 0 };
}

static void answer(void *arg UNUSED, void *owner, int64_t id, const struct command_reply *r)
{
    struct caller *c = owner;
    struct msg_command_answer m = { .id = id, .status = r->status, .field = r->field, .message = r->message,
        .payload = r->payload };
    st s = link_send(c->link, MSG_COMMAND_ANSWER, &m);
    /* One that does not read is one that will ask again, with the same key. */
    if (s != ST_OK && s != ST_AWAY)
        log_event(LOG_WARN, "answer-not-sent", "role=%s status=%s", role_names[c->role], st_info(s)->name);
}

/* So that staff see it who only read. One that does not take it now hears of the next change, or sees it at a command. */
static void tell_state(const struct caller *c, st trouble, utc since)
{
    struct msg_writer_state m = { .status = trouble, .since = since.s };
    if (c->link && c->role == ROLE_APP)
        IGNORE(link_send(c->link, MSG_WRITER_STATE, &m));
}

static void tell_change(struct writer_state *w)
{
    utc since;
    st trouble = group_trouble(w->group, &since);
    if (trouble == w->told)
        return;
    w->told = trouble;
    for (size_t i = 0; i < CALLERS_MAX; i++)
        tell_state(&w->callers[i], trouble, since);
}

static st add_caller(struct writer_state *w, enum role role, int index, int fd)
{
    static const struct link_ops ops = { .got = on_message, .gone = on_gone };
    struct caller *c = w->callers;
    while (c < w->callers + CALLERS_MAX && c->link)
        c++;
    if (c == w->callers + CALLERS_MAX) {
        close(fd);
        return ST_LIMIT;
    }
    *c = (struct caller){ .writer = w, .role = role, .index = index };
    TRY(link_take(fd, w->self->loop, ROLE_WRITER, role, QUEUE_MAX, &ops, c, &c->link));
    utc since;
    tell_state(c, group_trouble(w->group, &since), since);
    return ST_OK;
}

static st writer_peer(struct role_self *self, const struct role_peer *peer, int fd)
{
    struct writer_state *w = self->state;
    if (peer->role == ROLE_VAULT)
        return vault_rewire(w->vault, fd);
    return add_caller(w, peer->role, peer->index, fd);
}

/* A subcommand: the folder of the socket lets only the owner of DATA come this far. */
static void on_connect(void *arg, uint32_t ready UNUSED)
{
    struct writer_state *w = arg;
    int fd = accept4(w->commands.fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    st s = chan_prepare(fd);
    if (s != ST_OK)
        close(fd);
    else
        s = add_caller(w, ROLE_CMD, 0, fd);
    if (s != ST_OK)
        log_event(LOG_WARN, "writer-connect", "status=%s", st_info(s)->name);
}

/* ---- groups ---------------------------------------------------------------------------------------------------- */

static void after_batch(void *arg)
{
    struct writer_state *w = arg;
    bool had_work = group_run(w->group);
    tell_change(w);
    if (!w->self->stopping)
        return;
    /* Everything that had been sent before the stop has been read when a whole turn of the loop brings nothing new. */
    if (had_work && loop_timer_set(w->self->loop, &w->nudge, clock_ms() + 1) == ST_OK)
        return;
    if (!w->nudge.slot)
        role_done(w->self);
}

static void on_nudge(void *arg UNUSED)
{
}

static void on_tick(void *arg)
{
    struct writer_state *w = arg;
    if (!vault_wired(w->vault))
        role_lost(w->self, ROLE_VAULT, 0, ROLE_USE_MAIN);
    vault_tick(w->vault);
    if (loop_timer_set(w->self->loop, &w->tick, clock_ms() + TICK_MS) != ST_OK)
        log_event(LOG_ERROR, "no-timer", "for=tick");
}

/* ---- life ------------------------------------------------------------------------------------------------------ */

static st open_database(struct role_self *self, struct writer_state *w)
{
    TRY(shared_db(self->arena, self->config, DB_WRITE, &w->db));
    int at = 0;
    st s = migrate(w->db, self->arena, &at);
    if (s != ST_OK)
        log_event(LOG_ERROR, "migrate", "at=%d status=%s", at, st_info(s)->name);
    return s;
}

/* The statement that this program was started with comes into force, unless it is already. */
static st publish(struct writer_state *w)
{
    int64_t id = 0;
    bool made = false;
    TRY(db_begin(w->db));
    st s = privacy_publish_nt(&w->cx, w->cx.gate.statement, &id, &made);
    if (s != ST_OK) {
        db_rollback(w->db);
        return s;
    }
    TRY(db_commit(w->db));
    w->cx.gate.statement_id = id;
    if (made)
        log_event(LOG_INFO, "statement-published", "id=%lld", (long long)id);
    return ST_OK;
}

static st writer_open(struct role_self *self)
{
    struct writer_state *w = NEW(self->arena, struct writer_state);
    if (!w)
        return ST_NO_MEMORY;
    self->state = w;
    w->self = self;
    w->cx.config = self->config;
    TRY(shared_statement(self->arena, self->config, &w->cx.gate.statement));
    TRY(open_database(self, w));
    w->vault = vault_client(self->arena, ROLE_WRITER, -1, CACHED_KEYS);
    w->cx.gate.restricted = restricted_new(self->arena, true);
    if (!w->vault || !w->cx.gate.restricted)
        return ST_NO_MEMORY;
    TRY(vault_keep_seconds(w->vault, self->config->vault.keep_seconds));
    w->cx.gate.db = w->db;
    w->cx.gate.vault = w->vault;
    w->cx.gate.arena = self->arena;
    w->cx.gate.now = clock_now();
    TRY(shared_features(self->arena, self->config));
    TRY(publish(w));
    return group_new(self->arena, &w->cx, answer, w, &w->group);
}

static st writer_start(struct role_self *self)
{
    struct writer_state *w = self->state;
    loop_after_batch(self->loop, after_batch, w);
    w->nudge = (struct loop_timer){ .fn = on_nudge, .arg = w };
    w->tick = (struct loop_timer){ .fn = on_tick, .arg = w };
    TRY(loop_timer_set(self->loop, &w->tick, clock_ms() + TICK_MS));
    int fd = role_listener(self, ROLE_FD_COMMANDS);
    w->commands = (struct loop_watch){ .fd = fd, .events = EPOLLIN, .fn = on_connect, .arg = w };
    return fd >= 0 ? loop_add(self->loop, &w->commands) : ST_OK;
}

static void writer_stop(struct role_self *self)
{
    struct writer_state *w = self->state;
    loop_remove(self->loop, &w->commands);
    if (loop_timer_set(self->loop, &w->nudge, clock_ms() + 1) != ST_OK)
        role_done(self);
}

static void writer_close(struct role_self *self)
{
    struct writer_state *w = self->state;
    for (size_t i = 0; i < CALLERS_MAX; i++)
        link_close(w->callers[i].link);
    group_end(w->group);
    vault_end(w->vault);
    db_close(w->db);
}

const struct role_ops writer_role = {
    .open = writer_open,
    .start = writer_start,
    .peer = writer_peer,
    .stop = writer_stop,
    .close = writer_close,
};
