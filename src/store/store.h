/* One connection to the database, on SQLite or PostgreSQL.
 *
 * Nobody outside this directory sees SQL text: features call the typed functions that gen/sqlc makes
 * from their .sql file, and those hand a statement *index* to the driver.
 *
 * Ownership:   rows and slices handed out live in the arena given to the call.
 * Statements:  one that writes needs a DB_WRITE connection with an open transaction: ST_BUG otherwise.
 * Transaction: the writer's connection has one open transaction for a group of commands and a savepoint
 *              per command (db_begin/db_savepoint); readers have none, or a snapshot (db_begin).
 *              Any error dooms the innermost savepoint on both drivers: only rolling back is legal then.
 * Failure:     ST_CONFLICT a constraint said no, ST_NOT_FOUND no row, ST_RETRY busy or serialization,
 *              ST_FULL no space, ST_AWAY the server is gone, ST_TIMEOUT a statement took too long,
 *              ST_INVALID text that is no UTF-8 or holds NUL, ST_IO anything else of the outside world. */
#ifndef AVOW_STORE_H
#define AVOW_STORE_H

#include "arena.h"

struct db;
struct sealed; /* a personal value as stored; made and opened by the gates only (seal.h) */

enum db_mode { DB_READ, DB_WRITE };
#define DB_CACHE_KIB 8192

struct db_config {
    str url;        /* "sqlite:/path/avow.db" or "postgresql://…" (a Unix socket) */
    enum db_mode mode;
    size_t max_rows; /* 0: 100,000 */
    int wait_ms;     /* how long to wait for a lock before ST_RETRY; 0: 5,000 */
    int cache_kib;   /* SQLite: memory for pages; 0: DB_CACHE_KIB */
};

/* ST_CONFLICT: another writer has this database. The reason of any failure is in the log. */
NODISCARD st db_open(struct arena *, const struct db_config *, struct db **);
void db_close(struct db *);
NODISCARD st db_begin(struct db *);
NODISCARD st db_commit(struct db *); /* durable when this returns ST_OK; rolled back otherwise */
void db_rollback(struct db *);
NODISCARD st db_savepoint(struct db *);
NODISCARD st db_release(struct db *);
void db_rollback_to(struct db *);
/* The end of a savepoint: kept when `s` is ST_OK, rolled back otherwise. Returns `s`, or why it could not be kept: a statement
 * whose result nobody asked for may turn out to have failed only here (see stmt.h), and then it is rolled back too. */
NODISCARD st db_settle(struct db *, st s);
/* After ST_AWAY or ST_IO: connect anew. PostgreSQL may have been read only. On SQLite a writer that could not read or write its
 * files refuses with ST_IO until this has opened them again and moved the whole log into the database: a sync that failed is not
 * asked for again, everything that was committed is written once more. Nothing to do otherwise. Trying may block for 5
 * seconds, so after a failure ST_AWAY is the answer at once for a while: 100 ms at first, 2 seconds at most. ST_CONFLICT:
 * another writer has come meanwhile. */
NODISCARD st db_reset(struct db *);
/* Writer only: move the WAL into the database when it has grown past a bound. */
NODISCARD st db_checkpoint(struct db *);
/* Writer only: what was overwritten shall not stay in the log either. The next db_checkpoint() moves the whole log and empties
 * its file; while a reader keeps it from that, the one after it. Nothing to do on PostgreSQL, which recycles its own. */
void db_forget_log(struct db *);
/* A transaction is open, and nothing in it has failed. */
bool db_sound(const struct db *);
bool db_is_sqlite(const struct db *);
int db_fd(const struct db *); /* PostgreSQL socket, or -1 */
/* What the driver said last, for logs: a code and a constraint or column name, never values. */
str db_error(const struct db *);

/* The columns that the database has, as "table.column", whatever the program thinks it has; in the arena. */
struct db_columns {
    str *v;
    size_t n;
};
NODISCARD st db_columns(struct db *, struct arena *, struct db_columns *);

/* How often something was rolled back on this connection, or the connection was replaced: what somebody remembers of what they
 * wrote or read in the open transaction holds while this number stays. */
uint64_t db_rollbacks(const struct db *);
/* Rows that statements of this connection have inserted, whether kept or not. */
uint64_t db_inserted(const struct db *);

/* For tests: the nth statement from now fails with `how`; 0 turns this off. Returns how many were still to come until the one
 * that was to fail before; 0: it did. */
uint64_t db_fail_at(struct db *, uint64_t nth, st how);

#endif
