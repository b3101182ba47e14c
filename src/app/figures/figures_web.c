/* The last thirty days, drawn. */
#include "clock.h"
#include "figures.h"
#include "figures_sql.h"
#include "money.h"
#include "str.h"

#define WIDTH 20  /* of a day */
#define HEIGHT 96 /* of the highest bar */

struct month {
    struct v_figure_bar *orders, *money;
    struct v_figure_row *rows;
    size_t n_rows;
    date first;
    str currency;
    int64_t n_orders;
    struct figures_since_rows found;
};

/* Orders count whatever they were paid in; amounts of different currencies are not added up. */
static st take(struct month *m, size_t i)
{
    const struct figures_since_row *r = &m->found.v[i];
    int32_t day = r->day.days - m->first.days;
    if (day < 0 || day >= FIGURES_DAYS)
        return ST_OK;
    m->orders[day].n += r->orders;
    m->n_orders += r->orders;
    if (str_eq(r->currency, m->currency))
        m->money[day].sum = money_of(r->invoiced, r->currency);
    m->rows[m->n_rows++] = (struct v_figure_row){
        .day = r->day, .orders = r->orders, .invoiced = money_of(r->invoiced, r->currency),
        .received = money_of(r->received, r->currency) };
    return ST_OK;
}

static void draw(struct v_figure_bar *bars, bool amounts)
{
    int64_t most = 1;
    for (size_t i = 0; i < FIGURES_DAYS; i++) {
        int64_t v = amounts ? bars[i].sum.minor : bars[i].n;
        most = v > most ? v : most;
    }
    for (size_t i = 0; i < FIGURES_DAYS; i++) {
        int64_t v = amounts ? bars[i].sum.minor : bars[i].n;
        int64_t high = v <= 0 ? 0 : (int64_t)((__int128)v * HEIGHT / most);
        bars[i].h = v > 0 && high < 2 ? 2 : high; /* something is never drawn as nothing */
        bars[i].x = (int64_t)i * WIDTH + 2;
        bars[i].y = HEIGHT + 2 - bars[i].h;
    }
}

st figures_recent(struct db *db, struct arena *a, str currency, date today, struct v_figures *out)
{
    struct month m = { .first = date_add_days(today, 1 - FIGURES_DAYS), .currency = currency };
    m.orders = NEWN(a, struct v_figure_bar, FIGURES_DAYS);
    m.money = NEWN(a, struct v_figure_bar, FIGURES_DAYS);
    TRY(figures_since(db, a, &(struct figures_since_in){ .day = m.first }, &m.found));
    m.rows = NEWN(a, struct v_figure_row, m.found.n + 1);
    if (!m.orders || !m.money || !m.rows)
        return ST_NO_MEMORY;
    for (int32_t i = 0; i < FIGURES_DAYS; i++)
        m.orders[i].day = m.money[i].day = date_add_days(m.first, i), m.money[i].sum = money_of(0, currency);
    for (size_t i = m.found.n; i > 0; i--) /* newest first */
        TRY(take(&m, i - 1));
    money sum = money_of(0, currency);
    for (size_t i = 0; i < FIGURES_DAYS; i++)
        TRY(money_add(sum, m.money[i].sum, &sum));
    draw(m.orders, false);
    draw(m.money, true);
    *out = (struct v_figures){ .orders = { m.orders, FIGURES_DAYS }, .money = { m.money, FIGURES_DAYS },
                               .rows = { m.rows, m.n_rows }, .n = m.n_orders, .sum = sum, .from = m.first, .to = today };
    return ST_OK;
}
