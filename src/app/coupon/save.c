/* Coupons as staff make them. */
#include "catalogue.h"
#include "clock.h"
#include "codec.h"
#include "coupon.h"
#include "coupon_edit_sql.h"
#include "coupon_rules.h"
#include "coupon_sql.h"
#include "money.h"
#include "rnd.h"
#include "str.h"

#define MOST 1000000         /* uses */
#define AMOUNT_MOST 100000000LL
#define PERIODS_MOST 120

/* What was typed, read. */
struct reading {
    const struct coupon_save_in *in;
    str code, cycles;
    date starts_on, ends_on;
    int64_t products[COUPON_PRODUCTS_MOST];
    size_t n_products;
};

static st read_date(struct cx *cx, str text, const char *field, date *out)
{
    *out = DATE_NONE;
    if (str_empty(text) || date_parse(text, out) == ST_OK)
        return ST_OK;
    return cx_invalid(cx, field, "err.date");
}

static st read_cycles(struct cx *cx, struct reading *r)
{
    str one, rest = r->in->cycles;
    r->cycles = S("");
    while (str_next(&rest, ',', &one)) {
        one = str_trim(one);
        if (str_empty(one))
            continue;
        if (catalogue_cycle_months(one) < 0)
            return cx_invalid(cx, "cycles", "err.price_cycle");
        r->cycles = str_fmt(CX_ARENA(cx), "%.*s%s%.*s", STR_ARG(r->cycles), r->cycles.n ? "," : "", STR_ARG(one));
    }
    return arena_failed(CX_ARENA(cx)) ? ST_NO_MEMORY : ST_OK;
}

static st read_products(struct cx *cx, struct reading *r)
{
    str one, rest = r->in->products;
    while (str_next(&rest, ',', &one)) {
        one = str_trim(one);
        if (str_empty(one))
            continue;
        struct coupon_edit_product_of_row p;
        st s = coupon_edit_product_of(CX_DB(cx), CX_ARENA(cx), &(struct coupon_edit_product_of_in){ .slug = one }, &p);
        if (s == ST_NOT_FOUND || r->n_products == COUPON_PRODUCTS_MOST)
            return cx_invalid(cx, "products", "err.coupon_products");
        TRY(s);
        r->products[r->n_products++] = p.id;
    }
    return ST_OK;
}

static st check_kind(struct cx *cx, const struct coupon_save_in *in)
{
    bool percent = str_eq(in->kind, S("percent")), amount = str_eq(in->kind, S("amount"));
    if (!percent && !amount && !str_eq(in->kind, S("setup")))
        return cx_invalid(cx, "kind", "err.choice");
    if (percent ? in->percent_bp < 1 || in->percent_bp > 10000 : in->percent_bp != 0)
        return cx_invalid(cx, "percent", "err.coupon_percent");
    bool any = false;
    for (size_t i = 0; i < in->sums.n; i++) {
        const struct coupon_sum *s = &in->sums.v[i];
        if (!currency_known(s->currency) || s->currency.n != 3)
            return cx_invalid(cx, "sums", "err.currency");
        if (s->off < 0 || s->off > AMOUNT_MOST || s->min_net < 0 || s->min_net > AMOUNT_MOST || (!amount && s->off != 0))
            return cx_invalid(cx, "sums", "err.coupon_sums");
        for (size_t k = 0; k < i; k++)
            if (str_eq(in->sums.v[k].currency, s->currency))
                return cx_invalid(cx, "sums", "err.price_twice");
        any = any || s->off > 0;
    }
    return amount && !any ? cx_invalid(cx, "sums", "err.coupon_sums") : ST_OK;
}

static st check_limits(struct cx *cx, const struct coupon_save_in *in)
{
    if (in->periods < 0 || in->periods > PERIODS_MOST)
        return cx_invalid(cx, "periods", "err.number");
    if (in->max_uses < 0 || in->max_uses > MOST)
        return cx_invalid(cx, "max_uses", "err.number");
    if (in->max_customer < 0 || in->max_customer > MOST)
        return cx_invalid(cx, "max_customer", "err.number");
    return ST_OK;
}

static st read_all(struct cx *cx, struct reading *r)
{
    const struct coupon_save_in *in = r->in;
    st s = coupon_fold(CX_ARENA(cx), in->code, &r->code);
    if (s == ST_INVALID)
        return cx_invalid(cx, "code", "err.coupon_code");
    TRY(s);
    if (str_empty(str_trim(in->label)) || !utf8_printable(in->label, false))
        return cx_invalid(cx, "label", "err.characters");
    TRY(check_kind(cx, in));
    TRY(check_limits(cx, in));
    TRY(read_date(cx, in->starts_on, "starts_on", &r->starts_on));
    TRY(read_date(cx, in->ends_on, "ends_on", &r->ends_on));
    if (r->starts_on.days != DATE_NONE.days && r->ends_on.days != DATE_NONE.days && r->ends_on.days < r->starts_on.days)
        return cx_invalid(cx, "ends_on", "err.coupon_dates");
    TRY(read_cycles(cx, r));
    return read_products(cx, r);
}

