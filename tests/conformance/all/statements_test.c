/* Every statement of the program is prepared on PostgreSQL loaded with its schema, and what it would return
 * there is compared with what is declared. (sqlc has prepared each on SQLite.) */
#include "access_sql.h"
#include "all_stmts.h"
#include "migrate.h"
#include "postgres.h"
#include "t.h"
#include "test_db.h"

static void check(struct db *db, struct arena *a, const struct stmt *s)
{
    char name[120];
    str wrong = S("");
    st status = postgres_describe(db, s, a, &wrong);
    snprintf(name, sizeof name, "%.*s", STR_ARG(s->name));
    if (!t_ok(status == ST_OK && wrong.n == 0, name)) {
        printf("# %.*s%.*s\n", STR_ARG(wrong), STR_ARG(status == ST_OK ? S("") : db_error(db)));
    }
}

int main(void)
{
    struct arena *a = arena_new(16 << 20);
    struct test_db t;
    struct db *db = NULL;
    int at = 0;
    t_need(a != NULL && test_db_new(a, true, &t) == ST_OK);
    struct db_config config = { .url = t.url, .mode = DB_WRITE };
    t_need(db_open(a, &config, &db) == ST_OK);
    t_st(migrate(db, a, &at), ST_OK, "the schema");
    for (size_t i = 0; i < all_stmts_n; i++) {
        printf("# %s\n", all_stmts[i].name);
        for (size_t k = 0; k < *all_stmts[i].n; k++) {
            check(db, a, all_stmts[i].v[k]);
        }
    }
    for (size_t i = 0; i < access_catalog_n; i++) {
        check(db, a, access_catalog[i].stmt);
    }
    db_close(db);
    test_db_drop(&t);
    arena_free(a);
    return t_done();
}
