/* Prices as text: what staff type is what is stored, and a line that cannot be read is named. */
#include "staff_prices.h"
#include "str.h"
#include "t.h"

static const char good[] = "GBP monthly 2.50 0.00\n"
                           "help=call GBP monthly 0.00 12.50 | Help with setting up | A half-hour call\n"
                           "JPY once 500 0\n";

static void test_round(struct arena *a)
{
    struct price_row *rows = NULL;
    size_t n = 0;
    int line = 0;
    struct out o;
    t_st(prices_parse(a, str_c(good), &rows, &n, &line), ST_OK, "three prices are read");
    t_i64((int64_t)n, 3, "three");
    t_i64(rows[0].amount, 250, "in minor units");
    t_str(rows[1].option, S("help=call"), "an option and its choice");
    t_i64(rows[1].setup, 1250, "with a set-up fee");
    t_i64(rows[2].amount, 500, "a currency without minor units");
    out_init(&o, a, 4096);
    for (size_t i = 0; i < n; i++)
        prices_write(&o, &rows[i]);
    t_str(out_view(&o), str_c(good), "and written as they were");
}

static void test_wrong(struct arena *a)
{
    static const struct {
        const char *text;
        int line;
    } wrong[] = {
        { "GBP monthly\n", 1 },
        { "\n# a note\nGBP monthly 1.00\nXXX monthly 1.00\n", 4 },
        { "GBP monthly -1.00\n", 1 },
        { "GBP monthly 1.005\n", 1 },
        { "GBP monthly 1.00 2.00 3.00\n", 1 },
        { "help=call GBP monthly 1.00\n", 1 },
        { "GBP monthly 1.00 | a | b\n", 1 },
        { "help=call GBP monthly 1.00 | a\n", 1 },
        { "help=call GBP monthly 1.00 | a | b | c\n", 1 },
        { "GBP monthly 99999999999999999999.00\n", 1 },
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct price_row *rows;
        size_t n;
        int line = 0;
        st rc = prices_parse(a, str_c(wrong[i].text), &rows, &n, &line);
        t_ok(rc == ST_INVALID && line == wrong[i].line, str_z(a, str_fmt(a, "wrong line %zu is named", i)));
    }
}

int main(void)
{
    struct arena *a = arena_new(1u << 20);
    test_round(a);
    test_wrong(a);
    arena_free(a);
    return t_done();
}
