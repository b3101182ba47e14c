/* Changing the plan: which plans there are, what the change costs, and doing it. */
#include "change.h"
#include "clock.h"
#include "codec.h"
#include "money.h"
#include "rhythm_page_sql.h"
#include "rhythm_web.h"
#include "str.h"

#define WAYS_TEXT 4096

static st with_vat(money net, int32_t rate_bp, money *gross)
{
    money vat;
    TRY(money_vat(net, rate_bp, &vat));
    return money_add(net, vat, gross);
}

/* Plans that this service could really be changed to, with what a period of each costs: what is to be paid, as in the shop. */
static st plans_of(struct rq *rq, const struct rhythm_case *c, int32_t rate_bp, struct v_change_row_list *out)
{
    struct rhythm_page_ways_rows rows;
    TRY(rhythm_page_ways(rq->db, rq->arena, &(struct rhythm_page_ways_in){ .from = c->s.product_id }, &rows));
    struct v_change_row *v = NEWN(rq->arena, struct v_change_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    *out = (struct v_change_row_list){ v, 0 };
    for (size_t i = 0; i < rows.n; i++) {
        struct quote q;
        struct quote_ask ask = { .product = rows.v[i].id, .cycle = c->s.cycle, .currency = c->s.currency, .options = S(""),
                                 .quantity = 1 };
        st s = catalogue_quote(rq->db, rq->arena, &ask, &q);
        if (s == ST_NOT_FOUND || s == ST_WITHDRAWN || (s == ST_OK && !str_eq(q.module, c->s.module)))
            continue;
        TRY(s);
        struct v_change_row *r = &v[out->n++];
        *r = (struct v_change_row){ .id = rows.v[i].uid, .name = rows.v[i].name, .summary = rows.v[i].summary };
        TRY(with_vat(q.unit, rate_bp, &r->price));
    }
    return ST_OK;
}

static st fill_sum(struct rq *rq, const struct rhythm_change *x, uid plan, struct v_service_change_show *v)
{
    v->chosen = true;
    v->plan = plan;
    v->name = x->to.name;
    v->left = x->left;
    v->whole = x->whole;
    v->part = x->part;
    v->unused = x->unused;
    v->pays = x->now.minor > 0;
    v->now = money_of(v->pays ? x->now.minor : -x->now.minor, x->c.s.currency);
    v->vat_now = money_of(v->pays ? x->vat.minor : -x->vat.minor, x->c.s.currency);
    v->gross = money_of(v->pays ? x->gross.minor : -x->gross.minor, x->c.s.currency);
    v->now_seen = str_fmt(rq->arena, "%lld", (long long)x->now.minor);
    v->next_seen = str_fmt(rq->arena, "%lld", (long long)x->to.unit.minor);
    return with_vat(x->to.unit, x->rate_bp, &v->next);
}

static st sum_of(struct rq *rq, int64_t service, struct v_service_change_show *v)
{
    uid plan;
    const char *message;
    const struct form_value *asked = rq->form ? rq_value(rq, "plan") : NULL;
    struct rhythm_change *x = NEW(rq->arena, struct rhythm_change);
    if (!asked || str_empty(asked->value) || uid_parse(asked->value, &plan) != ST_OK)
        plan = (uid){ { 0 } };
    if (!x)
        return ST_NO_MEMORY;
    st s = rhythm_change_read(rq->db, rq->arena, rq->config, service, plan, date_london(rq->now), x, &message);
    if (s == ST_CONFLICT)
        v->refusal = text_named(rq->language, str_c(message));
    else if (s == ST_OK)
        return fill_sum(rq, x, plan, v);
    else if (s != ST_NOT_FOUND && s != ST_WITHDRAWN)
        return s;
    return ST_OK;
}

st page_service_change(struct rq *rq)
{
    const struct rhythm_page_own_row *s = rq->object;
    struct rhythm_case *c = NEW(rq->arena, struct rhythm_case);
    if (!c)
        return ST_NO_MEMORY;
    TRY(rhythm_case_read(rq->db, rq->arena, rq->config, s->id, date_london(rq->now), c));
    struct v_service_change_show v = { .id = s->uid, .product = s->product_name, .until = c->s.next_due_on, .refusal = S(""),
                                       .csrf = rq->csrf };
    int32_t rate_bp;
    TRY(rhythm_rate(rq->db, rq->arena, c, &rate_bp));
    v.taxed = rate_bp > 0;
    v.vat = rate_bp;
    TRY(plans_of(rq, c, rate_bp, &v.rows));
    TRY(sum_of(rq, s->id, &v));
    return show_service_change_show(rq, 200, &v);
}

static st changed(struct rq *rq, st result, const void *out)
{
    const struct rhythm_change_out *answer = out;
    TRY(result);
    return rq_redirect(rq, answer->payable ? url_invoice_show(rq->arena, answer->invoice)
                                           : url_service_show(rq->arena, rq_uid(rq, "id")));
}

st page_service_change_do(struct rq *rq)
{
    struct rhythm_change_in in = { .service = rq_uid(rq, "id") };
    if (uid_parse(rq_value(rq, "plan")->value, &in.product) != ST_OK ||
        decimal_parse(rq_value(rq, "now")->value, 0, &in.now) != ST_OK ||
        decimal_parse(rq_value(rq, "next")->value, 0, &in.next) != ST_OK)
        return ST_BAD_REQUEST;
    return rq_command(rq, CMD_RHYTHM_CHANGE, &in, changed);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_service_show(rq->arena, rq_uid(rq, "id")));
}

st page_service_unchange(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_UNCHANGE, &(struct rhythm_unchange_in){ .service = rq_uid(rq, "id") }, back);
}

/* ---- staff: which ways there are, and prices for services that run ------------------------------------------------- */

st rhythm_ways_text(struct rq *rq, int64_t product, str *out)
{
    struct rhythm_page_slugs_rows rows;
    struct out o;
    TRY(rhythm_page_slugs(rq->db, rq->arena, &(struct rhythm_page_slugs_in){ .from = product }, &rows));
    out_init(&o, rq->arena, WAYS_TEXT);
    for (size_t i = 0; i < rows.n; i++) {
        out_str(&o, i ? S("\n") : S(""));
        out_str(&o, rows.v[i].slug);
    }
    *out = out_view(&o);
    return out_st(&o);
}

static st back_to_product(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_staff_product(rq->arena, rq_uid(rq, "id")));
}

st page_staff_ways_save(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_WAYS,
                      &(struct rhythm_ways_in){ .product = rq_uid(rq, "id"), .slugs = rq_value(rq, "slugs")->value },
                      back_to_product);
}

st page_staff_announce(struct rq *rq)
{
    return rq_command(rq, CMD_RHYTHM_ANNOUNCE, &(struct rhythm_announce_in){ .product = rq_uid(rq, "id") }, back_to_product);
}
