/* Orders for those who placed them: the list, and one with what has happened and what comes next. */
#include "codec.h"
#include "coupon.h"
#include "money.h"
#include "order_html.h"
#include "order_page_sql.h"
#include "order_web.h"
#include "str.h"
#include "text.h"
#include "web.h"

#define STEPS 6
#define REASONS_MAX 16

st page_orders(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    struct order_page_list_rows rows;
    TRY(order_page_list(rq->db, rq->arena,
                        &(struct order_page_list_in){
                            .person = rq->actor.person,
                            .before = before && before->number > 0 ? before->number : INT64_MAX,
                        },
                        &rows));
    struct v_order_row *list = NEWN(rq->arena, struct v_order_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct v_order_row){
            .id = rows.v[i].uid, .placed = rows.v[i].placed_at, .what = rows.v[i].what,
            .gross = money_of(rows.v[i].gross, rows.v[i].currency), .status = rows.v[i].status,
        };
    return show_orders_list(rq, 200,
                            &(struct v_orders_list){
                                .rows = { list, rows.n }, .before = rows.more ? rows.v[rows.n - 1].id : 0,
                            });
}

st guard_order_own(struct rq *rq)
{
    struct order_page_get_row *row = NEW(rq->arena, struct order_page_get_row);
    rq->object = row;
    return row ? order_page_get(rq->db, rq->arena,
                                &(struct order_page_get_in){ .uid = rq_uid(rq, "id"), .person = rq->actor.person }, row)
               : ST_NO_MEMORY;
}

/* What one is due for the first period after its trial, net: a trial is of one. */
static st after_trial(struct rq *rq, const struct order_page_lines_row *l, str currency, struct v_order_show_line *v)
{
    struct coupon_later period = { .order_line = l->id, .unit = 1, .period = 1, .net = money_of(l->unit_net, currency) };
    money off;
    v->later = v->full = money_of(0, currency);
    if (l->trial_days == 0)
        return ST_OK;
    TRY(coupon_later(rq->db, rq->arena, &period, &off));
    TRY(money_sub(period.net, off, &v->later));
    period.period = INT64_MAX; /* when every discount that ends has ended */
    TRY(coupon_later(rq->db, rq->arena, &period, &off));
    TRY(money_sub(period.net, off, &v->full));
    v->full.minor = v->full.minor == v->later.minor ? 0 : v->full.minor;
    return ST_OK;
}

static st lines_of(struct rq *rq, const struct order_page_get_row *o, struct v_order_show_line_list *out)
{
    struct order_page_lines_rows rows;
    TRY(order_page_lines(rq->db, rq->arena, &(struct order_page_lines_in){ .parent = o->id }, &rows));
    struct v_order_show_line *v = NEWN(rq->arena, struct v_order_show_line, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct order_page_lines_row *l = &rows.v[i];
        v[i] = (struct v_order_show_line){
            .name = l->product_name, .options = l->options, .quantity = l->quantity, .cycle = l->cycle,
            .net = money_of(l->net, o->currency), .setup = money_of(l->setup_net, o->currency),
            .off = money_of(l->discount_net, o->currency), .trial_days = l->trial_days,
            .every = text_named(rq->language, str_cat(rq->arena, S("cycle.per."), l->cycle)),
        };
        TRY(after_trial(rq, l, o->currency, &v[i]));
        TRY(gate_use(&rq->gate, COL_order_line_hostname, PURPOSE_CONTRACT, l->uid, l->hostname, &v[i].hostname));
    }
    *out = (struct v_order_show_line_list){ v, rows.n };
    return ST_OK;
}

static st vat_of(struct rq *rq, const struct order_page_get_row *o, struct v_order_show *v)
{
    struct order_page_decisions_rows rows;
    TRY(order_page_decisions(rq->db, rq->arena, &(struct order_page_decisions_in){ .parent = o->id }, &rows));
    v->vat_status = S("none");
    if (rows.n == 0)
        return ST_OK;
    str rest = rows.v[0].reasons, line, *reasons = NEWN(rq->arena, str, REASONS_MAX);
    size_t n = 0;
    if (!reasons)
        return ST_NO_MEMORY;
    while (n < REASONS_MAX && str_next(&rest, '\n', &line))
        if (!str_empty(line))
            reasons[n++] = line;
    v->vat_status = rows.v[0].status;
    v->vat_reasons = (struct tpl_strs){ reasons, n };
    return ST_OK;
}

/* ---- what has happened, and what comes next */

static struct v_order_show_step step(struct rq *rq, const char *state, enum text_key title, enum text_key words, utc at)
{
    return (struct v_order_show_step){ str_c(state), text_get(rq->language, title), text_get(rq->language, words), at };
}

struct progress {
    bool cancelled, refused, held, decided, paid;
    utc paid_at, ready_at;
    size_t services, active, troubled;
};

