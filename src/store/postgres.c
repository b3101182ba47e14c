/* The PostgreSQL driver: libpq over a Unix socket, prepared statements, binary values both ways.
 *
 * Parameters travel as bigint, text or bytea and nothing else, so a statement means the same as on SQLite.
 * The writing connection holds an advisory lock for as long as it lives: a second writer is told so. */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "postgres.h"
#include "postgres_internal.h"
#include "str.h"

#define WRITER_LOCK 0x61766f77 /* "avow" */

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_NUMERIC = 1700 };

static PGconn *conn_of(const struct db *db)
{
    return pg_of(db)->conn;
}

/* SQLSTATE to status: the class, and a few single codes. */
static const struct {
    char state[6];
    st status;
} states[] = {
    { "23", ST_CONFLICT },     { "40", ST_RETRY },  { "55P03", ST_RETRY }, { "57014", ST_TIMEOUT },
    { "22021", ST_INVALID },   { "53100", ST_FULL }, { "53200", ST_NO_MEMORY }, { "53", ST_AWAY },
    { "54", ST_TOO_LARGE },    { "57P", ST_AWAY },  { "08", ST_AWAY },     { "58", ST_IO },
    { "XX", ST_IO },           { "25006", ST_BUG }, { "25P03", ST_AWAY },
};

static st status_of(const char *state)
{
    for (size_t i = 0; i < COUNT(states); i++) {
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
            return states[i].status;
        }
    }
    return ST_BUG;
}

/* The message itself can quote values: only code and names are kept, and the text of our own mistakes. */
st pg_failed(struct db *db, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    if (state == NULL) { /* not the server's word: the connection broke */
        return pg_lost(db);
    }
    /* A writer that may not write (a standby; an administrator's order): whether that has changed, a new session tells. For a
     * reader it is our mistake. */
    if (strcmp(state, "25006") == 0 && db->mode == DB_WRITE) {
        db_say(db, "postgresql: the database is read only");
        pg_of(db)->lost = true;
        return ST_READ_ONLY;
    }
    const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    const char *column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
    st s = status_of(state);
    const char *name = constraint ? constraint : column ? column : "";
    if (strncmp(state, "42", 2) == 0) {
        name = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    }
    db_say(db, "postgresql %s %s", state, name);
    return s;
}

static st finish(struct db *db, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    st s = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? ST_OK : pg_failed(db, r);
    PQclear(r);
    return s;
}

static st simple(struct db *db, const char *sql)
{
    return finish(db, PQexec(conn_of(db), sql));
}

/* A connection that the server has closed is readable, and then at its end. */
static bool alive(struct db *db)
{
    return !pg_of(db)->lost && PQconsumeInput(conn_of(db)) == 1 && PQconsumeInput(conn_of(db)) == 1;
}

/* A snapshot begins with its first statement, whose answer tells of it too. */
static st begin(struct db *db, const char *sql)
{
    if (!alive(db)) {
        return pg_lost(db);
    }
    TRY(pg_put_control(db, PG_CONTROL, sql));
    return db->mode == DB_READ ? ST_OK : pg_answers(db, NULL);
}

/* Of a reader it is only sent: there is nothing that could be kept or lost. */
static st roll_back(struct db *db, const char *sql)
{
    if (db->mode == DB_READ && pg_of(db)->unsure == 0) {
        TRY(pg_put_control(db, PG_QUIET, sql));
        return pg_send(db);
    }
    if (pg_of(db)->unsure > 0) {
        IGNORE(pg_answers(db, NULL)); /* whatever it was, it is rolled back */
    }
    TRY(pg_put_control(db, PG_CONTROL, sql));
    return pg_answers(db, NULL);
}

static st control(struct db *db, const char *sql)
{
    str verb = str_c(sql);
    if (str_starts(verb, S("BEGIN"))) {
        return begin(db, sql);
    }
    if (str_starts(verb, S("ROLLBACK"))) {
        return roll_back(db, sql);
    }
    bool commit = str_eq(verb, S("COMMIT"));
    /* A savepoint alone does not fail; but what ran before it belongs before it, and what ran in it belongs in it. */
    bool later = !commit && pg_of(db)->unsure == 0;
    TRY(pg_put_control(db, commit ? PG_COMMIT : PG_CONTROL, sql));
    return later ? ST_OK : pg_answers(db, NULL);
}

/* Several statements in one text go only outside the pipeline. */
static st script(struct db *db, str text)
{
    TRY(pg_plain(db));
    st s = simple(db, text.p); /* generated: a NUL-terminated literal */
    st back = pg_pipeline(db);
    return s == ST_OK ? back : s;
}

/* Statements ---------------------------------------------------------------------------------------- */

static Oid oid_of(enum stmt_type type)
{
    switch (type) {
    case STMT_TEXT:
    case STMT_DATE:
        return OID_TEXT;
    case STMT_BLOB:
    case STMT_UID:
    case STMT_SEALED:
        return OID_BYTEA;
    case STMT_I64:
    case STMT_BOOL:
    case STMT_TIME:
        return OID_INT8;
    }
    return 0;
}

