/* Account credit: given, used, given back; and at every moment balance = movements = books. */
#include "credit.h"
#include "credit_look_sql.h"
#include "money.h"
#include "shop.h"

static bool agrees(struct engine *e)
{
    struct credit_look_apart_rows rows;
    return credit_look_apart(e->db, e->a, &rows) == ST_OK && rows.n == 0;
}

static int64_t left(struct engine *e, const struct shopper *s, const char *currency)
{
    money m = { 0 };
    t_st(credit_balance(e->db, e->a, s->who.person, str_c(currency), &m), ST_OK, "the balance");
    return m.minor;
}

static int64_t owed(struct engine *e, const struct shopper *s)
{
    struct credit_look_open_rows rows;
    t_st(credit_look_open(e->db, e->a, &(struct credit_look_open_in){ s->who.person, S("GBP") }, &rows), ST_OK, "what is owed");
    return rows.n ? rows.v[0].off : 0;
}

static struct credit_look_invoice_row invoice(struct engine *e, uid id)
{
    struct credit_look_invoice_row i = { 0 };
    t_st(credit_look_invoice(e->db, e->a, &(struct credit_look_invoice_in){ id }, &i), ST_OK, "the invoice");
    return i;
}

static st grant(struct engine *e, const struct shopper *s, int64_t amount, bool take, const char *reason)
{
    struct credit_look_person_row p = { 0 };
    t_st(credit_look_person(e->db, e->a, &(struct credit_look_person_in){ s->who.person }, &p), ST_OK, "the person");
    struct credit_grant_in in = { .person = p.uid, .currency = S("GBP"), .amount = amount, .take = take, .reason = str_c(reason) };
    return engine_call(e, engine_staff(), CMD_CREDIT_GRANT, &in, NULL);
}

static st use(struct engine *e, const struct shopper *s, int64_t *applied)
{
    struct credit_use_out out = { 0 };
    st how = engine_call(e, s->who, CMD_CREDIT_USE, &(struct credit_use_in){ .invoice = s->order.invoice }, &out);
    *applied = out.applied;
    return how;
}

static void granting(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    t_st(grant(e, &s, 500, false, "goodwill"), ST_OK, "staff give credit");
    t_st(grant(e, &s, 0, false, "goodwill"), ST_INVALID, "not of nothing");
    t_st(grant(e, &s, 100000001, false, "goodwill"), ST_INVALID, "not of a million");
    t_st(grant(e, &s, 1, false, "used"), ST_INVALID, "reasons of the program are not for staff");
    t_st(grant(e, &s, 1, true, "goodwill"), ST_INVALID, "credit is taken away as a correction");
    t_st(grant(e, &s, 501, true, "correction"), ST_INVALID, "and never more than there is");
    t_st(grant(e, &s, 200, true, "correction"), ST_OK, "as far as there is some");
    t_i64(left(e, &s, "GBP"), 300, "this is left");
    t_i64(left(e, &s, "EUR"), 0, "in that currency only");
    struct credit_grant_in in = { .person = rnd_uid(), .currency = S("GBP"), .amount = 1, .reason = S("goodwill") };
    t_st(engine_call(e, engine_staff(), CMD_CREDIT_GRANT, &in, NULL), ST_NOT_FOUND, "nobody");
    t_st(engine_call(e, s.who, CMD_CREDIT_GRANT, &in, NULL), ST_DENIED, "customers give themselves nothing");
    t_ok(agrees(e) && engine_balanced(e), "balance, movements and books agree");
}

/* £8.39 are due. */
static void whole(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    int64_t applied;
    t_st(use(e, &s, &applied), ST_CONFLICT, "no credit, nothing to use");
    t_st(grant(e, &s, 1000, false, "fault"), ST_OK, "ten pounds");
    struct shopper stranger = { .who = engine_customer(engine_visitor(e, "GBP")), .order = s.order };
    t_st(use(e, &stranger, &applied), ST_NOT_FOUND, "somebody else's invoice");
    t_st(use(e, &s, &applied), ST_OK, "used");
    struct credit_look_invoice_row i = invoice(e, s.order.invoice);
    t_i64(applied, i.gross, "for all that was due");
    t_ok(str_eq(i.status, S("paid")) && i.credited == i.gross, "the invoice is paid");
    t_i64(left(e, &s, "GBP"), 1000 - i.gross, "the rest stays");
    t_i64(owed(e, &s), 0, "and nothing is owed");
    t_st(use(e, &s, &applied), ST_CONFLICT, "a paid invoice takes no more");
    t_ok(agrees(e) && engine_balanced(e), "balance, movements and books agree");
}

static void part(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    int64_t applied, gross = invoice(e, s.order.invoice).gross;
    t_st(grant(e, &s, 300, false, "goodwill"), ST_OK, "three pounds");
    t_st(use(e, &s, &applied), ST_OK, "are used");
    t_i64(applied, 300, "all of them");
    t_str(invoice(e, s.order.invoice).status, S("unpaid"), "which does not pay it");
    struct engine_payment_row p = { 0 };
    uid pay = shop_pay(e, &s).payment;
    t_st(engine_payment(e->db, e->a, &(struct engine_payment_in){ pay }, &p), ST_OK, "a payment");
    t_i64(p.amount, gross - 300, "of the rest");
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "pays it");
    t_str(invoice(e, s.order.invoice).status, S("paid"), "paid");
    t_i64(owed(e, &s), 0, "nothing is owed");
    m = shop_message(e, pay, "refunded");
    t_str(shop_say(e, &m), S("applied"), "all of it goes back");
    t_i64(left(e, &s, "GBP"), 300, "the credit to the account");
    t_ok(agrees(e) && engine_balanced(e), "balance, movements and books agree");
}

