/* The key store: a small SQLite file of its own, opened by the vault alone. Its few statements stand here
 * because sqlc knows the main database's schema only (docs/adr/0008). */
#include "keystore.h"

#include "clock.h"
#include "hash.h"
#include "log.h"
#include "master.h"
#include "rnd.h"
#include "seal.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

/* Keys reserved for this process at a time, each time in one transaction that is flushed: the fewest, and the most when
 * they go fast. What is reserved and not used is lost, so a quiet shop reserves little. */
#define RESERVE_LEAST 64
#define RESERVE_MOST 2048
#define RESERVE_FAST_MS 2000 /* used up within this time: twice as many next time */
#define BUSY_MS 2000

struct range {
    int64_t next, end; /* empty when next == end */
};

struct keystore {
    sqlite3 *db;
    struct arena *arena, *scratch;
    uint8_t *wrap; /* KEYSTORE_KEY bytes, locked */
    uint8_t *root[ROOT_COUNT];
    struct range current, spare;
    int64_t reserve, reserved_ms; /* how many last time, and when */
    sqlite3_stmt *look;           /* at a wrapped key; prepared at first use */
};

static const char *const root_names[ROOT_COUNT] = { "blind", "token", "pepper" };

static const char schema_text[] =
    "CREATE TABLE data_key (id INTEGER PRIMARY KEY AUTOINCREMENT, wrapped BLOB, destroyed_at INTEGER) STRICT;"
    "CREATE TABLE root (name TEXT PRIMARY KEY NOT NULL, wrapped BLOB NOT NULL) STRICT;"
    "CREATE TABLE reserved (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;"
    "INSERT INTO reserved VALUES (1, 0);"
    "PRAGMA user_version = 1;";

static st of_sqlite(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ST_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ST_RETRY;
    case SQLITE_FULL:
        return ST_FULL;
    case SQLITE_NOMEM:
        return ST_NO_MEMORY;
    default:
        log_event(LOG_ERROR, "keystore", "sqlite=%d", rc);
        return ST_IO;
    }
}

static st run(struct keystore *k, const char *sql)
{
    return of_sqlite(sqlite3_exec(k->db, sql, NULL, NULL, NULL));
}

static st prepare(struct keystore *k, const char *sql, sqlite3_stmt **out)
{
    return of_sqlite(sqlite3_prepare_v2(k->db, sql, -1, out, NULL));
}

static st step_and_end(sqlite3_stmt *s)
{
    st done = of_sqlite(sqlite3_step(s));
    sqlite3_finalize(s);
    return done;
}

static struct seal_place place_of_root(enum keystore_root r)
{
    return (struct seal_place){ .column = { root_names[r], strlen(root_names[r]) } };
}

static struct seal_place place_of_key(int64_t id)
{
    return (struct seal_place){ .column = S("data_key"), .key_id = id };
}

/* Wrap 32 fresh random bytes for `at`; in the scratch arena. */
static st wrap_fresh(struct keystore *k, const struct seal_place *at, str *wrapped)
{
    uint8_t key[KEYSTORE_KEY];
    rnd_bytes(key, sizeof key);
    st s = seal_close(k->scratch, k->wrap, at, (str){ (const char *)key, sizeof key }, wrapped);
    secret_wipe(key, sizeof key);
    return s;
}

static st unwrap(struct keystore *k, const struct seal_place *at, str wrapped, uint8_t key[KEYSTORE_KEY])
{
    str plain;
    TRY(seal_open(k->scratch, k->wrap, at, wrapped, &plain));
    if (plain.n != KEYSTORE_KEY)
        return ST_IO;
    memcpy(key, plain.p, KEYSTORE_KEY);
    secret_wipe((void *)(uintptr_t)plain.p, plain.n);
    return ST_OK;
}

static str column_blob(sqlite3_stmt *s, int col)
{
    const void *p = sqlite3_column_blob(s, col);
    return (str){ p, (size_t)sqlite3_column_bytes(s, col) };
}

static st make_roots_nt(struct keystore *k)
{
    for (enum keystore_root r = 0; r < ROOT_COUNT; r++) {
        struct seal_place at = place_of_root(r);
        str wrapped;
        TRY(wrap_fresh(k, &at, &wrapped));
        sqlite3_stmt *s;
        TRY(prepare(k, "INSERT INTO root (name, wrapped) VALUES (?1, ?2)", &s));
        sqlite3_bind_text(s, 1, root_names[r], -1, SQLITE_STATIC);
        sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
        TRY(step_and_end(s));
    }
    return ST_OK;
}

