/* Commands of the catalogue: products and their prices. */
#include "catalogue.h"

#include "catalogue_sql.h"
#include "codec.h"
#include "money.h"
#include "rnd.h"
#include "str.h"

#define AMOUNT_MOST 100000000000LL /* a thousand million: past that it is a slip of the finger */

static bool one_of(str s, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(s, str_c(*words)))
            return true;
    return false;
}

/* Lower-case letters, digits and hyphens, beginning and ending with none: what stands in an address. */
static bool is_slug(str s)
{
    if (s.n == 0 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
            return false;
    return true;
}

/* Options travel as "code=choice,…", so neither may hold what separates them. */
static bool is_code(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_' || s.p[i] == '-'))
            return false;
    return s.n > 0 && s.n <= 20;
}

static st check_product(struct cx *cx, const struct product_save_in *in)
{
    static const char *const classes[] = { "ess", "telecoms", "general", NULL };
    static const char *const asks[] = { "nothing", "domain", "hostname", NULL };
    static const char *const states[] = { "active", "hidden", "withdrawn", NULL };
    if (!is_slug(in->slug))
        return cx_invalid(cx, "slug", "err.slug");
    if (str_empty(str_trim(in->name)) || !utf8_printable(in->name, false))
        return cx_invalid(cx, "name", "err.characters");
    if (str_empty(str_trim(in->summary)) || !utf8_printable(in->summary, false))
        return cx_invalid(cx, "summary", "err.characters");
    if (!utf8_printable(in->description, true))
        return cx_invalid(cx, "description", "err.characters");
    if (!one_of(in->vat_class, classes))
        return cx_invalid(cx, "vat_class", "err.choice");
    if (!is_code(in->module))
        return cx_invalid(cx, "module", "err.slug");
    if (!str_empty(in->package) && !is_code(in->package))
        return cx_invalid(cx, "package", "err.slug");
    if (!one_of(in->asks_for, asks))
        return cx_invalid(cx, "asks_for", "err.choice");
    if (!one_of(in->status, states))
        return cx_invalid(cx, "status", "err.choice");
    if (in->position < 0 || in->position > 9999)
        return cx_invalid(cx, "position", "err.number");
    return ST_OK;
}

static st slug_taken(struct cx *cx, str slug, uid mine)
{
    struct catalogue_by_slug_row other;
    st s = catalogue_by_slug(CX_DB(cx), CX_ARENA(cx), &(struct catalogue_by_slug_in){ .slug = slug }, &other);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    return uid_eq(other.uid, mine) ? ST_OK : cx_invalid(cx, "slug", "err.slug_taken");
}

static st insert(struct cx *cx, const struct product_save_in *in, uid *made)
{
    *made = rnd_uid();
    return catalogue_insert(CX_DB(cx), &(struct catalogue_insert_in){
        .uid = *made, .slug = in->slug, .name = str_trim(in->name), .summary = str_trim(in->summary),
        .description = in->description, .vat_class = in->vat_class, .module = in->module, .package = in->package,
        .asks_for = in->asks_for, .stores_data = in->stores_data, .status = in->status, .position = in->position }, NULL);
}

static st update(struct cx *cx, const struct product_save_in *in)
{
    struct catalogue_by_uid_row old;
    TRY(catalogue_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct catalogue_by_uid_in){ .uid = in->product }, &old));
    int64_t changed = 0;
    TRY(catalogue_update(CX_DB(cx), &(struct catalogue_update_in){
        .id = old.id, .version = in->version, .slug = in->slug, .name = str_trim(in->name),
        .summary = str_trim(in->summary), .description = in->description, .vat_class = in->vat_class,
        .module = in->module, .package = in->package, .asks_for = in->asks_for, .stores_data = in->stores_data,
        .status = in->status, .position = in->position }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

st cmd_product_save(struct cx *cx, const struct product_save_in *in, struct product_save_out *out)
{
    TRY(check_product(cx, in));
    TRY(slug_taken(cx, in->slug, in->product));
    uid product = in->product;
    if (uid_zero(product))
        TRY(insert(cx, in, &product));
    else
        TRY(update(cx, in));
    struct catalogue_by_uid_row now;
    TRY(catalogue_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct catalogue_by_uid_in){ .uid = product }, &now));
    out->product = product;
    return cx_event_nt(cx, EVENT_PRODUCT_CHANGED, "product", now.id, now.status);
}

