/* Screening in the shop: what is held or refused, what people decide, and what is kept of it. */
#include "config.h"
#include "fraud.h"
#include "frauds_sql.h"
#include "shop.h"

#define LONDON_HOME "81.2.69.160" /* routed, and of no hosting network that ships */
#define DAY 86400

/* ---- forms ----------------------------------------------------------------------------------------------------------- */

typedef void form_fn(struct engine *, struct order_place_in *);

static void plain(struct engine *e, struct order_place_in *in)
{
    (void)e;
    (void)in;
}

/* 70 points: a throw-away address, a name along the keyboard, no public IP address. */
static void doubtful(struct engine *e, struct order_place_in *in)
{
    in->email = str_fmt(e->a, "%.*s@mailinator.com", STR_ARG(uid_str(e->a, rnd_uid())));
    in->full_name = S("Qwerty Asdfgh");
    in->address1 = str_fmt(e->a, "Flat %.*s", STR_ARG(uid_str(e->a, rnd_uid())));
    in->telephone = str_fmt(e->a, "020 7946 0%03d", (int)(rnd_below(700) + 100));
}

/* 125 points: the same, with digits in the name, which is also the address. */
static void hopeless(struct engine *e, struct order_place_in *in)
{
    doubtful(e, in);
    in->full_name = in->address1 = str_fmt(e->a, "Asdfgh %.*s 7", STR_ARG(uid_str(e->a, rnd_uid())));
}

struct placed {
    struct actor who;
    struct order_place_out out;
    struct frauds_check_row check;
};

static void look(struct engine *e, struct placed *p)
{
    p->check = (struct frauds_check_row){ 0 };
    t_st(frauds_check(e->db, e->a, &(struct frauds_check_in){ .uid = p->out.order }, &p->check), ST_OK, "what screening said");
}

static struct placed order(struct engine *e, const char *slug, form_fn *form)
{
    struct actor visitor = engine_visitor(e, "GBP");
    struct placed p = { .who = engine_customer(visitor) };
    t_st(shop_add(e, visitor, slug, strcmp(slug, "starter") == 0 ? "shop.example.test" : ""), ST_OK, "something is chosen");
    struct order_place_in in = shop_form(e, visitor);
    form(e, &in);
    t_st(engine_call(e, visitor, CMD_ORDER_PLACE, &in, &p.out), ST_OK, "an order is placed");
    look(e, &p);
    return p;
}

static st pay(struct engine *e, const struct placed *p)
{
    struct payment_start_in in = { .invoice = p->out.invoice, .gateway = S("sandbox") };
    return engine_call(e, p->who, CMD_PAYMENT_START, &in, NULL);
}

static st decide(struct engine *e, struct actor who, const struct placed *p, bool accept, const char *reason)
{
    struct fraud_decide_in in = { .order = p->out.order, .accept = accept, .reason = str_c(reason) };
    return engine_call(e, who, CMD_FRAUD_DECIDE, &in, NULL);
}

static st ask(struct engine *e, struct actor who, const struct placed *p, const char *note)
{
    struct fraud_ask_human_in in = { .order = p->out.order, .note = str_c(note) };
    return engine_call(e, who, CMD_FRAUD_ASK_HUMAN, &in, NULL);
}

static int64_t mails(struct engine *e, const struct placed *p, const char *kind)
{
    struct frauds_mails_row r = { 0 };
    t_st(frauds_mails(e->db, e->a, &(struct frauds_mails_in){ .kind = str_c(kind), .object = p->check.order_id }, &r), ST_OK, kind);
    return r.n;
}

static struct frauds_counts_row counts(struct engine *e)
{
    struct frauds_counts_row c = { 0 };
    t_st(frauds_counts(e->db, e->a, &c), ST_OK, "what is kept");
    return c;
}

static void stands(struct engine *e, struct placed *p, const char *state, const char *status, const char *invoice)
{
    struct frauds_invoice_row i = { 0 };
    look(e, p);
    t_str(p->check.state, str_c(state), "the check");
    t_str(p->check.status, str_c(status), "the order");
    t_st(frauds_invoice(e->db, e->a, &(struct frauds_invoice_in){ .uid = p->out.invoice }, &i), ST_OK, "its pro forma");
    t_str(i.status, str_c(invoice), "is");
}

