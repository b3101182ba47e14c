/* From the basket to the invoice: what goes well, and every way in which it does not. */
#include "shop.h"

#define HOST "shop.example.test"

static void baskets(struct engine *e)
{
    static const struct {
        const char *what, *slug, *host, *cycle, *options, *field;
        int64_t quantity;
        st want;
    } bad[] = {
        { "none of it", "email", "", "monthly", "", "quantity", 0, ST_INVALID },
        { "too many", "email", "", "monthly", "", "quantity", 100, ST_INVALID },
        { "a period it is not sold for", "email", "", "biennially", "", "cycle", 1, ST_INVALID },
        { "a period that does not exist", "email", "", "weekly", "", "cycle", 1, ST_INVALID },
        { "a product that does not exist", "nonesuch", "", "monthly", "", "cycle", 1, ST_INVALID },
        { "an option it does not have", "email", "", "monthly", "colour=red", "option1", 1, ST_INVALID },
        { "a choice it does not have", "email", "", "monthly", "disk=vast", "option1", 1, ST_INVALID },
        { "an option twice", "email", "", "monthly", "disk=small,disk=large", "option1", 1, ST_INVALID },
        { "half an option", "email", "", "monthly", "disk", "option1", 1, ST_INVALID },
        { "a name where none is asked", "email", HOST, "monthly", "", "hostname", 1, ST_INVALID },
        { "no name where one is needed", "starter", "", "monthly", "", "hostname", 1, ST_INVALID },
        { "a bare top-level name", "starter", "test", "monthly", "", "hostname", 1, ST_INVALID },
        { "two services under one name", "starter", HOST, "monthly", "", "quantity", 2, ST_INVALID },
    };
    struct actor v = engine_visitor(e, "GBP");
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct basket_item item = shop_item(e, bad[i].slug, bad[i].host);
        item.cycle = str_c(bad[i].cycle);
        item.options = str_c(bad[i].options);
        item.quantity = bad[i].quantity;
        struct basket_add_in in = { .item = { &item, 1 } };
        t_st(engine_call(e, v, CMD_BASKET_ADD, &in, NULL), bad[i].want, bad[i].what);
        t_str(e->field, str_c(bad[i].field), "at its field");
    }
    t_i64(engine_count(e, "lines"), 0, "nothing of it is kept");
    t_st(shop_save(e, "email", "withdrawn"), ST_OK, "a product is withdrawn");
    t_st(shop_add(e, v, "email", ""), ST_WITHDRAWN, "and cannot be chosen");
    t_st(shop_save(e, "email", "active"), ST_OK, "it comes back");
}

static struct basket_view look(struct engine *e, struct actor who)
{
    struct gate g = engine_gate(e);
    struct basket_view v = { 0 };
    t_st(basket_view(&g, who.person, &v), ST_OK, "the basket");
    return v;
}

static void basket_changes(struct engine *e)
{
    struct actor v = engine_visitor(e, "GBP"), other = engine_visitor(e, "GBP");
    struct basket_item item = shop_item(e, "email", "");
    item.options = S("disk=large");
    item.quantity = 3;
    struct basket_add_in add = { .item = { &item, 1 } };
    t_st(engine_call(e, v, CMD_BASKET_ADD, &add, NULL), ST_OK, "three, with an option");
    struct basket_view view = look(e, v);
    t_i64(view.net.minor, (199 + 100 + 500) * 3, "unit, option and set-up, times three");
    struct basket_quantity_in change = { .line = view.v[0].uid, .quantity = 2 };
    t_st(engine_call(e, other, CMD_BASKET_QUANTITY, &change, NULL), ST_NOT_FOUND, "nobody else can change it");
    change.quantity = -1;
    t_st(engine_call(e, v, CMD_BASKET_QUANTITY, &change, NULL), ST_INVALID, "fewer than none");
    change.quantity = 2;
    t_st(engine_call(e, v, CMD_BASKET_QUANTITY, &change, NULL), ST_OK, "two are enough");
    t_i64(look(e, v).net.minor, 1598, "and cost less");
    t_st(shop_price(e, "email", 299, 500), ST_OK, "the price goes up");
    view = look(e, v);
    t_ok(view.v[0].price_changed && view.v[0].was.minor == 1598 && view.net.minor == 1798, "which is said, with what it was");
    t_st(shop_price(e, "email", 199, 500), ST_OK, "and down again");
    change.quantity = 0;
    t_st(engine_call(e, v, CMD_BASKET_QUANTITY, &change, NULL), ST_OK, "none at all");
    t_ok(!look(e, v).orderable, "an empty basket cannot be ordered");
}

