/* What the scenarios about renewals share: a day of the program's life, and looking at one customer's service. */
#ifndef AVOW_ENGINE_LIFE_H
#define AVOW_ENGINE_LIFE_H

#include "people_sql.h"
#include "seen_sql.h"
#include "shop.h"

#define DAY 86400

struct customer {
    struct shopper s;
    int64_t service;
};

/* ---- what happens in a day --------------------------------------------------------------------------------------- */

static inline void run(struct engine *e)
{
    struct rhythm_run_out out = { .services = 1 };
    for (int i = 0; i < 20 && out.services > 0; i++)
        if (engine_call(e, engine_system(), CMD_RHYTHM_RUN, &(struct rhythm_run_in){ 0 }, &out) != ST_OK)
            t_ok(false, "the run");
    struct order_expire_out ended; /* what nobody paid for ends, too; a renewal has an end of its own */
    t_st(engine_call(e, engine_system(), CMD_ORDER_EXPIRE, &(struct order_expire_in){ 0 }, &ended), ST_OK, "orders end");
    engine_work(e);
}

static inline void days(struct engine *e, int n)
{
    for (int i = 0; i < n; i++) {
        engine_pass(e, DAY);
        run(e);
    }
}

static inline date today(const struct engine *e)
{
    return date_london(e->now);
}

static inline struct seen_service_row seen(struct engine *e, const struct customer *c)
{
    struct seen_service_row r = { 0 };
    t_st(seen_service(e->db, e->a, &(struct seen_service_in){ c->service }, &r), ST_OK, "the service");
    return r;
}

static inline struct seen_newest_invoice_row newest(struct engine *e, const struct customer *c)
{
    struct seen_newest_invoice_row r = { 0 };
    t_st(seen_newest_invoice(e->db, e->a, &(struct seen_newest_invoice_in){ c->s.who.person }, &r), ST_OK, "the newest invoice");
    return r;
}

static inline struct seen_counts_row counts(struct engine *e, const struct customer *c)
{
    struct seen_counts_row r = { 0 };
    t_st(seen_counts(e->db, e->a, &(struct seen_counts_in){ c->s.who.person }, &r), ST_OK, "invoices");
    return r;
}

static inline int64_t mails(struct engine *e, const struct customer *c, const char *template)
{
    struct seen_mails_row r = { 0 };
    t_st(seen_mails(e->db, e->a, &(struct seen_mails_in){ c->s.who.person, str_c(template) }, &r), ST_OK, template);
    return r.n;
}

static inline void pay_invoice(struct engine *e, const struct customer *c, uid invoice)
{
    struct shopper s = c->s;
    s.order.invoice = invoice;
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
}

static inline struct customer buys(struct engine *e, const char *slug)
{
    struct customer c = { .s = shop_order(e, slug) };
    struct engine_service_row r = { 0 };
    pay_invoice(e, &c, c.s.order.invoice);
    engine_work(e);
    t_st(engine_service(e->db, e->a, &(struct engine_service_in){ c.s.who.person }, &r), ST_OK, "the service");
    c.service = r.id;
    struct service_act_in act = { .service = r.uid, .verb = S("create"), .package = S("") };
    if (str_eq(r.status, S("pending"))) /* set up by hand */
        t_st(engine_call(e, engine_staff(), CMD_SERVICE_ACT, &act, NULL), ST_OK, "set up");
    return c;
}

/* To 09:00 of a date, without a run in between. */
static inline void go_to(struct engine *e, int y, int m, int d)
{
    e->now.s = utc_start_of_day_london(date_of(y, m, d)).s + 9 * 3600;
    clock_set(e->now);
}

static inline bool same(date a, int y, int m, int d)
{
    return a.days == date_of(y, m, d).days;
}

static inline st cancel(struct engine *e, const struct customer *c, struct actor who, bool at_once, const char *reason)
{
    struct rhythm_cancel_in in = { .service = seen(e, c).uid, .at_once = at_once, .reason = str_c(reason) };
    return engine_call(e, who, CMD_RHYTHM_CANCEL, &in, NULL);
}

static inline st keep(struct engine *e, const struct customer *c, struct actor who)
{
    return engine_call(e, who, CMD_RHYTHM_KEEP, &(struct rhythm_keep_in){ .service = seen(e, c).uid }, NULL);
}

static inline st staff(struct engine *e, enum command cmd, const void *in)
{
    return engine_call(e, engine_staff(), cmd, in, NULL);
}

#endif
