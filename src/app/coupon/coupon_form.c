#include "coupon_form.h"

#include "money.h"
#include "str.h"

#define SUMS_MOST 12
#define PERCENT_SCALE 2
#define TEXT_MOST 4096

/* ---- shown ----------------------------------------------------------------------------------------------------- */

static st sums_text(struct rq *rq, int64_t coupon, str *text)
{
    struct coupon_page_sums_rows rows;
    struct out o;
    TRY(coupon_page_sums(rq->db, rq->arena, &(struct coupon_page_sums_in){ .coupon = coupon }, &rows));
    out_init(&o, rq->arena, TEXT_MOST);
    for (size_t i = 0; i < rows.n; i++) {
        str off = money_plain(rq->arena, money_of(rows.v[i].off, rows.v[i].currency));
        str least = money_plain(rq->arena, money_of(rows.v[i].min_net, rows.v[i].currency));
        out_fmt(&o, "%.*s %.*s %.*s\n", STR_ARG(rows.v[i].currency), STR_ARG(off), STR_ARG(least));
    }
    *text = out_view(&o);
    return out_st(&o);
}

static st products_text(struct rq *rq, int64_t coupon, str *text)
{
    struct coupon_page_slugs_rows rows;
    struct out o;
    TRY(coupon_page_slugs(rq->db, rq->arena, &(struct coupon_page_slugs_in){ .coupon = coupon }, &rows));
    out_init(&o, rq->arena, TEXT_MOST * 2);
    for (size_t i = 0; i < rows.n; i++)
        out_fmt(&o, "%s%.*s", i ? ", " : "", STR_ARG(rows.v[i].slug));
    *text = out_view(&o);
    return out_st(&o);
}

static str number(struct rq *rq, int64_t n)
{
    return str_fmt(rq->arena, "%lld", (long long)n);
}

static str day(struct rq *rq, date d)
{
    return d.days == DATE_NONE.days ? S("") : date_iso(rq->arena, d);
}

st coupon_form_fill(struct rq *rq, struct form_view *f, const struct coupon_page_get_row *c)
{
    str sums, products, percent = c->percent_bp ? rate_plain(rq->arena, (int32_t)c->percent_bp) : S("");
    TRY(sums_text(rq, c->id, &sums));
    TRY(products_text(rq, c->id, &products));
    const struct {
        const char *name;
        str value;
    } known[] = {
        { "code", c->code },         { "label", c->label },       { "kind", c->kind },
        { "percent", percent },      { "sums", sums },            { "periods", number(rq, c->periods) },
        { "products", products },    { "cycles", c->cycles },     { "starts_on", day(rq, c->starts_on) },
        { "ends_on", day(rq, c->ends_on) },                       { "max_uses", number(rq, c->has_max_uses ? c->max_uses : 0) },
        { "max_customer", number(rq, c->has_max_customer ? c->max_customer : 0) },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        web_form_fill(f, known[i].name, known[i].value);
    web_form_tick(f, "setup_free", c->setup_free);
    web_form_tick(f, "combinable", c->combinable);
    return ST_OK;
}

/* ---- sent ------------------------------------------------------------------------------------------------------ */

static st wrong(struct rq *rq, const char *field, const char *why)
{
    rq_field_error(rq, field, why);
    return ST_INVALID;
}

/* "GBP 5.00 20.00": currency, amount off, and the least net amount of the basket. */
static bool read_sum(str line, struct coupon_sum *s)
{
    str word[3] = { S(""), S("0"), S("0") }, one, rest = line;
    size_t n = 0;
    money off, least;
    while (str_next(&rest, ' ', &one))
        if (!str_empty(one)) {
            if (n == COUNT(word))
                return false;
            word[n++] = one;
        }
    if (n < 2 || money_parse(word[1], word[0], &off) != ST_OK || money_parse(word[2], word[0], &least) != ST_OK)
        return false;
    *s = (struct coupon_sum){ word[0], off.minor, least.minor };
    return true;
}

static st read_sums(struct rq *rq, struct coupon_save_in *in)
{
    struct coupon_sum *v = NEWN(rq->arena, struct coupon_sum, SUMS_MOST);
    str line, rest = rq_value(rq, "sums")->value;
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    while (str_next(&rest, '\n', &line)) {
        if (str_empty(str_trim(line)))
            continue;
        if (n == SUMS_MOST || !read_sum(str_trim(line), &v[n++]))
            return wrong(rq, "sums", "err.coupon_sums");
    }
    in->sums = (struct coupon_sum_list){ v, n };
    return ST_OK;
}

st coupon_form_read(struct rq *rq, struct coupon_save_in *in)
{
    str percent = rq_value(rq, "percent")->value;
    if (!str_empty(percent) && decimal_parse(percent, PERCENT_SCALE, &in->percent_bp) != ST_OK)
        return wrong(rq, "percent", "err.coupon_percent");
    in->code = rq_value(rq, "code")->value;
    in->label = rq_value(rq, "label")->value;
    in->kind = rq_value(rq, "kind")->value;
    in->setup_free = rq_value(rq, "setup_free")->number != 0;
    in->periods = rq_value(rq, "periods")->number;
    in->cycles = rq_value(rq, "cycles")->value;
    in->products = rq_value(rq, "products")->value;
    in->starts_on = rq_value(rq, "starts_on")->value;
    in->ends_on = rq_value(rq, "ends_on")->value;
    in->max_uses = rq_value(rq, "max_uses")->number;
    in->max_customer = rq_value(rq, "max_customer")->number;
    in->combinable = rq_value(rq, "combinable")->number != 0;
    in->version = rq_value(rq, "version")->number;
    return read_sums(rq, in);
}
