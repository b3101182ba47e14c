/* What people asked for: not to be written to, to be left alone, to be answered; and that what was disposed of is gone. */
#include "promise.h"

#include "access.h"
#include "clock.h"
#include "look_sql.h"
#include "str.h"
#include "take.h"
#include "vault.h"

#include <string.h>

#define UNDER_WAY 120   /* what was leaving when somebody asked */
#define ANCIENT_DAYS 100 /* three months, the longest there is (UK GDPR art. 12(3)), and a little */

/* ---- messages ------------------------------------------------------------------------------------------------------ */

static st unwanted(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_unwanted_rows rows;
    TRY(look_unwanted(l->gate.db, l->gate.arena, &(struct look_unwanted_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_suppressed(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "announcement_send", .newest = newest.sends, .fn = unwanted });
}

static st unconsented(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_unconsented_rows rows;
    TRY(look_unconsented(l->gate.db, l->gate.arena, &(struct look_unconsented_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_consented(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "announcement_send", .newest = newest.sends, .fn = unconsented });
}

/* ---- restriction ---------------------------------------------------------------------------------------------------- */

static st restricted(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_restricted_rows rows;
    TRY(look_restricted(l->gate.db, l->gate.arena, &(struct look_restricted_in){ after, upto, UNDER_WAY }, &rows));
    f->looked_at = upto - after;
    TAKE(f, rows);
    return ST_OK;
}

st promise_check_restricted(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "outbound", .newest = newest.outbound, .fn = restricted });
}

/* ---- requests: LAW: UK GDPR art. 12(3), DPA 2018 s.164A -------------------------------------------------------------- */

st promise_check_requests(struct promise_look *l)
{
    date today = date_london(l->gate.now);
    struct look_late_rows late;
    struct look_ancient_rows ancient;
    TRY(look_late(l->gate.db, l->gate.arena, &(struct look_late_in){ today }, &late));
    TRY(look_ancient(l->gate.db, l->gate.arena, &(struct look_ancient_in){ date_add_days(today, -ANCIENT_DAYS) }, &ancient));
    struct promise_found f = { .n = 0 };
    TAKE(&f, late);
    for (size_t i = 0; i < ancient.n && f.n < PROMISE_FOUND_MOST; i++) {
        bool known = false;
        for (size_t k = 0; k < late.n; k++)
            known = known || late.v[k].id == ancient.v[i].id;
        if (!known)
            f.id[f.n++] = ancient.v[i].id;
    }
    for (size_t i = 0; i < f.n; i++)
        promise_evidence(l, "rights_request %lld", (long long)f.id[i]);
    promise_number(l, "bad", (int64_t)f.n);
    promise_say(l, f.n == 0);
    return ST_OK;
}

/* ---- what was disposed of -------------------------------------------------------------------------------------------- */

/* Is a sealed value of the class there still, in the row that the tombstone names? */
static st row_gone(struct promise_look *l, const struct look_tombstones_row *t, bool *gone)
{
    *gone = true;
    for (size_t i = 0; i < access_catalog_n; i++) {
        struct access_page page;
        if (!str_eq(table_catalog[access_catalog[i].table].name, t->place))
            continue;
        TRY(access_between(l->gate.db, l->gate.arena, &access_catalog[i], t->row_id - 1, t->row_id, &page));
        if (page.n == 0 || t->row_uid.n != sizeof(uid) || memcmp(page.v[0].uid.b, t->row_uid.p, sizeof(uid)) != 0)
            return ST_OK;
        for (size_t k = 0; k < page.v[0].n; k++) {
            const struct access_value *v = &page.v[0].v[k];
            if (v->sealed && str_eq(statement_class(l->gate.statement, v->col), t->class))
                *gone = false;
        }
    }
    return ST_OK;
}

static st key_gone(struct promise_look *l, int64_t key, bool *gone)
{
    const uint8_t *unused;
    st how = vault_key_open(l->gate.vault, key, &unused);
    if (how != ST_OK && how != ST_SEALED && how != ST_NOT_FOUND)
        return how;
    *gone = how != ST_OK;
    return ST_OK;
}

static st risen(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_tombstones_rows rows;
    struct look_tombstones_in in = { after, upto, { l->gate.now.s - UNDER_WAY } };
    TRY(look_tombstones(l->gate.db, l->gate.arena, &in, &rows));
    f->looked_at = (int64_t)rows.n;
    for (size_t i = 0; i < rows.n && f->n < PROMISE_FOUND_MOST; i++) {
        bool gone;
        TRY(rows.v[i].has_key_id ? key_gone(l, rows.v[i].key_id, &gone) : row_gone(l, &rows.v[i], &gone));
        if (!gone)
            f->id[f->n++] = rows.v[i].id;
    }
    return ST_OK;
}

/* Disposals of the last two minutes wait: a key that this process opened a moment before is at hand for half a minute. */
st promise_check_disposed(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    struct promise_scan scan = { .table = "tombstone", .newest = newest.tombstones, .step = 300, .fn = risen };
    return promise_scan_only(l, &scan);
}

/* A copy of the key store that still has a destroyed key would open everything again. It is made anew after each destruction;
 * what was destroyed since the last look may be on its way into it. No copy at all brings nothing back. */
st promise_check_copies(struct promise_look *l)
{
    struct msg_vault_state s;
    int64_t seen = 0;
    TRY(vault_state(l->gate.vault, &s));
    bool looked = i64_parse(promise_memory_get(l, "destroyed"), 0, INT64_MAX, &seen) == ST_OK;
    int64_t lacks = s.backup > 0 && looked && s.backup_destroyed < seen ? seen - s.backup_destroyed : 0;
    if (lacks)
        promise_evidence(l, "copy %lld of the key store", (long long)s.backup);
    promise_memory_set(l, "destroyed", str_fmt(l->gate.arena, "%lld", (long long)s.destroyed));
    promise_number(l, "destroyed", s.destroyed);
    promise_number(l, "lacks", lacks);
    promise_say(l, lacks == 0);
    return ST_OK;
}
