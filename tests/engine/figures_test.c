/* Figures by day: counted once each, in parts, in the right currency and on the right day in London. */
#include "clock.h"
#include "figures.h"
#include "shop.h"
#include "money.h"

#define DAY 86400

static int64_t count(struct engine *e)
{
    struct figures_count_out out = { 0 };
    t_st(engine_call(e, engine_system(), CMD_FIGURES_COUNT, &(struct figures_count_in){ 0 }, &out), ST_OK, "counted");
    return out.rows;
}

static struct v_figures month(struct engine *e, const char *currency)
{
    struct v_figures f = { 0 };
    t_st(figures_recent(e->db, e->a, str_c(currency), date_london(clock_now()), &f), ST_OK, "the last thirty days");
    return f;
}

static void pay(struct engine *e, const struct shopper *s)
{
    struct payment_start_out started = shop_pay(e, s);
    struct payment_callback_in said = shop_message(e, started.payment, "succeeded");
    t_str(shop_say(e, &said), S("applied"), "paid");
}

static void days(struct engine *e)
{
    t_i64(month(e, "GBP").rows.n, 0, "an empty shop has nothing to show");
    struct shopper first = shop_order(e, "email");
    pay(e, &first);
    t_ok(count(e) > 0, "something new");
    t_i64(count(e), 0, "which is counted once");
    struct v_figures f = month(e, "GBP");
    t_i64(f.n, 1, "one order");
    t_i64(f.sum.minor, 839, "£8.39 invoiced");
    t_i64(f.rows.v[0].received.minor, 839, "and received");
    t_i64(f.rows.v[0].day.days, date_london(clock_now()).days, "today");
    t_i64(f.orders.v[FIGURES_DAYS - 1].h, f.orders.v[FIGURES_DAYS - 1].n ? 96 : 0, "the highest bar is as high as the plot");
    t_i64(f.orders.v[0].h, 0, "a day without orders has none");

    engine_pass(e, 2 * DAY);
    shop_order(e, "email");
    shop_order(e, "email");
    t_ok(count(e) > 0, "more");
    f = month(e, "GBP");
    t_i64(f.n, 3, "three orders");
    t_i64(f.orders.v[FIGURES_DAYS - 1].n, 2, "two of them today");
    t_i64(f.orders.v[FIGURES_DAYS - 3].n, 1, "one the day before yesterday");
    t_i64(f.sum.minor, 839, "an unpaid pro forma is no invoice");
    f = month(e, "EUR");
    t_i64(f.sum.minor, 0, "amounts of another currency are not added up");
    t_i64(f.n, 3, "orders are");

    engine_pass(e, 40 * DAY);
    t_i64(month(e, "GBP").rows.n, 0, "after forty days they are over the edge");
}

static void allowed(struct engine *e)
{
    t_st(engine_call(e, engine_staff(), CMD_FIGURES_COUNT, &(struct figures_count_in){ 0 }, NULL), ST_DENIED, "staff cannot ask for it");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    days(e);
    allowed(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
