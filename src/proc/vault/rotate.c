/* Rotation. The first pass over the ids wraps anew what it finds under an old generation; a whole pass that finds nothing is
 * the proof that nothing is left, and only then the old generation is forgotten and its file destroyed. */
#include "rotate.h"

#include "clock.h"
#include "hash.h"
#include "keystore_in.h"
#include "log.h"

#define STEP_KEYS 256

static void code_of(const struct master *m, uint8_t code[HASH_KEY])
{
    hash_derive(m->wrap, S("retired"), code);
}

/* A key that was in use once is never taken again: an old credential that was left in place would be. */
static st was_used(struct keystore *k, const struct master *m, bool *used)
{
    uint8_t code[HASH_KEY];
    sqlite3_stmt *s;
    code_of(m, code);
    TRY(ks_prepare(k, "SELECT 1 FROM retired WHERE code = ?1", &s));
    sqlite3_bind_blob(s, 1, code, sizeof code, SQLITE_STATIC);
    int rc = sqlite3_step(s);
    *used = rc == SQLITE_ROW;
    sqlite3_finalize(s);
    return ks_of_sqlite(rc);
}

static st free_credential(struct keystore *k, struct master **out)
{
    static const enum master_slot slots[] = { MASTER_CREDENTIAL, MASTER_CREDENTIAL_NEXT };
    for (size_t i = 0; i < COUNT(slots); i++) {
        struct master *m = &k->masters->v[slots[i]];
        bool used = true;
        if (m->there && m->generation == 0)
            TRY(was_used(k, m, &used));
        if (!used)
            *out = m;
    }
    return ST_OK;
}

/* A credential that opens nothing yet is what the operator wants to have next; where the key is a file the next is one too. */
static st choose_next(struct keystore *k, struct master **next)
{
    struct masters *m = k->masters;
    struct master *given = NULL;
    TRY(free_credential(k, &given));
    if (!given && !master_is_file((enum master_slot)(masters_of(m, k->generation) - m->v)))
        return ST_CONFIG;
    if (!given) {
        TRY(masters_settle(m, k->generation)); /* one that was made, and a kill came before it was written down */
        TRY(master_create(m, MASTER_FILE_NEW));
        given = &m->v[MASTER_FILE_NEW];
    }
    *next = given;
    return ST_OK;
}

static st rewrap_root_nt(struct keystore *k, enum keystore_root r)
{
    struct seal_place at = ks_place_of_root(r);
    sqlite3_stmt *s;
    str wrapped;
    TRY(ks_wrap(k, &at, k->root[r], &wrapped));
    TRY(ks_prepare(k, "UPDATE root SET wrapped = ?2, generation = ?3 WHERE name = ?1", &s));
    sqlite3_bind_text(s, 1, ks_root_name(r), -1, SQLITE_STATIC);
    sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, k->generation);
    return ks_step_and_end(s);
}

static st begin_nt(struct keystore *k, struct master *next)
{
    next->generation = k->generation + 1;
    TRY(ks_add_master_nt(k, next, next->generation));
    k->generation = next->generation;
    for (enum keystore_root r = 0; r < ROOT_COUNT; r++)
        TRY(rewrap_root_nt(k, r));
    return ks_changed_nt(k, 0);
}

st rotate_begin(struct keystore *k)
{
    struct keystore_state now;
    struct master *next;
    TRY(BUG_UNLESS(!k->looking));
    TRY(keystore_state(k, &now));
    if (now.rotating)
        return ST_OK;
    TRY(masters_again(k->masters));
    TRY(ks_match_masters(k));
    TRY(choose_next(k, &next));
    TRY(ks_run(k, "BEGIN IMMEDIATE"));
    st s = ks_end_transaction(k, begin_nt(k, next));
    if (s != ST_OK) {
        IGNORE(ks_match_masters(k)); /* back to what the file says; what failed is what counts */
        return s;
    }
    k->pass = k->passed = 0;
    log_event(LOG_INFO, "rotation-begun", "generation=%lld", (long long)k->generation);
    return ST_OK;
}

/* ---- a part ------------------------------------------------------------------------------------------------------ */

struct old_key {
    int64_t id, generation;
    uint8_t wrapped[KEYSTORE_KEY + SEAL_OVERHEAD];
};

