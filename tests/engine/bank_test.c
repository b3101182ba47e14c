/* Bank transfers: what a statement pays by itself, what it leaves to people, and what they decide. */
#include "bank_look_sql.h"
#include "config.h"
#include "credit.h"
#include "hash.h"
#include "reference.h"
#include "shop.h"

static struct bank_look_entry_row last(struct engine *e)
{
    struct bank_look_entry_row r = { 0 };
    t_st(bank_look_entry(e->db, e->a, &r), ST_OK, "the last entry");
    return r;
}

static struct bank_look_counts_row counts(struct engine *e)
{
    struct bank_look_counts_row r = { 0 };
    t_st(bank_look_counts(e->db, e->a, &r), ST_OK, "counts");
    return r;
}

static int64_t account(struct engine *e, const char *name)
{
    struct engine_account_row r = { 0 };
    t_st(engine_account(e->db, e->a, &(struct engine_account_in){ str_c(name) }, &r), ST_OK, name);
    return r.balance;
}

static str invoice_status(struct engine *e, uid id)
{
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ id }, &i), ST_OK, "the invoice");
    return i.status;
}

/* An e-mail service for £8.39, to be paid by transfer: with which reference? */
static struct shopper ordered(struct engine *e, uid *pay, str *reference)
{
    struct shopper s = shop_order(e, "email");
    struct payment_start_in in = { .invoice = s.order.invoice, .gateway = S("bank_transfer") };
    struct payment_start_out out = { 0 };
    struct engine_payment_row p = { 0 };
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &in, &out), ST_OK, "a payment by transfer is started");
    t_ok(str_starts(out.redirect, S("/payments/")), "the customer is told how on our own page");
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ out.payment }, &p), ST_OK, "the payment");
    t_ok(p.reference.n == 9 && bank_reference_check(str_sub(p.reference, 2, 7)), "it has a reference that checks itself");
    *pay = out.payment;
    *reference = str_dup(e->a, p.reference);
    return s;
}

/* A file with one line: its own code each time, whatever is in it. */
static struct bank_line line_of(int64_t amount, str wording)
{
    return (struct bank_line){ .booked = 20780, .currency = S("GBP"), .amount = amount, .name = S("A MARLOWE"),
                               .account = S("00000087654321"), .wording = wording, .bank_id = S(""), .end_to_end = S("") };
}

static st import_as(struct engine *e, struct actor who, const struct bank_line *lines, size_t n, struct bank_import_out *out)
{
    static int file;
    uint8_t code[32];
    hash_plain(str_fmt(e->a, "file %d", file++), code);
    struct bank_import_in in = { .code = { (const char *)code, 32 }, .format = S("camt053"), .account = S("GB00TEST"),
                                 .entries = (int64_t)n, .lines = { (struct bank_line *)(uintptr_t)lines, n } };
    *out = (struct bank_import_out){ 0 };
    return engine_call(e, who, CMD_BANK_IMPORT, &in, out);
}

/* One line comes in: "matched", "known", "passed", or why it waits. */
static str comes(struct engine *e, struct bank_line line)
{
    struct bank_import_out out;
    st s = import_as(e, engine_system(), &line, 1, &out);
    if (s != ST_OK)
        return str_c(st_info(s)->name);
    return out.matched ? S("matched") : out.known ? S("known") : out.passed ? S("passed") : last(e).reason;
}

static st decide(struct engine *e, const char *decision, uid payment, str invoice)
{
    struct bank_decide_in in = { .entry = last(e).uid, .decision = str_c(decision), .payment = payment, .invoice = invoice,
                                 .note = S("looked at the payer's letter") };
    return engine_call(e, engine_staff(), CMD_BANK_DECIDE, &in, NULL);
}

