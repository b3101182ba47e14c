/* Baskets: what somebody is about to order. */
#include <sodium.h>
#include <string.h>

#include "basket_sql.h"
#include "clock.h"
#include "codec.h"
#include "money.h"
#include "order.h"
#include "order_lines.h"
#include "out.h"
#include "rnd.h"
#include "str.h"

#define QUANTITY_MOST 99

/* ---- looking --------------------------------------------------------------------------------------------------- */

static st view_line(struct gate *g, const struct basket_lines_row *r, str currency, bool comparable,
                    struct basket_view_line *out)
{
    *out = (struct basket_view_line){ .uid = r->uid, .quantity = r->quantity, .cycle = r->cycle };
    TRY(gate_use(g, COL_basket_line_hostname, PURPOSE_CONTRACT, r->uid, r->hostname, &out->hostname));
    out->state = catalogue_quote(g->db, g->arena, &(struct quote_ask){
        .product = r->product_id, .cycle = r->cycle, .currency = currency, .options = r->options,
        .quantity = r->quantity }, &out->quote);
    if (out->state == ST_OK) {
        out->price_changed = comparable && out->quote.net.minor != r->net_seen;
        out->was = money_of(r->net_seen, currency);
        return ST_OK;
    }
    bool theirs = out->state == ST_WITHDRAWN || out->state == ST_NOT_FOUND || out->state == ST_INVALID;
    out->quote = (struct quote){ .product = r->product_id, .product_uid = r->product_uid, .name = r->name, .slug = r->slug };
    return theirs ? ST_OK : out->state;
}

/* Everything that decides what is charged, and nothing personal: a host name changes no price. */
static st hash_view(struct arena *a, struct basket_view *v)
{
    struct out o;
    out_init(&o, a, 1 << 16);
    out_fmt(&o, "%.*s\n", STR_ARG(v->currency));
    for (size_t i = 0; i < v->n; i++) {
        const struct basket_view_line *l = &v->v[i];
        out_fmt(&o, "%.*s %d %lld %.*s %lld ", STR_ARG(uid_str(a, l->uid)), (int)l->state, (long long)l->quote.product,
                STR_ARG(l->cycle), (long long)l->quantity);
        out_fmt(&o, "%.*s %lld %lld %lld %lld\n", STR_ARG(l->quote.options), (long long)l->quote.unit.minor,
                (long long)l->quote.setup.minor, (long long)l->quote.net.minor, (long long)l->due.minor);
    }
    for (size_t i = 0; i < v->coupons.n; i++)
        out_fmt(&o, "%.*s %s %lld\n", STR_ARG(v->coupons.v[i].code), coupon_state_word(v->coupons.v[i].state),
                (long long)v->coupons.v[i].off);
    TRY(out_st(&o));
    str text = out_view(&o);
    return crypto_generichash(v->hash, sizeof v->hash, (const uint8_t *)text.p, text.n, NULL, 0) == 0 ? ST_OK : ST_BUG;
}

/* What the codes in the basket take off, and what is left to pay. */
static st price_view(struct gate *g, int64_t person, struct basket_view *v)
{
    struct coupon_line *lines = NEWN(g->arena, struct coupon_line, v->n + 1);
    if (!lines)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < v->n; i++) {
        const struct basket_view_line *l = &v->v[i];
        lines[i] = (struct coupon_line){ .product = l->quote.product, .cycle = l->cycle, .counts = l->state == ST_OK };
        if (l->state != ST_OK)
            continue;
        lines[i].period = l->quote.unit.minor * l->quantity; /* no overflow: quote.net is larger and was checked */
        lines[i].setup = l->quote.setup.minor * l->quantity;
    }
    TRY(coupon_price(g->db, g->arena, &(struct coupon_ask){
        .basket = v->id, .person = person, .currency = v->currency, .on = date_london(g->now), .lines = lines, .n = v->n },
        &v->coupons));
    for (size_t i = 0; i < v->n; i++) {
        struct basket_view_line *l = &v->v[i];
        if (l->state != ST_OK)
            continue;
        l->off = money_of(lines[i].period_off + lines[i].setup_off, v->currency);
        TRY(money_sub(l->quote.net, l->off, &l->due));
        TRY(money_add(v->net, l->due, &v->net));
    }
    return ST_OK;
}

st basket_view(struct gate *g, int64_t person, struct basket_view *out)
{
    *out = (struct basket_view){ 0 };
    struct basket_of_row b;
    st s = basket_of(g->db, g->arena, &(struct basket_of_in){ .person = person }, &b);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    struct basket_lines_rows rows;
    TRY(basket_lines(g->db, g->arena, &(struct basket_lines_in){ .basket = b.id }, &rows));
    out->id = b.id;
    out->currency = b.currency;
    out->net = money_of(0, b.currency);
    out->v = NEWN(g->arena, struct basket_view_line, rows.n + 1);
    if (!out->v)
        return ST_NO_MEMORY;
    out->orderable = rows.n > 0;
    for (; out->n < rows.n; out->n++) {
        struct basket_view_line *l = &out->v[out->n];
        TRY(view_line(g, &rows.v[out->n], b.currency, str_eq(b.currency, b.seen_currency), l));
        out->orderable = out->orderable && l->state == ST_OK;
        out->stores_data = out->stores_data || (l->state == ST_OK && l->quote.stores_data);
    }
    TRY(price_view(g, person, out));
    return hash_view(g->arena, out);
}

/* ---- changing -------------------------------------------------------------------------------------------------- */

/* The person's basket in the person's currency. Lines seen in another one are priced afresh. */
static st open_basket(struct cx *cx, int64_t *basket, str *currency)
{
    struct basket_person_row p;
    TRY(basket_person(CX_DB(cx), CX_ARENA(cx), &(struct basket_person_in){ .person = cx->actor.person }, &p));
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
    TRY(check_name(cx, &q, item->hostname, item->quantity, &hostname));
    struct basket_line_add_in add = { .uid = rnd_uid(), .basket = basket, .product = q.product, .cycle = item->cycle,
                                      .quantity = item->quantity, .options = q.options, .net_seen = q.net.minor };
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
