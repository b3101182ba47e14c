/* /account/export: asking for a copy, seeing it made, fetching it. */
#include "account.h"
#include "clock.h"
#include "export.h"
#include "export_html.h"
#include "export_sql.h"
#include "log.h"
#include "page.h"
#include "str.h"

#define LOOK_SECONDS 3

/* "1.4 MB", as people say it. */
static str size_words(struct arena *a, int64_t bytes)
{
    if (bytes < 100000)
        return str_fmt(a, "%lld kB", (long long)(bytes + 999) / 1000);
    return str_fmt(a, "%lld.%lld MB", (long long)(bytes / 1000000), (long long)(bytes / 100000 % 10));
}

st page_export(struct rq *rq)
{
    struct export_newest_row row = { .state = S("none"), .asked_at = UTC_NONE, .delivered_at = UTC_NONE, .ends_at = UTC_NONE };
    st found = export_newest(rq->db, rq->arena, &(struct export_newest_in){ rq->actor.person }, &row);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    bool busy = str_eq(row.state, S("asked")) || str_eq(row.state, S("making"));
    struct form_view *f = web_form(rq, FORM_EXPORT);
    struct v_export_show v = { .f = f, .id = row.uid, .state = row.state, .asked = row.asked_at,
        .delivered = row.delivered_at, .until = row.ends_at, .rows = row.rows_done, .size = size_words(rq->arena, row.bytes),
        .done = str_fmt(rq->arena, "%lld", (long long)row.steps), .all = str_fmt(rq->arena, "%lld", (long long)row.steps_all + 1),
        .csrf = rq->csrf, .offer = !busy && !str_eq(row.state, S("ready")) };
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "scope", S("all"));
    if (busy)
        rq_refresh(rq, LOOK_SECONDS, url_export(rq->arena));
    return show_export_show(rq, 200, &v);
}

/* ---- asking ---------------------------------------------------------------------------------------------------- */

static st asked(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result == ST_CONFLICT) /* one is being made: the page shows it */
        return rq_redirect(rq, url_export(rq->arena));
    TRY(result);
    return rq_redirect(rq, url_export(rq->arena));
}

static st verified(struct rq *rq, st result, str encoded)
{
    (void)encoded;
    if (result == ST_DENIED) {
        rq_field_error(rq, "password", "password.wrong");
        return ST_INVALID;
    }
    TRY(result);
    return rq_command(rq, CMD_EXPORT_ASK, &(struct export_ask_in){ .scope = rq_value(rq, "scope")->value }, asked);
}

/* A session that was left open is not enough for all of somebody's data at once. */
st page_export_ask(struct rq *rq)
{
    struct export_person_row row;
    str encoded;
    TRY(export_person(rq->db, rq->arena, &(struct export_person_in){ rq->actor.person }, &row));
    TRY(account_password_open(&rq->gate, row.uid, row.password, &encoded));
    return rq_hash_password(rq, rq_value(rq, "password")->value, encoded, verified);
}

/* ---- fetching -------------------------------------------------------------------------------------------------- */

st guard_export(struct rq *rq)
{
    struct export_of_row *row = NEW(rq->arena, struct export_of_row);
    rq->object = row;
    return row ? export_of(rq->db, rq->arena, &(struct export_of_in){ rq_uid(rq, "id"), rq->actor.person }, row) : ST_NO_MEMORY;
}

static st piece(struct rq *rq, struct arena *a, int64_t at, str *out)
{
    const struct export_of_row *e = rq->object;
    struct export_chunk_get_row row;
    TRY(BUG_UNLESS(at % EXPORT_PIECE == 0));
    TRY(export_chunk_get(rq->db, a, &(struct export_chunk_get_in){ e->id, at / EXPORT_PIECE }, &row));
    return gate_use(&rq->gate, COL_export_chunk_body, PURPOSE_RIGHTS, row.uid, row.body, out);
}

static st taken(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct export_of_row *e = rq->object;
    if (result == ST_CONFLICT) /* the page says when, and offers another */
        return rq_redirect(rq, url_export(rq->arena));
    TRY(result);
    str day = date_iso(rq->arena, date_london(e->ready_at));
    return rq_stream(rq, "application/zip", str_fmt(rq->arena, "your-data-%.*s.zip", STR_ARG(day)), e->bytes, piece);
}

st page_export_take(struct rq *rq)
{
    return rq_command(rq, CMD_EXPORT_TAKE, &(struct export_take_in){ .export = rq_uid(rq, "id") }, taken);
}
