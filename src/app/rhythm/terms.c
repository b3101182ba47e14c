/* The operator's terms, read from the configuration and held against each other. */
#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "plan.h"
#include "str.h"

#define DAYS_MOST 365

/* "-3, 3, 7": whole days, each later than the one before. */
static bool reminders(str text, struct rhythm_terms *t)
{
    str item;
    t->n_reminders = 0;
    if (str_empty(str_trim(text)))
        return true;
    while (str_next(&text, ',', &item)) {
        int64_t days;
        if (t->n_reminders == RHYTHM_REMINDERS || decimal_parse(str_trim(item), 0, &days) != ST_OK || days < -DAYS_MOST ||
            days > DAYS_MOST || (t->n_reminders > 0 && days <= t->reminders[t->n_reminders - 1]))
            return false;
        t->reminders[t->n_reminders++] = (int32_t)days;
    }
    return true;
}

static bool within(int64_t days, int64_t least, int64_t most)
{
    return days >= least && days <= most;
}

/* A service is never ended without messages that went out before: there must be days for them. */
static const char *fault_of(const struct config *c, struct rhythm_terms *t)
{
    if (!reminders(c->billing.reminders, t))
        return "billing.reminders: a list of up to 8 whole days from the due date, ascending, such as -3, 3, 7";
    if (!within(c->billing.renew_days, 0, 60))
        return "billing.renew_days: from 0 to 60";
    if (!within(c->billing.suspend_days, 0, DAYS_MOST) || !within(c->billing.terminate_days, 0, DAYS_MOST))
        return "billing.suspend_days, billing.terminate_days: from 0 (never) to 365";
    if (c->billing.terminate_days > 0 && !within(c->billing.warn_days, 3, c->billing.terminate_days - 1))
        return "billing.warn_days: at least 3, and fewer than billing.terminate_days";
    if (c->billing.terminate_days > 0 && c->billing.suspend_days > c->billing.terminate_days)
        return "billing.suspend_days: no later than billing.terminate_days";
    if (!within(c->billing.catch_up, 0, 12))
        return "billing.catch_up: from 0 to 12";
    if (!within(c->billing.price_notice_days, 0, DAYS_MOST))
        return "billing.price_notice_days: from 0 to 365";
    if (!str_eq(c->billing.refund_unused, S("none")) && !str_eq(c->billing.refund_unused, S("credit")))
        return "billing.refund_unused: none or credit";
    return NULL;
}

st rhythm_terms_read(const struct config *c, struct rhythm_terms *t, const char **fault)
{
    *t = (struct rhythm_terms){ .renew_days = (int32_t)c->billing.renew_days, .suspend_days = (int32_t)c->billing.suspend_days,
                                .warn_days = (int32_t)c->billing.warn_days, .terminate_days = (int32_t)c->billing.terminate_days,
                                .catch_up = (int32_t)c->billing.catch_up, .quiet_until = DATE_NONE };
    *fault = fault_of(c, t);
    return *fault ? ST_CONFIG : ST_OK;
}
