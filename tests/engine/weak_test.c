/* The edges of billing: money that goes back after it was counted on, parts that come by transfer, more to do than one run does,
 * refunds that fail later, and one bank entry told in two formats. */
#include "hash.h"
#include "life.h"
#include "weak_look_sql.h"

static int64_t account(struct engine *e, const char *name)
{
    struct engine_account_row r = { 0 };
    t_st(engine_account(e->db, e->a, &(struct engine_account_in){ str_c(name) }, &r), ST_OK, name);
    return r.balance;
}

static struct engine_payment_row payment(struct engine *e, uid id)
{
    struct engine_payment_row p = { 0 };
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ id }, &p), ST_OK, "the payment");
    return p;
}

static str say(struct engine *e, uid pay, const char *kind, int64_t amount)
{
    struct payment_callback_in m = shop_message(e, pay, kind);
    m.amount = amount;
    m.dispute = S("dp_1");
    m.reason = S("fraudulent");
    return shop_say(e, &m);
}

static uid pays(struct engine *e, const struct customer *c, uid invoice)
{
    struct shopper s = c->s;
    s.order.invoice = invoice;
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    return pay;
}

/* A customer whose second period is paid; *pay is its payment, *due the day to which it ran before. */
static struct customer renewed(struct engine *e, uid *pay, date *due)
{
    struct customer c = buys(e, "starter");
    *due = seen(e, &c).next_due_on;
    days(e, due->days - today(e).days - 10);
    *pay = pays(e, &c, newest(e, &c).uid);
    engine_work(e);
    t_ok(seen(e, &c).next_due_on.days > due->days, "the second period is paid");
    days(e, 15);
    return c;
}

/* ---- money that went back -------------------------------------------------------------------------------------------- */

static void taken_back(struct engine *e, bool by_bank)
{
    uid pay;
    date due;
    struct customer c = renewed(e, &pay, &due);
    int64_t amount = payment(e, pay).amount, before = counts(e, &c).invoices;
    if (by_bank) {
        t_str(say(e, pay, "disputed", amount), S("applied"), "the bank holds the money back");
        t_ok(seen(e, &c).next_due_on.days > due.days, "while it is open the period stays");
        t_str(say(e, pay, "dispute_lost", amount), S("applied"), "and takes it");
    } else {
        t_str(say(e, pay, "refunded", amount - 1), S("applied"), "a part of it goes back");
        t_ok(seen(e, &c).next_due_on.days > due.days, "that alone takes no period");
        t_str(say(e, pay, "refunded", amount), S("applied"), "all of it");
    }
    run(e);
    struct seen_service_row r = seen(e, &c);
    t_i64(r.next_due_on.days, due.days, "it is paid to the day as before");
    struct seen_newest_invoice_row i = newest(e, &c);
    t_str(i.status, S("unpaid"), "a new pro forma for the period");
    t_ok(counts(e, &c).invoices > before + 1, "beside what was credited");
    t_ok(i.due_on.days >= today(e).days + 1, "that leaves time to pay");
    t_str(r.status, S("active"), "until then it runs");
    days(e, i.due_on.days - today(e).days + 11);
    t_str(seen(e, &c).status, S("suspended"), "ten days after that it is suspended");
    pays(e, &c, i.uid);
    run(e);
    r = seen(e, &c);
    t_ok(str_eq(r.status, S("active")) && r.next_due_on.days > due.days, "paid, it goes on, exactly one period");
    struct seen_twice_rows twice = { 0 };
    t_st(seen_twice(e->db, e->a, &twice), ST_OK, "periods");
    t_ok(engine_balanced(e), "the books balance");
}