static void matched(struct engine *e)
{
    uid pay;
    str ref;
    struct shopper s = ordered(e, &pay, &ref);
    int64_t gateway = account(e, "gateway");
    struct bank_line line = line_of(839, str_fmt(e->a, "invoice %.*s thanks", STR_ARG(ref)));
    t_str(comes(e, line), S("matched"), "reference and amount fit");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "the invoice is paid");
    t_i64(account(e, "gateway"), gateway + 839, "the money is there");
    t_i64(account(e, "suspense"), 0, "and nothing is in suspense");
    struct bank_look_entry_row row = last(e);
    t_i64(row.person_id, s.who.person, "the entry is the customer's");
    struct gate g = engine_gate(e);
    str name = S("");
    t_st(gate_use(&g, COL_bank_entry_name, PURPOSE_BILLING, row.uid, row.name, &name), ST_OK, "sealed");
    t_str(name, S("A MARLOWE"), "and it can be opened for billing");
    t_str(comes(e, line), S("known"), "the same entry in another file");
    line.nth = 1;
    t_str(comes(e, line), S("already_paid"), "a second one like it in the same file is a second payment");
    t_i64(account(e, "suspense"), -839, "whose money waits in suspense");
    t_ok(engine_balanced(e), "the books balance");
    /* It goes back, and a statement says that it went. */
    t_st(decide(e, "return", (uid){ { 0 } }, S("")), ST_OK, "somebody sends it back");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_CONFLICT, "it is decided once");
    t_str(last(e).status, S("returning"), "it is on its way");
    struct bank_look_refund_row back = { 0 };
    t_st(bank_look_refund(e->db, e->a, &back), ST_OK, "what is due");
    str due = str_dup(e->a, back.reference);
    t_str(comes(e, line_of(-838, str_fmt(e->a, "refund %.*s", STR_ARG(due)))), S("refund_amount"), "another amount left: somebody has to look");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "and does");
    t_str(comes(e, line_of(-839, due)), S("matched"), "the right amount left");
    t_i64(account(e, "suspense"), 0, "nothing waits any more");
    t_i64(counts(e).due, 0, "nothing is due");
    line = line_of(-839, due);
    line.nth = 1;
    t_str(comes(e, line), S("refund_again"), "sent twice: somebody has to look");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "and does");
    t_ok(engine_balanced(e), "the books balance");
}

static void parts(struct engine *e)
{
    uid pay;
    str ref;
    struct shopper s = ordered(e, &pay, &ref);
    int64_t shorts = counts(e).shorts;
    t_str(comes(e, line_of(800, ref)), S("amount_less"), "less than is due");
    t_str(invoice_status(e, s.order.invoice), S("unpaid"), "pays nothing by itself");
    t_i64(counts(e).shorts, shorts + 1, "the customer is told what is missing");
    t_i64(account(e, "suspense"), -800, "what came is in suspense");
    t_str(comes(e, line_of(38, ref)), S("amount_less"), "a penny is still missing");
    struct order_expire_out expired = { 0 };
    engine_pass(e, 40 * 86400);
    t_st(engine_call(e, engine_system(), CMD_ORDER_EXPIRE, &(struct order_expire_in){ 0 }, &expired), ST_OK, "weeks later");
    t_i64(expired.ended, 0, "an order of which a part was paid does not end by itself");
    t_str(comes(e, line_of(1, ref)), S("matched"), "now it is complete");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "and the invoice is paid");
    t_i64(account(e, "suspense"), 0, "with all that came");
    t_i64(counts(e).open, 0, "nobody has to look");
    t_ok(engine_balanced(e), "the books balance");
}

static void overpaid(struct engine *e)
{
    uid pay;
    str ref;
    money credit;
    struct shopper s = ordered(e, &pay, &ref);
    t_str(comes(e, line_of(1000, ref)), S("amount_more"), "more than is due");
    t_str(invoice_status(e, s.order.invoice), S("unpaid"), "pays nothing by itself");
    t_st(decide(e, "accept", pay, S("")), ST_OK, "somebody accepts it");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "the invoice is paid");
    t_st(credit_balance(e->db, e->a, s.who.person, S("GBP"), &credit), ST_OK, "and the rest");
    t_i64(credit.minor, 161, "is the customer's credit");
    t_i64(account(e, "suspense"), 0, "nothing is in suspense");
    struct bank_look_entry_row row = last(e);
    t_str(row.decision, S("accept"), "what was decided");
    t_str(row.note, S("looked at the payer's letter"), "and why is kept");
    t_ok(engine_balanced(e), "the books balance");
}

