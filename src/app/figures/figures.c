/* Counting what is new. */
#include <string.h>

#include "clock.h"
#include "figures.h"
#include "figures_sql.h"
#include "str.h"

#define SUMS 64 /* pairs of day and currency at once; a batch is in order of time, so it has few */

struct sum {
    date day;
    str currency;
    int64_t orders, invoiced, received;
};
struct sums {
    struct cx *cx;
    struct sum v[SUMS];
    size_t n;
};

static st write_out(struct sums *s)
{
    for (size_t i = 0; i < s->n; i++)
        TRY(figures_add(CX_DB(s->cx), &(struct figures_add_in){
            .day = s->v[i].day, .currency = s->v[i].currency, .orders = s->v[i].orders, .invoiced = s->v[i].invoiced,
            .received = s->v[i].received }, NULL));
    s->n = 0;
    return ST_OK;
}

static st sum_of(struct sums *s, utc at, str currency, struct sum **out)
{
    date day = date_london(at);
    for (size_t i = s->n; i > 0; i--) { /* most likely the last one */
        *out = &s->v[i - 1];
        if ((*out)->day.days == day.days && str_eq((*out)->currency, currency))
            return ST_OK;
    }
    if (s->n == SUMS)
        TRY(write_out(s));
    *out = &s->v[s->n++];
    **out = (struct sum){ .day = day, .currency = currency };
    return ST_OK;
}

static st counted(struct cx *cx, str name, int64_t *last)
{
    struct figures_counted_row row = { 0 };
    st s = figures_counted(CX_DB(cx), CX_ARENA(cx), &(struct figures_counted_in){ .name = name }, &row);
    *last = row.last;
    return s == ST_NOT_FOUND ? ST_OK : s;
}

static st remember(struct cx *cx, str name, int64_t last)
{
    return figures_set_counted(CX_DB(cx), &(struct figures_set_counted_in){ .name = name, .last = last }, NULL);
}

static st count_orders(struct sums *s, int64_t *seen)
{
    int64_t last;
    struct figures_orders_rows rows;
    TRY(counted(s->cx, S("orders"), &last));
    TRY(figures_orders(CX_DB(s->cx), CX_ARENA(s->cx), &(struct figures_orders_in){ .after = last }, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct sum *sum;
        TRY(sum_of(s, rows.v[i].placed_at, rows.v[i].currency, &sum));
        sum->orders++;
    }
    *seen += (int64_t)rows.n;
    return rows.n ? remember(s->cx, S("orders"), rows.v[rows.n - 1].id) : ST_OK;
}

/* What the books say: income and VAT stand on the right side, so they count the other way; credit notes undo them. */
static bool add_checked(int64_t *to, int64_t amount)
{
    return !__builtin_add_overflow(*to, amount, to);
}

static st count_booking(struct sums *s, const struct figures_ledger_row *r)
{
    bool income = str_eq(r->account, S("sales")) || str_eq(r->account, S("vat")) || str_eq(r->account, S("refunds"));
    struct sum *sum;
    if (!income && !str_eq(r->account, S("gateway")))
        return ST_OK;
    TRY(sum_of(s, r->booked_at, r->currency, &sum));
    return add_checked(income ? &sum->invoiced : &sum->received, income ? -r->amount : r->amount) ? ST_OK : ST_OVERFLOW;
}

static st count_ledger(struct sums *s, int64_t *seen)
{
    int64_t last;
    struct figures_ledger_rows rows;
    TRY(counted(s->cx, S("ledger"), &last));
    TRY(figures_ledger(CX_DB(s->cx), CX_ARENA(s->cx), &(struct figures_ledger_in){ .after = last }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(count_booking(s, &rows.v[i]));
    *seen += (int64_t)rows.n;
    return rows.n ? remember(s->cx, S("ledger"), rows.v[rows.n - 1].id) : ST_OK;
}

st cmd_figures_count(struct cx *cx, const struct figures_count_in *in, struct figures_count_out *out)
{
    (void)in;
    struct sums *s = NEW(CX_ARENA(cx), struct sums);
    if (!s)
        return ST_NO_MEMORY;
    s->cx = cx;
    out->rows = 0;
    TRY(count_orders(s, &out->rows));
    TRY(count_ledger(s, &out->rows));
    return write_out(s);
}
