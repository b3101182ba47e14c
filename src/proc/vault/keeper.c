/* Background work of the vault. */
#include "keeper.h"

#include "clock.h"
#include "hash.h"
#include "keystore_in.h"
#include "log.h"
#include "rotate.h"
#include "str.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MS 500
#define STEP_MS 1
#define AGAIN_MS 5000   /* after a failure */
#define LAZY_MS 20000   /* new keys may wait that long */
#define SHARE 3         /* at most one part in so many of the time is spent on backups of new keys */
#define SECONDS_MOST 30
#define END_STEPS 200   /* 60,000 keys: some tenths of a second */

struct keeper {
    struct keystore *keys;
    const char *folder, *path;
    struct loop *loop;
    struct loop_timer timer;
    struct backup *making;
    struct backup_head head;
    int64_t urgent_ms;          /* after a destruction */
    int64_t dirty_ms, gone_ms;  /* since when the backup lacks something, or has what was destroyed; 0: it does not */
    int64_t began_ms, ended_ms, took_ms, not_before_ms;
    bool wanted, rotating, stopped;
    st trouble;
};

str keeper_folder(struct arena *a, const struct config *c)
{
    return c->vault.backup.n ? c->vault.backup : str_cat(a, c->data.dir, S("/key-backup"));
}

st keeper_new(struct arena *a, const struct config *c, struct keystore *keys, struct keeper **out)
{
    struct keeper *k = NEW(a, struct keeper);
    if (!k)
        return ST_NO_MEMORY;
    k->keys = keys;
    k->folder = str_z(a, keeper_folder(a, c));
    k->path = k->folder ? str_z(a, str_cat(a, str_c(k->folder), S(BACKUP_FILE))) : NULL;
    if (!k->path)
        return ST_NO_MEMORY;
    if (c->vault.backup_seconds < 1 || c->vault.backup_seconds > SECONDS_MOST) {
        log_event(LOG_ERROR, "config", "key=vault.backup_seconds problem=not-1-to-30");
        return ST_CONFIG;
    }
    k->urgent_ms = c->vault.backup_seconds * 1000;
    if (mkdir(k->folder, 0700) < 0 && errno != EEXIST) {
        log_event(LOG_ERROR, "backup-folder", "errno=%d", errno);
        return ST_IO;
    }
    IGNORE(backup_head_read(k->path, &k->head)); /* none, or none that can be read: the first look makes one */
    *out = k;
    return ST_OK;
}

/* ---- the backup -------------------------------------------------------------------------------------------------- */

/* What does the backup lack, and since when? */
static void compare(struct keeper *k, const struct keystore_state *now)
{
    int64_t ms = clock_ms();
    bool other = memcmp(&now->store, &k->head.store, sizeof now->store) != 0 || memcmp(now->recovery, k->head.recovery,
        KEYSTORE_PUBLIC) != 0;
    bool dirty = other || now->changes != k->head.changes, gone = other || now->destroyed != k->head.destroyed;
    k->dirty_ms = !dirty ? 0 : k->dirty_ms ? k->dirty_ms : ms;
    k->gone_ms = !gone ? 0 : k->gone_ms ? k->gone_ms : ms;
}

/* A destroyed key may stay in the backup for vault.backup_seconds, of which a slow backup needs its share; new keys wait longer, so
 * that a growing store is not written again and again. */
static bool is_due(const struct keeper *k)
{
    int64_t now = clock_ms(), rest = k->ended_ms + SHARE * k->took_ms;
    if (now < k->not_before_ms)
        return false;
    if (k->wanted)
        return true;
    int64_t patience = k->urgent_ms / 2 - k->took_ms;
    if (k->gone_ms && now - k->gone_ms >= patience)
        return true;
    return k->dirty_ms && now - k->dirty_ms >= LAZY_MS && now >= rest;
}

static void failed(struct keeper *k, const char *what, st s)
{
    log_event(LOG_ERROR, "keeper", "work=%s status=%s", log_word(what), st_info(s)->name);
    k->trouble = s;
    k->not_before_ms = clock_ms() + AGAIN_MS;
}

