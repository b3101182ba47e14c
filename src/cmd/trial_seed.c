#include "trial_seed.h"

#include "codec.h"
#include "str.h"

#include <jansson.h>
#include <string.h>

#define ROWS_MAX 200
#define PRODUCTS_MAX 50

struct seed {
    struct arena *a;
    trial_ask_fn *ask;
    void *at;
};
struct rows {
    struct price_row v[ROWS_MAX];
    size_t n;
};

static str text(const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    return json_is_string(v) ? (str){ json_string_value(v), json_string_length(v) } : S("");
}

/* {"GBP": {"monthly": [amount, setup], …}, …} as rows of one option, or of the product itself. */
static st add_prices(struct rows *rows, json_t *prices, const struct price_row *of)
{
    const char *currency, *cycle;
    json_t *cycles, *pair;
    if (!json_is_object(prices))
        return ST_CONFIG;
    json_object_foreach(prices, currency, cycles)
    {
        json_object_foreach(cycles, cycle, pair)
        {
            if (rows->n == ROWS_MAX || json_array_size(pair) != 2)
                return ST_CONFIG;
            struct price_row *row = &rows->v[rows->n++];
            *row = *of;
            row->currency = (str){ currency, strlen(currency) };
            row->cycle = (str){ cycle, strlen(cycle) };
            row->amount = json_integer_value(json_array_get(pair, 0));
            row->setup = json_integer_value(json_array_get(pair, 1));
        }
    }
    return ST_OK;
}

static st add_options(struct seed *s, struct rows *rows, const json_t *product)
{
    size_t i, j;
    json_t *option, *choice;
    json_array_foreach(json_object_get(product, "options"), i, option)
    {
        json_array_foreach(json_object_get(option, "choices"), j, choice)
        {
            struct price_row of = {
                .option = str_fmt(s->a, "%.*s=%.*s", STR_ARG(text(option, "code")), STR_ARG(text(choice, "choice"))),
                .option_label = text(option, "label"),
                .choice_label = text(choice, "label"),
            };
            TRY(add_prices(rows, json_object_get(choice, "prices"), &of));
        }
    }
    return ST_OK;
}

/* How many there are, how many one may have, and how long it is free at the beginning; most products say nothing of it. */
static st seed_terms(struct seed *s, const json_t *product, uid id)
{
    const json_t *stock = json_object_get(product, "stock");
    struct product_terms_in in = {
        .product = id,
        .limited = stock != NULL,
        .stock = json_integer_value(stock),
        .seen = -1,
        .max_order = json_integer_value(json_object_get(product, "max_order")),
        .trial_days = json_integer_value(json_object_get(product, "trial_days")),
    };
    return in.limited || in.max_order || in.trial_days ? s->ask(s->at, s->a, CMD_PRODUCT_TERMS, &in, NULL) : ST_OK;
}

static st seed_product(struct seed *s, const json_t *product, uid *id)
{
    struct rows *rows = NEW(s->a, struct rows);
    if (!rows)
        return ST_NO_MEMORY;
    struct product_save_in in = {
        .slug = text(product, "slug"),
        .name = text(product, "name"),
        .summary = text(product, "summary"),
        .description = text(product, "description"),
        .vat_class = text(product, "vat_class"),
        .module = text(product, "module"),
        .package = text(product, "package"),
        .asks_for = text(product, "asks_for"),
        .stores_data = json_is_true(json_object_get(product, "stores_data")),
        .status = text(product, "status"),
        .position = json_integer_value(json_object_get(product, "position")),
    };
    struct product_save_out saved;
    struct price_row itself = { .option = S(""), .option_label = S(""), .choice_label = S("") };
    TRY(add_prices(rows, json_object_get(product, "prices"), &itself));
    TRY(add_options(s, rows, product));
    TRY(s->ask(s->at, s->a, CMD_PRODUCT_SAVE, &in, &saved));
    *id = saved.product;
    struct product_prices_in prices = { .product = saved.product, .rows = { rows->v, rows->n } };
    TRY(s->ask(s->at, s->a, CMD_PRODUCT_PRICES, &prices, NULL));
    return seed_terms(s, product, saved.product);
}

static st seed_coupon(struct seed *s, const json_t *coupon)
{
    struct coupon_save_in in = {
        .code = text(coupon, "code"),
        .label = text(coupon, "label"),
        .kind = text(coupon, "kind"),
        .percent_bp = json_integer_value(json_object_get(coupon, "percent_bp")),
        .setup_free = json_is_true(json_object_get(coupon, "setup_free")),
        .periods = json_integer_value(json_object_get(coupon, "periods")),
        .cycles = text(coupon, "cycles"),
        .products = text(coupon, "products"),
        .starts_on = S(""),
        .ends_on = S(""),
        .max_customer = json_integer_value(json_object_get(coupon, "max_customer")),
    };
    struct coupon_save_out saved;
    return s->ask(s->at, s->a, CMD_COUPON_SAVE, &in, &saved);
}

/* To which plans customers may change: known only when every product is there. */
static st seed_ways(struct seed *s, const json_t *product, uid id)
{
    size_t i;
    json_t *slug;
    str all = S("");
    json_array_foreach(json_object_get(product, "changes"), i, slug)
    {
        if (json_is_string(slug))
            all = str_fmt(s->a, "%.*s%s\n", STR_ARG(all), json_string_value(slug));
    }
    struct rhythm_ways_in in = { .product = id, .slugs = all };
    return str_empty(all) ? ST_OK : s->ask(s->at, s->a, CMD_RHYTHM_WAYS, &in, NULL);
}

static st seed_products(struct seed *s, const json_t *products, bool sftp, size_t *n)
{
    uid made[PRODUCTS_MAX] = { { { 0 } } };
    json_t *product;
    size_t i;
    json_array_foreach(products, i, product)
    {
        if (i == PRODUCTS_MAX)
            return ST_CONFIG;
        if (!sftp && str_eq(text(product, "module"), S("sftp")))
            continue;
        TRY(seed_product(s, product, &made[i]));
        ++*n;
    }
    json_array_foreach(products, i, product)
    {
        if (!uid_zero(made[i]))
            TRY(seed_ways(s, product, made[i]));
    }
    return ST_OK;
}

st trial_seed(struct arena *a, str catalogue, bool sftp, trial_ask_fn *ask, void *at, size_t *n)
{
    struct seed s = { a, ask, at };
    json_error_t error;
    json_t *root = json_loadb(catalogue.p, catalogue.n, JSON_REJECT_DUPLICATES, &error), *coupon;
    st rc = json_is_object(root) ? ST_OK : ST_CONFIG;
    size_t i;
    *n = 0;
    if (rc == ST_OK)
        rc = seed_products(&s, json_object_get(root, "products"), sftp, n);
    json_array_foreach(json_object_get(root, "coupons"), i, coupon)
    {
        if (rc == ST_OK)
            rc = seed_coupon(&s, coupon);
    }
    json_decref(root);
    return rc;
}
