/* The key store: a small SQLite file of its own, opened by the vault alone. Its few statements stand here
 * because sqlc knows the main database's schema only (docs/adr/0008). */
#include "keystore_in.h"

#include "clock.h"
#include "hash.h"
#include "log.h"
#include "rnd.h"

#include <string.h>

/* Keys reserved for this process at a time, each time in one transaction that is flushed: the fewest, and the most when
 * they go fast. What is reserved and not used is lost, so a quiet shop reserves little. */
#define RESERVE_LEAST 64
#define RESERVE_MOST 2048
#define RESERVE_FAST_MS 2000 /* used up within this time: twice as many next time */

/* ---- making keys ------------------------------------------------------------------------------------------------- */

static st make_key_nt(struct keystore *k, sqlite3_stmt *s, int64_t id)
{
    struct seal_place at = ks_place_of_key(id);
    uint8_t key[KEYSTORE_KEY];
    str wrapped;
    rnd_bytes(key, sizeof key);
    st made = ks_wrap(k, &at, key, &wrapped);
    secret_wipe(key, sizeof key);
    TRY(made);
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, k->generation);
    made = ks_of_sqlite(sqlite3_step(s));
    sqlite3_reset(s);
    arena_reset(k->scratch);
    return made;
}

static st make_batch_nt(struct keystore *k, int64_t first, int64_t n)
{
    int64_t newest = 0;
    sqlite3_stmt *s;
    TRY(ks_number(k, "SELECT max(generation) FROM master", 0, &newest));
    if (newest != k->generation) { /* another vault beside this one rotates */
        TRY(masters_again(k->masters));
        TRY(ks_match_masters(k));
    }
    TRY(ks_prepare(k, "INSERT INTO data_key (id, wrapped, generation) VALUES (?1, ?2, ?3)", &s));
    st done = ST_OK;
    for (int64_t id = first; id < first + n && done == ST_OK; id++)
        done = make_key_nt(k, s, id);
    sqlite3_finalize(s);
    return done == ST_OK ? ks_changed_nt(k, 0) : done;
}

st ks_changed_nt(struct keystore *k, int64_t destroyed)
{
    sqlite3_stmt *s;
    TRY(ks_prepare(k, "UPDATE vault SET changes = changes + 1, destroyed = destroyed + ?1", &s));
    sqlite3_bind_int64(s, 1, destroyed);
    return ks_step_and_end(s);
}

/* What is read and moved on here is read from the file, not remembered: during a reload two vaults run. */
static st reserve_nt(struct keystore *k, struct range *got)
{
    sqlite3_stmt *s;
    TRY(ks_prepare(k, "SELECT upto, (SELECT coalesce(max(id), 0) FROM data_key) FROM reserved", &s));
    if (sqlite3_step(s) != SQLITE_ROW) {
        sqlite3_finalize(s);
        return ST_IO;
    }
    int64_t upto = sqlite3_column_int64(s, 0), made = sqlite3_column_int64(s, 1);
    sqlite3_finalize(s);
    if (upto + k->reserve > made)
        TRY(make_batch_nt(k, made + 1, upto + k->reserve - made));
    TRY(ks_prepare(k, "UPDATE reserved SET upto = ?1", &s));
    sqlite3_bind_int64(s, 1, upto + k->reserve);
    TRY(ks_step_and_end(s));
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
    TRY(BUG_UNLESS(!k->looking));
    if (k->spare.next != k->spare.end || k->current.end - k->current.next >= RESERVE_LEAST / 2)
        return ST_OK;
    struct range got = { 0 };
    set_reserve(k);
    TRY(ks_run(k, "BEGIN IMMEDIATE"));
    TRY(ks_end_transaction(k, reserve_nt(k, &got)));
    k->spare = got;
    return ST_OK;
}

/* ---- opening and handing out ------------------------------------------------------------------------------------- */

st keystore_unwrap(struct keystore *k, int64_t id, uint8_t key[KEYSTORE_KEY])
{
    if (!k->look)
        TRY(ks_prepare(k, "SELECT wrapped, generation FROM data_key WHERE id = ?1", &k->look));
    sqlite3_bind_int64(k->look, 1, id);
    int rc = sqlite3_step(k->look);
    st found = ks_of_sqlite(rc);
    if (rc == SQLITE_DONE)
        found = ST_NOT_FOUND;
    else if (rc == SQLITE_ROW && sqlite3_column_type(k->look, 0) == SQLITE_NULL)
        found = ST_SEALED;
    struct seal_place at = ks_place_of_key(id);
    if (found == ST_OK)
        found = ks_unwrap(k, sqlite3_column_int64(k->look, 1), &at, ks_blob(k->look, 0), key);
    sqlite3_reset(k->look);
    arena_reset(k->scratch);
    return found;
}

