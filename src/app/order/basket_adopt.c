/* From a visitor's basket to the customer's: host names are opened under one person's key and sealed under the other's. */
#include "basket_sql.h"
#include "order.h"
#include "rnd.h"
#include "str.h"

static st adopt_line(struct cx *cx, const struct basket_lines_row *l, int64_t customer, int64_t basket)
{
    str hostname;
    struct basket_line_add_in in = { .uid = rnd_uid(), .basket = basket, .product = l->product_id, .cycle = l->cycle,
                                     .quantity = l->quantity, .options = l->options, .net_seen = l->net_seen, .trial = l->trial };
    struct collect c = { .col = COL_basket_line_hostname, .point = POINT_DERIVED, .source = SOURCE_PROGRAM,
                         .person = customer, .row = in.uid };
    TRY(gate_use(&cx->gate, COL_basket_line_hostname, PURPOSE_CONTRACT, l->uid, l->hostname, &hostname));
    TRY(gate_collect_nt(&cx->gate, &c, hostname, &in.hostname));
    return basket_line_add(CX_DB(cx), &in, NULL);
}

st basket_adopt_nt(struct cx *cx, int64_t visitor, int64_t customer)
{
    struct basket_of_row theirs;
    struct basket_lines_rows lines;
    struct basket_open_row own;
    struct basket_count_row count;
    st found = basket_of(CX_DB(cx), CX_ARENA(cx), &(struct basket_of_in){ .person = visitor }, &theirs);
    if (found != ST_OK)
        return found == ST_NOT_FOUND ? ST_OK : found;
    TRY(basket_lines(CX_DB(cx), CX_ARENA(cx), &(struct basket_lines_in){ .basket = theirs.id }, &lines));
    if (lines.n == 0)
        return ST_OK;
    TRY(basket_open(CX_DB(cx), CX_ARENA(cx), &(struct basket_open_in){
        .uid = rnd_uid(), .person = customer, .currency = theirs.seen_currency, .at = cx->gate.now }, &own));
    TRY(basket_count(CX_DB(cx), CX_ARENA(cx), &(struct basket_count_in){ .basket = own.id }, &count));
    for (size_t i = 0; i < lines.n && count.lines + (int64_t)i < BASKET_LINES; i++)
        TRY(adopt_line(cx, &lines.v[i], customer, own.id));
    TRY(coupon_adopt_nt(cx, theirs.id, own.id));
    return basket_empty(CX_DB(cx), &(struct basket_empty_in){ .basket = theirs.id }, NULL);
}
