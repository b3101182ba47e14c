/* Under a tombstone that is committed: values go, then keys; then both are looked for. */
#include "disposing.h"

#include "clock.h"
#include "log.h"
#include "retention_sql.h"
#include "str.h"

bool run_table_named(str name, enum table_id *table)
{
    for (size_t i = 0; i < table_catalog_n; i++)
        if (str_eq(table_catalog[i].name, name)) {
            *table = (enum table_id)i;
            return true;
        }
    return false;
}

static st fail_nt(struct cx *cx, int64_t id, const char *problem)
{
    TRY(retention_failed(CX_DB(cx), &(struct retention_failed_in){ .id = id, .problem = str_c(problem) }, NULL));
    log_event(LOG_ERROR, "retention-failed", "entry=%lld problem=%s", (long long)id, log_word(problem));
    return cx_event_nt(cx, EVENT_RETENTION_FAILED, "tombstone", id, str_c(problem));
}

st run_key_closed(struct cx *cx, int64_t person, str key_class, bool *closed)
{
    struct retention_person_row p;
    date end = statement_key_epoch_end(key_class);
    *closed = end.days != DATE_NONE.days && end.days < date_london(cx->gate.now).days;
    if (*closed)
        return ST_OK;
    TRY(retention_person(CX_DB(cx), CX_ARENA(cx), &(struct retention_person_in){ .id = person }, &p));
    *closed = str_eq(p.status, S("closed"));
    return ST_OK;
}

/* A key that seals nothing any more gets a tombstone of its own: it is destroyed by a later command, when this is durable. */
static st free_key_nt(struct cx *cx, const struct retention_waiting_row *t, size_t life, int64_t key)
{
    struct retention_key_row row;
    bool closed, used, sure;
    st s = retention_key(CX_DB(cx), CX_ARENA(cx), &(struct retention_key_in){ .key = key }, &row);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    TRY(run_key_closed(cx, row.person_id, row.class, &closed));
    if (!closed)
        return ST_OK;
    TRY(dispose_key_used(cx, row.person_id, life, key, &used, &sure));
    if (used || !sure)
        return ST_OK;
    return retention_entomb_key(CX_DB(cx), &(struct retention_entomb_key_in){ .run = t->disposal_id, .class = t->class,
        .key = key, .reason = t->reason, .last_day = t->last_day, .at = cx->gate.now, .none = S("") }, NULL);
}

static st is_open(struct cx *cx, int64_t id, bool *open)
{
    struct retention_state_row row;
    TRY(retention_state(CX_DB(cx), CX_ARENA(cx), &(struct retention_state_in){ .id = id }, &row));
    *open = str_eq(row.state, S("open"));
    return ST_OK;
}

static st clear_row_nt(struct cx *cx, const struct retention_waiting_row *t, int64_t *failed)
{
    struct disposed done = { 0 };
    enum table_id table;
    size_t life;
    if (!run_table_named(t->place, &table) || !statement_life_named(cx->gate.statement, t->class, &life)) {
        ++*failed;
        return fail_nt(cx, t->id, "unknown");
    }
    TRY(dispose_row_nt(cx, life, table, t->row_id, &done));
    bool open;
    TRY(is_open(cx, t->id, &open));
    if (!open) /* it went along with one before it */
        return ST_OK;
    if (done.values == 0 && done.rows == 0) { /* where something was expected there was nothing: this is looked into by a person */
        ++*failed;
        return fail_nt(cx, t->id, "nothing_there");
    }
    for (size_t i = 0; i < done.keys.n; i++)
        TRY(free_key_nt(cx, t, life, done.keys.v[i]));
    return retention_gone(CX_DB(cx), &(struct retention_gone_in){ .id = t->id, .n = done.values, .at = cx->gate.now }, NULL);
}

/* The vault first: should anything fail afterwards, the tombstone is still open and the key is destroyed once more: no harm. */
static st clear_key_nt(struct cx *cx, const struct retention_waiting_row *t)
{
    st s = vault_key_destroy(cx->gate.vault, t->key_id);
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    TRY(retention_key_forget(CX_DB(cx), &(struct retention_key_forget_in){ .key = t->key_id }, NULL));
    return retention_gone(CX_DB(cx), &(struct retention_gone_in){ .id = t->id, .n = 1, .at = cx->gate.now }, NULL);
}

