/* One order that was screened, with everything that is needed to decide about it on one page. Opened for the purpose "fraud". */
#include "fraud.h"
#include "fraud_html.h"
#include "fraud_page_sql.h"
#include "money.h"
#include "page.h"
#include "place.h"
#include "profile.h"
#include "staff.h"
#include "str.h"
#include "text.h"

#define RELATED_MOST 60

st guard_staff_check(struct rq *rq)
{
    struct fraud_page_get_row *row = NEW(rq->arena, struct fraud_page_get_row);
    rq->object = row;
    return row ? fraud_page_get(rq->db, rq->arena, &(struct fraud_page_get_in){ .uid = rq_uid(rq, "id") }, row) : ST_NO_MEMORY;
}

/* ---- who, and what was ordered --------------------------------------------------------------------------------------- */

static st who(struct rq *rq, const struct fraud_page_get_row *c, struct v_staff_check *v)
{
    struct profile p;
    st how = profile_get(&rq->gate, c->person_id, PURPOSE_FRAUD, &p, &v->email);
    if (how == ST_SEALED || how == ST_RESTRICTED) /* disposed of: the rest of the page still says what happened */
        return ST_OK;
    TRY(how);
    struct address a = { .line1 = p.address1, .line2 = p.address2, .city = p.city, .region = p.region, .postcode = p.postcode,
                         .country = p.country };
    struct address_lines lines = { .n = 0 };
    if (!str_empty(p.country))
        TRY(address_print(rq->arena, &a, S(""), &lines));
    str *printed = NEWN(rq->arena, str, lines.n + 1);
    if (!printed)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < lines.n; i++)
        printed[i] = lines.v[i];
    v->name = p.full_name;
    v->company = p.company;
    v->telephone = p.telephone;
    v->address = (struct tpl_strs){ printed, lines.n };
    return staff_open_for(rq, PURPOSE_FRAUD, COL_orders_ip, c->order_uid, c->ip, &v->ip);
}

static st lines_of(struct rq *rq, int64_t order, struct v_check_line_list *out)
{
    struct fraud_page_lines_rows rows;
    TRY(fraud_page_lines(rq->db, rq->arena, &(struct fraud_page_lines_in){ .order = order }, &rows));
    const struct fraud_page_get_row *c = rq->object;
    struct v_check_line *v = NEWN(rq->arena, struct v_check_line, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct fraud_page_lines_row *r = &rows.v[i];
        v[i] = (struct v_check_line){ .product = r->product_name, .options = r->options, .quantity = r->quantity,
                                      .cycle = text_named(rq->language, str_cat(rq->arena, S("field.cycle."), r->cycle)),
                                      .net = money_of(r->net, c->currency) };
        TRY(staff_open(rq, COL_order_line_hostname, r->uid, r->hostname, &v[i].hostname));
    }
    *out = (struct v_check_line_list){ v, rows.n };
    return ST_OK;
}

/* ---- what was seen --------------------------------------------------------------------------------------------------- */

/* The sentence for staff, when the rule is still one of ours; what the customer was told otherwise. */
static st reasons_of(struct rq *rq, str kept, struct v_check_reason_list *out)
{
    struct fraud_reason r;
    struct v_check_reason *v = NEWN(rq->arena, struct v_check_reason, FRAUD_RULES_MOST);
    size_t n = 0;
    if (!v || !fraud_rules_here())
        return ST_NO_MEMORY;
    while (n < FRAUD_RULES_MOST && fraud_reason_next(&kept, &r)) {
        const struct fraud_rule *rule = fraud_rule_find(fraud_rules_here(), r.rule);
        v[n++] = (struct v_check_reason){ r.rule, r.weight, rule ? rule->staff : r.words };
    }
    *out = (struct v_check_reason_list){ v, n };
    return ST_OK;
}

static st signals_of(struct rq *rq, str kept, struct v_check_signal_list *out)
{
    struct fraud_signals s;
    struct v_check_signal *v = NEWN(rq->arena, struct v_check_signal, FRAUD_SIGNALS_N);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    fraud_signals_parse(kept, &s);
    for (int i = 0; i < FRAUD_SIGNALS_N; i++)
        if (s.v[i] != 0)
            v[n++] = (struct v_check_signal){ str_c(fraud_signal_what((enum fraud_signal)i)), s.v[i] };
    *out = (struct v_check_signal_list){ v, n };
    return ST_OK;
}

static st evidence_of(struct rq *rq, int64_t order, struct v_check_evidence_list *out)
{
    struct fraud_page_evidence_rows rows;
    TRY(fraud_page_evidence(rq->db, rq->arena, &(struct fraud_page_evidence_in){ .order = order }, &rows));
    struct v_check_evidence *v = NEWN(rq->arena, struct v_check_evidence, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct fraud_page_evidence_row *r = &rows.v[i];
        v[i] = (struct v_check_evidence){ .kind = r->kind, .provider = r->provider, .territory = r->territory,
                                          .outcome = r->outcome };
        TRY(staff_open_for(rq, PURPOSE_FRAUD, COL_vat_evidence_value, r->uid, r->value, &v[i].value));
    }
    *out = (struct v_check_evidence_list){ v, rows.n };
    return ST_OK;
}

/* ---- what was before ------------------------------------------------------------------------------------------------- */