static void unknown(struct engine *e)
{
    uid pay;
    str ref;
    struct shopper s = ordered(e, &pay, &ref);
    int64_t payers = counts(e).payers;
    t_str(comes(e, line_of(839, S("money for you"))), S("no_reference"), "amount and name, and no reference");
    struct bank_look_entry_row row = last(e);
    struct bank_look_person_row owner = { 0 };
    t_i64(counts(e).payers, payers + 1, "a person is made for the payer");
    t_ok(row.person_id != s.who.person, "who is not the customer");
    t_st(decide(e, "accept", (uid){ { 1 } }, S("")), ST_INVALID, "a payment that is not there");
    t_st(decide(e, "assign", (uid){ { 0 } }, S("INV-1999-000001")), ST_INVALID, "an invoice that is not there");
    t_st(decide(e, "assign", (uid){ { 0 } }, uid_str(e->a, s.order.invoice)), ST_OK, "somebody knows whose it is");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "the invoice is paid");
    int64_t payer = row.person_id;
    row = last(e);
    t_i64(row.person_id, s.who.person, "the entry is the customer's now");
    struct gate g = engine_gate(e);
    str wording = S("");
    t_st(gate_use(&g, COL_bank_entry_wording, PURPOSE_BILLING, row.uid, row.wording, &wording), ST_OK, "sealed for them");
    t_str(wording, S("money for you"), "and the same");
    t_st(bank_look_person(e->db, e->a, &(struct bank_look_person_in){ payer }, &owner), ST_OK, "the payer");
    t_str(owner.status, S("closed"), "is no longer needed");
    t_i64(account(e, "suspense"), 0, "nothing is in suspense");
    t_ok(engine_balanced(e), "the books balance");
}

/* Part of an invoice, from somebody who gave no reference, and the rest with one. */
static void assigned_part(struct engine *e)
{
    uid pay;
    str ref;
    struct shopper s = ordered(e, &pay, &ref);
    t_str(comes(e, line_of(500, S("first half"))), S("no_reference"), "a part without a reference");
    t_st(decide(e, "assign", (uid){ { 0 } }, uid_str(e->a, s.order.invoice)), ST_OK, "is for this invoice");
    t_str(last(e).reason, S("amount_less"), "and waits for the rest");
    t_i64(account(e, "suspense"), -500, "in suspense");
    t_str(comes(e, line_of(339, ref)), S("matched"), "the rest comes");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "the invoice is paid");
    t_i64(account(e, "suspense"), 0, "nothing is in suspense");
    t_ok(engine_balanced(e), "the books balance");
}

static void doubt(struct engine *e)
{
    uid pay, other;
    str ref, second;
    struct shopper s = ordered(e, &pay, &ref);
    ordered(e, &other, &second);
    t_str(comes(e, line_of(839, str_fmt(e->a, "%.*s %.*s", STR_ARG(ref), STR_ARG(second)))), S("several"), "two references");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "not ours");
    t_str(comes(e, line_of(839, bank_reference_make(e->a, S("AV")))), S("unknown_reference"), "one we never gave");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "not ours");
    t_str(comes(e, line_of(840, S("AV22 2222 3"))), S("mistyped"), "one with a mistake in it");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "not ours");
    struct bank_line euro = line_of(839, ref);
    euro.currency = S("EUR");
    t_str(comes(e, euro), S("currency"), "another currency");
    t_st(decide(e, "accept", pay, S("")), ST_CONFLICT, "cannot pay it");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "not ours");
    struct order_cancel_in cancel = { .order = s.order.order };
    t_st(engine_call(e, s.who, CMD_ORDER_CANCEL, &cancel, NULL), ST_OK, "the order is cancelled");
    t_str(comes(e, line_of(839, ref)), S("closed"), "and paid all the same");
    t_st(decide(e, "accept", pay, S("")), ST_CONFLICT, "it cannot be paid");
    t_st(decide(e, "dismiss", (uid){ { 0 } }, S("")), ST_OK, "not ours");
    int64_t entries = counts(e).entries;
    t_str(comes(e, line_of(-5000, S("SALARY A PERSON"))), S("passed"), "money that left for others");
    t_i64(counts(e).entries, entries, "is not stored");
    t_i64(account(e, "suspense"), 0, "nothing is in suspense");
    t_ok(engine_balanced(e), "the books balance");
}