static int64_t seen(const struct placed *p, enum fraud_signal s)
{
    struct fraud_signals all;
    fraud_signals_parse(p->check.signals, &all);
    return all.v[s];
}

/* ---- scenarios ------------------------------------------------------------------------------------------------------- */

static void accepted(struct engine *e)
{
    struct placed p = order(e, "email", plain);
    stands(e, &p, "accepted", "pending", "unpaid");
    t_ok(p.out.payable && p.check.score < 60, "an ordinary order goes on");
    t_str(p.check.reasons, S("unroutable_ip 5 We could not see where your connection comes from."), "with what was found");
    t_i64(seen(&p, FRAUD_first_order), 1, "and what was seen");
    t_i64(counts(e).traces, 3, "codes of address, telephone and e-mail address; a shared domain and a private IP address have none");
    t_i64(mails(e, &p, "mail.order_received"), 1, "it can be paid");
    t_st(decide(e, engine_staff(), &p, false, "No."), ST_CONFLICT, "there is nothing to decide");
    t_st(ask(e, p.who, &p, ""), ST_CONFLICT, "nor to ask");
    t_st(pay(e, &p), ST_OK, "it is paid");
}

static void reviewed(struct engine *e)
{
    struct placed p = order(e, "starter", doubtful);
    stands(e, &p, "review", "pending", "unpaid");
    t_ok(!p.out.payable && p.check.score == 70, "a doubtful order waits");
    t_i64(mails(e, &p, "mail.order_review"), 1, "the customer is told");
    t_i64(mails(e, &p, "mail.order_received"), 0, "and not asked to pay");
    t_st(pay(e, &p), ST_CONFLICT, "which would not work either");
    t_st(decide(e, p.who, &p, true, "It is me."), ST_DENIED, "customers do not decide");
    t_st(decide(e, engine_staff(), &p, true, " "), ST_INVALID, "nobody decides without a reason");
    t_str(e->field, S("reason"), "which is asked for");
    t_st(decide(e, engine_staff(), &p, true, "Rang the customer: moving house."), ST_OK, "a person accepts");
    stands(e, &p, "approved", "pending", "unpaid");
    t_i64(mails(e, &p, "mail.order_accepted"), 1, "the customer is told");
    t_st(decide(e, engine_staff(), &p, false, "No."), ST_CONFLICT, "what is accepted stays so");
    t_str(e->message, S("fraud.decided_before"), "which is said");
    t_st(pay(e, &p), ST_OK, "now it can be paid");
    struct frauds_decisions_rows rows;
    struct gate g = engine_gate(e);
    str reason;
    t_st(frauds_decisions(e->db, e->a, &(struct frauds_decisions_in){ .check = p.check.id }, &rows), ST_OK, "the decision is kept");
    t_ok(rows.n == 1 && rows.v[0].accepted, "once");
    t_st(gate_use(&g, COL_fraud_decision_reason, PURPOSE_RIGHTS, rows.v[0].uid, rows.v[0].reason, &reason), ST_OK, "with its reason");
    t_str(reason, S("Rang the customer: moving house."), "which the customer can read");
    t_st(gate_use(&g, COL_fraud_decision_reason, PURPOSE_NOTIFY, rows.v[0].uid, rows.v[0].reason, &reason), ST_STATEMENT,
         "and which is used for nothing else");
}

