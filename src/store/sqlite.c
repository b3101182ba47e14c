/* The SQLite driver.
 *
 * One writer, and it alone moves the log (WAL) into the database: SQLite 3.40 has a race between a committer
 * and a checkpointer on different connections. A lock file beside the database keeps a second writer out.
 *
 * When the operating system could not read, write or sync a file, what is in the page cache and what is on the disk may
 * differ, and a second sync would not tell: the writer's connection is broken from then on, until reset() has replaced it. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log.h"
#include "store_internal.h"

#define LOOKASIDE_BYTES 1024
#define LOOKASIDE_SLOTS 128
#define WAL_PAGES 4000         /* move the log when it is longer than this (16 MB): what many orders touch is moved once */
#define WAL_PAGES_URGENT 16000 /* and now wait for readers a little, so that it can start again from its beginning */

/* What a file system says that was made read only while we run: after an error of the disk, by an administrator, or by a flag.
 * SQLite keeps the errno of calls that failed in a statement, not of those in a commit. */
static bool may_not_write(struct db *db, int rc, int e)
{
    int kept = sqlite3_system_errno(db->sqlite);
    bool write = rc == SQLITE_IOERR_WRITE || rc == SQLITE_IOERR_TRUNCATE || (rc & 0xff) == SQLITE_CANTOPEN;
    e = kept ? kept : e;
    return (rc & 0xff) == SQLITE_READONLY || (write && (e == EROFS || e == EPERM));
}

static st mapped(struct db *db, int rc)
{
    int e = errno;
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ST_OK;
    case SQLITE_CONSTRAINT:
        db_say(db, "%s", sqlite3_errmsg(db->sqlite)); /* names the constraint or column, not the value */
        return rc == SQLITE_CONSTRAINT_DATATYPE ? ST_BUG : ST_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        db_say(db, "sqlite %d busy", rc);
        return ST_RETRY;
    case SQLITE_FULL:
        db_say(db, "sqlite: no space");
        return ST_FULL;
    case SQLITE_NOMEM:
        db_say(db, "sqlite: no memory");
        return ST_NO_MEMORY;
    case SQLITE_TOOBIG:
        db_say(db, "sqlite: too big");
        return ST_TOO_LARGE;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        db_say(db, "sqlite %d: %s, errno %d", rc, sqlite3_errstr(rc), sqlite3_system_errno(db->sqlite));
        db->broken = db->broken || db->mode == DB_WRITE;
        return db->mode == DB_WRITE && may_not_write(db, rc, e) ? ST_READ_ONLY : ST_IO;
    default:
        db_say(db, "sqlite %d: %s", rc, sqlite3_errmsg(db->sqlite));
        return ST_BUG;
    }
}

static st simple(struct db *db, const char *sql)
{
    return mapped(db, sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL));
}

/* Beginning, ending and savepoints, once per command: the few texts that there are stay prepared. */
static st control(struct db *db, const char *sql)
{
    size_t i = 0;
    if (db->broken && sqlite3_get_autocommit(db->sqlite) != 0) {
        return ST_IO;
    }
    while (i < db->n_controls && strcmp(sqlite3_sql(db->controls[i]), sql) != 0) {
        i++;
    }
    if (i == COUNT(db->controls)) {
        return log_bug(__FILE__, __LINE__, "more kinds of transaction control than there are");
    }
    if (i == db->n_controls) {
        sqlite3_stmt *q = NULL;
        TRY(mapped(db, sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL)));
        db->controls[db->n_controls++] = q;
    }
    st s = mapped(db, sqlite3_step(db->controls[i]));
    sqlite3_reset(db->controls[i]); /* repeats the error of the step */
    return s;
}

static st script(struct db *db, str text)
{
    return simple(db, text.p); /* generated: a NUL-terminated literal */
}

static st bind(struct db *db, sqlite3_stmt *q, const struct stmt *s, const struct value *v)
{
    for (size_t i = 0; i < s->n_params; i++) {
        int rc = SQLITE_OK, at = (int)i + 1;
        if (v[i].kind == VALUE_NULL) {
            rc = sqlite3_bind_null(q, at);
        } else if (v[i].kind == VALUE_I64) {
            rc = sqlite3_bind_int64(q, at, v[i].i);
        } else if (v[i].kind == VALUE_TEXT) {
            rc = sqlite3_bind_text64(q, at, v[i].s.p, v[i].s.n, SQLITE_STATIC, SQLITE_UTF8);
        } else {
            rc = sqlite3_bind_blob64(q, at, v[i].s.p, v[i].s.n, SQLITE_STATIC);
        }
        TRY(mapped(db, rc));
    }
    return ST_OK;
}

