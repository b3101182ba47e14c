/* For staff: what screening held, and what other thresholds would have said. */
#include "config_keys.h"
#include "fraud.h"
#include "fraud_html.h"
#include "fraud_page_sql.h"
#include "money.h"
#include "page.h"
#include "staff.h"
#include "str.h"

#define TRY_ORDERS 2000 /* so many are judged again for one page; the command line takes all */

/* ---- the queue ------------------------------------------------------------------------------------------------------- */

#define CHECK_CONVERTER(which)                                                                              \
    static st which##_view(struct rq *rq, const struct which##_rows *rows, struct v_staff_checks *v)         \
    {                                                                                                      \
        struct v_check_row *list = NEWN(rq->arena, struct v_check_row, rows->n + 1);                       \
        if (!list)                                                                                         \
            return ST_NO_MEMORY;                                                                           \
        for (size_t i = 0; i < rows->n; i++) {                                                             \
            const struct which##_row *r = &rows->v[i];                                                      \
            list[i] = (struct v_check_row){ .id = r->uid, .state = r->state, .score = r->score,            \
                                            .at = r->checked_at, .gross = money_of(r->gross, r->currency), \
                                            .person = r->person_uid };                                     \
            TRY(staff_open_for(rq, PURPOSE_FRAUD, COL_person_full_name, r->person_uid, r->full_name, &list[i].name)); \
        }                                                                                                  \
        v->rows = (struct v_check_row_list){ list, rows->n };                                              \
        v->next = rows->more ? rows->v[rows->n - 1].id : 0;                                                \
        return ST_OK;                                                                                      \
    }
CHECK_CONVERTER(fraud_page_waiting)
CHECK_CONVERTER(fraud_page_state)

st page_staff_checks(struct rq *rq)
{
    static const char *const known[] = { "refused", "declined", "approved", "accepted" };
    struct v_staff_checks v = { .status = staff_status(rq, known, COUNT(known)) };
    int64_t before = staff_before(rq);
    v.waiting = str_empty(v.status);
    if (v.waiting) {
        struct fraud_page_waiting_rows rows;
        int64_t after = before == STAFF_NEWEST ? 0 : before;
        TRY(fraud_page_waiting(rq->db, rq->arena, &(struct fraud_page_waiting_in){ .after = after }, &rows));
        TRY(fraud_page_waiting_view(rq, &rows, &v));
    } else {
        struct fraud_page_state_rows rows;
        TRY(fraud_page_state(rq->db, rq->arena, &(struct fraud_page_state_in){ v.status, before }, &rows));
        TRY(fraud_page_state_view(rq, &rows, &v));
    }
    return show_staff_checks(rq, 200, &v);
}

/* ---- other thresholds ------------------------------------------------------------------------------------------------ */

static st show_moved(struct rq *rq, const struct fraud_report *r, struct v_staff_checks_try *v)
{
    struct v_try_moved *moved = NEWN(rq->arena, struct v_try_moved, FRAUD_OUTCOMES);
    struct v_try_rule *rules = NEWN(rq->arena, struct v_try_rule, r->n_rules + 1);
    size_t n = 0;
    if (!moved || !rules)
        return ST_NO_MEMORY;
    for (int was = 0; was < FRAUD_OUTCOMES; was++)
        moved[was] = (struct v_try_moved){ str_c(fraud_outcome_word((enum fraud_outcome)was)), r->moved[was][FRAUD_ACCEPT],
                                           r->moved[was][FRAUD_REVIEW], r->moved[was][FRAUD_REFUSE] };
    for (size_t i = 0; i < r->n_rules; i++)
        if (r->rules[i].fired > 0)
            rules[n++] = (struct v_try_rule){ r->rules[i].rule->name, r->rules[i].rule->weight, r->rules[i].fired,
                                              r->rules[i].decides };
    v->moved = (struct v_try_moved_list){ moved, FRAUD_OUTCOMES };
    v->rules = (struct v_try_rule_list){ rules, n };
    return ST_OK;
}

/* What was asked for, or what is configured. */
static int64_t asked(struct rq *rq, const char *field, int64_t otherwise)
{
    const struct form_value *v = rq_value(rq, field);
    return str_empty(v->value) ? otherwise : v->number;
}

st page_staff_checks_try(struct rq *rq)
{
    struct fraud_limits now = fraud_limits_of(rq->config);
    struct fraud_limits limits = { asked(rq, "review", now.review), asked(rq, "refuse", now.refuse) };
    struct form_view *f = web_form(rq, FORM_STAFF_CHECKS_TRY);
    struct v_staff_checks_try v = { .f = f, .wrong = fraud_limits_check(&limits) != ST_OK };
    struct fraud_report r;
    if (!f || !fraud_rules_here())
        return ST_NO_MEMORY;
    if (v.wrong)
        limits = now;
    web_form_fill(f, "review", str_fmt(rq->arena, "%lld", (long long)limits.review));
    web_form_fill(f, "refuse", str_fmt(rq->arena, "%lld", (long long)limits.refuse));
    TRY(fraud_try(rq->db, rq->arena, &(struct fraud_trial){ fraud_rules_here(), limits, TRY_ORDERS }, &r));
    v.orders = r.orders;
    v.changed = r.changed;
    v.approved_accept = r.approved[FRAUD_ACCEPT];
    v.approved_review = r.approved[FRAUD_REVIEW];
    v.approved_refuse = r.approved[FRAUD_REFUSE];
    v.declined_accept = r.declined[FRAUD_ACCEPT];
    v.declined_review = r.declined[FRAUD_REVIEW];
    v.declined_refuse = r.declined[FRAUD_REFUSE];
    TRY(show_moved(rq, &r, &v));
    return show_staff_checks_try(rq, 200, &v);
}
