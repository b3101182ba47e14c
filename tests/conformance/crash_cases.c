/* What others do: processes that die, programs that hold locks, servers that go away. */
#include "store_test.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "t.h"

/* In the child: one row committed, one released into an open transaction; then wait for the end. */
static void child(struct env *e, int tell)
{
    struct arena *a = arena_new(1 << 20);
    struct env own = { .a = a, .t = e->t };
    own.w = env_open(&own, DB_WRITE);
    bool ok = own.w != NULL && db_begin(own.w) == ST_OK && env_put(&own, "a", S("kept")) == ST_OK &&
              db_commit(own.w) == ST_OK && db_begin(own.w) == ST_OK && db_savepoint(own.w) == ST_OK &&
              env_put(&own, "b", S("lost")) == ST_OK && db_release(own.w) == ST_OK;
    if (write(tell, ok ? "y" : "n", 1) == 1) {
        pause();
    }
    _exit(1);
}

static void killed(struct env *e)
{
    int pipes[2];
    char said = 0;
    db_close(e->w);
    t_ok(pipe(pipes) == 0, "a pipe");
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        child(e, pipes[1]);
    }
    t_ok(pid > 0 && read(pipes[0], &said, 1) == 1 && said == 'y', "a writer in the middle of a transaction");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(pipes[0]);
    close(pipes[1]);
    env_reopen(e);
    struct store_by_text_rows rows = { 0 };
    t_ok(e->w != NULL, "a new writer takes over");
    t_st(e->w ? store_by_text(e->w, e->a, &rows) : ST_AWAY, ST_OK, "read");
    t_i64(rows.n, 1, "one row is left");
    t_str(rows.n ? rows.v[0].t : S(""), S("kept"), "the committed one");
    t_ok(env_add(e, "b", S("x")) > 0, "and work goes on");
}

/* Somebody past the store holds what the writer needs. */
static void busy_sqlite(struct env *e)
{
    sqlite3 *other = NULL;
    t_ok(sqlite3_open(str_z(e->a, e->t.url) + strlen("sqlite:"), &other) == SQLITE_OK &&
             sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "another program writes");
    t_st(db_begin(e->w), ST_RETRY, "the writer cannot begin");
    sqlite3_close(other);
    t_ok(env_add(e, "a", S("x")) > 0, "until the other is gone");
}

static void busy_postgres(struct env *e)
{
    int64_t id = env_add(e, "a", S("x"));
    PGconn *other = PQconnectdb(str_z(e->a, e->t.url));
    PQclear(PQexec(other, "BEGIN"));
    PGresult *r = PQexec(other, "UPDATE thing SET n = 1");
    t_ok(PQresultStatus(r) == PGRES_COMMAND_OK, "another program writes");
    PQclear(r);
    t_st(db_begin(e->w), ST_OK, "begin");
    int64_t changed;
    t_st(store_set_n(e->w, &(struct store_set_n_in){ id, 2 }, &changed), ST_RETRY, "the writer cannot have the row");
    db_rollback(e->w);
    PQfinish(other);
    t_ok(env_add(e, "a", S("x")) > 0, "and goes on");
}

static void busy(struct env *e)
{
    if (e->t.postgres) {
        busy_postgres(e);
    } else {
        busy_sqlite(e);
    }
}

/* The disk takes no more: SQLite gives up the whole transaction, so that no savepoint of it can be saved. */
static void no_space(struct env *e)
{
    static char big[60000];
    struct rlimit old, small;
    memset(big, 'x', sizeof big);
    env_add(e, "a", S("kept"));
    if (e->t.postgres) {
        return; /* the server's files are another process's */
    }
    t_ok(getrlimit(RLIMIT_FSIZE, &old) == 0, "limit");
    small = (struct rlimit){ 3 << 20, old.rlim_max };
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    t_ok(setrlimit(RLIMIT_FSIZE, &small) == 0, "no file may be longer than 3 MB");
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(db_savepoint(e->w), ST_OK, "savepoint");
    st s = ST_OK;
    for (int i = 0; i < 200 && s == ST_OK; i++) {
        s = env_put(e, "a", (str){ big, sizeof big });
    }
    if (s == ST_OK) {
        s = db_release(e->w);
    } else {
        db_rollback_to(e->w);
    }
    st end = db_commit(e->w);
    t_ok(end == ST_IO || end == ST_FULL, "12 MB do not fit, and the commit says so");
    t_ok(setrlimit(RLIMIT_FSIZE, &old) == 0, "the limit is lifted");
    signal(SIGXFSZ, before);
    t_ok(end == ST_FULL || db_begin(e->w) == ST_IO, "a connection that could not write is not believed any more");
    t_st(db_reset(e->w), ST_OK, "until it was opened anew");
    t_i64(env_count(e), 1, "only what was committed before");
    t_ok(env_add(e, "a", S("x")) > 0, "and work goes on");
}

/* PostgreSQL ends the connection in the middle of a transaction; SQLite has none that could end. */
static void server_gone(struct env *e)
{
    env_add(e, "a", S("kept"));
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(env_put(e, "a", S("lost")), ST_OK, "a row");
    if (e->t.postgres) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' "
                 "AND pid <> pg_backend_pid()", e->t.name);
        t_ok(env_beside(e, sql), "the server ends the connection");
        t_st(env_put(e, "a", S("x")), ST_AWAY, "the next statement notices");
        t_st(env_put(e, "a", S("x")), ST_AWAY, "and every other");
        t_st(db_commit(e->w), ST_AWAY, "and the commit");
    }
    db_rollback(e->w);
    t_st(db_reset(e->w), ST_OK, "reset");
    t_i64(env_count(e), 1, "only what was committed");
    t_ok(env_add(e, "a", S("x")) > 0, "and work goes on");
}

static void checkpointed(struct env *e)
{
    static char big[60000];
    memset(big, 'x', sizeof big);
    for (int i = 0; i < 4; i++) {
        t_st(db_begin(e->w), ST_OK, "begin");
        bool ok = true;
        for (int k = 0; k < 300; k++) { /* more than the log may hold before it is moved */
            ok = ok && env_put(e, "a", (str){ big, sizeof big }) == ST_OK;
        }
        t_ok(ok, "18 MB");
        t_st(db_commit(e->w), ST_OK, "commit");
        t_st(db_checkpoint(e->w), ST_OK, "checkpoint");
    }
    t_i64(env_count(e), 1200, "all is there");
    if (!e->t.postgres) {
        struct stat file, log;
        char path[100];
        snprintf(path, sizeof path, "%s/avow.db", e->t.dir);
        bool sized = stat(path, &file) == 0;
        snprintf(path, sizeof path, "%s/avow.db-wal", e->t.dir);
        sized = sized && stat(path, &log) == 0;
        t_ok(sized && file.st_size > 60000000, "the database has the rows");
        t_ok(sized && log.st_size < 45000000, "the log was used again from its beginning");
    }
    t_st(db_begin(e->w), ST_OK, "begin");
    t_st(db_checkpoint(e->w), ST_BUG, "no checkpoint inside a transaction");
    db_rollback(e->w);
}

const struct test_case crash_cases[] = {
    { "kill -9 between begin and commit", killed },
    { "somebody else holds the lock", busy },
    { "the disk is full", no_space },
    { "the server goes away", server_gone },
    { "checkpoints", checkpointed },
};
const size_t crash_cases_n = COUNT(crash_cases);
