/* The list of who is not written to, and the log of what was sent, are nobody's and have one end: that we write no announcements
 * any more. That is so when the clause on them is taken out of the statement; the day on which this was first seen is kept. */
#include "disposing.h"

#include "clock.h"
#include "codec.h"
#include "retention_sql.h"
#include "str.h"

#define SINCE S("retention.marketing_ended")

static st since(struct cx *cx, date *day)
{
    struct retention_setting_row row;
    *day = DATE_NONE;
    st s = retention_setting(CX_DB(cx), CX_ARENA(cx), &(struct retention_setting_in){ SINCE }, &row);
    if (s != ST_OK)
        return s == ST_NOT_FOUND ? ST_OK : s;
    return str_empty(row.value) || date_parse(row.value, day) == ST_OK ? ST_OK : ST_BUG;
}

static st remember(struct cx *cx, str day)
{
    return retention_setting_put(CX_DB(cx), &(struct retention_setting_put_in){ SINCE, day }, NULL);
}

/* A thousand rows of each at a time. */
static st remove_some(struct cx *cx, int64_t *n, bool *more)
{
    int64_t codes = 0, sends = 0;
    TRY(retention_unsuppress(CX_DB(cx), &codes));
    TRY(retention_unlog_sends(CX_DB(cx), &sends));
    *n += codes + sends;
    *more = codes + sends > 0;
    return *more ? retention_count(CX_DB(cx), &(struct retention_count_in){ .class = S("suppression"), .place = S("suppression"),
        .month = str_sub(date_iso(CX_ARENA(cx), date_london(cx->gate.now)), 0, 7), .n = codes + sends }, NULL) : ST_OK;
}

st run_marketing_nt(struct cx *cx, int64_t *n, bool *more)
{
    size_t life;
    date moments[AFTER_COUNT], day, today = date_london(cx->gate.now);
    *more = false;
    TRY(since(cx, &day));
    if (gate_clause(&cx->gate, CLAUSE_S10) || !due_class_of(cx->gate.statement, TABLE_suppression, S("suppression"), &life))
        return day.days == DATE_NONE.days ? ST_OK : remember(cx, S(""));
    if (day.days == DATE_NONE.days)
        return remember(cx, date_iso(CX_ARENA(cx), today));
    for (int i = 0; i < AFTER_COUNT; i++)
        moments[i] = DATE_NONE;
    moments[AFTER_MARKETING_ENDED] = day;
    date last = statement_last_day(cx->gate.statement, life, moments, 1231, NULL);
    return last.days != DATE_NONE.days && last.days < today.days ? remove_some(cx, n, more) : ST_OK;
}
