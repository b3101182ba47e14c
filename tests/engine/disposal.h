/* What the scenarios of retention share: looking at what is held of somebody, passing time, and a whole run. */
#ifndef AVOW_ENGINE_DISPOSAL_H
#define AVOW_ENGINE_DISPOSAL_H

#include "edit.h"
#include "held_sql.h"
#include "retention.h"
#include "shop.h"
#include "vault.h"

#define DAY 86400

struct somebody {
    struct shopper s;
};

/* ---- looking --------------------------------------------------------------------------------------------------- */

static inline struct held_person_row person_of(struct engine *e, const struct somebody *p)
{
    struct held_person_row r = { 0 };
    t_st(held_person(e->db, e->a, &(struct held_person_in){ p->s.who.person }, &r), ST_OK, "the person");
    return r;
}

static inline struct held_order_row order_of(struct engine *e, const struct somebody *p)
{
    struct held_order_row r = { 0 };
    t_st(held_order(e->db, e->a, &(struct held_order_in){ p->s.order.order }, &r), ST_OK, "the order");
    return r;
}

static inline struct held_check_row check_of(struct engine *e, const struct somebody *p)
{
    struct held_check_row r = { 0 };
    t_st(held_check(e->db, e->a, &(struct held_check_in){ p->s.order.order }, &r), ST_OK, "the check of the order");
    return r;
}

static inline struct held_invoice_row invoice_of(struct engine *e, const struct somebody *p)
{
    struct held_invoice_row r = { 0 };
    t_st(held_invoice(e->db, e->a, &(struct held_invoice_in){ p->s.order.invoice }, &r), ST_OK, "the invoice");
    return r;
}

static inline struct held_service_row service_of(struct engine *e, const struct somebody *p)
{
    struct held_service_row r = { 0 };
    t_st(held_service(e->db, e->a, &(struct held_service_in){ p->s.who.person }, &r), ST_OK, "the service");
    return r;
}

/* Does the database know a key of this class, and does it open? */
static inline bool key_left(struct engine *e, const struct somebody *p, const char *key_class)
{
    struct held_keys_rows rows = { 0 };
    t_st(held_keys(e->db, e->a, &(struct held_keys_in){ p->s.who.person }, &rows), ST_OK, "keys");
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].class, str_c(key_class)))
            return true;
    return false;
}

/* ---- time ------------------------------------------------------------------------------------------------------ */

static inline void pass_to(struct engine *e, int year, int month, int day)
{
    int64_t noon = utc_start_of_day_london(date_of(year, month, day)).s + DAY / 2;
    if (noon > e->now.s)
        engine_pass(e, noon - e->now.s);
}

static inline void pass_months(struct engine *e, int n)
{
    int year, month, day;
    date_split(date_add_months(date_london(e->now), n), &year, &month, &day);
    pass_to(e, year, month, day);
}

/* ---- runs ------------------------------------------------------------------------------------------------------ */

struct disposed_in {
    int64_t entries, failed, steps;
};

/* Steps of a run as the courier asks for them, until it says that nothing is left; `upto`: not beyond this phase. */
static inline struct disposed_in dispose_upto(struct engine *e, int64_t upto)
{
    struct disposed_in sum = { 0 };
    struct retention_step_in in = { 0 };
    struct retention_step_out out = { 0 };
    while (!out.done && in.phase <= upto && sum.steps < 10000) {
        out = (struct retention_step_out){ 0 };
        if (!t_st(engine_call(e, engine_system(), CMD_RETENTION_STEP, &in, &out), ST_OK, "a step of the run"))
            return sum;
        sum.steps++;
        sum.entries += in.phase == 1 ? out.n : 0;
        sum.failed += out.failed;
        in = (struct retention_step_in){ out.phase, out.rule, out.at, out.after };
    }
    return sum;
}

static inline struct disposed_in dispose(struct engine *e)
{
    return dispose_upto(e, 100);
}

#endif
