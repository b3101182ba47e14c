/* People: a customer asks for one, one of our staff decides. What follows for the order is the order's (order.h). */
#include "fraud.h"

#include "fraud_sql.h"
#include "mail.h"
#include "order.h"
#include "rnd.h"
#include "str.h"

/* ---- how an order stands --------------------------------------------------------------------------------------------- */

st fraud_held(struct db *db, struct arena *a, int64_t order, bool *held)
{
    struct fraud_check_of_row c;
    st found = fraud_check_of(db, a, &(struct fraud_check_of_in){ .order = order }, &c);
    *held = false;
    if (found == ST_NOT_FOUND)
        return ST_OK;
    TRY(found);
    *held = !str_eq(c.state, S("accepted")) && !str_eq(c.state, S("approved"));
    return ST_OK;
}

st fraud_standing(struct gate *g, int64_t order, enum purpose purpose, struct fraud_standing *out)
{
    struct fraud_check_of_row c;
    struct fraud_decisions_rows last;
    TRY(fraud_check_of(g->db, g->arena, &(struct fraud_check_of_in){ .order = order }, &c));
    TRY(fraud_decisions(g->db, g->arena, &(struct fraud_decisions_in){ .check = c.id }, &last));
    *out = (struct fraud_standing){ .state = c.state, .reasons = c.reasons, .said = S(""), .checked = c.checked_at,
                                    .decided = UTC_NONE };
    if (last.n == 0)
        return ST_OK;
    out->decided = last.v[0].decided_at;
    st how = gate_use(g, COL_fraud_decision_reason, purpose, last.v[0].uid, last.v[0].reason, &out->said);
    return how == ST_SEALED || how == ST_RESTRICTED ? ST_OK : how;
}

static st move(struct cx *cx, const struct fraud_check_of_row *c, const char *to)
{
    int64_t changed = 0;
    TRY(fraud_check_move(CX_DB(cx), &(struct fraud_check_move_in){ .id = c->id, .from = c->state, .to = str_c(to) }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

st fraud_withdrawn_nt(struct cx *cx, int64_t order)
{
    struct fraud_check_of_row c;
    st found = fraud_check_of(CX_DB(cx), CX_ARENA(cx), &(struct fraud_check_of_in){ .order = order }, &c);
    if (found == ST_NOT_FOUND)
        return ST_OK;
    TRY(found);
    return str_eq(c.state, S("review")) || str_eq(c.state, S("asked")) ? move(cx, &c, "withdrawn") : ST_OK;
}

/* ---- commands -------------------------------------------------------------------------------------------------------- */

static st find(struct cx *cx, uid order, struct fraud_order_row *o, struct fraud_check_of_row *c)
{
    TRY(fraud_order(CX_DB(cx), CX_ARENA(cx), &(struct fraud_order_in){ .uid = order }, o));
    if (cx->actor.kind == ACTOR_CUSTOMER && o->person_id != cx->actor.person)
        return ST_NOT_FOUND; /* somebody else's is as good as none */
    return fraud_check_of(CX_DB(cx), CX_ARENA(cx), &(struct fraud_check_of_in){ .order = o->id }, c);
}

static st seal(struct cx *cx, enum column_id col, enum point point, enum source source, int64_t person, uid row, str plain,
               const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){ .col = col, .point = point, .source = source, .person = person,
                                                         .row = row }, plain, out);
}

/* The program refused it; a person shall look. */
static st ask_for(struct cx *cx, int64_t order, int64_t person, const struct fraud_check_of_row *c, enum point point, str note)
{
    int64_t changed = 0;
    struct fraud_check_ask_in ask = { .id = c->id, .at = cx->gate.now };
    if (!str_eq(c->state, S("refused"))) {
        cx->message = "fraud.cannot_ask";
        return ST_CONFLICT;
    }
    TRY(seal(cx, COL_fraud_check_note, point, SOURCE_PERSON, person, c->uid, note, &ask.note));
    TRY(fraud_check_ask(CX_DB(cx), &ask, &changed));
    if (changed != 1)
        return ST_CONFLICT;
    TRY(mail_queue_nt(cx, MAIL_order_review, person, order, S("asked")));
    return cx_event_nt(cx, EVENT_FRAUD_ASKED, "orders", order, S(""));
}

/* LAW: UK GDPR art 22C(2)(b) and (c): whoever was refused by the program may say something, and a person looks. */
st cmd_fraud_ask_human(struct cx *cx, const struct fraud_ask_human_in *in, struct fraud_ask_human_out *out)
{
    (void)out;
    struct fraud_order_row o;
    struct fraud_check_of_row c;
    str note = str_trim(in->note);
    TRY(find(cx, in->order, &o, &c));
    if (str_eq(c.state, S("refused")) && !utf8_printable(note, true))
        return cx_invalid(cx, "note", "err.characters");
    return ask_for(cx, o.id, o.person_id, &c, POINT_ORDER, note);
}

st fraud_ask_nt(struct cx *cx, int64_t order, bool *asked)
{
    struct fraud_check_of_row c;
    st found = fraud_check_of(CX_DB(cx), CX_ARENA(cx), &(struct fraud_check_of_in){ .order = order }, &c);
    *asked = found == ST_OK && str_eq(c.state, S("refused"));
    if (found == ST_NOT_FOUND || !*asked)
        return found == ST_NOT_FOUND ? ST_OK : found;
    return ask_for(cx, order, c.person_id, &c, POINT_ORDER, S(""));
}

static st record(struct cx *cx, const struct fraud_decide_in *in, const struct fraud_check_of_row *c)
{
    struct fraud_decision_add_row row;
    struct fraud_decision_add_in add = { .uid = rnd_uid(), .check = c->id, .accepted = in->accept, .at = cx->gate.now,
                                         .by = cx->actor.person, .has_by = cx->actor.person != 0 };
    TRY(seal(cx, COL_fraud_decision_reason, POINT_STAFF, SOURCE_STAFF, c->person_id, add.uid, str_trim(in->reason), &add.reason));
    return fraud_decision_add(CX_DB(cx), CX_ARENA(cx), &add, &row);
}

/* A person may also take back what a person declined, but not what was accepted: that order may be paid by now. */
static bool open_to(str state, bool accept)
{
    bool waits = str_eq(state, S("review")) || str_eq(state, S("asked")) || str_eq(state, S("refused"));
    return waits || (accept && str_eq(state, S("declined")));
}

st cmd_fraud_decide(struct cx *cx, const struct fraud_decide_in *in, struct fraud_decide_out *out)
{
    (void)out;
    struct fraud_order_row o;
    struct fraud_check_of_row c;
    str reason = str_trim(in->reason);
    if (str_empty(reason))
        return cx_invalid(cx, "reason", "err.required");
    if (!utf8_printable(reason, true))
        return cx_invalid(cx, "reason", "err.characters");
    TRY(find(cx, in->order, &o, &c));
    if (!open_to(c.state, in->accept)) {
        cx->message = "fraud.decided_before";
        return ST_CONFLICT;
    }
    TRY(record(cx, in, &c));
    TRY(move(cx, &c, in->accept ? "approved" : "declined"));
    TRY(in->accept ? order_release_nt(cx, o.id) : order_decline_nt(cx, o.id));
    return cx_event_nt(cx, EVENT_FRAUD_DECIDED, "orders", o.id, in->accept ? S("accepted") : S("declined"));
}
