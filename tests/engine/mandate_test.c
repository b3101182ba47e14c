/* A way to pay that is kept: agreed to, charged while nobody looks, ended; and refunds that staff order. */
#include "payment.h"
#include "shop.h"

static struct engine_mandates_row mandate(struct engine *e)
{
    struct engine_mandates_rows rows = { 0 };
    t_st(engine_mandates(e->db, e->a, &rows), ST_OK, "a mandate");
    return rows.n ? rows.v[0] : (struct engine_mandates_row){ 0 };
}

static struct engine_collections_row collection(struct engine *e)
{
    struct engine_collections_rows rows = { 0 };
    t_st(engine_collections(e->db, e->a, &rows), ST_OK, "a collection");
    return rows.n ? rows.v[0] : (struct engine_collections_row){ 0 };
}

static struct engine_payment_row payment(struct engine *e, uid id)
{
    struct engine_payment_row p = { 0 };
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ id }, &p), ST_OK, "the payment");
    return p;
}

static str opened(struct engine *e, enum column_id col, uid row, const struct sealed *value)
{
    struct gate g = engine_gate(e);
    str plain = S("?");
    t_st(gate_use(&g, col, PURPOSE_BILLING, row, value, &plain), ST_OK, "opened");
    return plain;
}

static int64_t invoice_id(struct engine *e, uid id)
{
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ id }, &i), ST_OK, "the invoice");
    return i.id;
}

static st collect(struct engine *e, uid invoice, bool *started)
{
    struct cx cx = { .gate = engine_gate(e), .config = &e->config, .actor = engine_system() };
    int64_t id = invoice_id(e, invoice);
    TRY(db_begin(e->db));
    st s = payment_collect_nt(&cx, id, started);
    if (s == ST_OK)
        return db_commit(e->db);
    db_rollback(e->db);
    return s;
}

/* The same customer orders once more. */
static uid another(struct engine *e, const struct shopper *s)
{
    struct order_place_out out = { 0 };
    t_st(shop_add(e, s->who, "email", ""), ST_OK, "the same customer chooses something");
    struct order_place_in in = shop_form(e, s->who);
    t_st(engine_call(e, s->who, CMD_ORDER_PLACE, &in, &out), ST_OK, "and orders it");
    return out.invoice;
}

static struct payment_callback_in paid_and_kept(struct engine *e, uid pay, const char *method)
{
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    m.customer = S("sandbox-customer");
    m.method = str_c(method);
    m.card = S("Sandbox card 4242");
    return m;
}

static void not_agreed(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = paid_and_kept(e, pay, "sandbox-card/pay");
    t_str(shop_say(e, &m), S("applied"), "paid, and the gateway tells names nobody asked for");
    struct engine_mandates_rows rows;
    t_ok(engine_mandates(e->db, e->a, &rows) == ST_OK && rows.n == 0, "they are not kept: nobody agreed");
    bool started = true;
    t_st(collect(e, another(e, &s), &started), ST_OK, "an invoice is due");
    t_ok(!started, "and nothing can be charged by itself");
}

static struct shopper agreed(struct engine *e, const char *method)
{
    struct shopper s = shop_order(e, "email");
    struct payment_start_out plain = shop_pay(e, &s), keep = shop_pay_and_save(e, &s);
    t_ok(!uid_eq(plain.payment, keep.payment), "an attempt without consent is not taken up as one with it");
    t_ok(uid_eq(keep.payment, shop_pay_and_save(e, &s).payment), "the same choice is");
    t_str(mandate(e).status, S("asked"), "agreed, and nothing known yet");
    struct payment_callback_in m = paid_and_kept(e, keep.payment, method);
    t_str(shop_say(e, &m), S("applied"), "paid");
    return s;
}

static void kept(struct engine *e)
{
    struct shopper s = agreed(e, "sandbox-card/pay");
    struct engine_mandates_row m = mandate(e);
    t_str(m.status, S("active"), "kept");
    t_str(opened(e, COL_mandate_method, m.uid, m.method), S("sandbox-card/pay"), "sealed, and what the gateway said");
    t_str(opened(e, COL_mandate_card, m.uid, m.card), S("Sandbox card 4242"), "and what its owner knows it by");
    struct engine_agreed_rows words;
    t_ok(engine_agreed(e->db, e->a, &words) == ST_OK && words.n == 1, "the consent is on the record");
    t_ok(str_starts(words.v[0].wording, S("I agree")) && words.v[0].withdrawn_at.s == UTC_NONE.s, "in its words, and in force");

    bool started = false;
    uid due = another(e, &s);
    int64_t told = engine_count(e, "disclosures");
    t_st(collect(e, due, &started), ST_OK, "an invoice is due");
    t_ok(started, "it is being charged");
    t_i64(engine_count(e, "disclosures"), told + 1, "and the gateway is told its own names, on the record");
    t_st(collect(e, due, &started), ST_OK, "asked again");
    t_ok(started, "money is on its way");
    struct engine_collections_rows all;
    t_ok(engine_collections(e->db, e->a, &all) == ST_OK && all.n == 1, "once");
    struct payment_start_in by_hand = { .invoice = due, .gateway = S("sandbox") };
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &by_hand, NULL), ST_CONFLICT, "meanwhile nobody pays it twice");
    engine_work(e);
    struct payment_callback_in ok = shop_message(e, collection(e).uid, "succeeded");
    ok.reference = S("charge-1");
    t_str(shop_say(e, &ok), S("applied"), "the gateway says it is paid");
    t_str(payment(e, collection(e).uid).reference, S("charge-1"), "and its name for that is kept");
    t_st(collect(e, due, &started), ST_CONFLICT, "a paid invoice is not charged");
}

