#include "plan.h"

#include "clock.h"
#include "config_keys.h"
#include "money.h"
#include "str.h"

#define SHORTEST_MONTH 28
#define TRIAL_NOTICE 7 /* days before a free trial ends: what it costs is not asked for on its first day */

/* ---- periods --------------------------------------------------------------------------------------------------- */

date rhythm_after(date due, int32_t months, int32_t anchor_day)
{
    int y, m, d;
    date_split(due, &y, &m, &d);
    date first = date_add_months(date_of(y, m, 1), months);
    date_split(first, &y, &m, &d);
    date on = DATE_NONE;
    for (d = anchor_day; on.days == DATE_NONE.days && d > 0; d--)
        on = date_of(y, m, d);
    return on;
}

int32_t rhythm_behind(date due, int32_t months, int32_t anchor_day, date today)
{
    int32_t n = 0;
    for (date end = rhythm_after(due, months, anchor_day); months > 0 && end.days <= today.days && end.days != DATE_NONE.days;
         end = rhythm_after(end, months, anchor_day))
        n++;
    return n;
}

st rhythm_prorate(money price, date from, date to, date on, money *used, money *unused)
{
    if (on.days < from.days || on.days > to.days || to.days <= from.days)
        return ST_INVALID;
    TRY(money_ratio(price, to.days - on.days, to.days - from.days, unused));
    return money_sub(price, *unused, used);
}

/* ---- the list -------------------------------------------------------------------------------------------------- */

static bool set(date d)
{
    return d.days != DATE_NONE.days;
}

static date later(date a, date b)
{
    return !set(b) || (set(a) && a.days >= b.days) ? a : b;
}

/* By date, and on one day in the order of the kinds. */
static void add(struct rhythm_plan *p, struct rhythm_step s)
{
    if (p->n == RHYTHM_STEPS || !set(s.on))
        return;
    size_t at = p->n++;
    while (at > 0 && (p->v[at - 1].on.days > s.on.days || (p->v[at - 1].on.days == s.on.days && p->v[at - 1].kind > s.kind))) {
        p->v[at] = p->v[at - 1];
        at--;
    }
    p->v[at] = s;
}

date rhythm_plan_next(const struct rhythm_plan *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!p->v[i].conditional)
            return p->v[i].on;
    return DATE_NONE;
}

struct planning {
    const struct rhythm_facts *f;
    const struct rhythm_terms *t;
    date today;
    struct rhythm_plan *out;
};

/* ---- an invoice that is not paid ------------------------------------------------------------------------------- */

/* What the steps of an unpaid invoice count from. */
struct dunning {
    date due;          /* of the invoice */
    date told;         /* of the last message before the step that comes next */
    int32_t told_days; /* when that message is due by the terms, in days from `due` */
    bool conditional;
};

static struct rhythm_step by_terms(const struct dunning *d, enum rhythm_kind kind, int32_t days)
{
    struct rhythm_step s = { .kind = kind, .on = date_add_days(d->due, days), .because = d->due, .conditional = d->conditional,
                             .days = days < 0 ? -days : days };
    s.why = days < 0 ? RHYTHM_WHY_BEFORE : days == 0 ? RHYTHM_WHY_DUE : RHYTHM_WHY_OVERDUE;
    return s;
}

/* Not before `on`, for this reason. */
static void not_before(struct rhythm_step *s, date on, enum rhythm_why why, date because, int32_t days)
{
    if (!set(on) || s->on.days >= on.days)
        return;
    s->on = on;
    s->why = why;
    s->because = because;
    s->days = days;
}

/* Suspending and ending are never squeezed together with what comes before: a message that went out late moves them. */
static void leave_time(const struct planning *p, const struct dunning *d, struct rhythm_step *s, int32_t days)
{
    int32_t gap = days - d->told_days > 0 ? days - d->told_days : 1;
    if (set(d->told))
        not_before(s, date_add_days(d->told, gap), RHYTHM_WHY_NOTICE, d->told, gap);
    not_before(s, p->t->quiet_until, RHYTHM_WHY_QUIET, p->t->quiet_until, 0);
    if (set(p->f->hold_until))
        not_before(s, date_add_days(p->f->hold_until, 1), RHYTHM_WHY_HOLD, p->f->hold_until, 0);
}

/* Messages about the invoice: of those whose day is over only the newest is sent. */
static void plan_notices(const struct planning *p, struct dunning *d)
{
    const struct rhythm_bill *b = &p->f->bill;
    size_t from = 0;
    for (size_t i = 0; i < p->t->n_reminders; i++)
        if (b->open && ((b->noticed >> i & 1) || date_add_days(d->due, p->t->reminders[i]).days <= b->made_on.days))
            from = i + 1;
    for (size_t i = from; i + 1 < p->t->n_reminders; i++)
        if (b->open && date_add_days(d->due, p->t->reminders[i + 1]).days <= p->today.days)
            from = i + 1;
    d->told = b->open ? b->made_on : DATE_NONE; /* the invoice itself is a message, as if sent on its due day */
    for (size_t i = 0; b->open && set(b->noticed_on) && i < p->t->n_reminders; i++)
        if (b->noticed >> i & 1) {
            d->told = b->noticed_on;
            d->told_days = p->t->reminders[i];
        }
    for (size_t i = from; i < p->t->n_reminders; i++) {
        struct rhythm_step s = by_terms(d, RHYTHM_NOTICE, p->t->reminders[i]);
        s.arg = (int32_t)i;
        add(p->out, s);
        if (p->t->suspend_days > 0 && p->t->reminders[i] < p->t->suspend_days) {
            d->told = b->open ? later(s.on, p->today) : s.on;
            d->told_days = p->t->reminders[i];
        }
    }
}