/* A payment by transfer is refunded: a person sends it, the next statement tells. */
static void refunded(struct engine *e)
{
    uid pay;
    str ref;
    struct shopper s = ordered(e, &pay, &ref);
    struct engine_payment_row p = { 0 };
    struct bank_look_refund_row due = { 0 };
    t_str(comes(e, line_of(839, ref)), S("matched"), "paid");
    int64_t gateway = account(e, "gateway"), told = engine_count(e, "disclosures");
    struct bank_refund_due_in in = { .request = rnd_uid(), .reference = ref, .currency = S("GBP"), .amount = 839 };
    t_st(engine_call(e, engine_system(), CMD_BANK_REFUND_DUE, &in, NULL), ST_OK, "it is to go back");
    t_st(engine_call(e, engine_system(), CMD_BANK_REFUND_DUE, &in, NULL), ST_OK, "asked twice");
    t_i64(counts(e).due, 1, "once");
    t_i64(engine_count(e, "disclosures"), told + 1, "what the bank is told is in the ledger");
    t_st(bank_look_refund(e->db, e->a, &due), ST_OK, "what is due");
    t_str(comes(e, line_of(-839, str_dup(e->a, due.reference))), S("matched"), "a statement shows that it went");
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ pay }, &p), ST_OK, "the payment");
    t_str(p.status, S("refunded"), "is refunded");
    t_str(invoice_status(e, s.order.invoice), S("refunded"), "and so is the invoice");
    t_i64(account(e, "gateway"), gateway - 839, "the money is gone");
    t_ok(engine_balanced(e), "the books balance");
}

/* The same, ordered through the payment's own page, and sent without the reference. */
static void sent_by_hand(struct engine *e)
{
    uid pay;
    str ref;
    struct shopper s = ordered(e, &pay, &ref);
    struct engine_payment_row p = { 0 };
    struct bank_look_refund_row due = { 0 };
    t_str(comes(e, line_of(839, ref)), S("matched"), "paid");
    struct payment_refund_in part = { .payment = pay, .amount = 100, .reason = S("goodwill") };
    t_st(engine_call(e, engine_staff(), CMD_PAYMENT_REFUND, &part, NULL), ST_OK, "staff refund a part of it");
    engine_work(e);
    t_i64(counts(e).due, 1, "the courier has noted what is to be sent");
    t_st(bank_look_refund(e->db, e->a, &due), ST_OK, "what is due");
    t_i64(due.amount, 100, "that part");
    struct bank_refund_sent_in sent = { .refund = due.uid };
    t_st(engine_call(e, s.who, CMD_BANK_REFUND_SENT, &sent, NULL), ST_DENIED, "the customer cannot say that it went");
    t_st(engine_call(e, engine_staff(), CMD_BANK_REFUND_SENT, &sent, NULL), ST_OK, "staff saw that it went");
    t_st(engine_call(e, engine_staff(), CMD_BANK_REFUND_SENT, &sent, NULL), ST_CONFLICT, "once");
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ pay }, &p), ST_OK, "the payment");
    t_i64(p.refunded, 100, "so much went back");
    t_str(p.status, S("succeeded"), "the rest stays paid");
    t_ok(engine_balanced(e), "the books balance");
}

