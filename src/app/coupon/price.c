/* What coupons take off: the lines of a basket now, and a period of a service later. */
#include <string.h>

#include "clock.h"
#include "coupon.h"
#include "coupon_rules.h"
#include "coupon_sql.h"
#include "money.h"
#include "str.h"

const char *coupon_state_word(enum coupon_state state)
{
#define WORD(name) [COUPON_##name] = #name,
    static const char *const words[] = { COUPON_STATES(WORD) };
#undef WORD
    return words[state];
}

st coupon_fold(struct arena *a, str typed, str *code)
{
    char *p = NEWN(a, char, typed.n + 1);
    size_t n = 0;
    if (!p)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return ST_INVALID;
        p[n++] = c;
    }
    *code = (str){ p, n };
    return n >= CODE_LEAST && n <= CODE_MOST ? ST_OK : ST_INVALID;
}

enum coupon_state coupon_in_time(const struct coupon_times *t, date on)
{
    if (t->stopped)
        return COUPON_ended;
    if (t->starts_on.days != DATE_NONE.days && on.days < t->starts_on.days)
        return COUPON_early;
    if (t->ends_on.days != DATE_NONE.days && on.days > t->ends_on.days)
        return COUPON_ended;
    return t->limited && t->used >= t->most ? COUPON_used_up : COUPON_ok;
}

st coupon_had(struct db *db, struct arena *a, int64_t coupon, int64_t person, bool limited, int64_t most, bool *had)
{
    struct coupon_mine_row mine;
    *had = false;
    if (!limited)
        return ST_OK;
    TRY(coupon_mine(db, a, &(struct coupon_mine_in){ .person = person, .coupon = coupon }, &mine));
    *had = mine.uses >= most;
    return ST_OK;
}

/* ---- one coupon in a basket ------------------------------------------------------------------------------------ */

struct pricing {
    struct db *db;
    struct arena *a;
    const struct coupon_ask *ask;
    const struct coupon_of_basket_row *c;
    struct coupon_amount_in_row in_currency;
    struct coupon_given *given;
    bool *eligible; /* one per line */
    int64_t value;  /* of the basket, before anything came off */
    bool together;  /* it has not to stand alone */
};

static bool has_cycle(str cycles, str cycle)
{
    str one, rest = cycles;
    if (str_empty(cycles))
        return true;
    while (str_next(&rest, ',', &one))
        if (str_eq(one, cycle))
            return true;
    return false;
}

static st find_eligible(struct pricing *p)
{
    struct coupon_products_rows rows;
    TRY(coupon_products(p->db, p->a, &(struct coupon_products_in){ .coupon = p->c->id }, &rows));
    for (size_t i = 0; i < p->ask->n; i++) {
        const struct coupon_line *l = &p->ask->lines[i];
        bool product = rows.n == 0;
        for (size_t k = 0; k < rows.n; k++)
            product = product || rows.v[k].product_id == l->product;
        p->eligible[i] = l->counts && product && has_cycle(p->c->cycles, l->cycle);
    }
    return ST_OK;
}

/* Everything that can be said before anything is taken off. */
static st judge(struct pricing *p, enum coupon_state *state)
{
    const struct coupon_of_basket_row *c = p->c;
    bool had;
    *state = coupon_in_time(&(struct coupon_times){ c->stopped, c->starts_on, c->ends_on, c->has_max_uses, c->max_uses, c->used },
                            p->ask->on);
    if (*state != COUPON_ok)
        return ST_OK;
    TRY(coupon_had(p->db, p->a, c->id, p->ask->person, c->has_max_customer, c->max_customer, &had));
    st s = coupon_amount_in(p->db, p->a, &(struct coupon_amount_in_in){ .coupon = c->id, .currency = p->ask->currency },
                            &p->in_currency);
    if (s != ST_OK && s != ST_NOT_FOUND)
        return s;
    if (s == ST_NOT_FOUND)
        p->in_currency = (struct coupon_amount_in_row){ 0 };
    if (had)
        *state = COUPON_had;
    else if (!p->together)
        *state = COUPON_alone;
    else if (s == ST_NOT_FOUND && str_eq(c->kind, S("amount")))
        *state = COUPON_currency;
    else if (p->value < p->in_currency.min_net)
        *state = COUPON_minimum;
    return ST_OK;
}

/* An amount is spread over the lines by what they cost, to the penny. */
static st spread(struct pricing *p, int64_t *parts)
{
    const struct coupon_ask *ask = p->ask;
    int64_t *left = NEWN(p->a, int64_t, ask->n + 1), all = 0;
    money *m = NEWN(p->a, money, ask->n + 1);
    if (!left || !m)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < ask->n; i++) {
        left[i] = p->eligible[i] ? ask->lines[i].period - ask->lines[i].period_off : 0;
        if (__builtin_add_overflow(all, left[i], &all))
            return ST_OVERFLOW;
    }
    if (all == 0)
        return ST_OK;
    int64_t take = p->in_currency.off < all ? p->in_currency.off : all;
    TRY(money_split(money_of(take, ask->currency), left, ask->n, m));
    for (size_t i = 0; i < ask->n; i++)
        parts[i] = m[i].minor;
    return ST_OK;
}