void pg_types(const struct stmt *s, Oid *types)
{
    for (size_t i = 0; i < s->n_params; i++) {
        types[i] = oid_of(s->params[i].type);
    }
}

static int64_t big_endian(const char *p, int bytes)
{
    uint64_t v = bytes > 0 && (p[0] & 0x80) ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++) {
        v = v << 8 | (uint8_t)p[i];
    }
    return (int64_t)v;
}

/* sum() of bigint is numeric: whole numbers of it that fit are taken. Groups of four digits, highest first. */
static st numeric(const char *p, int n, int64_t *out)
{
    TRY(BUG_UNLESS(n >= 8));
    int64_t digits = big_endian(p, 2), weight = big_endian(p + 2, 2), sign = big_endian(p + 4, 2) & 0xffff;
    int64_t v = 0;
    TRY(BUG_UNLESS((sign == 0 || sign == 0x4000) && n == 8 + 2 * digits && digits <= weight + 1));
    for (int64_t i = 0; i <= weight; i++) {
        int64_t group = i < digits ? big_endian(p + 8 + 2 * i, 2) : 0;
        if (__builtin_mul_overflow(v, 10000, &v) || __builtin_sub_overflow(v, group, &v)) {
            return ST_OVERFLOW;
        }
    }
    if (sign == 0) { /* built up below zero, where there is one number more */
        return __builtin_sub_overflow(0, v, out) ? ST_OVERFLOW : ST_OK;
    }
    *out = v;
    return ST_OK;
}

static st column(const PGresult *r, int row, int i, struct value *v)
{
    const char *p = PQgetvalue(r, row, i);
    int n = PQgetlength(r, row, i);
    if (PQgetisnull(r, row, i)) {
        v->kind = VALUE_NULL;
        return ST_OK;
    }
    switch (PQftype(r, i)) {
    case OID_TEXT:
    case OID_BYTEA:
        v->kind = PQftype(r, i) == OID_TEXT ? VALUE_TEXT : VALUE_BLOB;
        v->s = (str){ p, (size_t)n };
        return ST_OK;
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
        v->kind = VALUE_I64;
        v->i = big_endian(p, n);
        return ST_OK;
    case OID_BOOL:
        v->kind = VALUE_I64;
        v->i = *p != 0;
        return ST_OK;
    case OID_NUMERIC:
        v->kind = VALUE_I64;
        return numeric(p, n, &v->i);
    default:
        return log_bug(__FILE__, __LINE__, "a result type that both databases do not share");
    }
}

st pg_rows(const struct stmt *s, const PGresult *r, struct sink *sink)
{
    UNFILLED struct value values[STMT_COLUMNS_MAX];
    TRY(BUG_UNLESS(PQnfields(r) == (int)s->n_cols));
    for (int row = 0; row < PQntuples(r); row++) {
        for (size_t i = 0; i < s->n_cols; i++) {
            TRY(column(r, row, (int)i, &values[i]));
        }
        TRY(sink->row(sink, values));
    }
    return ST_OK;
}

static st run(struct db *db, const struct stmt *s, const struct value *params, struct sink *sink)
{
    TRY(pg_put_run(db, s, params));
    return sink->later ? ST_OK : pg_answers(db, sink);
}

static void compare(const PGresult *r, const struct stmt *s, struct arena *a, str *wrong)
{
    for (int i = 0; i < PQnfields(r) && i < (int)s->n_cols; i++) {
        Oid got = PQftype(r, i), want = oid_of(s->cols[i].type);
        bool number = got == OID_INT4 || got == OID_INT2 || got == OID_BOOL || got == OID_NUMERIC;
        if (got != want && !(want == OID_INT8 && number)) {
            *wrong = str_fmt(a, "column %.*s is of type %u", STR_ARG(s->cols[i].name), got);
        }
    }
    if (PQnfields(r) != (int)s->n_cols) {
        *wrong = str_fmt(a, "%d columns instead of %zu", PQnfields(r), s->n_cols);
    }
}

st postgres_describe(struct db *db, const struct stmt *s, struct arena *a, str *wrong)
{
    const char *name = "described";
    Oid types[STMT_PARAMS_MAX];
    *wrong = S("");
    pg_types(s, types);
    TRY(pg_plain(db));
    st done = finish(db, PQexec(conn_of(db), "DEALLOCATE ALL"));
    if (done == ST_OK) {
        done = finish(db, PQprepare(conn_of(db), name, s->postgres.p, (int)s->n_params, types));
    }
    if (done == ST_OK) {
        PGresult *r = PQdescribePrepared(conn_of(db), name);
        compare(r, s, a, wrong);
        done = finish(db, r);
    }
    st back = pg_pipeline(db);
    return done == ST_OK ? back : done;
}

static st has_table(struct db *db, const char *name, bool *out)
{
    const char *params[] = { name };
    TRY(pg_plain(db));
    PGresult *r = PQexecParams(conn_of(db), "SELECT to_regclass($1) IS NOT NULL", 1, NULL, params, NULL, NULL, 0);
    *out = PQntuples(r) == 1 && *PQgetvalue(r, 0, 0) == 't';
    st s = finish(db, r), back = pg_pipeline(db);
    return s == ST_OK ? back : s;
}

