/* A year in the life of services: those who pay, those who do not, clocks that jump, runs that come twice, people who decide. */
#include "life.h"

/* ---- who pays ------------------------------------------------------------------------------------------------------ */

static void check_periods(struct engine *e, const struct customer *c)
{
    struct seen_periods_rows rows = { 0 };
    t_st(seen_periods(e->db, e->a, &(struct seen_periods_in){ c->service }, &rows), ST_OK, "periods");
    size_t wrong = 0;
    for (size_t i = 0; i < rows.n; i++) {
        wrong += rows.v[i].line_from.days != rows.v[i].period_from.days || rows.v[i].line_to.days != rows.v[i].period_to.days;
        wrong += i > 0 && rows.v[i].period_from.days != rows.v[i - 1].period_to.days + 1;
    }
    t_ok(rows.n >= 12 && wrong == 0, "twelve periods and more: each begins the day after the one before, and stands so on the invoice");
}

/* From 31 January 2027 to the end of February 2028: a leap day, two nights of changing clocks, every length of month. */
static void a_year(struct engine *e)
{
    go_to(e, 2027, 1, 31);
    run(e);
    struct customer c = buys(e, "starter");
    struct seen_service_row r = seen(e, &c);
    t_ok(same(r.next_due_on, 2027, 2, 28) && same(r.next_act_on, 2027, 2, 14) && r.anchor_day == 31, "begun on the 31st");
    int64_t before = counts(e, &c).invoices, late = 0;
    for (int d = 0; d < 395; d++) {
        days(e, 1);
        struct seen_newest_invoice_row i = newest(e, &c);
        if (str_eq(i.status, S("unpaid")) && today(e).days >= i.due_on.days - 2) {
            late += today(e).days > i.due_on.days;
            pay_invoice(e, &c, i.uid);
        }
    }
    r = seen(e, &c);
    struct seen_counts_row n = counts(e, &c);
    t_ok(same(r.next_due_on, 2028, 3, 31), "after thirteen months it is due on the 31st again");
    t_i64(n.invoices - before, n.unpaid ? 14 : 13, "an invoice for each period");
    t_i64(late, 0, "each came in time");
    t_str(r.status, S("active"), "and the service ran all the time");
    t_i64(mails(e, &c, "invoice_due"), n.invoices - before, "each was announced by mail");
    t_i64(mails(e, &c, "invoice_overdue") + mails(e, &c, "service_suspended"), 0, "nobody who pays is reminded of anything overdue");
    t_i64(mails(e, &c, "service_renewed"), 13, "each payment was confirmed");
    check_periods(e, &c);
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- who does not --------------------------------------------------------------------------------------------------- */

static void non_payer(struct engine *e)
{
    go_to(e, 2028, 3, 1);
    run(e);
    struct customer c = buys(e, "starter");
    days(e, 16);
    date due = seen(e, &c).next_due_on;
    t_ok(same(due, 2028, 4, 1), "due on the first");
    t_i64(counts(e, &c).unpaid, 0, "nothing is invoiced early");
    days(e, 1);
    struct seen_newest_invoice_row i = newest(e, &c);
    t_ok(str_eq(i.status, S("unpaid")) && i.due_on.days == due.days && i.gross == 300, "two weeks before, at the price agreed and its VAT");
    days(e, due.days - today(e).days - 3);
    t_i64(mails(e, &c, "invoice_reminder"), 1, "a reminder three days before");
    days(e, 3 + 7);
    t_i64(mails(e, &c, "invoice_overdue"), 2, "two messages when it is overdue");
    t_str(seen(e, &c).status, S("active"), "still running");
    days(e, 3);
    t_str(seen(e, &c).status, S("suspended"), "ten days after: suspended");
    t_i64(mails(e, &c, "service_suspended"), 1, "and told so");
    days(e, 13);
    t_i64(mails(e, &c, "termination_warning"), 1, "a week before its end a last message");
    t_ok(same(seen(e, &c).ends_on, 2028, 5, 1), "that names the day");
    days(e, 6);
    t_str(seen(e, &c).status, S("suspended"), "until then nothing");
    days(e, 1);
    t_str(seen(e, &c).status, S("terminated"), "and then the end");
    t_i64(mails(e, &c, "service_terminated"), 1, "told");
    i = newest(e, &c);
    t_str(i.status, S("cancelled"), "nothing is owed for it");
    days(e, 60);
    t_i64(counts(e, &c).invoices, 2, "and nothing more is asked");
    t_ok(seen(e, &c).next_act_on.days == DATE_NONE.days, "nothing is due ever");
}

static void pays_late(struct engine *e)
{
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days + 15);
    t_str(seen(e, &c).status, S("suspended"), "suspended");
    struct payment_start_out p;
    struct shopper s = c.s;
    s.order.invoice = newest(e, &c).uid;
    p = shop_pay(e, &s);
    struct payment_callback_in m = shop_message(e, p.payment, "pending");
    t_str(shop_say(e, &m), S("applied"), "a payment is on its way");
    days(e, 40);
    t_str(seen(e, &c).status, S("suspended"), "as long as it is, nothing worse happens");
    t_i64(mails(e, &c, "termination_warning"), 0, "nor is it announced");
    m = shop_message(e, p.payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "it arrives");
    run(e);
    struct seen_service_row r = seen(e, &c);
    t_str(r.status, S("active"), "back to work by itself");
    t_i64(mails(e, &c, "service_unsuspended"), 1, "and told");
    t_ok(r.next_due_on.days > due.days && r.next_due_on.days - due.days <= 31 && !r.has_suspended_for,
         "exactly one period on, from the day it was due");
    days(e, 1);
    t_i64(counts(e, &c).invoices, 3, "then a pro forma for the period that had begun meanwhile");
    days(e, 1);
    t_i64(counts(e, &c).invoices, 3, "once");
    t_ok(newest(e, &c).due_on.days >= today(e).days, "and is not due in the past");
}

