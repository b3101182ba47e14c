/* What had its time: orders that nobody paid for, and baskets that nobody came back to. */
#include "basket_sql.h"
#include "clock.h"
#include "config_keys.h"
#include "log.h"
#include "order.h"
#include "order_lines.h"
#include "order_sql.h"
#include "str.h"

#define DAY 86400

/* One order, or nothing of it: that one cannot be ended keeps no other from ending, and staff find it in the log. */
static st end_one(struct cx *cx, int64_t order, int64_t *ended)
{
    TRY(db_savepoint(CX_DB(cx)));
    st s = db_settle(CX_DB(cx), order_end_nt(cx, order, MAIL_order_expired));
    if (s == ST_OK) {
        ++*ended;
        return ST_OK;
    }
    log_event(LOG_WARN, "order.expire", "id=%lld status=%d", (long long)order, (int)s);
    return s == ST_IO || s == ST_FULL || s == ST_READ_ONLY || s == ST_AWAY ? s : ST_OK;
}

/* The last day is the customer's: what was placed on the first of the month ends on the sixteenth, not on the fifteenth. */
st cmd_order_expire(struct cx *cx, const struct order_expire_in *in, struct order_expire_out *out)
{
    (void)in;
    struct order_unpaid_rows rows;
    date first = date_add_days(date_london(cx->gate.now), -(int32_t)cx->config->shop.unpaid_days);
    TRY(order_unpaid(CX_DB(cx), CX_ARENA(cx), &(struct order_unpaid_in){ .before = utc_start_of_day_london(first) }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(end_one(cx, rows.v[i].id, &out->ended));
    cx->message = NULL;
    return ST_OK;
}

static st empty_one(struct cx *cx, int64_t basket, int64_t *emptied)
{
    struct basket_count_row count;
    TRY(basket_count(CX_DB(cx), CX_ARENA(cx), &(struct basket_count_in){ .basket = basket }, &count));
    TRY(order_empty_basket_nt(cx, basket));
    *emptied += count.lines > 0;
    return basket_sweep(CX_DB(cx), &(struct basket_sweep_in){ .id = basket, .lines = count.lines }, NULL);
}

/* Newest changes that are not kept any more: the statement says for how long, in months and days, so the day is looked for. */
static bool kept_since(const struct gate *g, utc *since)
{
    enum { LONGEST = 3700 }; /* ten years */
    utc day = { utc_start_of_day_london(date_london(g->now)).s + DAY / 2 }; /* noon, so that a day of 23 hours is no trouble */
    for (int i = 0; i < LONGEST; i++, day.s -= DAY)
        if (!basket_kept(g, day)) {
            *since = utc_start_of_day_london(date_add_days(date_london(day), 1));
            return true;
        }
    return false;
}

st cmd_basket_expire(struct cx *cx, const struct basket_expire_in *in, struct basket_expire_out *out)
{
    (void)in;
    struct basket_unchanged_rows rows;
    utc since;
    TRY(coupon_sweep_nt(cx));
    if (!kept_since(&cx->gate, &since))
        return ST_OK;
    TRY(basket_unchanged(CX_DB(cx), CX_ARENA(cx), &(struct basket_unchanged_in){ .before = since }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(empty_one(cx, rows.v[i].id, &out->emptied));
    return ST_OK;
}
