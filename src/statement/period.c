/* Durations as ISO 8601 writes them, and as people say them. */
#include "model.h"

#include "str.h"

#define YEARS_MOST 100
#define DAY 86400

const struct trigger_info trigger_info[AFTER_COUNT] = {
    [AFTER_ACCOUNT_CLOSED] = { "account_closed", "after your account is closed" },
    [AFTER_SERVICE_ENDED] = { "service_ended", "after the service ends" },
    [AFTER_BASKET_CHANGED] = { "basket_changed", "after you last changed a basket that was not ordered" },
    [AFTER_RECORDED] = { "recorded", "after it was recorded" },
    [AFTER_ORDER_PLACED] = { "order_placed", "after the order" },
    [AFTER_ORDER_HELD] = { "order_held", "after an order was held or refused" },
    [AFTER_REQUEST_CLOSED] = { "request_closed", "after your request is closed" },
    [AFTER_COMPLAINT_CLOSED] = { "complaint_closed", "after your complaint is closed" },
    [AFTER_CONSENT_USED] = { "consent_used", "after it was last relied on, or withdrawn" },
    [AFTER_UNCONFIRMED] = { "unconfirmed", "after an address was given and not confirmed, or is no longer written to" },
    [AFTER_MARKETING_ENDED] = { "marketing_ended", "after we write no announcements any more" },
    [AFTER_FINANCIAL_YEAR_END] = { "financial_year_end", "after the end of our financial year" },
    [AFTER_SUPPLY_YEAR_END] = { "supply_year_end",
                                "after 31 December of the year of a sale reported through the EU One Stop Shop" },
    [AFTER_EXPORT_MADE] = { "export_made", "after a copy of your information was made" },
    [AFTER_HOLD_LIFTED] = { "hold_lifted", "after the hold was lifted" },
};

const char *const disposal_names[] = { "remove", "keyed_hash", "generalise", "aggregate", NULL };
const char *const epoch_names[] = { "once", "year", "month", NULL };
const char *const coarser_names[] = { "country", "area", "month", NULL };

/* Units in the order in which they may stand; M means months before the T and minutes after it. */
static int32_t *date_unit(struct period *p, char c)
{
    return c == 'Y' ? &p->years : c == 'M' ? &p->months : c == 'D' ? &p->days : NULL;
}

static int64_t time_unit(char c)
{
    return c == 'H' ? 3600 : c == 'M' ? 60 : c == 'S' ? 1 : 0;
}

static st number(str *s, int64_t *out)
{
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    TRY(i64_parse(str_sub(*s, 0, n), 0, 100000, out));
    *s = str_sub(*s, n, s->n);
    return s->n ? ST_OK : ST_INVALID;
}

/* Where a unit stands among its kind: each must come after the one before. */
static int rank(bool time, char c)
{
    const char *order = time ? "HMS" : "YMD";
    for (int i = 0; order[i]; i++)
        if (order[i] == c)
            return i;
    return -1;
}

st period_parse(str s, struct period *out)
{
    struct period p = { 0 };
    bool time = false;
    int last = -1, parts = 0;
    if (s.n < 3 || s.p[0] != 'P')
        return ST_INVALID;
    s = str_sub(s, 1, s.n);
    while (s.n) {
        if (s.p[0] == 'T') {
            if (time)
                return ST_INVALID;
            time = true;
            last = -1;
            s = str_sub(s, 1, s.n);
        }
        int64_t n;
        TRY(number(&s, &n));
        int at = rank(time, s.p[0]);
        if (at <= last)
            return ST_INVALID;
        last = at;
        if (time)
            p.seconds += n * time_unit(s.p[0]);
        else
            *date_unit(&p, s.p[0]) = (int32_t)n;
        s = str_sub(s, 1, s.n);
        parts++;
    }
    if (parts == 0)
        return ST_INVALID;
    *out = p;
    return ST_OK;
}

bool period_zero(struct period p)
{
    return p.years == 0 && p.months == 0 && p.days == 0 && p.seconds == 0;
}

bool period_absurd(struct period p)
{
    return period_seconds(p) > (int64_t)YEARS_MOST * 365 * DAY;
}

int64_t period_seconds(struct period p)
{
    return ((int64_t)p.years * 365 + (int64_t)p.months * 30 + p.days) * DAY + p.seconds;
}

static void part(struct out *o, int64_t n, const char *unit, int *parts)
{
    if (n == 0)
        return;
    out_fmt(o, "%s%lld %s%s", *parts ? " and " : "", (long long)n, unit, n == 1 ? "" : "s");
    ++*parts;
}

str period_words(struct arena *a, struct period p)
{
    struct out o;
    int parts = 0;
    out_init(&o, a, 200);
    part(&o, p.years, "year", &parts);
    part(&o, p.months, "month", &parts);
    part(&o, p.days, "day", &parts);
    part(&o, p.seconds / 3600, "hour", &parts);
    part(&o, p.seconds / 60 % 60, "minute", &parts);
    part(&o, p.seconds % 60, "second", &parts);
    return out_view(&o);
}

str ending_words(struct arena *a, const struct ending *e)
{
    str period = period_words(a, e->period);
    return str_fmt(a, "%.*s %s", STR_ARG(period), trigger_info[e->after].words);
}

str endings_words(struct arena *a, const struct retention *keep)
{
    struct out o;
    out_init(&o, a, 2000);
    for (size_t i = 0; i < keep->n; i++) {
        out_str(&o, i == 0 ? S("") : S("; or "));
        out_str(&o, ending_words(a, &keep->ends[i]));
    }
    return out_view(&o);
}

static str coarser_words(struct arena *a, const struct statement *s, const struct retention *keep)
{
    static const char *const ways[] = { "", "the country", "the first part of the postcode", "the month" };
    str *items = NEWN(a, str, keep->n_generalise + 1);
    size_t n = 0;
    for (size_t i = 0; items && i < keep->n_generalise; i++) {
        str way = str_c(ways[keep->generalise[i].how]);
        bool again = false;
        for (size_t k = 0; k < n; k++)
            again = again || str_eq(items[k], way);
        if (!again)
            items[n++] = way;
    }
    (void)s;
    return words_list(a, items, n);
}

str disposal_words(struct arena *a, const struct statement *s, const struct retention *keep)
{
    switch (keep->disposal) {
    case DISPOSAL_KEYED_HASH:
        return keep->hash_key.days || keep->hash_key.months || keep->hash_key.years
                   ? str_fmt(a, "reduced to a code made with a secret key, which we destroy %.*s later",
                             STR_ARG(period_words(a, keep->hash_key)))
                   : S("reduced to a code made with a secret key, which we then destroy");
    case DISPOSAL_GENERALISE:
        return str_fmt(a, "removed, except for %.*s", STR_ARG(coarser_words(a, s, keep)));
    case DISPOSAL_AGGREGATE:
        return S("removed; only the number of such entries is kept");
    case DISPOSAL_REMOVE:
        break;
    }
    return S("removed");
}
