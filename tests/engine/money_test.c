/* From the invoice to the money: payments that fit, payments that do not, and books that balance whatever comes. */
#include "gateway.h"
#include "sandbox.h"
#include "shop.h"

static struct engine_payment_row payment(struct engine *e, uid id)
{
    struct engine_payment_row p = { 0 };
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ id }, &p), ST_OK, "the payment");
    return p;
}

static struct engine_invoice_row invoice(struct engine *e, uid id)
{
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ id }, &i), ST_OK, "the invoice");
    return i;
}

static int64_t account(struct engine *e, const char *name)
{
    struct engine_account_row r = { 0 };
    t_st(engine_account(e->db, e->a, &(struct engine_account_in){ str_c(name) }, &r), ST_OK, name);
    return r.balance;
}

static void starting(struct engine *e)
{
    struct shopper s = shop_order(e, "starter");
    int64_t told = engine_count(e, "disclosures");
    struct payment_start_out first = shop_pay(e, &s), again = shop_pay(e, &s);
    t_ok(uid_eq(first.payment, again.payment), "a payment that was begun is taken up again");
    t_i64(engine_count(e, "disclosures"), told + 1, "and the gateway is told once, on the record");
    t_ok(str_starts(first.redirect, S("/sandbox/pay/")), "the customer goes to the gateway's page");
    struct payment_start_in in = { .invoice = s.order.invoice, .gateway = S("sandbox") };
    t_st(engine_call(e, engine_customer(engine_visitor(e, "GBP")), CMD_PAYMENT_START, &in, NULL), ST_NOT_FOUND,
         "nobody else can pay it");
    in.gateway = S("paypal");
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &in, NULL), ST_INVALID, "a gateway that is not configured");
    t_st(engine_call(e, s.who, CMD_PAYMENT_CALLBACK, &(struct payment_callback_in){ .kind = S("succeeded") }, NULL), ST_DENIED,
         "customers cannot say that they paid");
}

static void paying(struct engine *e)
{
    struct shopper s = shop_order(e, "starter");
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, pay, "pending");
    t_str(shop_say(e, &m), S("applied"), "pending");
    struct payment_start_in start = { .invoice = s.order.invoice, .gateway = S("sandbox") };
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &start, NULL), ST_CONFLICT, "a second payment would charge twice");
    m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "succeeded");
    t_str(shop_say(e, &m), S("duplicate"), "the same message again");
    struct payment_callback_in other = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &other), S("duplicate"), "the same charge under another name");
    other = shop_message(e, pay, "pending");
    t_str(shop_say(e, &other), S("recorded"), "a message that comes too late changes nothing");
    other = shop_message(e, pay, "declined");
    t_str(shop_say(e, &other), S("recorded"), "nor does this one");
    struct engine_invoice_row i = invoice(e, s.order.invoice);
    t_ok(str_eq(i.status, S("paid")) && str_eq(payment(e, pay).status, S("succeeded")), "it is paid");
    t_str(payment(e, pay).card_country, S("GB"), "the card's country is kept as evidence");
    t_ok(str_starts(i.number, S("INV-2026-")), "and has a number");
    t_i64(engine_count(e, "services"), 1, "one service was begun");
    t_i64(engine_count(e, "succeeded"), 1, "one charge");
    struct engine_invoice_lines_rows lines;
    t_st(engine_invoice_lines(e->db, e->a, &(struct engine_invoice_lines_in){ i.id }, &lines), ST_OK, "its lines");
    t_str(date_iso(e->a, lines.v[0].period_from), S("2026-11-23"), "the period begins with the tax point");
    t_str(date_iso(e->a, lines.v[0].period_to), S("2026-12-22"), "and ends before the next");
    t_ok(engine_balanced(e), "the books balance");
    t_i64(account(e, "gateway"), 300, "the gateway owes us the gross");
    t_i64(account(e, "receivable"), 0, "the customer nothing");
}

/* Each of these must end in review, with the invoice unpaid. */
static void misfits(struct engine *e)
{
    static const char *const what[] = { "wrong amount", "wrong currency", "another reference", "an unknown payment" };
    for (size_t i = 0; i < COUNT(what); i++) {
        struct shopper s = shop_order(e, "email");
        uid pay = shop_pay(e, &s).payment;
        struct payment_callback_in m = shop_message(e, pay, "succeeded");
        m.amount -= i == 0;
        m.currency = i == 1 ? S("EUR") : m.currency;
        m.reference = i == 2 ? S("elsewhere") : m.reference;
        m.payment = i == 3 ? rnd_uid() : m.payment;
        int64_t reviews = engine_count(e, "reviews");
        t_str(shop_say(e, &m), S("review"), what[i]);
        t_i64(engine_count(e, "reviews"), reviews + 1, "a person has to look at it");
        t_str(invoice(e, s.order.invoice).status, S("unpaid"), "the invoice is not paid");
        t_str(payment(e, pay).status, i == 3 ? S("started") : S("review"), "nor is the payment");
        t_ok(engine_balanced(e), "the books balance");
    }
}