static void refused(struct engine *e)
{
    struct placed p = order(e, "starter", hopeless), other = order(e, "email", plain);
    stands(e, &p, "refused", "fraud", "cancelled");
    t_ok(p.check.score >= 120 && mails(e, &p, "mail.order_refused") == 1, "a hopeless order is refused, and the customer told");
    t_st(pay(e, &p), ST_CONFLICT, "nothing can be paid");
    t_st(ask(e, other.who, &p, ""), ST_NOT_FOUND, "nobody else can ask about it");
    t_st(ask(e, p.who, &p, "I really\nlive there."), ST_OK, "the customer asks for a person");
    stands(e, &p, "asked", "fraud", "cancelled");
    t_st(ask(e, p.who, &p, ""), ST_CONFLICT, "once");
    t_i64(mails(e, &p, "mail.order_review"), 1, "and is told that one looks");
    struct gate g = engine_gate(e);
    str note;
    t_st(gate_use(&g, COL_fraud_check_note, PURPOSE_FRAUD, p.check.uid, p.check.note, &note), ST_OK, "what they said");
    t_str(note, S("I really\nlive there."), "reaches whoever decides");
    t_st(decide(e, engine_staff(), &p, false, "No answer at that number."), ST_OK, "a person declines");
    stands(e, &p, "declined", "fraud", "cancelled");
    t_i64(mails(e, &p, "mail.order_declined"), 1, "the customer is told");
    t_st(decide(e, engine_staff(), &p, false, "Again."), ST_CONFLICT, "nothing is declined twice");
    engine_pass(e, 20 * DAY);
    t_st(decide(e, engine_staff(), &p, true, "A letter with a passport came."), ST_OK, "another person takes it back");
    stands(e, &p, "approved", "pending", "unpaid");
    struct frauds_invoice_row i = { 0 };
    t_st(frauds_invoice(e->db, e->a, &(struct frauds_invoice_in){ .uid = p.out.invoice }, &i), ST_OK, "the pro forma");
    t_i64(i.due_on.days, date_london(e->now).days + 7, "is due from now on");
    struct shopper s = { .who = p.who, .order = p.out };
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "it is paid");
    stands(e, &p, "approved", "active", "paid");
    t_ok(engine_balanced(e), "the books balance");
}

/* What was refused keeps nothing from others, and is not sold twice when a person releases it. */
static void stock(struct engine *e)
{
    t_st(db_begin(e->db), ST_OK, "of one product");
    t_st(frauds_stock(e->db, &(struct frauds_stock_in){ .slug = S("email"), .stock = 1, .has_stock = true }, NULL), ST_OK, "there is one left");
    t_st(db_commit(e->db), ST_OK, "only");
    struct placed p = order(e, "email", hopeless), q = order(e, "email", plain);
    t_st(decide(e, engine_staff(), &p, true, "He is real."), ST_CONFLICT, "the other who ordered it has it");
    t_str(e->message, S("order.sold_out"), "which is said");
    stands(e, &p, "refused", "fraud", "cancelled");
    struct order_cancel_in in = { .order = q.out.order };
    t_st(engine_call(e, q.who, CMD_ORDER_CANCEL, &in, NULL), ST_OK, "who then does not want it");
    t_st(decide(e, engine_staff(), &p, true, "He is real."), ST_OK, "so that it is there");
    stands(e, &p, "approved", "pending", "unpaid");
    struct actor v = engine_visitor(e, "GBP");
    t_st(shop_add(e, v, "email", ""), ST_INVALID, "and for nobody else");
    t_st(db_begin(e->db), ST_OK, "then");
    t_st(frauds_stock(e->db, &(struct frauds_stock_in){ .slug = S("email") }, NULL), ST_OK, "there are plenty");
    t_st(db_commit(e->db), ST_OK, "again");
}

static void uses(struct engine *e, const struct placed *p, int64_t used, int64_t of_order, int64_t trials, const char *when)
{
    struct frauds_uses_row r = { 0 };
    t_st(frauds_uses(e->db, e->a, &(struct frauds_uses_in){ p->check.order_id }, &r), ST_OK, when);
    t_ok(r.used == used && r.uses == of_order && r.trials == trials, "codes and trials are counted as they should be");
}