/* ---- twice, back and forth ------------------------------------------------------------------------------------------ */

static struct seen_all_row all(struct engine *e)
{
    struct seen_all_row r = { 0 };
    t_st(seen_all(e->db, e->a, &r), ST_OK, "everything");
    return r;
}

static bool unchanged(struct engine *e, struct seen_all_row before)
{
    struct seen_all_row now = all(e);
    return now.invoices == before.invoices && now.acts == before.acts && now.orders == before.orders && now.mails == before.mails;
}

static void clocks(struct engine *e)
{
    struct customer c = buys(e, "starter"), d = buys(e, "email");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days - 14);
    struct seen_all_row before = all(e);
    run(e);
    run(e);
    t_ok(unchanged(e, before), "run again on the same day: nothing");
    engine_pass(e, -40 * DAY);
    run(e);
    t_ok(unchanged(e, before), "a clock forty days back: nothing");
    days(e, 40);
    t_ok(unchanged(e, before), "and day by day forward again: nothing");
    engine_pass(e, 400 * DAY);
    run(e);
    struct seen_all_row jumped = all(e);
    t_ok(counts(e, &c).invoices == 2 && counts(e, &d).invoices == 2, "four hundred days at once: no storm of invoices");
    t_str(seen(e, &c).status, S("active"), "and nobody is suspended in the same night");
    t_ok(jumped.mails - before.mails <= 4, "one message to each");
    engine_pass(e, -400 * DAY);
    days(e, 2);
    struct seen_all_row back = all(e);
    t_ok(back.invoices == jumped.invoices, "and back: nothing more");
    pay_invoice(e, &c, newest(e, &c).uid);
    run(e);
    t_ok(seen(e, &c).next_due_on.days > due.days && seen(e, &c).next_due_on.days <= due.days + 31, "paid: one period on");
    struct seen_twice_rows twice = { 0 };
    t_st(seen_twice(e->db, e->a, &twice), ST_OK, "looked for");
    t_i64(twice.n, 0, "no period is charged twice, in all of this");
}

