/* How many there are, how many one may have, and what is free at the beginning: had once, and given back. */
#include "coupon.h"
#include "money.h"
#include "shop.h"
#include "stock_look_sql.h"

static struct stock_look_product_row product(struct engine *e, const char *slug)
{
    struct stock_look_product_row p = { 0 };
    t_st(stock_look_product(e->db, e->a, &(struct stock_look_product_in){ str_c(slug) }, &p), ST_OK, slug);
    return p;
}

/* stock -1: as many as people want. */
static st terms(struct engine *e, const char *slug, int64_t stock, int64_t max_order, int64_t max_customer, int64_t trial)
{
    struct stock_look_product_row p = product(e, slug);
    struct product_terms_in in = { .product = p.uid, .limited = stock >= 0, .stock = stock > 0 ? stock : 0,
                                   .seen = p.has_stock ? p.stock : -1, .max_order = max_order, .max_customer = max_customer,
                                   .trial_days = trial };
    return engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &in, NULL);
}

static struct basket_view look(struct engine *e, struct actor who)
{
    struct basket_view v = { 0 };
    struct gate g = engine_gate(e);
    t_st(basket_view(&g, who.person, &v), ST_OK, "the basket");
    return v;
}

static struct actor with(struct engine *e, const char *slug)
{
    struct actor who = engine_visitor(e, "GBP");
    t_st(shop_add(e, who, slug, strcmp(slug, "starter") == 0 ? "shop.example.test" : ""), ST_OK, slug);
    return who;
}

static st place(struct engine *e, const struct order_place_in *in, struct actor who, struct order_place_out *out)
{
    struct order_place_out ignored;
    return engine_call(e, who, CMD_ORDER_PLACE, in, out ? out : &ignored);
}

/* Everybody in these scenarios lives at an address of their own. */
static struct order_place_in form(struct engine *e, struct actor who)
{
    static int house;
    struct order_place_in in = shop_form(e, who);
    in.address1 = str_fmt(e->a, "%d Quillfeather Lane", ++house);
    return in;
}

static void setting(struct engine *e)
{
    t_st(terms(e, "email", 5, 2, 3, 0), ST_OK, "staff limit a product");
    struct product_terms_in in = { .product = product(e, "email").uid, .limited = true, .stock = 9, .seen = 4 };
    t_st(engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &in, NULL), ST_CONFLICT, "not when some were sold since they looked");
    in.seen = 5;
    in.trial_days = 366;
    t_st(engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &in, NULL), ST_INVALID, "a year free is the most");
    in.trial_days = 0;
    in.stock = -1;
    t_st(engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &in, NULL), ST_INVALID, "less than none");
    t_st(engine_call(e, engine_visitor(e, "GBP"), CMD_PRODUCT_TERMS, &in, NULL), ST_DENIED, "visitors limit nothing");
}

static void limits(struct engine *e)
{
    struct actor who = engine_visitor(e, "GBP");
    struct basket_item item = shop_item(e, "email", "");
    struct basket_add_in add = { .item = { &item, 1 } };
    item.quantity = 6;
    t_st(engine_call(e, who, CMD_BASKET_ADD, &add, NULL), ST_INVALID, "more than there are");
    t_str(e->message, S("err.few_left"), "and it is said so");
    item.quantity = 3;
    t_st(engine_call(e, who, CMD_BASKET_ADD, &add, NULL), ST_INVALID, "more than one order may have");
    item.quantity = 2;
    t_st(engine_call(e, who, CMD_BASKET_ADD, &add, NULL), ST_OK, "two");
    t_st(engine_call(e, who, CMD_BASKET_ADD, &add, NULL), ST_OK, "and two on another line");
    struct basket_view v = look(e, who);
    t_ok(v.v[0].state == ST_OK && v.v[1].state == ST_LIMIT && strcmp(v.v[1].trouble, "too_many") == 0 && !v.orderable,
         "count together");
    struct basket_quantity_in less = { .line = v.v[1].uid, .quantity = 0 };
    t_st(engine_call(e, who, CMD_BASKET_QUANTITY, &less, NULL), ST_OK, "one line less");
    struct order_place_in in = form(e, who);
    struct order_place_out o = { 0 };
    t_st(place(e, &in, who, &o), ST_OK, "two are ordered");
    t_i64(product(e, "email").stock, 3, "and taken off the stock");
    struct actor again = engine_customer(who);
    t_st(engine_call(e, again, CMD_BASKET_ADD, &add, NULL), ST_OK, "two more for the same customer");
    v = look(e, again);
    t_ok(v.v[0].state == ST_LIMIT && strcmp(v.v[0].trouble, "had_enough") == 0, "are one too many");
    in = form(e, again);
    t_st(place(e, &in, again, NULL), ST_CONFLICT, "and not ordered");
    t_str(e->message, S("order.had_enough"), "which is said");
    struct order_cancel_in cancel = { .order = o.order };
    t_st(engine_call(e, again, CMD_ORDER_CANCEL, &cancel, NULL), ST_OK, "the first order is cancelled");
    t_i64(product(e, "email").stock, 5, "what it had is there again");
    t_st(engine_call(e, again, CMD_ORDER_CANCEL, &cancel, NULL), ST_CONFLICT, "once");
    t_i64(product(e, "email").stock, 5, "and not twice");
    in = form(e, again);
    t_st(place(e, &in, again, NULL), ST_OK, "now the customer may have two");
    t_i64(product(e, "email").stock, 3, "three are left");
}

