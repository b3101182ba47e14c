/* Verification of the vault. */
#include "verify.h"

#include "clock.h"
#include "hash.h"
#include "keystore_in.h"
#include "str.h"
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LATE_S 60 /* within this time a destroyed key has left the backup */
#define NAP_NS 200000

enum { MARK_ALIVE = 1, MARK_GONE = 2, MARK_LOST = 4, MARK_TOMB = 8, MARK_USED = 16, MARK_AGAIN = 32 };

struct verifying {
    struct arena *arena, *work;
    const struct verify_setup *setup;
    struct verify_report *report;
    struct keystore *keys;
    struct keystore_state state;
    uint8_t *mark; /* MARK_… of each id, 0 to upto */
    int64_t n_alive, n_gone, n_lost, n_old, n_shut, first_shut, gap, last_gone_s, n_kept_bytes;
};

static void PRINTF(4, 5) tell(struct verifying *v, const char *check, enum verify_verdict verdict, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    struct verify_report *r = v->report;
    if (r->n < VERIFY_LINES)
        r->v[r->n++] = (struct verify_line){ .check = check, .verdict = verdict, .words = str_dup(v->arena,
            str_c(text)) };
    r->worst = verdict > r->worst ? verdict : r->worst;
}

static long long ll(int64_t n)
{
    return (long long)n;
}

/* ---- the master key ---------------------------------------------------------------------------------------------- */

static void look_at_master(struct verifying *v)
{
    const struct masters *m = v->keys->masters;
    const struct master *now = masters_of(m, v->state.generation);
    struct stat file, folder;
    int idle = 0;
    for (int i = 0; i < MASTER_SLOTS; i++)
        idle += m->v[i].there && m->v[i].generation == 0;
    if (!now || stat(now->path, &file) < 0 || stat(m->folder, &folder) < 0) {
        tell(v, "master key", VERIFY_BROKEN, "The master key of generation %lld is not there.", ll(v->state.generation));
        return;
    }
    bool is_file = master_is_file((enum master_slot)(now - m->v));
    if ((file.st_mode & 0377) != 0 || (is_file && file.st_uid != folder.st_uid))
        tell(v, "master key", VERIFY_BROKEN,
            "%s has mode %o and owner %u; it should be 0400 and the owner of the folder.", now->path,
             file.st_mode & 07777u, file.st_uid);
    else if (idle > 0)
        tell(v, "master key", VERIFY_BROKEN, "Beside the master key there %s that open%s nothing; remove %s.",
             idle == 1 ? "is another" : "are others", idle == 1 ? "s" : "", idle == 1 ? "it" : "them");
    else
        tell(v, "master key", VERIFY_KEPT, "Generation %lld, %s, readable by its owner alone.", ll(v->state.generation),
             is_file ? "a file of the vault" : "a credential of the service manager");
}

/* ---- the keys ---------------------------------------------------------------------------------------------------- */

static void take_row(struct verifying *v, sqlite3_stmt *s, int64_t expected)
{
    int64_t id = sqlite3_column_int64(s, 0), generation = sqlite3_column_int64(s, 2);
    str wrapped = ks_blob(s, 1);
    bool dead = sqlite3_column_type(s, 3) != SQLITE_NULL;
    if (id != expected && !v->gap)
        v->gap = expected;
    if (id > v->state.upto)
        return; /* made while we look */
    if (dead || !wrapped.p) {
        bool lost = sqlite3_column_int64(s, 4) != 0;
        v->mark[id] = lost ? MARK_LOST : MARK_GONE;
        v->n_lost += lost;
        v->n_gone += !lost;
        v->n_kept_bytes += wrapped.p != NULL;
        if (sqlite3_column_int64(s, 3) > v->last_gone_s)
            v->last_gone_s = sqlite3_column_int64(s, 3);
        return;
    }
    struct seal_place at = ks_place_of_key(id);
    uint8_t key[KEYSTORE_KEY];
    v->mark[id] = MARK_ALIVE;
    v->n_alive++;
    v->n_old += generation < v->state.generation;
    if (ks_unwrap(v->keys, generation, &at, wrapped, key) != ST_OK) {
        v->n_shut++;
        v->first_shut = v->first_shut ? v->first_shut : id;
    }
    secret_wipe(key, sizeof key);
    arena_reset(v->keys->scratch);
}

/* A page at a time: a reader that stays keeps the vault from committing. */
static st read_keys(struct verifying *v)
{
    int64_t after = 0;
    for (int n = VERIFY_PAGE; n == VERIFY_PAGE;) {
        sqlite3_stmt *s;
        int rc;
        TRY(ks_prepare(v->keys, "SELECT id, wrapped, generation, destroyed_at, lost FROM data_key WHERE id > ?1 "
            "ORDER BY id LIMIT ?2", &s));
        sqlite3_bind_int64(s, 1, after);
        sqlite3_bind_int64(s, 2, VERIFY_PAGE);
        for (n = 0; (rc = sqlite3_step(s)) == SQLITE_ROW; n++) {
            take_row(v, s, after + 1);
            after = sqlite3_column_int64(s, 0);
        }
        sqlite3_finalize(s);
        TRY(ks_of_sqlite(rc));
        if (v->setup->running)
            nanosleep(&(struct timespec){ .tv_nsec = NAP_NS }, NULL);
    }
    return ST_OK;
}

