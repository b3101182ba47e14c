/* Changing a database behind the program's back: over a connection of its own, in SQL that no command would write. */
#ifndef AVOW_BY_HAND_H
#define AVOW_BY_HAND_H

#include <sqlite3.h>

#include "engine.h"

/* Run it; the database of the engine must not be in a transaction. The first column of the first row as a number; -1: no row. */
static inline int64_t by_hand(struct engine *e, const char *sql)
{
    int64_t n = -1;
    if (!e->tdb.postgres) {
        sqlite3 *db = NULL;
        sqlite3_stmt *q = NULL;
        int rc = sqlite3_open(e->tdb.url.p + strlen("sqlite:"), &db);
        if (rc == SQLITE_OK)
            rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
        while (rc == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
            n = sqlite3_column_count(q) ? sqlite3_column_int64(q, 0) : n;
        rc = sqlite3_finalize(q) == SQLITE_OK ? rc : SQLITE_ERROR;
        if (!t_ok(rc == SQLITE_OK, sql))
            printf("# %s\n", sqlite3_errmsg(db));
        sqlite3_close(db);
        return n;
    }
    PGconn *conn = PQconnectdb(e->tdb.url.p);
    PGresult *r = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(r);
    if (!t_ok(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, sql))
        printf("# %s\n", PQerrorMessage(conn));
    if (status == PGRES_TUPLES_OK && PQntuples(r) > 0)
        n = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    PQfinish(conn);
    return n;
}

/* Bytes as the database writes them. */
static inline const char *by_hand_bytes(const struct engine *e, const char *hex)
{
    static char text[200];
    snprintf(text, sizeof text, e->tdb.postgres ? "'\\x%s'" : "x'%s'", hex);
    return text;
}

#endif
