/* Coupons: what they take off, who may use them, how often; and what an order keeps of them. */
#include "coupon.h"
#include "coupon_look_sql.h"
#include "money.h"
#include "shop.h"

/* 20 % off for three periods, for everybody, as often as they like. A scenario changes what it is about. */
static struct coupon_save_in draft(const char *code)
{
    return (struct coupon_save_in){ .code = str_c(code), .label = S("A discount"), .kind = S("percent"), .percent_bp = 2000,
                                    .periods = 3, .cycles = S(""), .products = S(""), .starts_on = S(""), .ends_on = S("") };
}

static st save(struct engine *e, struct coupon_save_in *in)
{
    struct coupon_save_out out = { 0 };
    st s = engine_call(e, engine_staff(), CMD_COUPON_SAVE, in, &out);
    in->coupon = s == ST_OK ? out.coupon : in->coupon;
    return s;
}

static str enter(struct engine *e, struct actor who, const char *code)
{
    struct basket_coupon_out out = { 0 };
    st s = engine_call(e, who, CMD_BASKET_COUPON, &(struct basket_coupon_in){ .code = str_c(code) }, &out);
    return s == ST_OK ? out.state : str_c(st_info(s)->name);
}

static struct basket_view look(struct engine *e, struct actor who)
{
    struct basket_view v = { 0 };
    struct gate g = engine_gate(e);
    t_st(basket_view(&g, who.person, &v), ST_OK, "the basket");
    return v;
}

/* Somebody new with one thing in the basket. */
static struct actor shopper_with(struct engine *e, const char *slug)
{
    struct actor who = engine_visitor(e, "GBP");
    t_st(shop_add(e, who, slug, strcmp(slug, "starter") == 0 ? "shop.example.test" : ""), ST_OK, slug);
    return who;
}

static st place(struct engine *e, struct actor who, struct order_place_out *out)
{
    struct order_place_in in = shop_form(e, who);
    struct order_place_out ignored;
    return engine_call(e, who, CMD_ORDER_PLACE, &in, out ? out : &ignored);
}

static bool counted(struct engine *e)
{
    struct coupon_look_off_rows rows;
    return coupon_look_off(e->db, e->a, &rows) == ST_OK && rows.n == 0;
}

static void making(struct engine *e)
{
    struct coupon_save_in in = draft("welcome-20");
    t_st(save(e, &in), ST_OK, "a coupon is made");
    struct coupon_save_in again = draft("Welcome 20");
    t_st(save(e, &again), ST_INVALID, "its code is taken, however it is written");
    in.version = 1;
    in.label = S("Another word");
    t_st(save(e, &in), ST_OK, "it is changed");
    t_st(save(e, &in), ST_CONFLICT, "not by two people at once");
    static const struct {
        const char *what;
        struct coupon_save_in in;
    } bad[] = {
        { "too short a code", { .code = SI("abc"), .label = SI("x"), .kind = SI("percent"), .percent_bp = 1 } },
        { "a code with a sign", { .code = SI("abc_d"), .label = SI("x"), .kind = SI("percent"), .percent_bp = 1 } },
        { "no label", { .code = SI("abcd"), .label = SI(" "), .kind = SI("percent"), .percent_bp = 1 } },
        { "no such kind", { .code = SI("abcd"), .label = SI("x"), .kind = SI("half"), .percent_bp = 1 } },
        { "more than all", { .code = SI("abcd"), .label = SI("x"), .kind = SI("percent"), .percent_bp = 10001 } },
        { "nothing off", { .code = SI("abcd"), .label = SI("x"), .kind = SI("percent") } },
        { "an amount without amounts", { .code = SI("abcd"), .label = SI("x"), .kind = SI("amount") } },
        { "no such cycle", { .code = SI("abcd"), .label = SI("x"), .kind = SI("setup"), .cycles = SI("daily") } },
        { "no such product", { .code = SI("abcd"), .label = SI("x"), .kind = SI("setup"), .products = SI("starter, nothing") } },
        { "no such day", { .code = SI("abcd"), .label = SI("x"), .kind = SI("setup"), .ends_on = SI("2026-02-30") } },
        { "an end before the beginning",
          { .code = SI("abcd"), .label = SI("x"), .kind = SI("setup"), .starts_on = SI("2026-12-02"), .ends_on = SI("2026-12-01") } },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct coupon_save_in copy = bad[i].in;
        t_st(save(e, &copy), ST_INVALID, bad[i].what);
    }
    t_st(engine_call(e, shopper_with(e, "email"), CMD_COUPON_SAVE, &in, NULL), ST_DENIED, "customers make none");
}

