/* The key store's file: opening and making it, its version, its roots, and which master key is which. */
#include "keystore_in.h"

#include "clock.h"
#include "hash.h"
#include "log.h"
#include "rnd.h"
#include "str.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define BUSY_MS 2000
#define PROOF "this is the master key"

/* Version 1 had one master key for ever; its rows are of generation 1. */
static const char schema_text[] =
    "CREATE TABLE data_key (id INTEGER PRIMARY KEY AUTOINCREMENT, wrapped BLOB, destroyed_at INTEGER) STRICT;"
    "CREATE TABLE root (name TEXT PRIMARY KEY NOT NULL, wrapped BLOB NOT NULL) STRICT;"
    "CREATE TABLE reserved (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;"
    "INSERT INTO reserved VALUES (1, 0);";
static const char upgrade_text[] =
    "ALTER TABLE data_key ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE data_key ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;" /* 1: not in the backup that was restored */
    "ALTER TABLE root ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;"
    "CREATE TABLE master (generation INTEGER PRIMARY KEY, proof BLOB NOT NULL, made_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE vault (one INTEGER PRIMARY KEY CHECK (one = 1), uid BLOB NOT NULL, recovery BLOB,"
    " changes INTEGER NOT NULL, destroyed INTEGER NOT NULL) STRICT;"
    "CREATE TABLE retired (code BLOB PRIMARY KEY NOT NULL, at INTEGER NOT NULL) "
        "STRICT;" /* codes of master keys of before */
    "INSERT INTO vault VALUES (1, randomblob(16), NULL, 1, 0);"
    "PRAGMA user_version = 2;";

static const char *const root_names[ROOT_COUNT] = { "blind", "token", "pepper" };

/* ---- SQLite ------------------------------------------------------------------------------------------------------ */

st ks_of_sqlite(int rc)
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

st ks_run(struct keystore *k, const char *sql)
{
    return ks_of_sqlite(sqlite3_exec(k->db, sql, NULL, NULL, NULL));
}

st ks_prepare(struct keystore *k, const char *sql, sqlite3_stmt **out)
{
    return ks_of_sqlite(sqlite3_prepare_v2(k->db, sql, -1, out, NULL));
}

st ks_step_and_end(sqlite3_stmt *s)
{
    st done = ks_of_sqlite(sqlite3_step(s));
    sqlite3_finalize(s);
    return done;
}

st ks_number(struct keystore *k, const char *sql, int64_t bound, int64_t *out)
{
    sqlite3_stmt *s;
    TRY(ks_prepare(k, sql, &s));
    if (sqlite3_bind_parameter_count(s) > 0)
        sqlite3_bind_int64(s, 1, bound);
    int rc = sqlite3_step(s);
    st found = rc == SQLITE_DONE ? ST_NOT_FOUND : ks_of_sqlite(rc);
    if (found == ST_OK)
        *out = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return found;
}

st ks_end_transaction(struct keystore *k, st work)
{
    if (work == ST_OK)
        work = ks_run(k, "COMMIT");
    if (work != ST_OK)
        IGNORE(ks_run(k, "ROLLBACK")); /* the transaction may be gone already; the work's failure is what counts */
    arena_reset(k->scratch);
    return work;
}

str ks_blob(sqlite3_stmt *s, int col)
{
    const void *p = sqlite3_column_blob(s, col);
    return (str){ p, (size_t)sqlite3_column_bytes(s, col) };
}

/* ---- wrapping ---------------------------------------------------------------------------------------------------- */

const char *ks_root_name(enum keystore_root r)
{
    return root_names[r];
}

struct seal_place ks_place_of_root(enum keystore_root r)
{
    return (struct seal_place){ .column = { root_names[r], strlen(root_names[r]) } };
}

struct seal_place ks_place_of_key(int64_t id)
{
    return (struct seal_place){ .column = S("data_key"), .key_id = id };
}

static st open_with(struct keystore *k, const uint8_t *wrap, const struct seal_place *at, str wrapped,
    uint8_t key[KEYSTORE_KEY])
{
    str plain;
    TRY(seal_open(k->scratch, wrap, at, wrapped, &plain));
    st s = plain.n == KEYSTORE_KEY ? ST_OK : ST_IO;
    if (s == ST_OK)
        memcpy(key, plain.p, KEYSTORE_KEY);
    secret_wipe((void *)(uintptr_t)plain.p, plain.n);
    return s;
}

st ks_wrap(struct keystore *k, const struct seal_place *at, const uint8_t key[KEYSTORE_KEY], str *wrapped)
{
    const struct master *m = masters_of(k->masters, k->generation);
    return m ? seal_close(k->scratch, m->wrap, at, (str){ (const char *)key, KEYSTORE_KEY }, wrapped) : ST_CONFIG;
}

