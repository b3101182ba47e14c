/* Products and their prices. */
#include "money.h"
#include "page.h"
#include "rhythm_web.h"
#include "staff.h"
#include "staff_prices.h"
#include "staff_sql.h"
#include "str.h"

#define PRICES_TEXT 16384

st guard_staff_product(struct rq *rq)
{
    struct staff_product_get_row *row = NEW(rq->arena, struct staff_product_get_row);
    rq->object = row;
    return row ? staff_product_get(rq->db, rq->arena, &(struct staff_product_get_in){ .uid = rq_uid(rq, "id") }, row)
               : ST_NO_MEMORY;
}

st page_staff_products(struct rq *rq)
{
    struct staff_product_list_rows rows;
    TRY(staff_product_list(rq->db, rq->arena, &rows));
    struct v_staff_product_row *list = NEWN(rq->arena, struct v_staff_product_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct v_staff_product_row){
            .id = rows.v[i].uid, .status = rows.v[i].status, .name = rows.v[i].name, .slug = rows.v[i].slug,
            .module = rows.v[i].module, .package = rows.v[i].package, .position = rows.v[i].position,
        };
    return show_staff_products(rq, 200, &(struct v_staff_products){ .rows = { list, rows.n } });
}

st page_staff_product_new(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_STAFF_PRODUCT);
    if (!f)
        return ST_NO_MEMORY;
    web_form_fill(f, "position", S("100"));
    return show_staff_product_new(rq, 200, &(struct v_staff_product_new){ .f = f });
}

/* ---- one product */