static st check_row(struct cx *cx, const struct price_row *r)
{
    if (!currency_known(r->currency) || r->currency.n != 3)
        return cx_invalid(cx, "prices", "err.currency");
    if (catalogue_cycle_months(r->cycle) < 0)
        return cx_invalid(cx, "prices", "err.price_cycle");
    if (r->amount < 0 || r->amount > AMOUNT_MOST || r->setup < 0 || r->setup > AMOUNT_MOST)
        return cx_invalid(cx, "prices", "err.price_amount");
    if (str_empty(r->option))
        return ST_OK;
    size_t eq = str_index(r->option, '=');
    if (eq == r->option.n || !is_code(str_sub(r->option, 0, eq)) || !is_code(str_sub(r->option, eq + 1, r->option.n)))
        return cx_invalid(cx, "prices", "err.price_option");
    if (str_empty(r->option_label) || str_empty(r->choice_label) || !utf8_printable(r->option_label, false) ||
        !utf8_printable(r->choice_label, false))
        return cx_invalid(cx, "prices", "err.price_label");
    return ST_OK;
}

/* The option row a price belongs to: made at its first price. `ids` runs beside the rows. */
static st option_of(struct cx *cx, int64_t product, const struct price_row_list *rows, size_t at, int64_t *ids)
{
    const struct price_row *r = &rows->v[at];
    for (size_t i = 0; i < at; i++)
        if (str_eq(rows->v[i].option, r->option)) {
            ids[at] = ids[i];
            return ST_OK;
        }
    size_t eq = str_index(r->option, '=');
    struct catalogue_add_option_row made;
    TRY(catalogue_add_option(CX_DB(cx), CX_ARENA(cx), &(struct catalogue_add_option_in){
        .product = product, .code = str_sub(r->option, 0, eq), .choice = str_sub(r->option, eq + 1, r->option.n),
        .label = r->option_label, .choice_label = r->choice_label, .position = (int64_t)at }, &made));
    ids[at] = made.id;
    return ST_OK;
}

/* No more options than a quote can carry. */
static st check_options(struct cx *cx, const struct price_row_list *rows)
{
    size_t codes = 0;
    for (size_t i = 0; i < rows->n; i++) {
        str code = str_sub(rows->v[i].option, 0, str_index(rows->v[i].option, '='));
        bool seen = str_empty(code);
        for (size_t k = 0; k < i && !seen; k++)
            seen = str_eq(str_sub(rows->v[k].option, 0, str_index(rows->v[k].option, '=')), code);
        codes += !seen;
        for (size_t k = 0; k < i; k++)
            if (str_eq(rows->v[k].option, rows->v[i].option) && str_eq(rows->v[k].currency, rows->v[i].currency) &&
                str_eq(rows->v[k].cycle, rows->v[i].cycle))
                return cx_invalid(cx, "prices", "err.price_twice");
    }
    return codes > CATALOGUE_OPTIONS ? cx_invalid(cx, "prices", "err.price_options") : ST_OK;
}

st cmd_product_prices(struct cx *cx, const struct product_prices_in *in, struct product_prices_out *out)
{
    (void)out;
    struct catalogue_by_uid_row p;
    TRY(catalogue_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct catalogue_by_uid_in){ .uid = in->product }, &p));
    for (size_t i = 0; i < in->rows.n; i++)
        TRY(check_row(cx, &in->rows.v[i]));
    TRY(check_options(cx, &in->rows));
    TRY(catalogue_drop_prices(CX_DB(cx), &(struct catalogue_drop_prices_in){ .product = p.id }, NULL));
    TRY(catalogue_drop_options(CX_DB(cx), &(struct catalogue_drop_options_in){ .product = p.id }, NULL));
    int64_t *ids = NEWN(CX_ARENA(cx), int64_t, in->rows.n + 1);
    if (!ids)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < in->rows.n; i++) {
        const struct price_row *r = &in->rows.v[i];
        bool optional = !str_empty(r->option);
        if (optional)
            TRY(option_of(cx, p.id, &in->rows, i, ids));
        TRY(catalogue_add_price(CX_DB(cx), &(struct catalogue_add_price_in){
            .product = p.id, .option = ids[i], .has_option = optional, .currency = r->currency, .cycle = r->cycle,
            .amount = r->amount, .setup = r->setup }, NULL));
    }
    TRY(catalogue_touch(CX_DB(cx), &(struct catalogue_touch_in){ .id = p.id }, NULL));
    return cx_event_nt(cx, EVENT_PRODUCT_CHANGED, "product", p.id, S("prices"));
}