static st related_by(struct rq *rq, const struct fraud_page_traces_row *t, struct v_check_related *v, size_t *n)
{
    const struct fraud_page_get_row *c = rq->object;
    struct fraud_page_related_rows rows;
    TRY(fraud_page_related(rq->db, rq->arena,
                           &(struct fraud_page_related_in){ .kind = t->kind, .code = t->code, .order = c->order_id }, &rows));
    for (size_t i = 0; i < rows.n && *n < RELATED_MOST; i++) {
        const struct fraud_page_related_row *r = &rows.v[i];
        v[*n] = (struct v_check_related){ .kind = t->kind, .order = r->uid, .at = r->placed_at, .status = r->status,
                                          .gross = money_of(r->gross, r->currency), .person = r->person_uid };
        TRY(staff_open_for(rq, PURPOSE_FRAUD, COL_person_full_name, r->person_uid, r->full_name, &v[*n].name));
        ++*n;
    }
    return ST_OK;
}

static st related_of(struct rq *rq, int64_t order, struct v_check_related_list *out)
{
    struct fraud_page_traces_rows traces;
    struct v_check_related *v = NEWN(rq->arena, struct v_check_related, RELATED_MOST);
    size_t n = 0;
    TRY(fraud_page_traces(rq->db, rq->arena, &(struct fraud_page_traces_in){ .order = order }, &traces));
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < traces.n; i++)
        TRY(related_by(rq, &traces.v[i], v, &n));
    *out = (struct v_check_related_list){ v, n };
    return ST_OK;
}

static st payments_of(struct rq *rq, int64_t person, struct v_check_payment_list *out)
{
    struct fraud_page_payments_rows rows;
    TRY(fraud_page_payments(rq->db, rq->arena, &(struct fraud_page_payments_in){ .person = person }, &rows));
    struct v_check_payment *v = NEWN(rq->arena, struct v_check_payment, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        v[i] = (struct v_check_payment){ .at = rows.v[i].created_at, .gateway = rows.v[i].gateway, .reference = rows.v[i].reference,
            .status = text_named(rq->language, str_cat(rq->arena, S("status."), rows.v[i].status)),
            .card = rows.v[i].card_country, .amount = money_of(rows.v[i].amount, rows.v[i].currency) };
    *out = (struct v_check_payment_list){ v, rows.n };
    return ST_OK;
}

static st decisions_of(struct rq *rq, int64_t check, struct v_check_decision_list *out)
{
    struct fraud_page_decisions_rows rows;
    TRY(fraud_page_decisions(rq->db, rq->arena, &(struct fraud_page_decisions_in){ .check = check }, &rows));
    struct v_check_decision *v = NEWN(rq->arena, struct v_check_decision, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct fraud_page_decisions_row *r = &rows.v[i];
        v[i] = (struct v_check_decision){ .accepted = r->accepted, .at = r->decided_at };
        TRY(staff_open_for(rq, PURPOSE_FRAUD, COL_fraud_decision_reason, r->uid, r->reason, &v[i].reason));
        TRY(staff_open_for(rq, PURPOSE_ACCOUNT, COL_person_full_name, r->by_uid, r->by_name, &v[i].who));
    }
    *out = (struct v_check_decision_list){ v, rows.n };
    return ST_OK;
}

/* ---- the page -------------------------------------------------------------------------------------------------------- */

st page_staff_check(struct rq *rq)
{
    const struct fraud_page_get_row *c = rq->object;
    bool declined = str_eq(c->state, S("declined"));
    struct v_staff_check v = {
        .id = c->uid, .order = c->order_uid, .at = c->placed_at, .status = c->order_status, .state = c->state, .score = c->score,
        .review_from = c->review_from, .refuse_from = c->refuse_from, .rules = c->rules, .gross = money_of(c->gross, c->currency),
        .person = c->person_uid, .kind = c->customer_type, .since = c->created_at, .verified = c->email_verified_at.s != UTC_NONE.s,
        .asked = c->asked_at.s != UTC_NONE.s, .asked_at = c->asked_at, .overrule = declined, .f = web_form(rq, FORM_STAFF_CHECK),
        .open = declined || str_eq(c->state, S("review")) || str_eq(c->state, S("asked")) || str_eq(c->state, S("refused")),
    };
    if (!v.f)
        return ST_NO_MEMORY;
    TRY(who(rq, c, &v));
    TRY(staff_open_for(rq, PURPOSE_FRAUD, COL_fraud_check_note, c->uid, c->note, &v.note));
    TRY(lines_of(rq, c->order_id, &v.lines));
    TRY(reasons_of(rq, c->reasons, &v.reasons));
    TRY(signals_of(rq, c->signals, &v.signals));
    TRY(evidence_of(rq, c->order_id, &v.evidence));
    TRY(related_of(rq, c->order_id, &v.related));
    TRY(payments_of(rq, c->person_id, &v.payments));
    TRY(staff_orders_of(rq, c->person_id, &v.orders));
    TRY(decisions_of(rq, c->id, &v.decisions));
    return show_staff_check(rq, 200, &v);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct fraud_page_get_row *c = rq->object;
    TRY(result);
    return rq_redirect(rq, url_staff_check(rq->arena, c->uid));
}

st page_staff_check_decide(struct rq *rq)
{
    const struct fraud_page_get_row *c = rq->object;
    struct fraud_decide_in in = { .order = c->order_uid, .accept = str_eq(rq_value(rq, "decision")->value, S("accept")),
                                  .reason = rq_value(rq, "reason")->value };
    return rq_command(rq, CMD_FRAUD_DECIDE, &in, back);
}
