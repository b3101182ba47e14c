/* Runs every case on both databases. */
#include "store_test.h"

#include <sqlite3.h>

#include "t.h"

struct db *env_open(struct env *e, enum db_mode mode)
{
    struct db *db = NULL;
    struct db_config config = { .url = e->t.url, .mode = mode, .max_rows = 6, .wait_ms = 200 };
    return db_open(e->a, &config, &db) == ST_OK ? db : NULL;
}

void env_reopen(struct env *e)
{
    db_close(e->w);
    e->w = NULL;
    for (int i = 0; i < 100 && e->w == NULL; i++) {
        e->w = env_open(e, DB_WRITE);
        if (e->w == NULL) {
            usleep(50000);
        }
    }
}

st env_put(struct env *e, const char *kind, str text)
{
    struct store_add_row row;
    struct store_add_in in = { .kind = str_c(kind), .t = text, .at = UTC_NONE, .d = DATE_NONE };
    return store_add(e->w, e->a, &in, &row);
}

int64_t env_add(struct env *e, const char *kind, str text)
{
    struct store_add_row row = { 0 };
    struct store_add_in in = { .kind = str_c(kind), .t = text, .at = UTC_NONE, .d = DATE_NONE };
    bool ok = db_begin(e->w) == ST_OK && store_add(e->w, e->a, &in, &row) == ST_OK && db_commit(e->w) == ST_OK;
    t_ok(ok, "a row is added");
    return row.id;
}

int64_t env_count(struct env *e)
{
    struct store_sums_row row = { 0 };
    return store_sums(e->w, e->a, &row) == ST_OK ? row.n_rows : -1;
}

bool env_beside(struct env *e, const char *sql)
{
    if (e->t.postgres) {
        return test_pg_do(str_z(e->a, e->t.url), sql);
    }
    sqlite3 *db = NULL;
    bool ok = sqlite3_open(str_z(e->a, e->t.url) + strlen("sqlite:"), &db) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return ok;
}

static bool set_up(struct env *e, bool postgres)
{
    int at = 0;
    e->a = arena_new(64 << 20);
    if (e->a == NULL || test_db_new(e->a, postgres, &e->t) != ST_OK) {
        return false;
    }
    e->w = env_open(e, DB_WRITE);
    return e->w != NULL && migrate(e->w, e->a, &at) == ST_OK;
}

static void run(const struct test_case *cases, size_t n, bool postgres)
{
    for (size_t i = 0; i < n; i++) {
        struct env e = { 0 };
        printf("# %s: %s\n", postgres ? "PostgreSQL" : "SQLite", cases[i].name);
        if (!set_up(&e, postgres)) {
            t_ok(false, "a fresh database");
            continue;
        }
        cases[i].run(&e);
        db_close(e.w);
        test_db_drop(&e.t);
        arena_free(e.a);
    }
}

int main(void)
{
    for (int postgres = 0; postgres < 2; postgres++) {
        run(store_cases, store_cases_n, postgres);
        run(later_cases, later_cases_n, postgres);
        run(migrate_cases, migrate_cases_n, postgres);
        run(crash_cases, crash_cases_n, postgres);
        run(io_cases, io_cases_n, postgres);
        run(access_cases, access_cases_n, postgres);
    }
    return t_done();
}