/* What was given back when staff declined is counted again when staff think better of it, even when the code is used up. */
static void counted_again(struct engine *e)
{
    struct frauds_product_row email = { 0 };
    t_st(frauds_product(e->db, e->a, &(struct frauds_product_in){ S("email") }, &email), ST_OK, "a product");
    struct product_terms_in terms = { .product = email.uid, .seen = -1, .trial_days = 14 };
    t_st(engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &terms, NULL), ST_OK, "that is free for two weeks");
    struct coupon_save_in code = { .code = S("ONCE"), .label = S("A discount"), .kind = S("percent"), .percent_bp = 2000, .periods = 3,
                                   .max_uses = 1, .cycles = S(""), .products = S(""), .starts_on = S(""), .ends_on = S("") };
    t_st(engine_call(e, engine_staff(), CMD_COUPON_SAVE, &code, NULL), ST_OK, "and a code for one");
    struct actor visitor = engine_visitor(e, "GBP");
    struct placed p = { .who = engine_customer(visitor) };
    t_st(shop_add(e, visitor, "email", ""), ST_OK, "somebody doubtful chooses it");
    t_st(engine_call(e, visitor, CMD_BASKET_COUPON, &(struct basket_coupon_in){ .code = S("once") }, NULL), ST_OK, "with the code");
    struct order_place_in in = shop_form(e, visitor);
    doubtful(e, &in);
    t_st(engine_call(e, visitor, CMD_ORDER_PLACE, &in, &p.out), ST_OK, "and orders");
    look(e, &p);
    uses(e, &p, 1, 1, 1, "while a person looks");
    t_st(decide(e, engine_staff(), &p, false, "Not real."), ST_OK, "declined");
    uses(e, &p, 0, 0, 0, "it is all there for others");
    t_st(decide(e, engine_staff(), &p, true, "Real after all."), ST_OK, "accepted after all");
    uses(e, &p, 1, 1, 1, "it counts again");
    t_st(engine_call(e, engine_visitor(e, "GBP"), CMD_BASKET_COUPON, &(struct basket_coupon_in){ .code = S("once") }, NULL), ST_OK,
         "for somebody else");
    terms.trial_days = 0;
    t_st(engine_call(e, engine_staff(), CMD_PRODUCT_TERMS, &terms, NULL), ST_OK, "as it was");
}

/* Money for an order that is held never makes it paid. */
static void no_way_round(struct engine *e)
{
    struct placed p = order(e, "email", plain);
    struct shopper s = { .who = p.who, .order = p.out };
    uid payment = shop_pay(e, &s).payment;
    t_st(db_begin(e->db), ST_OK, "a payment is on its way");
    t_st(frauds_hold(e->db, &(struct frauds_hold_in){ .id = p.check.id }, NULL), ST_OK, "when the order is held");
    t_st(db_commit(e->db), ST_OK, "by whatever means");
    struct payment_callback_in m = shop_message(e, payment, "succeeded");
    t_str(shop_say(e, &m), S("review"), "the money waits for a person too");
    stands(e, &p, "review", "pending", "unpaid");
    t_ok(engine_balanced(e), "in the books");
}

static void withdrawn(struct engine *e)
{
    struct placed p = order(e, "email", doubtful);
    struct order_cancel_in in = { .order = p.out.order };
    t_st(engine_call(e, p.who, CMD_ORDER_CANCEL, &in, NULL), ST_OK, "the customer takes the order back");
    stands(e, &p, "withdrawn", "cancelled", "cancelled");
    t_st(decide(e, engine_staff(), &p, true, "Fine."), ST_CONFLICT, "nobody need look any more");
}

/* Nothing ends for not being paid while it cannot be paid, nor on the day when a person releases it. */
static void expiry(struct engine *e)
{
    struct placed p = order(e, "email", doubtful), q = order(e, "email", plain);
    struct order_expire_out out;
    engine_pass(e, (e->config.shop.unpaid_days + 2) * DAY);
    t_st(engine_call(e, engine_system(), CMD_ORDER_EXPIRE, &(struct order_expire_in){ 0 }, &out), ST_OK, "unpaid orders end");
    stands(e, &q, "accepted", "cancelled", "cancelled");
    stands(e, &p, "review", "pending", "unpaid");
    t_st(decide(e, engine_staff(), &p, true, "Sorry for the wait."), ST_OK, "a person is late");
    t_st(engine_call(e, engine_system(), CMD_ORDER_EXPIRE, &(struct order_expire_in){ 0 }, &out), ST_OK, "unpaid orders end");
    stands(e, &p, "approved", "pending", "unpaid");
    engine_pass(e, (e->config.shop.unpaid_days + 2) * DAY);
    t_st(engine_call(e, engine_system(), CMD_ORDER_EXPIRE, &(struct order_expire_in){ 0 }, &out), ST_OK, "unpaid orders end");
    stands(e, &p, "approved", "cancelled", "cancelled");
}

