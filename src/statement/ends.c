/* When something that is held ends, and under which key it stands until then. */
#include "model.h"

#include "catalog.h"
#include "clock.h"
#include "codec.h"
#include "str.h"

#define LONGEST_DAYS (150 * 366) /* no period is longer: period_absurd(), and a year to its end */

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

/* The last day something is kept whose trigger came on `from`. */
static date one_end(const struct ending *e, date from, int year_end)
{
    if (from.days == DATE_NONE.days)
        return DATE_NONE;
    if (e->after == AFTER_FINANCIAL_YEAR_END)
        return add_period(year_end_from(from, year_end), e->period);
    if (e->after == AFTER_SUPPLY_YEAR_END)
        return add_period(year_end_from(from, 1231), e->period);
    return add_period(from, e->period);
}

/* Of these nobody knows the day before it comes. */
static bool is_known(enum trigger after)
{
    return after == AFTER_RECORDED || after == AFTER_ORDER_PLACED || after == AFTER_FINANCIAL_YEAR_END ||
           after == AFTER_SUPPLY_YEAR_END;
}

static const struct retention *keep_of(const struct statement *s, enum column_id col)
{
    if ((size_t)col >= column_catalog_n || s->of_column[col] == NOT_A_FIELD)
        return NULL;
    return &s->retentions[s->categories[s->fields[s->of_column[col]].category].retention];
}

date statement_end(const struct statement *s, enum column_id col, date from, int year_end)
{
    const struct retention *keep = keep_of(s, col);
    return keep && keep->n && is_known(keep->ends[0].after) ? one_end(&keep->ends[0], from, year_end) : DATE_NONE;
}

date statement_basket_end(const struct statement *s, enum column_id col, date changed)
{
    const struct retention *keep = keep_of(s, col);
    for (size_t i = 0; keep && i < keep->n; i++)
        if (keep->ends[i].after == AFTER_BASKET_CHANGED)
            return one_end(&keep->ends[i], changed, 0);
    return DATE_NONE;
}

/* ---- classes --------------------------------------------------------------------------------------------------- */

size_t statement_lives(const struct statement *s)
{
    return s->n_retentions;
}

struct statement_life statement_life(const struct statement *s, size_t life)
{
    const struct retention *r = &s->retentions[life];
    return (struct statement_life){ .name = r->name, .title = r->title, .ground = r->ground, .ends = r->words, .then = r->then,
                                    .disposal = r->disposal, .keys = r->keys, .on_request = r->on_request, .n_ends = r->n };
}

bool statement_life_of(const struct statement *s, enum column_id col, size_t *life)
{
    const struct retention *keep = keep_of(s, col);
    if (keep)
        *life = (size_t)(keep - s->retentions);
    return keep != NULL;
}

bool statement_life_named(const struct statement *s, str name, size_t *life)
{
    for (size_t i = 0; i < s->n_retentions; i++)
        if (str_eq(s->retentions[i].name, name)) {
            *life = i;
            return true;
        }
    return false;
}

enum trigger statement_life_end(const struct statement *s, size_t life, size_t end, str *name)
{
    *name = s->retentions[life].ends[end].name;
    return s->retentions[life].ends[end].after;
}

date statement_last_day(const struct statement *s, size_t life, const date moments[AFTER_COUNT], int year_end, size_t *end)
{
    const struct retention *keep = &s->retentions[life];
    date last = DATE_NONE;
    for (size_t i = 0; i < keep->n; i++) {
        date one = one_end(&keep->ends[i], moments[keep->ends[i].after], year_end);
        if (one.days == DATE_NONE.days || (last.days != DATE_NONE.days && one.days <= last.days))
            continue;
        last = one;
        if (end)
            *end = i;
    }
    return last;
}

/* The later a trigger comes, the later the end: so the newest day whose end has passed is looked for by halving. */
date statement_due_before(const struct statement *s, size_t life, size_t end, date today, int year_end)
{
    const struct ending *e = &s->retentions[life].ends[end];
    date low = date_add_days(today, -LONGEST_DAYS), high = today;
    if (one_end(e, low, year_end).days >= today.days)
        return DATE_NONE;
    while (high.days - low.days > 1) {
        date middle = date_add_days(low, (high.days - low.days) / 2);
        if (one_end(e, middle, year_end).days < today.days)
            low = middle;
        else
            high = middle;
    }
    return low;
}

enum coarser statement_coarser(const struct statement *s, enum column_id col)
{
    const struct retention *keep = keep_of(s, col);
    return keep ? s->fields[s->of_column[col]].coarser : COARSER_EMPTY;
}

int32_t statement_hash_key_days(const struct statement *s, size_t life)
{
    return (int32_t)(period_seconds(s->retentions[life].hash_key) / 86400);
}

/* ---- keys ------------------------------------------------------------------------------------------------------ */

str statement_key_class(const struct statement *s, struct arena *a, enum column_id col, date on)
{
    const struct retention *keep = keep_of(s, col);
    int year, month, day;
    if (!keep)
        return S("");
    if (keep->keys == KEYS_ONCE)
        return keep->name;
    date_split(on, &year, &month, &day);
    if (keep->keys == KEYS_YEAR)
        return str_fmt(a, "%.*s@%04d", STR_ARG(keep->name), year);
    return str_fmt(a, "%.*s@%04d-%02d", STR_ARG(keep->name), year, month);
}

date statement_key_epoch_end(str key_class)
{
    size_t at = str_index(key_class, '@');
    int64_t year, month = 12;
    if (at == key_class.n)
        return DATE_NONE;
    str epoch = str_sub(key_class, at + 1, key_class.n);
    if (i64_parse(str_sub(epoch, 0, 4), 1, 9999, &year) != ST_OK ||
        (epoch.n > 5 && i64_parse(str_sub(epoch, 5, epoch.n), 1, 12, &month) != ST_OK))
        return DATE_NONE;
    return date_add_days(date_add_months(date_of((int)year, (int)month, 1), 1), -1);
}

date statement_end_after(const struct statement *s, enum column_id col, date ended)
{
    if ((size_t)col >= column_catalog_n || s->of_column[col] == NOT_A_FIELD || ended.days == DATE_NONE.days)
        return DATE_NONE;
    const struct retention *keep = &s->retentions[s->categories[s->fields[s->of_column[col]].category].retention];
    for (size_t i = 0; i < keep->n; i++)
        if (keep->ends[i].after == AFTER_ACCOUNT_CLOSED || keep->ends[i].after == AFTER_SERVICE_ENDED)
            return add_period(ended, keep->ends[i].period);
    return DATE_NONE;
}