static uid last_event(struct engine *e)
{
    struct engine_last_event_row r = { 0 };
    t_st(engine_last_event(e->db, e->a, &r), ST_OK, "the message");
    return r.uid;
}

static st resolve(struct engine *e, const char *how)
{
    struct payment_resolve_in in = { .event = last_event(e), .resolution = str_c(how), .note = S("looked at it") };
    return engine_call(e, engine_staff(), CMD_PAYMENT_RESOLVE, &in, NULL);
}

static void reviews(struct engine *e)
{
    int64_t suspense = account(e, "suspense");
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    m.amount += 100;
    t_str(shop_say(e, &m), S("review"), "a pound too much");
    t_i64(account(e, "suspense"), suspense - m.amount, "is in suspense");
    t_st(resolve(e, "perhaps"), ST_INVALID, "there are three ways to decide");
    t_st(resolve(e, "accept"), ST_OK, "staff accept it");
    t_st(resolve(e, "accept"), ST_CONFLICT, "once");
    t_str(invoice(e, s.order.invoice).status, S("paid"), "then it is paid");
    t_i64(account(e, "suspense"), suspense - 100, "and what is over stays in suspense");

    s = shop_order(e, "email");
    pay = shop_pay(e, &s).payment;
    m = shop_message(e, pay, "succeeded");
    m.amount = 1;
    t_str(shop_say(e, &m), S("review"), "a penny");
    t_st(resolve(e, "accept"), ST_CONFLICT, "cannot be accepted");
    t_st(resolve(e, "dismiss"), ST_OK, "and is dismissed");
    t_i64(account(e, "suspense"), suspense - 100, "out of the books again");
    t_str(payment(e, pay).status, S("declined"), "the payment failed");
    t_ok(engine_balanced(e), "the books balance");
}

/* Paid twice: the second payment is real money that nobody ordered. */
static void twice(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    m.event_id = S("second");
    m.reference = S("second-charge");
    t_str(shop_say(e, &m), S("review"), "a second charge");
    t_str(payment(e, pay).status, S("succeeded"), "does not touch the first");
    t_st(resolve(e, "accept"), ST_CONFLICT, "cannot be accepted: the invoice is paid");
    t_st(resolve(e, "refund"), ST_OK, "and is sent back");
    t_ok(engine_balanced(e), "the books balance");
}

static void cancelled(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct order_cancel_in cancel = { .order = s.order.order };
    t_st(engine_call(e, engine_customer(engine_visitor(e, "GBP")), CMD_ORDER_CANCEL, &cancel, NULL), ST_NOT_FOUND,
         "somebody else's order");
    t_st(engine_call(e, s.who, CMD_ORDER_CANCEL, &cancel, NULL), ST_OK, "an order is cancelled");
    t_st(engine_call(e, s.who, CMD_ORDER_CANCEL, &cancel, NULL), ST_CONFLICT, "once");
    t_str(invoice(e, s.order.invoice).status, S("cancelled"), "its pro forma with it");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("review"), "money that comes too late goes to review");
    t_str(invoice(e, s.order.invoice).status, S("cancelled"), "and opens nothing");
}

