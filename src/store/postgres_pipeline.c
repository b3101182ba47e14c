/* PostgreSQL's pipeline: statements are sent one behind the other, and their answers are read when one of them is needed.
 *
 * A round trip costs more than most statements. What nobody waits for (stmt_exec() without `changed`, savepoints) is put into the
 * pipeline and travels with the next statement that has a result. The server answers in order. Behind a failure it skips
 * everything up to the next synchronisation point, so nothing runs after an error that was not known yet. */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "postgres_internal.h"
#include "str.h"

st pg_lost(struct db *db)
{
    db_say(db, "postgresql: connection lost");
    pg_of(db)->lost = true;
    return ST_AWAY;
}

/* ---- putting ---- */

static void put(struct pg *pg, enum pg_kind kind, const struct stmt *s)
{
    pg->waiting[pg->n++] = (struct pg_waiting){ kind, s };
    pg->unsure += kind == PG_PREPARE || kind == PG_RUN;
}

/* Room for two more and for the point that comes last. */
static st room(struct db *db)
{
    struct pg *pg = pg_of(db);
    if (pg->lost || pg->conn == NULL)
        return pg_lost(db);
    return pg->n + 3 <= PG_WAITING_MOST ? ST_OK : pg_answers(db, NULL);
}

st pg_put_control(struct db *db, enum pg_kind kind, const char *sql)
{
    TRY(room(db));
    if (PQsendQueryParams(pg_of(db)->conn, sql, 0, NULL, NULL, NULL, NULL, 1) != 1)
        return pg_lost(db);
    put(pg_of(db), kind, NULL);
    return ST_OK;
}

static st put_prepare(struct db *db, const struct stmt *s, const char *name)
{
    Oid types[STMT_PARAMS_MAX];
    pg_types(s, types);
    if (PQsendPrepare(pg_of(db)->conn, name, s->postgres.p, (int)s->n_params, types) != 1)
        return pg_lost(db);
    put(pg_of(db), PG_PREPARE, s);
    return ST_OK;
}

static st put_execute(struct db *db, const struct stmt *s, const char *name, const struct value *v)
{
    const char *data[STMT_PARAMS_MAX];
    int lengths[STMT_PARAMS_MAX], formats[STMT_PARAMS_MAX];
    uint64_t numbers[STMT_PARAMS_MAX];
    for (size_t i = 0; i < s->n_params; i++) {
        formats[i] = 1;
        lengths[i] = 8;
        data[i] = NULL;
        if (v[i].kind == VALUE_I64) {
            numbers[i] = htobe64((uint64_t)v[i].i);
            data[i] = (const char *)&numbers[i];
        } else if (v[i].kind != VALUE_NULL) {
            data[i] = v[i].s.p;
            lengths[i] = (int)v[i].s.n;
        }
    }
    if (PQsendQueryPrepared(pg_of(db)->conn, name, (int)s->n_params, data, lengths, formats, 1) != 1)
        return pg_lost(db);
    put(pg_of(db), PG_RUN, s);
    return ST_OK;
}

st pg_put_run(struct db *db, const struct stmt *s, const struct value *v)
{
    char name[16];
    struct stmt_slot *slot = stmt_slot(db, s);
    if (slot == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < s->n_params; i++)
        if (v[i].kind > VALUE_I64 && v[i].s.n > INT32_MAX / 2)
            return ST_TOO_LARGE;
    TRY(room(db));
    snprintf(name, sizeof name, "s%u", slot->number);
    if (slot->handle == NULL) {
        TRY(put_prepare(db, s, name));
        slot->handle = slot; /* until its answer says otherwise */
    }
    return put_execute(db, s, name, v);
}

st pg_send(struct db *db)
{
    TRY(room(db));
    if (PQpipelineSync(pg_of(db)->conn) != 1)
        return pg_lost(db);
    put(pg_of(db), PG_SYNC, NULL);
    return ST_OK;
}

/* ---- the answers ---- */

static int64_t changed_by(PGresult *r, const struct stmt *s)
{
    int64_t changed = 0;
    return stmt_writes(s) && i64_parse(str_c(PQcmdTuples(r)), 0, INT64_MAX, &changed) == ST_OK ? changed : 0;
}

/* A statement that was run: its rows, when somebody waits for them. */
static st ran(struct db *db, const struct pg_waiting *w, PGresult *r, struct sink *sink)
{
    int64_t changed = changed_by(r, w->stmt);
    if (sink == NULL) { /* store.c counts those of the others */
        if (w->stmt->sqlite.n > 0 && w->stmt->sqlite.p[0] == 'I')
            db->inserted += (uint64_t)changed;
        return ST_OK;
    }
    sink->changed = changed;
    return PQresultStatus(r) == PGRES_TUPLES_OK ? pg_rows(w->stmt, r, sink) : ST_OK;
}

static void not_prepared(struct db *db, const struct stmt *s)
{
    struct stmt_slot *slot = stmt_slot(db, s);
    if (slot != NULL)
        slot->handle = NULL;
}

static st result(struct db *db, const struct pg_waiting *w, PGresult *r, struct sink *sink)
{
    ExecStatusType status = PQresultStatus(r);
    bool worked = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!worked && w->kind == PG_PREPARE)
        not_prepared(db, w->stmt);
    if (status == PGRES_PIPELINE_ABORTED) /* told of at the failure before it */
        return ST_OK;
    if (!worked)
        return pg_failed(db, r);
    if (w->kind == PG_RUN)
        return ran(db, w, r, sink);
    if (w->kind == PG_COMMIT && strcmp(PQcmdStatus(r), "COMMIT") != 0) {
        db_say(db, "postgresql: the transaction had failed");
        return ST_BUG;
    }
    return ST_OK;
}

/* The answer to one thing. When the connection broke there are no more. */
static st answer(struct db *db, const struct pg_waiting *w, struct sink *sink)
{
    struct pg *pg = pg_of(db);
    PGresult *r = PQgetResult(pg->conn);
    if (r == NULL)
        return pg_lost(db);
    if (w->kind == PG_SYNC) {
        st s = PQresultStatus(r) == PGRES_PIPELINE_SYNC ? ST_OK : pg_lost(db);
        PQclear(r);
        return s;
    }
    st s = result(db, w, r, sink);
    PQclear(r);
    if (!pg->lost && (r = PQgetResult(pg->conn)) != NULL) { /* one result each, and then none */
        PQclear(r);
        return pg_lost(db);
    }
    return w->kind == PG_QUIET && !pg->lost ? ST_OK : s;
}

st pg_answers(struct db *db, struct sink *sink)
{
    struct pg *pg = pg_of(db);
    st first = ST_OK;
    if (pg->lost || pg->conn == NULL)
        return pg_lost(db);
    if (pg->n == 0)
        return ST_OK;
    if (PQpipelineSync(pg->conn) != 1)
        return pg_lost(db);
    put(pg, PG_SYNC, NULL);
    size_t n = pg->n;
    pg->n = pg->unsure = 0;
    for (size_t i = 0; i < n && !pg->lost; i++) {
        st s = answer(db, &pg->waiting[i], i + 2 == n ? sink : NULL);
        first = first == ST_OK ? s : first;
    }
    return first;
}

st pg_plain(struct db *db)
{
    struct pg *pg = pg_of(db);
    TRY(pg_answers(db, NULL));
    return PQexitPipelineMode(pg->conn) == 1 ? ST_OK : pg_lost(db);
}

st pg_pipeline(struct db *db)
{
    return PQenterPipelineMode(pg_of(db)->conn) == 1 ? ST_OK : pg_lost(db);
}
