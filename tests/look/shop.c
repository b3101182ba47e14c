/* The shop, from the first page to the payment. */
#include "look.h"

#include "basket_html.h"
#include "error_html.h"
#include "order_html.h"
#include "payment_html.h"
#include "shop_html.h"

#define RATE 2000

static void home(struct look *l)
{
    const struct v_shop_home_product p[] = {
        { S("starter"), S("Starter"), S("One web site with its own address. Enough for a club, a shop window or a small business."), look_money(600), S("monthly"), look_money(0), false, 14 },
        { S("business"), S("Business"), S("Ten web sites, daily copies and a person who answers within the hour."), look_money(1800), S("monthly"), look_money(600), false, 0 },
        { S("server"), S("Managed server"), S("A machine of your own that we look after."), look_money(7200), S("monthly"), look_money(0), true, 0 },
    };
    const struct v_shop_home_looked looked[] = { { S("business"), S("Business") } };
    t_shop_home(&l->body, &(struct v_shop_home){ { p, COUNT(p) }, S(""), { looked, 1 }, true, RATE });
    look_page(l, "home", S("visitor"), S("home"), S("Web hosting"));
    t_shop_home(&l->body, &(struct v_shop_home){ { NULL, 0 }, S(""), { NULL, 0 }, true, RATE });
    look_page(l, "home-empty", S("visitor"), S("home"), S("Web hosting"));
}

static void product(struct look *l)
{
    const struct v_shop_product_cycle c[] = {
        { S("monthly"), look_money(600), look_money(0), true },
        { S("annually"), look_money(6000), look_money(1200), false },
    };
    const struct v_shop_product_choice disk[] = {
        { S("disk=10"), S("10 GB"), look_money(0), true },
        { S("disk=50"), S("50 GB"), look_money(240), false },
    };
    const struct v_shop_product_option o[] = { { S("option1"), S("Disk space"), { disk, COUNT(disk) } } };
    const str text[] = { S("A directory on a server in London, reached over the web and by secure file transfer."),
                         S("You can leave at any time; what you have paid for runs to its end.") };
    const struct form_view *f = look_form(l, FORM_BASKET_ADD, false);
    look_fill(f, "quantity", S("1"));
    t_shop_product(&l->body, &(struct v_shop_product){ .f = f, .id = look_uid(1), .name = S("Starter"),
        .summary = S("One web site with its own address."), .paragraphs = { text, 2 }, .cycles = { c, COUNT(c) },
        .options = { o, COUNT(o) }, .asks_for = S("domain"), .stores_data = true, .with_vat = true, .vat_rate = RATE,
        .left = 3, .trial_days = 14 });
    look_page(l, "product", S("visitor"), S("home"), S("Starter"));
}

static const struct v_basket_line lines[] = {
    { .id = { { 1 } }, .slug = SI("starter"), .name = SI("Starter"), .options = SI("Disk space: 50 GB"), .hostname = SI("quillfeather.example"),
      .quantity = 1, .cycle = SI("annually"), .unit = { 5000, "GBP" }, .setup = { 1000, "GBP" }, .net = { 6000, "GBP" }, .state = SI("ok"),
      .price_changed = true, .was = { 5500, "GBP" }, .trial_offered = true, .trial_days = 14, .later = { 7200, "GBP" },
      .until = { 20790 }, .from = { 20791 }, .every = SI("a month"), .full = { 8600, "GBP" } },
    { .id = { { 2 } }, .slug = SI("server"), .name = SI("Managed server"), .quantity = 2, .cycle = SI("monthly"), .unit = { 6000, "GBP" },
      .setup = { 0, "GBP" }, .net = { 12000, "GBP" }, .state = SI("ok") },
    { .id = { { 3 } }, .slug = SI("old"), .name = SI("Legacy plan"), .quantity = 1, .cycle = SI("monthly"), .state = SI("withdrawn") },
};
static const struct v_totals totals = { { 18000, "GBP" }, { 3600, "GBP" }, { 21600, "GBP" }, RATE, true, { 1500, "GBP" } };
static const struct v_basket_code codes[] = {
    { .id = { { 4 } }, .code = SI("WELCOME20"), .label = SI("20 % off the first three periods"), .state = SI("ok"), .off = { 1500, "GBP" },
      .wants = { 0, "GBP" }, .periods = 3 },
    { .id = { { 5 } }, .code = SI("SUMMER"), .label = SI("Summer sale"), .state = SI("ended"), .off = { 0, "GBP" }, .wants = { 0, "GBP" } },
};