/* A kindness takes nothing back; and where a later period was paid already, people decide. */
static void not_taken(struct engine *e)
{
    uid pay;
    date due;
    struct customer c = renewed(e, &pay, &due);
    date to = seen(e, &c).next_due_on;
    struct payment_refund_in gift = { .payment = pay, .amount = 0, .reason = S("goodwill") };
    t_st(engine_call(e, engine_staff(), CMD_PAYMENT_REFUND, &gift, NULL), ST_OK, "staff give it back out of kindness");
    engine_work(e);
    if (!str_eq(payment(e, pay).status, S("refunded")))
        t_str(say(e, pay, "refunded", payment(e, pay).amount), S("applied"), "the gateway says so");
    run(e);
    t_i64(seen(e, &c).next_due_on.days, to.days, "the period stays paid");

    struct customer d = renewed(e, &pay, &due);
    days(e, seen(e, &d).next_due_on.days - today(e).days - 10);
    pays(e, &d, newest(e, &d).uid);
    t_str(say(e, pay, "refunded", payment(e, pay).amount), S("applied"), "the period before goes back");
    t_str(seen(e, &d).parked, S("rhythm.parked.taken_back"), "staff have to look");
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- refunds that fail later ------------------------------------------------------------------------------------------ */

static struct weak_look_event_row event(struct engine *e)
{
    struct weak_look_event_row r = { 0 };
    t_st(weak_look_event(e->db, e->a, &r), ST_OK, "the last message");
    return r;
}

static void failed_refund(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    int64_t gateway = account(e, "gateway"), owed = account(e, "receivable"), failed = event(e).refunds;
    struct payment_refund_in order = { .payment = pay, .amount = 300, .reason = S("asked") };
    t_st(engine_call(e, engine_staff(), CMD_PAYMENT_REFUND, &order, NULL), ST_OK, "staff order £3.00 back");
    engine_work(e);
    if (payment(e, pay).refunded == 0)
        t_str(say(e, pay, "refunded", 300), S("applied"), "it is on its way");
    t_i64(account(e, "gateway"), gateway - 300, "and out of the books");
    t_str(say(e, pay, "refund_failed", 0), S("review"), "it does not arrive");
    t_i64(account(e, "gateway"), gateway, "the money is at the gateway again");
    t_i64(account(e, "receivable"), owed - 300, "and owed to the customer");
    t_i64(payment(e, pay).refunded, 0, "nothing has gone back");
    struct weak_look_event_row ev = event(e);
    t_ok(str_eq(ev.outcome, S("review")) && str_eq(ev.reason, S("refund_failed")) && ev.amount == 300, "staff see how much");
    t_i64(ev.refunds, failed + 1, "and that what they ordered failed");
    t_str(say(e, pay, "refund_failed", 0), S("review"), "told by another message");
    t_i64(account(e, "gateway"), gateway, "it is not put back twice");
    t_str(say(e, pay, "refunded", 300), S("applied"), "once more: now it arrives");
    t_i64(account(e, "gateway"), gateway - 300, "the money has gone");
    t_i64(account(e, "receivable"), owed, "and nothing is owed");
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ s.order.invoice }, &i), ST_OK, "the invoice");
    t_ok(i.taken_back == 300 && i.returned == 300, "by one credit note");
    t_str(say(e, pay, "refunded", 839), S("applied"), "all of it goes back");
    t_str(say(e, pay, "refund_failed", 300), S("review"), "and the second half fails");
    t_ok(str_eq(payment(e, pay).status, S("succeeded")) && payment(e, pay).refunded == 300, "the first stays gone");
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ s.order.invoice }, &i), ST_OK, "the invoice");
    t_ok(str_eq(i.status, S("paid")) && i.taken_back == 839 && i.returned == 300, "taken back, and not all returned");
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- parts that come by transfer ---------------------------------------------------------------------------------------- */

static struct bank_line line_of(struct engine *e, int64_t amount, str wording)
{
    return (struct bank_line){ .booked = today(e).days, .currency = S("GBP"), .amount = amount, .name = S("A Marlowe"),
                               .account = S("GB00 TEST 0000 0087 6543 21"), .wording = wording, .bank_id = S(""), .end_to_end = S("") };
}

static struct bank_import_out import_as(struct engine *e, const char *format, struct bank_line *lines, size_t n)
{
    static int file;
    uint8_t code[32];
    struct bank_import_out out = { 0 };
    hash_plain(str_fmt(e->a, "weak %d", file++), code);
    struct bank_import_in in = { .code = { (const char *)code, 32 }, .format = str_c(format), .account = S("GB00TEST"),
                                 .entries = (int64_t)n, .lines = { lines, n } };
    t_st(engine_call(e, engine_system(), CMD_BANK_IMPORT, &in, &out), ST_OK, format);
    return out;
}

