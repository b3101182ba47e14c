/* The pro forma of the next period, and what follows when it is paid or made void. */
#include "change.h"

#include "clock.h"
#include "config_keys.h"
#include "coupon.h"
#include "credit.h"
#include "invoice.h"
#include "mail.h"
#include "money.h"
#include "order.h"
#include "rhythm.h"
#include "str.h"

#define TOGETHER_MOST 50 /* lines of one invoice */

/* ---- which services --------------------------------------------------------------------------------------------- */

struct renewing {
    struct cx *cx;
    date due, after;
    struct rhythm_case *v[TOGETHER_MOST];
    size_t n;
    struct order_standing_line lines[TOGETHER_MOST];
};

/* What the period that begins on `due` costs: as agreed, unless another price was announced for it. */
static int64_t price(const struct rhythm_case *c)
{
    bool other = c->s.has_new_net && c->s.new_from.days <= c->s.next_due_on.days;
    return other ? c->s.new_net : c->s.unit_net;
}

static bool due_now(const struct rhythm_case *c)
{
    for (size_t i = 0; i < c->plan.n; i++)
        if (!c->plan.v[i].conditional)
            return c->plan.v[i].kind == RHYTHM_RENEW && c->plan.v[i].on.days <= c->today.days;
    return false;
}

/* The service itself, and every other of the person whose period begins that day, in that currency, and which its own plan
 * would renew now. */
static st gather(struct renewing *r, struct rhythm_case *c)
{
    struct cx *cx = r->cx;
    r->v[r->n++] = c;
    struct rhythm_together_rows rows;
    TRY(rhythm_together(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_together_in){ .person = c->s.person_id,
        .currency = c->s.currency, .due = c->s.next_due_on, .but = c->s.id }, &rows));
    for (size_t i = 0; i < rows.n && r->n < TOGETHER_MOST; i++) {
        struct rhythm_case *other = NEW(CX_ARENA(cx), struct rhythm_case);
        if (!other)
            return ST_NO_MEMORY;
        TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, rows.v[i].id, c->today, other));
        if (due_now(other) && price(other) > 0)
            r->v[r->n++] = other;
    }
    return ST_OK;
}

/* ---- the invoice ------------------------------------------------------------------------------------------------ */

/* What a coupon of the order goes on taking off. */
static st discount(struct cx *cx, const struct rhythm_case *c, int64_t *off)
{
    money m;
    TRY(coupon_later(CX_DB(cx), CX_ARENA(cx), &(struct coupon_later){ .order_line = c->s.order_line_id, .unit = c->s.unit,
        .period = c->s.periods + 1, .net = money_of(price(c), c->s.currency) }, &m));
    *off = m.minor < price(c) ? m.minor : price(c);
    return ST_OK;
}

static st line_of(struct renewing *r, const struct rhythm_case *c, struct order_standing_line *l)
{
    struct cx *cx = r->cx;
    int64_t off;
    TRY(discount(cx, c, &off));
    *l = (struct order_standing_line){ .product = c->s.product_id, .product_name = c->s.product_name,
        .vat_class = c->s.vat_class, .cycle = c->s.cycle, .options = c->s.options, .choices = c->s.choices,
        .description = c->s.label, .net = price(c) - off, .discount = off, .from = c->s.next_due_on,
        .to = date_add_days(rhythm_after(c->s.next_due_on, c->facts.months, c->facts.anchor_day), -1) };
    return gate_use(&cx->gate, COL_service_hostname, PURPOSE_CONTRACT, c->s.uid, c->s.hostname, &l->hostname);
}

static st note_line(struct renewing *r, struct rhythm_case *c, const struct order_standing_line *l, int64_t invoice)
{
    struct cx *cx = r->cx;
    bool first;
    c->bill.id = invoice;
    TRY(rhythm_line_add(CX_DB(cx), &(struct rhythm_line_add_in){ .line = l->line, .service = c->s.id, .act = S("renew"),
                                                                 .from = l->from, .to = l->to }, NULL));
    TRY(rhythm_record_nt(cx, c, "service", "renew", date_iso(CX_ARENA(cx), l->from), "done", &first));
    if (!first)
        return ST_CONFLICT; /* the whole invoice is undone: a period is never charged twice */
    if (c->s.has_new_net && c->s.new_from.days <= c->s.next_due_on.days)
        TRY(rhythm_price(CX_DB(cx), &(struct rhythm_price_in){ .service = c->s.id, .unit_net = price(c) }, NULL));
    TRY(rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = c->s.id, .next = c->today }, NULL));
    return cx_event_nt(cx, EVENT_RHYTHM_RENEWAL, "service", c->s.id, date_iso(CX_ARENA(cx), l->from));
}