bool run_is_trouble(st s)
{
    return s == ST_IO || s == ST_FULL || s == ST_AWAY || s == ST_RETRY || s == ST_TIMEOUT || s == ST_NO_MEMORY || s == ST_LIMIT;
}

/* What cannot be done to one keeps no other from going. */
static st clear_nt(struct cx *cx, const struct retention_waiting_row *t, int64_t *failed)
{
    TRY(db_savepoint(CX_DB(cx)));
    st s = t->has_key_id ? clear_key_nt(cx, t) : clear_row_nt(cx, t, failed);
    if (s == ST_OK)
        return db_release(CX_DB(cx));
    db_rollback_to(CX_DB(cx));
    if (run_is_trouble(s) || arena_failed(CX_ARENA(cx)))
        return s;
    ++*failed;
    return fail_nt(cx, t->id, st_info(s)->name);
}

st run_clear_nt(struct cx *cx, int64_t *n, int64_t *failed)
{
    struct retention_waiting_rows rows;
    TRY(retention_waiting(CX_DB(cx), CX_ARENA(cx), &(struct retention_waiting_in){ S("open") }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(clear_nt(cx, &rows.v[i], failed));
    *n += (int64_t)rows.n;
    return ST_OK;
}

/* ---- the proof ------------------------------------------------------------------------------------------------- */

/* A key that opens, or that the database still knows, was not destroyed. */
static st prove_key(struct cx *cx, const struct retention_waiting_row *t, const char **problem)
{
    const uint8_t *key;
    struct retention_key_row row;
    st s = vault_key_open(cx->gate.vault, t->key_id, &key);
    if (s == ST_OK)
        *problem = "key_opens";
    else if (s != ST_SEALED && s != ST_NOT_FOUND)
        return s;
    s = retention_key(CX_DB(cx), CX_ARENA(cx), &(struct retention_key_in){ .key = t->key_id }, &row);
    if (s == ST_OK)
        *problem = "key_known";
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st prove_row(struct cx *cx, const struct retention_waiting_row *t, const char **problem)
{
    enum table_id table;
    size_t life;
    int64_t left = 0;
    if (!run_table_named(t->place, &table) || !statement_life_named(cx->gate.statement, t->class, &life)) {
        *problem = "unknown";
        return ST_OK;
    }
    TRY(dispose_left(cx, life, table, t->row_id, &left));
    if (left > 0)
        *problem = "still_there";
    return ST_OK;
}

st run_prove_nt(struct cx *cx, int64_t *n, int64_t *failed)
{
    struct retention_waiting_rows rows;
    TRY(retention_waiting(CX_DB(cx), CX_ARENA(cx), &(struct retention_waiting_in){ S("gone") }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct retention_waiting_row *t = &rows.v[i];
        const char *problem = NULL;
        TRY(t->has_key_id ? prove_key(cx, t, &problem) : prove_row(cx, t, &problem));
        if (problem) {
            ++*failed;
            TRY(fail_nt(cx, t->id, problem));
        } else {
            TRY(retention_proven(CX_DB(cx), &(struct retention_proven_in){ .id = t->id, .at = cx->gate.now }, NULL));
        }
    }
    *n += (int64_t)rows.n;
    return ST_OK;
}

st run_hash_keys_nt(struct cx *cx, int64_t *n)
{
    struct retention_hash_keys_due_rows rows;
    struct retention_hash_keys_due_in today = { date_london(cx->gate.now) };
    TRY(retention_hash_keys_due(CX_DB(cx), CX_ARENA(cx), &today, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(vault_key_destroy(cx->gate.vault, rows.v[i].key_id));
        TRY(retention_hash_key_gone(CX_DB(cx), &(struct retention_hash_key_gone_in){ .class = rows.v[i].class,
            .month = rows.v[i].month, .at = cx->gate.now }, NULL));
    }
    *n += (int64_t)rows.n;
    return ST_OK;
}
