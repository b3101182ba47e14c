/* Reading what the plan is made of. */
#include "case.h"

#include "catalogue.h"
#include "clock.h"
#include "config_keys.h"
#include "str.h"

static enum rhythm_state state_of(const struct rhythm_get_row *s)
{
    if (s->ended_on.days != DATE_NONE.days || str_eq(s->status, S("terminated")) || str_eq(s->status, S("cancelled")))
        return RHYTHM_OVER;
    if (str_eq(s->status, S("pending")))
        return RHYTHM_PENDING;
    /* The platform may not have done it yet: what was asked of it counts. */
    return s->has_suspended_for || str_eq(s->status, S("suspended")) ? RHYTHM_SUSPENDED : RHYTHM_ACTIVE;
}

static st read_date(struct db *db, struct arena *a, str name, date *out)
{
    struct rhythm_setting_row row;
    *out = DATE_NONE;
    st s = rhythm_setting(db, a, &(struct rhythm_setting_in){ .name = name }, &row);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    return date_parse(row.value, out);
}

/* Which reminder a recorded notice was: its period is the number of days. */
static void count_notice(struct rhythm_case *c, const struct rhythm_acts_of_row *r)
{
    struct rhythm_bill *b = &c->facts.bill;
    int64_t days;
    if (decimal_parse(r->period, 0, &days) != ST_OK)
        return;
    for (size_t i = 0; i < c->terms.n_reminders; i++)
        if (c->terms.reminders[i] == days)
            b->noticed |= 1u << i;
    if (b->noticed_on.days == DATE_NONE.days || b->noticed_on.days < r->done_on.days)
        b->noticed_on = r->done_on;
}

static st read_acts(struct db *db, struct arena *a, struct rhythm_case *c)
{
    struct rhythm_acts_of_rows acts;
    struct rhythm_bill *b = &c->facts.bill;
    TRY(rhythm_acts_of(db, a, &(struct rhythm_acts_of_in){ .kind = S("invoice"), .subject = c->bill.id }, &acts));
    for (size_t i = 0; i < acts.n; i++) {
        if (str_eq(acts.v[i].act, S("notice")))
            count_notice(c, &acts.v[i]);
        else if (str_eq(acts.v[i].act, S("collect")))
            b->collected = true;
    }
    /* The end of a service is announced for each service. */
    TRY(rhythm_acts_of(db, a, &(struct rhythm_acts_of_in){ .kind = S("service"), .subject = c->s.id }, &acts));
    for (size_t i = 0; i < acts.n; i++) {
        const struct rhythm_acts_of_row *r = &acts.v[i];
        if (r->has_invoice_id && r->invoice_id == c->bill.id && str_eq(r->act, S("warn")))
            b->warned_on = r->done_on;
        else if (r->has_invoice_id && r->invoice_id == c->bill.id && str_eq(r->act, S("suspend")))
            b->suspended_on = r->done_on;
    }
    return ST_OK;
}

static st read_bill(struct db *db, struct arena *a, struct rhythm_case *c)
{
    struct rhythm_bill *b = &c->facts.bill;
    *b = (struct rhythm_bill){ .due_on = DATE_NONE, .made_on = DATE_NONE, .noticed_on = DATE_NONE, .warned_on = DATE_NONE,
                               .suspended_on = DATE_NONE };
    if (c->s.next_due_on.days == DATE_NONE.days)
        return ST_OK;
    st s = rhythm_open_bill(db, a, &(struct rhythm_open_bill_in){ .service = c->s.id, .period = c->s.next_due_on }, &c->bill);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    b->open = true;
    b->due_on = c->bill.due_on;
    b->made_on = date_london(c->bill.created_at);
    b->vat_pending = str_eq(c->bill.treatment, S("pending"));
    b->held = c->bill.held > 0;
    struct rhythm_hold_of_row hold;
    TRY(rhythm_hold_of(db, a, &(struct rhythm_hold_of_in){ .order = c->bill.order_id }, &hold));
    c->facts.hold_until = hold.until;
    return read_acts(db, a, c);
}

/* A change of plan that waits for its payment lapses the day after it is due. */
static st read_change(struct db *db, struct arena *a, struct rhythm_case *c)
{
    st s = rhythm_open_change(db, a, &(struct rhythm_open_change_in){ .service = c->s.id }, &c->change);
    if (s == ST_NOT_FOUND)
        return ST_OK;
    TRY(s);
    c->facts.change_until = date_add_days(c->change.due_on, 1);
    c->facts.change_held = c->change.held > 0;
    return ST_OK;
}

st rhythm_case_read(struct db *db, struct arena *a, const struct config *config, int64_t service, date today,
                    struct rhythm_case *c)
{
    const char *fault;
    *c = (struct rhythm_case){ .today = today };
    TRY(rhythm_terms_read(config, &c->terms, &fault));
    TRY(read_date(db, a, S("rhythm.quiet_until"), &c->terms.quiet_until));
    TRY(rhythm_get(db, a, &(struct rhythm_get_in){ .service = service }, &c->s));
    c->facts = (struct rhythm_facts){ .state = state_of(&c->s), .anchor_day = (int32_t)c->s.anchor_day,
                                      .due_on = c->s.next_due_on, .cancel_on = c->s.cancel_on, .hold_until = c->s.hold_until,
                                      .dunned = c->s.has_suspended_for, .trial = c->s.periods == 0,
                                      .free = c->s.unit_net == 0 && !c->s.has_new_net,
                                      .change_until = DATE_NONE };
    int months = catalogue_cycle_months(c->s.cycle);
    c->facts.months = months > 0 ? months : 0;
    TRY(read_bill(db, a, c));
    TRY(read_change(db, a, c));
    rhythm_plan(&c->facts, &c->terms, today, &c->plan);
    return ST_OK;
}
