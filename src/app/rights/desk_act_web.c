/* What staff do with a request; each answers with the request's page. */
#include "desk_html.h"
#include "page.h"
#include "rights_sql.h"
#include "view.h"

/* ---- entering one ---------------------------------------------------------------------------------------------------- */

/* From a customer's page it is about that customer. */
st page_staff_rights_new(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_STAFF_RIGHTS_NEW);
    uid who = rq->form ? rq_value(rq, "person")->id : (uid){ { 0 } };
    struct v_staff_rights_enter v = { .f = f };
    struct rights_person_by_uid_row found;
    struct rights_person_row p;
    if (!f)
        return ST_NO_MEMORY;
    if (!uid_zero(who) &&
        rights_person_by_uid(rq->db, rq->arena, &(struct rights_person_by_uid_in){ .uid = who }, &found) == ST_OK &&
        str_eq(found.kind, S("customer"))) {
        TRY(rights_person(rq->db, rq->arena, &(struct rights_person_in){ .id = found.id }, &p));
        TRY(rights_read(rq, COL_person_full_name, p.uid, p.full_name, &v.name));
        v.known = true;
        v.person = who;
    }
    web_form_fill(f, "received", date_iso(rq->arena, date_london(rq->now)));
    return show_staff_rights_enter(rq, 200, &v);
}

static st recorded(struct rq *rq, st result, const void *out)
{
    const struct rights_record_out *made = out;
    TRY(result);
    return rq_redirect(rq, url_staff_rights_case(rq->arena, made->request));
}

st page_staff_rights_record(struct rq *rq)
{
    struct rights_record_in in = {
        .kind = rq_value(rq, "kind")->value, .channel = rq_value(rq, "channel")->value, .received = rq_value(rq, "received")->value,
        .person = rq_value(rq, "person")->id, .identified = rq_value(rq, "identified")->number == 1,
        .full_name = rq_value(rq, "full_name")->value, .email = rq_value(rq, "email")->value, .said = rq_value(rq, "said")->value,
        .field = rq_value(rq, "field")->value, .wanted = rq_value(rq, "wanted")->value,
    };
    return rq_command(rq, CMD_RIGHTS_RECORD, &in, recorded);
}

/* ---- going on with one ----------------------------------------------------------------------------------------------- */

/* Somebody else was quicker, or it is not possible at this point: the page says so beside what was typed, which stays. */
static st not_now(struct rq *rq)
{
    static const struct {
        enum form_id form;
        const char *field;
    } at[] = { { FORM_STAFF_RIGHTS_ACT, "act" }, { FORM_STAFF_RIGHTS_EXTEND, "reasons" }, { FORM_STAFF_RIGHTS_ANSWER, "outcome" },
               { FORM_STAFF_RIGHTS_LINK, "person" }, { FORM_STAFF_RIGHTS_CHANGE, "decision" } };
    for (size_t i = 0; i < COUNT(at); i++)
        if (rq->form->id == at[i].form)
            rq_field_error(rq, at[i].field, "rights.not_now");
    return ST_INVALID;
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct rights_page_case_row *r = rq->object;
    if (result == ST_CONFLICT)
        return not_now(rq);
    TRY(result);
    return rq_redirect(rq, url_staff_rights_case(rq->arena, r->uid));
}

static uid request(struct rq *rq)
{
    return ((const struct rights_page_case_row *)rq->object)->uid;
}

st page_staff_rights_act(struct rq *rq)
{
    struct rights_act_in in = { .request = request(rq), .act = rq_value(rq, "act")->value, .on = rq_value(rq, "on")->value,
                                .words = rq_value(rq, "words")->value };
    return rq_command(rq, CMD_RIGHTS_ACT, &in, back);
}

st page_staff_rights_extend(struct rq *rq)
{
    struct rights_extend_in in = { .request = request(rq), .words = rq_value(rq, "reasons")->value };
    return rq_command(rq, CMD_RIGHTS_EXTEND, &in, back);
}

st page_staff_rights_answer(struct rq *rq)
{
    struct rights_answer_in in = { .request = request(rq), .outcome = rq_value(rq, "outcome")->value,
                                   .ground = rq_value(rq, "ground")->value, .words = rq_value(rq, "answer")->value };
    return rq_command(rq, CMD_RIGHTS_ANSWER, &in, back);
}

st page_staff_rights_link(struct rq *rq)
{
    struct rights_link_in in = { .request = request(rq), .person = rq_value(rq, "person")->id };
    return rq_command(rq, CMD_RIGHTS_LINK, &in, back);
}

/* The change must be of the request whose page this is. */
st page_staff_rights_change(struct rq *rq)
{
    const struct rights_page_case_row *r = rq->object;
    struct rights_change_by_uid_row change;
    uid which;
    if (uid_parse(rq_value(rq, "change")->value, &which) != ST_OK)
        return ST_BAD_REQUEST;
    TRY(rights_change_by_uid(rq->db, rq->arena, &(struct rights_change_by_uid_in){ .uid = which }, &change));
    if (change.request_id != r->id)
        return ST_NOT_FOUND;
    struct rights_correct_in in = { .change = which, .accept = str_eq(rq_value(rq, "decision")->value, S("accept")),
                                    .words = rq_value(rq, "because")->value };
    return rq_command(rq, CMD_RIGHTS_CORRECT, &in, back);
}