static st share_of(const struct pricing *p, size_t i, int64_t *off)
{
    const struct coupon_line *l = &p->ask->lines[i];
    money m;
    TRY(money_ratio(money_of(l->period - l->period_off, p->ask->currency), p->c->percent_bp, 10000, &m));
    *off = m.minor;
    return ST_OK;
}

static st take_off(struct pricing *p)
{
    int64_t *parts = NEWN(p->a, int64_t, p->ask->n + 1);
    if (!parts)
        return ST_NO_MEMORY;
    if (str_eq(p->c->kind, S("amount")))
        TRY(spread(p, parts));
    for (size_t i = 0; i < p->ask->n; i++) {
        struct coupon_line *l = &p->ask->lines[i];
        struct coupon_share *s = &p->given->shares[i];
        if (!p->eligible[i])
            continue;
        if (str_eq(p->c->kind, S("percent")))
            TRY(share_of(p, i, &parts[i]));
        s->off = parts[i];
        s->setup_off = p->c->setup_free ? l->setup - l->setup_off : 0;
        l->period_off += s->off; /* never more than the price, so nothing overflows */
        l->setup_off += s->setup_off;
        p->given->off += s->setup_off + (l->not_now ? 0 : s->off);
        p->given->off_later += l->not_now ? s->off : 0;
    }
    p->given->state = p->given->off + p->given->off_later > 0 ? COUPON_ok : COUPON_nothing;
    return ST_OK;
}

static st price_one(struct pricing *p)
{
    const struct coupon_of_basket_row *c = p->c;
    *p->given = (struct coupon_given){ .id = c->id, .uid = c->uid, .code = c->code, .label = c->label, .bp = c->percent_bp,
                                       .periods = c->periods,
                                       .shares = NEWN(p->a, struct coupon_share, p->ask->n + 1) };
    if (!p->given->shares)
        return ST_NO_MEMORY;
    TRY(judge(p, &p->given->state));
    p->given->wants = p->in_currency.min_net;
    if (p->given->state != COUPON_ok)
        return ST_OK;
    TRY(find_eligible(p));
    return take_off(p);
}

static st value_of(const struct coupon_ask *ask, int64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < ask->n; i++) {
        const struct coupon_line *l = &ask->lines[i];
        if (l->counts && (__builtin_add_overflow(*value, l->period, value) || __builtin_add_overflow(*value, l->setup, value)))
            return ST_OVERFLOW;
    }
    return ST_OK;
}

st coupon_price(struct db *db, struct arena *a, const struct coupon_ask *ask, struct coupon_priced *out)
{
    struct coupon_of_basket_rows rows;
    *out = (struct coupon_priced){ 0 };
    TRY(coupon_of_basket(db, a, &(struct coupon_of_basket_in){ .basket = ask->basket }, &rows));
    out->v = NEWN(a, struct coupon_given, rows.n + 1);
    struct pricing p = { .db = db, .a = a, .ask = ask, .eligible = NEWN(a, bool, ask->n + 1), .together = true };
    if (!out->v || !p.eligible)
        return ST_NO_MEMORY;
    TRY(value_of(ask, &p.value));
    bool any = false, alone = false; /* something came off already; by one that wants to be the only one */
    for (size_t i = 0; i < rows.n; i++) {
        p.c = &rows.v[i];
        p.given = &out->v[out->n++];
        p.together = !any || (!alone && rows.v[i].combinable);
        TRY(price_one(&p));
        any = any || p.given->state == COUPON_ok;
        alone = alone || (p.given->state == COUPON_ok && !rows.v[i].combinable);
    }
    return ST_OK;
}

st coupon_lasting(const struct coupon_priced *c, size_t line, money period, money *left)
{
    *left = period;
    for (size_t i = 0; i < c->n; i++) {
        const struct coupon_given *g = &c->v[i];
        money part = *left;
        if (g->state != COUPON_ok || g->periods != 0)
            continue;
        if (g->bp > 0 && g->shares[line].off > 0)
            TRY(money_ratio(*left, g->bp, 10000, &part));
        else
            part.minor = g->shares[line].off;
        left->minor -= part.minor < left->minor ? part.minor : left->minor;
    }
    return ST_OK;
}

/* ---- later ----------------------------------------------------------------------------------------------------- */

/* The part of a line's amount that falls on one of its units: the first ones carry what does not divide. */
static int64_t unit_share(int64_t off, int64_t quantity, int64_t unit)
{
    return off / quantity + (unit <= off % quantity);
}

st coupon_later(struct db *db, struct arena *a, const struct coupon_later *l, money *off)
{
    struct coupon_discounts_rows rows;
    TRY(coupon_discounts(db, a, &(struct coupon_discounts_in){ .line = l->order_line }, &rows));
    money left = l->net;
    for (size_t i = 0; i < rows.n; i++) {
        const struct coupon_discounts_row *d = &rows.v[i];
        if (d->periods != 0 && l->period > d->periods)
            continue;
        money part = left;
        if (d->bp > 0)
            TRY(money_ratio(left, d->bp, 10000, &part));
        else
            part.minor = unit_share(d->off, d->quantity, l->unit);
        left.minor -= part.minor < left.minor ? part.minor : left.minor;
    }
    return money_sub(l->net, left, off);
}
