/* What had its time: orders that nobody paid for, baskets that nobody came back to. */
#include "coupon.h"
#include "expire_look_sql.h"
#include "shop.h"

#define DAY 86400

static int64_t expire(struct engine *e)
{
    struct order_expire_out out = { 0 };
    t_st(engine_call(e, engine_system(), CMD_ORDER_EXPIRE, &(struct order_expire_in){ 0 }, &out), ST_OK, "unpaid orders are looked for");
    return out.ended;
}

static int64_t empty(struct engine *e)
{
    struct basket_expire_out out = { 0 };
    t_st(engine_call(e, engine_system(), CMD_BASKET_EXPIRE, &(struct basket_expire_in){ 0 }, &out), ST_OK, "old baskets are looked for");
    return out.emptied;
}

static str status(struct engine *e, const struct shopper *s)
{
    struct engine_order_row o = { 0 };
    t_st(engine_order(e->db, e->a, &(struct engine_order_in){ s->order.order }, &o), ST_OK, "the order");
    return o.status;
}

static int64_t jobs(struct engine *e, const char *kind)
{
    struct expire_look_jobs_row n = { 0 };
    t_st(expire_look_jobs(e->db, e->a, &(struct expire_look_jobs_in){ str_c(kind) }, &n), ST_OK, kind);
    return n.n;
}

static void unpaid(struct engine *e)
{
    struct expire_look_stock_row p = { 0 };
    t_st(expire_look_stock(e->db, e->a, &(struct expire_look_stock_in){ S("email") }, &p), ST_OK, "a product");
    struct product_terms_in terms = { .product = p.uid, .limited = true, .stock = 10, .seen = -1 };
    t_st(engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &terms, NULL), ST_OK, "of which there are ten");
    struct coupon_save_in coupon = { .code = S("FEWUSES"), .label = S("x"), .kind = S("percent"), .percent_bp = 1000, .periods = 1,
                                     .cycles = S(""), .products = S(""), .starts_on = S(""), .ends_on = S(""), .max_uses = 2 };
    t_st(engine_call(e, engine_staff(), CMD_COUPON_SAVE, &coupon, NULL), ST_OK, "a coupon");

    struct actor who = engine_visitor(e, "GBP");
    struct shopper old = { .who = engine_customer(who) };
    t_st(shop_add(e, who, "email", ""), ST_OK, "somebody");
    t_st(engine_call(e, who, CMD_BASKET_COUPON, &(struct basket_coupon_in){ .code = S("fewuses") }, NULL), ST_OK, "with a code");
    struct order_place_in in = shop_form(e, who);
    t_st(engine_call(e, who, CMD_ORDER_PLACE, &in, &old.order), ST_OK, "orders and does not pay");
    struct shopper waits = shop_order(e, "email"), paid = shop_order(e, "email"), looked_at = shop_order(e, "email");
    uid late = shop_pay(e, &old).payment;
    struct payment_callback_in m = shop_message(e, shop_pay(e, &waits).payment, "pending");
    t_str(shop_say(e, &m), S("applied"), "another one's money is on its way");
    m = shop_message(e, shop_pay(e, &paid).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "a third one has paid");
    m = shop_message(e, shop_pay(e, &looked_at).payment, "succeeded");
    m.amount--;
    t_str(shop_say(e, &m), S("review"), "and a fourth one's payment is looked at");

    engine_pass(e, 14 * DAY);
    t_i64(expire(e), 0, "for fourteen days nothing happens");
    t_str(status(e, &old), S("pending"), "it can still be paid");
    struct shopper fresh = shop_order(e, "email");
    engine_pass(e, DAY);
    t_i64(expire(e), 1, "then the one ends");
    t_str(status(e, &old), S("cancelled"), "that nobody paid for");
    t_str(status(e, &waits), S("pending"), "not the one whose money is on its way");
    t_str(status(e, &looked_at), S("pending"), "not the one that is looked at");
    t_str(status(e, &paid), S("active"), "not the one that is paid");
    t_str(status(e, &fresh), S("pending"), "and not a new one");
    t_i64(expire(e), 0, "once");
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ old.order.invoice }, &i), ST_OK, "its pro forma");
    t_str(i.status, S("cancelled"), "is void");
    t_st(expire_look_stock(e->db, e->a, &(struct expire_look_stock_in){ S("email") }, &p), ST_OK, "the stock");
    t_i64(p.stock, 10 - 4, "has its piece back");
    struct expire_look_used_row used = { 0 };
    t_st(expire_look_used(e->db, e->a, &(struct expire_look_used_in){ S("FEWUSES") }, &used), ST_OK, "the code");
    t_i64(used.used, 0, "can be used again");
    t_i64(jobs(e, "mail.order_expired"), 1, "one message says so");
    t_i64(jobs(e, "mail.order_cancelled"), 0, "and no other");
    m = shop_message(e, late, "succeeded");
    t_str(shop_say(e, &m), S("review"), "money that comes after all goes to review");
    t_ok(engine_balanced(e), "the books balance");
}

