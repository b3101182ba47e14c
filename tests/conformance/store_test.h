/* The store's conformance suite: one table of cases, each run on SQLite and on PostgreSQL with a fresh database. */
#ifndef AVOW_STORE_TEST_H
#define AVOW_STORE_TEST_H

#include "test_db.h"

#include "migrate.h"
#include "store_sql.h"

struct env {
    struct arena *a;
    struct test_db t;
    struct db *w; /* the writer's connection, migrated */
};

struct test_case {
    const char *name;
    void (*run)(struct env *);
};
extern const struct test_case store_cases[], later_cases[], migrate_cases[], crash_cases[], io_cases[], access_cases[];
extern const size_t store_cases_n, later_cases_n, migrate_cases_n, crash_cases_n, io_cases_n, access_cases_n;

/* Another connection to the same database, or NULL. */
struct db *env_open(struct env *, enum db_mode);
/* Close the writer and open it again (waiting for PostgreSQL to notice that the old one is gone). */
void env_reopen(struct env *);
/* Each in a transaction of its own, which must succeed: a row of this kind and text, and the number of rows. */
int64_t env_add(struct env *, const char *kind, str text);
int64_t env_count(struct env *);
/* A row with only kind and text, inside whatever transaction is open. */
st env_put(struct env *, const char *kind, str text);
/* SQL past the store, on a connection of its own: what another program would do. */
bool env_beside(struct env *, const char *sql);

#endif
