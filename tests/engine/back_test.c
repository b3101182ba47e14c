/* Money that goes back: in parts, in whole, and by a customer's bank; and which gateways may be offered at all. */
#include "config.h"
#include "gateway.h"
#include "shop.h"

static struct engine_payment_row payment(struct engine *e, uid id)
{
    struct engine_payment_row p = { 0 };
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ id }, &p), ST_OK, "the payment");
    return p;
}

static str invoice_status(struct engine *e, uid id)
{
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ id }, &i), ST_OK, "the invoice");
    return i.status;
}

static int64_t account(struct engine *e, const char *name)
{
    struct engine_account_row r = { 0 };
    t_st(engine_account(e->db, e->a, &(struct engine_account_in){ str_c(name) }, &r), ST_OK, name);
    return r.balance;
}

/* What the accounts were before something happened. */
struct books {
    int64_t gateway, refunds, vat, disputed;
};

static struct books books(struct engine *e)
{
    return (struct books){ account(e, "gateway"), account(e, "refunds"), account(e, "vat"), account(e, "disputed") };
}

static void moved(struct engine *e, struct books was, struct books by, const char *what)
{
    struct books is = books(e);
    t_i64(is.gateway, was.gateway + by.gateway, what);
    t_i64(is.refunds, was.refunds + by.refunds, "refunds");
    t_i64(is.vat, was.vat + by.vat, "VAT");
    t_i64(is.disputed, was.disputed + by.disputed, "held back");
}

/* An e-mail service, £6.99 and £1.40 VAT, paid. */
static struct shopper paid(struct engine *e, uid *pay)
{
    struct shopper s = shop_order(e, "email");
    *pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, *pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    return s;
}

static str say(struct engine *e, uid pay, const char *kind, int64_t amount)
{
    struct payment_callback_in m = shop_message(e, pay, kind);
    m.amount = amount;
    m.dispute = S("dp_1");
    m.reason = S("fraudulent");
    m.due = e->now.s + 86400;
    return shop_say(e, &m);
}

static void parts(struct engine *e)
{
    uid pay;
    struct shopper s = paid(e, &pay);
    int64_t all = payment(e, pay).amount;
    t_i64(all, 839, "£8.39 were paid");
    struct books was = books(e);
    t_str(say(e, pay, "refunded", 100), S("applied"), "£1.00 went back");
    moved(e, was, (struct books){ -100, 83, 17, 0 }, "with the VAT in it");
    t_str(payment(e, pay).status, S("succeeded"), "the rest stays paid");
    t_i64(payment(e, pay).refunded, 100, "and it is known how much went back");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "the invoice stays as it is");
    t_str(say(e, pay, "refunded", 100), S("duplicate"), "told again, by another message");
    t_str(say(e, pay, "refunded", 50), S("duplicate"), "an older message comes late");
    t_str(say(e, pay, "refunded", 840), S("review"), "more than was paid cannot go back");
    t_str(say(e, pay, "refunded", 0), S("review"), "nor nothing");
    moved(e, was, (struct books){ -100, 83, 17, 0 }, "nothing more was booked");
    t_str(say(e, pay, "refunded", 101), S("applied"), "a penny more");
    t_str(say(e, pay, "refunded", all), S("applied"), "and all of it");
    moved(e, was, (struct books){ -all, all - 140, 140, 0 }, "the parts sum to the whole");
    t_str(payment(e, pay).status, S("refunded"), "the payment is refunded");
    t_str(invoice_status(e, s.order.invoice), S("refunded"), "and so is the invoice");
    t_ok(engine_balanced(e), "the books balance");
}

static void unknown_money(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    t_str(say(e, pay, "refunded", 100), S("review"), "a refund of what was not paid");
    t_str(say(e, pay, "disputed", 100), S("review"), "a dispute about what was not paid");
    t_str(say(e, pay, "dispute_lost", 100), S("review"), "a dispute that nobody opened");
    t_str(say(e, pay, "refund_failed", 100), S("review"), "a refund that did not arrive");
    t_str(payment(e, pay).status, S("started"), "change nothing");
    t_str(say(e, pay, "expired", 839), S("applied"), "the customer did not come");
    t_str(payment(e, pay).status, S("declined"), "the attempt is over");
    t_i64(engine_count(e, "pending") > 0, 1, "the order can still be paid");
}

