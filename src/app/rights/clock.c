/* What time brings: staff are reminded, then more of them are told; days are counted anew when the calendar changed; forms whose
 * address nobody confirmed go. */
#include "case.h"
#include "clock.h"
#include "log.h"
#include "str.h"

#define REMIND_DAYS 7
#define ESCALATE_DAYS 2
#define UNCONFIRMED_SECONDS (48 * 3600)

enum { NEAR = 1, URGENT, MISSED, LATE };

/* ---- reminding ------------------------------------------------------------------------------------------------------- */

/* First those whose work it is; when it becomes urgent, everybody who works here. */
static st tell_staff(struct cx *cx, const struct rights_case *c, int64_t stage)
{
    struct rights_staff_rows rows;
    enum mail mail = stage == NEAR ? MAIL_rights_reminder : MAIL_rights_escalation;
    TRY(rights_staff(CX_DB(cx), CX_ARENA(cx), &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (stage > NEAR || rows.v[i].capabilities & (int64_t)CAP_STAFF_CUSTOMERS)
            TRY(mail_queue_nt(cx, mail, rows.v[i].id, c->r.id,
                              str_fmt(CX_ARENA(cx), "%lld.%lld.%lld", (long long)stage, (long long)c->r.strict_on.days,
                                      (long long)rows.v[i].id)));
    return ST_OK;
}

static st warn(struct cx *cx, int64_t id, int64_t stage)
{
    struct rights_case c;
    TRY(rights_case_load(cx, id, &c));
    date today = date_london(cx->gate.now);
    if (stage == LATE && (c.r.due_on.days == DATE_NONE.days || today.days <= c.r.due_on.days))
        return ST_OK; /* the strict day has passed, the law's has not */
    if (stage == LATE) {
        c.r.late = true;
        TRY(rights_case_entry(cx, &c, RIGHTS_WORDS(.word = "late"), NULL));
        TRY(rights_case_tally(cx, &c, today, "late"));
        TRY(cx_event_nt(cx, EVENT_RIGHTS_LATE, "rights_request", c.r.id, c.r.kind));
    }
    c.r.warned = stage;
    TRY(tell_staff(cx, &c, stage));
    return rights_case_save(cx, &c);
}

static st warn_all(struct cx *cx, int64_t *n)
{
    date today = date_london(cx->gate.now);
    const struct {
        int64_t stage;
        int32_t ahead;
    } stages[] = { { LATE, -1 }, { MISSED, -1 }, { URGENT, ESCALATE_DAYS }, { NEAR, REMIND_DAYS } };
    for (size_t i = 0; i < COUNT(stages); i++) {
        struct rights_near_rows rows;
        struct rights_near_in in = { .upto = date_add_days(today, stages[i].ahead), .warned = stages[i].stage };
        TRY(rights_near(CX_DB(cx), CX_ARENA(cx), &in, &rows));
        for (size_t k = 0; k < rows.n; k++)
            TRY(warn(cx, rows.v[k].id, stages[i].stage));
        *n += (int64_t)rows.n;
    }
    return ST_OK;
}

/* ---- counting again -------------------------------------------------------------------------------------------------- */

static st recount(struct cx *cx, int64_t id)
{
    struct rights_case c;
    TRY(rights_case_load(cx, id, &c));
    struct rights_words w = { .word = "recounted", .dates = true, .was_due = c.r.due_on, .was_strict = c.r.strict_on,
                              .pause_from = DATE_NONE, .pause_to = DATE_NONE };
    TRY(rights_case_count(cx, &c));
    if (w.was_due.days != c.r.due_on.days || w.was_strict.days != c.r.strict_on.days)
        TRY(rights_case_entry(cx, &c, &w, NULL));
    return rights_case_save(cx, &c);
}

static st recount_all(struct cx *cx, int64_t *n)
{
    struct rights_counted_below_rows below;
    struct rights_counted_above_rows above;
    const struct calendar *calendar = calendar_here();
    str version = rights_calendar(cx);
    if (!calendar || str_empty(version))
        return ST_NO_MEMORY;
    TRY(rights_counted_below(CX_DB(cx), CX_ARENA(cx), &(struct rights_counted_below_in){ .version = version }, &below));
    TRY(rights_counted_above(CX_DB(cx), CX_ARENA(cx), &(struct rights_counted_above_in){ .version = version }, &above));
    for (size_t i = 0; i < below.n; i++)
        TRY(recount(cx, below.v[i].id));
    for (size_t i = 0; i < above.n; i++)
        TRY(recount(cx, above.v[i].id));
    *n += (int64_t)(below.n + above.n);
    if (!calendar_reaches(calendar, date_london(cx->gate.now)))
        log_event(LOG_WARN, "calendar.short", "days_ahead=%d", CALENDAR_AHEAD_DAYS);
    return ST_OK;
}

/* ---- forms that nobody confirmed ------------------------------------------------------------------------------------- */

static st drop(struct cx *cx, int64_t id, int64_t person)
{
    TRY(rights_drop_entries(CX_DB(cx), &(struct rights_drop_entries_in){ .request = id }, NULL));
    TRY(rights_drop_changes(CX_DB(cx), &(struct rights_drop_changes_in){ .request = id }, NULL));
    TRY(rights_links_drop(CX_DB(cx), &(struct rights_links_drop_in){ .request = id }, NULL));
    TRY(rights_drop(CX_DB(cx), &(struct rights_drop_in){ .id = id }, NULL));
    return rights_drop_origin(CX_DB(cx), &(struct rights_drop_origin_in){ .person = person }, NULL);
}

static st drop_all(struct cx *cx, int64_t *n)
{
    struct rights_stale_rows rows;
    struct rights_stale_in in = { .before = { cx->gate.now.s - UNCONFIRMED_SECONDS } };
    TRY(rights_stale(CX_DB(cx), CX_ARENA(cx), &in, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(drop(cx, rows.v[i].id, rows.v[i].person_id));
    *n += (int64_t)rows.n;
    return ST_OK;
}

st cmd_rights_clock(struct cx *cx, const struct rights_clock_in *in, struct rights_clock_out *out)
{
    (void)in;
    TRY(recount_all(cx, &out->looked_at));
    TRY(warn_all(cx, &out->looked_at));
    return drop_all(cx, &out->looked_at);
}
