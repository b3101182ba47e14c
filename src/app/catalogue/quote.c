/* What a configured product costs: the only way to a price. */
#include <string.h>

#include "catalogue.h"
#include "catalogue_sql.h"
#include "config_keys.h"
#include "money.h"
#include "str.h"
#include "vat.h"

static const struct {
    str name;
    int months;
} cycles[] = {
    { SI("monthly"), 1 }, { SI("quarterly"), 3 }, { SI("annually"), 12 }, { SI("biennially"), 24 }, { SI("once"), 0 },
};

const str catalogue_cycles[] = { SI("monthly"), SI("quarterly"), SI("annually"), SI("biennially"), SI("once") };
const size_t catalogue_cycles_n = COUNT(catalogue_cycles);

int catalogue_cycle_months(str cycle)
{
    for (size_t i = 0; i < COUNT(cycles); i++)
        if (str_eq(cycle, cycles[i].name))
            return cycles[i].months;
    return -1;
}

bool catalogue_shown_vat(const struct config *c, date on, int32_t *rate_bp)
{
    *rate_bp = 0;
    return c->vat.registered && vat_rate(vat_book(), c->company.country, on, rate_bp) == ST_OK;
}

money catalogue_shown(money net, int32_t rate_bp)
{
    money vat, gross;
    return money_vat(net, rate_bp, &vat) == ST_OK && money_add(net, vat, &gross) == ST_OK ? gross : net;
}

/* One option the customer chose: "code=choice". */
struct picked {
    str code, choice;
    bool used;
};

static st picked_parse(str text, struct picked *out, size_t *n)
{
    str item, rest = text;
    *n = 0;
    if (str_empty(text))
        return ST_OK;
    while (str_next(&rest, ',', &item)) {
        size_t eq = str_index(item, '=');
        if (eq == 0 || eq + 1 >= item.n || *n == CATALOGUE_OPTIONS)
            return ST_INVALID;
        struct picked p = { .code = str_sub(item, 0, eq), .choice = str_sub(item, eq + 1, item.n) };
        for (size_t i = 0; i < *n; i++)
            if (str_eq(out[i].code, p.code))
                return ST_INVALID; /* the same option twice */
        out[(*n)++] = p;
    }
    return ST_OK;
}

/* The row of the option `code` that was picked; when none was picked, the option's first choice. */
static st option_row(const struct catalogue_options_rows *rows, str code, struct picked *p, size_t n,
                     const struct catalogue_options_row **out)
{
    struct picked *mine = NULL;
    for (size_t i = 0; i < n; i++)
        if (str_eq(p[i].code, code))
            mine = &p[i];
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->v[i].code, code) && (!mine || str_eq(rows->v[i].choice, mine->choice))) {
            if (mine)
                mine->used = true;
            *out = &rows->v[i];
            return ST_OK;
        }
    return ST_INVALID;
}

static st add_option(struct db *db, struct arena *a, const struct catalogue_options_row *o, const struct quote_ask *ask,
                     struct quote *q)
{
    struct catalogue_option_price_row price;
    st s = catalogue_option_price(db, a, &(struct catalogue_option_price_in){
        .option = o->id, .currency = ask->currency, .cycle = ask->cycle }, &price);
    if (s == ST_OK) {
        TRY(money_add(q->unit, money_of(price.amount, ask->currency), &q->unit));
        TRY(money_add(q->setup, money_of(price.setup, ask->currency), &q->setup));
    } else if (s != ST_NOT_FOUND) { /* a choice without a price of its own costs nothing more */
        return s;
    }
    q->options = str_fmt(a, "%.*s%s%.*s=%.*s", STR_ARG(q->options), q->options.n ? "," : "", STR_ARG(o->code),
                         STR_ARG(o->choice));
    q->option_text = str_fmt(a, "%.*s%s%.*s: %.*s", STR_ARG(q->option_text), q->option_text.n ? ", " : "",
                             STR_ARG(o->label), STR_ARG(o->choice_label));
    return ST_OK;
}

/* Options in the catalogue's order, each once: so equal choices make equal text. */
static st add_options(struct db *db, struct arena *a, const struct quote_ask *ask, struct quote *q)
{
    struct picked picked[CATALOGUE_OPTIONS];
    size_t n;
    TRY(picked_parse(ask->options, picked, &n));
    struct catalogue_options_rows rows;
    TRY(catalogue_options(db, a, &(struct catalogue_options_in){ .product = q->product }, &rows));
    q->options = q->option_text = S("");
    for (size_t i = 0; i < rows.n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || str_eq(rows.v[k].code, rows.v[i].code);
        if (seen)
            continue;
        const struct catalogue_options_row *o;
        TRY(option_row(&rows, rows.v[i].code, picked, n, &o));
        TRY(add_option(db, a, o, ask, q));
    }
    for (size_t i = 0; i < n; i++)
        if (!picked[i].used)
            return ST_INVALID; /* an option this product does not have */
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

static st product_id(struct db *db, struct arena *a, const struct quote_ask *ask, int64_t *id)
{
    *id = ask->product;
    if (*id != 0)
        return ST_OK;
    struct catalogue_by_uid_row p;
    TRY(catalogue_by_uid(db, a, &(struct catalogue_by_uid_in){ .uid = ask->product_uid }, &p));
    *id = p.id;
    return ST_OK;
}

st catalogue_quote(struct db *db, struct arena *a, const struct quote_ask *ask, struct quote *out)
{
    int64_t id;
    TRY(product_id(db, a, ask, &id));
    struct catalogue_product_row p;
    TRY(catalogue_product(db, a, &(struct catalogue_product_in){ .id = id }, &p));
    *out = (struct quote){ .product = p.id, .product_uid = p.uid, .slug = p.slug, .name = p.name, .vat_class = p.vat_class,
                           .module = p.module, .package = p.package, .asks_for = p.asks_for, .status = p.status,
                           .stores_data = p.stores_data, .version = p.version, .limited = p.has_stock, .stock = p.stock,
                           .max_order = p.has_max_order ? p.max_order : 0,
                           .max_customer = p.has_max_customer ? p.max_customer : 0,
                           .trial_days = catalogue_cycle_months(ask->cycle) > 0 ? p.trial_days : 0 };
    if (!str_eq(p.status, S("active")))
        return ST_WITHDRAWN;
    struct catalogue_price_row price;
    TRY(catalogue_price(db, a, &(struct catalogue_price_in){
        .product = p.id, .currency = ask->currency, .cycle = ask->cycle }, &price));
    out->unit = money_of(price.amount, ask->currency);
    out->setup = money_of(price.setup, ask->currency);
    TRY(add_options(db, a, ask, out));
    money each;
    TRY(money_add(out->unit, out->setup, &each));
    return money_mul(each, ask->quantity, &out->net);
}
