/* One order, one invoice, one service, with everything that is needed to decide about it. */
#include "rhythm_web.h"
#include "codec.h"
#include "money.h"
#include "page.h"
#include "staff.h"
#include "staff_sql.h"
#include "str.h"
#include "text.h"

#define ROWS(rq, type, list, count)                                 \
    type *list##_v = NEWN((rq)->arena, type, (count) + 1);          \
    if (!list##_v)                                                  \
        return ST_NO_MEMORY

/* ---- guards: staff may see every customer's things, so being there is all that is asked */

#define GUARD(name, statement)                                                                                    \
    st guard_##name(struct rq *rq)                                                                                \
    {                                                                                                             \
        struct statement##_row *row = NEW(rq->arena, struct statement##_row);                                     \
        rq->object = row;                                                                                         \
        return row ? statement(rq->db, rq->arena, &(struct statement##_in){ .uid = rq_uid(rq, "id") }, row)       \
                   : ST_NO_MEMORY;                                                                                \
    }
GUARD(staff_order, staff_order_get)
GUARD(staff_invoice, staff_invoice_get)
GUARD(staff_review, staff_review_get)
GUARD(staff_service, staff_service_get)
GUARD(staff_job, staff_job_get)

/* ---- an order */

static st order_lines(struct rq *rq, const struct staff_order_get_row *o, struct v_staff_line_row_list *out)
{
    struct staff_order_lines_rows rows;
    TRY(staff_order_lines(rq->db, rq->arena, &(struct staff_order_lines_in){ .parent = o->id }, &rows));
    ROWS(rq, struct v_staff_line_row, lines, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct staff_order_lines_row *r = &rows.v[i];
        lines_v[i] = (struct v_staff_line_row){
            .product = r->product_name,
            .cycle = text_named(rq->language, str_cat(rq->arena, S("field.cycle."), r->cycle)),
            .quantity = r->quantity,
            .options = r->options,
            .unit = money_of(r->unit_net, o->currency),
            .setup = money_of(r->setup_net, o->currency),
            .net = money_of(r->net, o->currency),
            .off = money_of(r->discount_net, o->currency),
        };
        TRY(staff_open(rq, COL_order_line_hostname, r->uid, r->hostname, &lines_v[i].hostname));
    }
    *out = (struct v_staff_line_row_list){ lines_v, rows.n };
    return ST_OK;
}

static st evidence_of(struct rq *rq, int64_t decision, struct v_staff_evidence_row_list *out)
{
    struct staff_decision_evidence_rows rows;
    TRY(staff_decision_evidence(rq->db, rq->arena, &(struct staff_decision_evidence_in){ .parent = decision }, &rows));
    ROWS(rq, struct v_staff_evidence_row, items, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct staff_decision_evidence_row *r = &rows.v[i];
        items_v[i] = (struct v_staff_evidence_row){
            .kind = r->kind, .provider = r->provider, .territory = r->territory, .outcome = r->outcome,
            .source = r->source_version, .at = r->observed_at,
        };
        TRY(staff_open_for(rq, PURPOSE_PLACE, COL_vat_evidence_value, r->uid, r->value, &items_v[i].value));
    }
    *out = (struct v_staff_evidence_row_list){ items_v, rows.n };
    return ST_OK;
}

static st decisions_of(struct rq *rq, int64_t order, struct v_staff_decision_row_list *out)
{
    struct staff_order_decisions_rows rows;
    TRY(staff_order_decisions(rq->db, rq->arena, &(struct staff_order_decisions_in){ .parent = order }, &rows));
    ROWS(rq, struct v_staff_decision_row, made, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct staff_order_decisions_row *r = &rows.v[i];
        made_v[i] = (struct v_staff_decision_row){
            .status = r->status, .territory = r->territory, .treatment = r->treatment, .rate = r->rate_bp,
            .rated = r->has_rate_bp, .note = r->note, .reasons = r->reasons, .at = r->decided_at,
        };
        TRY(evidence_of(rq, r->id, &made_v[i].evidence));
    }
    *out = (struct v_staff_decision_row_list){ made_v, rows.n };
    return ST_OK;
}

static st invoices_of(struct rq *rq, const struct staff_order_get_row *o, struct v_staff_order *v)
{
    struct staff_invoice_of_order_rows rows;
    TRY(staff_invoice_of_order(rq->db, rq->arena, &(struct staff_invoice_of_order_in){ .parent = o->id }, &rows));
    ROWS(rq, struct v_staff_invoice_row, bills, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        bills_v[i] = (struct v_staff_invoice_row){
            .id = rows.v[i].uid, .status = rows.v[i].status, .number = rows.v[i].number,
            .gross = money_of(rows.v[i].gross, rows.v[i].currency), .at = o->placed_at, .name = v->name, .person = o->person_uid,
        };
    v->invoices = (struct v_staff_invoice_row_list){ bills_v, rows.n };
    return ST_OK;
}

st page_staff_order(struct rq *rq)
{
    const struct staff_order_get_row *o = rq->object;
    struct v_staff_order v = {
        .id = o->uid,
        .status = o->status,
        .at = o->placed_at,
        .person = o->person_uid,
        .kind = o->customer_type,
        .net = money_of(o->net, o->currency),
        .vat = money_of(o->vat, o->currency),
        .gross = money_of(o->gross, o->currency),
        .statement = str_sub(hex_fmt(rq->arena, o->statement_hash.p, o->statement_hash.n), 0, 16),
        .cancellable = str_eq(o->status, S("pending")),
        .check = web_form(rq, FORM_STAFF_VAT),
        .csrf = rq->csrf,
        .screened = o->check_state.p != NULL,
        .check_id = o->check_uid,
        .check_state = o->check_state.p ? o->check_state : S("accepted"),
    };
    TRY(staff_open(rq, COL_person_full_name, o->person_uid, o->full_name, &v.name));
    TRY(staff_open_for(rq, PURPOSE_FRAUD, COL_orders_ip, o->uid, o->ip, &v.ip)); /* kept for that alone */
    TRY(staff_open_for(rq, PURPOSE_BILLING, COL_orders_reference, o->uid, o->reference, &v.reference));
    TRY(order_lines(rq, o, &v.lines));
    TRY(decisions_of(rq, o->id, &v.decisions));
    TRY(invoices_of(rq, o, &v));
    TRY(staff_events(rq, "orders", o->id, &v.events));
    v.waits_for_vat = v.cancellable && v.decisions.n && str_eq(v.decisions.v[0].status, S("pending"));
    return v.check ? show_staff_order(rq, 200, &v) : ST_NO_MEMORY;
}

/* ---- a service */

static st jobs_of(struct rq *rq, const struct staff_service_get_row *s, struct v_staff_job_row_list *out)
{
    struct staff_jobs_of_service_rows rows;
    TRY(staff_jobs_of_service(rq->db, rq->arena, &(struct staff_jobs_of_service_in){ s->person_id, s->id }, &rows));
    ROWS(rq, struct v_staff_job_row, jobs, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct staff_jobs_of_service_row *r = &rows.v[i];
        jobs_v[i] = (struct v_staff_job_row){
            .id = r->uid, .state = r->state, .kind = r->kind, .attempts = r->attempts, .next = r->next_at,
            .trouble = r->last_error, .at = r->created_at, .retry = str_eq(r->state, S("dead")) || str_eq(r->state, S("queued")),
        };
    }
    *out = (struct v_staff_job_row_list){ jobs_v, rows.n };
    return ST_OK;
}

st page_staff_service(struct rq *rq)
{
    const struct staff_service_get_row *s = rq->object;
    struct v_staff_service v = {
        .id = s->uid, .status = s->status, .product = s->product_name, .module = s->module, .package = s->package,
        .person = s->person_uid, .reference = s->remote_ref, .measured = s->has_usage_bytes, .used = s->usage_bytes,
        .used_at = s->usage_at, .problem = s->problem, .due = s->next_due_on, .since = s->created_at,
        .cycle = text_named(rq->language, str_cat(rq->arena, S("field.cycle."), s->cycle)),
        .f = web_form(rq, FORM_STAFF_SERVICE_ACT), .csrf = rq->csrf,
        .ended = str_eq(s->status, S("terminated")) || str_eq(s->status, S("cancelled")),
    };
    TRY(staff_open(rq, COL_person_full_name, s->person_uid, s->full_name, &v.name));
    TRY(staff_open(rq, COL_service_hostname, s->uid, s->hostname, &v.hostname));
    TRY(staff_open(rq, COL_service_username, s->uid, s->username, &v.username));
    TRY(staff_open(rq, COL_service_address, s->uid, s->address, &v.address));
    TRY(jobs_of(rq, s, &v.jobs));
    TRY(rhythm_view(rq, s->id, true, &v.rhythm));
    TRY(staff_events(rq, "service", s->id, &v.events));
    v.hold = web_form(rq, FORM_STAFF_HOLD);
    return v.f && v.hold ? show_staff_service(rq, 200, &v) : ST_NO_MEMORY;
}
