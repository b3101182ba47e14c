/* What leaves the house: the ledger against the rules of its day, and what connectors sent against the ledger, both ways. */
#include "promise.h"

#include "catalog.h"
#include "look_sql.h"
#include "migrate.h"
#include "past.h"
#include "str.h"

#define PART "-promises" /* the part of the schema that brought the connectors' own record */
#define UNDER_WAY 3600  /* a job that was told about and has not sent yet */

/* ---- the ledger holds nothing that the statement of its day did not allow ---------------------------------------- */

static bool allowed(const struct statement *s, const struct look_disclosures_row *r)
{
    enum recipient to;
    enum purpose purpose;
    enum column_id col;
    str rest = r->fields, name;
    if (!recipient_find(r->recipient, &to) || !purpose_find(r->purpose, &purpose) || !statement_may_tell(s, to, purpose))
        return false;
    while (!str_empty(rest) && str_next(&rest, ',', &name))
        if (!column_find(name, &col) || !statement_may_disclose(s, col, to, purpose))
            return false;
    return true;
}

static st outside_rules(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_disclosures_rows rows;
    TRY(look_disclosures(l->gate.db, l->gate.arena, &(struct look_disclosures_in){ after, upto }, &rows));
    f->looked_at = (int64_t)rows.n;
    for (size_t i = 0; i < rows.n && f->n < PROMISE_FOUND_MOST; i++) {
        const struct past_version *v;
        TRY(past_get(l, rows.v[i].statement_id, &v));
        if (v->statement && !allowed(v->statement, &rows.v[i]))
            f->id[f->n++] = rows.v[i].id;
    }
    return ST_OK;
}

st promise_check_ledger(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "disclosure", .newest = newest.disclosures, .step = 500,
                                                         .fn = outside_rules });
}

/* ---- everything that was sent stands in the ledger --------------------------------------------------------------- */

static st unledgered(struct promise_look *l, const void *arg UNUSED, int64_t after, int64_t upto, struct promise_found *f)
{
    struct look_unledgered_rows rows;
    TRY(look_unledgered(l->gate.db, l->gate.arena, &(struct look_unledgered_in){ after, upto }, &rows));
    f->looked_at = upto - after;
    for (size_t i = 0; i < rows.n; i++)
        f->id[f->n++] = rows.v[i].id;
    return ST_OK;
}

st promise_check_outbound(struct promise_look *l)
{
    struct look_newest_row newest;
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "outbound", .newest = newest.outbound, .fn = unledgered });
}

/* ---- and the other way: what the ledger says a connector of ours sent, it sent ----------------------------------- */

static st untold(struct promise_look *l, const void *arg, int64_t after, int64_t upto, struct promise_found *f)
{
    const utc *since = arg;
    struct look_untold_rows rows;
    TRY(look_untold(l->gate.db, l->gate.arena, &(struct look_untold_in){ .after = after, .upto = upto, .since = *since,
        .before = { l->gate.now.s - UNDER_WAY } }, &rows));
    f->looked_at = upto - after;
    for (size_t i = 0; i < rows.n; i++)
        f->id[f->n++] = rows.v[i].id;
    return ST_OK;
}

/* Since when connectors write down what they send. */
static st recorded_since(struct promise_look *l, utc *since)
{
    struct look_installed_row row;
    for (size_t i = 0; i < migrations_n; i++)
        if (str_ends(migrations[i].name, S(PART))) {
            TRY(look_installed(l->gate.db, l->gate.arena, &(struct look_installed_in){ migrations[i].name }, &row));
            int64_t oldest = l->gate.now.s - PROMISE_OUTBOUND_SECONDS + UNDER_WAY;
            *since = (utc){ row.applied_at.s > oldest ? row.applied_at.s : oldest };
            return ST_OK;
        }
    return ST_SCHEMA;
}

st promise_check_told(struct promise_look *l)
{
    struct look_newest_row newest;
    utc since;
    TRY(recorded_since(l, &since));
    TRY(look_newest(l->gate.db, l->gate.arena, &newest));
    return promise_scan_only(l, &(struct promise_scan){ .table = "disclosure", .newest = newest.disclosures, .fn = untold,
                                                         .arg = &since });
}