/* By way of the value itself, which is asked several times: that is safe where one thread uses the connection. */
static st column(sqlite3_stmt *q, int i, struct value *v)
{
    sqlite3_value *c = sqlite3_column_value(q, i);
    int type = sqlite3_value_type(c);
    if (type == SQLITE_NULL) {
        v->kind = VALUE_NULL;
    } else if (type == SQLITE_INTEGER) {
        v->kind = VALUE_I64;
        v->i = sqlite3_value_int64(c);
    } else if (type == SQLITE_FLOAT) {
        return log_bug(__FILE__, __LINE__, "a floating point result");
    } else {
        v->kind = type == SQLITE_TEXT ? VALUE_TEXT : VALUE_BLOB;
        const char *p = type == SQLITE_TEXT ? (const char *)sqlite3_value_text(c) : sqlite3_value_blob(c);
        v->s = (str){ p, (size_t)sqlite3_value_bytes(c) };
        return v->s.n > 0 && p == NULL ? ST_NO_MEMORY : ST_OK;
    }
    return ST_OK;
}

static st step_all(struct db *db, sqlite3_stmt *q, const struct stmt *s, struct sink *sink)
{
    UNFILLED struct value values[STMT_COLUMNS_MAX];
    int rc;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        for (size_t i = 0; i < s->n_cols; i++) {
            TRY(column(q, (int)i, &values[i]));
        }
        TRY(sink->row(sink, values));
    }
    return mapped(db, rc);
}

static st run(struct db *db, const struct stmt *s, const struct value *params, struct sink *sink)
{
    struct stmt_slot *slot = stmt_slot(db, s);
    if (slot == NULL) {
        return ST_NO_MEMORY;
    }
    sqlite3_stmt *q = slot->handle;
    if (q == NULL) {
        TRY(mapped(db, sqlite3_prepare_v3(db->sqlite, s->sqlite.p, (int)s->sqlite.n, SQLITE_PREPARE_PERSISTENT, &q,
                                          NULL)));
        slot->handle = q;
    }
    st result = bind(db, q, s, params);
    if (result == ST_OK) {
        result = step_all(db, q, s, sink);
    }
    sqlite3_reset(q); /* repeats the error of the last step */
    sqlite3_clear_bindings(q);
    sink->changed = stmt_writes(s) ? sqlite3_changes64(db->sqlite) : 0;
    return result;
}

static st has_table(struct db *db, const char *name, bool *out)
{
    int rc = sqlite3_table_column_metadata(db->sqlite, NULL, name, NULL, NULL, NULL, NULL, NULL, NULL);
    *out = rc == SQLITE_OK;
    return rc == SQLITE_OK || rc == SQLITE_ERROR ? ST_OK : mapped(db, rc);
}

static bool in_transaction(struct db *db)
{
    return sqlite3_get_autocommit(db->sqlite) == 0;
}

static st set_up(struct db *db);

static void finish_statements(struct db *db)
{
    for (size_t i = 0; i < db->cache.cap; i++) {
        sqlite3_finalize(db->cache.v[i].handle);
        db->cache.v[i].handle = NULL;
    }
    for (size_t i = 0; i < db->n_controls; i++) {
        sqlite3_finalize(db->controls[i]);
    }
    db->n_controls = 0;
}

