/* The basket's pages. */
#include "basket_html.h"
#include "order.h"
#include "order_web.h"
#include "page.h"
#include "statement.h"
#include "text.h"

static str state_word(const struct basket_view_line *l)
{
    st s = l->state;
    if (s == ST_LIMIT)
        return str_c(l->trouble);
    return s == ST_OK ? S("ok") : s == ST_WITHDRAWN ? S("withdrawn") : s == ST_NOT_FOUND ? S("no_price") : S("invalid");
}

/* The codes that were entered, each with what it takes off or why it does not. */
static st codes_of(struct rq *rq, const struct basket_view *basket, struct v_basket_code_list *out)
{
    struct v_basket_code *v = NEWN(rq->arena, struct v_basket_code, basket->coupons.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < basket->coupons.n; i++) {
        const struct coupon_given *g = &basket->coupons.v[i];
        v[i] = (struct v_basket_code){ .id = g->uid, .code = g->code, .label = g->label,
                                       .state = str_c(coupon_state_word(g->state)), .off = money_of(g->off, basket->currency),
                                       .wants = money_of(g->wants, basket->currency), .periods = g->periods,
                                       .later = money_of(g->off_later, basket->currency) };
    }
    *out = (struct v_basket_code_list){ v, basket->coupons.n };
    return ST_OK;
}

/* What is due after a trial is shown as people will pay it: with VAT. */
static struct v_basket_line line_of(struct rq *rq, const struct basket_view_line *l, money zero, int32_t rate)
{
    bool ok = l->state == ST_OK;
    date from = date_add_days(date_london(rq->now), (int32_t)l->trial_days);
    return (struct v_basket_line){
        .id = l->uid, .slug = l->quote.slug, .name = l->quote.name, .options = ok ? l->quote.option_text : S(""),
        .hostname = l->hostname, .quantity = l->quantity, .cycle = l->cycle, .unit = ok ? l->quote.unit : zero,
        .setup = ok ? l->quote.setup : zero, .net = ok ? l->due : zero, .off = ok ? l->off : zero,
        .state = state_word(l), .price_changed = l->price_changed, .was = ok ? l->was : zero,
        .trial_offered = ok && l->trial_offered, .trial_had = ok && l->trial_had, .trial_days = ok ? l->trial_days : 0,
        .days_offered = l->quote.trial_days, .later = ok ? catalogue_shown(l->later, rate) : zero,
        .until = date_add_days(from, -1), .from = from, .left = l->left,
        .full = ok && l->lasting.minor != l->later.minor ? catalogue_shown(l->lasting, rate) : zero,
        .every = text_named(rq->language, str_cat(rq->arena, S("cycle.per."), l->cycle)) };
}

static st add_line(struct v_totals *t, const struct v_basket_line *l, int32_t rate)
{
    money vat;
    TRY(money_vat(l->net, rate, &vat)); /* of what is left after discounts */
    TRY(money_add(t->net, l->net, &t->net));
    TRY(money_add(t->off, l->off, &t->off));
    return money_add(t->vat, vat, &t->vat);
}

st order_web_basket(struct rq *rq, struct order_web_lines *out)
{
    struct basket_view *basket = &out->view;
    *basket = (struct basket_view){ .currency = rq->currency, .net = money_of(0, rq->currency) };
    if (rq->actor.kind == ACTOR_VISITOR || rq->actor.kind == ACTOR_CUSTOMER)
        if (rq->actor.person != 0)
            TRY(basket_view(&rq->gate, rq->actor.person, basket));
    struct v_basket_line *v = NEWN(rq->arena, struct v_basket_line, basket->n + 1);
    if (!v)
        return ST_NO_MEMORY;
    int32_t rate;
    money zero = money_of(0, basket->n > 0 ? basket->currency : rq->currency);
    struct v_totals *total = &out->total;
    *total = (struct v_totals){ .net = zero, .off = zero, .vat = zero, .gross = zero };
    total->with_vat = catalogue_shown_vat(rq->config, date_london(rq->now), &rate);
    total->vat_rate = rate;
    for (size_t i = 0; i < basket->n; i++) {
        v[i] = line_of(rq, &basket->v[i], zero, rate);
        TRY(add_line(total, &v[i], rate));
    }
    out->lines = (struct v_basket_line_list){ v, basket->n };
    TRY(codes_of(rq, basket, &out->codes));
    return money_add(total->net, total->vat, &total->gross);
}

static st show(struct rq *rq, int status, str notice)
{
    struct order_web_lines all;
    struct v_basket_show v = { .csrf = rq->csrf, .notice = notice, .code = web_form(rq, FORM_BASKET_COUPON) };
    if (!v.code)
        return ST_NO_MEMORY;
    TRY(order_web_basket(rq, &all));
    v.lines = all.lines;
    v.codes = all.codes;
    v.total = all.total;
    v.orderable = all.view.orderable;
    v.expired = all.view.expired;
    date today = date_london(rq->now), end = statement_basket_end(rq->gate.statement, COL_basket_line_hostname, today);
    v.kept_days = end.days == DATE_NONE.days ? 0 : end.days - today.days;
    return show_basket_show(rq, status, &v);
}

st page_basket(struct rq *rq)
{
    return show(rq, 200, S(""));
}

st order_web_refused(struct rq *rq, st why)
{
    return show(rq, st_info(why)->http, rq_refusal(rq, why));
}

static st to_basket(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_basket(rq->arena));
}

st page_basket_trial(struct rq *rq)
{
    struct basket_trial_in in = { .line = rq->values[FORM_BASKET_TRIAL_LINE].id,
                                  .trial = str_eq(rq->values[FORM_BASKET_TRIAL_TRIAL].value, S("yes")) };
    return rq_command(rq, CMD_BASKET_TRIAL, &in, to_basket);
}

st page_basket_add(struct rq *rq)
{
    static const int fields[] = { FORM_BASKET_ADD_OPTION1, FORM_BASKET_ADD_OPTION2,
        FORM_BASKET_ADD_OPTION3, FORM_BASKET_ADD_OPTION4, FORM_BASKET_ADD_OPTION5, FORM_BASKET_ADD_OPTION6 };
    const struct form_value *f = rq->values;
    struct basket_item item = { .product = f[FORM_BASKET_ADD_PRODUCT].id, .cycle = f[FORM_BASKET_ADD_CYCLE].value,
                                .quantity = f[FORM_BASKET_ADD_QUANTITY].number, .options = S(""),
                                .hostname = f[FORM_BASKET_ADD_HOSTNAME].value };
    for (size_t i = 0; i < COUNT(fields); i++)
        if (!str_empty(f[fields[i]].value))
            item.options = str_fmt(rq->arena, "%.*s%s%.*s", STR_ARG(item.options), item.options.n ? "," : "",
                                   STR_ARG(f[fields[i]].value));
    struct basket_add_in in = { .item = { &item, 1 } };
    return rq_command(rq, CMD_BASKET_ADD, &in, to_basket);
}

st page_basket_update(struct rq *rq)
{
    struct basket_quantity_in in = { .line = rq->values[FORM_BASKET_UPDATE_LINE].id,
                                     .quantity = rq->values[FORM_BASKET_UPDATE_QUANTITY].number };
    return rq_command(rq, CMD_BASKET_QUANTITY, &in, to_basket);
}