st keystore_take(struct keystore *k, uint8_t *keys, size_t *n, int64_t *first)
{
    TRY(BUG_UNLESS(!k->looking));
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

/* ---- destroying -------------------------------------------------------------------------------------------------- */

static st destroy_nt(struct keystore *k, const int64_t *ids, size_t n, bool *missing)
{
    sqlite3_stmt *s;
    int64_t now = clock_now().s, gone = 0, there = 0;
    st done = ST_OK;
    TRY(ks_prepare(k, "UPDATE data_key SET wrapped = NULL, destroyed_at = ?2 WHERE id = ?1 AND wrapped IS NOT NULL", &s));
    for (size_t i = 0; i < n && done == ST_OK; i++) {
        sqlite3_bind_int64(s, 1, ids[i]);
        sqlite3_bind_int64(s, 2, now);
        done = ks_of_sqlite(sqlite3_step(s));
        bool changed = done == ST_OK && sqlite3_changes(k->db) == 1;
        sqlite3_reset(s);
        gone += changed;
        if (done == ST_OK && !changed) {
            st had = ks_number(k, "SELECT 1 FROM data_key WHERE id = ?1", ids[i], &there);
            *missing = *missing || had == ST_NOT_FOUND;
            done = had == ST_NOT_FOUND ? ST_OK : had;
        }
    }
    sqlite3_finalize(s);
    return done == ST_OK && gone > 0 ? ks_changed_nt(k, gone) : done;
}

st keystore_destroy(struct keystore *k, const int64_t *ids, size_t n)
{
    bool missing = false;
    TRY(BUG_UNLESS(!k->looking));
    TRY(ks_run(k, "BEGIN IMMEDIATE"));
    TRY(ks_end_transaction(k, destroy_nt(k, ids, n, &missing)));
    return missing ? ST_NOT_FOUND : ST_OK;
}

/* ---- the rest ---------------------------------------------------------------------------------------------------- */

const uint8_t *keystore_root(const struct keystore *k, enum keystore_root r)
{
    return k->root[r];
}

st keystore_state(struct keystore *k, struct keystore_state *out)
{
    sqlite3_stmt *s;
    struct keystore_state t = { .generation = 0 };
    TRY(ks_prepare(k, "SELECT uid, recovery, changes, destroyed, (SELECT max(generation) FROM master),"
                      " (SELECT count(*) FROM master), (SELECT coalesce(max(id), 0) FROM data_key),"
                      " (SELECT made_at FROM master ORDER BY generation DESC LIMIT 1) FROM vault", &s));
    st found = sqlite3_step(s) == SQLITE_ROW ? ST_OK : ST_IO;
    str store = found == ST_OK ? ks_blob(s, 0) : (str){ 0 }, recovery = found == ST_OK ? ks_blob(s, 1) : (str){ 0 };
    if (found == ST_OK && store.n == sizeof t.store.b) {
        memcpy(t.store.b, store.p, sizeof t.store.b);
        t.has_recovery = recovery.n == KEYSTORE_PUBLIC;
        if (t.has_recovery)
            memcpy(t.recovery, recovery.p, KEYSTORE_PUBLIC);
        t.changes = sqlite3_column_int64(s, 2);
        t.destroyed = sqlite3_column_int64(s, 3);
        t.generation = sqlite3_column_int64(s, 4);
        t.rotating = sqlite3_column_int64(s, 5) > 1;
        t.upto = sqlite3_column_int64(s, 6);
        t.made.s = sqlite3_column_int64(s, 7);
        *out = t;
    }
    sqlite3_finalize(s);
    return found;
}

st keystore_set_recovery(struct keystore *k, const uint8_t public_half[KEYSTORE_PUBLIC])
{
    sqlite3_stmt *s;
    TRY(BUG_UNLESS(!k->looking));
    TRY(ks_prepare(k, "UPDATE vault SET recovery = ?1, changes = changes + 1", &s));
    sqlite3_bind_blob(s, 1, public_half, KEYSTORE_PUBLIC, SQLITE_STATIC);
    return ks_step_and_end(s);
}
