/* Setting and lifting, and what goes on afterwards. */
#include "restriction.h"

#include "clock.h"
#include "codec.h"
#include "consent.h"
#include "mail.h"
#include "notice.h"
#include "profiling.h"
#include "restricted.h"
#include "restriction_sql.h"
#include "rnd.h"
#include "statement.h"
#include "str.h"

const char *restriction_word(enum restriction_mode m)
{
    return m == RESTRICTION_RESTRICT ? "restrict" : "object";
}

bool restriction_objectable(const struct gate *g, enum purpose p)
{
    enum basis b = statement_basis(g->statement, p);
    return statement_purpose(g->statement, p) && b != BASIS_CONTRACT && b != BASIS_LEGAL;
}

/* What a row of the table says of its kind. */
struct kind {
    enum restriction_mode mode;
    enum purpose purpose;
};

static str purpose_word(struct kind k)
{
    return k.mode == RESTRICTION_OBJECT ? str_c(purpose_info[k.purpose].name) : S("");
}

static st kind_of(struct cx *cx, str mode, str purpose, struct kind *out)
{
    *out = (struct kind){ RESTRICTION_RESTRICT, PURPOSE_RIGHTS };
    if (str_eq(mode, S("restrict")))
        return ST_OK;
    out->mode = RESTRICTION_OBJECT;
    if (!str_eq(mode, S("object")))
        return cx_invalid(cx, "mode", "err.choice");
    return purpose_find(purpose, &out->purpose) ? ST_OK : cx_invalid(cx, "purpose", "err.choice");
}

static st now(struct cx *cx, int64_t person, struct kind k, struct restriction_now_row *row)
{
    return restriction_now(CX_DB(cx), CX_ARENA(cx), &(struct restriction_now_in){
        .person = person, .mode = str_c(restriction_word(k.mode)), .purpose = purpose_word(k) }, row);
}

static st next(struct cx *cx, int64_t *seq)
{
    struct restriction_next_row row;
    TRY(restriction_next(CX_DB(cx), CX_ARENA(cx), &row));
    *seq = row.seq;
    return ST_OK;
}

/* ---- setting --------------------------------------------------------------------------------------------------- */

/* Somebody's reason in words, sealed for the row it stands in. */
static st words(struct cx *cx, int64_t person, enum column_id col, uid row, str note, const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){ .col = col, .point = POINT_STAFF, .source = SOURCE_STAFF,
                                                          .person = person, .row = row }, str_trim(note), out);
}

static st set(struct cx *cx, int64_t person, struct kind k, str ground, str note)
{
    struct restriction_now_row there;
    struct restriction_add_row made;
    st found = now(cx, person, k, &there);
    if (found != ST_NOT_FOUND)
        return found;
    if (k.mode == RESTRICTION_OBJECT && !restriction_objectable(&cx->gate, k.purpose))
        return cx_invalid(cx, "purpose", "restriction.not_objectable");
    struct restriction_add_in in = { .uid = rnd_uid(), .person = person, .mode = str_c(restriction_word(k.mode)),
        .purpose = purpose_word(k), .ground = ground, .by_kind = str_c(actor_word(cx->actor.kind)), .by = cx->actor.person,
        .has_by = cx->actor.person != 0, .at = cx->gate.now };
    TRY(next(cx, &in.seq));
    TRY(words(cx, person, COL_restriction_note, in.uid, note, &in.note));
    TRY(restriction_add(CX_DB(cx), CX_ARENA(cx), &in, &made));
    restricted_changed(cx->gate.restricted);
    if (k.mode == RESTRICTION_OBJECT && k.purpose == PURPOSE_PROFILE)
        TRY(profiling_forget_nt(cx, person));
    if (k.mode == RESTRICTION_RESTRICT) /* LAW: UK GDPR art. 19 */
        TRY(notice_queue_nt(cx, person, NOTICE_RESTRICTED, NULL, 0));
    if (cx->actor.kind == ACTOR_STAFF)
        TRY(mail_queue_nt(cx, MAIL_restriction_set, person, made.id, S("1")));
    if (k.mode == RESTRICTION_OBJECT) /* what people are written to about by that purpose ends for good, not only here */
        TRY(topic_objected_nt(cx, person, k.purpose));
    return cx_event_nt(cx, EVENT_RESTRICTION_SET, "person", person,
                       k.mode == RESTRICTION_OBJECT ? purpose_word(k) : S("restrict"));
}

