/* Durable rows in groups of 1, 8 and 64 per commit, as ratios measured in one run on one file system: against a
 * bare write and fdatasync of as many bytes, and against SQLite's own interface with the same settings.
 *
 *   build/bench/bench_store [DIR]      DIR: where the files go; else the current directory
 *
 * PostgreSQL is measured too when AVOW_TEST_PG names a server. */
#include <fcntl.h>
#include <sqlite3.h>

#include "bench_sql.h"
#include "clock.h"
#include "migrate.h"
#include "test_db.h"

#define MILLISECONDS 1000
#define ROW_BYTES 160 /* about what one such row takes in the log */

static const char detail[] = "a hundred bytes of detail, as an event has them: a name, an id, another id, a reason";
static const char hash[32];

/* Run `once` until the time is over; microseconds per row, or -1. */
static double per_row(bool (*once)(void *, int), void *arg, int group)
{
    int64_t start = clock_ms(), now = start;
    long rows = 0;
    while (now - start < MILLISECONDS) {
        if (!once(arg, group)) {
            return -1;
        }
        rows += group;
        now = clock_ms();
    }
    return (double)(now - start) * 1000 / (double)rows;
}

static bool bare_sync(void *arg, int group)
{
    static const char bytes[64 * ROW_BYTES];
    int fd = *(int *)arg;
    size_t n = (size_t)group * ROW_BYTES;
    return write(fd, bytes, n) == (ssize_t)n && fdatasync(fd) == 0;
}

static double measure_sync(struct arena *a, const char *dir, int group)
{
    const char *path = str_z(a, str_fmt(a, "%s/bench.sync", dir));
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    double us = fd < 0 ? -1 : per_row(bare_sync, &fd, group);
    if (fd >= 0) {
        close(fd);
    }
    unlink(path);
    return us;
}

/* SQLite leaves up to four files. */
static void remove_database(struct arena *a, const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
    for (size_t i = 0; i < COUNT(ends); i++) {
        unlink(str_z(a, str_fmt(a, "%s%s", path, ends[i])));
    }
}

struct bare {
    sqlite3 *db;
    sqlite3_stmt *begin, *add, *commit;
};

static bool stepped(sqlite3_stmt *q)
{
    return sqlite3_step(q) == SQLITE_DONE && sqlite3_reset(q) == SQLITE_OK;
}

static bool bare_sqlite(void *arg, int group)
{
    struct bare *b = arg;
    bool ok = stepped(b->begin);
    for (int i = 0; i < group && ok; i++) {
        sqlite3_bind_int64(b->add, 1, 1);
        sqlite3_bind_text(b->add, 2, "bench", -1, SQLITE_STATIC);
        sqlite3_bind_text(b->add, 3, detail, -1, SQLITE_STATIC);
        sqlite3_bind_blob(b->add, 4, hash, sizeof hash, SQLITE_STATIC);
        ok = stepped(b->add);
    }
    return ok && stepped(b->commit);
}

static double measure_bare(struct arena *a, const char *dir, int group)
{
    static const char pragmas[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON";
    struct bare b = { 0 };
    const char *path = str_z(a, str_fmt(a, "%s/bench.sqlite", dir));
    bool ok = sqlite3_open(path, &b.db) == SQLITE_OK && sqlite3_exec(b.db, pragmas, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(b.db, migrations[0].sqlite.p, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(b.db, "BEGIN IMMEDIATE", -1, &b.begin, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(b.db, stmt_bench_add.sqlite.p, -1, &b.add, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(b.db, "COMMIT", -1, &b.commit, NULL) == SQLITE_OK;
    double us = ok ? per_row(bare_sqlite, &b, group) : -1;
    sqlite3_finalize(b.begin);
    sqlite3_finalize(b.add);
    sqlite3_finalize(b.commit);
    sqlite3_close(b.db);
    remove_database(a, path);
    return us;
}

/* As the writer works: a savepoint around each row, one commit for all, then perhaps a checkpoint. */
static bool through_store(void *arg, int group)
{
    struct db *db = arg;
    struct bench_add_in in = { .at = { 1 }, .event = S("bench"), .detail = { detail, sizeof detail - 1 },
                               .hash = { hash, sizeof hash } };
    bool ok = db_begin(db) == ST_OK;
    for (int i = 0; i < group && ok; i++) {
        ok = db_savepoint(db) == ST_OK && bench_add(db, &in, NULL) == ST_OK && db_release(db) == ST_OK;
    }
    return ok && db_commit(db) == ST_OK && db_checkpoint(db) == ST_OK;
}

static double measure_store(struct arena *a, str address, int group)
{
    struct db *db = NULL;
    int at = 0;
    struct db_config config = { .url = address, .mode = DB_WRITE };
    double us = -1;
    if (db_open(a, &config, &db) == ST_OK) {
        us = migrate(db, a, &at) == ST_OK ? per_row(through_store, db, group) : -1;
        db_close(db);
    }
    return us;
}

static double measure_sqlite(struct arena *a, const char *dir, int group)
{
    double us = measure_store(a, str_fmt(a, "sqlite:%s/bench.store", dir), group);
    remove_database(a, str_z(a, str_fmt(a, "%s/bench.store", dir)));
    return us;
}

static double measure_postgres(struct arena *a, int group)
{
    struct test_db t;
    if (getenv("AVOW_TEST_PG") == NULL || test_db_new(a, true, &t) != ST_OK) {
        return -1;
    }
    double us = measure_store(a, t.url, group);
    test_db_drop(&t);
    return us;
}

static void print(const char *what, int group, double us, double sync, double bare)
{
    if (us > 0) {
        printf("%-20s group %2d %9.1f us/row %8.2f x fdatasync %8.2f x SQLite\n", what, group, us, us / sync,
               us / bare);
    }
}

int main(int argc, char **argv)
{
    static const int groups[] = { 1, 8, 64 };
    const char *dir = argc > 1 ? argv[1] : ".";
    struct arena *a = arena_new(64 << 20);
    if (a == NULL) {
        return 1;
    }
    for (size_t i = 0; i < COUNT(groups); i++) {
        double sync = measure_sync(a, dir, groups[i]), bare = measure_bare(a, dir, groups[i]);
        if (sync <= 0 || bare <= 0) {
            fprintf(stderr, "bench: cannot write in %s\n", dir);
            return 1;
        }
        print("bare fdatasync", groups[i], sync, sync, bare);
        print("bare SQLite", groups[i], bare, sync, bare);
        print("avow on SQLite", groups[i], measure_sqlite(a, dir, groups[i]), sync, bare);
        print("avow on PostgreSQL", groups[i], measure_postgres(a, groups[i]), sync, bare);
    }
    arena_free(a);
    return 0;
}
