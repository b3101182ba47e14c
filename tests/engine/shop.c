#include "shop.h"

static void must(st s, const char *what)
{
    if (s != ST_OK)
        t_st(s, ST_OK, what);
}

uid shop_product(struct engine *e, const char *slug, int64_t *version)
{
    struct engine_product_row p = { 0 };
    st s = engine_product(e->db, e->a, &(struct engine_product_in){ .slug = str_c(slug) }, &p);
    if (s != ST_NOT_FOUND)
        must(s, "a product is read");
    if (version)
        *version = p.version;
    return p.uid;
}

st shop_save(struct engine *e, const char *slug, const char *status)
{
    bool starter = strcmp(slug, "starter") == 0, help = strcmp(slug, "help") == 0;
    struct product_save_in in = {
        .slug = str_c(slug), .name = starter ? S("Starter web space") : help ? S("Moving help") : S("Mailboxes"),
        .summary = S("In a few words."), .description = S("Longer."), .vat_class = help ? S("general") : S("ess"),
        .module = starter ? S("exec") : S("none"), .package = starter ? S("starter") : S(""),
        .asks_for = starter ? S("hostname") : S("nothing"), .stores_data = starter, .status = str_c(status), .position = 1 };
    in.product = shop_product(e, slug, &in.version);
    return engine_call(e, engine_staff(), CMD_PRODUCT_SAVE, &in, NULL);
}

st shop_price(struct engine *e, const char *slug, int64_t amount, int64_t setup)
{
    struct price_row rows[] = {
        { S(""), S(""), S(""), S("GBP"), S("monthly"), amount, setup },
        { S(""), S(""), S(""), S("GBP"), S("annually"), amount * 10, setup },
        { S(""), S(""), S(""), S("EUR"), S("monthly"), amount * 6 / 5, setup },
        { S("disk=small"), S("Disk"), S("Small"), S("GBP"), S("monthly"), 0, 0 },
        { S("disk=large"), S("Disk"), S("Large"), S("GBP"), S("monthly"), 100, 0 },
    };
    struct product_prices_in in = { .product = shop_product(e, slug, NULL), .rows = { rows, COUNT(rows) } };
    return engine_call(e, engine_staff(), CMD_PRODUCT_PRICES, &in, NULL);
}

void shop_open(struct engine *e)
{
    static const struct {
        const char *slug;
        int64_t amount, setup;
    } all[] = { { "starter", 250, 0 }, { "email", 199, 500 }, { "help", 4000, 0 }, { "free", 0, 0 } };
    for (size_t i = 0; i < COUNT(all); i++) {
        must(shop_save(e, all[i].slug, "active"), "a product is saved");
        must(shop_price(e, all[i].slug, all[i].amount, all[i].setup), "its prices are set");
    }
}

struct basket_item shop_item(struct engine *e, const char *slug, const char *hostname)
{
    return (struct basket_item){ .product = shop_product(e, slug, NULL), .cycle = S("monthly"), .quantity = 1,
                                 .options = S(""), .hostname = str_c(hostname) };
}

st shop_add(struct engine *e, struct actor who, const char *slug, const char *hostname)
{
    struct basket_item item = shop_item(e, slug, hostname);
    struct basket_add_in in = { .item = { &item, 1 } };
    return engine_call(e, who, CMD_BASKET_ADD, &in, NULL);
}

struct order_place_in shop_form(struct engine *e, struct actor who)
{
    static int number;
    struct gate g = engine_gate(e);
    struct basket_view v = { 0 };
    must(basket_view(&g, who.person, &v), "the basket is looked at");
    return (struct order_place_in){
        .full_name = S("Alice Marlowe"), .email = str_fmt(e->a, "alice%d@example.test", number++),
        .telephone = S("020 7946 0123"), .company = S(""), .vat_number = S(""), .address1 = S("12 Quillfeather Lane"),
        .address2 = S(""), .city = S("Guildford"), .region = S(""), .postcode = S("gu1 3xz"), .country = S("GB"),
        .reference = S(""), .password = S("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"), .ip = S("192.0.2.7"),
        .ip_country = S("GB"), .ip_source = S("test"), .acknowledged = true,
        .basket_hash = str_dup(e->a, (str){ (const char *)v.hash, sizeof v.hash }) };
}

struct shopper shop_order(struct engine *e, const char *slug)
{
    struct actor visitor = engine_visitor(e, "GBP");
    struct shopper s = { .who = engine_customer(visitor) };
    must(shop_add(e, visitor, slug, strcmp(slug, "starter") == 0 ? "shop.example.test" : ""), "something is chosen");
    struct order_place_in in = shop_form(e, visitor);
    must(engine_call(e, visitor, CMD_ORDER_PLACE, &in, &s.order), "an order is placed");
    return s;
}

static struct payment_start_out start(struct engine *e, const struct shopper *s, bool save)
{
    struct payment_start_in in = { .invoice = s->order.invoice, .gateway = S("sandbox"), .save = save };
    struct payment_start_out out = { 0 };
    must(engine_call(e, s->who, CMD_PAYMENT_START, &in, &out), "a payment is started");
    return out;
}

struct payment_start_out shop_pay(struct engine *e, const struct shopper *s)
{
    return start(e, s, false);
}

struct payment_start_out shop_pay_and_save(struct engine *e, const struct shopper *s)
{
    return start(e, s, true);
}

struct payment_callback_in shop_message(struct engine *e, uid payment, const char *kind)
{
    struct engine_payment_row p = { 0 };
    must(engine_payment(e->db, e->a, &(struct engine_payment_in){ .uid = payment }, &p), "the payment is read");
    return (struct payment_callback_in){ .gateway = S("sandbox"), .event_id = uid_str(e->a, rnd_uid()), .kind = str_c(kind),
                                         .payment = payment, .reference = p.reference, .currency = p.currency,
                                         .amount = p.amount, .card_country = S("GB") };
}

str shop_say(struct engine *e, const struct payment_callback_in *in)
{
    struct payment_callback_out out = { 0 };
    st s = engine_call(e, engine_system(), CMD_PAYMENT_CALLBACK, in, &out);
    return s == ST_OK ? out.outcome : str_c(st_info(s)->name);
}