/* Account credit is used after the customer was told what to transfer. */
static void credit_between(struct engine *e)
{
    uid pay;
    str ref;
    money left;
    struct bank_look_customer_row who = { 0 };
    struct shopper s = ordered(e, &pay, &ref);
    t_st(bank_look_customer(e->db, e->a, &(struct bank_look_customer_in){ s.who.person }, &who), ST_OK, "the customer");
    struct credit_grant_in grant = { .person = who.uid, .currency = S("GBP"), .amount = 100, .reason = S("goodwill") };
    struct credit_use_in use = { .invoice = s.order.invoice };
    t_st(engine_call(e, engine_staff(), CMD_CREDIT_GRANT, &grant, NULL), ST_OK, "a pound of credit");
    t_st(engine_call(e, s.who, CMD_CREDIT_USE, &use, NULL), ST_OK, "is used for the invoice");
    t_str(comes(e, line_of(738, ref)), S("amount_less"), "a penny less than is due now");
    t_str(comes(e, line_of(1, ref)), S("matched"), "what is due now");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "pays it");
    t_st(credit_balance(e->db, e->a, s.who.person, S("GBP"), &left), ST_OK, "the credit");
    t_i64(left.minor, 0, "is used up");
    s = ordered(e, &pay, &ref);
    t_st(bank_look_customer(e->db, e->a, &(struct bank_look_customer_in){ s.who.person }, &who), ST_OK, "another customer");
    grant.person = who.uid;
    use.invoice = s.order.invoice;
    t_st(engine_call(e, engine_staff(), CMD_CREDIT_GRANT, &grant, NULL), ST_OK, "a pound of credit");
    t_st(engine_call(e, s.who, CMD_CREDIT_USE, &use, NULL), ST_OK, "is used for the invoice");
    t_str(comes(e, line_of(839, ref)), S("matched"), "and the whole is transferred all the same");
    t_str(invoice_status(e, s.order.invoice), S("paid"), "which pays it");
    t_st(credit_balance(e->db, e->a, s.who.person, S("GBP"), &left), ST_OK, "the credit");
    t_i64(left.minor, 100, "comes back");
    t_i64(account(e, "suspense"), 0, "nothing is in suspense");
    t_ok(engine_balanced(e), "the books balance");
}

static void refused(struct engine *e)
{
    struct bank_import_out out;
    struct bank_line line = line_of(100, S("x"));
    t_st(import_as(e, engine_customer(engine_visitor(e, "GBP")), &line, 1, &out), ST_DENIED, "a customer imports nothing");
    line.amount = 0;
    t_str(comes(e, line), S("invalid"), "an entry of nothing");
    line = line_of(100, S("x\ny"));
    t_str(comes(e, line), S("invalid"), "a line end in a text");
    struct shopper s = shop_order(e, "email");
    struct payment_start_in in = { .invoice = s.order.invoice, .gateway = S("bank_transfer") };
    str problem;
    t_st(config_set(e->a, &e->config, S("test"), S("bank.currencies"), S("EUR"), &problem), ST_OK, "the account takes euros");
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &in, NULL), ST_CONFLICT, "so sterling cannot be paid there");
    t_st(config_set(e->a, &e->config, S("test"), S("bank.currencies"), S("GBP"), &problem), ST_OK, "as it was");
    t_st(engine_without(e, "S12d"), ST_OK, "the statement without bank transfers");
    t_str(comes(e, line_of(100, S("z"))), S("statement"), "nothing is imported");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    engine_set(e, "shop.gateways", "sandbox, bank_transfer");
    engine_set(e, "bank.iban", "GB00 TEST 0000 0012 3456 78");
    shop_open(e);
    matched(e);
    parts(e);
    overpaid(e);
    unknown(e);
    assigned_part(e);
    doubt(e);
    refunded(e);
    sent_by_hand(e);
    credit_between(e);
    refused(e);
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
