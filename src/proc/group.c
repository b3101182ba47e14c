/* Groups of commands. */
#include "group.h"

#include "clock.h"
#include "log.h"
#include "restricted.h"
#include "str.h"

#define MEMBERS_MOST 64
#define MEMORY_MOST ((size_t)128 * 1024 * 1024)
#define PROBE_MS 1000 /* how long nobody tries after writing failed */

struct member {
    void *owner; /* NULL: gone */
    int64_t id;
    struct command_request request;
    struct command_reply reply;
};

struct group {
    struct cx cx;
    struct cx_chain chain;
    struct arena *arena; /* of the members, their inputs and their answers */
    group_answer_fn *answer;
    void *arg;
    struct member v[MEMBERS_MOST];
    size_t n;
    st trouble; /* why writing does not work; ST_OK when it does */
    utc since;  /* and since when */
    int64_t probe_at;
};

st group_new(struct arena *a, const struct cx *cx, group_answer_fn *answer, void *arg, struct group **out)
{
    struct group *g = NEW(a, struct group);
    if (!g)
        return ST_NO_MEMORY;
    *g = (struct group){ .cx = *cx, .arena = arena_new(MEMORY_MOST), .answer = answer, .arg = arg };
    if (!g->arena)
        return ST_NO_MEMORY;
    g->cx.gate.arena = g->arena;
    g->cx.chain = &g->chain;
    *out = g;
    return ST_OK;
}

void group_end(struct group *g)
{
    if (!g)
        return;
    arena_free(g->arena);
    g->arena = NULL;
}

/* What everybody is told when the database is in trouble. */
static st told(st trouble)
{
    return trouble == ST_OK || trouble == ST_FULL || trouble == ST_READ_ONLY ? trouble : ST_RETRY;
}

st group_trouble(const struct group *g, utc *since)
{
    *since = g->since;
    return told(g->trouble);
}

st group_add(struct group *g, void *owner, int64_t id, const struct command_request *request)
{
    if (g->n == MEMBERS_MOST)
        return ST_LIMIT;
    struct member m = { .owner = owner, .id = id, .request = *request };
    m.request.payload = str_dup(g->arena, request->payload);
    m.request.input_code = str_dup(g->arena, request->input_code);
    if (arena_failed(g->arena))
        return g->n ? ST_LIMIT : ST_NO_MEMORY;
    g->v[g->n++] = m;
    return ST_OK;
}

void group_forget(struct group *g, const void *owner)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->v[i].owner == owner)
            g->v[i].owner = NULL;
}

static void answer_all(struct group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->v[i].owner)
            g->answer(g->arg, g->v[i].owner, g->v[i].id, &g->v[i].reply);
    g->n = 0;
    arena_reset(g->arena);
}

/* In one transaction. ST_OK: all is durable. */
static st write_all(struct group *g)
{
    struct db *db = CX_DB(&g->cx);
    TRY(db_begin(db));
    st s = ST_OK;
    g->cx.gate.now = clock_now();
    restricted_settle(g->cx.gate.restricted);
    for (size_t i = 0; i < g->n && s == ST_OK; i++) {
        struct cx cx = g->cx;
        s = command_run_nt(&cx, &g->v[i].request, &g->v[i].reply);
    }
    if (s != ST_OK) {
        db_rollback(db);
        return s;
    }
    return db_commit(db);
}

static void refuse_all(struct group *g)
{
    for (size_t i = 0; i < g->n; i++)
        g->v[i].reply = (struct command_reply){ .status = told(g->trouble) };
}

static void note(struct group *g, st s)
{
    if (s != ST_OK) {
        log_event(LOG_ERROR, "commit-failed", "status=%s commands=%zu", st_info(s)->name, g->n);
        g->probe_at = clock_ms() + PROBE_MS;
        g->since = g->trouble == ST_OK ? clock_now() : g->since;
    } else if (g->trouble != ST_OK) {
        log_event(LOG_WARN, "writing-works-again", NULL);
    }
    g->trouble = s;
}

/* The server may have gone away and come back; a transaction is never tried again by itself, its askers do that. */
static st mend(struct group *g)
{
    st s = g->trouble == ST_OK ? ST_OK : db_reset(CX_DB(&g->cx));
    if (s != ST_OK)
        log_event(LOG_ERROR, "database-away", "status=%s", st_info(s)->name);
    return s;
}

bool group_run(struct group *g)
{
    if (g->n == 0)
        return false;
    if (g->trouble != ST_OK && clock_ms() < g->probe_at) {
        refuse_all(g);
        answer_all(g);
        return true;
    }
    st s = mend(g);
    note(g, s == ST_OK ? write_all(g) : s);
    if (g->trouble != ST_OK)
        refuse_all(g);
    answer_all(g);
    if (g->trouble == ST_OK) {
        s = db_checkpoint(CX_DB(&g->cx));
        if (s == ST_IO)
            note(g, s);
        else if (s != ST_OK && s != ST_RETRY) /* a reader may hold the log open: next time */
            log_event(LOG_WARN, "checkpoint", "status=%s", st_info(s)->name);
    }
    return true;
}