/* email costs £1.99 and £5.00 to set up. */
static void percent(struct engine *e)
{
    struct actor who = shopper_with(e, "email");
    t_str(enter(e, who, "wELcome 2-0"), S("ok"), "a code, however it is written");
    t_str(enter(e, who, "WELCOME20"), S("ok"), "twice is once");
    struct basket_view v = look(e, who);
    t_i64(v.coupons.n, 1, "one code");
    t_i64(v.v[0].off.minor, 40, "a fifth of the period, not of setting it up");
    t_i64(v.net.minor, 659, "is what is left to pay");
    struct order_place_out o = { 0 };
    t_st(place(e, who, &o), ST_OK, "ordered");
    struct coupon_look_lines_rows lines = { 0 };
    struct coupon_look_billed_rows bill = { 0 };
    t_st(coupon_look_lines(e->db, e->a, &(struct coupon_look_lines_in){ o.order }, &lines), ST_OK, "the order's lines");
    t_ok(lines.n == 1 && lines.v[0].discount_net == 40 && lines.v[0].net == 659, "the order keeps what was given");
    t_st(coupon_look_billed(e->db, e->a, &(struct coupon_look_billed_in){ o.invoice }, &bill), ST_OK, "the invoice's lines");
    t_ok(bill.n == 2 && bill.v[0].discount == 40 && bill.v[0].net == 159 && bill.v[0].unit_net == 199, "so does the invoice");
    t_i64(bill.v[0].vat, 32, "VAT is worked out on what is left");
    t_i64(look(e, who).coupons.n, 0, "the code went with the order");
    for (int64_t period = 1; period <= 4; period++) {
        money off = { 0 };
        struct coupon_later later = { .order_line = lines.v[0].id, .unit = 1, .period = period, .net = money_of(199, S("GBP")) };
        t_st(coupon_later(e->db, e->a, &later, &off), ST_OK, "a later period");
        t_i64(off.minor, period <= 3 ? 40 : 0, "costs less for three periods");
    }
    t_ok(counted(e), "uses are counted");
}

static void amount(struct engine *e)
{
    struct coupon_sum sums[] = { { S("GBP"), 300, 0 }, { S("EUR"), 350, 1000 } };
    struct coupon_save_in in = draft("THREEPOUNDS");
    in.kind = S("amount");
    in.percent_bp = 0;
    in.periods = 0;
    in.sums = (struct coupon_sum_list){ sums, 2 };
    t_st(save(e, &in), ST_OK, "three pounds off, for ever");
    struct actor who = shopper_with(e, "email");
    struct basket_item three = shop_item(e, "email", "");
    three.quantity = 3;
    t_st(engine_call(e, who, CMD_BASKET_ADD, &(struct basket_add_in){ .item = { &three, 1 } }, NULL), ST_OK, "three more");
    t_str(enter(e, who, "threepounds"), S("ok"), "the code");
    struct basket_view v = look(e, who);
    t_i64(v.v[0].off.minor + v.v[1].off.minor, 300, "is spread over the lines to the penny");
    t_i64(v.v[0].off.minor, 75, "by what they cost");
    struct order_place_out o = { 0 };
    t_st(place(e, who, &o), ST_OK, "ordered");
    struct coupon_look_lines_rows lines = { 0 };
    t_st(coupon_look_lines(e->db, e->a, &(struct coupon_look_lines_in){ o.order }, &lines), ST_OK, "the order's lines");
    int64_t all = 0;
    for (int64_t unit = 1; unit <= 3; unit++) {
        money off = { 0 };
        struct coupon_later later = { .order_line = lines.v[1].id, .unit = unit, .period = 40, .net = money_of(199, S("GBP")) };
        t_st(coupon_later(e->db, e->a, &later, &off), ST_OK, "a later period of one unit");
        all += off.minor;
    }
    t_i64(all, 225, "the units share what the line was given, to the penny");
    money off = { 0 };
    struct coupon_later cheap = { .order_line = lines.v[1].id, .unit = 1, .period = 2, .net = money_of(10, S("GBP")) };
    t_st(coupon_later(e->db, e->a, &cheap, &off), ST_OK, "when the price fell meanwhile");
    t_i64(off.minor, 10, "no more comes off than there is");
    struct actor euro = engine_visitor(e, "EUR");
    t_st(shop_add(e, euro, "email", ""), ST_OK, "in euro");
    t_str(enter(e, euro, "threepounds"), S("ok"), "the code is taken");
    t_i64(look(e, euro).coupons.v[0].state, COUPON_minimum, "but wants ten euro");
}

