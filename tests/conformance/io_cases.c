/* An operating system that cannot write, and a server that may not: what was committed stays, nobody is told that something
 * is safe which is not, and it goes on when writing is possible again. */
#include "store_test.h"

#include <errno.h>
#include <sys/syscall.h>

#include "t.h"

/* The library asks for syncs by these names, and finds ours. */
static struct {
    int asked, failing; /* how many syncs were asked for; how many of the next ones fail */
} syncs;

static int sync_or_fail(long call, int fd)
{
    syncs.asked++;
    if (syncs.failing > 0) {
        syncs.failing--;
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, fd);
}

int fdatasync(int fd)
{
    return sync_or_fail(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    return sync_or_fail(SYS_fsync, fd);
}

/* The store does not try again at once after a failure: so long it may take. */
static st reset_within(struct env *e, int ms)
{
    st s;
    while ((s = db_reset(e->w)) == ST_AWAY && ms > 0) {
        usleep(20000);
        ms -= 20;
    }
    return s;
}

static int64_t read_beside(struct env *e)
{
    struct env other = { .a = e->a, .t = e->t, .w = env_open(e, DB_READ) };
    int64_t n = other.w ? env_count(&other) : -1;
    db_close(other.w);
    return n;
}

static void check_log_is_empty(struct env *e)
{
    struct stat log;
    char path[100];
    snprintf(path, sizeof path, "%s/avow.db-wal", e->t.dir);
    t_ok(stat(path, &log) == 0 && log.st_size == 0, "everything is in the database file, nothing in a log of which parts may be lost");
}

/* The disk says once that it could not write: what it was asked to write is nobody's knowledge then. */
static void sync_fails(struct env *e)
{
    if (e->t.postgres) {
        return; /* the server's own business */
    }
    env_add(e, "a", S("kept"));
    int before = syncs.asked;
    syncs.failing = 1;
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("unsure")), ST_OK, "a row");
    t_st(db_commit(e->w), ST_IO, "a commit whose sync fails is none");
    t_ok(syncs.asked > before, "it was asked for");
    before = syncs.asked;
    t_st(db_begin(e->w), ST_IO, "nothing more on this connection");
    t_st(db_begin(e->w), ST_IO, "however often it is asked");
    t_i64(syncs.asked, before, "and no sync is asked for a second time");
    t_ok(read_beside(e) >= 1, "readers go on");
    syncs.failing = 1;
    t_st(db_reset(e->w), ST_IO, "it fails while the log is moved");
    t_st(db_begin(e->w), ST_IO, "so the connection stays out of use");
    t_st(reset_within(e, 5000), ST_OK, "opened anew");
    check_log_is_empty(e);
    int64_t n = env_count(e);
    t_ok(n == 1 || n == 2, "what was committed is there, and of the rest all or nothing");
    t_ok(env_add(e, "a", S("x")) > 0, "and work goes on");
    t_i64(read_beside(e), n + 1, "for readers too");
    t_ok(env_beside(e, "BEGIN IMMEDIATE; ROLLBACK"), "no lock was left behind");
    struct db *second = env_open(e, DB_WRITE);
    t_ok(second == NULL, "and there is still one writer at most");
    db_close(second);
}

/* An administrator, or a standby that took over, does not let anybody write. */
static void read_only(struct env *e)
{
    if (!e->t.postgres) {
        return; /* SQLite's file is ours alone */
    }
    char sql[300];
    env_add(e, "a", S("kept"));
    snprintf(sql, sizeof sql, "ALTER DATABASE %s SET default_transaction_read_only = on", e->t.name);
    t_ok(env_beside(e, sql), "the database is read only");
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' "
             "AND pid <> pg_backend_pid()", e->t.name);
    t_ok(env_beside(e, sql), "for new sessions, and there are no others");
    t_st(db_begin(e->w), ST_AWAY, "the writer's has ended");
    t_st(reset_within(e, 5000), ST_OK, "it connects anew");
    for (int i = 0; i < 2; i++) {
        t_st(db_begin(e->w), ST_OK, "begin");
        t_st(env_put(e, "a", S("lost")), ST_READ_ONLY, "but may not write");
        db_rollback(e->w);
        t_st(reset_within(e, 5000), ST_OK, "it connects anew");
    }
    t_i64(read_beside(e), 1, "readers go on");
    snprintf(sql, sizeof sql, "BEGIN READ WRITE; ALTER DATABASE %s RESET default_transaction_read_only; COMMIT", e->t.name);
    t_ok(env_beside(e, sql), "the database may be written to again");
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("lost")), ST_READ_ONLY, "an old session does not know yet");
    db_rollback(e->w);
    t_st(reset_within(e, 5000), ST_OK, "a new one does");
    t_ok(env_add(e, "a", S("x")) > 0, "and work goes on");
    t_i64(env_count(e), 2, "with what was committed");
}

const struct test_case io_cases[] = {
    { "a sync fails", sync_fails },
    { "the database is read only", read_only },
};
const size_t io_cases_n = COUNT(io_cases);
