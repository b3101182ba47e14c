/* The rules that are the same on both databases: what is legal when, doom, fault injection, rows. */
#include "store_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "str.h"

#define MAX_ROWS 100000
#define WAIT_MS 5000
#define RECONNECT_FIRST_MS 100
#define RECONNECT_MOST_MS 2000

void db_say(struct db *db, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(db->error, sizeof db->error, fmt, ap);
    va_end(ap);
}

st db_open(struct arena *a, const struct db_config *config, struct db **out)
{
    static const str sqlite = SI("sqlite:");
    struct db *db = NEW(a, struct db);
    if (db == NULL) {
        return ST_NO_MEMORY;
    }
    db->arena = a;
    db->mode = config->mode;
    db->max_rows = config->max_rows ? config->max_rows : MAX_ROWS;
    db->wait_ms = config->wait_ms > 0 ? config->wait_ms : WAIT_MS;
    db->cache_kib = config->cache_kib > 0 ? config->cache_kib : DB_CACHE_KIB;
    db->lock = -1;
    st s = ST_CONFIG;
    if (str_starts(config->url, sqlite)) {
        s = sqlite_open(db, str_sub(config->url, sqlite.n, config->url.n));
    } else if (str_starts(config->url, S("postgresql:"))) {
        s = postgres_open(db, config->url);
    } else {
        db_say(db, "a database's address begins with sqlite: or postgresql:");
    }
    if (s != ST_OK) {
        log_event(LOG_ERROR, "store.open", "why=\"%s\"", db->error);
        db_close(db);
        return s;
    }
    *out = db;
    return ST_OK;
}

void db_close(struct db *db)
{
    if (db != NULL && db->driver != NULL) {
        db_rollback(db);
        db->driver->close(db);
        db->driver = NULL;
    }
}

/* After an error: this savepoint can only be rolled back, and perhaps the whole transaction is lost. */
static st doom(struct db *db, st how)
{
    if (how != ST_OK && db->open) {
        db->doomed = true;
        if (db->gone == ST_OK && !db->driver->in_transaction(db)) {
            db->gone = how;
        }
    }
    return how;
}

/* What a call inside a doomed transaction gets. */
static st healthy(const struct db *db)
{
    return db->gone != ST_OK ? db->gone : BUG_UNLESS(!db->doomed);
}

static void forget(struct db *db)
{
    db->open = db->doomed = false;
    db->gone = ST_OK;
    db->depth = 0;
}

st db_begin(struct db *db)
{
    TRY(BUG_UNLESS(!db->open));
    TRY(db->driver->control(db, db->mode == DB_WRITE ? db->driver->begin_write : db->driver->begin_read));
    forget(db);
    db->open = true;
    return ST_OK;
}

st db_commit(struct db *db)
{
    TRY(BUG_UNLESS(db->open));
    st s = db->depth > 0 ? log_bug(__FILE__, __LINE__, "commit with an open savepoint") : healthy(db);
    if (s == ST_OK) {
        s = db->driver->control(db, "COMMIT");
    }
    if (s != ST_OK) {
        db_rollback(db);
        return s;
    }
    forget(db);
    return ST_OK;
}

void db_rollback(struct db *db)
{
    db->rollbacks += db->open;
    if (db->open && db->driver->in_transaction(db)) {
        IGNORE(db->driver->control(db, "ROLLBACK")); /* when even this fails the database has given it up itself */
    }
    forget(db);
}

/* `verb` and the name of the savepoint at this depth. */
static st savepoint(struct db *db, const char *verb, int depth)
{
    char sql[40];
    snprintf(sql, sizeof sql, "%s s%d", verb, depth);
    return db->driver->control(db, sql);
}

st db_savepoint(struct db *db)
{
    TRY(BUG_UNLESS(db->open && db->depth < DB_DEPTH_MAX));
    TRY(healthy(db));
    TRY(doom(db, savepoint(db, "SAVEPOINT", db->depth + 1)));
    db->depth++;
    return ST_OK;
}