static void basket(struct look *l)
{
    t_basket_show(&l->body, &(struct v_basket_show){ { lines, 3 }, totals, false, S("sample"), { codes, 2 },
        look_form(l, FORM_BASKET_COUPON, false), S(""), false, 30 });
    look_page(l, "basket", S("visitor"), S("basket"), S("Your basket"));
    t_basket_show(&l->body, &(struct v_basket_show){ { NULL, 0 }, totals, false, S("sample"), { NULL, 0 },
        look_form(l, FORM_BASKET_COUPON, false), S(""), false, 30 });
    look_page(l, "basket-empty", S("visitor"), S("basket"), S("Your basket"));
    for (int bad = 0; bad < 2; bad++) {
        const struct form_view *f = look_form(l, FORM_CHECKOUT, bad);
        look_fill(f, "country", S("GB"));
        look_fill(f, "customer_type", S("consumer"));
        t_checkout_show(&l->body, &(struct v_checkout_show){ .f = f, .lines = { lines, 2 }, .codes = { codes, 1 }, .total = totals,
            .business_offered = true, .stores_data = true, .reference_offered = true,
            .ip_why = S("It is evidence of where you are, for VAT, and helps against fraud.") });
        look_page(l, bad ? "checkout-errors" : "checkout", S("visitor"), S("checkout"), S("Checkout"));
    }
}

static void orders(struct look *l)
{
    const struct v_order_row rows[] = {
        { look_uid(1), look_at(0, 20), S("Starter"), look_money(21600), S("pending") },
        { look_uid(2), look_at(40, 0), S("Managed server and 1 more"), look_money(7200), S("active") },
        { look_uid(3), look_at(90, 0), S("Starter"), look_money(600), S("cancelled") },
    };
    const struct v_order_show_line ls[] = {
        { S("Starter"), S("Disk space: 50 GB"), S("quillfeather.example"), 1, S("annually"), look_money(6000), look_money(1000), look_money(0), 0, look_money(0), S("a month"), look_money(0) },
        { S("Managed server"), S(""), S(""), 2, S("monthly"), look_money(12000), look_money(0), look_money(1500), 0, look_money(0), S("a month"), look_money(0) },
    };
    const struct v_order_show_step steps[] = {
        { S("done"), S("We have your order"), S(""), look_at(0, 20) },
        { S("done"), S("VAT is decided"), S("United Kingdom, 20 %: your address and your internet address agree."), look_at(0, 20) },
        { S("now"), S("You pay"), S("On the page of the payment gateway. Until then nothing is charged."), { INT64_MIN } },
        { S("later"), S("We set everything up"), S("This takes a minute or two after your payment."), { INT64_MIN } },
    };
    const str reasons[] = { S("Billing address: United Kingdom."), S("Internet address: United Kingdom.") };
    t_orders_list(&l->body, &(struct v_orders_list){ { rows, COUNT(rows) }, 3 });
    look_page(l, "orders", S("customer"), S("orders"), S("Your orders"));
    t_orders_list(&l->body, &(struct v_orders_list){ { NULL, 0 }, 0 });
    look_page(l, "orders-empty", S("customer"), S("orders"), S("Your orders"));
    for (int i = 0; i < 2; i++) {
        t_order_show(&l->body, &(struct v_order_show){ .id = look_uid(1), .placed = look_at(0, 20), .status = S("pending"),
            .csrf = S("sample"), .lines = { ls, 2 }, .net = look_money(18000), .vat = look_money(3600), .gross = look_money(21600),
            .vat_status = i ? S("contradiction") : S("decided"), .vat_reasons = { reasons, 2 }, .steps = { steps, COUNT(steps) },
            .invoice = look_uid(4), .payable = !i, .cancellable = true, .waits = i, .reference = S("PO-778"),
            .statement_version = S("2026-11"), .statement_hash = S("a1b2c3") });
        look_page(l, i ? "order-contradiction" : "order", S("customer"), S("orders"), S("Your order"));
    }
}

static void payments(struct look *l)
{
    static const str states[] = { SI("started"), SI("succeeded"), SI("declined"), SI("review") };
    static const char *const names[] = { "payment-wait", "payment-paid", "payment-declined", "payment-review" };
    for (size_t i = 0; i < COUNT(states); i++) {
        t_payment_return(&l->body, &(struct v_payment_return){ states[i], look_uid(1), look_money(21600) });
        look_page(l, names[i], S("customer"), S("payments"), S("Your payment"));
    }
    for (int ready = 0; ready < 2; ready++) {
        t_payment_away(&l->body, &(struct v_payment_away){ look_uid(1), look_uid(2), ready, look_money(21600) });
        look_page(l, ready ? "payment-ready" : "payment-away", S("customer"), S("payments"), S("Your payment"));
    }
    t_sandbox_page(&l->body, &(struct v_sandbox_page){ look_uid(1), look_form(l, FORM_SANDBOX, false), look_money(21600),
        S("Example Hosting Ltd"), false });
    look_page(l, "sandbox", S("customer"), S("sandbox"), S("Sandbox payment"));
    t_error_page(&l->body, &(struct v_error_page){ 404, S("There is nothing here under that address."), S("8f3a21"), S("hello@example.test") });
    look_page(l, "error", S("visitor"), S("error"), S("This did not work"));
}

void look_shop(struct look *l)
{
    home(l);
    product(l);
    basket(l);
    orders(l);
    payments(l);
}