static void dispute_won(struct engine *e)
{
    uid pay;
    struct shopper s = paid(e, &pay);
    struct books was = books(e);
    int64_t running = engine_count(e, "services");
    t_str(say(e, pay, "disputed", 839), S("applied"), "the bank opens a dispute");
    t_str(say(e, pay, "disputed", 839), S("duplicate"), "once");
    moved(e, was, (struct books){ -839, 0, 0, 839 }, "the money is held back");
    t_str(payment(e, pay).status, S("disputed"), "the payment says so");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "the invoice was paid all the same");
    t_i64(engine_count(e, "services"), running, "and the service stays");
    t_str(say(e, pay, "refunded", 839), S("review"), "it cannot be refunded beside that");
    t_str(say(e, pay, "dispute_won", 838), S("review"), "another amount is decided");
    t_str(say(e, pay, "dispute_won", 839), S("applied"), "it is decided for us");
    moved(e, was, (struct books){ 0, 0, 0, 0 }, "the money is back");
    t_str(payment(e, pay).status, S("succeeded"), "and the payment as before");
    t_str(say(e, pay, "dispute_lost", 839), S("duplicate"), "a dispute ends once");
    t_ok(engine_balanced(e), "the books balance");
}

static void dispute_lost(struct engine *e)
{
    uid pay;
    struct shopper s = paid(e, &pay);
    struct books was = books(e);
    t_str(say(e, pay, "refunded", 40), S("applied"), "a part went back before");
    t_str(say(e, pay, "disputed", 839), S("review"), "more than is left cannot be held back");
    t_str(say(e, pay, "disputed", 799), S("applied"), "the bank takes the rest");
    struct payment_start_in again = { .invoice = s.order.invoice, .gateway = S("sandbox") };
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &again, NULL), ST_CONFLICT, "it cannot be paid a second time");
    t_str(say(e, pay, "dispute_lost", 799), S("applied"), "it is decided against us");
    moved(e, was, (struct books){ -839, 699, 140, 0 }, "the sale is undone");
    t_str(payment(e, pay).status, S("charged_back"), "charged back");
    t_str(invoice_status(e, s.order.invoice), S("refunded"), "the invoice says so");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("duplicate"), "the success told again does not revive it");
    t_ok(engine_balanced(e), "the books balance");
}

/* A message that proves nothing only makes the courier ask. */
static void notices(struct engine *e)
{
    struct payment_callback_in m = { .gateway = S("sandbox"), .event_id = S("evt_1"), .kind = S("notice"),
                                     .reference = S("charges/ch_1") };
    int64_t reviews = engine_count(e, "reviews");
    t_str(shop_say(e, &m), S("recorded"), "something happened somewhere");
    t_str(shop_say(e, &m), S("duplicate"), "once");
    t_i64(engine_count(e, "reviews"), reviews, "nobody is troubled with it");
    struct engine_job_row job;
    t_st(engine_job(e->db, e->a, &(struct engine_job_in){ S("payment.look") }, &job), ST_OK, "the courier is to ask");
}

static st configured(struct engine *e, const char *gateways, str *problem)
{
    struct config c;
    t_need(config_defaults(e->a, &c) == ST_OK);
    t_need(config_set(e->a, &c, S("test"), S("shop.gateways"), str_c(gateways), problem) == ST_OK);
    return gateway_check(e->a, &c, e->statement, problem);
}

static void offered(struct engine *e)
{
    str problem = S("");
    const struct gateway *gw;
    t_st(configured(e, "sandbox", &problem), ST_OK, "the sandbox gateway is covered");
    t_st(configured(e, "sandbox, paypal", &problem), ST_CONFIG, "one that the program does not have");
    t_ok(str_find(problem, S("paypal")) < problem.n, "is named");
    t_st(configured(e, "sandbox, sandbox", &problem), ST_CONFIG, "twice the same");
    t_st(configured(e, "", &problem), ST_CONFIG, "none at all");
    t_st(gateway_offered(&e->config, S("sandbox"), &gw), ST_OK, "offered");
    t_st(gateway_offered(&e->config, S("paypal"), &gw), ST_NOT_FOUND, "not offered");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    parts(e);
    unknown_money(e);
    dispute_won(e);
    dispute_lost(e);
    notices(e);
    offered(e);
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
