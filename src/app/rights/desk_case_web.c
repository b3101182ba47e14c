/* One request, with everything that is needed to go on with it: who, the clock, what was said, and what can be done now. */
#include "clock.h"
#include "desk_html.h"
#include "page.h"
#include "rights_sql.h"
#include "view.h"

st guard_staff_rights(struct rq *rq)
{
    struct rights_page_case_row *row = NEW(rq->arena, struct rights_page_case_row);
    rq->object = row;
    return row ? rights_page_case(rq->db, rq->arena, &(struct rights_page_case_in){ .uid = rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

/* ---- what happened --------------------------------------------------------------------------------------------------- */

/* Dates that counted before, or the pause that ended here. */
static str dates_of(struct rq *rq, const struct rights_page_entries_row *r)
{
    struct arena *a = rq->arena;
    struct text_arg args[] = { { "from", tpl_date_str(a, r->pause_from) }, { "to", tpl_date_str(a, r->pause_to) },
                               { "strict", tpl_date_str(a, r->was_strict_on) }, { "due", tpl_date_str(a, r->was_due_on) } };
    if (r->pause_to.days != DATE_NONE.days)
        return text_fill(rq->arena, rq->language, TXT_STAFF_RIGHTS_PAUSED_FROM, args, COUNT(args));
    if (r->was_strict_on.days != DATE_NONE.days)
        return text_fill(rq->arena, rq->language, TXT_STAFF_RIGHTS_COUNTED_BEFORE, args, COUNT(args));
    return S("");
}

static st line_of(struct rq *rq, const struct rights_page_entries_row *r, struct v_desk_line *v)
{
    str said, reply, note, who = S("");
    if (str_eq(r->by_kind, S("staff")))
        TRY(gate_use(&rq->gate, COL_person_full_name, PURPOSE_ACCOUNT, r->by_uid, r->by_name, &who));
    *v = (struct v_desk_line){ .what = rights_named(rq, "rights.did.", r->act), .at = r->at, .dates = dates_of(rq, r),
        .who = who.n ? who : rights_named(rq, "staff.rights.by.", r->by_kind) };
    TRY(rights_read(rq, COL_rights_entry_said, r->uid, r->said, &said));
    TRY(rights_read(rq, COL_rights_entry_reply, r->uid, r->reply, &reply));
    TRY(rights_read(rq, COL_rights_entry_note, r->uid, r->note, &note));
    TRY(rights_lines(rq, said, &v->said));
    TRY(rights_lines(rq, reply, &v->reply));
    return rights_lines(rq, note, &v->note);
}

static st history_of(struct rq *rq, int64_t request, struct v_staff_rights_one *out)
{
    struct rights_page_entries_rows rows;
    struct out pauses;
    TRY(rights_page_entries(rq->db, rq->arena, &(struct rights_page_entries_in){ .request = request }, &rows));
    struct v_desk_line *v = NEWN(rq->arena, struct v_desk_line, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    out_init(&pauses, rq->arena, 2048);
    for (size_t i = 0; i < rows.n; i++) {
        TRY(line_of(rq, &rows.v[i], &v[i]));
        if (rows.v[i].pause_to.days == DATE_NONE.days)
            continue;
        out_str(&pauses, out_view(&pauses).n ? S("; ") : S(""));
        out_str(&pauses, v[i].dates);
    }
    out->lines = (struct v_desk_line_list){ v, rows.n };
    out->pauses = out_view(&pauses);
    return ST_OK;
}

/* ---- what can be done ------------------------------------------------------------------------------------------------ */

/* Words to begin with, which staff change as the case needs. */
static st words_of(struct rq *rq, bool complaint, struct v_desk_words_list *out)
{
    size_t n = 0;
    struct v_desk_words *v = NEWN(rq->arena, struct v_desk_words, 16);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; !complaint && rights_grounds[i]; i++)
        v[n++] = (struct v_desk_words){ .ground = rights_named(rq, "rights.ground.", str_c(rights_grounds[i])),
                                        .words = rights_named(rq, "rights.text.", str_c(rights_grounds[i])) };
    *out = (struct v_desk_words_list){ v, n };
    return ST_OK;
}

/* What was sent and not taken is shown again, whatever the state is by now. */
static bool sent(const struct rq *rq, enum form_id form)
{
    return rq->form && rq->form->id == form;
}

static st forms_of(struct rq *rq, const struct rights_page_case_row *r, enum rights_kind kind, enum rights_state state,
                   struct v_staff_rights_one *v)
{
    enum rights_state to;
    struct form_view *answer = web_form(rq, FORM_STAFF_RIGHTS_ANSWER);
    v->act = web_form(rq, FORM_STAFF_RIGHTS_ACT);
    v->extend = web_form(rq, FORM_STAFF_RIGHTS_EXTEND);
    v->answer = answer;
    v->link = web_form(rq, FORM_STAFF_RIGHTS_LINK);
    v->decide = web_form(rq, FORM_STAFF_RIGHTS_CHANGE);
    if (!v->act || !v->extend || !answer || !v->link || !v->decide)
        return ST_NO_MEMORY;
    v->can_extend = !r->extended && rights_goes(kind, state, RIGHTS_ACT_EXTEND, &to) &&
                    r->strict_on.days >= date_london(rq->now).days;
    v->can_answer = rights_goes(kind, state, RIGHTS_ACT_ANSWER, &to) || rights_goes(kind, state, RIGHTS_ACT_REFUSE, &to);
    v->can_extend = v->can_extend || sent(rq, FORM_STAFF_RIGHTS_EXTEND);
    v->can_answer = v->can_answer || sent(rq, FORM_STAFF_RIGHTS_ANSWER);
    v->can_link = str_eq(r->person_kind, S("visitor")) && v->open;
    web_form_fill(answer, "answer", rights_named(rq, "rights.text.", r->kind));
    return words_of(rq, kind == RIGHTS_COMPLAINT, &v->words);
}

/* The first value that waits for a decision; one after the other. */
static st deciding(struct rq *rq, int64_t request, struct v_staff_rights_one *v)
{
    struct rights_changes_rows rows;
    TRY(rights_changes(rq->db, rq->arena, &(struct rights_changes_in){ .request = request }, &rows));
    for (size_t i = 0; i < rows.n && v->open && !v->deciding; i++)
        if (str_eq(rows.v[i].state, S("open"))) {
            v->deciding = true;
            v->change = rows.v[i].uid;
            v->change_field = v->wrongs.v[i].field;
            v->change_wanted = v->wrongs.v[i].wanted;
        }
    return ST_OK;
}

/* An invoice that was issued is not edited: these are where a credit note begins. */
static st invoices_of(struct rq *rq, const struct rights_page_case_row *r, struct v_desk_invoice_list *out)
{
    struct rights_page_invoices_rows rows;
    if (!str_eq(r->kind, S("rectify")) || !(rq->actor.caps & CAP_STAFF_BILLING))
        return ST_OK;
    TRY(rights_page_invoices(rq->db, rq->arena, &(struct rights_page_invoices_in){ .person = r->person_id }, &rows));
    struct v_desk_invoice *v = NEWN(rq->arena, struct v_desk_invoice, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_desk_invoice){ .id = rows.v[i].uid, .number = rows.v[i].number, .on = rows.v[i].issued_on };
    *out = (struct v_desk_invoice_list){ v, rows.n };
    return ST_OK;
}

/* ---- the page -------------------------------------------------------------------------------------------------------- */

static st who_of(struct rq *rq, const struct rights_page_case_row *r, struct v_staff_rights_one *v)
{
    v->known = str_eq(r->person_kind, S("customer"));
    v->person = r->person_uid;
    v->verified = r->email_verified_at.s != UTC_NONE.s;
    v->letter = v->open && !r->email && !r->person_email;
    if (v->known) {
        TRY(rights_read(rq, COL_person_full_name, r->person_uid, r->full_name, &v->name));
        return rights_read(rq, COL_person_email, r->person_uid, r->person_email, &v->email);
    }
    TRY(rights_read(rq, COL_rights_request_name, r->uid, r->name, &v->name));
    return rights_read(rq, COL_rights_request_email, r->uid, r->email, &v->email);
}

static st order_of(struct rq *rq, const struct rights_page_case_row *r, struct v_staff_rights_one *v)
{
    struct rights_order_uid_row row;
    if (!r->has_order_id)
        return ST_OK;
    TRY(rights_order_uid(rq->db, rq->arena, &(struct rights_order_uid_in){ .id = r->order_id }, &row));
    v->about = true;
    v->order = row.uid;
    return ST_OK;
}

st page_staff_rights_case(struct rq *rq)
{
    const struct rights_page_case_row *r = rq->object;
    enum rights_kind kind;
    enum rights_state state;
    TRY(rights_kind_parse(r->kind, &kind));
    TRY(rights_state_parse(r->state, &state));
    struct v_staff_rights_one v = {
        .id = r->uid, .kind = rights_named(rq, "rights.name.", r->kind), .state = rights_named(rq, "rights.state.", r->state),
        .class = rights_class(r->state), .help = rights_named(rq, "staff.rights.help.", r->kind), .received = r->received_on,
        .channel = rights_named(rq, "staff.rights.channel.", r->channel), .late = r->late, .extended = r->extended,
        .identified = rights_named(rq, "staff.rights.identified.", r->identified), .from = r->clock_from, .due = r->due_on,
        .strict = r->strict_on, .asked = r->asked_on, .acknowledged = r->acknowledged_at, .complaint = kind == RIGHTS_COMPLAINT,
        .outcome = rights_named(rq, "rights.outcome.", r->outcome), .ground = rights_named(rq, "rights.ground.", r->ground),
        .open = rights_open_state(state),
    };
    TRY(who_of(rq, r, &v));
    v.binds = v.known && (kind == RIGHTS_RESTRICT || kind == RIGHTS_OBJECT);
    TRY(order_of(rq, r, &v));
    TRY(rights_wrongs_of(rq, r->id, &v.wrongs));
    TRY(history_of(rq, r->id, &v));
    TRY(forms_of(rq, r, kind, state, &v));
    TRY(deciding(rq, r->id, &v));
    TRY(invoices_of(rq, r, &v.invoices));
    return show_staff_rights_one(rq, 200, &v);
}
