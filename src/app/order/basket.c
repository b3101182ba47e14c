/* Baskets: what somebody is about to order. */
#include "basket_sql.h"
#include "codec.h"
#include "money.h"
#include "order.h"
#include "order_lines.h"
#include "rnd.h"
#include "stock.h"
#include "str.h"

#define QUANTITY_MOST 99

/* ---- changing -------------------------------------------------------------------------------------------------- */

/* The person's basket in the person's currency. Lines seen in another one are priced afresh. */
static st open_basket(struct cx *cx, int64_t *basket, str *currency)
{
    struct basket_person_row p;
    TRY(basket_person(CX_DB(cx), CX_ARENA(cx), &(struct basket_person_in){ .person = cx->actor.person }, &p));
    struct basket_of_row old;
    st s = basket_of(CX_DB(cx), CX_ARENA(cx), &(struct basket_of_in){ .person = cx->actor.person }, &old);
    if (s == ST_OK && !basket_kept(&cx->gate, old.changed_at))
        s = order_empty_basket_nt(cx, old.id); /* what had its time does not come back with what is put in now */
    TRY(s == ST_NOT_FOUND ? ST_OK : s);
    struct basket_open_row b;
    TRY(basket_open(CX_DB(cx), CX_ARENA(cx), &(struct basket_open_in){
        .uid = rnd_uid(), .person = cx->actor.person, .currency = p.currency, .at = cx->gate.now }, &b));
    *basket = b.id;
    *currency = p.currency;
    return ST_OK;
}