static void free_of_charge(struct engine *e)
{
    struct placed p = order(e, "free", doubtful);
    stands(e, &p, "review", "pending", "unpaid");
    t_st(decide(e, engine_staff(), &p, true, "Why not."), ST_OK, "what costs nothing is accepted");
    stands(e, &p, "approved", "active", "paid");
}

static void from_home(struct engine *e, struct order_place_in *in)
{
    in->ip = S(LONDON_HOME);
    in->address1 = str_fmt(e->a, "Flat %.*s", STR_ARG(uid_str(e->a, rnd_uid())));
    in->telephone = str_fmt(e->a, "020 7946 0%03d", (int)(rnd_below(700) + 100));
}

static void from_next_door(struct engine *e, struct order_place_in *in)
{
    from_home(e, in);
    in->ip = S("81.2.69.7");
}

static void velocity(struct engine *e)
{
    engine_pass(e, 3 * DAY);
    for (int64_t i = 0; i < 3; i++) {
        struct placed p = order(e, "email", from_home);
        t_i64(seen(&p, FRAUD_ip_people_hour), i, "others before, from one IP address");
        t_str(p.check.state, S("accepted"), "which may happen");
    }
    struct placed p = order(e, "email", from_next_door);
    t_ok(seen(&p, FRAUD_ip_people_hour) == 0 && seen(&p, FRAUD_network_people_day) == 3, "next door it is the network that is shared");
    p = order(e, "email", from_home);
    t_ok(str_find(p.check.reasons, S("ip_hour 30 ")) < p.check.reasons.n, "the fourth is noticed");
    t_str(p.check.state, S("accepted"), "and that alone holds nothing up");
    engine_pass(e, 2 * 3600);
    p = order(e, "email", from_home);
    t_ok(seen(&p, FRAUD_ip_people_hour) == 0 && seen(&p, FRAUD_ip_people_day) == 4, "two hours later it is the day that counts");
    engine_pass(e, 2 * DAY);
    p = order(e, "email", from_home);
    t_ok(seen(&p, FRAUD_ip_people_day) == 0 && seen(&p, FRAUD_network_people_day) == 0, "and two days later nothing");
}

static str known_telephone;

static void with_that_telephone(struct engine *e, struct order_place_in *in)
{
    from_home(e, in);
    in->telephone = known_telephone;
}

/* What rules refused is held against nobody; what a person declined is. */
static void earlier(struct engine *e)
{
    known_telephone = S("020 7946 0999");
    struct placed p = order(e, "email", with_that_telephone);
    t_i64(seen(&p, FRAUD_declined_before), 0, "nothing is known of a number");
    t_st(db_begin(e->db), ST_OK, "the rules");
    t_st(frauds_refuse(e->db, &(struct frauds_refuse_in){ .id = p.check.id }, NULL), ST_OK, "had refused it");
    t_st(db_commit(e->db), ST_OK, "alone");
    struct placed q = order(e, "email", with_that_telephone);
    t_i64(seen(&q, FRAUD_declined_before), 0, "which says nothing about the next");
    t_st(decide(e, engine_staff(), &p, false, "Stolen card elsewhere."), ST_OK, "a person declines it");
    q = order(e, "email", with_that_telephone);
    t_ok(seen(&q, FRAUD_declined_before) == 1 && str_eq(q.check.state, S("review")), "now a person looks at the next with that number");
    q = order(e, "email", from_home);
    t_i64(seen(&q, FRAUD_declined_before), 0, "and at no other");
}

