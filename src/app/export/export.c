/* The commands of a copy: asked for, pieces taken in, handed over, ended. */
#include "export.h"

#include "clock.h"
#include "codec.h"
#include "export_sql.h"
#include "mail.h"
#include "privacy.h"
#include "rights.h"
#include "rnd.h"
#include "statement.h"
#include "str.h"

#define CLASS "exports"

st export_ask_nt(struct cx *cx, int64_t person, str scope)
{
    struct export_live_row live;
    struct export_add_row row;
    st found = export_live(CX_DB(cx), CX_ARENA(cx), &(struct export_live_in){ person }, &live);
    if (found == ST_OK && !str_eq(live.state, S("delivered"))) {
        cx->message = "export.busy";
        return ST_CONFLICT;
    }
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    if (found == ST_OK) /* handed over, and another is wanted: it ends now */
        TRY(export_finish_nt(cx, live.id, person, "delivered"));
    TRY(export_add(CX_DB(cx), CX_ARENA(cx), &(struct export_add_in){ .uid = rnd_uid(), .person = person,
        .scope = scope, .at = cx->gate.now, .ends = { cx->gate.now.s + EXPORT_MAKING_SECONDS } }, &row));
    TRY(cx_job_nt(cx, S("export.make"), str_fmt(CX_ARENA(cx), "export.make/%lld", (long long)row.id), person, row.id,
                  cx->gate.now));
    return cx_event_nt(cx, EVENT_EXPORT_ASKED, "person", person, scope);
}

st cmd_export_ask(struct cx *cx, const struct export_ask_in *in, struct export_ask_out *out)
{
    (void)out;
    if (!str_eq(in->scope, S("all")) && !str_eq(in->scope, S("portable")))
        return cx_invalid(cx, "scope", "err.choice");
    return export_ask_nt(cx, cx->actor.person, in->scope);
}

/* ---- being made ------------------------------------------------------------------------------------------------ */

/* Is this the courier that has the job now? One whose lease ran out is told so at the next piece. */
static st whose_turn(struct cx *cx, int64_t job, int64_t fence)
{
    struct export_job_row row;
    TRY(export_job(CX_DB(cx), CX_ARENA(cx), &(struct export_job_in){ job }, &row));
    return str_eq(row.state, S("leased")) && row.fence == fence ? ST_OK : ST_CONFLICT;
}

static st drop_chunks(struct cx *cx, int64_t export)
{
    TRY(export_chunk_origins(CX_DB(cx), &(struct export_chunk_origins_in){ export }, NULL));
    return export_chunks_drop(CX_DB(cx), &(struct export_chunks_drop_in){ export }, NULL);
}

st cmd_export_begin(struct cx *cx, const struct export_begin_in *in, struct export_begin_out *out)
{
    (void)out;
    int64_t changed = 0;
    TRY(whose_turn(cx, in->job, in->fence));
    TRY(export_making(CX_DB(cx), &(struct export_making_in){ in->export }, &changed));
    return changed == 1 ? drop_chunks(cx, in->export) : ST_CONFLICT;
}

st cmd_export_chunk(struct cx *cx, const struct export_chunk_in *in, struct export_chunk_out *out)
{
    (void)out;
    struct export_get_row row;
    struct export_chunk_there_row there;
    struct export_chunk_add_in add = { .uid = rnd_uid(), .export = in->export, .n = in->n };
    TRY(whose_turn(cx, in->job, in->fence));
    TRY(export_get(CX_DB(cx), CX_ARENA(cx), &(struct export_get_in){ in->export }, &row));
    if (!str_eq(row.state, S("making")))
        return ST_CONFLICT;
    st found = export_chunk_there(CX_DB(cx), CX_ARENA(cx), &(struct export_chunk_there_in){ in->export, in->n }, &there);
    if (found != ST_NOT_FOUND)
        return found; /* the answer got lost, and the courier asked again */
    struct collect what = { COL_export_chunk_body, POINT_DERIVED, SOURCE_PROGRAM, row.person_id, add.uid };
    TRY(gate_collect_nt(&cx->gate, &what, in->body, &add.body));
    TRY(export_chunk_add(CX_DB(cx), &add, NULL));
    TRY(export_job_goes_on(CX_DB(cx), &(struct export_job_goes_on_in){ .id = in->job, .fence = in->fence,
        .until = { cx->gate.now.s + JOB_LEASE_SECONDS } }, NULL));
    return export_progress(CX_DB(cx), &(struct export_progress_in){ in->export, in->steps, in->steps_all, in->rows }, NULL);
}

