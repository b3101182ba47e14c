/* Whose request it is: what came without an account becomes a customer's, and is sealed with that customer's keys. */
#include "case.h"
#include "str.h"

struct move {
    struct cx *cx;
    int64_t to;
    bool staff_said; /* staff wrote down what was said */
};

static st again(const struct move *m, enum column_id col, bool staff, uid row, const struct sealed *old, const struct sealed **out)
{
    str plain;
    *out = NULL;
    if (!old)
        return ST_OK;
    TRY(gate_use(&m->cx->gate, col, PURPOSE_RIGHTS, row, old, &plain));
    return gate_collect_nt(&m->cx->gate, &(struct collect){ .col = col, .point = staff ? POINT_STAFF : POINT_RIGHTS,
        .source = staff ? SOURCE_STAFF : SOURCE_PERSON, .person = m->to, .row = row }, plain, out);
}

static st move_texts(const struct move *m, int64_t request)
{
    struct rights_texts_rows rows;
    TRY(rights_texts(CX_DB(m->cx), CX_ARENA(m->cx), &(struct rights_texts_in){ .request = request }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct rights_retext_in in = { .id = rows.v[i].id };
        TRY(again(m, COL_rights_entry_said, m->staff_said, rows.v[i].uid, rows.v[i].said, &in.said));
        TRY(again(m, COL_rights_entry_reply, true, rows.v[i].uid, rows.v[i].reply, &in.reply));
        TRY(again(m, COL_rights_entry_note, true, rows.v[i].uid, rows.v[i].note, &in.note));
        TRY(rights_retext(CX_DB(m->cx), &in, NULL));
    }
    return ST_OK;
}

static st move_changes(const struct move *m, int64_t request)
{
    struct rights_changes_rows rows;
    TRY(rights_changes(CX_DB(m->cx), CX_ARENA(m->cx), &(struct rights_changes_in){ .request = request }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct rights_change_rewant_in in = { .id = rows.v[i].id };
        TRY(again(m, COL_rights_change_wanted, m->staff_said, rows.v[i].uid, rows.v[i].wanted, &in.wanted));
        TRY(again(m, COL_rights_change_reason, true, rows.v[i].uid, rows.v[i].reason, &in.reason));
        TRY(rights_change_rewant(CX_DB(m->cx), &in, NULL));
    }
    return ST_OK;
}

/* From now on it is read in the customer's account and messages go to the address that stands there: whoever wrote in another's
 * name learns nothing by it, and that other one sees that somebody did. */
st cmd_rights_link(struct cx *cx, const struct rights_link_in *in, struct rights_link_out *out)
{
    (void)out;
    struct rights_person_by_uid_row p;
    struct rights_person_row was;
    struct rights_case c;
    TRY(rights_case_of(cx, in->request, &c));
    TRY(rights_person(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_in){ .id = c.r.person_id }, &was));
    st found = rights_person_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct rights_person_by_uid_in){ .uid = in->person }, &p);
    if (found == ST_NOT_FOUND || (found == ST_OK && !str_eq(p.kind, S("customer"))))
        return cx_invalid(cx, "person", "rights.no_customer");
    TRY(found);
    if (!str_eq(was.kind, S("visitor"))) {
        cx->message = "rights.linked_already";
        return ST_CONFLICT;
    }
    TRY(rights_case_go(cx, &c, RIGHTS_ACT_LINK));
    struct move m = { cx, p.id, !str_eq(c.r.channel, S("form")) };
    TRY(move_texts(&m, c.r.id));
    TRY(move_changes(&m, c.r.id));
    TRY(rights_move_to(CX_DB(cx), &(struct rights_move_to_in){ .id = c.r.id, .person = p.id, .identified = c.r.identified }, NULL));
    TRY(rights_links_drop(CX_DB(cx), &(struct rights_links_drop_in){ .request = c.r.id }, NULL));
    TRY(rights_drop_origin(CX_DB(cx), &(struct rights_drop_origin_in){ .person = was.id }, NULL));
    c.r.person_id = p.id;
    TRY(rights_case_entry(cx, &c, RIGHTS_WORDS(.act = RIGHTS_ACT_LINK), NULL));
    return cx_event_nt(cx, EVENT_RIGHTS_MOVED, "rights_request", c.r.id, S("link"));
}
