/* A basket as it is looked at: at the prices of now, with what its codes take off and what cannot be ordered. */
#include <sodium.h>

#include "basket_sql.h"
#include "clock.h"
#include "codec.h"
#include "money.h"
#include "order.h"
#include "out.h"
#include "statement.h"
#include "stock.h"
#include "str.h"

/* ---- one line -------------------------------------------------------------------------------------------------- */

/* Free at the beginning, when the product offers it, the line asks for it, and the person has not had it. That somebody else with
 * their address had it is only known when they have told us. */
static st view_trial(struct gate *g, const struct basket_lines_row *r, int64_t person, struct basket_view_line *out)
{
    bool had = false;
    int64_t days = stock_trial_days(g, &out->quote, r->quantity);
    if (days == 0)
        return ST_OK;
    TRY(stock_trial_had(g, person, out->quote.product, &had));
    out->trial_had = had;
    out->trial_offered = !had;
    out->trial_days = r->trial && !had ? days : 0;
    return ST_OK;
}

static st view_line(struct gate *g, const struct basket_lines_row *r, str currency, bool comparable, int64_t person,
                    struct basket_view_line *out)
{
    *out = (struct basket_view_line){ .uid = r->uid, .quantity = r->quantity, .cycle = r->cycle, .trouble = "" };
    TRY(gate_use(g, COL_basket_line_hostname, PURPOSE_CONTRACT, r->uid, r->hostname, &out->hostname));
    out->state = catalogue_quote(g->db, g->arena, &(struct quote_ask){
        .product = r->product_id, .cycle = r->cycle, .currency = currency, .options = r->options,
        .quantity = r->quantity }, &out->quote);
    if (out->state == ST_OK) {
        out->price_changed = comparable && out->quote.net.minor != r->net_seen;
        out->was = money_of(r->net_seen, currency);
        return view_trial(g, r, person, out);
    }
    bool theirs = out->state == ST_WITHDRAWN || out->state == ST_NOT_FOUND || out->state == ST_INVALID;
    out->quote = (struct quote){ .product = r->product_id, .product_uid = r->product_uid, .name = r->name, .slug = r->slug };
    return theirs ? ST_OK : out->state;
}

/* Are there enough of it, and may this person have as many? Lines of one product count together; the first ones have it. */
static st view_limits(struct gate *g, int64_t person, struct basket_view *v, size_t at)
{
    struct basket_view_line *l = &v->v[at];
    const struct quote *q = &l->quote;
    int64_t wanted = 0, held = 0;
    if (l->state != ST_OK)
        return ST_OK;
    for (size_t i = 0; i <= at; i++)
        wanted += v->v[i].state == ST_OK && v->v[i].quote.product == q->product ? v->v[i].quantity : 0;
    if (q->max_customer > 0)
        TRY(stock_held(g->db, g->arena, person, q->product, &held));
    l->left = q->stock - (wanted - l->quantity);
    if (q->limited && l->left <= 0)
        l->trouble = "sold_out";
    else if (q->limited && l->left < l->quantity)
        l->trouble = "few_left";
    else if (q->max_order > 0 && wanted > q->max_order)
        l->trouble = "too_many";
    else if (q->max_customer > 0 && held + wanted > q->max_customer)
        l->trouble = "had_enough";
    if (l->trouble[0])
        l->state = ST_LIMIT;
    return ST_OK;
}

/* ---- all of it ------------------------------------------------------------------------------------------------- */

/* Everything that decides what is charged, and nothing personal: a host name changes no price. */
static st hash_view(struct arena *a, struct basket_view *v)
{
    struct out o;
    out_init(&o, a, 1 << 16);
    out_fmt(&o, "%.*s\n", STR_ARG(v->currency));
    for (size_t i = 0; i < v->n; i++) {
        const struct basket_view_line *l = &v->v[i];
        out_fmt(&o, "%.*s %d %lld %.*s %lld ", STR_ARG(uid_str(a, l->uid)), (int)l->state, (long long)l->quote.product,
                STR_ARG(l->cycle), (long long)l->quantity);
        out_fmt(&o, "%.*s %lld %lld %lld ", STR_ARG(l->quote.options), (long long)l->quote.unit.minor,
                (long long)l->quote.setup.minor, (long long)l->quote.net.minor);
        out_fmt(&o, "%lld %lld %lld\n", (long long)l->due.minor, (long long)l->trial_days, (long long)l->later.minor);
    }
    for (size_t i = 0; i < v->coupons.n; i++)
        out_fmt(&o, "%.*s %s %lld %lld %lld\n", STR_ARG(v->coupons.v[i].code), coupon_state_word(v->coupons.v[i].state),
                (long long)v->coupons.v[i].off, (long long)v->coupons.v[i].off_later, (long long)v->coupons.v[i].periods);
    TRY(out_st(&o));
    str text = out_view(&o);
    return crypto_generichash(v->hash, sizeof v->hash, (const uint8_t *)text.p, text.n, NULL, 0) == 0 ? ST_OK : ST_BUG;
}