static void judge_keys(struct verifying *v)
{
    if (v->n_shut > 0)
        tell(v, "keys", VERIFY_BROKEN, "%lld of %lld keys do not open, the first is number %lld.", ll(v->n_shut),
            ll(v->n_alive), ll(v->first_shut));
    else
        tell(v, "keys", VERIFY_KEPT, "%lld keys open under the master key.", ll(v->n_alive));
    if (v->gap)
        tell(v, "numbers", VERIFY_BROKEN, "Key number %lld is missing: keys are overwritten, and their rows stay.",
            ll(v->gap));
    else if (v->n_lost > 0)
        tell(v, "numbers", VERIFY_BROKEN,
            "Numbers 1 to %lld without a gap; %lld keys were lost with a store that was restored from an older backup.",
             ll(v->state.upto), ll(v->n_lost));
    else
        tell(v, "numbers", VERIFY_KEPT, "Numbers 1 to %lld, none missing and none twice.", ll(v->state.upto));
    if (v->state.rotating)
        tell(v, "rotation", VERIFY_NOTE,
            "A rotation is on its way: %lld of %lld keys are still under the last master key.", ll(v->n_old),
            ll(v->n_alive));
    else if (v->n_old > 0)
        tell(v, "rotation", VERIFY_BROKEN, "%lld keys are under a master key of before.", ll(v->n_old));
}

static st judge_destroyed(struct verifying *v)
{
    struct trace t = { .keys = v->keys, .mark = v->mark, .mask = MARK_GONE, .upto = v->state.upto };
    TRY(trace_folder(v->work, v->setup->folder, &t));
    if (v->n_kept_bytes > 0)
        tell(v, "destroyed keys", VERIFY_BROKEN, "%lld keys are said to be destroyed and are still there.",
            ll(v->n_kept_bytes));
    else if (t.opened > 0)
        tell(v, "destroyed keys", VERIFY_BROKEN, "Key number %lld was destroyed, and %s still holds it: it opens.",
            ll(t.first), t.file);
    else
        tell(v, "destroyed keys", VERIFY_KEPT,
            "%lld keys were destroyed; none is left in the files of the vault (%lld bytes looked at).",
             ll(v->n_gone), ll(t.bytes));
    return ST_OK;
}

/* ---- the backup -------------------------------------------------------------------------------------------------- */

static void judge_backup_age(struct verifying *v, const struct backup_head *h)
{
    int64_t now = clock_now().s, age = now - h->made.s, late = now - v->last_gone_s;
    if (h->destroyed < v->state.destroyed && late > LATE_S)
        tell(v, "backup", VERIFY_BROKEN,
            "The backup is from before the last destruction, which was %lld s ago: it still holds a destroyed key.",
            ll(late));
    else if (h->changes != v->state.changes && !v->setup->running)
        tell(v, "backup", VERIFY_NOTE, "Number %lld, %lld s old: it lacks what was made since. The next start "
            "brings it up.", ll(h->number), ll(age));
    else
        tell(v, "backup", VERIFY_KEPT, "Number %lld, %lld s old, the only one%s.", ll(h->number), ll(age),
             h->changes == v->state.changes ? ", and has everything" : "; what is missing follows within a minute");
}

static void judge_backup(struct verifying *v)
{
    struct backup_head h;
    st s = backup_head_read(v->setup->backup, &h);
    if (!v->state.has_recovery)
        tell(v, "backup", VERIFY_NOTE, "There is no recovery key, and so no backup: if the vault is lost, "
            "everything about people is. "
                                       "avow vault recovery-key --new makes one.");
    else if (s == ST_NOT_FOUND)
        tell(v, "backup", v->setup->running ? VERIFY_NOTE : VERIFY_BROKEN, "There is no backup yet.");
    else if (s != ST_OK)
        tell(v, "backup", VERIFY_BROKEN, "The backup's file cannot be read as one.");
    else if (memcmp(&h.store, &v->state.store, sizeof h.store) != 0)
        tell(v, "backup", VERIFY_BROKEN, "The backup is of another vault.");
    else if (memcmp(h.recovery, v->state.recovery, sizeof h.recovery) != 0)
        tell(v, "backup", VERIFY_BROKEN, "The backup is sealed to another recovery key than the vault has now.");
    else
        judge_backup_age(v, &h);
}