static st progress_of(struct rq *rq, const struct order_page_get_row *o, struct v_order_show *v, struct progress *p)
{
    struct order_page_invoices_rows invoices;
    struct order_page_services_rows services;
    TRY(order_page_invoices(rq->db, rq->arena, &(struct order_page_invoices_in){ .parent = o->id }, &invoices));
    TRY(order_page_services(rq->db, rq->arena, &(struct order_page_services_in){ .parent = o->id }, &services));
    *p = (struct progress){ .cancelled = str_eq(o->status, S("cancelled")), .refused = str_eq(o->status, S("fraud")),
                            .held = str_eq(v->check.state, S("review")) || str_eq(v->check.state, S("asked")),
                            .paid_at = UTC_NONE, .ready_at = UTC_NONE };
    if (invoices.n) {
        v->invoice = invoices.v[0].uid;
        p->decided = !str_eq(invoices.v[0].treatment, S("pending"));
        p->paid = !str_eq(invoices.v[0].status, S("unpaid")) && !str_eq(invoices.v[0].status, S("cancelled"));
        p->paid_at = invoices.v[0].paid_at;
        v->payable = str_eq(invoices.v[0].status, S("unpaid")) && p->decided && !p->cancelled && !p->held;
    }
    p->services = services.n;
    for (size_t i = 0; i < services.n; i++) {
        p->active += str_eq(services.v[i].status, S("active"));
        p->troubled += !str_empty(services.v[i].problem);
        p->ready_at = services.v[i].activated_at;
    }
    return ST_OK;
}

static void steps_of(struct rq *rq, const struct order_page_get_row *o, const struct progress *p, struct v_order_show_step *steps,
                     size_t *n)
{
    *n = 0;
    steps[(*n)++] = step(rq, "done", TXT_ORDER_STEP_PLACED, TXT_ORDER_STEP_PLACED_TEXT, o->placed_at);
    if (p->cancelled) {
        steps[(*n)++] = step(rq, "failed", TXT_ORDER_STEP_CANCELLED, TXT_ORDER_STEP_CANCELLED_TEXT, UTC_NONE);
        return;
    }
    if (p->held)
        steps[(*n)++] = step(rq, "now", TXT_ORDER_STEP_LOOK, TXT_ORDER_STEP_LOOK_TEXT, UTC_NONE);
    if (p->refused && !p->held) {
        steps[(*n)++] = step(rq, "failed", TXT_ORDER_STEP_REFUSED, TXT_ORDER_STEP_REFUSED_TEXT, UTC_NONE);
        return;
    }
    if (p->paid)
        steps[(*n)++] = step(rq, "done", TXT_ORDER_STEP_PAID, TXT_ORDER_STEP_PAID_TEXT, p->paid_at);
    else
        steps[(*n)++] = step(rq, p->decided && !p->held ? "now" : "later", TXT_ORDER_STEP_PAY, TXT_ORDER_STEP_PAY_TEXT, UTC_NONE);
    if (p->services && p->active == p->services)
        steps[(*n)++] = step(rq, "done", TXT_ORDER_STEP_READY, TXT_ORDER_STEP_READY_TEXT, p->ready_at);
    else if (p->troubled)
        steps[(*n)++] = step(rq, "failed", TXT_ORDER_STEP_TROUBLE, TXT_ORDER_STEP_TROUBLE_TEXT, UTC_NONE);
    else
        steps[(*n)++] = step(rq, p->paid ? "now" : "later", TXT_ORDER_STEP_SET_UP, TXT_ORDER_STEP_SET_UP_TEXT, UTC_NONE);
}

st page_order_show(struct rq *rq)
{
    const struct order_page_get_row *o = rq->object;
    struct v_order_show_step *steps = NEWN(rq->arena, struct v_order_show_step, STEPS);
    struct progress p;
    size_t n;
    struct v_order_show v = {
        .id = o->uid, .placed = o->placed_at, .status = o->status, .csrf = rq->csrf, .net = money_of(o->net, o->currency),
        .vat = money_of(o->vat, o->currency), .gross = money_of(o->gross, o->currency),
        .kept_until = date_add_days(date_london(o->placed_at), (int32_t)rq->config->shop.unpaid_days),
        .cancellable = str_eq(o->status, S("pending")),
        .statement_version = utc_iso(rq->arena, o->statement_at),
        .statement_hash = hex_fmt(rq->arena, o->statement_hash.p, o->statement_hash.n),
    };
    if (!steps)
        return ST_NO_MEMORY;
    TRY(gate_use(&rq->gate, COL_orders_reference, PURPOSE_CONTRACT, o->uid, o->reference, &v.reference));
    TRY(lines_of(rq, o, &v.lines));
    TRY(vat_of(rq, o, &v));
    TRY(order_web_check(rq, o->id, &v.check));
    if (v.check.decided.s != UTC_NONE.s) /* a person released it: the days count from then */
        v.kept_until = date_add_days(date_london(v.check.decided), (int32_t)rq->config->shop.unpaid_days);
    TRY(progress_of(rq, o, &v, &p));
    steps_of(rq, o, &p, steps, &n);
    v.steps = (struct v_order_show_step_list){ steps, n };
    v.cancellable = v.cancellable && !p.paid;
    v.waits = !p.cancelled && !p.refused && (!p.decided || (p.paid && p.active < p.services));
    return show_order_show(rq, 200, &v);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct order_page_get_row *o = rq->object;
    TRY(result);
    return rq_redirect(rq, url_order_show(rq->arena, o->uid));
}

st page_order_cancel(struct rq *rq)
{
    const struct order_page_get_row *o = rq->object;
    return rq_command(rq, CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = o->uid }, back);
}