/* The statement says for how long: until the beginning of that day. */
static utc ends(struct cx *cx)
{
    date until = statement_end(cx->gate.statement, COL_export_chunk_body, date_london(cx->gate.now), privacy_year_end(cx->config));
    return until.days == DATE_NONE.days ? cx->gate.now : utc_start_of_day_london(until);
}

st cmd_export_ready(struct cx *cx, const struct export_ready_in *in, struct export_ready_out *out)
{
    (void)out;
    int64_t changed = 0;
    struct export_get_row row;
    TRY(whose_turn(cx, in->job, in->fence));
    TRY(export_get(CX_DB(cx), CX_ARENA(cx), &(struct export_get_in){ in->export }, &row));
    if (str_eq(row.state, S("ready")))
        return ST_OK;
    TRY(export_set_ready(CX_DB(cx), &(struct export_set_ready_in){ .id = in->export, .bytes = in->bytes, .chunks = in->chunks,
        .rows = in->rows, .at = cx->gate.now, .ends = ends(cx) }, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(mail_queue_nt(cx, MAIL_export_ready, row.person_id, row.person_id, str_fmt(CX_ARENA(cx), "%lld", (long long)row.id)));
    TRY(rights_copied_nt(cx, row.person_id, str_eq(row.scope, S("portable")) ? RIGHTS_PORTABILITY : RIGHTS_ACCESS));
    return cx_event_nt(cx, EVENT_EXPORT_READY, "person", row.person_id, row.scope);
}

/* ---- handed over, and ended ------------------------------------------------------------------------------------ */

st cmd_export_take(struct cx *cx, const struct export_take_in *in, struct export_take_out *out)
{
    (void)out;
    int64_t changed = 0;
    struct export_of_row row;
    TRY(export_of(CX_DB(cx), CX_ARENA(cx), &(struct export_of_in){ in->export, cx->actor.person }, &row));
    TRY(export_set_taken(CX_DB(cx), &(struct export_set_taken_in){ .id = row.id, .at = cx->gate.now,
        .ends = { cx->gate.now.s + EXPORT_TAKEN_SECONDS } }, &changed));
    if (changed != 1) {
        cx->message = "export.taken_already";
        return ST_CONFLICT;
    }
    return cx_event_nt(cx, EVENT_EXPORT_TAKEN, "person", cx->actor.person, S(""));
}

/* Rows first, then the key: whatever is undone afterwards, nobody reads it again. */
st export_finish_nt(struct cx *cx, int64_t export, int64_t person, const char *state)
{
    TRY(drop_chunks(cx, export));
    TRY(export_end(CX_DB(cx), &(struct export_end_in){ export, str_c(state), cx->gate.now }, NULL));
    TRY(cx_event_nt(cx, EVENT_EXPORT_ENDED, "person", person, str_c(state)));
    return gate_key_end_nt(&cx->gate, person, S(CLASS));
}

st cmd_export_sweep(struct cx *cx, const struct export_sweep_in *in, struct export_sweep_out *out)
{
    (void)in;
    struct export_due_rows due;
    TRY(export_due(CX_DB(cx), CX_ARENA(cx), &(struct export_due_in){ cx->gate.now }, &due));
    for (size_t i = 0; i < due.n; i++)
        TRY(export_finish_nt(cx, due.v[i].id, due.v[i].person_id, str_eq(due.v[i].state, S("delivered")) ? "delivered" : "ended"));
    out->ended = (int64_t)due.n;
    return ST_OK;
}
