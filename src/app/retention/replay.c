/* A restored database that is older than some disposals: they are done to it again before it opens. */
#include "disposing.h"

#include "erase_sql.h"
#include "retention.h"
#include "retention_sql.h"
#include "str.h"

/* Number and random name must both be the same: a copy of this database, and no other. */
static st same_row(struct cx *cx, enum table_id table, size_t life, const struct retention_ledger_row *t, bool *is)
{
    *is = false;
    for (size_t i = 0; i < dispose_catalog_n; i++) {
        struct access_row row;
        if (dispose_catalog[i].table != table || !due_in_class(cx->gate.statement, &dispose_catalog[i], life))
            continue;
        st s = dispose_read(CX_DB(cx), CX_ARENA(cx), &dispose_catalog[i], t->row_id, &row);
        if (s == ST_NOT_FOUND)
            return ST_OK;
        TRY(s);
        *is = str_eq(t->row_uid, (str){ (const char *)row.uid.b, sizeof row.uid.b });
        return ST_OK;
    }
    return ST_OK;
}

/* Who had gone has gone here too, and what they had asked for is over. */
static st person_over(struct cx *cx, int64_t person)
{
    TRY(erase_close_gone(CX_DB(cx), &(struct erase_close_gone_in){ .id = person, .at = cx->gate.now }, NULL));
    TRY(erase_sessions(CX_DB(cx), &(struct erase_sessions_in){ .person = person, .at = cx->gate.now }, NULL));
    return erase_over(CX_DB(cx), &(struct erase_over_in){ .person = person, .at = cx->gate.now }, NULL);
}

static st again_row(struct cx *cx, int64_t run, const struct retention_ledger_row *t, int64_t *applied)
{
    struct disposed done = { 0 };
    enum table_id table;
    size_t life;
    bool is, known = run_table_named(t->place, &table) && statement_life_named(cx->gate.statement, t->class, &life);
    if (!known)
        return ST_CONFLICT;
    TRY(same_row(cx, table, life, t, &is));
    if (!is)
        return ST_OK;
    TRY(dispose_row_nt(cx, life, table, t->row_id, &done));
    if (done.values == 0 && done.rows == 0)
        return ST_OK;
    ++*applied;
    if (table == TABLE_person)
        TRY(person_over(cx, t->row_id));
    return retention_again(CX_DB(cx), &(struct retention_again_in){ .run = run, .class = t->class, .place = t->place,
        .row = t->row_id, .uid = t->row_uid, .reason = S("replay"), .last_day = t->last_day, .n = done.values,
        .at = cx->gate.now }, NULL);
}

/* Its key was destroyed when it was disposed of; the vault is asked again all the same, should that too be an older copy. */
static st again_key(struct cx *cx, const struct retention_ledger_row *t, int64_t *applied)
{
    struct retention_key_row row;
    st s = vault_key_destroy(cx->gate.vault, t->key_id);
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    s = retention_key(CX_DB(cx), CX_ARENA(cx), &(struct retention_key_in){ .key = t->key_id }, &row);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    ++*applied;
    return retention_key_forget(CX_DB(cx), &(struct retention_key_forget_in){ .key = t->key_id }, NULL);
}

st retention_replay_nt(struct cx *cx, struct db *ledger, int64_t *after, int64_t *applied, bool *more)
{
    struct retention_ledger_rows rows;
    int64_t run = 0;
    TRY(retention_ledger(ledger, CX_ARENA(cx), &(struct retention_ledger_in){ .after = *after }, &rows));
    if (rows.n > 0)
        TRY(run_open_nt(cx, "replay", &run));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(rows.v[i].has_key_id ? again_key(cx, &rows.v[i], applied) : again_row(cx, run, &rows.v[i], applied));
        *after = rows.v[i].id;
    }
    *more = rows.more;
    return ST_OK;
}
