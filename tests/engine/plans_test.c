/* What a period costs: other plans, other prices, other places, a trial before the first, an invoice that is charged by itself. */
#include "life.h"

/* ---- another plan ------------------------------------------------------------------------------------------------------ */

static struct seen_plan_row plan_of(struct engine *e, const struct customer *c)
{
    struct seen_plan_row r = { 0 };
    t_st(seen_plan(e->db, e->a, &(struct seen_plan_in){ c->service }, &r), ST_OK, "the plan");
    return r;
}

static st changes(struct engine *e, const struct customer *c, struct actor who, const char *slug, int64_t now, int64_t next,
                  struct rhythm_change_out *out)
{
    struct rhythm_change_in in = { .service = seen(e, c).uid, .product = shop_product(e, slug, NULL), .now = now, .next = next };
    return engine_call(e, who, CMD_RHYTHM_CHANGE, &in, out);
}

/* A second plan on the same platform, at 31.00 a month where the first is at 2.50. */
static void two_plans(struct engine *e)
{
    struct product_save_in in = { .slug = S("bigger"), .name = S("Bigger web space"), .summary = S("More."),
        .description = S("More."), .vat_class = S("ess"), .module = S("exec"), .package = S("business"), .asks_for = S("nothing"),
        .status = S("active"), .position = 2 };
    t_st(staff(e, CMD_PRODUCT_SAVE, &in), ST_OK, "a bigger plan");
    t_st(shop_price(e, "bigger", 3100, 0), ST_OK, "its price");
    struct rhythm_ways_in up = { .product = shop_product(e, "starter", NULL), .slugs = S("bigger\n") };
    struct rhythm_ways_in down = { .product = shop_product(e, "bigger", NULL), .slugs = S("starter") };
    t_st(staff(e, CMD_RHYTHM_WAYS, &up), ST_OK, "the way up");
    t_st(staff(e, CMD_RHYTHM_WAYS, &down), ST_OK, "and down");
    up.slugs = S("email");
    t_st(staff(e, CMD_RHYTHM_WAYS, &up), ST_INVALID, "not to another platform");
    up.slugs = S("nothing-of-the-kind");
    t_st(staff(e, CMD_RHYTHM_WAYS, &up), ST_INVALID, "nor to what is not there");
}

static void asks_and_withdraws(struct engine *e, const struct customer *c)
{
    struct rhythm_change_out out = { 0 };
    t_st(changes(e, c, c->s.who, "bigger", 1, 3100, &out), ST_CONFLICT, "another sum than was seen");
    t_str(e->message, S("change.changed"), "is told so");
    t_st(changes(e, c, engine_customer(engine_visitor(e, "GBP")), "bigger", 2100 - 169, 3100, &out), ST_NOT_FOUND, "by nobody else");
    t_st(changes(e, c, c->s.who, "help", 0, 0, &out), ST_NOT_FOUND, "nor to what is not offered");
    t_st(changes(e, c, c->s.who, "bigger", 2100 - 169, 3100, &out), ST_OK, "dearer");
    t_ok(out.payable, "is invoiced");
    struct seen_newest_invoice_row i = newest(e, c);
    t_ok(i.net == 1931 && i.gross == 1931 + 386, "to the day, and with its VAT");
    t_i64(plan_of(e, c).unit_net, 250, "until it is paid nothing changes");
    t_st(changes(e, c, c->s.who, "bigger", 2100 - 169, 3100, &out), ST_CONFLICT, "one change at a time");
    struct rhythm_unchange_in un = { .service = seen(e, c).uid };
    t_st(engine_call(e, c->s.who, CMD_RHYTHM_UNCHANGE, &un, NULL), ST_OK, "withdrawn");
    t_i64(counts(e, c).voided, 1, "nothing is owed");
    t_st(engine_call(e, c->s.who, CMD_RHYTHM_UNCHANGE, &un, NULL), ST_CONFLICT, "once");
}

