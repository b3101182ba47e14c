/* The basket's pages. */
#include "basket_html.h"
#include "order.h"
#include "order_web.h"
#include "page.h"

static str state_word(st s)
{
    return s == ST_OK ? S("ok") : s == ST_WITHDRAWN ? S("withdrawn") : s == ST_NOT_FOUND ? S("no_price") : S("invalid");
}

st order_web_basket(struct rq *rq, struct basket_view *basket, struct v_basket_line_list *lines, struct v_totals *total)
{
    *basket = (struct basket_view){ .currency = rq->currency, .net = money_of(0, rq->currency) };
    if (rq->actor.kind == ACTOR_VISITOR || rq->actor.kind == ACTOR_CUSTOMER)
        if (rq->actor.person != 0)
            TRY(basket_view(&rq->gate, rq->actor.person, basket));
    struct v_basket_line *v = NEWN(rq->arena, struct v_basket_line, basket->n + 1);
    if (!v)
        return ST_NO_MEMORY;
    int32_t rate;
    str currency = basket->n > 0 ? basket->currency : rq->currency;
    money zero = money_of(0, currency), vat = zero;
    *total = (struct v_totals){ .net = zero, .vat = zero, .gross = zero };
    total->with_vat = catalogue_shown_vat(rq->config, date_london(rq->now), &rate);
    total->vat_rate = rate;
    for (size_t i = 0; i < basket->n; i++) {
        const struct basket_view_line *l = &basket->v[i];
        bool ok = l->state == ST_OK;
        v[i] = (struct v_basket_line){
            .id = l->uid, .slug = l->quote.slug, .name = l->quote.name, .options = ok ? l->quote.option_text : S(""),
            .hostname = l->hostname, .quantity = l->quantity, .cycle = l->cycle, .unit = ok ? l->quote.unit : zero,
            .setup = ok ? l->quote.setup : zero, .net = ok ? l->quote.net : zero, .state = state_word(l->state),
            .price_changed = l->price_changed, .was = ok ? l->was : zero };
        TRY(money_vat(v[i].net, rate, &vat));
        TRY(money_add(total->net, v[i].net, &total->net));
        TRY(money_add(total->vat, vat, &total->vat));
    }
    *lines = (struct v_basket_line_list){ v, basket->n };
    return money_add(total->net, total->vat, &total->gross);
}

st page_basket(struct rq *rq)
{
    struct basket_view basket;
    struct v_basket_show v = { .csrf = rq->csrf };
    TRY(order_web_basket(rq, &basket, &v.lines, &v.total));
    v.orderable = basket.orderable;
    return show_basket_show(rq, 200, &v);
}

static st to_basket(struct rq *rq, st result, const void *out)
{
    (void)out;
    TRY(result);
    return rq_redirect(rq, url_basket(rq->arena));
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