static void begin_backup(struct keeper *k)
{
    st s = backup_begin(k->keys, k->folder, &k->making);
    k->wanted = false;
    k->began_ms = clock_ms();
    if (s == ST_RETRY) { /* another vault makes it; what it has made is read then */
        k->not_before_ms = clock_ms() + LOOK_MS;
        IGNORE(backup_head_read(k->path, &k->head));
    } else if (s != ST_OK) {
        failed(k, "backup", s);
    }
}

static void step_backup(struct keeper *k)
{
    bool done = false;
    st s = backup_step(k->making, &done, &k->head);
    if (s == ST_OK && !done)
        return;
    backup_drop(k->making);
    k->making = NULL;
    k->ended_ms = clock_ms();
    k->took_ms = k->ended_ms - k->began_ms;
    if (s != ST_OK)
        failed(k, "backup", s);
    else
        k->trouble = ST_OK;
}

/* ---- both -------------------------------------------------------------------------------------------------------- */

static void look(struct keeper *k)
{
    struct keystore_state now;
    st s = keystore_state(k->keys, &now);
    if (s != ST_OK) {
        failed(k, "look", s);
        return;
    }
    k->rotating = now.rotating && clock_ms() >= k->not_before_ms;
    if (!now.has_recovery)
        return;
    compare(k, &now);
    if (is_due(k))
        begin_backup(k);
}

static void step_rotation(struct keeper *k)
{
    st s = rotate_step(k->keys, &k->rotating);
    if (s == ST_OK)
        return;
    k->rotating = false;
    if (s != ST_RETRY) /* another vault is at it */
        failed(k, "rotation", s);
}

static void on_timer(void *arg)
{
    struct keeper *k = arg;
    if (k->stopped)
        return;
    if (k->making)
        step_backup(k);
    else if (k->rotating)
        step_rotation(k);
    else
        look(k);
    bool busy = k->making || k->rotating;
    st s = loop_timer_set(k->loop, &k->timer, clock_ms() + (busy ? STEP_MS : LOOK_MS));
    if (s != ST_OK)
        log_event(LOG_ERROR, "keeper-timer", "status=%s", st_info(s)->name);
}

st keeper_start(struct keeper *k, struct loop *loop)
{
    k->loop = loop;
    k->timer = (struct loop_timer){ .fn = on_timer, .arg = k };
    return loop_timer_set(loop, &k->timer, clock_ms() + 1);
}

void keeper_stop(struct keeper *k)
{
    k->stopped = true;
}

/* A subcommand's vault lives for a moment only, and what it made should be in the backup. */
static void last_backup(struct keeper *k)
{
    struct keystore_state now;
    if (keystore_state(k->keys, &now) != ST_OK || !now.has_recovery)
        return;
    compare(k, &now);
    if (!k->dirty_ms && !k->gone_ms)
        return;
    begin_backup(k);
    for (int i = 0; i < END_STEPS && k->making; i++)
        step_backup(k);
}

void keeper_end(struct keeper *k)
{
    if (!k)
        return;
    backup_drop(k->making);
    k->making = NULL;
    last_backup(k);
    backup_drop(k->making);
    k->making = NULL;
}

st keeper_rotate(struct keeper *k)
{
    TRY(rotate_begin(k->keys));
    k->rotating = true;
    return loop_timer_set(k->loop, &k->timer, clock_ms());
}

st keeper_backup(struct keeper *k)
{
    struct keystore_state now;
    TRY(keystore_state(k->keys, &now));
    if (!now.has_recovery)
        return ST_NOT_FOUND;
    k->wanted = true;
    k->not_before_ms = 0;
    return loop_timer_set(k->loop, &k->timer, clock_ms());
}

struct keeper_state keeper_state(const struct keeper *k)
{
    return (struct keeper_state){ .backup = k->head, .looked_at = k->keys->pass, .trouble = k->trouble };
}