/* ---- lifting --------------------------------------------------------------------------------------------------- */

/* Messages of a time that is over are not sent late; staff may. */
static st jobs_go_on(struct cx *cx, int64_t person)
{
    struct restriction_held_jobs_rows rows;
    TRY(restriction_held_jobs(CX_DB(cx), CX_ARENA(cx), &(struct restriction_held_jobs_in){ person }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (!str_starts(rows.v[i].kind, S(MAIL_JOB)))
            TRY(restriction_job_on(CX_DB(cx), &(struct restriction_job_on_in){ rows.v[i].id, cx->gate.now }, NULL));
    return ST_OK;
}

static st end(struct cx *cx, int64_t person, int64_t id, str what)
{
    int64_t seq;
    TRY(next(cx, &seq));
    TRY(restriction_end(CX_DB(cx), &(struct restriction_end_in){ .id = id, .at = cx->gate.now, .seq = seq }, NULL));
    restricted_changed(cx->gate.restricted);
    TRY(jobs_go_on(cx, person));
    TRY(restriction_unpark(CX_DB(cx), &(struct restriction_unpark_in){ person, date_london(cx->gate.now) }, NULL));
    return cx_event_nt(cx, EVENT_RESTRICTION_LIFTED, "person", person, what);
}

st restriction_set_nt(struct cx *cx, int64_t person, enum restriction_mode mode, enum purpose purpose, bool on)
{
    struct kind k = { mode, purpose };
    struct restriction_now_row row;
    if (on)
        return set(cx, person, k, S(""), S(""));
    st found = now(cx, person, k, &row);
    if (found == ST_NOT_FOUND)
        return ST_OK;
    TRY(found);
    return end(cx, person, row.id, mode == RESTRICTION_OBJECT ? purpose_word(k) : S("restrict"));
}

/* LAW: UK GDPR art. 18(3): the person is told before it ends. */
static st announce(struct cx *cx, int64_t person, const struct restriction_now_row *row, str note)
{
    struct restriction_announce_in in = { .id = row->id, .by = cx->actor.person, .has_by = true,
        .at = { cx->gate.now.s + RESTRICTION_NOTICE_DAYS * 86400 } };
    int64_t changed = 0;
    TRY(words(cx, person, COL_restriction_lift_note, row->uid, note, &in.note));
    TRY(restriction_announce(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT; /* announced before */
    TRY(mail_queue_nt(cx, MAIL_restriction_lifting, person, row->id, S("1")));
    return cx_event_nt(cx, EVENT_RESTRICTION_LIFTING, "person", person, S(""));
}

/* ---- commands -------------------------------------------------------------------------------------------------- */

/* Whose: one's own, or for staff whoever they name. Staff say why. */
static st whose(struct cx *cx, uid person, str note, int64_t *id)
{
    struct restriction_who_row row;
    *id = cx->actor.person;
    if (cx->actor.kind == ACTOR_CUSTOMER)
        return uid_zero(person) ? ST_OK : ST_DENIED;
    TRY(restriction_who(CX_DB(cx), CX_ARENA(cx), &(struct restriction_who_in){ .uid = person }, &row));
    if (!str_eq(row.kind, S("customer")))
        return ST_NOT_FOUND;
    if (str_empty(str_trim(note)))
        return cx_invalid(cx, "note", "err.required");
    *id = row.id;
    return utf8_printable(note, true) ? ST_OK : cx_invalid(cx, "note", "err.characters");
}

static bool is_ground(str s)
{
    return str_empty(s) || str_eq(s, S("accuracy")) || str_eq(s, S("unlawful")) || str_eq(s, S("claims")) ||
           str_eq(s, S("objection"));
}

st cmd_restriction_set(struct cx *cx, const struct restriction_set_in *in, struct restriction_set_out *out)
{
    (void)out;
    int64_t person;
    struct kind k;
    TRY(whose(cx, in->person, in->note, &person));
    TRY(kind_of(cx, in->mode, in->purpose, &k));
    if (!is_ground(in->ground))
        return cx_invalid(cx, "ground", "err.choice");
    return set(cx, person, k, in->ground, cx->actor.kind == ACTOR_STAFF ? in->note : S(""));
}

st cmd_restriction_lift(struct cx *cx, const struct restriction_lift_in *in, struct restriction_lift_out *out)
{
    (void)out;
    int64_t person;
    struct kind k;
    struct restriction_now_row row;
    TRY(whose(cx, in->person, in->note, &person));
    TRY(kind_of(cx, in->mode, in->purpose, &k));
    st found = now(cx, person, k, &row);
    if (found == ST_NOT_FOUND)
        return ST_CONFLICT; /* it is lifted already */
    TRY(found);
    if (cx->actor.kind == ACTOR_STAFF)
        return announce(cx, person, &row, in->note);
    return end(cx, person, row.id, k.mode == RESTRICTION_OBJECT ? purpose_word(k) : S("restrict"));
}

/* The message must have gone out, and the days passed since; else it waits on. */
static st run_one(struct cx *cx, const struct restriction_due_row *r, int64_t *lifted)
{
    struct restriction_told_row told;
    st found = restriction_told(CX_DB(cx), CX_ARENA(cx), &(struct restriction_told_in){ r->person_id, r->id }, &told);
    if (found != ST_OK && found != ST_NOT_FOUND)
        return found;
    utc from = found == ST_OK ? told.sent_at : cx->gate.now;
    utc earliest = { from.s + RESTRICTION_NOTICE_DAYS * 86400 };
    if (earliest.s > cx->gate.now.s)
        return restriction_postpone(CX_DB(cx), &(struct restriction_postpone_in){ r->id, earliest }, NULL);
    ++*lifted;
    return end(cx, r->person_id, r->id, str_empty(r->purpose) ? S("restrict") : r->purpose);
}

st cmd_restriction_run(struct cx *cx, const struct restriction_run_in *in, struct restriction_run_out *out)
{
    (void)in;
    struct restriction_due_rows due;
    TRY(restriction_due(CX_DB(cx), CX_ARENA(cx), &(struct restriction_due_in){ cx->gate.now }, &due));
    for (size_t i = 0; i < due.n; i++)
        TRY(run_one(cx, &due.v[i], &out->lifted));
    return ST_OK;
}

/* LAW: UK GDPR art. 18(2): for the establishment, exercise or defence of legal claims. */
st cmd_restriction_claim(struct cx *cx, const struct restriction_claim_in *in, struct restriction_claim_out *out)
{
    (void)out;
    int64_t person;
    struct restriction_claim_add_row row;
    TRY(whose(cx, in->person, in->note, &person));
    struct restriction_claim_add_in add = { .uid = rnd_uid(), .person = person, .staff = cx->actor.person, .at = cx->gate.now,
                                            .ends = { cx->gate.now.s + RESTRICTION_CLAIM_SECONDS } };
    TRY(words(cx, person, COL_restriction_claim_reason, add.uid, in->note, &add.reason));
    TRY(restriction_claim_add(CX_DB(cx), CX_ARENA(cx), &add, &row));
    return cx_event_nt(cx, EVENT_RESTRICTION_CLAIM, "person", person, S(""));
}

/* ---- questions ------------------------------------------------------------------------------------------------- */

st restriction_is(struct gate *g, int64_t person, bool *out)
{
    uint64_t no;
    TRY(gate_refused(g, person, &no));
    *out = no >> PURPOSE_CONTRACT & 1; /* nobody can object to that: it is the whole */
    return ST_OK;
}

st restriction_claim(struct gate *g, int64_t staff, int64_t person)
{
    struct restriction_claimed_row row;
    struct restriction_claimed_in in = { .person = person, .staff = staff, .now = g->now };
    TRY(restriction_claimed(g->db, g->arena, &in, &row));
    g->claim_person = person;
    return ST_OK;
}
