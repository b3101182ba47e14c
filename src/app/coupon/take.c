/* Coupons in an order: counted when it is placed, given back when it ends unpaid. */
#include "coupon.h"
#include "coupon_rules.h"
#include "coupon_sql.h"
#include "str.h"

static st used_up(struct cx *cx)
{
    cx->message = "coupon.gone";
    return ST_CONFLICT;
}

/* The guarded update comes first: it locks the coupon, so that two orders of one customer are counted one after the other. */
static st count(struct cx *cx, const struct coupon_taking *t, const struct coupon_given *g)
{
    struct coupon_by_code_row c;
    int64_t changed = 0;
    bool had;
    TRY(coupon_count(CX_DB(cx), &(struct coupon_count_in){ .id = g->id }, &changed));
    if (changed != 1)
        return used_up(cx);
    TRY(coupon_by_code(CX_DB(cx), CX_ARENA(cx), &(struct coupon_by_code_in){ .code = g->code }, &c));
    TRY(coupon_had(CX_DB(cx), CX_ARENA(cx), c.id, t->person, c.has_max_customer, c.max_customer, &had));
    if (had)
        return used_up(cx);
    return coupon_use_add(CX_DB(cx), &(struct coupon_use_add_in){
        .coupon = g->id, .person = t->person, .order = t->order, .currency = t->currency, .off = g->off + g->off_later,
        .at = cx->gate.now }, NULL);
}

static st keep_shares(struct cx *cx, const struct coupon_taking *t, const struct coupon_given *g)
{
    for (size_t i = 0; i < t->n; i++)
        if (g->shares[i].off > 0 || g->shares[i].setup_off > 0)
            TRY(coupon_discount_add(CX_DB(cx), &(struct coupon_discount_add_in){
                .line = t->order_lines[i], .coupon = g->id, .code = g->code, .bp = g->bp, .off = g->shares[i].off,
                .setup_off = g->shares[i].setup_off, .periods = g->periods }, NULL));
    return ST_OK;
}

st coupon_take_nt(struct cx *cx, const struct coupon_taking *t)
{
    for (size_t i = 0; i < t->coupons->n; i++) {
        const struct coupon_given *g = &t->coupons->v[i];
        if (g->state != COUPON_ok)
            continue;
        TRY(count(cx, t, g));
        TRY(keep_shares(cx, t, g));
        TRY(cx_event_nt(cx, EVENT_COUPON_USED, "orders", t->order, g->code));
    }
    return ST_OK;
}

st coupon_return_nt(struct cx *cx, int64_t order)
{
    int64_t changed = 0;
    TRY(coupon_uncount(CX_DB(cx), &(struct coupon_uncount_in){ .order = order }, NULL));
    TRY(coupon_use_return(CX_DB(cx), &(struct coupon_use_return_in){ .order = order, .at = cx->gate.now }, &changed));
    return changed > 0 ? cx_event_nt(cx, EVENT_COUPON_RETURNED, "orders", order, S("")) : ST_OK;
}

st coupon_again_nt(struct cx *cx, int64_t order)
{
    int64_t changed = 0;
    TRY(coupon_recount(CX_DB(cx), &(struct coupon_recount_in){ .order = order }, NULL));
    TRY(coupon_use_again(CX_DB(cx), &(struct coupon_use_again_in){ .order = order }, &changed));
    return changed > 0 ? cx_event_nt(cx, EVENT_COUPON_USED, "orders", order, S("again")) : ST_OK;
}