static void try_backup(struct verifying *v)
{
    struct backup_found f;
    if (!v->setup->recovery)
        return;
    st s = backup_try(v->work, v->setup->backup, v->setup->recovery, &f);
    if (s == ST_DENIED)
        tell(v, "recovery key", VERIFY_BROKEN, "This is not the recovery key that the backup is sealed to.");
    else if (s != ST_OK)
        tell(v, "recovery key", VERIFY_BROKEN, "The backup does not open: it is torn, or was changed.");
    else
        tell(v, "recovery key", VERIFY_KEPT, "It opens the backup: %lld keys, and %lld that were destroyed.",
            ll(f.keys), ll(f.destroyed));
}

/* ---- people ------------------------------------------------------------------------------------------------------ */

/* `mark` on every id that a source names; *beyond: one that was never made, or 0. */
static st mark_pages(struct verifying *v, verify_page_fn *page, uint8_t mark, int64_t *beyond, int64_t *total)
{
    int64_t ids[VERIFY_PAGE], after = 0;
    for (size_t n = VERIFY_PAGE; page && n == VERIFY_PAGE;) {
        TRY(page(v->setup->at, after, ids, &n));
        for (size_t i = 0; i < n; i++) {
            bool there = ids[i] > 0 && ids[i] <= v->state.upto;
            *beyond = there || *beyond ? *beyond : ids[i];
            if (there)
                v->mark[ids[i]] |= mark == MARK_USED && (v->mark[ids[i]] & MARK_USED) ? MARK_AGAIN : mark;
            after = ids[i];
        }
        *total += (int64_t)n;
    }
    return ST_OK;
}

/* Destroyed by a tombstone, and still there? Asked anew: the vault may have destroyed it since it was looked at. */
static bool has_risen(struct verifying *v, int64_t id)
{
    uint8_t key[KEYSTORE_KEY];
    if (!(v->mark[id] & MARK_TOMB) || !(v->mark[id] & MARK_ALIVE))
        return false;
    st s = keystore_unwrap(v->keys, id, key);
    secret_wipe(key, sizeof key);
    return s != ST_SEALED;
}

static st judge_people(struct verifying *v)
{
    int64_t beyond = 0, used = 0, buried = 0, none = 0, dead = 0, lost = 0, twice = 0, risen = 0;
    if (!v->setup->used[0]) {
        tell(v, "people", VERIFY_UNKNOWN,
            "The database was not within reach, so it was not seen which keys people have.");
        return ST_OK;
    }
    for (int i = 0; i < VERIFY_SOURCES; i++) {
        TRY(mark_pages(v, v->setup->used[i], MARK_USED, &beyond, &used));
        TRY(mark_pages(v, v->setup->gone[i], MARK_TOMB, &none, &buried));
    }
    for (int64_t id = 1; id <= v->state.upto; id++) {
        uint8_t m = v->mark[id];
        dead += (m & MARK_USED) && (m & MARK_GONE) && !(m & MARK_TOMB);
        lost += (m & MARK_USED) && (m & MARK_LOST);
        twice += (m & MARK_AGAIN) != 0;
        risen += has_risen(v, id);
    }
    if (beyond)
        tell(v, "people", VERIFY_BROKEN,
            "The database names key number %lld, which this vault never made: it belongs to another, or is older.",
            ll(beyond));
    else if (risen)
        tell(v, "people", VERIFY_BROKEN,
            "%lld keys were destroyed by a tombstone of the database, and are here again.", ll(risen));
    else if (dead || lost)
        tell(v, "people", VERIFY_BROKEN,
            "%lld keys that people have were destroyed without a tombstone, %lld were lost.", ll(dead), ll(lost));
    else if (twice)
        tell(v, "people", VERIFY_BROKEN, "%lld keys belong to more than one person.", ll(twice));
    else
        tell(v, "people", VERIFY_KEPT, "%lld keys belong to people, each to one, and each is in the vault; %lld "
            "were destroyed by tombstones.",
             ll(used), ll(buried));
    return ST_OK;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static st look_at_all(struct verifying *v)
{
    TRY(keystore_state(v->keys, &v->state));
    v->mark = NEWN(v->work, uint8_t, (size_t)v->state.upto + 1);
    if (!v->mark)
        return ST_NO_MEMORY;
    look_at_master(v);
    TRY(read_keys(v));
    judge_keys(v);
    TRY(judge_destroyed(v));
    judge_backup(v);
    try_backup(v);
    return judge_people(v);
}

st verify(struct arena *a, const struct verify_setup *setup, struct verify_report *report)
{
    struct verifying v = { .arena = a, .setup = setup, .report = report };
    *report = (struct verify_report){ .n = 0 };
    TRY(keystore_look(a, setup->folder, &v.keys));
    v.work = arena_new((size_t)1 << 30);
    st s = v.work ? look_at_all(&v) : ST_NO_MEMORY;
    keystore_close(v.keys);
    arena_free(v.work);
    return s;
}