static void upgrade(struct engine *e)
{
    go_to(e, 2031, 3, 1);
    run(e);
    struct customer c = buys(e, "starter");
    struct rhythm_change_out out = { 0 };
    go_to(e, 2031, 3, 11); /* 21 of 31 days are left: 21.00 of the new, 1.69 of the old */
    asks_and_withdraws(e, &c);
    t_st(changes(e, &c, c.s.who, "bigger", 2100 - 169, 3100, &out), ST_OK, "and asked for again");
    days(e, 8);
    t_i64(counts(e, &c).voided, 2, "what is not paid for lapses");
    t_i64(plan_of(e, &c).unit_net, 250, "and everything stays as it is");
    c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    days(e, 10);
    int64_t left = due.days - today(e).days, whole = left + 10;
    int64_t part = (3100 * left * 2 + whole) / (2 * whole), unused = (250 * left * 2 + whole) / (2 * whole);
    t_st(changes(e, &c, c.s.who, "bigger", part - unused, 3100, &out), ST_OK, "another day, another sum");
    pay_invoice(e, &c, out.invoice);
    engine_work(e);
    struct seen_plan_row p = plan_of(e, &c);
    t_ok(p.unit_net == 3100 && str_eq(p.package, S("business")) && str_eq(p.slug, S("bigger")), "paid: the plan is another");
    t_i64(mails(e, &c, "service_changed"), 1, "told");
    t_ok(seen(e, &c).next_due_on.days == due.days, "the period stays");
    days(e, (int)left - 14);
    t_i64(newest(e, &c).net, 3100, "and the next one is at the new price");
    t_st(changes(e, &c, c.s.who, "starter", 0, 250, &out), ST_CONFLICT, "not while the next period is invoiced already");
    pay_invoice(e, &c, newest(e, &c).uid);
    t_ok(engine_balanced(e), "the books balance");
}

static int64_t credit_of(struct engine *e, const struct customer *c)
{
    struct seen_credit_row r = { 0 };
    t_st(seen_credit(e->db, e->a, &(struct seen_credit_in){ c->s.who.person }, &r), ST_OK, "the credit");
    return r.balance;
}

static void downgrade(struct engine *e)
{
    go_to(e, 2031, 5, 1);
    run(e);
    struct customer c = buys(e, "bigger");
    struct rhythm_change_out out = { 0 };
    days(e, 10);
    t_st(changes(e, &c, c.s.who, "starter", 169 - 2100, 250, &out), ST_OK, "cheaper");
    engine_work(e);
    t_ok(!out.payable && str_eq(plan_of(e, &c).package, S("starter")), "takes effect at once");
    t_i64(credit_of(e, &c), 1931 + 386, "what was paid for and is not used comes back, with its VAT");
    t_st(changes(e, &c, c.s.who, "starter", 0, 250, &out), ST_NOT_FOUND, "once");
    days(e, 7);
    t_str(newest(e, &c).status, S("paid"), "the next period is paid from it");
    t_i64(credit_of(e, &c), 1931 + 386 - 300, "and the rest stays");
    e->config.billing.refund_unused = S("credit");
    struct customer d = buys(e, "bigger");
    date due = seen(e, &d).next_due_on;
    int64_t whole = due.days - today(e).days;
    days(e, 10);
    int64_t unused = (3100 * (whole - 10) * 2 + whole) / (2 * whole);
    t_st(cancel(e, &d, d.s.who, true, ""), ST_OK, "cancelled at once");
    t_i64(credit_of(e, &d), unused + (unused * 2 + 5) / 10, "where the operator says so, the days that are left come back");
    run(e);
    e->config.billing.refund_unused = S("none");
    t_str(seen(e, &d).status, S("terminated"), "and it ends");
    t_ok(engine_balanced(e), "the books balance");
}

static void dearer(struct engine *e)
{
    go_to(e, 2031, 8, 1);
    run(e);
    struct customer c = buys(e, "starter");
    t_st(shop_price(e, "starter", 300, 0), ST_OK, "the catalogue's price rises");
    days(e, 20);
    t_i64(newest(e, &c).net, 250, "what was agreed stays");
    pay_invoice(e, &c, newest(e, &c).uid);
    struct rhythm_announce_in in = { .product = shop_product(e, "starter", NULL) };
    t_st(staff(e, CMD_RHYTHM_ANNOUNCE, &in), ST_OK, "staff announce the new one");
    engine_work(e);
    t_i64(mails(e, &c, "price_change"), 1, "everybody is told");
    t_ok(same(plan_of(e, &c).new_from, 2031, 10, 1), "it begins with the first period after the notice");
    t_st(staff(e, CMD_RHYTHM_ANNOUNCE, &in), ST_OK, "announced twice");
    engine_work(e);
    t_i64(mails(e, &c, "price_change"), 1, "is told once");
    days(e, 28);
    t_i64(newest(e, &c).net, 300, "then it counts");
    t_st(shop_price(e, "starter", 250, 0), ST_OK, "the catalogue as it was");
}

/* ---- somewhere else, and a business by now ------------------------------------------------------------------------------ */