static void setup(struct engine *e)
{
    struct coupon_save_in in = draft("NOSETUP");
    in.kind = S("setup");
    in.percent_bp = 0;
    t_st(save(e, &in), ST_OK, "no set-up fee");
    struct actor who = shopper_with(e, "email");
    t_str(enter(e, who, "nosetup"), S("ok"), "the code");
    t_i64(look(e, who).net.minor, 199, "the fee is waived");
    struct order_place_out o = { 0 };
    t_st(place(e, who, &o), ST_OK, "ordered");
    struct coupon_look_billed_rows bill = { 0 };
    t_st(coupon_look_billed(e->db, e->a, &(struct coupon_look_billed_in){ o.invoice }, &bill), ST_OK, "the invoice's lines");
    t_ok(bill.n == 2 && bill.v[1].unit_net == 500 && bill.v[1].discount == 500 && bill.v[1].net == 0, "and the invoice says so");
    who = shopper_with(e, "starter");
    t_str(enter(e, who, "nosetup"), S("ok"), "where there is none");
    t_i64(look(e, who).coupons.v[0].state, COUPON_nothing, "it takes nothing off");
    t_st(place(e, who, NULL), ST_OK, "which stops no order");
}

static void together(struct engine *e)
{
    struct coupon_save_in half = draft("HALF");
    half.percent_bp = 5000;
    half.combinable = true;
    t_st(save(e, &half), ST_OK, "half off, with others");
    struct coupon_save_in tenth = draft("TENTH");
    tenth.percent_bp = 1000;
    tenth.combinable = true;
    t_st(save(e, &tenth), ST_OK, "a tenth off, with others");
    struct actor who = shopper_with(e, "starter");
    enter(e, who, "half");
    enter(e, who, "tenth");
    struct basket_view v = look(e, who);
    t_i64(v.net.minor, 112, "the second is of what the first left: 2.50, 1.25, 1.125 and a half up is off");
    enter(e, who, "welcome20");
    v = look(e, who);
    t_ok(v.coupons.n == 3 && v.coupons.v[2].state == COUPON_alone && v.net.minor == 112, "one that stands alone gives nothing");
    struct basket_uncoupon_in out = { .coupon = v.coupons.v[0].uid };
    t_st(engine_call(e, who, CMD_BASKET_UNCOUPON, &out, NULL), ST_OK, "codes are taken out");
    t_i64(look(e, who).coupons.n, 2, "one by one");
    struct coupon_save_in all = draft("ALLFREE");
    all.percent_bp = 10000;
    all.periods = 1;
    t_st(save(e, &all), ST_OK, "everything off");
    who = shopper_with(e, "starter");
    enter(e, who, "allfree");
    struct order_place_out o = { 0 };
    int64_t paid = engine_count(e, "paid");
    t_st(place(e, who, &o), ST_OK, "ordered for nothing");
    t_ok(!o.payable && engine_count(e, "paid") == paid + 1, "is paid as soon as it is ordered");
}

static void limits(struct engine *e)
{
    struct coupon_save_in in = draft("ONLYTWO");
    in.max_uses = 2;
    in.max_customer = 1;
    t_st(save(e, &in), ST_OK, "two uses, one each");
    struct actor a = shopper_with(e, "starter"), b = shopper_with(e, "starter"), c = shopper_with(e, "starter");
    enter(e, a, "onlytwo");
    enter(e, b, "onlytwo");
    enter(e, c, "onlytwo");
    struct order_place_out first = { 0 };
    t_st(place(e, a, &first), ST_OK, "the first");
    struct order_place_in late = shop_form(e, c); /* what c saw */
    t_st(place(e, b, NULL), ST_OK, "the second");
    t_st(engine_call(e, c, CMD_ORDER_PLACE, &late, NULL), ST_CONFLICT, "the third comes too late");
    t_str(e->message, S("coupon.gone"), "and is told why");
    struct basket_view v = look(e, c);
    t_ok(v.n == 1 && v.coupons.v[0].state == COUPON_used_up && v.net.minor == 250, "the basket is kept, at the full price");
    t_str(enter(e, shopper_with(e, "email"), "onlytwo"), S("used_up"), "nobody can enter it any more");
    struct actor again = engine_customer(a);
    t_st(shop_add(e, again, "email", ""), ST_OK, "the first customer comes back");
    t_str(enter(e, again, "onlytwo"), S("used_up"), "used up");
    t_st(engine_call(e, again, CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = first.order }, NULL), ST_OK, "cancelled");
    t_ok(counted(e), "its use is given back");
    t_str(enter(e, again, "onlytwo"), S("ok"), "and is there again");
    t_st(place(e, again, NULL), ST_OK, "for who cancelled, too");
    t_st(shop_add(e, again, "email", ""), ST_OK, "once more");
    t_str(enter(e, again, "onlytwo"), S("used_up"), "but that was the last");
    in.version = 1;
    in.max_uses = 1;
    t_st(save(e, &in), ST_INVALID, "no fewer than were used");
    in.max_uses = 5;
    t_st(save(e, &in), ST_OK, "staff allow more");
    t_str(enter(e, again, "onlytwo"), S("had"), "but one each");
    t_st(place(e, c, NULL), ST_OK, "the third may order now, at the price shown now");
    t_ok(counted(e), "uses are counted");
}

