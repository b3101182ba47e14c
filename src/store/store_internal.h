/* What the two drivers share: the connection, values on their way to and from the database, and the driver's
 * functions. Of this directory only.
 *
 * The common part (store.c) keeps the rules that must be the same on both: which calls are legal when, that an
 * error dooms the innermost savepoint, who may write, fault injection. A driver only talks to its library. */
#ifndef AVOW_STORE_INTERNAL_H
#define AVOW_STORE_INTERNAL_H

#include "migrate.h"
#include "stmt.h"

enum value_kind { VALUE_NULL, VALUE_I64, VALUE_TEXT, VALUE_BLOB };
struct value {
    enum value_kind kind;
    int64_t i;
    str s;         /* borrowed from whoever made the value */
    char date[10]; /* where s of a date lives */
};

#define STMT_PARAMS_MAX 64
#define STMT_COLUMNS_MAX 64

/* Turn the `in` structure into values, checking each against its type (values.c). */
NODISCARD st values_of(const struct stmt *, const void *in, struct value *out);
/* Write one row's values into the row structure, copying bytes into the arena (values.c). */
NODISCARD st values_into(const struct stmt *, const struct value *, struct arena *, void *row);

/* Where a driver puts rows: called once per row, values borrowed for the call. */
struct sink {
    st (*row)(struct sink *, const struct value *);
    int64_t changed; /* set by the driver: rows inserted, updated or deleted */
    bool later;      /* nobody waits for the result: it may be asked for with that of the next statement */
};

struct db_driver {
    st (*control)(struct db *, const char *sql); /* begin, commit, roll back, savepoints */
    st (*script)(struct db *, str text);        /* a migration: several statements */
    st (*run)(struct db *, const struct stmt *, const struct value *, struct sink *);
    st (*has_table)(struct db *, const char *name, bool *);
    bool (*in_transaction)(struct db *);        /* false when the database itself has given the transaction up */
    st (*reset)(struct db *);
    st (*checkpoint)(struct db *);
    void (*close)(struct db *);
    int (*fd)(const struct db *);
    const char *begin_read, *begin_write;
};

/* Prepared statements of one connection, found by descriptor: open addressing, doubled when half full. */
struct stmt_slot {
    const struct stmt *key;
    void *handle;      /* SQLite: sqlite3_stmt; PostgreSQL: not NULL once prepared */
    unsigned number;   /* PostgreSQL: its name is "s<number>" */
};
struct stmt_cache {
    struct stmt_slot *v;
    size_t n, cap;
};
/* The slot of this statement, made when new; NULL without memory. */
struct stmt_slot *stmt_slot(struct db *, const struct stmt *);

enum {
    DB_DEPTH_MAX = 8,                  /* savepoints within each other */
    DB_CONTROLS = 3 * DB_DEPTH_MAX + 3 /* texts of transaction control */
};

struct db {
    const struct db_driver *driver;
    struct arena *arena;
    enum db_mode mode;
    size_t max_rows;
    int wait_ms, cache_kib;
    uint64_t inserted, rollbacks;
    struct stmt_cache cache;
    int depth;       /* open savepoints */
    bool open;       /* a transaction is open */
    bool doomed;     /* an error happened: only rolling back is legal */
    st gone;         /* not ST_OK: the whole transaction is lost, with this status */
    int64_t reconnect_wait, reconnect_at; /* ms; after a failed reconnection, before the next */
    uint64_t fail_in;
    st fail_how;
    char error[200];
    void *sqlite;    /* sqlite3 */
    void *controls[DB_CONTROLS]; /* SQLite: its prepared transaction control */
    size_t n_controls;
    void *postgres;  /* struct pg */
    int lock;        /* SQLite writer: the lock file */
    int wal_pages;   /* SQLite writer: pages in the log after the last commit */
    bool forget_log; /* SQLite writer: the next checkpoint empties the log */
    bool broken;     /* SQLite writer: reading or writing its files failed; nothing more until it was opened anew */
};

/* Remember what the driver said: code and name, never values. */
void db_say(struct db *, const char *fmt, ...) PRINTF(2, 3);

NODISCARD st sqlite_open(struct db *, str path);
NODISCARD st postgres_open(struct db *, str url);

/* migrate() and migrate_check() over any list; tests bring their own. */
NODISCARD st migrate_list(struct db *, struct arena *, const struct migration *, size_t n, int *at);
NODISCARD st migrate_check_list(struct db *, struct arena *, const struct migration *, size_t n, int *at);

#endif
