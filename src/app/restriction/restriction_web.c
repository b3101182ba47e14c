/* /account/restriction, and what staff do about it for somebody who wrote or rang up. */
#include "page.h"
#include "restriction.h"
#include "restriction_html.h"
#include "restriction_sql.h"
#include "staff.h"
#include "statement.h"
#include "str.h"

/* ---- what there is --------------------------------------------------------------------------------------------- */

static st note_of(struct rq *rq, enum column_id col, uid row, const struct sealed *value, str *out)
{
    st how = gate_use(&rq->gate, col, PURPOSE_RIGHTS, row, value, out);
    if (how != ST_SEALED)
        return how;
    *out = S("");
    return ST_OK;
}

static st history(struct rq *rq, int64_t person, struct v_restriction_row_list *out)
{
    struct restriction_list_rows rows;
    TRY(restriction_list(rq->db, rq->arena, &(struct restriction_list_in){ person }, &rows));
    struct v_restriction_row *v = NEWN(rq->arena, struct v_restriction_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct restriction_list_row *r = &rows.v[i];
        enum purpose p;
        v[i] = (struct v_restriction_row){ .mode = r->mode, .by = r->by_kind, .since = r->set_at, .lifts = r->lifts_at,
            .ground = str_empty(r->ground) ? S("none") : r->ground, .lifted = r->lifted_at };
        if (purpose_find(r->purpose, &p))
            v[i].purpose = statement_purpose_words(rq->gate.statement, p);
        TRY(note_of(rq, COL_restriction_note, r->uid, r->note, &v[i].note));
        TRY(note_of(rq, COL_restriction_lift_note, r->uid, r->lift_note, &v[i].lift_note));
    }
    *out = (struct v_restriction_row_list){ v, rows.n };
    return ST_OK;
}

/* What is in force of a mode and purpose: NULL when nothing is. */
static const struct restriction_list_row *in_force(const struct restriction_list_rows *rows, enum restriction_mode mode,
                                                   str purpose)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->v[i].lifted_at.s == UTC_NONE.s && str_eq(rows->v[i].mode, str_c(restriction_word(mode))) &&
            str_eq(rows->v[i].purpose, purpose))
            return &rows->v[i];
    return NULL;
}

static st uses(struct rq *rq, const struct restriction_list_rows *rows, struct v_restriction_use_list *out)
{
    const struct statement *s = rq->gate.statement;
    struct v_restriction_use *v = NEWN(rq->arena, struct v_restriction_use, PURPOSE_COUNT);
    size_t n = 0;
    for (int p = 0; v && p < PURPOSE_COUNT; p++) {
        str name = str_c(purpose_info[p].name);
        const struct restriction_list_row *r = in_force(rows, RESTRICTION_OBJECT, name);
        if (statement_purpose(s, (enum purpose)p))
            v[n++] = (struct v_restriction_use){ .name = name, .words = statement_purpose_words(s, (enum purpose)p),
                .basis = statement_basis_words(statement_basis(s, (enum purpose)p)),
                .interest = statement_interest(s, (enum purpose)p), .objected = r != NULL,
                .objectable = restriction_objectable(&rq->gate, (enum purpose)p), .lifts = r ? r->lifts_at : UTC_NONE };
    }
    *out = (struct v_restriction_use_list){ v, n };
    return v ? ST_OK : ST_NO_MEMORY;
}

/* ---- one's own ------------------------------------------------------------------------------------------------- */

st page_restriction(struct rq *rq)
{
    struct restriction_list_rows rows;
    struct v_restriction_show v = { .f = web_form(rq, FORM_RESTRICTION), .csrf = rq->csrf, .since = UTC_NONE, .lifts = UTC_NONE };
    if (!v.f)
        return ST_NO_MEMORY;
    TRY(restriction_list(rq->db, rq->arena, &(struct restriction_list_in){ rq->actor.person }, &rows));
    const struct restriction_list_row *r = in_force(&rows, RESTRICTION_RESTRICT, S(""));
    v.restricted = r != NULL;
    if (r) {
        v.since = r->set_at;
        v.lifts = r->lifts_at;
    }
    TRY(uses(rq, &rows, &v.uses));
    TRY(history(rq, rq->actor.person, &v.rows));
    return show_restriction_show(rq, 200, &v);
}