/* All lines as they cost now: what is seen after this change. */
static st reprice(struct cx *cx, int64_t basket, str currency)
{
    struct basket_lines_rows rows;
    TRY(basket_lines(CX_DB(cx), CX_ARENA(cx), &(struct basket_lines_in){ .basket = basket }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct quote q;
        st s = catalogue_quote(CX_DB(cx), CX_ARENA(cx), &(struct quote_ask){
            .product = rows.v[i].product_id, .cycle = rows.v[i].cycle, .currency = currency,
            .options = rows.v[i].options, .quantity = rows.v[i].quantity }, &q);
        if (s == ST_OK)
            TRY(basket_line_set(CX_DB(cx), &(struct basket_line_set_in){
                .id = rows.v[i].id, .quantity = rows.v[i].quantity, .net_seen = q.net.minor }, NULL));
        else if (s != ST_WITHDRAWN && s != ST_NOT_FOUND && s != ST_INVALID)
            return s;
    }
    return basket_set_currency(CX_DB(cx), &(struct basket_set_currency_in){ .id = basket, .currency = currency }, NULL);
}

/* A name belongs to one service: two web spaces cannot be set up under the same one. */
static st check_name(struct cx *cx, const struct quote *q, str typed, int64_t quantity, str *hostname)
{
    *hostname = S("");
    if (str_eq(q->asks_for, S("nothing")))
        return str_empty(str_trim(typed)) ? ST_OK : cx_invalid(cx, "hostname", "err.not_asked");
    if (str_empty(str_trim(typed)))
        return cx_invalid(cx, "hostname", "err.required");
    if (quantity != 1)
        return cx_invalid(cx, "quantity", "err.one_per_name");
    st s = hostname_clean(CX_ARENA(cx), typed, hostname);
    return s == ST_INVALID ? cx_invalid(cx, "hostname", "err.hostname") : s;
}

static st quote_item(struct cx *cx, const struct basket_item *item, str currency, struct quote *q)
{
    st s = catalogue_quote(CX_DB(cx), CX_ARENA(cx), &(struct quote_ask){
        .product_uid = item->product, .cycle = item->cycle, .currency = currency, .options = item->options,
        .quantity = item->quantity }, q);
    if (s == ST_INVALID)
        return cx_invalid(cx, "option1", "err.option");
    if (s == ST_NOT_FOUND) /* no such product, or none at that price */
        return cx_invalid(cx, "cycle", "err.cycle");
    return s;
}

/* What would not be sold anyway is not put into the basket. Who may have how many is said there. */
static st check_stock(struct cx *cx, const struct quote *q, int64_t quantity)
{
    if (q->limited && q->stock < quantity)
        return cx_invalid(cx, "quantity", q->stock == 0 ? "err.sold_out" : "err.few_left");
    return q->max_order > 0 && quantity > q->max_order ? cx_invalid(cx, "quantity", "err.too_many") : ST_OK;
}

/* A free trial is what people expect where one is offered; they can start without in the basket. */
static st begins_free(struct cx *cx, const struct quote *q, int64_t quantity, bool *trial)
{
    bool had = false;
    *trial = stock_trial_days(&cx->gate, q, quantity) > 0;
    if (*trial)
        TRY(stock_trial_had(&cx->gate, cx->actor.person, q->product, &had));
    *trial = *trial && !had;
    return ST_OK;
}

st cmd_basket_add(struct cx *cx, const struct basket_add_in *in, struct basket_add_out *out)
{
    (void)out;
    if (in->item.n != 1)
        return cx_invalid(cx, "product", "err.required");
    const struct basket_item *item = &in->item.v[0];
    if (item->quantity < 1 || item->quantity > QUANTITY_MOST)
        return cx_invalid(cx, "quantity", "err.number");
    int64_t basket;
    str currency, hostname;
    TRY(open_basket(cx, &basket, &currency));
    struct basket_count_row count;
    TRY(basket_count(CX_DB(cx), CX_ARENA(cx), &(struct basket_count_in){ .basket = basket }, &count));
    if (count.lines >= BASKET_LINES)
        return cx_invalid(cx, "product", "err.basket_full");
    struct quote q;
    TRY(quote_item(cx, item, currency, &q));
    TRY(check_stock(cx, &q, item->quantity));
    TRY(check_name(cx, &q, item->hostname, item->quantity, &hostname));
    struct basket_line_add_in add = { .uid = rnd_uid(), .basket = basket, .product = q.product, .cycle = item->cycle,
                                      .quantity = item->quantity, .options = q.options, .net_seen = q.net.minor };
    TRY(begins_free(cx, &q, item->quantity, &add.trial));
    if (!str_empty(hostname))
        TRY(gate_collect_nt(&cx->gate, &(struct collect){
            .col = COL_basket_line_hostname, .point = POINT_CHECKOUT, .source = SOURCE_PERSON,
            .person = cx->actor.person, .row = add.uid }, hostname, &add.hostname));
    TRY(basket_line_add(CX_DB(cx), &add, NULL));
    TRY(reprice(cx, basket, currency));
    return cx_event_nt(cx, EVENT_BASKET_CHANGED, "basket", basket, S("add"));
}

st cmd_basket_quantity(struct cx *cx, const struct basket_quantity_in *in, struct basket_quantity_out *out)
{
    (void)out;
    if (in->quantity < 0 || in->quantity > QUANTITY_MOST)
        return cx_invalid(cx, "quantity", "err.number");
    struct basket_line_of_row l;
    TRY(basket_line_of(CX_DB(cx), CX_ARENA(cx), &(struct basket_line_of_in){
        .uid = in->line, .person = cx->actor.person }, &l));
    int64_t basket;
    str currency;
    TRY(open_basket(cx, &basket, &currency));
    if (in->quantity == 0) {
        TRY(basket_line_drop(CX_DB(cx), &(struct basket_line_drop_in){ .id = l.id }, NULL));
    } else {
        struct quote q;
        TRY(catalogue_quote(CX_DB(cx), CX_ARENA(cx), &(struct quote_ask){
            .product = l.product_id, .cycle = l.cycle, .currency = currency, .options = l.options,
            .quantity = in->quantity }, &q));
        if (in->quantity != 1 && !str_eq(q.asks_for, S("nothing")))
            return cx_invalid(cx, "quantity", "err.one_per_name");
        TRY(basket_line_set(CX_DB(cx), &(struct basket_line_set_in){
            .id = l.id, .quantity = in->quantity, .net_seen = q.net.minor }, NULL));
    }
    TRY(reprice(cx, basket, currency));
    return cx_event_nt(cx, EVENT_BASKET_CHANGED, "basket", basket, S("quantity"));
}

st cmd_basket_trial(struct cx *cx, const struct basket_trial_in *in, struct basket_trial_out *out)
{
    (void)out;
    struct basket_line_of_row l;
    int64_t basket;
    str currency;
    TRY(basket_line_of(CX_DB(cx), CX_ARENA(cx), &(struct basket_line_of_in){
        .uid = in->line, .person = cx->actor.person }, &l));
    TRY(open_basket(cx, &basket, &currency));
    TRY(basket_line_set_trial(CX_DB(cx), &(struct basket_line_set_trial_in){ .id = l.id, .trial = in->trial }, NULL));
    return cx_event_nt(cx, EVENT_BASKET_CHANGED, "basket", basket, S("trial"));
}

st cmd_basket_clear(struct cx *cx, const struct basket_clear_in *in, struct basket_clear_out *out)
{
    (void)in;
    (void)out;
    struct basket_of_row b;
    st s = basket_of(CX_DB(cx), CX_ARENA(cx), &(struct basket_of_in){ .person = cx->actor.person }, &b);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    TRY(order_empty_basket_nt(cx, b.id));
    return cx_event_nt(cx, EVENT_BASKET_CHANGED, "basket", b.id, S("clear"));
}

st order_empty_basket_nt(struct cx *cx, int64_t basket)
{
    TRY(coupon_forget_nt(cx, basket));
    return basket_empty(CX_DB(cx), &(struct basket_empty_in){ .basket = basket }, NULL);
}
