/* Pages: what happens next, cancelling, and what staff decide. */
#include "rhythm_web.h"

#include "change.h"
#include "clock.h"
#include "money.h"
#include "page.h"
#include "rhythm_page_sql.h"
#include "staff.h"
#include "str.h"
#include "tpl.h"
#include "view.h"

static bool set(date d)
{
    return d.days != DATE_NONE.days;
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

/* Customers who owe nothing are not shown what would follow if they did not pay. */
static bool shown(const struct rhythm_step *s, bool staff, date today)
{
    bool harmless = s->kind == RHYTHM_RENEW || s->kind == RHYTHM_DUE || s->kind == RHYTHM_COLLECT;
    if (s->kind == RHYTHM_DUE && s->on.days < today.days)
        return false;
    return s->kind != RHYTHM_PARK && (staff || !s->conditional || harmless);
}

static st view_next(struct rq *rq, const struct rhythm_case *c, bool staff, struct v_rhythm_row_list *out)
{
    struct v_rhythm_row *v = NEWN(rq->arena, struct v_rhythm_row, c->plan.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    *out = (struct v_rhythm_row_list){ v, 0 };
    for (size_t i = 0; i < c->plan.n; i++)
        if (shown(&c->plan.v[i], staff, c->today))
            v[out->n++] = (struct v_rhythm_row){ .on = c->plan.v[i].on, .what = rhythm_step_what(rq->language, &c->plan.v[i]),
                                                 .why = c->plan.v[i].kind == RHYTHM_DUE
                                                            ? S("") /* it says so itself */
                                                            : rhythm_step_why(rq->arena, rq->language, &c->plan.v[i]) };
    return ST_OK;
}

/* Keys of acts begin with the day on which the period begins; what else is in them is for the program. */
static str period_words(struct rq *rq, str key)
{
    date from;
    if (date_parse(str_sub(key, 0, 10), &from) != ST_OK)
        return S("");
    const struct text_arg args[] = { { "date", tpl_date_str(rq->arena, from) } };
    return text_fill(rq->arena, rq->language, TXT_RHYTHM_PERIOD, args, COUNT(args));
}

static st view_past(struct rq *rq, const struct rhythm_case *c, struct v_rhythm_row_list *out)
{
    struct rhythm_acts_of_rows rows;
    TRY(rhythm_acts_of(rq->db, rq->arena, &(struct rhythm_acts_of_in){ .kind = S("service"), .subject = c->s.id }, &rows));
    struct v_rhythm_row *v = NEWN(rq->arena, struct v_rhythm_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_rhythm_row){ .on = rows.v[i].done_on, .why = period_words(rq, rows.v[i].period),
            .what = text_named(rq->language, str_cat(rq->arena, S("rhythm.did."), rows.v[i].act)) };
    *out = (struct v_rhythm_row_list){ v, rows.n };
    return ST_OK;
}

st rhythm_view(struct rq *rq, int64_t service, bool staff, struct v_rhythm_view *v)
{
    struct rhythm_case *c = NEW(rq->arena, struct rhythm_case);
    if (!c)
        return ST_NO_MEMORY;
    TRY(rhythm_case_read(rq->db, rq->arena, rq->config, service, date_london(rq->now), c));
    bool over = c->facts.state == RHYTHM_OVER, cancelled = set(c->s.cancel_on) && !over;
    *v = (struct v_rhythm_view){
        .recurs = c->facts.months > 0 && !over, .price = money_of(c->s.unit_net, c->s.currency), .cancelled = cancelled,
        .ends = c->s.cancel_on, .cancellable = !over && !set(c->s.cancel_on), .invoiced = c->facts.bill.open && !over,
        .invoice = c->bill.uid, .new_price = money_of(c->s.has_new_net ? c->s.new_net : 0, c->s.currency),
        .new_from = c->s.new_from, .parked_on = c->s.parked_on, .hold = c->s.hold_until,
        .hold_reason = c->s.hold_reason.p ? c->s.hold_reason : S(""),
        .changeable = c->facts.months > 0 && c->facts.state == RHYTHM_ACTIVE && !cancelled && !set(c->facts.change_until),
        .change_until = set(c->facts.change_until) ? date_add_days(c->facts.change_until, -1) : DATE_NONE,
        .change_invoice = c->change.uid,
        .parked = c->s.parked.p ? text_named(rq->language, c->s.parked) : S("") };
    int32_t rate_bp;
    money vat;
    TRY(rhythm_rate(rq->db, rq->arena, c, &rate_bp));
    TRY(money_vat(v->price, rate_bp, &vat));
    TRY(money_add(v->price, vat, &v->gross));
    v->taxed = vat.minor > 0;
    TRY(view_next(rq, c, staff, &v->next));
    return staff ? view_past(rq, c, &v->past) : ST_OK;
}

/* ---- the customer ------------------------------------------------------------------------------------------------ */

st guard_rhythm_own(struct rq *rq)
{
    struct rhythm_page_own_row *row = NEW(rq->arena, struct rhythm_page_own_row);
    rq->object = row;
    return row ? rhythm_page_own(rq->db, rq->arena,
                                 &(struct rhythm_page_own_in){ .uid = rq_uid(rq, "id"), .person = rq->actor.person }, row)
               : ST_NO_MEMORY;
}

static st back_to_service(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_service_show(rq->arena, rq_uid(rq, "id")));
}

st page_service_cancel(struct rq *rq)
{
    const struct rhythm_page_own_row *s = rq->object;
    struct rhythm_case *c = NEW(rq->arena, struct rhythm_case);
    if (!c)
        return ST_NO_MEMORY;
    TRY(rhythm_case_read(rq->db, rq->arena, rq->config, s->id, date_london(rq->now), c));
    struct form_view *f = web_form(rq, FORM_SERVICE_CANCEL);
    if (!f)
        return ST_NO_MEMORY;
    struct v_service_cancel_show v = { .id = s->uid, .product = s->product_name, .ends = rhythm_period_end(c),
                                       .recurs = c->facts.months > 0, .f = f };
    web_form_fill(f, "when", S("end"));
    return show_service_cancel_show(rq, 200, &v);
}

st page_service_cancel_do(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_CANCEL,
                      &(struct rhythm_cancel_in){ .service = rq_uid(rq, "id"),
                          .at_once = str_eq(rq_value(rq, "when")->value, S("now")), .reason = rq_value(rq, "reason")->value },
                      back_to_service);
}

