#include "stock.h"

#include "fold.h"
#include "log.h"
#include "rnd.h"
#include "stock_sql.h"
#include "str.h"

#define STREET_WORDS 12

/* ---- looking --------------------------------------------------------------------------------------------------- */

int64_t stock_trial_days(struct gate *g, const struct quote *q, int64_t quantity)
{
    bool allowed = gate_clause(g, CLAUSE_S7C) && gate_may_use(g, COL_person_email, PURPOSE_FRAUD) &&
                   gate_may_use(g, COL_person_address1, PURPOSE_FRAUD);
    return allowed && quantity == 1 ? q->trial_days : 0;
}

st stock_trial_had(struct gate *g, int64_t person, int64_t product, bool *had)
{
    struct stock_trials_row row;
    TRY(stock_trials(g->db, g->arena, &(struct stock_trials_in){ .person = person, .product = product }, &row));
    *had = row.n > 0;
    return ST_OK;
}

st stock_held(struct db *db, struct arena *a, int64_t person, int64_t product, int64_t *units)
{
    struct stock_units_row row;
    TRY(stock_units(db, a, &(struct stock_units_in){ .person = person, .product = product }, &row));
    *units = row.ordered + row.running;
    return ST_OK;
}

/* ---- taking ---------------------------------------------------------------------------------------------------- */

static st gone(struct cx *cx, const char *message)
{
    cx->message = message;
    return ST_CONFLICT;
}

/* The order's own lines are there already, so what is held includes them. */
static st take_line(struct cx *cx, const struct stock_taking *t, size_t at)
{
    const struct basket_view_line *l = &t->basket->v[at];
    int64_t changed = 0, held;
    struct stock_of_row p;
    TRY(stock_of(CX_DB(cx), CX_ARENA(cx), &(struct stock_of_in){ .product = l->quote.product }, &p));
    if (p.has_stock)
        TRY(stock_take(CX_DB(cx), &(struct stock_take_in){ .product = l->quote.product, .quantity = l->quantity }, &changed));
    if (p.has_stock && changed != 1)
        return gone(cx, "order.sold_out");
    if (p.has_max_customer) {
        TRY(stock_held(CX_DB(cx), CX_ARENA(cx), t->person, l->quote.product, &held));
        if (held > p.max_customer)
            return gone(cx, "order.had_enough");
    }
    return stock_line_set(CX_DB(cx), &(struct stock_line_set_in){
        .line = t->order_lines[at], .taken = p.has_stock ? l->quantity : 0, .trial_days = l->trial_days }, NULL);
}

/* Where somebody lives, in one spelling: words of the street, postcode, country. */
static str address_key(struct arena *a, const struct profile *p)
{
    str words[STREET_WORDS], key = S("");
    size_t n = fold_words(a, str_fmt(a, "%.*s %.*s", STR_ARG(p->address1), STR_ARG(p->address2)), words, STREET_WORDS);
    for (size_t i = 0; i < n; i++)
        key = str_fmt(a, "%.*s%.*s ", STR_ARG(key), STR_ARG(words[i]));
    return str_fmt(a, "%.*s|%.*s|%.*s", STR_ARG(key), STR_ARG(fold_postcode(a, p->postcode)), STR_ARG(p->country));
}

struct trying {
    int64_t order, person, product;
    const struct profile *profile;
    str email;
};

/* *begun false: it was had before, by this person or at this address. */
static st begin_trial(struct cx *cx, const struct trying *t, bool *begun)
{
    struct stock_trial_add_in in = { .uid = rnd_uid(), .product = t->product, .person = t->person, .order = t->order,
                                     .at = cx->gate.now };
    int64_t added = 0;
    TRY(gate_blind(&cx->gate, COL_trial_use_email_code, fold_email(CX_ARENA(cx), t->email), &in.email_code));
    TRY(gate_blind(&cx->gate, COL_trial_use_address_code, address_key(CX_ARENA(cx), t->profile), &in.address_code));
    TRY(stock_trial_add(CX_DB(cx), &in, &added));
    *begun = added == 1;
    return ST_OK;
}

static st try_line(struct cx *cx, const struct stock_taking *t, const struct basket_view_line *l)
{
    bool begun;
    if (l->trial_days <= 0)
        return ST_OK;
    TRY(begin_trial(cx, &(struct trying){ t->order, t->person, l->quote.product, t->profile, t->email }, &begun));
    return begun ? ST_OK : cx_invalid(cx, "address1", "err.trial_had");
}

/* By product, so that two orders that want the same things wait for each other in the same order. */
static size_t next_line(const struct basket_view *b, size_t done, const bool *taken)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < b->n && done < b->n; i++)
        if (!taken[i] && (best == SIZE_MAX || b->v[i].quote.product < b->v[best].quote.product))
            best = i;
    return best;
}

st stock_take_nt(struct cx *cx, const struct stock_taking *t)
{
    bool taken[BASKET_LINES] = { false };
    TRY(BUG_UNLESS(t->basket->n <= BASKET_LINES));
    for (size_t done = 0; done < t->basket->n; done++) {
        size_t at = next_line(t->basket, done, taken);
        taken[at] = true;
        TRY(take_line(cx, t, at));
        TRY(try_line(cx, t, &t->basket->v[at]));
    }
    return ST_OK;
}

/* What is free at the beginning stays counted: a person may still say that the order goes on. */
st stock_set_aside_nt(struct cx *cx, int64_t order)
{
    struct stock_taken_rows rows;
    TRY(stock_taken(CX_DB(cx), CX_ARENA(cx), &(struct stock_taken_in){ .order = order }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(stock_put_back(CX_DB(cx), &(struct stock_put_back_in){
            .product = rows.v[i].product_id, .quantity = rows.v[i].stock_taken }, NULL));
        TRY(stock_line_cleared(CX_DB(cx), &(struct stock_line_cleared_in){ .line = rows.v[i].id }, NULL));
    }
    return ST_OK;
}

st stock_again_nt(struct cx *cx, int64_t order)
{
    struct stock_wanted_rows rows;
    TRY(stock_wanted(CX_DB(cx), CX_ARENA(cx), &(struct stock_wanted_in){ .order = order }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        int64_t changed = 0;
        TRY(stock_take(CX_DB(cx), &(struct stock_take_in){
            .product = rows.v[i].product_id, .quantity = rows.v[i].quantity }, &changed));
        if (changed != 1)
            return gone(cx, "order.sold_out");
        TRY(stock_line_taken(CX_DB(cx), &(struct stock_line_taken_in){
            .line = rows.v[i].id, .taken = rows.v[i].quantity }, NULL));
    }
    return ST_OK;
}

st stock_return_nt(struct cx *cx, int64_t order)
{
    TRY(stock_set_aside_nt(cx, order));
    return stock_trial_undo(CX_DB(cx), &(struct stock_trial_undo_in){ .order = order }, NULL);
}

st stock_trials_again_nt(struct cx *cx, int64_t order, int64_t person)
{
    struct stock_trials_wanted_rows rows;
    struct profile profile;
    str email;
    bool begun; /* where another was begun meanwhile, who decided went beyond it */
    TRY(stock_trials_wanted(CX_DB(cx), CX_ARENA(cx), &(struct stock_trials_wanted_in){ .order = order }, &rows));
    if (rows.n == 0)
        return ST_OK;
    TRY(profile_get(&cx->gate, person, PURPOSE_FRAUD, &profile, &email));
    for (size_t i = 0; i < rows.n; i++)
        TRY(begin_trial(cx, &(struct trying){ order, person, rows.v[i].product_id, &profile, email }, &begun));
    return ST_OK;
}
