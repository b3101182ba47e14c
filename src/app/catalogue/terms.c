/* On which terms a product is sold: how many there are, how many one may have, how long it is free at the beginning. */
#include "catalogue.h"
#include "catalogue_sql.h"
#include "str.h"

#define STOCK_MOST 1000000
#define TRIAL_DAYS_MOST 365

static st check(struct cx *cx, const struct product_terms_in *in)
{
    if (in->limited && (in->stock < 0 || in->stock > STOCK_MOST))
        return cx_invalid(cx, "stock", "err.number");
    if (in->max_order < 0 || in->max_order > STOCK_MOST)
        return cx_invalid(cx, "max_order", "err.number");
    if (in->max_customer < 0 || in->max_customer > STOCK_MOST)
        return cx_invalid(cx, "max_customer", "err.number");
    return in->trial_days < 0 || in->trial_days > TRIAL_DAYS_MOST ? cx_invalid(cx, "trial_days", "err.number") : ST_OK;
}

st cmd_product_terms(struct cx *cx, const struct product_terms_in *in, struct product_terms_out *out)
{
    (void)out;
    struct catalogue_by_uid_row p;
    int64_t changed = 0;
    TRY(check(cx, in));
    TRY(catalogue_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct catalogue_by_uid_in){ .uid = in->product }, &p));
    TRY(catalogue_set_terms(CX_DB(cx), &(struct catalogue_set_terms_in){
        .id = p.id, .seen = in->seen, .stock = in->stock, .has_stock = in->limited, .max_order = in->max_order,
        .has_max_order = in->max_order > 0, .max_customer = in->max_customer, .has_max_customer = in->max_customer > 0,
        .trial_days = in->trial_days }, &changed));
    if (changed != 1) {
        cx->message = "product.stock_moved";
        return ST_CONFLICT;
    }
    return cx_event_nt(cx, EVENT_PRODUCT_CHANGED, "product", p.id, S("terms"));
}