st page_service_keep(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_KEEP, &(struct rhythm_keep_in){ .service = rq_uid(rq, "id") }, back_to_service);
}

/* ---- staff ------------------------------------------------------------------------------------------------------- */

static st back_to_staff(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_service(rq->arena, rq_uid(rq, "id")));
}

st page_staff_rhythm_cancel(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_CANCEL,
                      &(struct rhythm_cancel_in){ .service = rq_uid(rq, "id"), .reason = S(""),
                          .at_once = str_eq(rq_value(rq, "when")->value, S("now")) },
                      back_to_staff);
}

st page_staff_rhythm_keep(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_KEEP, &(struct rhythm_keep_in){ .service = rq_uid(rq, "id") }, back_to_staff);
}

st page_staff_rhythm_hold(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_HOLD,
                      &(struct rhythm_hold_in){ .service = rq_uid(rq, "id"), .until = rq_value(rq, "until")->value,
                                                .reason = rq_value(rq, "reason")->value },
                      back_to_staff);
}

st page_staff_rhythm_resume(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_RESUME,
                      &(struct rhythm_resume_in){ .service = rq_uid(rq, "id"), .how = rq_value(rq, "how")->value }, back_to_staff);
}

st page_staff_rhythm(struct rq *rq)
{
    struct rhythm_page_parked_rows rows;
    struct rhythm_page_due_row due;
    TRY(rhythm_page_parked(rq->db, rq->arena, &(struct rhythm_page_parked_in){ .before = staff_before(rq) }, &rows));
    TRY(rhythm_page_due(rq->db, rq->arena, &(struct rhythm_page_due_in){ .today = date_london(rq->now) }, &due));
    struct v_rhythm_parked_row *v = NEWN(rq->arena, struct v_rhythm_parked_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rhythm_page_parked_row *r = &rows.v[i];
        v[i] = (struct v_rhythm_parked_row){ .id = r->uid, .product = r->product_name, .person = r->person_uid,
                                             .why = text_named(rq->language, r->parked), .since = r->parked_on };
        TRY(staff_open(rq, COL_person_full_name, r->person_uid, r->full_name, &v[i].name));
    }
    return show_staff_rhythm_list(rq, 200,
                                  &(struct v_staff_rhythm_list){ .rows = { v, rows.n }, .due = due.n,
                                      .next = rows.more ? rows.v[rows.n - 1].service_id : 0 });
}
