/* Codes typed into a basket. */
#include "clock.h"
#include "coupon.h"
#include "coupon_rules.h"
#include "coupon_sql.h"
#include "str.h"

#define HOUR 3600

/* Codes that do not exist are counted; who tried too many waits for the next hour, whatever they try. */
static st guessed_too_much(struct cx *cx, int64_t hour, bool *too_much)
{
    struct coupon_missed_row row = { 0 };
    st s = coupon_missed(CX_DB(cx), CX_ARENA(cx), &(struct coupon_missed_in){ .person = cx->actor.person, .hour = hour }, &row);
    *too_much = row.n >= COUPON_MISSES_MOST;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st find(struct cx *cx, str typed, struct coupon_by_code_row *c, enum coupon_state *state)
{
    str code;
    st s = coupon_fold(CX_ARENA(cx), typed, &code);
    if (s == ST_OK)
        s = coupon_by_code(CX_DB(cx), CX_ARENA(cx), &(struct coupon_by_code_in){ .code = code }, c);
    *state = COUPON_unknown;
    if (s != ST_OK)
        return s == ST_INVALID || s == ST_NOT_FOUND ? ST_OK : s;
    *state = coupon_in_time(&(struct coupon_times){ c->stopped, c->starts_on, c->ends_on, c->has_max_uses, c->max_uses, c->used },
                            date_london(cx->gate.now));
    bool had;
    TRY(coupon_had(CX_DB(cx), CX_ARENA(cx), c->id, cx->actor.person, c->has_max_customer, c->max_customer, &had));
    if (*state == COUPON_ok && had)
        *state = COUPON_had;
    return ST_OK;
}

static st keep(struct cx *cx, int64_t coupon, str *word)
{
    struct coupon_basket_of_row b;
    struct coupon_basket_count_row n;
    st s = coupon_basket_of(CX_DB(cx), CX_ARENA(cx), &(struct coupon_basket_of_in){ .person = cx->actor.person }, &b);
    if (s == ST_NOT_FOUND)
        *word = S("empty");
    if (s != ST_OK)
        return s == ST_NOT_FOUND ? ST_OK : s;
    TRY(coupon_basket_count(CX_DB(cx), CX_ARENA(cx), &(struct coupon_basket_count_in){ .basket = b.id }, &n));
    if (n.n >= COUPON_BASKET_MOST) {
        *word = S("full");
        return ST_OK;
    }
    TRY(coupon_basket_add(CX_DB(cx), &(struct coupon_basket_add_in){ .basket = b.id, .coupon = coupon }, NULL));
    TRY(coupon_basket_touch(CX_DB(cx), &(struct coupon_basket_touch_in){ .basket = b.id, .at = cx->gate.now }, NULL));
    return cx_event_nt(cx, EVENT_BASKET_CHANGED, "basket", b.id, S("coupon"));
}

/* A code that cannot be used is an answer and not a failure: what failed would be undone, and the guess not counted. */
st cmd_basket_coupon(struct cx *cx, const struct basket_coupon_in *in, struct basket_coupon_out *out)
{
    int64_t hour = cx->gate.now.s / HOUR;
    bool too_much;
    TRY(guessed_too_much(cx, hour, &too_much));
    if (too_much) {
        out->state = S("wait");
        return ST_OK;
    }
    struct coupon_by_code_row c = { 0 };
    enum coupon_state state;
    TRY(find(cx, in->code, &c, &state));
    out->state = str_c(coupon_state_word(state));
    if (state == COUPON_unknown)
        return coupon_miss_add(CX_DB(cx), &(struct coupon_miss_add_in){ .person = cx->actor.person, .hour = hour }, NULL);
    return state == COUPON_ok ? keep(cx, c.id, &out->state) : ST_OK;
}

st cmd_basket_uncoupon(struct cx *cx, const struct basket_uncoupon_in *in, struct basket_uncoupon_out *out)
{
    (void)out;
    struct coupon_by_uid_row c;
    struct coupon_basket_of_row b;
    TRY(coupon_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct coupon_by_uid_in){ .uid = in->coupon }, &c));
    TRY(coupon_basket_of(CX_DB(cx), CX_ARENA(cx), &(struct coupon_basket_of_in){ .person = cx->actor.person }, &b));
    return coupon_basket_drop(CX_DB(cx), &(struct coupon_basket_drop_in){ .basket = b.id, .coupon = c.id }, NULL);
}

st coupon_adopt_nt(struct cx *cx, int64_t from_basket, int64_t to_basket)
{
    struct coupon_of_basket_rows rows;
    struct coupon_basket_count_row n;
    TRY(coupon_of_basket(CX_DB(cx), CX_ARENA(cx), &(struct coupon_of_basket_in){ .basket = from_basket }, &rows));
    TRY(coupon_basket_count(CX_DB(cx), CX_ARENA(cx), &(struct coupon_basket_count_in){ .basket = to_basket }, &n));
    for (size_t i = 0; i < rows.n && n.n + (int64_t)i < COUPON_BASKET_MOST; i++)
        TRY(coupon_basket_add(CX_DB(cx), &(struct coupon_basket_add_in){ .basket = to_basket, .coupon = rows.v[i].id }, NULL));
    return coupon_forget_nt(cx, from_basket);
}

st coupon_forget_nt(struct cx *cx, int64_t basket)
{
    return coupon_basket_clear(CX_DB(cx), &(struct coupon_basket_clear_in){ .basket = basket }, NULL);
}

st coupon_sweep_nt(struct cx *cx)
{
    int64_t week = 7 * 24;
    return coupon_miss_sweep(CX_DB(cx), &(struct coupon_miss_sweep_in){ .before = cx->gate.now.s / HOUR - week }, NULL);
}