/* What the order form can hold that must not become an order. */
static void order_refusals(struct engine *e)
{
    struct actor v = engine_visitor(e, "GBP");
    t_st(shop_add(e, v, "starter", "Shop.Example.Test."), ST_OK, "a web space is chosen");
    struct order_place_in good = shop_form(e, v);
#define BAD(change, at)                                                                              \
    do {                                                                                             \
        struct order_place_in in = good;                                                             \
        change;                                                                                      \
        t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, NULL), ST_INVALID, #change);                    \
        t_str(e->field, S(at), "at its field");                                                      \
    } while (0)
    BAD(in.full_name = S(""), "full_name");
    BAD(in.full_name = S("A\x01"), "full_name");
    BAD(in.email = S("alice"), "email");
    BAD(in.email = S("a b@example.test"), "email");
    BAD(in.telephone = S(""), "telephone");
    BAD(in.telephone = S("12"), "telephone");
    BAD(in.postcode = S("12345"), "postcode");
    BAD(in.country = S("ZZ"), "country");
    BAD(in.country = S(""), "country");
    BAD(in.address1 = S(""), "address1");
    BAD(in.password = S(""), "password");
    BAD(in.acknowledged = false, "acknowledged");
    BAD((in.business = true), "company");
    BAD((in.business = true, in.company = S("Marlowe Ltd"), in.vat_number = S("GB123456789")), "vat_number");
    BAD(in.reference = S("a\nb"), "reference");
#undef BAD
    engine_vat = ENGINE_CONTRADICTION;
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &good, NULL), ST_INVALID, "evidence that points to two countries");
    t_str(e->field, S("telephone"), "asks for what would settle it");
    engine_vat = ENGINE_DOMESTIC;
    t_st(shop_price(e, "starter", 300, 0), ST_OK, "a price changes");
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &good, NULL), ST_CONFLICT, "and what was seen is no longer what would be charged");
    t_str(e->message, S("order.changed"), "which is said");
    t_st(shop_save(e, "starter", "withdrawn"), ST_OK, "a product is withdrawn");
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &good, NULL), ST_WITHDRAWN, "and cannot be ordered");
    t_st(shop_save(e, "starter", "active"), ST_OK, "it comes back");
    t_st(shop_price(e, "starter", 250, 0), ST_OK, "at the old price");
    t_i64(engine_count(e, "orders") + engine_count(e, "invoices") + engine_count(e, "customers"), 0, "nothing was half done");
    t_i64(engine_count(e, "lines"), 1, "and the basket is as it was");
}

static void order_once(struct engine *e)
{
    struct actor v = engine_visitor(e, "GBP");
    t_st(shop_add(e, v, "starter", HOST), ST_OK, "a web space");
    t_st(shop_add(e, v, "email", ""), ST_OK, "and mailboxes");
    struct order_place_in in = shop_form(e, v);
    in.reference = S("PO 17");
    struct order_place_out first, second;
    uid key = rnd_uid();
    t_st(engine_again(e, v, CMD_ORDER_PLACE, key, &in, &first), ST_OK, "the order is placed");
    t_st(engine_again(e, v, CMD_ORDER_PLACE, key, &in, &second), ST_OK, "a double click is answered too");
    t_ok(uid_eq(first.order, second.order) && uid_eq(first.invoice, second.invoice), "with the same order");
    in.full_name = S("Mallory");
    t_st(engine_again(e, v, CMD_ORDER_PLACE, key, &in, NULL), ST_CONFLICT, "the same key with other words is refused");
    t_i64(engine_count(e, "orders"), 1, "there is one order");
    struct actor c = engine_customer(v);
    in = shop_form(e, c);
    t_st(engine_call(e, c, CMD_ORDER_PLACE, &in, NULL), ST_CONFLICT, "the basket was used up");
    t_i64(engine_count(e, "acknowledged"), 1, "the acknowledgement is kept");
    struct engine_invoice_row i;
    struct engine_invoice_lines_rows lines;
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ first.invoice }, &i), ST_OK, "its pro forma");
    t_ok(first.payable && i.number.p == NULL && i.net == 949 && i.vat == 190 && i.gross == 1139, "no number; VAT line by line");
    t_st(engine_invoice_lines(e->db, e->a, &(struct engine_invoice_lines_in){ i.id }, &lines), ST_OK, "its lines");
    t_i64(lines.n, 3, "setting up is a line of its own");
    t_str(lines.v[2].description, S("Setting up: Mailboxes"), "and says what");
    t_ok(str_find(i.seller, S("VAT number GB")) < i.seller.n, "the seller stands on it");
    struct actor w = engine_visitor(e, "GBP");
    t_st(shop_add(e, w, "email", ""), ST_OK, "somebody else");
    struct order_place_in known = shop_form(e, w);
    known.email = S("alice0@example.test");
    t_st(engine_call(e, w, CMD_ORDER_PLACE, &known, NULL), engine_count(e, "customers") > 0 ? ST_OK : ST_BUG, "with another address");
    struct actor x = engine_visitor(e, "GBP");
    t_st(shop_add(e, x, "email", ""), ST_OK, "a third");
    known = shop_form(e, x);
    known.email = S("ALICE0@example.test ");
    t_st(engine_call(e, x, CMD_ORDER_PLACE, &known, NULL), ST_INVALID, "an address that has an account");
    t_str(e->message, S("err.email_known"), "is told to sign in");
}