st db_release(struct db *db)
{
    TRY(BUG_UNLESS(db->open && db->depth > 0));
    TRY(healthy(db));
    TRY(doom(db, savepoint(db, "RELEASE SAVEPOINT", db->depth)));
    db->depth--;
    return ST_OK;
}

void db_rollback_to(struct db *db)
{
    if (!db->open || db->depth == 0) {
        return;
    }
    db->rollbacks++;
    if (db->gone == ST_OK) {
        st s = savepoint(db, "ROLLBACK TO SAVEPOINT", db->depth);
        s = s == ST_OK ? savepoint(db, "RELEASE SAVEPOINT", db->depth) : s;
        db->doomed = false;
        if (s != ST_OK) {
            db->doomed = true;
            db->gone = s;
        }
    }
    db->depth--;
}

st db_settle(struct db *db, st s)
{
    if (s == ST_OK) {
        s = db_release(db);
    }
    if (s != ST_OK) {
        db_rollback_to(db);
    }
    return s;
}

st db_reset(struct db *db)
{
    forget(db);
    db->rollbacks++;
    if (clock_ms() < db->reconnect_at) {
        return ST_AWAY;
    }
    st s = db->driver->reset(db);
    int64_t longer = db->reconnect_wait > 0 ? 2 * db->reconnect_wait : RECONNECT_FIRST_MS;
    db->reconnect_wait = s == ST_OK ? 0 : longer < RECONNECT_MOST_MS ? longer : RECONNECT_MOST_MS;
    db->reconnect_at = s == ST_OK ? 0 : clock_ms() + db->reconnect_wait;
    return s;
}

st db_checkpoint(struct db *db)
{
    TRY(BUG_UNLESS(db->mode == DB_WRITE && !db->open));
    return db->driver->checkpoint(db);
}

void db_forget_log(struct db *db)
{
    db->forget_log = true;
}

bool db_sound(const struct db *db)
{
    return db->open && !db->doomed && db->gone == ST_OK;
}

bool db_is_sqlite(const struct db *db)
{
    return db->postgres == NULL;
}

int db_fd(const struct db *db)
{
    return db->driver->fd(db);
}

str db_error(const struct db *db)
{
    return str_c(db->error);
}

uint64_t db_rollbacks(const struct db *db)
{
    return db->rollbacks;
}

uint64_t db_inserted(const struct db *db)
{
    return db->inserted;
}

uint64_t db_fail_at(struct db *db, uint64_t nth, st how)
{
    uint64_t left = db->fail_in;
    db->fail_in = nth;
    db->fail_how = how;
    return left;
}

/* Prepared statements ----------------------------------------------------------------------------- */

static struct stmt_slot *place(struct stmt_slot *v, size_t cap, const struct stmt *key)
{
    size_t i = ((uintptr_t)key >> 4) * 2654435761u & (cap - 1);
    while (v[i].key != NULL && v[i].key != key) {
        i = (i + 1) & (cap - 1);
    }
    return &v[i];
}

struct stmt_slot *stmt_slot(struct db *db, const struct stmt *key)
{
    struct stmt_cache *c = &db->cache;
    if (2 * c->n >= c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 256;
        struct stmt_slot *v = NEWN(db->arena, struct stmt_slot, cap);
        if (v == NULL) {
            return NULL;
        }
        for (size_t i = 0; i < c->cap; i++) {
            if (c->v[i].key != NULL) {
                *place(v, cap, c->v[i].key) = c->v[i];
            }
        }
        c->v = v;
        c->cap = cap;
    }
    struct stmt_slot *slot = place(c->v, c->cap, key);
    if (slot->key == NULL) {
        slot->key = key;
        slot->number = (unsigned)++c->n;
    }
    return slot;
}

/* Running ----------------------------------------------------------------------------------------- */

