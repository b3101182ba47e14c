/* Migrations: from nothing, step by step, and what is refused. */
#include "store_internal.h"
#include "store_test.h"
#include "t.h"

enum { STEPS = 3 };

/* The real one, one that adds a table, and one that fails half way. */
static void make_list(struct migration list[STEPS])
{
    list[0] = migrations[0];
    list[1] = (struct migration){ .number = 2, .name = S("0002-more"), .sqlite = S("CREATE TABLE more (n INTEGER);"),
                                  .postgres = S("CREATE TABLE more (n BIGINT);"), .hash = { 2 } };
    list[2] = (struct migration){ .number = 3, .name = S("0003-broken"),
                                  .sqlite = S("CREATE TABLE half (n INTEGER); INSERT INTO nowhere VALUES (1);"),
                                  .postgres = S("CREATE TABLE half (n BIGINT); INSERT INTO nowhere VALUES (1);"),
                                  .hash = { 3 } };
}

static bool there(struct env *e, const char *table)
{
    bool is = false;
    return e->w->driver->has_table(e->w, table, &is) == ST_OK && is;
}

static void steps(struct env *e)
{
    struct migration list[STEPS];
    int at = -1;
    make_list(list);
    t_st(migrate(e->w, e->a, &at), ST_OK, "again");
    t_i64(at, 1, "and nothing to do");
    t_st(migrate_check(e->w, e->a, &at), ST_OK, "up to date");
    t_st(migrate_check_list(e->w, e->a, list, 2, &at), ST_SCHEMA, "a program that is newer");
    t_i64(at, 2, "says which is missing");
    t_st(migrate_list(e->w, e->a, list, 2, &at), ST_OK, "migrate");
    t_ok(there(e, "more"), "the table is there");
    t_st(migrate_check_list(e->w, e->a, list, 2, &at), ST_OK, "up to date");
    t_st(migrate_list(e->w, e->a, list, 3, &at), ST_BUG, "a migration that fails");
    t_i64(at, 3, "says which");
    t_ok(!there(e, "half"), "nothing of it stays");
    t_st(migrate_check_list(e->w, e->a, list, 2, &at), ST_OK, "as before");
    t_ok(env_add(e, "a", S("x")) > 0, "and works");
}

static void newer_refused(struct env *e)
{
    struct migration list[STEPS];
    int at = -1;
    make_list(list);
    t_st(migrate_list(e->w, e->a, list, 2, &at), ST_OK, "a newer program was here");
    t_st(migrate(e->w, e->a, &at), ST_SCHEMA, "the older refuses to migrate");
    t_i64(at, 2, "says at which");
    struct db *r = env_open(e, DB_READ);
    t_st(migrate_check(r, e->a, &at), ST_SCHEMA, "and to read");
    t_str(db_error(r), S("the database has migration 2, which this program does not know"), "in words");
    db_close(r);
}

static void altered_refused(struct env *e)
{
    struct migration list[STEPS];
    int at = -1;
    make_list(list);
    list[0].hash[31] ^= 1;
    t_st(migrate_list(e->w, e->a, list, 2, &at), ST_SCHEMA, "a migration whose text changed");
    t_i64(at, 1, "says which");
    t_ok(!there(e, "more"), "and applies nothing after it");
    list[0].hash[31] ^= 1;
    list[1].number = 3;
    t_st(migrate_list(e->w, e->a, list, 1, &at), ST_OK, "the first as it was");
}

static void reader_first(struct env *e)
{
    struct test_db other;
    struct db *db = NULL;
    int at = -1;
    t_st(test_db_new(e->a, e->t.postgres, &other), ST_OK, "an empty database");
    struct db_config config = { .url = other.url, .mode = DB_READ };
    if (e->t.postgres) {
        t_st(db_open(e->a, &config, &db), ST_OK, "opens for reading");
        t_st(migrate_check(db, e->a, &at), ST_SCHEMA, "and has no schema");
        t_i64(at, 1, "the first is missing");
        db_close(db);
    } else {
        t_st(db_open(e->a, &config, &db), ST_IO, "a reader makes no database");
    }
    test_db_drop(&other);
}

static void addresses(struct env *e)
{
    static const str wrong[] = { SI("mysql:x"), SI("sqlite:"), SI(""), SI("postgresql://localhost/x"),
                                 SI("postgresql:///x?hostaddr=127.0.0.1"), SI("postgresql:///x?host=/a,b"),
                                 SI("postgresql:///x?options=-c%20fsync%3Doff"), SI("postgresql:///%zz") };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct db *db = NULL;
        t_st(db_open(e->a, &(struct db_config){ .url = wrong[i] }, &db), ST_CONFIG, "an address that will not do");
    }
}

const struct test_case migrate_cases[] = {
    { "step by step", steps },
    { "a newer schema", newer_refused },
    { "an altered migration", altered_refused },
    { "a reader before any writer", reader_first },
    { "addresses", addresses },
};
const size_t migrate_cases_n = COUNT(migrate_cases);
