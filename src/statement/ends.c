/* When something that is held today may end at the earliest. */
#include "model.h"

#include "catalog.h"
#include "clock.h"

static date add_period(date d, struct period p)
{
    return date_add_days(date_add_months(d, p.years * 12 + p.months), p.days);
}

/* The first year end on or after a day; month × 100 + day, and the last of the month when it has no such day. */
static date year_end_from(date d, int year_end)
{
    int year, month, day;
    date_split(d, &year, &month, &day);
    if (month * 100 + day > year_end)
        year++;
    date first = date_of(year, year_end / 100, 1);
    date end = date_of(year, year_end / 100, year_end % 100);
    return end.days == DATE_NONE.days ? date_add_days(date_add_months(first, 1), -1) : end;
}

static date one_end(const struct ending *e, date from, int year_end)
{
    switch (e->after) {
    case AFTER_RECORDED:
    case AFTER_ORDER_PLACED:
        return add_period(from, e->period);
    case AFTER_FINANCIAL_YEAR_END:
        return add_period(year_end_from(from, year_end), e->period);
    case AFTER_SUPPLY_YEAR_END:
        return add_period(year_end_from(from, 1231), e->period);
    case AFTER_ACCOUNT_CLOSED:
    case AFTER_SERVICE_ENDED:
    case AFTER_BASKET_CHANGED:
    case AFTER_ORDER_HELD:
    case AFTER_COUNT:
        break;
    }
    return DATE_NONE;
}

date statement_end(const struct statement *s, enum column_id col, date from, int year_end)
{
    if ((size_t)col >= column_catalog_n || s->of_column[col] == NOT_A_FIELD || from.days == DATE_NONE.days)
        return DATE_NONE;
    const struct retention *keep = &s->retentions[s->categories[s->fields[s->of_column[col]].category].retention];
    return keep->n ? one_end(&keep->ends[0], from, year_end) : DATE_NONE;
}

date statement_basket_end(const struct statement *s, enum column_id col, date changed)
{
    if ((size_t)col >= column_catalog_n || s->of_column[col] == NOT_A_FIELD || changed.days == DATE_NONE.days)
        return DATE_NONE;
    const struct retention *keep = &s->retentions[s->categories[s->fields[s->of_column[col]].category].retention];
    for (size_t i = 0; i < keep->n; i++)
        if (keep->ends[i].after == AFTER_BASKET_CHANGED)
            return add_period(changed, keep->ends[i].period);
    return DATE_NONE;
}