/* £1.00 of the newest invoice comes by transfer. */
static void a_part_comes(struct engine *e, const struct customer *c)
{
    struct payment_start_in in = { .invoice = newest(e, c).uid, .gateway = S("bank_transfer") };
    struct payment_start_out out = { 0 };
    t_st(engine_call(e, c->s.who, CMD_PAYMENT_START, &in, &out), ST_OK, "they want to transfer it");
    struct bank_line line = line_of(e, 100, payment(e, out.payment).reference);
    t_i64(import_as(e, "camt053", &line, 1).open, 1, "and send too little");
}

static bool mailed(struct engine *e, const char *words)
{
    str command = str_fmt(e->a, "cat %s/mail/new/* | sed -e ':a' -e 'N' -e '$!ba' -e 's/=\\r*\\n//g' -e 's/\\r*\\n/ /g' | "
                                "grep -qF '%s'", e->dir, words);
    return system(str_z(e->a, command)) == 0;
}

static void part_and_card(struct engine *e)
{
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days - 10);
    int64_t suspense = account(e, "suspense"), gateway = account(e, "gateway");
    t_i64(newest(e, &c).gross, 300, "£3.00 for the next period");
    a_part_comes(e, &c);
    t_ok(!mailed(e, "of it already;"), "nobody was reminded of a part before");
    days(e, 8);
    t_ok(mailed(e, "You have paid \xc2\xa3" "1.00 of it already; \xc2\xa3" "2.00 is what is still open.") ||
             mailed(e, "You have paid =C2=A31.00 of it already; =C2=A32.00 is what is still open."),
         "the reminder says what is still open");
    struct shopper s = c.s;
    s.order.invoice = newest(e, &c).uid;
    uid pay = shop_pay(e, &s).payment;
    t_i64(payment(e, pay).amount, 200, "by card the rest alone is asked for");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "and pays the invoice");
    engine_work(e);
    t_str(newest(e, &c).status, S("paid"), "it is paid");
    t_ok(seen(e, &c).next_due_on.days > due.days, "the service goes on");
    t_i64(account(e, "suspense"), suspense, "nothing of it is in suspense");
    t_i64(account(e, "gateway"), gateway + 300, "all of it is there");
    t_ok(engine_balanced(e), "the books balance");
}

/* The rest from account credit. */
static void part_and_credit(struct engine *e)
{
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days - 10);
    a_part_comes(e, &c);
    struct seen_person_row p = { 0 };
    t_st(seen_person(e->db, e->a, &(struct seen_person_in){ c.s.who.person }, &p), ST_OK, "the customer");
    struct credit_grant_in grant = { .person = p.uid, .currency = S("GBP"), .amount = 1000, .reason = S("goodwill") };
    t_st(staff(e, CMD_CREDIT_GRANT, &grant), ST_OK, "£10.00 of credit");
    days(e, 10);
    t_str(newest(e, &c).status, S("paid"), "on the day it is due the rest comes from credit");
    struct seen_credit_row left = { 0 };
    t_st(seen_credit(e->db, e->a, &(struct seen_credit_in){ c.s.who.person }, &left), ST_OK, "credit");
    t_i64(left.balance, 800, "and only the rest");
    t_i64(account(e, "suspense"), 0, "nothing is in suspense");
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- one entry in two formats ------------------------------------------------------------------------------------------ */

static struct weak_look_entries_row entries(struct engine *e)
{
    struct weak_look_entries_row r = { 0 };
    t_st(weak_look_entries(e->db, e->a, &r), ST_OK, "entries");
    return r;
}