static void currencies(struct engine *e)
{
    struct actor v = engine_visitor(e, "EUR");
    t_st(shop_add(e, v, "starter", HOST), ST_OK, "in euro");
    struct order_place_in in = shop_form(e, v);
    struct order_place_out out;
    struct engine_invoice_row i;
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, &out), ST_OK, "ordered");
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ out.invoice }, &i), ST_OK, "its pro forma");
    t_ok(i.net == 300 && i.vat == 60 && i.vat_gbp == 51, "VAT in sterling too: 0.60 x 0.8550");
    t_str(i.gbp_rate, S("0.8550"), "with the rate");
}

static void vat_waits(struct engine *e)
{
    engine_vat = ENGINE_PENDING;
    struct shopper s = shop_order(e, "email");
    t_ok(!s.order.payable, "an order whose VAT is not decided cannot be paid");
    struct payment_start_in pay = { .invoice = s.order.invoice, .gateway = S("sandbox") };
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &pay, NULL), ST_CONFLICT, "not by trying either");
    struct engine_order_row o;
    t_st(engine_order(e->db, e->a, &(struct engine_order_in){ s.order.order }, &o), ST_OK, "the order");
    engine_vat = ENGINE_REVERSE;
    struct vat_checked_in checked = { .order = o.id, .result = S("valid"), .service = S("vies"), .reference = S("r"),
                                      .name_match = S("yes") };
    t_st(engine_call(e, engine_system(), CMD_VAT_CHECKED, &checked, NULL), ST_OK, "the answer comes");
    t_st(engine_call(e, engine_system(), CMD_VAT_CHECKED, &checked, NULL), ST_OK, "twice");
    struct engine_invoice_row i;
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ s.order.invoice }, &i), ST_OK, "the pro forma");
    t_ok(i.vat == 0 && i.gross == 699, "without VAT");
    t_str(i.treatment, S("reverse_charge"), "as reverse charge");
    t_ok(str_find(i.note, S("Reverse charge")) < i.note.n, "and says so");
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &pay, NULL), ST_OK, "now it can be paid");
    engine_vat = ENGINE_DOMESTIC;
}

static void clauses(struct engine *e)
{
    t_st(engine_without(e, "S21"), ST_OK, "a statement without S21");
    struct actor v = engine_visitor(e, "GBP");
    t_st(shop_add(e, v, "starter", HOST), ST_OK, "a web space");
    struct order_place_in in = shop_form(e, v);
    in.acknowledged = false;
    int64_t before = engine_count(e, "acknowledged");
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, NULL), ST_OK, "nothing has to be acknowledged");
    t_i64(engine_count(e, "acknowledged"), before, "and nothing is kept");
    t_st(engine_without(e, "S7a"), ST_OK, "a statement without S7a");
    v = engine_visitor(e, "GBP");
    t_st(shop_add(e, v, "email", ""), ST_OK, "mailboxes");
    in = shop_form(e, v);
    in.reference = S("PO 1");
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, NULL), ST_INVALID, "a reference is not taken");
    t_str(e->field, S("reference"), "and named");
    t_st(engine_without(e, "S7b"), ST_OK, "a statement without S7b");
    in.reference = S("");
    in.business = true;
    in.company = S("Marlowe Ltd");
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, NULL), ST_INVALID, "no orders as a business");
    in.business = false;
    t_st(engine_call(e, v, CMD_ORDER_PLACE, &in, NULL), ST_OK, "a person can order all the same");
}

static void free_of_charge(struct engine *e)
{
    int64_t paid = engine_count(e, "paid");
    struct shopper s = shop_order(e, "free");
    t_ok(!s.order.payable, "what costs nothing is not paid for");
    t_i64(engine_count(e, "paid"), paid + 1, "and is invoiced at once");
    t_ok(engine_balanced(e), "the books balance");
}

static void names(struct engine *e)
{
    static const char *const good[] = { "example.test", "WWW.Example.Test", "a-b.example", "xn--bcher-kva.example", "x1.y2.zz." };
    static const char *const bad[] = { "", "example", "-a.example", "a-.example", "a..example", ".example.test", "a_b.example",
                                       "a b.example", "example.123", "example.c", "ab--cd.example", "xn--.example",
                                       "b\xc3\xbc" "cher.example", "http://example.test", "example.test/" };
    str out;
    for (size_t i = 0; i < COUNT(good); i++)
        t_st(hostname_clean(e->a, str_c(good[i]), &out), ST_OK, good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        t_st(hostname_clean(e->a, str_c(bad[i]), &out), ST_INVALID, bad[i]);
    t_st(hostname_clean(e->a, str_fmt(e->a, "%064d.example", 1), &out), ST_INVALID, "a label of 64");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    names(e);
    baskets(e);
    basket_changes(e);
    order_refusals(e);
    order_once(e);
    currencies(e);
    vat_waits(e);
    free_of_charge(e);
    clauses(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