static void refunds(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct payment_refund_in refund = { .payment = pay, .reason = S("asked") };
    t_st(engine_call(e, engine_staff(), CMD_PAYMENT_REFUND, &refund, NULL), ST_CONFLICT, "nothing was paid");
    struct engine_payment_row p = payment(e, pay);
    struct sandbox_choose_in choose = { .outcome = S("pay"), .card_country = S("GB") };
    t_st(uid_parse(p.reference, &choose.charge), ST_OK, "the charge");
    t_st(engine_call(e, engine_customer(engine_visitor(e, "GBP")), CMD_SANDBOX_CHOOSE, &choose, NULL), ST_NOT_FOUND,
         "a stranger on the gateway's page");
    t_st(engine_call(e, s.who, CMD_SANDBOX_CHOOSE, &choose, NULL), ST_OK, "the customer pays there");
    t_st(engine_call(e, s.who, CMD_SANDBOX_CHOOSE, &choose, NULL), ST_CONFLICT, "once");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    int64_t gateway = account(e, "gateway"), vat = account(e, "vat");
    t_st(engine_call(e, engine_staff(), CMD_PAYMENT_REFUND, &refund, NULL), ST_OK, "staff give it back");
    m = shop_message(e, pay, "refunded");
    m.amount += 1;
    t_str(shop_say(e, &m), S("review"), "more came back than was paid: staff look at it");
    m = shop_message(e, pay, "refunded");
    t_str(shop_say(e, &m), S("applied"), "the gateway confirms");
    t_str(shop_say(e, &m), S("duplicate"), "twice");
    t_str(invoice(e, s.order.invoice).status, S("refunded"), "the invoice says so");
    t_i64(account(e, "gateway"), gateway - p.amount, "the money is gone");
    t_i64(account(e, "vat"), vat + 140, "and so is the VAT");
    t_ok(engine_balanced(e), "the books balance");
}

static void numbers(struct engine *e)
{
    for (int i = 0; i < 12; i++) {
        struct shopper s = shop_order(e, "email");
        uid pay = shop_pay(e, &s).payment;
        struct payment_callback_in m = shop_message(e, pay, i % 3 == 0 ? "declined" : "succeeded");
        m.amount += i % 4 == 1;
        shop_say(e, &m);
        if (i % 3 == 0) {
            struct order_cancel_in cancel = { .order = s.order.order };
            t_st(engine_call(e, s.who, CMD_ORDER_CANCEL, &cancel, NULL), ST_OK, "given up");
        }
    }
    struct engine_last_number_row n;
    t_st(engine_last_number(e->db, e->a, &n), ST_OK, "the numbers");
    t_ok(n.highest == n.taken && n.taken == engine_count(e, "numbers") && n.taken > 4, "have no gaps");
    engine_pass(e, 40 * 86400);
    struct shopper s = shop_order(e, "email");
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid in the new year");
    t_str(invoice(e, s.order.invoice).number, S("INV-2027-00001"), "a new year begins at one");
}

static void signatures(struct engine *e)
{
    struct gate g = engine_gate(e);
    uid pay = rnd_uid();
    str body = str_fmt(e->a, "{\"event\":\"e1\",\"kind\":\"succeeded\",\"payment\":\"%.*s\",\"reference\":\"r\",\"currency\":\"GBP\","
                             "\"amount\":100,\"card_country\":\"\",\"customer\":\"\",\"method\":\"\",\"card\":\"\","
                             "\"dispute\":\"\",\"reason\":\"\",\"due\":0}", STR_ARG(uid_str(e->a, pay)));
    str sign;
    struct gateway_message m;
    t_st(sandbox_sign(&g, e->now, body, &sign), ST_OK, "signed");
    struct gateway_post post = { .body = body, .signature = sign, .now = e->now };
    t_st(sandbox_gateway.callback(&g, &post, &m), ST_OK, "authentic");
    t_ok(uid_eq(m.payment, pay) && m.amount == 100 && m.kind == GATEWAY_SUCCEEDED, "and read");
    post.now.s += GATEWAY_TOLERANCE;
    t_st(sandbox_gateway.callback(&g, &post, &m), ST_OK, "five minutes later");
    post.now.s++;
    t_st(sandbox_gateway.callback(&g, &post, &m), ST_DENIED, "too late");
    post.now = e->now;
    post.body = str_fmt(e->a, "%.*s ", STR_ARG(body));
    t_st(sandbox_gateway.callback(&g, &post, &m), ST_DENIED, "changed on the way");
    post.body = body;
    static const char *const bad[] = { "", "t=1", "t=1,v1=00", "v1=00,t=1", "t=x,v1=00" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        post.signature = str_c(bad[i]);
        t_st(sandbox_gateway.callback(&g, &post, &m), ST_DENIED, bad[i]);
    }
    static const char *const odd[] = { "", "[]", "{}", "{\"event\":1}", "{\"event\":\"e\",\"event\":\"e\"}" };
    for (size_t i = 0; i < COUNT(odd); i++) {
        post.body = str_c(odd[i]);
        t_st(sandbox_sign(&g, e->now, post.body, &post.signature), ST_OK, "signed all the same");
        t_st(sandbox_gateway.callback(&g, &post, &m), ST_BAD_REQUEST, odd[i]);
    }
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    starting(e);
    paying(e);
    misfits(e);
    reviews(e);
    twice(e);
    cancelled(e);
    refunds(e);
    numbers(e);
    signatures(e);
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
