/* Credit notes: whole, in parts, and many at random; numbers of two series over the new year; a pro forma issued before it is
 * paid, or made void; and that nothing of what was issued can be changed. */
#include "note_sql.h"
#include "invoice.h"
#include "invoice_sql.h"
#include "money.h"
#include "shop.h"

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

static struct engine_invoice_lines_rows lines(struct engine *e, int64_t id)
{
    struct engine_invoice_lines_rows rows = { 0 };
    t_st(engine_invoice_lines(e->db, e->a, &(struct engine_invoice_lines_in){ id }, &rows), ST_OK, "its lines");
    return rows;
}

static st credit(struct engine *e, uid id, int64_t amount, const char *reason, uid *note)
{
    struct invoice_credit_in in = { .invoice = id, .amount = amount, .reason = str_c(reason) };
    struct invoice_credit_out out = { 0 };
    st s = engine_call(e, engine_staff(), CMD_INVOICE_CREDIT, &in, &out);
    if (note)
        *note = out.note;
    return s;
}

struct sale {
    struct order_place_out order;
    uid payment;
};

static struct sale paid(struct engine *e, const char *slug)
{
    struct shopper s = shop_order(e, slug);
    struct sale sale = { s.order, shop_pay(e, &s).payment };
    struct payment_callback_in m = shop_message(e, sale.payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    return sale;
}

/* ---- the split, without a database ----------------------------------------------------------------------------- */

static int64_t any(int64_t below)
{
    uint8_t b[4];
    rnd_bytes(b, sizeof b);
    return below ? (int64_t)((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24) % below : 0;
}

/* A random invoice is credited in random parts until nothing is left; whatever the parts, each sum fits. */
static const char *one_split(struct arena *a)
{
    enum { MOST = 12 };
    static const int32_t rates[] = { 0, 500, 1900, 2000, 2100, 2550, 2700 };
    struct invoice_left left[MOST], parts[MOST];
    size_t n = 1 + (size_t)any(MOST);
    int64_t whole = 0;
    for (size_t i = 0; i < n; i++) {
        money vat;
        left[i].net = any(any(2) ? 50 : 1000000);
        if (money_vat(money_of(left[i].net, S("GBP")), rates[any(COUNT(rates))], &vat) != ST_OK)
            return "VAT";
        left[i].vat = vat.minor;
        if (whole > left[i].net + left[i].vat && any(4) == 0) /* taken off on a line of its own */
            left[i] = (struct invoice_left){ -left[i].net, -left[i].vat };
        whole += left[i].net + left[i].vat;
    }
    while (whole > 0) {
        int64_t part = any(3) ? 1 + any(whole) : whole, sum = 0, above = 0;
        for (size_t i = 0; i < n; i++)
            above += left[i].net + left[i].vat > 0 ? left[i].net + left[i].vat : 0;
        if (invoice_credit_split(a, S("GBP"), part, left, n, parts) != ST_OK)
            return "refused";
        for (size_t i = 0; i < n; i++) {
            bool off = left[i].net < 0 || left[i].vat < 0;
            if (off && part != whole && (parts[i].net != 0 || parts[i].vat != 0))
                return "a part touches what was taken off";
            if (!off && (parts[i].net < 0 || parts[i].vat < 0 || parts[i].net > left[i].net || parts[i].vat > left[i].vat))
                return "more than is left of a line";
            if (part == whole && (parts[i].net != left[i].net || parts[i].vat != left[i].vat))
                return "the rest is not mirrored";
            int64_t line = left[i].net + left[i].vat, mine = parts[i].net + parts[i].vat;
            if (part != whole && !off && ((__int128)mine * above > (__int128)part * line + above ||
                                          (__int128)mine * above < (__int128)part * line - above))
                return "a line bears more than a penny besides its share";
            sum += mine;
            left[i].net -= parts[i].net;
            left[i].vat -= parts[i].vat;
        }
        if (sum != part)
            return "does not sum up";
        whole -= part;
    }
    return NULL;
}

static void splits(void)
{
    const char *wrong = NULL;
    for (int i = 0; i < 3000 && !wrong; i++) {
        struct arena *a = arena_new(1u << 20);
        wrong = a ? one_split(a) : "no memory";
        arena_free(a);
    }
    t_ok(wrong == NULL, "3,000 random invoices are credited in random parts, to the penny");
    if (wrong)
        printf("# %s\n", wrong);
}

/* ---- credit notes ---------------------------------------------------------------------------------------------- */

/* Mailboxes: 1.99 and 5.00 for setting up, with 20 % VAT 8.39 in all. */
static void whole(struct engine *e)
{
    struct sale s = paid(e, "email");
    struct engine_invoice_row of = invoice(e, s.order.invoice);
    int64_t vat = account(e, "vat"), refunds = account(e, "refunds"), receivable = account(e, "receivable");
    uid note;
    t_st(credit(e, s.order.invoice, 0, "because", NULL), ST_INVALID, "reasons are words of a list");
    t_st(credit(e, s.order.invoice, of.gross + 1, "error", NULL), ST_INVALID, "a penny too much");
    t_st(credit(e, s.order.invoice, -1, "error", NULL), ST_INVALID, "less than nothing");
    t_st(credit(e, s.order.invoice, 0, "error", &note), ST_OK, "all of it");
    struct engine_invoice_row n = invoice(e, note), after = invoice(e, s.order.invoice);
    t_str(n.number, S("CN-2026-00001"), "has the first number of its own series");
    t_ok(n.net == of.net && n.vat == of.vat && n.gross == of.gross && n.vat_gbp == of.vat_gbp, "mirrors the sums");
    t_str(n.status, S("issued"), "is issued at once");
    t_str(after.status, S("paid"), "the invoice stays paid: no money went back yet");
    t_i64(after.taken_back, of.gross, "but is credited");
    struct engine_invoice_lines_rows a = lines(e, of.id), b = lines(e, n.id);
    t_i64((int64_t)b.n, (int64_t)a.n, "with as many lines");
    bool same = true;
    for (size_t i = 0; i < a.n && i < b.n; i++)
        same = same && str_eq(a.v[i].description, b.v[i].description) && a.v[i].quantity == b.v[i].quantity &&
               a.v[i].unit_net == b.v[i].unit_net && a.v[i].net == b.v[i].net && a.v[i].vat == b.v[i].vat &&
               a.v[i].rate_bp == b.v[i].rate_bp && a.v[i].period_from.days == b.v[i].period_from.days;
    t_ok(same, "each as it was");
    t_i64(account(e, "vat"), vat + of.vat, "the VAT is taken back");
    t_i64(account(e, "refunds"), refunds + of.net, "and the sale");
    t_i64(account(e, "receivable"), receivable - of.gross, "which we owe the customer");
    t_st(credit(e, s.order.invoice, 0, "error", NULL), ST_CONFLICT, "nothing is left");
    t_st(credit(e, note, 0, "error", NULL), ST_CONFLICT, "a credit note is not credited");
    struct payment_callback_in m = shop_message(e, s.payment, "refunded");
    t_str(shop_say(e, &m), S("applied"), "then the money goes back");
    t_str(invoice(e, s.order.invoice).status, S("refunded"), "and it is refunded");
    t_i64(account(e, "receivable"), receivable, "we owe nothing");
    t_i64(engine_count(e, "notes"), 1, "for which no second note was made");
    t_ok(engine_balanced(e), "the books balance");
}

static void parts(struct engine *e)
{
    struct sale s = paid(e, "email");
    struct engine_invoice_row of = invoice(e, s.order.invoice);
    int64_t sums[4] = { 0 };
    static const int64_t amounts[] = { 1, 100, 333, 0 };
    for (size_t i = 0; i < COUNT(amounts); i++) {
        uid note;
        t_st(credit(e, s.order.invoice, amounts[i], "goodwill", &note), ST_OK, "a part of it");
        struct engine_invoice_row n = invoice(e, note);
        struct engine_invoice_lines_rows l = lines(e, n.id);
        int64_t net = 0, vat = 0;
        for (size_t k = 0; k < l.n; k++) {
            net += l.v[k].net;
            vat += l.v[k].vat;
        }
        t_ok(net == n.net && vat == n.vat && n.net + n.vat == n.gross, "its lines sum up");
        sums[0] += n.net;
        sums[1] += n.vat;
        sums[2] += n.gross;
        sums[3] += n.vat_gbp;
    }
    t_ok(sums[0] == of.net && sums[1] == of.vat && sums[2] == of.gross && sums[3] == of.vat_gbp, "together all of it, to the penny");
    t_i64(account(e, "receivable"), -of.gross, "which is owed until it goes back");
    struct payment_callback_in m = shop_message(e, s.payment, "refunded");
    t_str(shop_say(e, &m), S("applied"), "the money goes back");
    t_ok(engine_balanced(e), "the books balance");
}

/* Part of it was credited before; the refund of the whole credits the rest. */
static void refund_after_part(struct engine *e)
{
    struct sale s = paid(e, "email");
    int64_t notes = engine_count(e, "notes");
    t_st(credit(e, s.order.invoice, 200, "error", NULL), ST_OK, "two pounds are credited");
    struct payment_callback_in m = shop_message(e, s.payment, "refunded");
    t_str(shop_say(e, &m), S("applied"), "everything is refunded");
    t_i64(engine_count(e, "notes"), notes + 2, "a second note takes the rest");
    t_str(invoice(e, s.order.invoice).status, S("refunded"), "refunded");
    t_i64(invoice(e, s.order.invoice).returned, invoice(e, s.order.invoice).gross, "to the penny");
    t_i64(account(e, "receivable"), 0, "nobody owes anything");
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- pro formas ------------------------------------------------------------------------------------------------ */

static void issued_first(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    struct invoice_issue_in in = { .invoice = s.order.invoice };
    t_st(credit(e, s.order.invoice, 0, "error", NULL), ST_CONFLICT, "a pro forma cannot be credited");
    t_st(engine_call(e, s.who, CMD_INVOICE_ISSUE, &in, NULL), ST_DENIED, "customers do not issue");
    t_st(engine_call(e, engine_staff(), CMD_INVOICE_ISSUE, &in, NULL), ST_OK, "staff issue before it is paid");
    struct engine_invoice_row i = invoice(e, s.order.invoice);
    t_ok(str_eq(i.status, S("unpaid")) && str_starts(i.number, S("INV-2026-")), "it has a number and waits");
    t_i64(account(e, "receivable"), i.gross, "and is owed");
    t_st(engine_call(e, engine_staff(), CMD_INVOICE_ISSUE, &in, NULL), ST_CONFLICT, "once");
    struct invoice_cancel_in cancel = { .invoice = s.order.invoice, .reason = S("changed their mind") };
    t_st(engine_call(e, engine_staff(), CMD_INVOICE_CANCEL, &cancel, NULL), ST_CONFLICT, "it cannot be made void");
    t_st(credit(e, s.order.invoice, 100, "error", NULL), ST_CONFLICT, "nor credited in part while it is open");
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "it is paid");
    t_str(invoice(e, s.order.invoice).number, i.number, "and keeps its number");
    t_i64(account(e, "receivable"), 0, "nothing is owed");
    struct shopper other = shop_order(e, "email");
    in.invoice = other.order.invoice;
    t_st(engine_call(e, engine_staff(), CMD_INVOICE_ISSUE, &in, NULL), ST_OK, "another");
    struct order_cancel_in drop = { .order = other.order.order };
    t_st(engine_call(e, other.who, CMD_ORDER_CANCEL, &drop, NULL), ST_OK, "whose order is cancelled");
    t_str(invoice(e, other.order.invoice).status, S("cancelled"), "is credited as a whole");
    t_i64(account(e, "receivable"), 0, "and nothing is owed");
    t_ok(engine_balanced(e), "the books balance");
}

static void voided(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    struct invoice_cancel_in in = { .invoice = s.order.invoice, .reason = S(" ") };
    t_st(engine_call(e, engine_staff(), CMD_INVOICE_CANCEL, &in, NULL), ST_INVALID, "void wants a reason");
    in.reason = S("Ordered twice by mistake");
    struct actor staff = engine_staff();
    staff.person = engine_visitor(e, "GBP").person;
    t_st(engine_call(e, staff, CMD_INVOICE_CANCEL, &in, NULL), ST_OK, "made void");
    struct engine_invoice_row i = invoice(e, s.order.invoice);
    t_ok(str_eq(i.status, S("cancelled")) && !i.number.p, "no number was taken");
    t_str(i.void_reason, S("Ordered twice by mistake"), "the record says why");
    t_i64(i.voided_at.s, e->now.s, "and when");
    t_ok(i.has_voided_by && i.voided_by == staff.person, "and who");
    t_st(engine_call(e, staff, CMD_INVOICE_CANCEL, &in, NULL), ST_CONFLICT, "once");
    t_st(engine_call(e, staff, CMD_INVOICE_ISSUE, &(struct invoice_issue_in){ s.order.invoice }, NULL), ST_CONFLICT,
         "and cannot be issued any more");
}

/* With invoice.issue = on_due, what runs already gets its invoice on the day it is due; a first order waits for its payment. */
static void issued_when_due(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    struct invoice_issue_due_out out = { 0 };
    engine_pass(e, 8 * 86400);
    t_st(engine_call(e, engine_system(), CMD_INVOICE_ISSUE_DUE, &(struct invoice_issue_due_in){ 0 }, &out), ST_OK, "as set");
    t_i64(out.issued, 0, "nothing is issued before it is paid");
    e->config.invoice.issue = S("on_due");
    t_st(engine_call(e, engine_system(), CMD_INVOICE_ISSUE_DUE, &(struct invoice_issue_due_in){ 0 }, &out), ST_OK, "on_due");
    t_i64(out.issued, 0, "nor for an order that does not run");
    t_st(db_begin(e->db), ST_OK, "begun");
    t_st(engine_order_status(e->db, &(struct engine_order_status_in){ s.order.order, S("active") }, NULL), ST_OK, "it runs");
    t_st(db_commit(e->db), ST_OK, "and committed");
    t_st(engine_call(e, engine_system(), CMD_INVOICE_ISSUE_DUE, &(struct invoice_issue_due_in){ 0 }, &out), ST_OK, "again");
    t_i64(out.issued, 1, "now it is");
    t_ok(str_starts(invoice(e, s.order.invoice).number, S("INV-2026-")), "with its number");
    t_str(invoice(e, s.order.invoice).status, S("unpaid"), "and waits");
    e->config.invoice.issue = S("on_payment");
}

/* ---- what was issued stays ------------------------------------------------------------------------------------- */

static void frozen(struct engine *e)
{
    struct sale s = paid(e, "email");
    struct engine_invoice_row i = invoice(e, s.order.invoice);
    struct engine_invoice_lines_rows l = lines(e, i.id);
    int64_t changed = -1;
    t_st(db_begin(e->db), ST_OK, "begun");
    t_st(invoice_set_vat(e->db, &(struct invoice_set_vat_in){ .id = i.id, .vat = 0, .gross = i.net, .treatment = S("domestic"),
        .note = S(""), .territory = S("GB") }, &changed), ST_OK, "VAT");
    t_i64(changed, 0, "cannot be set any more");
    t_st(invoice_line_vat(e->db, &(struct invoice_line_vat_in){ .id = l.v[0].id, .treatment = S("domestic") }, &changed), ST_OK,
         "a line's VAT");
    t_i64(changed, 0, "neither");
    t_st(invoice_line_period(e->db, &(struct invoice_line_period_in){ .id = l.v[0].id, .from = { 1 }, .to = { 2 } }, &changed),
         ST_OK, "a line's period");
    t_i64(changed, 0, "neither");
    t_st(invoice_set_number(e->db, &(struct invoice_set_number_in){ .id = i.id, .number = S("INV-1"), .series = S("INV"),
        .sequence = 1, .on = { 1 } }, &changed), ST_OK, "the number");
    t_i64(changed, 0, "neither");
    t_st(invoice_set_void(e->db, &(struct invoice_set_void_in){ .id = i.id, .at = e->now, .reason = S("x") }, &changed), ST_OK, "void");
    t_i64(changed, 0, "it cannot become");
    t_st(note_set(e->db, &(struct note_set_in){ i.id, i.gross + 1, S("paid") }, &changed), ST_OK, "more than there is");
    t_i64(changed, 0, "cannot be credited");
    t_st(note_set_returned(e->db, &(struct note_set_returned_in){ i.id, 1 }, &changed), ST_OK, "what was not credited");
    t_i64(changed, 0, "cannot be given back");
    t_st(db_commit(e->db), ST_OK, "and committed");
}

static void words(struct engine *e)
{
    struct config c = e->config;
    t_ok(!invoice_config_check(&c), "what ships is right");
    c.invoice.issue = S("sometimes");
    t_ok(invoice_config_check(&c) != NULL, "another word is refused");
    c = e->config;
    c.invoice.credit_series = c.invoice.series;
    t_ok(invoice_config_check(&c) != NULL, "so is one series for both");
    static const char *const odd[] = { "", "inv", "A/B", "A B", "-A", "ABCDEFGHIJKLM", "\xc3\x84" };
    for (size_t i = 0; i < COUNT(odd); i++) {
        c = e->config;
        c.invoice.series = str_c(odd[i]);
        t_ok(invoice_config_check(&c) != NULL, "and a prefix that is no part of a file's name");
    }
}

/* Both series begin anew with the year in London, at their first use. */
static void new_year(struct engine *e)
{
    struct engine_numbers_of_row n = { 0 };
    t_st(engine_numbers_of(e->db, e->a, &(struct engine_numbers_of_in){ S("CN-2026") }, &n), ST_OK, "numbers of credit notes");
    t_ok(n.highest == n.taken && n.taken > 4, "have no gaps");
    t_st(engine_numbers_of(e->db, e->a, &(struct engine_numbers_of_in){ S("INV-2026") }, &n), ST_OK, "those of invoices");
    t_ok(n.highest == n.taken && n.taken > 4, "neither");
    struct shopper s = shop_order(e, "email"), t = shop_order(e, "email");
    int64_t midnight = utc_start_of_day_london(date_of(2027, 1, 1)).s;
    engine_pass(e, midnight - 1 - e->now.s);
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid in the last second of the year");
    str number = invoice(e, s.order.invoice).number;
    t_ok(str_starts(number, S("INV-2026-")), "belongs to it");
    engine_pass(e, 1);
    m = shop_message(e, shop_pay(e, &t).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "and a second later");
    t_str(invoice(e, t.order.invoice).number, S("INV-2027-00001"), "another begins at one");
    uid note;
    t_st(credit(e, s.order.invoice, 0, "withdrawal", &note), ST_OK, "last year's is credited");
    t_str(invoice(e, note).number, S("CN-2027-00001"), "in this year's series");
    t_st(credit(e, t.order.invoice, 5, "goodwill", &note), ST_OK, "and the next");
    t_str(invoice(e, note).number, S("CN-2027-00002"), "follows");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    whole(e);
    parts(e);
    refund_after_part(e);
    issued_first(e);
    voided(e);
    frozen(e);
    words(e);
    issued_when_due(e);
    new_year(e);
    engine_work(e);
    t_i64(engine_count(e, "dead"), 0, "every message about them is written");
    t_ok(engine_balanced(e), "at the end the books balance");
}

int main(int argc, char **argv)
{
    splits();
    return engine_on_both(argc, argv, checks);
}