/* A payment that the bank took back speaks against its details, and one that has stood for a month for its person. */
static void payments(struct engine *e)
{
    known_telephone = S("020 7946 0888");
    struct placed p = order(e, "email", with_that_telephone);
    struct shopper s = { .who = p.who, .order = p.out };
    uid payment = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "an order is paid");
    engine_pass(e, 31 * DAY);
    t_st(shop_add(e, p.who, "email", ""), ST_OK, "a month later");
    struct order_place_in in = shop_form(e, p.who);
    struct placed q = { .who = p.who };
    doubtful(e, &in);
    t_st(engine_call(e, p.who, CMD_ORDER_PLACE, &in, &q.out), ST_OK, "the same person orders again");
    look(e, &q);
    t_ok(seen(&q, FRAUD_paid_before) == 1 && seen(&q, FRAUD_first_order) == 0, "and is known");
    t_st(db_begin(e->db), ST_OK, "then the bank");
    t_st(frauds_charge_back(e->db, &(struct frauds_charge_back_in){ .uid = payment }, NULL), ST_OK, "takes the payment");
    t_st(db_commit(e->db), ST_OK, "back");
    q = order(e, "email", with_that_telephone);
    t_ok(seen(&q, FRAUD_chargebacks) == 1 && str_eq(q.check.state, S("review")), "a person looks at the next with that number");
}

static void german_business(struct engine *e, struct order_place_in *in)
{
    doubtful(e, in);
    in->country = S("DE");
    in->city = S("Berlin");
    in->postcode = S("10115");
    in->telephone = S("030 123456");
    in->ip_country = S("DE");
    in->business = true;
    in->company = S("Beispiel GmbH");
    in->vat_number = S("DE136695976");
}

/* An order may wait for a person and for its VAT number, and either may come first. */
static void beside_vat(struct engine *e)
{
    struct vat_checked_in checked = { .result = S("valid"), .service = S("vies"), .reference = S("r"), .name_match = S("yes") };
    engine_set(e, "vat.check", "vies");
    struct placed p = order(e, "email", german_business);
    stands(e, &p, "review", "pending", "unpaid");
    checked.order = p.check.order_id;
    t_st(engine_call(e, engine_system(), CMD_VAT_CHECKED, &checked, NULL), ST_OK, "the number is confirmed first");
    t_i64(mails(e, &p, "mail.order_received"), 0, "nobody is asked to pay yet");
    t_st(pay(e, &p), ST_CONFLICT, "nor could they");
    t_st(decide(e, engine_staff(), &p, true, "Known company."), ST_OK, "a person accepts");
    t_st(pay(e, &p), ST_OK, "now it can be paid");
    p = order(e, "email", german_business);
    t_st(decide(e, engine_staff(), &p, true, "Known company."), ST_OK, "a person accepts first");
    t_st(pay(e, &p), ST_CONFLICT, "VAT is not known yet");
    checked.order = p.check.order_id;
    t_st(engine_call(e, engine_system(), CMD_VAT_CHECKED, &checked, NULL), ST_OK, "then it is");
    t_i64(mails(e, &p, "mail.order_received"), 1, "the customer is asked to pay");
    t_st(pay(e, &p), ST_OK, "and can");
    engine_set(e, "vat.check", "none");
}

static void thresholds(struct engine *e)
{
    engine_set(e, "fraud.refuse", "0");
    struct placed p = order(e, "email", hopeless);
    t_str(p.check.state, S("review"), "where nothing is refused by rules alone, a person looks");
    engine_set(e, "fraud.refuse", "120");
    engine_set(e, "fraud.review", "71");
    p = order(e, "email", doubtful);
    t_str(p.check.state, S("accepted"), "70 points where 71 are wanted");
    engine_set(e, "fraud.review", "60");
}