static void moves(struct engine *e, const struct customer *c, const char *telephone, bool business)
{
    struct people_by_id_row p = { 0 };
    t_st(people_by_id(e->db, e->a, &(struct people_by_id_in){ c->s.who.person }, &p), ST_OK, "the profile");
    struct person_correct_in in = {
        .full_name = S("Alice Marlowe"), .company = business ? S("Kontor GmbH") : S(""), .business = business,
        .vat_number = business ? S("DE136695976") : S(""),
        .address1 = S("Chausseestraße 1"), .address2 = S(""), .city = S("Berlin"), .region = S(""), .postcode = S("10115"),
        .country = S("DE"), .telephone = str_c(telephone), .version = p.version };
    t_st(engine_call(e, c->s.who, CMD_PERSON_CORRECT, &in, NULL), ST_OK, "moved to Berlin");
}

static void elsewhere(struct engine *e)
{
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    e->config.vat.check = S("vies");
    moves(e, &c, "+44 20 7946 0123", false);
    days(e, due.days - today(e).days - 14);
    t_str(seen(e, &c).parked, S("rhythm.parked.place"), "an address in Berlin and a telephone in London: staff have to ask");
    t_i64(counts(e, &c).invoices, 1, "nothing is charged by a guess");
    moves(e, &c, "+49 30 901820", true);
    struct rhythm_resume_in resume = { .service = seen(e, &c).uid, .how = S("again") };
    t_st(staff(e, CMD_RHYTHM_RESUME, &resume), ST_OK, "tried again");
    struct seen_newest_invoice_row i = newest(e, &c);
    t_ok(str_eq(i.status, S("unpaid")) && str_eq(i.treatment, S("pending")), "the VAT number is checked for the renewal");
    t_i64(mails(e, &c, "invoice_due"), 0, "nobody is asked before it is known what");
    days(e, 2);
    t_ok(seen(e, &c).next_act_on.days == today(e).days + 1, "it is looked at every day");
    struct people_order_id_row o = { 0 };
    t_st(people_order_id(e->db, e->a, &(struct people_order_id_in){ c.s.who.person }, &o), ST_OK, "the renewal's order");
    struct vat_checked_in checked = { .order = o.id, .result = S("valid"), .service = S("staff"), .reference = S("seen"),
                                      .name_match = S("not_given") };
    t_st(staff(e, CMD_VAT_CHECKED, &checked), ST_OK, "confirmed");
    engine_work(e);
    i = newest(e, &c);
    t_ok(i.net == 250 && i.gross == 250 && str_eq(i.treatment, S("reverse_charge")), "the customer accounts for the VAT from now on");
    t_i64(mails(e, &c, "invoice_due"), 1, "and is asked to pay");
    pay_invoice(e, &c, i.uid);
    t_ok(seen(e, &c).next_due_on.days > due.days, "which goes on as ever");
    e->config.vat.check = S("none");
}

/* ---- free at first; paid by itself; issued before it is paid ------------------------------------------------------------ */

static void trial(struct engine *e)
{
    struct product_terms_in terms = { .product = shop_product(e, "starter", NULL), .seen = -1, .trial_days = 30 };
    t_st(staff(e, CMD_PRODUCT_TERMS, &terms), ST_OK, "thirty days free");
    struct customer c = { .s = shop_order(e, "starter") };
    t_ok(!c.s.order.payable, "nothing to pay");
    engine_work(e);
    struct engine_service_row r = { 0 };
    t_st(engine_service(e->db, e->a, &(struct engine_service_in){ c.s.who.person }, &r), ST_OK, "the service");
    c.service = r.id;
    date end = seen(e, &c).next_due_on;
    t_i64(end.days - today(e).days, 30, "the first period begins when the trial ends");
    struct rhythm_change_out out;
    t_st(changes(e, &c, c.s.who, "bigger", 3100, 3100, &out), ST_CONFLICT, "the plan is not changed for what was not paid");
    days(e, 22);
    t_i64(counts(e, &c).unpaid, 0, "nobody is asked for money in the first days");
    days(e, 1);
    struct seen_newest_invoice_row i = newest(e, &c);
    t_ok(i.net == 250 && i.due_on.days == end.days, "a week before its end the first period is invoiced, due on that day");
    pay_invoice(e, &c, i.uid);
    int year, month, day;
    date_split(end, &year, &month, &day);
    t_ok(seen(e, &c).next_due_on.days > end.days + 27 && seen(e, &c).anchor_day == day, "and counts from the day the trial ended");
    terms.trial_days = 0;
    t_st(staff(e, CMD_PRODUCT_TERMS, &terms), ST_OK, "no more trials");
}