static st done(struct rq *rq, st result, const void *out)
{
    (void)out;
    if (result != ST_CONFLICT) /* lifted in the meantime: the page says so */
        TRY(result);
    return rq_redirect(rq, url_restriction(rq->arena));
}

st page_restriction_set(struct rq *rq)
{
    struct restriction_set_in in = { .mode = rq_value(rq, "mode")->value, .purpose = rq_value(rq, "purpose")->value,
                                     .ground = rq_value(rq, "ground")->value, .note = S("") };
    if (str_eq(in.mode, S("restrict")) && str_empty(in.ground)) {
        rq_field_error(rq, "ground", "err.required");
        return ST_INVALID;
    }
    return rq_command(rq, CMD_RESTRICTION_SET, &in, done);
}

st page_restriction_lift(struct rq *rq)
{
    struct restriction_lift_in in = { .mode = rq_value(rq, "mode")->value, .purpose = rq_value(rq, "purpose")->value,
                                      .note = S("") };
    return rq_command(rq, CMD_RESTRICTION_LIFT, &in, done);
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

st guard_restriction_person(struct rq *rq)
{
    struct restriction_who_row *row = NEW(rq->arena, struct restriction_who_row);
    rq->object = row;
    return row ? restriction_who(rq->db, rq->arena, &(struct restriction_who_in){ .uid = rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

static st claims(struct rq *rq, int64_t person, struct v_restriction_claim_row_list *out)
{
    struct restriction_claims_rows rows;
    TRY(restriction_claims(rq->db, rq->arena, &(struct restriction_claims_in){ person }, &rows));
    struct v_restriction_claim_row *v = NEWN(rq->arena, struct v_restriction_claim_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        v[i] = (struct v_restriction_claim_row){ .at = rows.v[i].opened_at, .ends = rows.v[i].ends_at };
        TRY(note_of(rq, COL_restriction_claim_reason, rows.v[i].uid, rows.v[i].reason, &v[i].reason));
    }
    *out = (struct v_restriction_claim_row_list){ v, rows.n };
    return ST_OK;
}

st page_staff_restriction(struct rq *rq)
{
    const struct restriction_who_row *p = rq->object;
    struct v_staff_restriction v = { .id = p->uid, .f = web_form(rq, FORM_STAFF_RESTRICTION) };
    if (!v.f)
        return ST_NO_MEMORY;
    TRY(restriction_is(&rq->gate, p->id, &v.restricted));
    TRY(staff_claim(rq, p->id));
    TRY(staff_open(rq, COL_person_full_name, p->uid, p->full_name, &v.name));
    TRY(history(rq, p->id, &v.rows));
    TRY(claims(rq, p->id, &v.claims));
    return show_staff_restriction(rq, 200, &v);
}

static st staff_done(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_restriction(rq->arena, rq_uid(rq, "id")));
}

st page_staff_restriction_do(struct rq *rq)
{
    uid person = rq_uid(rq, "id");
    str act = rq_value(rq, "act")->value, purpose = rq_value(rq, "purpose")->value, note = rq_value(rq, "note")->value;
    bool object = str_eq(act, S("object")) || str_eq(act, S("unobject"));
    str mode = object ? S("object") : S("restrict");
    if (object && str_empty(purpose)) {
        rq_field_error(rq, "purpose", "err.required");
        return ST_INVALID;
    }
    if (str_eq(act, S("claim")))
        return rq_command(rq, CMD_RESTRICTION_CLAIM, &(struct restriction_claim_in){ .person = person, .note = note }, staff_done);
    if (str_eq(act, S("lift")) || str_eq(act, S("unobject")))
        return rq_command(rq, CMD_RESTRICTION_LIFT, &(struct restriction_lift_in){
            .person = person, .mode = mode, .purpose = object ? purpose : S(""), .note = note }, staff_done);
    return rq_command(rq, CMD_RESTRICTION_SET, &(struct restriction_set_in){
        .person = person, .mode = mode, .purpose = object ? purpose : S(""), .ground = rq_value(rq, "ground")->value,
        .note = note }, staff_done);
}
