/* Bringing services up to date without charging: for a system that was filled with what happened long ago. */
#include "case.h"

#include "clock.h"
#include "rhythm.h"

static st one(struct cx *cx, int64_t service, date today)
{
    struct rhythm_case c;
    TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, service, today, &c));
    date due = c.facts.due_on;
    if (c.facts.months > 0 && c.facts.state != RHYTHM_OVER)
        while (due.days <= today.days)
            due = rhythm_after(due, c.facts.months, c.facts.anchor_day);
    if (due.days != c.facts.due_on.days)
        TRY(rhythm_due_on(CX_DB(cx), &(struct rhythm_due_on_in){ .service = service, .from = c.facts.due_on, .to = due }, NULL));
    c.facts.due_on = due;
    rhythm_plan(&c.facts, &c.terms, today, &c.plan);
    return rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = service, .next = rhythm_plan_next(&c.plan) }, NULL);
}

st rhythm_current_nt(struct cx *cx, date today, int64_t *after)
{
    struct rhythm_every_rows rows;
    TRY(rhythm_every(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_every_in){ .after = *after }, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(one(cx, rows.v[i].service_id, today));
    *after = rows.more ? rows.v[rows.n - 1].service_id : 0;
    return ST_OK;
}