static void by_itself(struct engine *e)
{
    struct customer c = { .s = shop_order(e, "starter") };
    struct payment_callback_in m = shop_message(e, shop_pay_and_save(e, &c.s).payment, "succeeded");
    m.customer = S("sandbox-customer");
    m.method = S("sandbox-card/pay");
    m.card = S("Sandbox card 4242");
    t_str(shop_say(e, &m), S("applied"), "paid, and the way is kept");
    engine_work(e);
    struct engine_service_row r = { 0 };
    t_st(engine_service(e->db, e->a, &(struct engine_service_in){ c.s.who.person }, &r), ST_OK, "the service");
    c.service = r.id;
    date due = seen(e, &c).next_due_on;
    struct engine_collections_rows all = { 0 };
    days(e, due.days - today(e).days - 1);
    t_ok(engine_collections(e->db, e->a, &all) == ST_OK && all.n == 0, "nothing is charged before the day");
    days(e, 1);
    t_ok(engine_collections(e->db, e->a, &all) == ST_OK && all.n == 1 && all.v[0].amount == 300, "on the day it is charged");
    run(e);
    days(e, 5);
    t_ok(engine_collections(e->db, e->a, &all) == ST_OK && all.n == 1, "once");
    m = shop_message(e, all.v[0].uid, "succeeded");
    m.reference = S("charge-7");
    t_str(shop_say(e, &m), S("applied"), "the gateway says it is paid");
    t_ok(seen(e, &c).next_due_on.days > due.days, "and the service goes on");
}

static void issued_first(struct engine *e)
{
    e->config.invoice.issue = S("on_due");
    struct customer c = buys(e, "starter");
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days);
    t_st(engine_call(e, engine_system(), CMD_INVOICE_ISSUE_DUE, &(struct invoice_issue_due_in){ 0 }, NULL), ST_OK, "issued when due");
    struct engine_invoice_row i = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ newest(e, &c).uid }, &i), ST_OK, "the invoice");
    t_ok(i.number.p && str_eq(i.status, S("unpaid")), "with a number, and still to be paid");
    days(e, 31);
    t_str(seen(e, &c).status, S("terminated"), "nobody pays");
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ newest(e, &c).uid }, &i), ST_OK, "the newest paper");
    t_i64(counts(e, &c).unpaid, 0, "what was issued is credited: nothing is owed");
    t_ok(engine_balanced(e), "the books balance");
    e->config.invoice.issue = S("on_payment");
}

/* More services than one invoice has room for. */
static void sixty(struct engine *e)
{
    struct customer c = buys(e, "email");
    for (int n = 0; n < 3; n++) {
        struct basket_item item = shop_item(e, "email", "");
        item.quantity = 20;
        struct basket_add_in add = { .item = { &item, 1 } };
        t_st(engine_call(e, c.s.who, CMD_BASKET_ADD, &add, NULL), ST_OK, "twenty more");
        struct order_place_in form = shop_form(e, c.s.who);
        struct order_place_out out;
        t_st(engine_call(e, c.s.who, CMD_ORDER_PLACE, &form, &out), ST_OK, "ordered");
        pay_invoice(e, &c, out.invoice);
    }
    struct seen_services_rows all = { 0 };
    t_st(seen_services(e->db, e->a, &(struct seen_services_in){ c.s.who.person }, &all), ST_OK, "all of them");
    for (size_t i = 0; i < all.n; i++) {
        struct service_act_in act = { .service = all.v[i].uid, .verb = S("create"), .package = S("") };
        if (str_eq(all.v[i].status, S("pending")))
            IGNORE(engine_call(e, engine_staff(), CMD_SERVICE_ACT, &act, NULL)); /* seen below */
    }
    int64_t before = counts(e, &c).invoices;
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days - 14);
    struct seen_due_row n = { 0 };
    t_st(seen_due(e->db, e->a, &(struct seen_due_in){ c.s.who.person, due }, &n), ST_OK, "lines");
    t_ok(all.n == 61 && n.lines == 61 && n.parked == 0, "each is invoiced once");
    t_i64(counts(e, &c).invoices - before, 2, "on two invoices");
}

static void checks(struct engine *e)
{
    shop_open(e);
    two_plans(e);
    upgrade(e);
    downgrade(e);
    dearer(e);
    elsewhere(e);
    trial(e);
    by_itself(e);
    issued_first(e);
    sixty(e);
    t_ok(engine_balanced(e), "the books balance");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