/* A late renewal is not due in the past: there is as long to pay as for an order. */
static date due_date(const struct rhythm_case *c, const struct config *config)
{
    date soonest = date_add_days(c->today, (int32_t)config->shop.due_days);
    bool on_time = date_add_days(c->s.next_due_on, -c->terms.renew_days).days >= date_add_days(c->today, -1).days;
    return on_time || c->s.next_due_on.days > soonest.days ? c->s.next_due_on : soonest;
}

static st invoice_them(struct renewing *r, const struct rhythm_case *c)
{
    struct cx *cx = r->cx;
    for (size_t i = 0; i < r->n; i++)
        TRY(line_of(r, r->v[i], &r->lines[i]));
    struct order_standing o = { .kind = S("renewal"), .person = c->s.person_id, .currency = c->s.currency,
                                .due_on = due_date(c, cx->config), .before = c->s.order_id, .v = r->lines, .n = r->n };
    struct order_standing_made made;
    TRY(order_standing_nt(cx, &o, &made));
    for (size_t i = 0; i < r->n; i++)
        TRY(note_line(r, r->v[i], &r->lines[i], made.invoice));
    if (!made.decided)
        return ST_OK; /* it is sent when the VAT number was checked */
    if (made.gross == 0) /* a coupon pays for all of it */
        return invoice_paid_nt(cx, made.invoice);
    return rhythm_billed_nt(cx, c->s.person_id, made.invoice, S("1"));
}

st rhythm_billed_nt(struct cx *cx, int64_t person, int64_t invoice, str occasion)
{
    int64_t applied;
    money due;
    TRY(credit_apply_nt(cx, invoice, &applied));
    TRY(invoice_due(CX_DB(cx), CX_ARENA(cx), invoice, &due));
    return due.minor > 0 ? mail_queue_nt(cx, MAIL_invoice_due, person, invoice, occasion) : ST_OK;
}

/* What costs nothing goes on without an invoice. */
static st go_on_free(struct cx *cx, const struct rhythm_case *c)
{
    bool first;
    date after = rhythm_after(c->s.next_due_on, c->facts.months, c->facts.anchor_day);
    TRY(rhythm_record_nt(cx, c, "service", "renew", date_iso(CX_ARENA(cx), c->s.next_due_on), "free", &first));
    if (c->s.has_new_net)
        TRY(rhythm_price(CX_DB(cx), &(struct rhythm_price_in){ .service = c->s.id, .unit_net = 0 }, NULL));
    TRY(rhythm_counted(CX_DB(cx), &(struct rhythm_counted_in){ .service = c->s.id }, NULL));
    return rhythm_due_on(CX_DB(cx), &(struct rhythm_due_on_in){ .service = c->s.id, .from = c->s.next_due_on, .to = after }, NULL);
}

st rhythm_renew_nt(struct cx *cx, struct rhythm_case *c)
{
    struct renewing *r = NEW(CX_ARENA(cx), struct renewing);
    if (!r)
        return ST_NO_MEMORY;
    if (price(c) == 0)
        return go_on_free(cx, c);
    r->cx = cx;
    TRY(gather(r, c));
    return invoice_them(r, c);
}

/* ---- paid -------------------------------------------------------------------------------------------------------- */

/* Exactly one period from the day it was due, however late the money came. */
static st renewed(struct cx *cx, const struct rhythm_lines_of_row *l, int64_t invoice)
{
    struct rhythm_case c;
    bool first;
    date today = date_london(cx->gate.now);
    TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, l->service_id, today, &c));
    c.bill.id = invoice;
    if (c.facts.state == RHYTHM_OVER) /* money for what has ended: a person has to look */
        return rhythm_park_nt(cx, l->service_id, today, "rhythm.parked.paid_after_end");
    TRY(rhythm_due_on(CX_DB(cx), &(struct rhythm_due_on_in){ .service = l->service_id, .from = l->period_from,
                                                             .to = date_add_days(l->period_to, 1) }, NULL));
    TRY(rhythm_record_nt(cx, &c, "service", "paid", date_iso(CX_ARENA(cx), l->period_from), "done", &first));
    if (first)
        TRY(rhythm_counted(CX_DB(cx), &(struct rhythm_counted_in){ .service = l->service_id }, NULL));
    if (c.s.cancel_on.days == DATE_NONE.days)
        TRY(rhythm_ends(CX_DB(cx), &(struct rhythm_ends_in){ .service = l->service_id, .on = DATE_NONE }, NULL));
    TRY(rhythm_unpark(CX_DB(cx), &(struct rhythm_unpark_in){ .service = l->service_id, .today = today }, NULL));
    if (c.facts.dunned) /* somebody waits for it */
        TRY(rhythm_soon_nt(cx, l->person_id, l->service_id, today));
    return cx_event_nt(cx, EVENT_RHYTHM_RENEWED, "service", l->service_id, date_iso(CX_ARENA(cx), l->period_from));
}

