/* A fresh database for a test, on SQLite or PostgreSQL, gone again afterwards.
 *
 * PostgreSQL: AVOW_TEST_PG names a server (tools/pg start prints it) and each test makes its own database there;
 * without it a server is started with tools/pg for as long as this program runs. */
#ifndef AVOW_TEST_DB_H
#define AVOW_TEST_DB_H

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rnd.h"
#include "store.h"
#include "str.h"

struct test_db {
    bool postgres;
    str url;        /* for db_open */
    char dir[64];   /* SQLite: where the file is */
    char name[40];  /* PostgreSQL: the database */
};

/* Weak: the files of one test program share it. */
struct test_pg {
    char server[300]; /* address of the server's own database */
    char dir[64];     /* of the server this program started */
};
__attribute__((weak)) struct test_pg test_pg;

static inline void test_pg_stop(void)
{
    char command[600];
    snprintf(command, sizeof command, "%s stop %s/pg && rmdir %s", TEST_TOOLS_PG, test_pg.dir, test_pg.dir);
    if (system(command) != 0) {
        fprintf(stderr, "# the test's PostgreSQL did not stop\n");
    }
}

/* The address of a server; starts one when there is none. NULL when that fails. */
static inline const char *test_pg_server(void)
{
    const char *given = getenv("AVOW_TEST_PG");
    if (given != NULL && *given != '\0') {
        return given;
    }
    if (test_pg.server[0] == '\0') {
        char command[600];
        snprintf(test_pg.dir, sizeof test_pg.dir, "/tmp/avow-pg.XXXXXX");
        if (mkdtemp(test_pg.dir) == NULL || chmod(test_pg.dir, 0711) != 0) {
            return NULL;
        }
        snprintf(command, sizeof command, "%s start %s/pg", TEST_TOOLS_PG, test_pg.dir);
        FILE *f = popen(command, "r");
        bool ok = f != NULL && fgets(test_pg.server, sizeof test_pg.server, f) != NULL;
        if (f == NULL || pclose(f) != 0 || !ok) {
            return NULL;
        }
        test_pg.server[strcspn(test_pg.server, "\n")] = '\0';
        setenv("AVOW_TEST_PG", test_pg.server, 1); /* for the programs that this one starts */
        atexit(test_pg_stop);
    }
    return test_pg.server;
}

/* Run SQL on the server itself; false on failure. */
static inline bool test_pg_do(const char *address, const char *sql)
{
    PGconn *conn = PQconnectdb(address);
    PGresult *r = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(r);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!ok) {
        fprintf(stderr, "# %s: %s", sql, PQerrorMessage(conn));
    }
    PQclear(r);
    PQfinish(conn);
    return ok;
}

static inline st test_db_postgres(struct arena *a, struct test_db *t)
{
    char sql[200];
    const char *server = test_pg_server();
    const char *name = server ? strstr(server, "/postgres?") : NULL;
    if (name == NULL) {
        return ST_CONFIG;
    }
    snprintf(t->name, sizeof t->name, "avow_test_%d_%08x", (int)getpid(), rnd_below(UINT32_MAX));
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
             t->name);
    t->url = str_fmt(a, "%.*s/%s%s", (int)(name - server), server, t->name, name + strlen("/postgres"));
    return test_pg_do(server, sql) && t->url.p != NULL ? ST_OK : ST_AWAY;
}

NODISCARD static inline st test_db_new(struct arena *a, bool postgres, struct test_db *t)
{
    *t = (struct test_db){ .postgres = postgres };
    if (postgres) {
        return test_db_postgres(a, t);
    }
    snprintf(t->dir, sizeof t->dir, "/tmp/avow-test.XXXXXX");
    if (mkdtemp(t->dir) == NULL) {
        return ST_IO;
    }
    t->url = str_fmt(a, "sqlite:%s/avow.db", t->dir);
    return t->url.p != NULL ? ST_OK : ST_NO_MEMORY;
}

/* Close all connections first. */
static inline void test_db_drop(struct test_db *t)
{
    if (t->postgres) {
        char sql[100];
        snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", t->name);
        IGNORE(test_pg_do(test_pg_server(), sql));
        return;
    }
    static const char *const files[] = { "avow.db", "avow.db-wal", "avow.db-shm", "avow.db.lock" };
    char path[100];
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", t->dir, files[i]);
        unlink(path);
    }
    rmdir(t->dir);
}

#endif