static void two_formats(struct engine *e)
{
    int64_t suspense = account(e, "suspense");
    struct weak_look_entries_row was = entries(e);
    struct bank_line camt[3] = { line_of(e, 4200, S("Invoice, no reference")), line_of(e, 4200, S("Invoice, no reference")),
                                 line_of(e, 700, S("RF18 from B")) };
    camt[1].nth = 1;
    camt[2].name = S("B. Quill");
    camt[2].account = S("");
    for (size_t i = 0; i < 3; i++)
        camt[i].bank_id = str_fmt(e->a, "ASR-%zu", i);
    t_i64(import_as(e, "camt053", camt, 3).open, 3, "two equal payments and another");
    struct bank_line csv[3] = { camt[0], camt[1], camt[2] };
    for (size_t i = 0; i < 3; i++) { /* as its web site exports them: other texts, the account number alone, the value date a day on */
        csv[i].bank_id = S("");
        csv[i].name = i < 2 ? S("A MARLOWE") : S("B.QUILL");
        csv[i].account = i < 2 ? S("87654321") : S("");
        csv[i].wording = S("FASTER PAYMENT RECEIVED");
        csv[i].value = csv[i].booked;
        csv[i].booked = csv[i].booked + 1;
    }
    struct bank_import_out out = import_as(e, "csv", csv, 3);
    t_ok(out.known == 3 && out.open == 0, "the same three by another format are known");
    out = import_as(e, "csv", csv, 3);
    t_ok(out.known == 3 && out.open == 0, "also when that file comes again");
    csv[1].nth = 2;
    t_i64(import_as(e, "csv", csv + 1, 1).open, 1, "a third like them is a payment of its own");
    csv[2].amount = 701;
    t_i64(import_as(e, "csv", csv + 2, 1).open, 1, "and so is another amount");
    struct bank_line later = csv[0];
    later.booked = later.value = csv[0].booked + 5;
    t_i64(import_as(e, "csv", &later, 1).open, 1, "or the same one of another day");
    struct weak_look_entries_row is = entries(e);
    t_i64(is.entries, was.entries + 6, "six entries");
    t_i64(account(e, "suspense"), suspense - 3 * 4200 - 4200 - 700 - 701, "and their money, each once");
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- more than one run does ---------------------------------------------------------------------------------------------- */

#define MANY 120

static void many(struct engine *e)
{
    struct weak_look_due_row due = { 0 };
    struct rhythm_run_out out = { 0 };
    struct customer one = { 0 };
    for (int i = 0; i < MANY; i++)
        one = buys(e, "email");
    engine_pass(e, (seen(e, &one).next_due_on.days - today(e).days - 14) * (int64_t)DAY);
    t_st(weak_look_due(e->db, e->a, &(struct weak_look_due_in){ today(e) }, &due), ST_OK, "due");
    t_ok(due.n >= MANY, "more services are due than one run does");
    t_st(engine_call(e, engine_system(), CMD_RHYTHM_RUN, &(struct rhythm_run_in){ 0 }, &out), ST_OK, "one run");
    t_ok(out.services > 0 && out.services < MANY, "does a part of them");
    struct weak_look_jobs_row next = { 0 };
    t_st(weak_look_jobs(e->db, e->a, &(struct weak_look_jobs_in){ S("rhythm.run"), S("queued") }, &next), ST_OK, "the next run");
    t_i64(next.n, 1, "and orders the next at once");
    for (int i = 0; i < 10; i++)
        engine_work(e);
    t_st(weak_look_due(e->db, e->a, &(struct weak_look_due_in){ today(e) }, &due), ST_OK, "due");
    t_i64(due.n, 0, "so that all is done in the same minute");
    t_str(newest(e, &one).status, S("unpaid"), "also the last");
    t_st(weak_look_jobs(e->db, e->a, &(struct weak_look_jobs_in){ S("rhythm.run"), S("queued") }, &next), ST_OK, "runs");
    t_i64(next.n, 0, "and then it rests");
}

static void checks(struct engine *e)
{
    engine_set(e, "shop.gateways", "sandbox, bank_transfer");
    engine_set(e, "bank.iban", "GB00 TEST 0000 0012 3456 78");
    shop_open(e);
    run(e);
    failed_refund(e);
    part_and_card(e);
    part_and_credit(e);
    taken_back(e, false);
    taken_back(e, true);
    not_taken(e);
    two_formats(e);
    many(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