/* A generation nobody has: another vault beside this one has rotated meanwhile, so look again, once. */
st ks_unwrap(struct keystore *k, int64_t generation, const struct seal_place *at, str wrapped, uint8_t key[KEYSTORE_KEY])
{
    const struct master *m = masters_of(k->masters, generation);
    if (!m) {
        TRY(masters_again(k->masters));
        TRY(ks_match_masters(k));
        m = masters_of(k->masters, generation);
    }
    return m ? open_with(k, m->wrap, at, wrapped, key) : ST_CONFIG;
}

static struct seal_place place_of_proof(int64_t generation)
{
    return (struct seal_place){ .column = S("master"), .key_id = generation };
}

st ks_add_master_nt(struct keystore *k, struct master *m, int64_t generation)
{
    struct seal_place at = place_of_proof(generation);
    sqlite3_stmt *s;
    str proof;
    TRY(seal_close(k->scratch, m->wrap, &at, S(PROOF), &proof));
    TRY(ks_prepare(k, "INSERT INTO master (generation, proof, made_at) VALUES (?1, ?2, ?3)", &s));
    sqlite3_bind_int64(s, 1, generation);
    sqlite3_bind_blob(s, 2, proof.p, (int)proof.n, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, clock_now().s);
    return ks_step_and_end(s);
}

static void try_candidates(struct keystore *k, int64_t generation, str proof)
{
    struct seal_place at = place_of_proof(generation);
    for (int i = 0; i < MASTER_SLOTS; i++) {
        struct master *m = &k->masters->v[i];
        str plain;
        if (m->there && seal_open(k->scratch, m->wrap, &at, proof, &plain) == ST_OK && str_eq(plain, S(PROOF)))
            m->generation = generation;
    }
}

st ks_match_masters(struct keystore *k)
{
    sqlite3_stmt *s;
    int rc;
    TRY(ks_prepare(k, "SELECT generation, proof FROM master ORDER BY generation", &s));
    k->generation = 0;
    for (int i = 0; i < MASTER_SLOTS; i++)
        k->masters->v[i].generation = 0;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        k->generation = sqlite3_column_int64(s, 0);
        try_candidates(k, k->generation, ks_blob(s, 1));
    }
    sqlite3_finalize(s);
    TRY(ks_of_sqlite(rc));
    return masters_of(k->masters, k->generation) ? ST_OK : ST_CONFIG;
}

/* ---- roots ------------------------------------------------------------------------------------------------------- */

static st make_roots_nt(struct keystore *k)
{
    for (enum keystore_root r = 0; r < ROOT_COUNT; r++) {
        struct seal_place at = ks_place_of_root(r);
        uint8_t key[KEYSTORE_KEY];
        sqlite3_stmt *s;
        str wrapped;
        rnd_bytes(key, sizeof key);
        st made = ks_wrap(k, &at, key, &wrapped);
        secret_wipe(key, sizeof key);
        TRY(made);
        TRY(ks_prepare(k, "INSERT INTO root (name, wrapped, generation) VALUES (?1, ?2, ?3)", &s));
        sqlite3_bind_text(s, 1, root_names[r], -1, SQLITE_STATIC);
        sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
        sqlite3_bind_int64(s, 3, k->generation);
        TRY(ks_step_and_end(s));
    }
    return ST_OK;
}