/* Months in which nothing ran: what was missed is made up for only as far as the operator says. */
static void standstill(struct engine *e)
{
    struct customer c = buys(e, "email");
    engine_pass(e, 150 * (int64_t)DAY);
    run(e);
    struct seen_service_row r = seen(e, &c);
    t_str(r.parked, S("rhythm.parked.behind"), "four missed periods wait for staff");
    t_i64(counts(e, &c).invoices, 1, "who decide, before anything is charged");
    t_ok(r.next_act_on.days == DATE_NONE.days, "it is not tried again and again");
}

/* ---- what people decide ------------------------------------------------------------------------------------------------ */

static void cancelling(struct engine *e)
{
    struct customer c = buys(e, "starter"), other = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days - 10);
    t_i64(counts(e, &c).unpaid, 1, "the next period is invoiced");
    t_st(cancel(e, &c, other.s.who, false, ""), ST_NOT_FOUND, "nobody cancels what is somebody else's");
    t_st(cancel(e, &c, c.s.who, false, "It is\x01too dear"), ST_INVALID, "nor with words that cannot be printed");
    t_st(cancel(e, &c, c.s.who, false, "Too dear for me."), ST_OK, "cancelled to the end of the period");
    t_i64(counts(e, &c).unpaid, 0, "nothing is owed for what does not come");
    t_ok(seen(e, &c).cancel_on.days == due.days, "it ends when what was paid for ends");
    t_st(cancel(e, &c, c.s.who, false, ""), ST_CONFLICT, "once");
    days(e, 5);
    t_str(seen(e, &c).status, S("active"), "until then it runs");
    t_i64(mails(e, &c, "service_cancelling"), 1, "told");
    t_st(keep(e, &c, c.s.who), ST_OK, "thought better of it");
    days(e, 1);
    t_i64(counts(e, &c).unpaid, 1, "a pro forma is made anew");
    t_i64(mails(e, &c, "service_kept"), 1, "told");
    t_st(keep(e, &c, c.s.who), ST_CONFLICT, "nothing left to withdraw");
    t_st(cancel(e, &c, engine_staff(), false, ""), ST_OK, "staff may cancel too");
    days(e, 5);
    t_str(seen(e, &c).status, S("terminated"), "on its last day it ends");
    t_i64(mails(e, &c, "service_cancelled"), 1, "told");
    t_i64(counts(e, &c).unpaid, 0, "and nothing is owed");
    t_st(cancel(e, &c, c.s.who, true, ""), ST_CONFLICT, "what is over cannot be cancelled");
    t_st(cancel(e, &other, other.s.who, true, ""), ST_OK, "at once");
    run(e);
    t_str(seen(e, &other).status, S("terminated"), "is at once");
    t_ok(seen(e, &other).next_act_on.days == DATE_NONE.days, "with nothing to follow");
}

/* Two services of one person on one invoice: what happens to one must not hurt the other. */
static void together(struct engine *e)
{
    struct customer a = buys(e, "starter"), b = a;
    struct shopper s = a.s;
    t_st(shop_add(e, s.who, "starter", "second.example.test"), ST_OK, "a second one");
    struct order_place_in form = shop_form(e, s.who);
    t_st(engine_call(e, s.who, CMD_ORDER_PLACE, &form, &s.order), ST_OK, "ordered");
    pay_invoice(e, &a, s.order.invoice);
    engine_work(e);
    struct engine_service_row r = { 0 };
    t_st(engine_service(e->db, e->a, &(struct engine_service_in){ s.who.person }, &r), ST_OK, "the second");
    b.service = r.id;
    date due = seen(e, &a).next_due_on;
    days(e, due.days - today(e).days - 14);
    t_i64(counts(e, &a).invoices, 3, "one invoice for both");
    t_i64(newest(e, &a).gross, 600, "with both on it");
    days(e, 1);
    t_st(cancel(e, &a, a.s.who, false, ""), ST_OK, "one is cancelled");
    run(e);
    t_i64(newest(e, &a).gross, 300, "the other gets an invoice of its own");
    t_i64(counts(e, &a).voided, 1, "in place of the first");
    pay_invoice(e, &b, newest(e, &b).uid);
    days(e, 20);
    t_str(seen(e, &a).status, S("terminated"), "one ends");
    t_str(seen(e, &b).status, S("active"), "one goes on");
    t_ok(seen(e, &b).next_due_on.days > due.days, "for another period");
}