/* What is to be paid for a line with the order, and after its trial. */
static st price_line(struct basket_view_line *l, const struct coupon_line *c, str currency)
{
    bool trial = l->trial_days > 0;
    money period = money_of(c->period, currency), setup = money_of(c->setup - c->setup_off, currency), charged;
    TRY(money_sub(period, money_of(c->period_off, currency), &charged));
    l->off = money_of(c->setup_off + (trial ? 0 : c->period_off), currency);
    l->later = trial ? charged : money_of(0, currency);
    return money_add(setup, trial ? money_of(0, currency) : charged, &l->due);
}

static st price_view(struct gate *g, int64_t person, struct basket_view *v)
{
    struct coupon_line *lines = NEWN(g->arena, struct coupon_line, v->n + 1);
    if (!lines)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < v->n; i++) {
        const struct basket_view_line *l = &v->v[i];
        lines[i] = (struct coupon_line){ .product = l->quote.product, .cycle = l->cycle, .counts = l->state == ST_OK,
                                         .not_now = l->trial_days > 0 };
        if (l->state != ST_OK)
            continue;
        lines[i].period = l->quote.unit.minor * l->quantity; /* no overflow: quote.net is larger and was checked */
        lines[i].setup = l->quote.setup.minor * l->quantity;
    }
    TRY(coupon_price(g->db, g->arena, &(struct coupon_ask){
        .basket = v->id, .person = person, .currency = v->currency, .on = date_london(g->now), .lines = lines, .n = v->n },
        &v->coupons));
    for (size_t i = 0; i < v->n; i++) {
        if (v->v[i].state != ST_OK)
            continue;
        TRY(price_line(&v->v[i], &lines[i], v->currency));
        TRY(coupon_lasting(&v->coupons, i, money_of(lines[i].period, v->currency), &v->v[i].lasting));
        TRY(money_add(v->net, v->v[i].due, &v->net));
    }
    return ST_OK;
}

bool basket_kept(const struct gate *g, utc changed)
{
    date end = statement_basket_end(g->statement, COL_basket_line_hostname, date_london(changed));
    return end.days == DATE_NONE.days || date_london(g->now).days <= end.days;
}

st basket_view(struct gate *g, int64_t person, struct basket_view *out)
{
    *out = (struct basket_view){ 0 };
    struct basket_of_row b;
    st s = basket_of(g->db, g->arena, &(struct basket_of_in){ .person = person }, &b);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    struct basket_lines_rows rows;
    TRY(basket_lines(g->db, g->arena, &(struct basket_lines_in){ .basket = b.id }, &rows));
    bool kept = basket_kept(g, b.changed_at);
    out->expired = b.swept_lines > 0 || (!kept && rows.n > 0);
    rows.n = kept ? rows.n : 0;
    out->id = b.id;
    out->currency = b.currency;
    out->net = money_of(0, b.currency);
    out->v = NEWN(g->arena, struct basket_view_line, rows.n + 1);
    if (!out->v)
        return ST_NO_MEMORY;
    out->orderable = rows.n > 0;
    for (; out->n < rows.n; out->n++) {
        struct basket_view_line *l = &out->v[out->n];
        TRY(view_line(g, &rows.v[out->n], b.currency, str_eq(b.currency, b.seen_currency), person, l));
        TRY(view_limits(g, person, out, out->n));
        out->orderable = out->orderable && l->state == ST_OK;
        out->stores_data = out->stores_data || (l->state == ST_OK && l->quote.stores_data);
    }
    TRY(price_view(g, person, out));
    return hash_view(g->arena, out);
}
