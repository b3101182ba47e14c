#include "money.h"

#include "str.h"
#include "t.h"

static money gbp(int64_t minor)
{
    return money_of(minor, S("GBP"));
}

static void arithmetic(void)
{
    money m = gbp(5);
    t_ok(money_add(gbp(2), gbp(3), &m) == ST_OK && m.minor == 5, "sum");
    t_st(money_add(gbp(1), money_of(1, S("EUR")), &m), ST_INVALID, "two currencies");
    t_st(money_add(gbp(INT64_MAX), gbp(1), &m), ST_OVERFLOW, "sum too large");
    t_st(money_sub(gbp(INT64_MIN), gbp(1), &m), ST_OVERFLOW, "difference too small");
    t_st(money_mul(gbp(INT64_MAX / 2), 3, &m), ST_OVERFLOW, "product too large");
    t_ok(money_ratio(gbp(INT64_MAX), INT64_MAX, INT64_MAX, &m) == ST_OK && m.minor == INT64_MAX, "wide intermediate");
    t_st(money_ratio(gbp(INT64_MAX), 2, 1, &m), ST_OVERFLOW, "ratio too large");
    t_st(money_ratio(gbp(1), 1, 0, &m), ST_INVALID, "by nothing");
    t_ok(money_ratio(gbp(1), 1, 2, &m) == ST_OK && m.minor == 1, "half rounds away");
    t_ok(money_ratio(gbp(-1), 1, 2, &m) == ST_OK && m.minor == -1, "from zero on both sides");
    t_ok(money_ratio(gbp(5), 1, -2, &m) == ST_OK && m.minor == -3, "a negative divisor");
    t_ok(money_vat(gbp(999), 2000, &m) == ST_OK && m.minor == 200, "20 % of 9.99");
    t_ok(money_vat(gbp(1000), 2550, &m) == ST_OK && m.minor == 255, "25.5 % of 10.00");
    t_ok(money_net_of_gross(gbp(1199), 2000, &m) == ST_OK && m.minor == 999, "net in 11.99");
}

static void split(void)
{
    money p[3];
    t_ok(money_split(gbp(100), (int64_t[]){ 1, 1, 1 }, 3, p) == ST_OK && p[0].minor == 34 && p[1].minor == 33 &&
             p[2].minor == 33, "the first wins ties");
    t_ok(money_split(gbp(-100), (int64_t[]){ 1, 1, 1 }, 3, p) == ST_OK && p[0].minor == -34, "a credit");
    t_ok(money_split(gbp(10), (int64_t[]){ 1, 0, 2 }, 3, p) == ST_OK && p[0].minor == 3 && p[1].minor == 0 &&
             p[2].minor == 7, "weights");
    t_st(money_split(gbp(10), (int64_t[]){ 0, 0, 0 }, 3, p), ST_INVALID, "no weight");
    t_st(money_split(gbp(10), (int64_t[]){ 1, -1, 3 }, 3, p), ST_INVALID, "a negative weight");
}

static void text(struct arena *a)
{
    money m;
    t_str(money_show(a, gbp(123450)), S("£1,234.50"), "pounds");
    t_str(money_show(a, gbp(-5)), S("−£0.05"), "less than nothing");
    t_str(money_show(a, money_of(1200, S("CHF"))), S("CHF\u00a012.00"), "a currency without a sign");
    t_str(money_show(a, money_of(1234567, S("JPY"))), S("¥1,234,567"), "a currency without a point");
    t_str(money_plain(a, gbp(INT64_MIN)), S("-92233720368547758.08"), "the least of all");
    t_ok(money_parse(S("1234.5"), S("GBP"), &m) == ST_OK && m.minor == 123450, "parsed");
    t_st(money_parse(S("1.234"), S("GBP"), &m), ST_INVALID, "too many digits");
    t_st(money_parse(S("1"), S("XXX"), &m), ST_INVALID, "no such currency");
    t_st(money_parse(S("1.0"), S("JPY"), &m), ST_INVALID, "a point where there is none");
    t_str(rate_show(a, 2000), S("20\u00a0%"), "20 %");
    t_str(rate_plain(a, 2550), S("25.5"), "25.5");
    t_str(rate_plain(a, 1905), S("19.05"), "19.05");
    t_ok(currency_known(S("EUR")) && !currency_known(S("EURO")) && !currency_known(S("")), "known currencies");
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    arithmetic();
    split();
    text(a);
    arena_free(a);
    return t_done();
}
