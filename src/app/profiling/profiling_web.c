/* The customer's page of what is concluded about them, the staff's of a customer, and the buttons of both. */
#include "profiling.h"

#include "money.h"
#include "page.h"
#include "profiling_html.h"
#include "profiling_sql.h"
#include "str.h"

/* A segment in words; one that the rules do not have any more by its name. */
static str words_of(str segment)
{
    const struct profiling_rule *r = profiling_segment(profiling_rules_here(), segment);
    return r ? r->customer : segment;
}

static st conclusion_of(struct rq *rq, const struct profiling_view *p, struct v_conclusion *out)
{
    struct v_conclusion_reason *v = NEWN(rq->arena, struct v_conclusion_reason, p->n_reasons + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->n_reasons; i++)
        v[i] = (struct v_conclusion_reason){ .amount = money_of(p->reasons[i].amount, str_c(p->limit.cur)),
                                             .counts = p->reasons[i].amount != 0, .words = p->reasons[i].words };
    *out = (struct v_conclusion){ .made = p->made, .words = words_of(p->segment), .limit = p->limit, .at = p->at, .said = p->said,
                                  .why = p->why, .said_at = p->said_at, .reasons = { v, p->n_reasons } };
    return ST_OK;
}

static st looks_of(struct rq *rq, const struct profiling_view *p, struct v_conclusion_look_list *out)
{
    struct v_conclusion_look *v = NEWN(rq->arena, struct v_conclusion_look, p->n_looks + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < p->n_looks; i++)
        v[i] = (struct v_conclusion_look){ p->looks[i].slug, p->looks[i].name, p->looks[i].times, p->looks[i].on };
    *out = (struct v_conclusion_look_list){ v, p->n_looks };
    return ST_OK;
}

static st bills_of(struct rq *rq, struct v_conclusion_bill_list *out)
{
    struct profiling_bills bills;
    TRY(profiling_payable_later(&rq->gate, rq->actor.person, &bills));
    struct v_conclusion_bill *v = NEWN(rq->arena, struct v_conclusion_bill, bills.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < bills.n; i++)
        v[i] = (struct v_conclusion_bill){ bills.v[i].uid, bills.v[i].due, bills.v[i].due_on };
    *out = (struct v_conclusion_bill_list){ v, bills.n };
    return ST_OK;
}

st page_conclusions(struct rq *rq)
{
    struct profiling_view p;
    bool allowed;
    if (!gate_clause(&rq->gate, CLAUSE_S11))
        return ST_NOT_FOUND;
    struct v_conclusions_show v = { .csrf = rq->csrf, .days = PROFILING_LATER_DAYS,
                                    .browsing_offered = gate_clause(&rq->gate, CLAUSE_S11A) };
    TRY(profiling_allowed(&rq->gate, rq->actor.person, &allowed));
    v.stopped = !allowed;
    if (allowed) {
        TRY(profiling_view(&rq->gate, rq->actor.person, PURPOSE_PROFILE, &p));
        TRY(conclusion_of(rq, &p, &v.c));
        TRY(looks_of(rq, &p, &v.looks));
        TRY(bills_of(rq, &v.bills));
        TRY(profiling_browsing(&rq->gate, rq->actor.person, &v.browsing));
    }
    return show_conclusions_show(rq, 200, &v);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_conclusions(rq->arena));
}

static bool on(struct rq *rq)
{
    return str_eq(rq_value(rq, "on")->value, S("yes"));
}

st page_conclusions_browsing(struct rq *rq)
{
    return rq_command(rq, CMD_PROFILING_BROWSING, &(struct profiling_browsing_in){ .on = on(rq) }, back);
}

st page_conclusions_stop(struct rq *rq)
{
    return rq_command(rq, CMD_PROFILING_STOP, &(struct profiling_stop_in){ .on = on(rq) }, back);
}

st page_conclusions_later(struct rq *rq)
{
    return rq_command(rq, CMD_PROFILING_LATER, &(struct profiling_later_in){ .invoice = rq_value(rq, "invoice")->id }, back);
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

st guard_profiling_person(struct rq *rq)
{
    struct profiling_by_uid_row *row = NEW(rq->arena, struct profiling_by_uid_row);
    rq->object = row;
    return row ? profiling_by_uid(rq->db, rq->arena, &(struct profiling_by_uid_in){ .uid = rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

static st segments_of(struct rq *rq, struct tpl_strs *out)
{
    const struct profiling_rules *r = profiling_rules_here();
    str *v = NEWN(rq->arena, str, PROFILING_RULES_MOST);
    size_t n = 0;
    if (!v || !r)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < r->n; i++)
        if (!r->v[i].limit)
            v[n++] = str_fmt(rq->arena, "%.*s: %.*s", STR_ARG(r->v[i].name), STR_ARG(r->v[i].customer));
    *out = (struct tpl_strs){ v, n };
    return ST_OK;
}

st page_staff_conclusions(struct rq *rq)
{
    const struct profiling_by_uid_row *p = rq->object;
    struct profiling_view view;
    bool allowed;
    if (!gate_clause(&rq->gate, CLAUSE_S11))
        return ST_NOT_FOUND;
    struct v_staff_conclusions v = { .id = p->uid, .f = web_form(rq, FORM_STAFF_CONCLUSION) };
    if (!v.f)
        return ST_NO_MEMORY;
    TRY(profiling_allowed(&rq->gate, p->id, &allowed));
    v.stopped = !allowed;
    if (allowed) {
        TRY(profiling_view(&rq->gate, p->id, PURPOSE_SUPPORT, &view));
        TRY(conclusion_of(rq, &view, &v.c));
    }
    TRY(segments_of(rq, &v.segments));
    return show_staff_conclusions(rq, 200, &v);
}

static st staff_back(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_conclusions(rq->arena, rq_uid(rq, "id")));
}

st page_staff_conclusions_say(struct rq *rq)
{
    const struct profiling_by_uid_row *p = rq->object;
    struct profiling_overrule_in in = { .person = p->uid, .segment = rq_value(rq, "segment")->value, .limit = -1,
                                        .reason = rq_value(rq, "reason")->value };
    str typed = rq_value(rq, "limit")->value;
    money limit;
    if (!str_empty(typed)) {
        if (money_parse(typed, p->currency, &limit) != ST_OK || limit.minor < 0) {
            rq_field_error(rq, "limit", "err.money");
            return ST_INVALID;
        }
        in.limit = limit.minor;
    }
    return rq_command(rq, CMD_PROFILING_OVERRULE, &in, staff_back);
}