static void dry_run(struct engine *e)
{
    struct fraud_report r, none;
    struct fraud_trial t = { .rules = fraud_rules_here(), .limits = { 60, 120 } };
    struct frauds_counts_row before = counts(e);
    t_st(fraud_try(e->db, e->a, &t, &r), ST_OK, "orders of the past are judged again");
    t_i64(r.orders, before.checks, "all of them");
    t_i64(r.changed, 2, "the two that other thresholds judged would now be refused and held");
    t_ok(r.moved[FRAUD_REVIEW][FRAUD_REFUSE] == 1 && r.moved[FRAUD_ACCEPT][FRAUD_REVIEW] == 1, "which is told from and to");
    t_ok(r.approved[FRAUD_REVIEW] > 0 && r.approved[FRAUD_REFUSE] == 2, "beside what people decided");
    for (size_t i = 0; i < r.n_rules; i++)
        if (str_eq(r.rules[i].rule->name, S("disposable_mail")))
            t_ok(r.rules[i].fired >= r.rules[i].decides && r.rules[i].decides > 0, "a rule that makes the difference");
        else if (str_eq(r.rules[i].rule->name, S("unroutable_ip")))
            t_ok(r.rules[i].fired > r.rules[i].decides, "and one that mostly does not");
    t.limits = (struct fraud_limits){ 100000, 0 };
    t.most = 4;
    t_st(fraud_try(e->db, e->a, &t, &none), ST_OK, "the newest four alone");
    t_ok(none.orders == 4 && none.moved[FRAUD_REVIEW][FRAUD_REVIEW] + none.moved[FRAUD_REFUSE][FRAUD_REFUSE] == 0,
         "none of which such thresholds would hold");
    struct frauds_counts_row after = counts(e);
    t_ok(after.checks == before.checks && after.decisions == before.decisions, "and nothing is written");
}

/* The statement keeps the codes for six months after an order. */
static void sweep(struct engine *e)
{
    struct fraud_sweep_out out;
    int64_t before = counts(e).traces;
    t_st(engine_call(e, engine_staff(), CMD_FRAUD_SWEEP, &(struct fraud_sweep_in){ 0 }, NULL), ST_DENIED, "nobody asks for it by hand");
    t_st(engine_call(e, engine_system(), CMD_FRAUD_SWEEP, &(struct fraud_sweep_in){ 0 }, &out), ST_OK, "codes are swept");
    t_i64(out.gone, 0, "none of which has had its time");
    engine_pass(e, 100 * DAY);
    struct placed p = order(e, "email", from_home);
    engine_pass(e, 84 * DAY);
    t_st(engine_call(e, engine_system(), CMD_FRAUD_SWEEP, &(struct fraud_sweep_in){ 0 }, &out), ST_OK, "six months after the last");
    t_i64(out.gone, before, "all of them go");
    t_i64(counts(e).traces, 5, "but those of an order since then");
    t_st(engine_call(e, engine_system(), CMD_FRAUD_SWEEP, &(struct fraud_sweep_in){ 0 }, &out), ST_OK, "and again");
    t_i64(out.gone, 0, "nothing");
    t_str(p.check.state, S("accepted"), "what was said of an order stays");
}

static void without_clause(struct engine *e)
{
    struct placed held = order(e, "email", hopeless);
    struct frauds_counts_row before = counts(e);
    t_st(engine_without(e, "S7d"), ST_OK, "a statement without S7d");
    struct actor v = engine_visitor(e, "GBP");
    struct order_place_out out;
    t_st(shop_add(e, v, "email", ""), ST_OK, "something is chosen");
    struct order_place_in in = shop_form(e, v);
    hopeless(e, &in);
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, &out), ST_OK, "the worst of orders");
    t_ok(out.payable, "goes straight on");
    struct frauds_counts_row after = counts(e);
    t_ok(after.checks == before.checks && after.traces == before.traces, "and nothing is kept of it");
    t_st(ask(e, held.who, &held, "Still there?"), ST_OK, "who was refused before can ask");
    t_st(decide(e, engine_staff(), &held, true, "Yes."), ST_OK, "and a person decides");
    stands(e, &held, "approved", "pending", "unpaid");
}

static void checks(struct engine *e)
{
    shop_open(e);
    accepted(e);
    reviewed(e);
    refused(e);
    stock(e);
    counted_again(e);
    no_way_round(e);
    withdrawn(e);
    expiry(e);
    free_of_charge(e);
    velocity(e);
    earlier(e);
    payments(e);
    beside_vat(e);
    thresholds(e);
    dry_run(e);
    sweep(e);
    without_clause(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