/* Used in one tab while the other is at the gateway, for the whole. */
static void two_tabs(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    int64_t applied;
    uid pay = shop_pay(e, &s).payment;
    struct payment_callback_in m = shop_message(e, pay, "succeeded");
    t_st(grant(e, &s, 300, false, "goodwill"), ST_OK, "three pounds");
    t_st(use(e, &s, &applied), ST_OK, "used while the gateway's page is open");
    t_ok(!uid_eq(shop_pay(e, &s).payment, pay), "a payment begun now is another one, of the rest");
    t_str(shop_say(e, &m), S("applied"), "the whole was paid there");
    t_i64(left(e, &s, "GBP"), 300, "so the credit comes back");
    t_i64(invoice(e, s.order.invoice).credited, 0, "and was not used");
    t_i64(owed(e, &s), 0, "nothing is owed");

    s = shop_order(e, "email");
    pay = shop_pay(e, &s).payment;
    m = shop_message(e, pay, "pending");
    t_str(shop_say(e, &m), S("applied"), "money is on its way");
    t_st(grant(e, &s, 300, false, "goodwill"), ST_OK, "three pounds");
    t_st(use(e, &s, &applied), ST_CONFLICT, "are not used meanwhile");
    m = shop_message(e, pay, "succeeded");
    m.amount -= 300;
    t_str(shop_say(e, &m), S("review"), "less than what the payment was for is not enough");
    t_ok(agrees(e) && engine_balanced(e), "balance, movements and books agree");
}

static void given_back(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    int64_t applied;
    t_st(grant(e, &s, 300, false, "goodwill"), ST_OK, "three pounds");
    t_st(use(e, &s, &applied), ST_OK, "used in part");
    t_i64(left(e, &s, "GBP"), 0, "are kept apart");
    t_st(engine_call(e, s.who, CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = s.order.order }, NULL), ST_OK, "cancelled");
    t_i64(left(e, &s, "GBP"), 300, "and come back");
    t_i64(invoice(e, s.order.invoice).credited, 0, "the void pro forma has none");
    t_i64(owed(e, &s), 0, "nothing is owed");
    t_ok(agrees(e) && engine_balanced(e), "balance, movements and books agree");
}

/* Whatever is done in whatever order. */
static void anything(struct engine *e)
{
    struct shopper all[3];
    uint32_t seed = 20261126;
    int64_t applied, done = 0;
    for (size_t i = 0; i < COUNT(all); i++)
        all[i] = shop_order(e, "email");
    for (int i = 0; i < 120; i++) {
        seed = seed * 1664525u + 1013904223u;
        struct shopper *s = &all[(seed >> 24) % COUNT(all)];
        int64_t amount = 1 + (int64_t)((seed >> 12) % 700);
        switch ((seed >> 8) % 6) {
        case 0: done += grant(e, s, amount, false, "goodwill") == ST_OK; break;
        case 1: done += grant(e, s, amount, true, "correction") == ST_OK; break;
        case 2: done += use(e, s, &applied) == ST_OK; break;
        case 3: {
            struct payment_start_in in = { .invoice = s->order.invoice, .gateway = S("sandbox") };
            struct payment_start_out out;
            if (engine_call(e, s->who, CMD_PAYMENT_START, &in, &out) != ST_OK)
                break;
            struct payment_callback_in m = shop_message(e, out.payment, (seed & 1) ? "succeeded" : "declined");
            shop_say(e, &m);
            done++;
            break;
        }
        case 4:
            done += engine_call(e, s->who, CMD_ORDER_CANCEL, &(struct order_cancel_in){ .order = s->order.order }, NULL) == ST_OK;
            break;
        default: {
            struct actor who = s->who;
            if (shop_add(e, who, "email", "") != ST_OK)
                break;
            struct order_place_in in = shop_form(e, who);
            done += engine_call(e, who, CMD_ORDER_PLACE, &in, &s->order) == ST_OK;
        }
        }
        if (!agrees(e) || !engine_balanced(e)) {
            t_ok(false, "balance, movements and books agree");
            return;
        }
    }
    t_ok(done > 40, "much was done, and after each step balance, movements and books agree");
}

static void seen(struct engine *e)
{
    struct shopper s = shop_order(e, "email");
    t_st(grant(e, &s, 5, false, "goodwill"), ST_OK, "a little credit");
    t_st(db_begin(e->db), ST_OK, "begin");
    t_st(credit_look_spoil(e->db, &(struct credit_look_spoil_in){ s.who.person }, NULL), ST_OK, "somebody tampers with it");
    t_ok(!agrees(e), "and the comparison sees it");
    db_rollback(e->db);
    t_ok(agrees(e), "put back");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    granting(e);
    whole(e);
    part(e);
    two_tabs(e);
    given_back(e);
    anything(e);
    seen(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