/* Is this statement legal here, and do tests want it to fail? */
static st admit(struct db *db, const struct stmt *s)
{
    TRY(healthy(db));
    if (stmt_writes(s)) {
        TRY(BUG_UNLESS(db->mode == DB_WRITE && db->open));
    }
    if (db->fail_in > 0 && --db->fail_in == 0) {
        db_say(db, "injected at %.*s", STR_ARG(s->name));
        return db->fail_how;
    }
    return ST_OK;
}

static st run(struct db *db, const struct stmt *s, const void *in, struct sink *sink)
{
    UNFILLED struct value values[STMT_PARAMS_MAX];
    TRY(BUG_UNLESS(s->n_params <= STMT_PARAMS_MAX && s->n_cols <= STMT_COLUMNS_MAX));
    TRY(doom(db, admit(db, s)));
    TRY(doom(db, values_of(s, in, values)));
    TRY(doom(db, db->driver->run(db, s, values, sink)));
    if (stmt_writes(s) && s->sqlite.n > 0 && s->sqlite.p[0] == 'I') { /* INSERT */
        db->inserted += (uint64_t)sink->changed;
    }
    return ST_OK;
}

static st no_row(struct sink *sink, const struct value *values)
{
    (void)sink;
    (void)values;
    return log_bug(__FILE__, __LINE__, "a statement without rows returned one");
}

st stmt_exec(struct db *db, const struct stmt *s, const void *in, int64_t *changed)
{
    struct sink sink = { .row = no_row, .later = changed == NULL && stmt_writes(s) };
    TRY(run(db, s, in, &sink));
    if (changed != NULL) {
        *changed = sink.changed;
    }
    return ST_OK;
}

struct one_sink {
    struct sink sink;
    const struct stmt *stmt;
    struct arena *arena;
    void *row;
    bool found;
};

static st one_row(struct sink *sink, const struct value *values)
{
    struct one_sink *one = (struct one_sink *)sink;
    TRY(BUG_UNLESS(!one->found));
    one->found = true;
    return values_into(one->stmt, values, one->arena, one->row);
}

st stmt_one(struct db *db, struct arena *a, const struct stmt *s, const void *in, void *row)
{
    void *made = arena_alloc(a, s->row_size, 1);
    struct one_sink one = { .sink = { .row = one_row }, .stmt = s, .arena = a, .row = made };
    if (made == NULL) {
        return doom(db, ST_NO_MEMORY);
    }
    TRY(run(db, s, in, &one.sink));
    if (!one.found) {
        return ST_NOT_FOUND;
    }
    memcpy(row, made, s->row_size);
    return ST_OK;
}

struct many_sink {
    struct sink sink;
    const struct stmt *stmt;
    struct arena *arena;
    char *v;
    size_t n, cap, max;
    bool more;
};

/* Rows stand in one array; it doubles, and the arena keeps the old one until it ends. */
static st many_row(struct sink *sink, const struct value *values)
{
    struct many_sink *m = (struct many_sink *)sink;
    size_t size = m->stmt->row_size;
    if (m->n == m->max) {
        m->more = true;
        return m->stmt->max > 0 ? ST_OK : ST_TOO_LARGE;
    }
    if (m->n == m->cap) {
        size_t cap = m->cap ? 2 * m->cap : 16;
        cap = cap < m->max ? cap : m->max;
        char *v = arena_grow(m->arena, m->v, m->cap * size, cap * size);
        if (v == NULL) {
            return ST_NO_MEMORY;
        }
        m->v = v;
        m->cap = cap;
    }
    memset(m->v + m->n * size, 0, size);
    TRY(values_into(m->stmt, values, m->arena, m->v + m->n * size));
    m->n++;
    return ST_OK;
}

st stmt_many(struct db *db, struct arena *a, const struct stmt *s, const void *in, struct stmt_rows *rows)
{
    struct many_sink m = { .sink = { .row = many_row }, .stmt = s, .arena = a };
    m.max = s->max > 0 ? s->max : db->max_rows;
    TRY(run(db, s, in, &m.sink));
    *rows = (struct stmt_rows){ .v = m.v, .n = m.n, .more = m.more };
    return ST_OK;
}