static st code_taken(struct cx *cx, const struct reading *r)
{
    struct coupon_by_code_row other;
    st s = coupon_by_code(CX_DB(cx), CX_ARENA(cx), &(struct coupon_by_code_in){ .code = r->code }, &other);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    return uid_eq(other.uid, r->in->coupon) ? ST_OK : cx_invalid(cx, "code", "err.coupon_taken");
}

static st insert(struct cx *cx, const struct reading *r, uid *coupon)
{
    const struct coupon_save_in *in = r->in;
    *coupon = rnd_uid();
    return coupon_edit_insert(CX_DB(cx), &(struct coupon_edit_insert_in){
        .uid = *coupon, .code = r->code, .label = str_trim(in->label), .kind = in->kind, .percent_bp = in->percent_bp,
        .setup_free = in->setup_free || str_eq(in->kind, S("setup")), .periods = in->periods, .cycles = r->cycles,
        .starts_on = r->starts_on, .ends_on = r->ends_on, .max_uses = in->max_uses, .has_max_uses = in->max_uses > 0,
        .max_customer = in->max_customer, .has_max_customer = in->max_customer > 0, .combinable = in->combinable,
        .at = cx->gate.now }, NULL);
}

/* Fewer uses than there were cannot be allowed any more. */
static st update(struct cx *cx, const struct reading *r)
{
    const struct coupon_save_in *in = r->in;
    struct coupon_edit_used_row old;
    int64_t changed = 0;
    TRY(coupon_edit_used(CX_DB(cx), CX_ARENA(cx), &(struct coupon_edit_used_in){ .uid = in->coupon }, &old));
    if (in->max_uses > 0 && in->max_uses < old.used)
        return cx_invalid(cx, "max_uses", "err.coupon_used");
    TRY(coupon_edit_update(CX_DB(cx), &(struct coupon_edit_update_in){
        .id = old.id, .version = in->version, .code = r->code, .label = str_trim(in->label), .kind = in->kind,
        .percent_bp = in->percent_bp, .setup_free = in->setup_free || str_eq(in->kind, S("setup")), .periods = in->periods,
        .cycles = r->cycles, .starts_on = r->starts_on, .ends_on = r->ends_on, .max_uses = in->max_uses,
        .has_max_uses = in->max_uses > 0, .max_customer = in->max_customer, .has_max_customer = in->max_customer > 0,
        .combinable = in->combinable }, &changed));
    return changed == 1 ? ST_OK : ST_CONFLICT;
}

static st set_parts(struct cx *cx, const struct reading *r, int64_t coupon)
{
    TRY(coupon_edit_drop_sums(CX_DB(cx), &(struct coupon_edit_drop_sums_in){ .coupon = coupon }, NULL));
    TRY(coupon_edit_drop_products(CX_DB(cx), &(struct coupon_edit_drop_products_in){ .coupon = coupon }, NULL));
    for (size_t i = 0; i < r->in->sums.n; i++) {
        const struct coupon_sum *s = &r->in->sums.v[i];
        TRY(coupon_edit_add_sum(CX_DB(cx), &(struct coupon_edit_add_sum_in){
            .coupon = coupon, .currency = s->currency, .off = s->off, .min_net = s->min_net }, NULL));
    }
    for (size_t i = 0; i < r->n_products; i++)
        TRY(coupon_edit_add_product(CX_DB(cx), &(struct coupon_edit_add_product_in){
            .coupon = coupon, .product = r->products[i] }, NULL));
    return ST_OK;
}

st cmd_coupon_save(struct cx *cx, const struct coupon_save_in *in, struct coupon_save_out *out)
{
    struct reading *r = NEW(CX_ARENA(cx), struct reading);
    if (!r)
        return ST_NO_MEMORY;
    r->in = in;
    TRY(read_all(cx, r));
    TRY(code_taken(cx, r));
    uid coupon = in->coupon;
    TRY(uid_zero(coupon) ? insert(cx, r, &coupon) : update(cx, r));
    struct coupon_by_uid_row now;
    TRY(coupon_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct coupon_by_uid_in){ .uid = coupon }, &now));
    TRY(set_parts(cx, r, now.id));
    out->coupon = coupon;
    return cx_event_nt(cx, EVENT_COUPON_CHANGED, "coupon", now.id, r->code);
}

st cmd_coupon_stop(struct cx *cx, const struct coupon_stop_in *in, struct coupon_stop_out *out)
{
    (void)out;
    struct coupon_by_uid_row c;
    TRY(coupon_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct coupon_by_uid_in){ .uid = in->coupon }, &c));
    TRY(coupon_edit_set_stopped(CX_DB(cx), &(struct coupon_edit_set_stopped_in){ .id = c.id, .stopped = in->stopped }, NULL));
    return cx_event_nt(cx, EVENT_COUPON_CHANGED, "coupon", c.id, in->stopped ? S("stopped") : S("started"));
}