static void by_staff(struct engine *e)
{
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    uid service = seen(e, &c).uid;
    days(e, due.days - today(e).days + 9);
    struct rhythm_hold_in hold = { .service = service, .until = date_iso(e->a, date_add_days(today(e), 400)), .reason = S("They rang.") };
    t_st(staff(e, CMD_RHYTHM_HOLD, &hold), ST_INVALID, "nothing is put off for ever");
    hold.until = date_iso(e->a, date_add_days(today(e), 60));
    t_st(engine_call(e, c.s.who, CMD_RHYTHM_HOLD, &hold, NULL), ST_DENIED, "nor by customers");
    t_st(staff(e, CMD_RHYTHM_HOLD, &hold), ST_OK, "put off for sixty days");
    days(e, 60);
    t_str(seen(e, &c).status, S("active"), "so nothing happens");
    t_i64(mails(e, &c, "termination_warning"), 0, "nor is it announced");
    days(e, 1);
    t_str(seen(e, &c).status, S("suspended"), "then it does");
    days(e, 8);
    t_str(seen(e, &c).status, S("terminated"), "with a week between the warning and the end");
    t_i64(mails(e, &c, "termination_warning"), 1, "that was sent");

    struct customer d = buys(e, "starter");
    due = seen(e, &d).next_due_on;
    days(e, due.days - today(e).days - 5);
    struct invoice_cancel_in gift = { .invoice = newest(e, &d).uid, .reason = S("a gift") };
    t_st(staff(e, CMD_INVOICE_CANCEL, &gift), ST_OK, "staff make a pro forma void");
    days(e, 20);
    t_str(seen(e, &d).parked, S("rhythm.parked.void"), "it is not made again by itself");
    t_str(seen(e, &d).status, S("active"), "and nobody is suspended for it");
    struct rhythm_resume_in resume = { .service = seen(e, &d).uid, .how = S("forgive") };
    t_st(staff(e, CMD_RHYTHM_RESUME, &resume), ST_OK, "the period is a gift");
    t_ok(seen(e, &d).next_due_on.days > due.days + 27 && !seen(e, &d).parked.p, "on to the next");
    t_st(staff(e, CMD_RHYTHM_RESUME, &resume), ST_CONFLICT, "one period, not two");
}

/* Messages that never left: nobody loses a service over them. */
static void unheard(struct engine *e)
{
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    str from = e->config.mail.from;
    days(e, due.days - today(e).days - 14);
    e->config.mail.from = S("no address");
    days(e, 60);
    t_str(seen(e, &c).parked, S("rhythm.parked.mails"), "the mail went nowhere: staff decide");
    t_ok(!str_eq(seen(e, &c).status, S("terminated")), "and the service is still there");
    e->config.mail.from = from;
}

/* Account credit is used before anybody is asked. */
static void credit(struct engine *e)
{
    struct customer c = buys(e, "starter");
    struct seen_person_row p = { 0 };
    t_st(seen_person(e->db, e->a, &(struct seen_person_in){ c.s.who.person }, &p), ST_OK, "the customer");
    struct credit_grant_in grant = { .person = p.uid, .currency = S("GBP"), .amount = 1000, .reason = S("goodwill") };
    t_st(staff(e, CMD_CREDIT_GRANT, &grant), ST_OK, "a kindness");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days - 14);
    t_str(newest(e, &c).status, S("paid"), "the next period is paid at once");
    t_i64(mails(e, &c, "invoice_due"), 0, "and nobody is asked to pay");
    t_i64(mails(e, &c, "service_renewed"), 1, "but told");
    t_ok(seen(e, &c).next_due_on.days > due.days, "one period on");
}

static void checks(struct engine *e)
{
    shop_open(e);
    a_year(e);
    non_payer(e);
    pays_late(e);
    clocks(e);
    standstill(e);
    cancelling(e);
    together(e);
    by_staff(e);
    unheard(e);
    credit(e);
    t_ok(engine_balanced(e), "the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