static void times(struct engine *e)
{
    struct coupon_save_in in = draft("LATER");
    in.starts_on = S("2026-11-24");
    in.ends_on = S("2026-11-25");
    t_st(save(e, &in), ST_OK, "tomorrow and the day after");
    struct actor who = shopper_with(e, "starter");
    t_str(enter(e, who, "later"), S("early"), "not today");
    engine_pass(e, 86400);
    t_str(enter(e, who, "later"), S("ok"), "tomorrow");
    struct order_place_in in_time = shop_form(e, who);
    engine_pass(e, 86400);
    t_st(engine_call(e, who, CMD_ORDER_PLACE, &in_time, NULL), ST_OK, "the whole of the last day");
    who = shopper_with(e, "starter");
    enter(e, who, "later");
    in_time = shop_form(e, who);
    engine_pass(e, 86400);
    t_st(engine_call(e, who, CMD_ORDER_PLACE, &in_time, NULL), ST_CONFLICT, "not a day longer");
    t_str(e->message, S("coupon.gone"), "and it is said why");
    t_str(enter(e, who, "later"), S("ended"), "it has ended");
    struct coupon_look_get_row row = { 0 };
    t_st(coupon_look_get(e->db, e->a, &(struct coupon_look_get_in){ S("HALF") }, &row), ST_OK, "another one");
    struct coupon_stop_in stop = { .coupon = row.uid, .stopped = true };
    t_st(engine_call(e, engine_staff(), CMD_COUPON_STOP, &stop, NULL), ST_OK, "is stopped");
    t_str(enter(e, who, "half"), S("ended"), "has ended");
    stop.stopped = false;
    t_st(engine_call(e, engine_staff(), CMD_COUPON_STOP, &stop, NULL), ST_OK, "and started");
    t_str(enter(e, who, "half"), S("ok"), "goes on");
}

static void parts_of_the_shop(struct engine *e)
{
    struct coupon_save_in in = draft("STARTERS");
    in.products = S(" starter,");
    in.cycles = S("annually, monthly");
    t_st(save(e, &in), ST_OK, "for one product");
    struct actor who = shopper_with(e, "email");
    enter(e, who, "starters");
    t_i64(look(e, who).coupons.v[0].state, COUPON_nothing, "not for another");
    t_st(shop_add(e, who, "starter", "two.example.test"), ST_OK, "with the one it is for");
    struct basket_view v = look(e, who);
    t_ok(v.coupons.v[0].state == COUPON_ok && v.v[0].off.minor == 0 && v.v[1].off.minor == 50, "it takes off that line");
    in.version = 1;
    in.cycles = S("annually");
    t_st(save(e, &in), ST_OK, "for the year only");
    t_i64(look(e, who).coupons.v[0].state, COUPON_nothing, "it is not for the month");
}

static void guesses(struct engine *e)
{
    struct actor who = shopper_with(e, "email");
    for (int i = 0; i < COUPON_MISSES_MOST; i++)
        t_str(enter(e, who, i % 2 ? "guess" : "!!"), S("unknown"), "a guess");
    t_str(enter(e, who, "half"), S("wait"), "who guesses too much waits, whatever they try");
    struct coupon_look_missed_row n = { 0 };
    t_st(coupon_look_missed(e->db, e->a, &n), ST_OK, "and guesses");
    t_i64(n.n, COUPON_MISSES_MOST, "are counted");
    engine_pass(e, 3600);
    t_str(enter(e, who, "half"), S("ok"), "for an hour");
    engine_pass(e, 8 * 86400);
    t_st(engine_call(e, engine_system(), CMD_BASKET_EXPIRE, &(struct basket_expire_in){ 0 }, NULL), ST_OK, "and after a week");
    t_st(coupon_look_missed(e->db, e->a, &n), ST_OK, "guesses");
    t_i64(n.n, 0, "are forgotten");
    struct actor empty = engine_visitor(e, "GBP");
    t_str(enter(e, empty, "half"), S("empty"), "without a basket there is nothing to take off");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    making(e);
    percent(e);
    amount(e);
    setup(e);
    together(e);
    limits(e);
    times(e);
    parts_of_the_shop(e);
    guesses(e);
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