st rhythm_paid_nt(struct cx *cx, int64_t order, int64_t invoice, bool *standing)
{
    struct rhythm_lines_of_rows lines;
    TRY(rhythm_lines_of(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_lines_of_in){ .order = order }, &lines));
    *standing = lines.n > 0;
    bool change = lines.n > 0 && str_eq(lines.v[0].act, S("change"));
    for (size_t i = 0; i < lines.n; i++)
        TRY(change ? rhythm_change_paid_nt(cx, &lines.v[i]) : renewed(cx, &lines.v[i], invoice));
    if (lines.n == 0 || change)
        return ST_OK;
    return mail_queue_nt(cx, MAIL_service_renewed, lines.v[0].person_id, invoice, S("1"));
}

/* ---- void -------------------------------------------------------------------------------------------------------- */

static st unrenewed(struct cx *cx, const struct rhythm_lines_of_row *l, bool parks)
{
    date today = date_london(cx->gate.now);
    str period = date_iso(CX_ARENA(cx), l->period_from);
    TRY(rhythm_line_dead(CX_DB(cx), &(struct rhythm_line_dead_in){ .line = l->order_line_id }, NULL));
    if (str_eq(l->act, S("change")))
        return rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = l->service_id, .next = today }, NULL);
    TRY(rhythm_act_void(CX_DB(cx), &(struct rhythm_act_void_in){ .service = l->service_id, .act = S("renew"), .period = period,
        .as = str_fmt(CX_ARENA(cx), "%.*s/%lld", STR_ARG(period), (long long)l->order_line_id) }, NULL));
    if (l->ended_on.days != DATE_NONE.days)
        return ST_OK;
    if (parks)
        return rhythm_park_nt(cx, l->service_id, today, "rhythm.parked.void");
    return rhythm_next(CX_DB(cx), &(struct rhythm_next_in){ .service = l->service_id, .next = today }, NULL);
}

st rhythm_voided_nt(struct cx *cx, int64_t order, bool parks)
{
    struct rhythm_lines_of_rows lines;
    TRY(rhythm_lines_of(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_lines_of_in){ .order = order }, &lines));
    for (size_t i = 0; i < lines.n; i++)
        if (lines.v[i].live)
            TRY(unrenewed(cx, &lines.v[i], parks));
    return ST_OK;
}

/* ---- the money went back ----------------------------------------------------------------------------------------- */

/* As it was before it was paid: the period begins anew as one to be invoiced. */
static st unpaid_again(struct cx *cx, const struct rhythm_lines_of_row *l, date today)
{
    str period = date_iso(CX_ARENA(cx), l->period_from);
    str as = str_fmt(CX_ARENA(cx), "%.*s/%lld", STR_ARG(period), (long long)l->order_line_id);
    TRY(rhythm_line_dead(CX_DB(cx), &(struct rhythm_line_dead_in){ .line = l->order_line_id }, NULL));
    for (size_t i = 0; i < 2; i++)
        TRY(rhythm_act_void(CX_DB(cx), &(struct rhythm_act_void_in){ .service = l->service_id, .act = i ? S("paid") : S("renew"),
                                                                     .period = period, .as = as }, NULL));
    TRY(rhythm_uncounted(CX_DB(cx), &(struct rhythm_uncounted_in){ .service = l->service_id }, NULL));
    TRY(rhythm_due_on(CX_DB(cx), &(struct rhythm_due_on_in){ .service = l->service_id, .from = date_add_days(l->period_to, 1),
                                                             .to = l->period_from }, NULL));
    TRY(cx_event_nt(cx, EVENT_RHYTHM_TAKEN_BACK, "service", l->service_id, period));
    return rhythm_soon_nt(cx, l->person_id, l->service_id, today);
}

static st taken_back(struct cx *cx, const struct rhythm_lines_of_row *l)
{
    struct rhythm_case c;
    date today = date_london(cx->gate.now);
    TRY(rhythm_case_read(CX_DB(cx), CX_ARENA(cx), cx->config, l->service_id, today, &c));
    if (c.facts.state == RHYTHM_OVER)
        return ST_OK;
    bool last = c.s.next_due_on.days == l->period_to.days + 1;
    if (!last || str_eq(l->act, S("change")) || (c.facts.bill.open && c.facts.bill.held))
        return rhythm_park_nt(cx, l->service_id, today, "rhythm.parked.taken_back");
    TRY(rhythm_drop_bill_nt(cx, &c)); /* of the period after it, which is not next any more */
    return unpaid_again(cx, l, today);
}

st rhythm_taken_back_nt(struct cx *cx, int64_t order)
{
    struct rhythm_lines_of_rows lines;
    TRY(rhythm_lines_of(CX_DB(cx), CX_ARENA(cx), &(struct rhythm_lines_of_in){ .order = order }, &lines));
    for (size_t i = 0; i < lines.n; i++)
        if (lines.v[i].live)
            TRY(taken_back(cx, &lines.v[i]));
    return ST_OK;
}