static void ended(struct engine *e)
{
    struct shopper s = agreed(e, "sandbox-card/pay");
    struct mandate_revoke_in end = { .mandate = mandate(e).uid };
    struct actor stranger = engine_customer(engine_visitor(e, "GBP"));
    t_st(engine_call(e, stranger, CMD_MANDATE_REVOKE, &end, NULL), ST_NOT_FOUND, "nobody else ends it");
    t_st(engine_call(e, s.who, CMD_MANDATE_REVOKE, &end, NULL), ST_OK, "its owner does");
    t_st(engine_call(e, s.who, CMD_MANDATE_REVOKE, &end, NULL), ST_CONFLICT, "once");
    bool started = true;
    t_st(collect(e, another(e, &s), &started), ST_OK, "an invoice is due");
    t_ok(!started, "it is never used again");
    engine_work(e);
    struct engine_mandates_row m = mandate(e);
    t_ok(!m.customer && !m.method && !m.card, "and nothing is left of it");
    struct engine_agreed_rows words;
    t_ok(engine_agreed(e->db, e->a, &words) == ST_OK && words.v[0].withdrawn_at.s == e->now.s, "the consent is withdrawn");
}

/* Between asking and charging, the owner ends it. */
static void ended_in_between(struct engine *e)
{
    struct shopper s = agreed(e, "sandbox-card/pay");
    bool started = false;
    t_st(collect(e, another(e, &s), &started), ST_OK, "an invoice is due");
    struct mandate_revoke_in end = { .mandate = mandate(e).uid };
    t_st(engine_call(e, s.who, CMD_MANDATE_REVOKE, &end, NULL), ST_OK, "its owner ends it");
    engine_work(e);
    t_str(payment(e, collection(e).uid).status, S("declined"), "it is not charged");
}

static void refused(struct engine *e, const char *kind)
{
    struct shopper s = agreed(e, "sandbox-card/confirm");
    bool started = false;
    uid due = another(e, &s);
    t_st(collect(e, due, &started), ST_OK, kind);
    struct payment_callback_in m = shop_message(e, collection(e).uid, kind);
    t_str(shop_say(e, &m), S("applied"), "it could not be charged");
    t_str(payment(e, collection(e).uid).status, S("declined"), "the attempt is over");
    int64_t mails = engine_count(e, "mails");
    engine_work(e);
    t_ok(engine_count(e, "mails") > mails, "the customer is written to");
    struct payment_start_in by_hand = { .invoice = due, .gateway = S("sandbox") };
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &by_hand, NULL), ST_OK, "and can pay by themselves");
}

static struct engine_refunds_row last_refund(struct engine *e)
{
    struct engine_refunds_rows rows = { 0 };
    t_st(engine_refunds(e->db, e->a, &rows), ST_OK, "a refund");
    return rows.n ? rows.v[0] : (struct engine_refunds_row){ 0 };
}

static st order_refund(struct engine *e, uid pay, int64_t amount, const char *reason)
{
    struct payment_refund_in in = { .payment = pay, .amount = amount, .reason = str_c(reason) };
    return engine_call(e, engine_staff(), CMD_PAYMENT_REFUND, &in, NULL);
}

static void refunds(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    uid pay = shop_pay(e, &s).payment;
    struct sandbox_choose_in choose = { .outcome = S("pay"), .card_country = S("GB") };
    t_st(uid_parse(payment(e, pay).reference, &choose.charge), ST_OK, "the charge");
    t_st(engine_call(e, s.who, CMD_SANDBOX_CHOOSE, &choose, NULL), ST_OK, "paid at the gateway");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "and the gateway says so");
    t_st(order_refund(e, pay, 840, "asked"), ST_INVALID, "more than was paid");
    t_str(e->field, S("amount"), "is told at the amount");
    t_st(order_refund(e, pay, -1, "asked"), ST_INVALID, "less than nothing");
    t_st(order_refund(e, pay, 100, "because"), ST_INVALID, "for no reason we know");
    t_st(engine_call(e, s.who, CMD_PAYMENT_REFUND, &(struct payment_refund_in){ .payment = pay, .reason = S("asked") }, NULL),
         ST_DENIED, "customers order none");
    t_st(order_refund(e, pay, 100, "goodwill"), ST_OK, "£1.00");
    t_st(order_refund(e, pay, 740, "asked"), ST_INVALID, "what is ordered cannot be ordered again");
    engine_work(e);
    t_str(last_refund(e).status, S("sent"), "the gateway took it");
    t_st(order_refund(e, pay, 0, "asked"), ST_OK, "all that is left");
    t_i64(last_refund(e).amount, 739, "is £7.39");
    t_st(order_refund(e, pay, 0, "asked"), ST_CONFLICT, "then nothing is left");
    engine_work(e);
    t_str(last_refund(e).status, S("sent"), "the gateway took that too");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    not_agreed(e);
    kept(e);
    ended(e);
    ended_in_between(e);
    refused(e, "action");
    refused(e, "declined");
    refunds(e);
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