static void plan_harsh(const struct planning *p, struct dunning *d)
{
    const struct rhythm_bill *b = &p->f->bill;
    bool running = p->f->state == RHYTHM_ACTIVE;
    date suspended = b->open ? b->suspended_on : DATE_NONE;
    if (running && p->t->suspend_days > 0) {
        struct rhythm_step s = by_terms(d, RHYTHM_SUSPEND, p->t->suspend_days);
        leave_time(p, d, &s, p->t->suspend_days);
        suspended = s.on;
        add(p->out, s);
    }
    if (p->t->terminate_days <= 0)
        return;
    date warned = b->open ? b->warned_on : DATE_NONE;
    if (!set(warned)) {
        struct rhythm_step s = by_terms(d, RHYTHM_WARN, p->t->terminate_days - p->t->warn_days);
        if (set(suspended))
            not_before(&s, date_add_days(suspended, 1), RHYTHM_WHY_NOTICE, suspended, 1);
        leave_time(p, &(struct dunning){ .told = DATE_NONE }, &s, 0);
        warned = d->conditional ? s.on : later(s.on, p->today);
        add(p->out, s);
    }
    struct rhythm_step s = by_terms(d, RHYTHM_TERMINATE, p->t->terminate_days);
    struct dunning after = { .told = warned, .told_days = p->t->terminate_days - p->t->warn_days };
    leave_time(p, &after, &s, p->t->terminate_days);
    add(p->out, s);
}

static void plan_bill(const struct planning *p)
{
    const struct rhythm_bill *b = &p->f->bill;
    struct dunning d = { .due = b->open ? b->due_on : p->f->due_on, .told = DATE_NONE, .conditional = !b->open };
    if (b->open && (b->held || b->vat_pending)) {
        add(p->out, (struct rhythm_step){ .kind = RHYTHM_WAIT, .on = date_add_days(p->today, 1), .because = DATE_NONE,
                                          .why = b->held ? RHYTHM_WHY_PAYMENT : RHYTHM_WHY_VAT });
        return;
    }
    struct rhythm_step due = by_terms(&d, RHYTHM_DUE, 0);
    due.conditional = true;
    add(p->out, due);
    if (b->open && !b->collected)
        add(p->out, by_terms(&d, RHYTHM_COLLECT, 0));
    plan_notices(p, &d);
    plan_harsh(p, &d);
}

/* ---- the next period ------------------------------------------------------------------------------------------- */

static void plan_renewal(const struct planning *p)
{
    const struct rhythm_facts *f = p->f;
    date tomorrow = date_add_days(p->today, 1);
    int32_t longest = f->months * SHORTEST_MONTH - 1;
    int32_t days = p->t->renew_days < longest ? p->t->renew_days : longest;
    if (f->trial && days > TRIAL_NOTICE)
        days = TRIAL_NOTICE;
    int32_t behind = rhythm_behind(f->due_on, f->months, f->anchor_day, p->today);
    struct rhythm_step s = { .kind = RHYTHM_RENEW, .on = date_add_days(f->due_on, -days), .why = RHYTHM_WHY_PERIOD,
                             .because = f->due_on, .days = days };
    bool due = s.on.days <= p->today.days;
    if (due && behind > p->t->catch_up && !f->free)
        s = (struct rhythm_step){ .kind = RHYTHM_PARK, .on = p->today, .why = RHYTHM_WHY_BEHIND, .because = f->due_on,
                                  .days = behind };
    else if (due && f->state != RHYTHM_ACTIVE)
        s = (struct rhythm_step){ .kind = RHYTHM_WAIT, .on = tomorrow, .because = DATE_NONE,
                                  .why = f->state == RHYTHM_PENDING ? RHYTHM_WHY_SETTING_UP : RHYTHM_WHY_STAFF };
    add(p->out, s);
    if (s.kind == RHYTHM_RENEW && !f->free)
        plan_bill(p);
}

void rhythm_plan(const struct rhythm_facts *f, const struct rhythm_terms *t, date today, struct rhythm_plan *out)
{
    struct planning p = { f, t, today, out };
    out->n = 0;
    if (f->state == RHYTHM_OVER)
        return;
    if (f->dunned && !f->bill.open)
        add(out, (struct rhythm_step){ .kind = RHYTHM_UNSUSPEND, .on = today, .why = RHYTHM_WHY_PAID, .because = DATE_NONE });
    if (set(f->cancel_on))
        add(out, (struct rhythm_step){ .kind = RHYTHM_END, .on = f->cancel_on, .why = RHYTHM_WHY_ASKED,
                                       .because = f->cancel_on });
    if (set(f->change_until))
        add(out, (struct rhythm_step){ .kind = f->change_held ? RHYTHM_WAIT : RHYTHM_LAPSE,
                                       .on = f->change_held ? date_add_days(today, 1) : f->change_until,
                                       .why = f->change_held ? RHYTHM_WHY_PAYMENT : RHYTHM_WHY_DUE, .because = f->change_until });
    if (f->months <= 0 || !set(f->due_on))
        return;
    if (f->bill.open)
        plan_bill(&p);
    else if (!set(f->cancel_on) || f->cancel_on.days > f->due_on.days)
        plan_renewal(&p);
}
