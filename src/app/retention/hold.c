/* Legal holds: a person decides that something is kept longer, says why, and looks at it again. Two holds on one thing are two:
 * it is kept until both are lifted. */
#include "disposing.h"

#include "clock.h"
#include "codec.h"
#include "hold_sql.h"
#include "mail.h"
#include "retention.h"
#include "rnd.h"
#include "str.h"

#define REVIEW_MOST_DAYS 366 /* a hold is looked at again within a year */

static st row_of(struct cx *cx, const struct hold_set_in *in, int64_t person)
{
    struct hold_row_order_row o;
    struct hold_row_invoice_row i;
    struct hold_row_service_row s;
    if (str_eq(in->what, S("person")))
        return ST_OK;
    if (str_eq(in->what, S("order")))
        return hold_row_order(CX_DB(cx), CX_ARENA(cx), &(struct hold_row_order_in){ in->row, person }, &o);
    if (str_eq(in->what, S("invoice")))
        return hold_row_invoice(CX_DB(cx), CX_ARENA(cx), &(struct hold_row_invoice_in){ in->row, person }, &i);
    if (str_eq(in->what, S("service")))
        return hold_row_service(CX_DB(cx), CX_ARENA(cx), &(struct hold_row_service_in){ in->row, person }, &s);
    return cx_invalid(cx, "what", "err.choice");
}

static st review_day(struct cx *cx, str text, date *day)
{
    date today = date_london(cx->gate.now);
    if (date_parse(text, day) != ST_OK)
        return cx_invalid(cx, "review_on", "err.date");
    if (day->days <= today.days || day->days > today.days + REVIEW_MOST_DAYS)
        return cx_invalid(cx, "review_on", "hold.review_range");
    return ST_OK;
}

st cmd_hold_set(struct cx *cx, const struct hold_set_in *in, struct hold_set_out *out)
{
    struct hold_person_row person;
    struct hold_add_row row;
    struct hold_add_in add = { .uid = rnd_uid(), .what = in->what, .owner = cx->actor.person, .at = cx->gate.now };
    TRY(hold_person(CX_DB(cx), CX_ARENA(cx), &(struct hold_person_in){ in->person }, &person));
    TRY(review_day(cx, in->review_on, &add.review_on));
    st found = row_of(cx, in, person.id);
    if (found == ST_NOT_FOUND)
        return cx_invalid(cx, "row", "hold.no_row");
    TRY(found);
    add.person = person.id;
    if (!str_eq(in->what, S("person")))
        add.row = (str){ (const char *)in->row.b, sizeof in->row.b };
    TRY(gate_collect_nt(&cx->gate, &(struct collect){ .col = COL_legal_hold_reason, .point = POINT_STAFF, .source = SOURCE_STAFF,
        .person = person.id, .row = add.uid }, in->reason, &add.reason));
    TRY(hold_add(CX_DB(cx), CX_ARENA(cx), &add, &row));
    out->hold = add.uid;
    return cx_event_nt(cx, EVENT_RETENTION_HELD, "legal_hold", row.id, in->what);
}

/* Lifting what was lifted is no mistake; the first time counts. */
st cmd_hold_lift(struct cx *cx, const struct hold_lift_in *in, struct hold_lift_out *out)
{
    struct hold_by_uid_row h;
    int64_t changed = 0;
    (void)out;
    TRY(hold_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct hold_by_uid_in){ in->hold }, &h));
    TRY(hold_end(CX_DB(cx), &(struct hold_end_in){ .id = h.id, .at = cx->gate.now, .by = cx->actor.person }, &changed));
    return changed ? cx_event_nt(cx, EVENT_RETENTION_RELEASED, "legal_hold", h.id, S("")) : ST_OK;
}

st cmd_hold_review(struct cx *cx, const struct hold_review_in *in, struct hold_review_out *out)
{
    struct hold_by_uid_row h;
    date day;
    int64_t changed = 0;
    (void)out;
    TRY(hold_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct hold_by_uid_in){ in->hold }, &h));
    TRY(review_day(cx, in->review_on, &day));
    TRY(hold_review_on(CX_DB(cx), &(struct hold_review_on_in){ .id = h.id, .review_on = day }, &changed));
    return changed ? cx_event_nt(cx, EVENT_RETENTION_HELD, "legal_hold", h.id, S("reviewed")) : ST_CONFLICT;
}

/* Who answers for a hold hears of it on its day, once. */
st hold_remind_nt(struct cx *cx)
{
    struct hold_to_remind_rows rows;
    date today = date_london(cx->gate.now);
    TRY(hold_to_remind(CX_DB(cx), CX_ARENA(cx), &(struct hold_to_remind_in){ today }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        str occasion = date_iso(CX_ARENA(cx), rows.v[i].review_on);
        TRY(mail_queue_nt(cx, MAIL_hold_review, rows.v[i].owner_id, rows.v[i].id, occasion));
        TRY(hold_reminded(CX_DB(cx), &(struct hold_reminded_in){ .id = rows.v[i].id, .day = today }, NULL));
        TRY(cx_event_nt(cx, EVENT_RETENTION_REMINDED, "legal_hold", rows.v[i].id, S("")));
    }
    return ST_OK;
}