static st read_roots(struct keystore *k)
{
    for (enum keystore_root r = 0; r < ROOT_COUNT; r++) {
        sqlite3_stmt *s;
        TRY(prepare(k, "SELECT wrapped FROM root WHERE name = ?1", &s));
        sqlite3_bind_text(s, 1, root_names[r], -1, SQLITE_STATIC);
        struct seal_place at = place_of_root(r);
        /* A root that does not open: this master key belongs to another store. */
        st found = sqlite3_step(s) == SQLITE_ROW ? unwrap(k, &at, column_blob(s, 0), k->root[r]) : ST_CONFIG;
        sqlite3_finalize(s);
        if (found != ST_OK)
            return found == ST_IO ? ST_CONFIG : found;
    }
    arena_reset(k->scratch);
    return ST_OK;
}

static st user_version(struct keystore *k, int *version)
{
    sqlite3_stmt *s;
    TRY(prepare(k, "PRAGMA user_version", &s));
    st got = sqlite3_step(s) == SQLITE_ROW ? ST_OK : ST_IO;
    if (got == ST_OK)
        *version = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return got;
}

/* End the transaction by how the work in it went; a failed commit is a failure of the work. */
static st end_transaction(struct keystore *k, st work)
{
    if (work == ST_OK)
        work = run(k, "COMMIT");
    if (work != ST_OK)
        IGNORE(run(k, "ROLLBACK")); /* the transaction may be gone already; the work's failure is what counts */
    arena_reset(k->scratch);
    return work;
}

static st make_tables(struct keystore *k)
{
    int version = 0;
    TRY(run(k, "BEGIN IMMEDIATE"));
    st s = user_version(k, &version);
    if (s == ST_OK && version == 0) {
        s = run(k, schema_text);
        if (s == ST_OK)
            s = make_roots_nt(k);
    }
    return end_transaction(k, s);
}