/* Connections --------------------------------------------------------------------------------------- */

static bool in_transaction(struct db *db)
{
    PGTransactionStatusType t = PQtransactionStatus(conn_of(db));
    return !pg_of(db)->lost && (t == PQTRANS_INTRANS || t == PQTRANS_INERROR || t == PQTRANS_ACTIVE);
}

static void no_notice(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r; /* notices can quote values; nothing here reads them */
}

/* Only a Unix socket: the database's traffic is not encrypted and not authenticated by anything else. */
static st check_url(struct db *db, const char *address, const char **host)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(address, &why);
    if (options == NULL) {
        PQfreemem(why);
        db_say(db, "postgresql: the address cannot be read");
        return ST_CONFIG;
    }
    st s = ST_OK;
    *host = NULL;
    for (const PQconninfoOption *o = options; o->keyword != NULL; o++) {
        if (o->val == NULL || *o->val == '\0') {
            continue;
        }
        bool is_host = strcmp(o->keyword, "host") == 0;
        if (strcmp(o->keyword, "hostaddr") == 0 || strcmp(o->keyword, "options") == 0 ||
            (is_host && (*o->val != '/' || strchr(o->val, ',') != NULL))) {
            db_say(db, "postgresql: only a Unix socket will do: ?host=/socket/directory");
            s = ST_CONFIG;
        } else if (is_host) {
            *host = str_z(db->arena, str_c(o->val));
        }
    }
    PQconninfoFree(options);
    return s;
}

static st lock_writer(struct db *db)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT pg_try_advisory_lock(%d)", WRITER_LOCK);
    PGresult *r = PQexec(conn_of(db), sql);
    if (PQresultStatus(r) == PGRES_TUPLES_OK && *PQgetvalue(r, 0, 0) == 'f') {
        PQclear(r);
        db_say(db, "another writer has this database open; stop it first");
        return ST_CONFLICT;
    }
    return finish(db, r);
}

static st connect_now(struct db *db)
{
    static const char read_options[] = "-c statement_timeout=10s -c default_transaction_read_only=on";
    static const char write_options[] = "-c statement_timeout=60s -c synchronous_commit=on";
    struct pg *pg = db->postgres;
    char options[200];
    snprintf(options, sizeof options, "%s -c lock_timeout=%d", db->mode == DB_WRITE ? write_options : read_options,
             db->wait_ms);
    const char *keys[] = { "dbname", "host", "client_encoding", "connect_timeout", "application_name", "options",
                           NULL };
    const char *values[] = { pg->url, pg->host ? pg->host : "/var/run/postgresql", "UTF8", "5", "avow", options, NULL };
    pg->conn = PQconnectdbParams(keys, values, 1);
    pg->lost = false;
    pg->n = pg->unsure = 0;
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        db_say(db, "postgresql: cannot connect");
        return ST_AWAY;
    }
    PQsetNoticeReceiver(pg->conn, no_notice, NULL);
    st s = db->mode == DB_WRITE ? lock_writer(db) : ST_OK;
    s = s == ST_OK ? pg_pipeline(db) : s;
    if (s != ST_OK) { /* nobody shall find a connection that may not write */
        PQfinish(pg->conn);
        pg->conn = NULL;
    }
    return s;
}

static st reset(struct db *db)
{
    struct pg *pg = pg_of(db);
    if (!pg->lost && pg->n > 0) {
        IGNORE(pg_answers(db, NULL)); /* it matters only whether the connection is lost */
    }
    if (!pg->lost && PQstatus(pg->conn) == CONNECTION_OK && PQtransactionStatus(pg->conn) == PQTRANS_IDLE) {
        return ST_OK;
    }
    PQfinish(pg->conn);
    for (size_t i = 0; i < db->cache.cap; i++) {
        db->cache.v[i].handle = NULL;
    }
    return connect_now(db);
}

static st checkpoint(struct db *db)
{
    (void)db; /* the server's own business */
    return ST_OK;
}

static void close_conn(struct db *db)
{
    PQfinish(conn_of(db));
    ((struct pg *)db->postgres)->conn = NULL;
}

static int fd(const struct db *db)
{
    return PQsocket(conn_of(db));
}

static const struct db_driver driver = {
    .control = control,
    .script = script,
    .run = run,
    .has_table = has_table,
    .in_transaction = in_transaction,
    .reset = reset,
    .checkpoint = checkpoint,
    .close = close_conn,
    .fd = fd,
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .begin_write = "BEGIN ISOLATION LEVEL READ COMMITTED",
};

st postgres_open(struct db *db, str address)
{
    struct pg *pg = NEW(db->arena, struct pg);
    if (pg == NULL) {
        return ST_NO_MEMORY;
    }
    pg->url = str_z(db->arena, address);
    if (pg->url == NULL) {
        return ST_CONFIG;
    }
    db->postgres = pg;
    db->driver = &driver;
    TRY(check_url(db, pg->url, &pg->host));
    return connect_now(db);
}
