/* Brings a database to this program's schema, or says why not. */
#include <string.h>

#include "clock.h"
#include "log.h"
#include "migrate_sql.h"
#include "store_internal.h"
#include "str.h"

/* How many of the list are applied already; ST_SCHEMA when what is applied is not the beginning of the list. */
static st applied(struct db *db, struct arena *a, const struct migration *list, size_t n, size_t *done, int *at)
{
    struct migrate_applied_rows rows = { 0 };
    bool there = false;
    TRY(db->driver->has_table(db, "schema_version", &there));
    if (there) {
        TRY(migrate_applied(db, a, &rows));
    }
    for (size_t i = 0; i < rows.n; i++) {
        const struct migrate_applied_row *row = &rows.v[i];
        *at = (int)row->number;
        if (i >= n || row->number != list[i].number) {
            db_say(db, "the database has migration %d, which this program does not know", *at);
            return ST_SCHEMA;
        }
        if (!str_eq(row->hash, (str){ (const char *)list[i].hash, sizeof list[i].hash })) {
            db_say(db, "migration %d was applied with another text", *at);
            return ST_SCHEMA;
        }
    }
    *done = rows.n;
    return ST_OK;
}

static st apply(struct db *db, const struct migration *m)
{
    struct migrate_record_in in = {
        .number = m->number,
        .name = m->name,
        .hash = { (const char *)m->hash, sizeof m->hash },
        .at = clock_now(),
    };
    TRY(db_begin(db));
    st s = db->driver->script(db, db_is_sqlite(db) ? m->sqlite : m->postgres);
    if (s == ST_OK) {
        s = migrate_record(db, &in, NULL);
    }
    if (s == ST_OK) {
        return db_commit(db);
    }
    db_rollback(db);
    return s;
}

st migrate_list(struct db *db, struct arena *a, const struct migration *list, size_t n, int *at)
{
    size_t done = 0;
    *at = 0;
    TRY(applied(db, a, list, n, &done, at));
    for (size_t i = done; i < n; i++) {
        *at = list[i].number;
        TRY(apply(db, &list[i]));
    }
    return ST_OK;
}

st migrate_check_list(struct db *db, struct arena *a, const struct migration *list, size_t n, int *at)
{
    size_t done = 0;
    *at = 0;
    TRY(applied(db, a, list, n, &done, at));
    if (done < n) {
        *at = list[done].number;
        db_say(db, "migration %d has not been applied", *at);
        return ST_SCHEMA;
    }
    return ST_OK;
}

st migrate(struct db *db, struct arena *a, int *at)
{
    return migrate_list(db, a, migrations, migrations_n, at);
}

st migrate_check(struct db *db, struct arena *a, int *at)
{
    return migrate_check_list(db, a, migrations, migrations_n, at);
}