static void the_last(struct engine *e)
{
    t_st(terms(e, "email", 1, 0, 0, 0), ST_OK, "one is left");
    struct actor a = with(e, "email"), b = with(e, "email");
    struct order_place_in first = form(e, a), second = form(e, b);
    struct order_place_out o = { 0 };
    t_st(place(e, &first, a, &o), ST_OK, "the first has it");
    t_st(place(e, &second, b, NULL), ST_CONFLICT, "the second does not");
    t_str(e->message, S("order.sold_out"), "and is told");
    struct basket_view v = look(e, b);
    t_ok(v.n == 1 && strcmp(v.v[0].trouble, "sold_out") == 0, "the basket is kept, and says it is sold out");
    struct basket_item item = shop_item(e, "email", "");
    t_st(engine_call(e, b, CMD_BASKET_ADD, &(struct basket_add_in){ .item = { &item, 1 } }, NULL), ST_INVALID, "nobody adds one");
    struct shopper s = { .who = engine_customer(a), .order = o };
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "the first pays");
    t_st(engine_call(e, engine_staff(), CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = o.order }, NULL), ST_CONFLICT,
         "what is paid is not cancelled");
    t_i64(product(e, "email").stock, 0, "and stays sold");
    t_st(terms(e, "email", -1, 0, 0, 0), ST_OK, "staff lift the limit");
    t_st(place(e, &second, b, NULL), ST_OK, "and what was seen then can be ordered");
    t_ok(!product(e, "email").has_stock, "and nothing is counted");
}

/* Withdrawn at each stage. */
static void withdrawn(struct engine *e)
{
    struct actor who = with(e, "email");
    struct order_place_in in = form(e, who);
    t_st(shop_save(e, "email", "withdrawn"), ST_OK, "withdrawn while it is in a basket");
    t_st(place(e, &in, who, NULL), ST_WITHDRAWN, "it is not ordered");
    t_i64(look(e, who).n, 1, "and stays in the basket until it is removed");
    t_st(shop_save(e, "email", "active"), ST_OK, "offered again");
    struct order_place_out o = { 0 };
    t_st(place(e, &in, who, &o), ST_OK, "and ordered");
    t_st(shop_save(e, "email", "withdrawn"), ST_OK, "withdrawn before it is paid");
    t_st(shop_price(e, "email", 900, 900), ST_OK, "and dearer");
    struct shopper s = { .who = engine_customer(who), .order = o };
    struct engine_payment_row p = { 0 };
    uid pay = shop_pay(e, &s).payment;
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ pay }, &p), ST_OK, "the payment");
    t_i64(p.amount, 839, "is of the price that was ordered");
    t_st(shop_price(e, "email", 100, 0), ST_OK, "cheaper while the customer is at the gateway");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "changes nothing either");
    struct stock_look_service_row service = { 0 };
    t_st(stock_look_service(e->db, e->a, &(struct stock_look_service_in){ who.person }, &service), ST_OK, "what was ordered is set up");
    t_st(shop_save(e, "email", "active"), ST_OK, "put back");
    t_st(shop_price(e, "email", 199, 500), ST_OK, "at its price");
}