static void undecided(struct engine *e)
{
    engine_vat = ENGINE_PENDING;
    struct shopper s = shop_order(e, "starter");
    engine_vat = ENGINE_DOMESTIC;
    engine_pass(e, 16 * DAY);
    expire(e);
    t_str(status(e, &s), S("pending"), "an order that cannot be paid yet does not end for not being paid");
}

static struct expire_look_basket_row kept(struct engine *e, struct actor who)
{
    struct expire_look_basket_row b = { 0 };
    t_st(expire_look_basket(e->db, e->a, &(struct expire_look_basket_in){ who.person }, &b), ST_OK, "the basket");
    return b;
}

static struct basket_view look(struct engine *e, struct actor who)
{
    struct basket_view v = { 0 };
    struct gate g = engine_gate(e);
    t_st(basket_view(&g, who.person, &v), ST_OK, "the basket is looked at");
    return v;
}

static void baskets(struct engine *e)
{
    empty(e);
    struct actor a = engine_visitor(e, "GBP"), b = engine_visitor(e, "GBP");
    t_st(shop_add(e, a, "starter", "a.example.test"), ST_OK, "a basket");
    t_st(shop_add(e, b, "starter", "b.example.test"), ST_OK, "another");
    struct shopper s = shop_order(e, "email");
    struct order_place_in in = shop_form(e, a);
    engine_pass(e, 30 * DAY);
    t_i64(look(e, a).n, 1, "is kept for thirty days, as the statement says");
    t_i64(empty(e), 0, "and nobody empties it");
    struct basket_quantity_in touch = { .quantity = 1 };
    touch.line = look(e, b).v[0].uid;
    t_st(engine_call(e, b, CMD_BASKET_QUANTITY, &touch, NULL), ST_OK, "one is changed");
    engine_pass(e, DAY);
    struct basket_view v = look(e, a);
    t_ok(v.n == 0 && v.expired && !v.orderable, "after that it is empty, and says why");
    t_st(engine_call(e, a, CMD_ORDER_PLACE, &in, NULL), ST_CONFLICT, "nothing in it can be ordered");
    t_str(e->message, S("order.basket_expired"), "and it is said why");
    t_i64(kept(e, a).lines, 1, "though it is still there");
    t_st(shop_add(e, a, "email", ""), ST_OK, "who comes back");
    v = look(e, a);
    t_ok(v.n == 1 && !v.expired && kept(e, a).lines == 1, "begins with an empty one");
    t_i64(look(e, b).n, 1, "one that was changed is kept from then on");
    engine_pass(e, 31 * DAY);
    t_i64(empty(e), 2, "both are emptied");
    t_i64(empty(e), 0, "once");
    t_ok(kept(e, b).lines == 0 && kept(e, b).swept_lines == 1, "host names and all");
    t_ok(look(e, b).expired, "and the page still says so");
    v = look(e, s.who);
    t_ok(v.n == 0 && !v.expired, "a basket that was ordered did not run out");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    unpaid(e);
    undecided(e);
    baskets(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
