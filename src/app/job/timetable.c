/* What is due once in each period. */
#include "timetable.h"

#include <sodium.h>

#include "log.h"
#include "str.h"

#define MEMORY (1u << 20)

static const struct job_sweep_in sweep;
static const struct figures_count_in count;
static const struct fraud_sweep_in codes;
static const struct invoice_issue_due_in issue_due;
static const struct order_expire_in order_expire;
static const struct basket_expire_in basket_expire;
static const struct consent_sweep_in consents;
static const struct rhythm_run_in rhythm;
static const struct retention_start_in retention;
static const struct keys_note_in note;
static const struct rights_clock_in rights;
static const struct restriction_run_in restriction;
static const struct export_sweep_in exports;
static const struct promise_sweep_in results;

const struct timetable_row timetable_rows[] = {
    { "sweep", 300, CMD_JOB_SWEEP, &sweep },
    { "figures", 60, CMD_FIGURES_COUNT, &count },
    { "fraud.sweep", 3600, CMD_FRAUD_SWEEP, &codes },
    { "invoice.issue_due", 900, CMD_INVOICE_ISSUE_DUE, &issue_due },
    { "order.expire", 600, CMD_ORDER_EXPIRE, &order_expire },
    { "basket.expire", 600, CMD_BASKET_EXPIRE, &basket_expire },
    { "rights.clock", 1800, CMD_RIGHTS_CLOCK, &rights },
    { "consent.sweep", 900, CMD_CONSENT_SWEEP, &consents },
    { "promise.sweep", 3600, CMD_PROMISE_SWEEP, &results },
    { "rhythm", 60, CMD_RHYTHM_RUN, &rhythm },
    { "retention", 3600, CMD_RETENTION_START, &retention },
    { "keys.note", 300, CMD_KEYS_NOTE, &note },
    { "export.sweep", 300, CMD_EXPORT_SWEEP, &exports },
    { "restriction", 3600, CMD_RESTRICTION_RUN, &restriction },
};
const size_t timetable_rows_n = COUNT(timetable_rows);

static st key_of(struct arena *a, const struct timetable_row *row, int64_t period, uid *key)
{
    str text = str_fmt(a, "timetable|%s|%lld|%lld", row->name, (long long)row->every, (long long)period);
    (void)crypto_generichash(key->b, sizeof key->b, (const uint8_t *)text.p, text.n, NULL, 0);
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

/* Nothing happened, and it may the next time. */
static bool worth_another_try(st s)
{
    return s == ST_AWAY || s == ST_RETRY || s == ST_FULL || s == ST_READ_ONLY || s == ST_TIMEOUT;
}

static st one(const struct timetable_row *row, int64_t period, job_call_fn *call, void *call_at)
{
    uid key;
    struct arena *a = arena_new(MEMORY);
    if (!a)
        return ST_NO_MEMORY;
    st s = key_of(a, row, period, &key);
    if (s == ST_OK)
        s = call(call_at, a, row->cmd, key, row->in, NULL);
    arena_free(a);
    return s;
}

st timetable_round(struct timetable *t, const struct timetable_row *rows, size_t n, job_call_fn *call, void *call_at, utc now)
{
    TRY(BUG_UNLESS(n <= TIMETABLE_MOST));
    for (size_t i = 0; i < n; i++) {
        int64_t period = now.s / rows[i].every;
        if (period == t->answered[i])
            continue;
        st s = one(&rows[i], period, call, call_at);
        if (worth_another_try(s))
            return s;
        if (s != ST_OK)
            log_event(LOG_ERROR, "timetable", "row=%s status=%s", log_word(rows[i].name), st_info(s)->name);
        t->answered[i] = period;
    }
    return ST_OK;
}