/* starter: £2.50 a month, no set-up fee; 23 November 2026 when this begins. */
static void trial(struct engine *e)
{
    t_st(terms(e, "starter", -1, 0, 0, 14), ST_OK, "two weeks free");
    struct actor who = with(e, "starter");
    struct basket_view v = look(e, who);
    t_ok(v.v[0].trial_days == 14 && v.net.minor == 0 && v.v[0].later.minor == 250, "nothing now, the price later");
    struct order_place_in in = form(e, who);
    struct order_place_out o = { 0 };
    t_st(place(e, &in, who, &o), ST_OK, "ordered");
    t_ok(!o.payable, "there is nothing to pay");
    struct stock_look_service_row service = { 0 };
    t_st(stock_look_service(e->db, e->a, &(struct stock_look_service_in){ who.person }, &service), ST_OK, "the service");
    t_str(date_iso(e->a, service.next_due_on), date_iso(e->a, date_add_days(date_london(e->now), 14)), "is due when the trial ends");
    struct stock_look_billed_rows bill = { 0 };
    t_st(stock_look_billed(e->db, e->a, &(struct stock_look_billed_in){ o.invoice }, &bill), ST_OK, "the invoice");
    t_ok(bill.n == 1 && bill.v[0].net == 0 && str_ends(bill.v[0].description, S("free for 14 days")), "says that it is free");
    t_i64(bill.v[0].period_to.days - bill.v[0].period_from.days, 13, "and for how long");
    struct stock_look_mails_row mails = { 0 };
    t_st(stock_look_mails(e->db, e->a, &(struct stock_look_mails_in){ S("mail.order_free") }, &mails), ST_OK, "one message");
    t_i64(mails.n, 1, "says that nothing is to pay");
    t_i64(engine_work(e) > 0, 1, "and is sent");

    struct actor again = engine_customer(who);
    t_st(shop_add(e, again, "starter", "two.example.test"), ST_OK, "the same customer again");
    v = look(e, again);
    t_ok(v.v[0].trial_days == 0 && v.v[0].trial_had && v.net.minor == 250, "pays from the start");

    struct actor other = with(e, "starter");
    struct order_place_in same = form(e, other);
    same.address1 = str_fmt(e->a, "%.*s, ", STR_ARG(in.address1));
    same.postcode = S("GU13XZ");
    t_st(place(e, &same, other, NULL), ST_INVALID, "somebody else at the same address");
    t_str(e->message, S("err.trial_had"), "is told that it was had");
    v = look(e, other);
    struct basket_trial_in without = { .line = v.v[0].uid, .trial = false };
    t_st(engine_call(e, other, CMD_BASKET_TRIAL, &without, NULL), ST_OK, "and can start without");
    t_st(place(e, &same, other, NULL), ST_CONFLICT, "after seeing what that costs");
    same.basket_hash = form(e, other).basket_hash;
    t_st(place(e, &same, other, &o), ST_OK, "at the full price");
    t_ok(o.payable, "which is to be paid");
    struct stock_look_trials_row n = { 0 };
    t_st(stock_look_trials(e->db, e->a, &n), ST_OK, "trials");
    t_i64(n.n, 1, "one was had");
}

static void trial_and_coupon(struct engine *e)
{
    struct coupon_save_in save = { .code = S("TRYHALF"), .label = S("Half off for two months"), .kind = S("percent"),
                                   .percent_bp = 5000, .periods = 2, .cycles = S(""), .products = S(""), .starts_on = S(""),
                                   .ends_on = S("") };
    t_st(engine_call(e, engine_staff(), CMD_COUPON_SAVE, &save, NULL), ST_OK, "a coupon");
    struct actor who = with(e, "starter");
    t_st(engine_call(e, who, CMD_BASKET_COUPON, &(struct basket_coupon_in){ .code = S("tryhalf") }, NULL), ST_OK, "with a trial");
    struct basket_view v = look(e, who);
    t_ok(v.net.minor == 0 && v.v[0].later.minor == 125 && v.v[0].lasting.minor == 250 && v.coupons.v[0].state == COUPON_ok, "takes off what is due later");
    t_st(shop_add(e, who, "email", ""), ST_OK, "and something that is paid");
    t_i64(look(e, who).net.minor, 99 + 500, "costs what it costs");
    struct order_place_in in = form(e, who);
    struct order_place_out o = { 0 };
    t_st(place(e, &in, who, &o), ST_OK, "ordered together");
    struct stock_look_lines_rows lines = { 0 };
    t_st(stock_look_lines(e->db, e->a, &(struct stock_look_lines_in){ o.order }, &lines), ST_OK, "its lines");
    money off = { 0 };
    for (int64_t period = 1; period <= 3; period++) {
        struct coupon_later later = { .order_line = lines.v[0].id, .unit = 1, .period = period, .net = money_of(250, S("GBP")) };
        t_st(coupon_later(e->db, e->a, &later, &off), ST_OK, "a period after the trial");
        t_i64(off.minor, period <= 2 ? 125 : 0, "is cheaper, two times");
    }
    t_st(engine_call(e, engine_customer(who), CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = o.order }, NULL), ST_OK,
         "an order that ends unpaid");
    struct stock_look_trials_row n = { 0 };
    t_st(stock_look_trials(e->db, e->a, &n), ST_OK, "trials");
    t_i64(n.n, 1, "gives its trial back");
}

static void without_the_clause(struct engine *e)
{
    t_st(engine_without(e, "S7c"), ST_OK, "a statement without S7c");
    struct actor who = with(e, "starter");
    t_ok(look(e, who).v[0].trial_days == 0 && look(e, who).net.minor == 250, "offers no trials");
    struct order_place_in in = form(e, who);
    t_st(place(e, &in, who, NULL), ST_OK, "and keeps no codes");
    struct stock_look_trials_row n = { 0 };
    t_st(stock_look_trials(e->db, e->a, &n), ST_OK, "trials");
    t_i64(n.n, 1, "no more than before");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    setting(e);
    limits(e);
    the_last(e);
    withdrawn(e);
    trial(e);
    trial_and_coupon(e);
    without_the_clause(e);
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