/* Everything that was committed goes into the database file, which is synced; then nothing is read from the log any more. */
static st move_all(struct db *db)
{
    db->wal_pages = 0;
    return mapped(db, sqlite3_wal_checkpoint_v2(db->sqlite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

/* In place of a broken connection a new one; the lock stays ours. Until that has succeeded the connection stays broken. */
static st open_anew(struct db *db)
{
    const char *path = sqlite3_db_filename(db->sqlite, "main");
    sqlite3 *q = NULL;
    char *name = path ? sqlite3_mprintf("%s", path) : NULL;
    if (name == NULL) {
        return ST_NO_MEMORY;
    }
    finish_statements(db);
    int rc = sqlite3_open_v2(name, &q, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_free(name);
    if (q == NULL) {
        return ST_NO_MEMORY;
    }
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->sqlite);
    db->sqlite = q;
    st s = mapped(db, rc);
    s = s == ST_OK ? set_up(db) : s;
    s = s == ST_OK ? move_all(db) : s;
    db->broken = s != ST_OK;
    return s;
}

static st reset(struct db *db)
{
    if (in_transaction(db)) {
        IGNORE(mapped(db, sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL))); /* broken: it will be replaced */
    }
    return db->broken ? open_anew(db) : BUG_UNLESS(!in_transaction(db));
}

/* A checkpoint that readers keep from finishing is no failure: the next one goes on. */
static st checkpoint(struct db *db)
{
    int left = 0, moved = 0, rc, how = SQLITE_CHECKPOINT_PASSIVE;
    if (db->wal_pages < WAL_PAGES && !db->forget_log) {
        return ST_OK;
    }
    if (db->forget_log) {
        how = SQLITE_CHECKPOINT_TRUNCATE;
    } else if (db->wal_pages >= WAL_PAGES_URGENT) {
        how = SQLITE_CHECKPOINT_RESTART;
    }
    sqlite3_busy_timeout(db->sqlite, 100);
    rc = sqlite3_wal_checkpoint_v2(db->sqlite, NULL, how, &left, &moved);
    sqlite3_busy_timeout(db->sqlite, db->wait_ms);
    if ((rc & 0xff) == SQLITE_BUSY) {
        return ST_OK;
    }
    TRY(mapped(db, rc));
    db->forget_log = false;
    db->wal_pages = left - moved;
    return ST_OK;
}

static int count_pages(void *arg, sqlite3 *q, const char *name, int pages)
{
    struct db *db = arg;
    (void)q;
    (void)name;
    db->wal_pages = pages;
    return SQLITE_OK;
}

static void close_all(struct db *db)
{
    finish_statements(db);
    if (sqlite3_close(db->sqlite) != SQLITE_OK) {
        log_event(LOG_ERROR, "store.close", "why=\"statements are still in use\"");
    }
    db->sqlite = NULL;
    if (db->lock >= 0) {
        close(db->lock);
        db->lock = -1;
    }
}

static int no_fd(const struct db *db)
{
    (void)db;
    return -1;
}

static const struct db_driver driver = {
    .control = control,
    .script = script,
    .run = run,
    .has_table = has_table,
    .in_transaction = in_transaction,
    .reset = reset,
    .checkpoint = checkpoint,
    .close = close_all,
    .fd = no_fd,
    .begin_read = "BEGIN",
    .begin_write = "BEGIN IMMEDIATE",
};

/* The lock lives as long as this process has the file open; the file itself stays. */
static st take_lock(struct db *db, const char *path)
{
    char name[4096];
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name) {
        return ST_CONFIG;
    }
    db->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (db->lock < 0) {
        db_say(db, "cannot open the database's lock file, errno %d", errno);
        return ST_IO;
    }
    if (flock(db->lock, LOCK_EX | LOCK_NB) != 0) {
        db_say(db, "another writer has this database open; stop it first");
        return ST_CONFLICT;
    }
    return ST_OK;
}

/* The first column of a pragma's only row, as SQLite calls it. */
static int is_wal(void *arg, int n, char **values, char **names)
{
    (void)names;
    *(bool *)arg = n == 1 && values[0] != NULL && strcmp(values[0], "wal") == 0;
    return 0;
}

static st log_ahead(struct db *db)
{
    bool wal = false;
    TRY(mapped(db, sqlite3_exec(db->sqlite, "PRAGMA journal_mode=WAL", is_wal, &wal, NULL)));
    if (!wal) {
        db_say(db, "sqlite: this file system does not support write-ahead logging");
        return ST_CONFIG;
    }
    return ST_OK;
}

static st set_up(struct db *db)
{
    static const char both[] = "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                               "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=0;";
    sqlite3 *q = db->sqlite;
    sqlite3_db_config(q, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_BYTES, LOOKASIDE_SLOTS); /* before anything uses it */
    sqlite3_extended_result_codes(q, 1);
    sqlite3_busy_timeout(q, db->wait_ms);
    sqlite3_db_config(q, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(q, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(q, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(q, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    TRY(simple(db, both));
    char cache[40];
    snprintf(cache, sizeof cache, "PRAGMA cache_size=-%d", db->cache_kib);
    TRY(simple(db, cache));
    if (db->mode == DB_READ) {
        sqlite3_db_config(q, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        TRY(simple(db, "PRAGMA query_only=ON"));
    } else {
        int keep = 1;
        TRY(log_ahead(db));
        TRY(simple(db, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON"));
        /* Keep the log file when the last connection closes: a reader that starts first cannot make one. */
        sqlite3_file_control(q, NULL, SQLITE_FCNTL_PERSIST_WAL, &keep);
        sqlite3_wal_hook(q, count_pages, db);
    }
    sqlite3_db_config(q, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return ST_OK;
}

/* Every process of ours uses SQLite from one thread, and nobody reads its statistics of memory: without both, and with room for
 * the small things that each statement allocates, a tenth of its instructions go away. Refused when SQLite has been used in this
 * process before; then it is slower. */
static void without_locks(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

st sqlite_open(struct db *db, str path)
{
    const char *name = str_z(db->arena, path);
    if (name == NULL || *name == '\0') {
        db_say(db, "sqlite: a path must follow");
        return ST_CONFIG;
    }
    if (db->mode == DB_WRITE) {
        st s = take_lock(db, name);
        if (s != ST_OK) {
            if (db->lock >= 0) {
                close(db->lock);
            }
            return s;
        }
    }
    without_locks();
    sqlite3 *q = NULL;
    int how = db->mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    int rc = sqlite3_open_v2(name, &q, how | SQLITE_OPEN_NOMUTEX, NULL);
    db->sqlite = q;
    db->driver = &driver; /* from here on closing cleans up */
    TRY(mapped(db, rc));
    return set_up(db);
}