/* Those of the next ids that are under an old generation; *upto: how far was looked, 0 at the end. */
static st look_at_some(struct keystore *k, struct old_key *found, size_t *n, int64_t *upto)
{
    sqlite3_stmt *s;
    int rc;
    *n = 0;
    *upto = 0;
    TRY(ks_prepare(k, "SELECT id, generation, wrapped FROM data_key WHERE id > ?1 ORDER BY id LIMIT ?2", &s));
    sqlite3_bind_int64(s, 1, k->pass);
    sqlite3_bind_int64(s, 2, STEP_KEYS);
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        struct old_key *o = &found[*n];
        str wrapped = ks_blob(s, 2);
        *o = (struct old_key){ .id = sqlite3_column_int64(s, 0), .generation = sqlite3_column_int64(s, 1) };
        *upto = o->id;
        if (wrapped.p && o->generation != k->generation && wrapped.n == sizeof o->wrapped) {
            for (size_t i = 0; i < wrapped.n; i++)
                o->wrapped[i] = (uint8_t)wrapped.p[i];
            ++*n;
        }
    }
    sqlite3_finalize(s);
    return ks_of_sqlite(rc);
}

static st rewrap_key_nt(struct keystore *k, sqlite3_stmt *s, const struct old_key *o)
{
    struct seal_place at = ks_place_of_key(o->id);
    uint8_t key[KEYSTORE_KEY];
    str wrapped;
    TRY(ks_unwrap(k, o->generation, &at, (str){ (const char *)o->wrapped, sizeof o->wrapped }, key));
    st made = ks_wrap(k, &at, key, &wrapped);
    secret_wipe(key, sizeof key);
    TRY(made);
    sqlite3_bind_int64(s, 1, o->id);
    sqlite3_bind_blob(s, 2, wrapped.p, (int)wrapped.n, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, k->generation);
    made = ks_of_sqlite(sqlite3_step(s));
    sqlite3_reset(s);
    arena_reset(k->scratch);
    return made;
}

static st some_nt(struct keystore *k, int64_t *upto, size_t *n)
{
    struct old_key old[STEP_KEYS];
    sqlite3_stmt *s;
    TRY(look_at_some(k, old, n, upto));
    TRY(ks_prepare(k, "UPDATE data_key SET wrapped = ?2, generation = ?3 WHERE id = ?1", &s));
    st done = ST_OK;
    for (size_t i = 0; i < *n && done == ST_OK; i++)
        done = rewrap_key_nt(k, s, &old[i]);
    sqlite3_finalize(s);
    return done;
}

static st retire_nt(struct keystore *k, const struct master *m)
{
    uint8_t code[HASH_KEY];
    sqlite3_stmt *s;
    code_of(m, code);
    TRY(ks_prepare(k, "INSERT INTO retired (code, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING", &s));
    sqlite3_bind_blob(s, 1, code, sizeof code, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, clock_now().s);
    return ks_step_and_end(s);
}

static st forget_old_nt(struct keystore *k)
{
    sqlite3_stmt *s;
    for (int i = 0; i < MASTER_SLOTS; i++) {
        const struct master *m = &k->masters->v[i];
        if (m->there && m->generation != 0 && m->generation < k->generation)
            TRY(retire_nt(k, m));
    }
    TRY(ks_prepare(k, "DELETE FROM master WHERE generation < ?1", &s));
    sqlite3_bind_int64(s, 1, k->generation);
    return ks_step_and_end(s);
}

/* Nothing is under the old one any more. A kill between the two is put right when the store is opened next. */
static st finish(struct keystore *k)
{
    TRY(ks_run(k, "BEGIN IMMEDIATE"));
    TRY(ks_end_transaction(k, forget_old_nt(k)));
    TRY(ks_match_masters(k));
    TRY(masters_settle(k->masters, k->generation));
    log_event(LOG_INFO, "rotation-ended", "generation=%lld", (long long)k->generation);
    return ST_OK;
}

st rotate_step(struct keystore *k, bool *more)
{
    struct keystore_state now;
    int64_t upto = 0;
    size_t n = 0;
    *more = false;
    TRY(keystore_state(k, &now));
    if (now.generation != k->generation || !masters_of(k->masters, now.generation)) { /* another vault was faster */
        TRY(masters_again(k->masters));
        TRY(ks_match_masters(k));
    }
    if (!now.rotating)
        return ST_OK;
    TRY(ks_run(k, "BEGIN IMMEDIATE"));
    TRY(ks_end_transaction(k, some_nt(k, &upto, &n)));
    k->pass = upto;
    k->passed += (int64_t)n;
    *more = true;
    if (upto > 0)
        return ST_OK;
    bool nothing_left = k->passed == 0;
    k->passed = 0;
    if (nothing_left)
        TRY(finish(k));
    *more = !nothing_left;
    return ST_OK;
}