st ks_read_roots(struct keystore *k)
{
    for (enum keystore_root r = 0; r < ROOT_COUNT; r++) {
        sqlite3_stmt *s;
        TRY(ks_prepare(k, "SELECT wrapped, generation FROM root WHERE name = ?1", &s));
        sqlite3_bind_text(s, 1, root_names[r], -1, SQLITE_STATIC);
        struct seal_place at = ks_place_of_root(r);
        /* A root that does not open: this master key belongs to another store. */
        st found = ST_CONFIG;
        if (sqlite3_step(s) == SQLITE_ROW)
            found = ks_unwrap(k, sqlite3_column_int64(s, 1), &at, ks_blob(s, 0), k->root[r]);
        sqlite3_finalize(s);
        if (found != ST_OK)
            return found == ST_IO ? ST_CONFIG : found;
    }
    arena_reset(k->scratch);
    return ST_OK;
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

static st user_version(struct keystore *k, int64_t *version)
{
    return ks_number(k, "PRAGMA user_version", 0, version);
}

/* The candidate under which the roots of a store without proofs are wrapped: the only way to know it there. */
static struct master *opens_root(struct keystore *k)
{
    struct seal_place at = ks_place_of_root(ROOT_BLIND);
    struct master *found = NULL;
    uint8_t key[KEYSTORE_KEY];
    sqlite3_stmt *s;
    if (ks_prepare(k, "SELECT wrapped FROM root WHERE name = 'blind'", &s) != ST_OK)
        return NULL;
    if (sqlite3_step(s) == SQLITE_ROW)
        for (int i = 0; i < MASTER_SLOTS && !found; i++)
            if (k->masters->v[i].there && open_with(k, k->masters->v[i].wrap, &at, ks_blob(s, 0), key) == ST_OK)
                found = &k->masters->v[i];
    secret_wipe(key, sizeof key);
    sqlite3_finalize(s);
    return found;
}

static struct master *first_there(struct masters *m)
{
    for (int i = 0; i < MASTER_SLOTS; i++)
        if (m->v[i].there)
            return &m->v[i];
    return NULL;
}

/* The first generation is that candidate's. */
static st begin_generations_nt(struct keystore *k, struct master *m)
{
    if (!m)
        return ST_CONFIG;
    TRY(ks_run(k, upgrade_text));
    m->generation = k->generation = 1;
    return ks_add_master_nt(k, m, 1);
}

/* To this version, from none or from the first. The version is looked at inside, as another vault may do the same. */
static st make_tables_nt(struct keystore *k)
{
    int64_t version = 0;
    TRY(user_version(k, &version));
    if (version == KEYSTORE_VERSION)
        return ST_OK;
    if (version == 1)
        return begin_generations_nt(k, opens_root(k));
    if (version != 0)
        return ST_SCHEMA;
    TRY(ks_run(k, schema_text));
    TRY(begin_generations_nt(k, first_there(k->masters)));
    return make_roots_nt(k);
}

st ks_make_tables(struct keystore *k)
{
    TRY(ks_run(k, "BEGIN IMMEDIATE"));
    return ks_end_transaction(k, make_tables_nt(k));
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static st open_db(struct keystore *k, str folder, int flags)
{
    const char *path = str_z(k->arena, str_cat(k->arena, folder, S("/keys.db")));
    if (!path)
        return ST_NO_MEMORY;
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, &k->db, flags, NULL);
    if ((rc & 0xff) == SQLITE_CANTOPEN)
        return ST_NOT_FOUND;
    TRY(ks_of_sqlite(rc));
    sqlite3_busy_timeout(k->db, BUSY_MS);
    /* One generation: freed pages are overwritten, and the journal does not stay. No temporary files. */
    return ks_run(k, "PRAGMA secure_delete = ON; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                     "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;");
}

st ks_new(struct arena *a, str folder, int flags, struct keystore **out)
{
    struct keystore *k = NEW(a, struct keystore);
    uint8_t *secrets = arena_secret(a, ROOT_COUNT * KEYSTORE_KEY);
    if (!k || !secrets)
        return ST_NO_MEMORY;
    k->arena = a;
    for (int i = 0; i < ROOT_COUNT; i++)
        k->root[i] = secrets + i * KEYSTORE_KEY;
    TRY(masters_open(a, folder, &k->masters));
    k->scratch = arena_new((size_t)256 * 1024);
    st s = k->scratch ? open_db(k, folder, flags) : ST_NO_MEMORY;
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
    masters_wipe(k->masters);
    secret_wipe(k->root[0], ROOT_COUNT * KEYSTORE_KEY);
    arena_free(k->scratch);
    k->scratch = NULL;
}

/* What was left of master keys when a rotation was cut short at its very end is put right, too. */
static st look_around(struct keystore *k)
{
    int64_t generations = 0;
    TRY(ks_match_masters(k));
    TRY(ks_number(k, "SELECT count(*) FROM master", 0, &generations));
    if (generations == 1)
        TRY(masters_settle(k->masters, k->generation));
    return ks_read_roots(k);
}

st keystore_create(struct arena *a, str folder)
{
    const char *path = str_z(a, folder);
    if (!path)
        return ST_NO_MEMORY;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return ST_IO;
    TRY(master_first(a, folder));
    struct keystore *k;
    mode_t before = umask(0077);
    st s = ks_new(a, folder, SQLITE_OPEN_CREATE, &k);
    if (s == ST_OK) {
        s = ks_make_tables(k);
        if (s == ST_OK)
            s = look_around(k);
        keystore_close(k);
    }
    umask(before);
    return s;
}

st keystore_open(struct arena *a, str folder, struct keystore **out)
{
    struct keystore *k;
    int64_t version = 0;
    TRY(ks_new(a, folder, 0, &k));
    st s = user_version(k, &version);
    if (s == ST_OK && version == 1)
        s = ks_make_tables(k);
    else if (s == ST_OK && version != KEYSTORE_VERSION)
        s = ST_SCHEMA;
    if (s == ST_OK)
        s = look_around(k);
    if (s == ST_OK)
        s = keystore_ahead(k);
    if (s != ST_OK) {
        keystore_close(k);
        return s;
    }
    *out = k;
    return ST_OK;
}

st keystore_look(struct arena *a, str folder, struct keystore **out)
{
    struct keystore *k;
    int64_t version = 0;
    TRY(ks_new(a, folder, 0, &k)); /* writable only so that a transaction which was cut short can be rolled back */
    k->looking = true;
    st s = ks_run(k, "PRAGMA query_only = ON");
    if (s == ST_OK)
        s = user_version(k, &version);
    if (s == ST_OK && version != KEYSTORE_VERSION)
        s = ST_SCHEMA;
    if (s == ST_OK)
        s = ks_match_masters(k);
    if (s == ST_OK)
        s = ks_read_roots(k);
    if (s != ST_OK) {
        keystore_close(k);
        return s;
    }
    *out = k;
    return ST_OK;
}