static st open_db(struct keystore *k, str folder, bool create)
{
    const char *path = str_z(k->arena, str_cat(k->arena, folder, S("/keys.db")));
    if (!path)
        return ST_NO_MEMORY;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
    TRY(of_sqlite(sqlite3_open_v2(path, &k->db, flags, NULL)));
    sqlite3_busy_timeout(k->db, BUSY_MS);
    /* One generation: freed pages are overwritten, and the journal does not stay. No temporary files. */
    return run(k, "PRAGMA secure_delete = ON; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                  "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;");
}

static st keystore_new(struct arena *a, str folder, bool create, struct keystore **out)
{
    struct keystore *k = NEW(a, struct keystore);
    uint8_t *secrets = arena_secret(a, (ROOT_COUNT + 1) * KEYSTORE_KEY);
    if (!k || !secrets)
        return ST_NO_MEMORY;
    k->arena = a;
    k->wrap = secrets;
    for (int i = 0; i < ROOT_COUNT; i++)
        k->root[i] = secrets + (i + 1) * KEYSTORE_KEY;
    uint8_t master[KEYSTORE_KEY];
    TRY(master_read(a, folder, master));
    hash_derive(master, S("wrap data keys"), k->wrap);
    secret_wipe(master, sizeof master);
    k->scratch = arena_new((size_t)256 * 1024);
    if (!k->scratch)
        return ST_NO_MEMORY;
    st s = open_db(k, folder, create);
    if (s != ST_OK) {
        keystore_close(k);
        return s;
    }
    *out = k;
    return ST_OK;
}

void keystore_close(struct keystore *k)
{
    if (!k)
        return;
    sqlite3_finalize(k->look);
    k->look = NULL;
    sqlite3_close(k->db);
    k->db = NULL;
    secret_wipe(k->wrap, (ROOT_COUNT + 1) * KEYSTORE_KEY);
    arena_free(k->scratch);
    k->scratch = NULL;
}

st keystore_create(struct arena *a, str folder)
{
    const char *path = str_z(a, folder);
    if (!path)
        return ST_NO_MEMORY;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return ST_IO;
    uint8_t master[KEYSTORE_KEY];
    st given = master_read(a, folder, master);
    secret_wipe(master, sizeof master);
    if (given == ST_NOT_FOUND)
        given = master_create(a, folder);
    TRY(given);
    struct keystore *k;
    mode_t before = umask(0077);
    st s = keystore_new(a, folder, true, &k);
    umask(before);
    TRY(s);
    s = make_tables(k);
    if (s == ST_OK)
        s = read_roots(k);
    keystore_close(k);
    return s;
}

st keystore_open(struct arena *a, str folder, struct keystore **out)
{
    struct keystore *k;
    TRY(keystore_new(a, folder, false, &k));
    int version = 0;
    st s = user_version(k, &version);
    if (s == ST_OK && version != 1)
        s = ST_SCHEMA;
    if (s == ST_OK)
        s = read_roots(k);
    if (s == ST_OK)
        s = keystore_ahead(k);
    if (s != ST_OK) {
        keystore_close(k);
        return s;
    }
    *out = k;
    return ST_OK;
}

static st make_batch_nt(struct keystore *k, int64_t first, int64_t n)
{
    sqlite3_stmt *s;
    TRY(prepare(k, "INSERT INTO data_key (id, wrapped) VALUES (?1, ?2)", &s));
    st done = ST_OK;
    for (int64_t id = first; id < first + n && done == ST_OK; id++) {
        struct seal_place at = place_of_key(id);
        str wrapped;
        done = wrap_fresh(k, &at, &wrapped);
        if (done != ST_OK)
            break;
        sqlite3_bind_int64(s, 1, id);
        sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
        done = of_sqlite(sqlite3_step(s));
        sqlite3_reset(s);
        arena_reset(k->scratch);
    }
    sqlite3_finalize(s);
    return done;
}

/* What is read and moved on here is read from the file, not remembered: during a reload two vaults run. */
static st reserve_nt(struct keystore *k, struct range *got)
{
    sqlite3_stmt *s;
    TRY(prepare(k, "SELECT upto, (SELECT coalesce(max(id), 0) FROM data_key) FROM reserved", &s));
    if (sqlite3_step(s) != SQLITE_ROW) {
        sqlite3_finalize(s);
        return ST_IO;
    }
    int64_t upto = sqlite3_column_int64(s, 0), made = sqlite3_column_int64(s, 1);
    sqlite3_finalize(s);
    if (upto + k->reserve > made)
        TRY(make_batch_nt(k, made + 1, upto + k->reserve - made));
    TRY(prepare(k, "UPDATE reserved SET upto = ?1", &s));
    sqlite3_bind_int64(s, 1, upto + k->reserve);
    TRY(step_and_end(s));
    *got = (struct range){ upto + 1, upto + 1 + k->reserve };
    return ST_OK;
}

/* Twice as many as last time when those were gone at once, half as many when they lasted. */
static void set_reserve(struct keystore *k)
{
    int64_t now = clock_ms(), n = k->reserve;
    n = now - k->reserved_ms < RESERVE_FAST_MS ? 2 * n : n / 2;
    k->reserve = n < RESERVE_LEAST ? RESERVE_LEAST : n > RESERVE_MOST ? RESERVE_MOST : n;
    k->reserved_ms = now;
}

st keystore_ahead(struct keystore *k)
{
    if (k->spare.next != k->spare.end || k->current.end - k->current.next >= RESERVE_LEAST / 2)
        return ST_OK;
    struct range got = { 0 };
    set_reserve(k);
    TRY(run(k, "BEGIN IMMEDIATE"));
    TRY(end_transaction(k, reserve_nt(k, &got)));
    k->spare = got;
    return ST_OK;
}

st keystore_unwrap(struct keystore *k, int64_t id, uint8_t key[KEYSTORE_KEY])
{
    if (!k->look)
        TRY(prepare(k, "SELECT wrapped FROM data_key WHERE id = ?1", &k->look));
    sqlite3_bind_int64(k->look, 1, id);
    int rc = sqlite3_step(k->look);
    st found = of_sqlite(rc);
    if (rc == SQLITE_DONE)
        found = ST_NOT_FOUND;
    else if (rc == SQLITE_ROW && sqlite3_column_type(k->look, 0) == SQLITE_NULL)
        found = ST_SEALED;
    struct seal_place at = place_of_key(id);
    if (found == ST_OK)
        found = unwrap(k, &at, column_blob(k->look, 0), key);
    sqlite3_reset(k->look);
    arena_reset(k->scratch);
    return found;
}

st keystore_take(struct keystore *k, uint8_t *keys, size_t *n, int64_t *first)
{
    if (k->current.next == k->current.end) {
        TRY(keystore_ahead(k));
        k->current = k->spare;
        k->spare = (struct range){ 0 };
    }
    size_t left = (size_t)(k->current.end - k->current.next), some = *n < left ? *n : left;
    for (size_t i = 0; i < some; i++)
        TRY(keystore_unwrap(k, k->current.next + (int64_t)i, keys + i * KEYSTORE_KEY));
    *first = k->current.next;
    *n = some;
    k->current.next += (int64_t)some;
    return ST_OK;
}

st keystore_destroy(struct keystore *k, int64_t id)
{
    sqlite3_stmt *s;
    TRY(prepare(k, "UPDATE data_key SET wrapped = NULL, destroyed_at = coalesce(destroyed_at, ?2) WHERE id = ?1", &s));
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, clock_now().s);
    TRY(step_and_end(s));
    return sqlite3_changes(k->db) == 1 ? ST_OK : ST_NOT_FOUND;
}

const uint8_t *keystore_root(const struct keystore *k, enum keystore_root r)
{
    return k->root[r];
}
