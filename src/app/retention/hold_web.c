/* Pages of staff: legal holds. */
#include "clock.h"
#include "codec.h"
#include "hold_sql.h"
#include "page.h"
#include "retention.h"
#include "retention_html.h"
#include "str.h"

#include <string.h>

st guard_hold_person(struct rq *rq)
{
    struct hold_person_row *row = NEW(rq->arena, struct hold_person_row);
    rq->object = row;
    return row ? hold_person(rq->db, rq->arena, &(struct hold_person_in){ rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

st guard_hold(struct rq *rq)
{
    struct hold_by_uid_row *row = NEW(rq->arena, struct hold_by_uid_row);
    rq->object = row;
    return row ? hold_by_uid(rq->db, rq->arena, &(struct hold_by_uid_in){ rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

/* A name for staff; empty when the person has gone. */
static st name_of(struct rq *rq, uid row, const struct sealed *name, str *out)
{
    st s = gate_use(&rq->gate, COL_person_full_name, PURPOSE_SUPPORT, row, name, out);
    if (s == ST_SEALED)
        *out = S("");
    return s == ST_SEALED ? ST_OK : s;
}

static str number_of(struct rq *rq, str row)
{
    uid id;
    if (!row.p || row.n != sizeof id.b)
        return S("");
    memcpy(id.b, row.p, sizeof id.b);
    return uid_str(rq->arena, id);
}

static st row_of(struct rq *rq, const struct hold_live_row *h, struct v_hold_row *out)
{
    *out = (struct v_hold_row){ .id = h->uid, .what = h->what, .row = number_of(rq, h->row_uid), .review_on = h->review_on,
                                .set_at = h->set_at, .person = h->person_uid,
                                .due = h->review_on.days <= date_london(rq->now).days };
    TRY(gate_use(&rq->gate, COL_legal_hold_reason, PURPOSE_RECORDS, h->uid, h->reason, &out->reason));
    TRY(name_of(rq, h->person_uid, h->full_name, &out->name));
    return name_of(rq, h->owner_uid, h->owner_name, &out->owner);
}

st page_staff_holds(struct rq *rq)
{
    struct hold_live_rows rows;
    struct v_holds_page v = { 0 };
    TRY(hold_live(rq->db, rq->arena, &(struct hold_live_in){ .after_on = { 0 } }, &rows));
    struct v_hold_row *r = NEWN(rq->arena, struct v_hold_row, rows.n + 1);
    if (!r)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_of(rq, &rows.v[i], &r[i]));
    v.rows = (struct v_hold_row_list){ r, rows.n };
    v.more = rows.more;
    return show_holds_page(rq, 200, &v);
}

st page_staff_hold(struct rq *rq)
{
    const struct hold_by_uid_row *h = rq->object;
    struct form_view *f = web_form(rq, FORM_HOLD_REVIEW);
    if (!f)
        return ST_NO_MEMORY;
    struct v_hold_page v = { .id = h->uid, .what = h->what, .row = number_of(rq, h->row_uid), .review_on = h->review_on,
                             .set_at = h->set_at, .person = h->person_uid, .lifted = h->lifted_at.s != UTC_NONE.s, .f = f,
                             .csrf = rq->csrf, .idem = rq_idem(rq), .due = h->review_on.days <= date_london(rq->now).days };
    st s = gate_use(&rq->gate, COL_legal_hold_reason, PURPOSE_RECORDS, h->uid, h->reason, &v.reason);
    if (s != ST_OK && s != ST_SEALED)
        return s;
    TRY(name_of(rq, h->person_uid, h->full_name, &v.name));
    TRY(name_of(rq, h->owner_uid, h->owner_name, &v.owner));
    return show_hold_page(rq, 200, &v);
}

st page_staff_hold_new(struct rq *rq)
{
    const struct hold_person_row *p = rq->object;
    struct form_view *f = web_form(rq, FORM_HOLD);
    struct v_hold_new v = { .id = p->uid, .f = f };
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "what", S("person"));
    TRY(name_of(rq, p->uid, p->full_name, &v.name));
    return show_hold_new(rq, 200, &v);
}

static st to_holds(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_holds(rq->arena));
}

st page_staff_hold_set(struct rq *rq)
{
    struct hold_set_in in = { .person = rq_uid(rq, "id"), .what = rq_value(rq, "what")->value, .row = rq_value(rq, "row")->id,
                              .reason = rq_value(rq, "reason")->value, .review_on = rq_value(rq, "review_on")->value };
    return rq_command(rq, CMD_HOLD_SET, &in, to_holds);
}

st page_staff_hold_review(struct rq *rq)
{
    struct hold_review_in in = { .hold = rq_uid(rq, "id"), .review_on = rq_value(rq, "review_on")->value };
    return rq_command(rq, CMD_HOLD_REVIEW, &in, to_holds);
}

st page_staff_hold_lift(struct rq *rq)
{
    return rq_command(rq, CMD_HOLD_LIFT, &(struct hold_lift_in){ .hold = rq_uid(rq, "id") }, to_holds);
}