static void fill_product(struct rq *rq, struct form_view *f, const struct staff_product_get_row *p)
{
    const struct {
        const char *name;
        str value;
    } known[] = {
        { "name", p->name },           { "slug", p->slug },         { "summary", p->summary },
        { "description", p->description }, { "vat_class", p->vat_class }, { "module", p->module },
        { "package", p->package },     { "asks_for", p->asks_for }, { "status", p->status },
        { "position", str_fmt(rq->arena, "%lld", (long long)p->position) },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        web_form_fill(f, known[i].name, known[i].value);
    web_form_tick(f, "stores_data", p->stores_data);
}

static void fill_terms(struct rq *rq, struct form_view *f, const struct staff_product_get_row *p)
{
    const struct {
        const char *name;
        int64_t value;
    } known[] = {
        { "max_order", p->has_max_order ? p->max_order : 0 },
        { "max_customer", p->has_max_customer ? p->max_customer : 0 },
        { "trial_days", p->trial_days },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        web_form_fill(f, known[i].name, str_fmt(rq->arena, "%lld", (long long)known[i].value));
    if (p->has_stock)
        web_form_fill(f, "stock", str_fmt(rq->arena, "%lld", (long long)p->stock));
}

static st prices_text(struct rq *rq, int64_t product, str *text)
{
    struct staff_product_prices_rows rows;
    struct out o;
    TRY(staff_product_prices(rq->db, rq->arena, &(struct staff_product_prices_in){ .product = product }, &rows));
    out_init(&o, rq->arena, PRICES_TEXT);
    for (size_t i = 0; i < rows.n; i++) {
        const struct staff_product_prices_row *r = &rows.v[i];
        struct price_row row = {
            .option = S(""), .option_label = r->label, .choice_label = r->choice_label, .currency = r->currency,
            .cycle = r->cycle, .amount = r->amount, .setup = r->setup,
        };
        if (r->code.p)
            row.option = str_fmt(rq->arena, "%.*s=%.*s", STR_ARG(r->code), STR_ARG(r->choice));
        prices_write(&o, &row);
    }
    *text = out_view(&o);
    return out_st(&o);
}

st page_staff_product(struct rq *rq)
{
    const struct staff_product_get_row *p = rq->object;
    struct form_view *f = web_form(rq, FORM_STAFF_PRODUCT), *prices = web_form(rq, FORM_STAFF_PRICES);
    struct form_view *terms = web_form(rq, FORM_STAFF_TERMS), *ways = web_form(rq, FORM_STAFF_WAYS);
    str text, slugs;
    if (!f || !prices || !terms || !ways)
        return ST_NO_MEMORY;
    fill_product(rq, f, p);
    fill_terms(rq, terms, p);
    TRY(prices_text(rq, p->id, &text));
    web_form_fill(prices, "prices", text);
    TRY(rhythm_ways_text(rq, p->id, &slugs));
    web_form_fill(ways, "slugs", slugs);
    return show_staff_product(rq, 200,
                              &(struct v_staff_product){
                                  .id = p->uid, .name = p->name, .slug = p->slug, .version = p->version, .f = f, .prices = prices,
                                  .terms = terms, .seen = str_fmt(rq->arena, "%lld", (long long)(p->has_stock ? p->stock : -1)),
                                  .ways = ways, .csrf = rq->csrf,
                              });
}

/* ---- saving */

static st saved(struct rq *rq, st result, const void *out)
{
    const struct product_save_out *answer = out;
    TRY(result);
    return rq_redirect(rq, url_staff_product(rq->arena, answer->product));
}

static st save(struct rq *rq, uid product)
{
    struct product_save_in in = {
        .product = product,
        .slug = rq_value(rq, "slug")->value,
        .name = rq_value(rq, "name")->value,
        .summary = rq_value(rq, "summary")->value,
        .description = rq_value(rq, "description")->value,
        .vat_class = rq_value(rq, "vat_class")->value,
        .module = rq_value(rq, "module")->value,
        .package = rq_value(rq, "package")->value,
        .asks_for = rq_value(rq, "asks_for")->value,
        .stores_data = rq_value(rq, "stores_data")->number != 0,
        .status = rq_value(rq, "status")->value,
        .position = rq_value(rq, "position")->number,
        .version = rq_value(rq, "version")->number,
    };
    return rq_command(rq, CMD_PRODUCT_SAVE, &in, saved);
}

st page_staff_product_create(struct rq *rq)
{
    return save(rq, (uid){ 0 });
}

st page_staff_product_save(struct rq *rq)
{
    const struct staff_product_get_row *p = rq->object;
    return save(rq, p->uid);
}

static st priced(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct staff_product_get_row *p = rq->object;
    TRY(result);
    return rq_redirect(rq, url_staff_product(rq->arena, p->uid));
}

st page_staff_prices_save(struct rq *rq)
{
    const struct staff_product_get_row *p = rq->object;
    struct product_prices_in in = { .product = p->uid };
    int line = 0;
    struct price_row *rows = NULL;
    size_t n = 0;
    st rc = prices_parse(rq->arena, rq_value(rq, "prices")->value, &rows, &n, &line);
    if (rc == ST_INVALID) {
        rq_field_error(rq, "prices", "err.price_line");
        rq->values[FORM_STAFF_PRICES_PRICES].example = str_fmt(rq->arena, "%d", line);
    }
    TRY(rc);
    in.rows = (struct price_row_list){ rows, n };
    return rq_command(rq, CMD_PRODUCT_PRICES, &in, priced);
}

st page_staff_terms_save(struct rq *rq)
{
    const struct staff_product_get_row *p = rq->object;
    str stock = rq_value(rq, "stock")->value;
    struct product_terms_in in = { .product = p->uid, .limited = !str_empty(stock),
                                   .max_order = rq_value(rq, "max_order")->number,
                                   .max_customer = rq_value(rq, "max_customer")->number,
                                   .trial_days = rq_value(rq, "trial_days")->number };
    TRY(i64_parse(rq_value(rq, "seen")->value, -1, INT64_MAX, &in.seen) == ST_OK ? ST_OK : ST_BAD_REQUEST);
    if (in.limited && i64_parse(stock, 0, INT64_MAX, &in.stock) != ST_OK) {
        rq_field_error(rq, "stock", "err.number");
        return ST_INVALID;
    }
    return rq_command(rq, CMD_PRODUCT_TERMS, &in, priced);
}
