/* VAT in the shop: what an order's decision is made from, what is kept of it, and what a checking service changes. */
#include "config.h"
#include "people_sql.h"
#include "shop.h"
#include "vat.h"


struct placed {
    struct order_place_out out;
    int64_t order;
    struct people_decisions_rows decisions; /* newest first */
};

static void look(struct engine *e, struct placed *p)
{
    struct people_order_row row = { 0 };
    t_st(people_order(e->db, e->a, &(struct people_order_in){ .uid = p->out.order }, &row), ST_OK, "the order");
    p->order = row.id;
    t_st(people_decisions(e->db, e->a, &(struct people_decisions_in){ .order = row.id }, &p->decisions), ST_OK, "its decisions");
}

static struct engine_invoice_row invoice(struct engine *e, const struct placed *p)
{
    struct engine_invoice_row r = { 0 };
    t_st(engine_invoice(e->db, e->a, &(struct engine_invoice_in){ .uid = p->out.invoice }, &r), ST_OK, "its invoice");
    return r;
}

static struct people_evidence_row piece(struct engine *e, const struct placed *p, const char *kind)
{
    struct people_evidence_rows rows = { 0 };
    struct people_evidence_in in = { .decision = p->decisions.n ? p->decisions.v[0].id : 0 };
    t_st(people_evidence(e->db, e->a, &in, &rows), ST_OK, "its evidence");
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].kind, str_c(kind)))
            return rows.v[i];
    return (struct people_evidence_row){ .outcome = S("not kept") };
}

static str decided(const struct placed *p)
{
    if (p->decisions.n == 0)
        return S("nothing");
    const struct people_decisions_row *d = &p->decisions.v[0];
    static char text[80];
    int n = snprintf(text, sizeof text, "%.*s %.*s %.*s %lld", STR_ARG(d->status), STR_ARG(d->territory), STR_ARG(d->treatment),
                     (long long)d->rate_bp);
    return (str){ text, (size_t)n };
}

/* A form that fits Germany throughout. */
static struct order_place_in german(struct engine *e, struct actor who)
{
    struct order_place_in in = shop_form(e, who);
    in.country = S("DE");
    in.city = S("Berlin");
    in.postcode = S("10115");
    in.telephone = S("030 123456");
    in.ip_country = S("DE");
    return in;
}

static struct order_place_in business(struct engine *e, struct actor who)
{
    struct order_place_in in = german(e, who);
    in.business = true;
    in.company = S("Beispiel GmbH");
    in.vat_number = S("de 136 695 976");
    return in;
}

typedef struct order_place_in form_fn(struct engine *, struct actor);

static st order(struct engine *e, form_fn *form, struct placed *p)
{
    struct actor visitor = engine_visitor(e, "EUR");
    *p = (struct placed){ .order = 0 };
    t_st(shop_add(e, visitor, "email", ""), ST_OK, "something is chosen");
    struct order_place_in in = form(e, visitor);
    st s = engine_call(e, visitor, CMD_ORDER_PLACE, &in, &p->out);
    if (s == ST_OK)
        look(e, p);
    return s;
}

/* ---- consumers ---- */

static void at_home(struct engine *e)
{
    struct placed p;
    t_st(order(e, shop_form, &p), ST_OK, "a British consumer");
    t_str(decided(&p), S("decided GB domestic 2000"), "pays British VAT");
    t_str(piece(e, &p, "billing_address").outcome, S("supports"), "the address says so");
    struct people_evidence_row ip = piece(e, &p, "ip");
    struct gate g = engine_gate(e);
    str value;
    t_str(ip.provider, S("seller"), "the IP address, seen by the seller");
    t_st(gate_use(&g, COL_vat_evidence_value, PURPOSE_PLACE, ip.uid, ip.value, &value), ST_OK, "is kept");
    t_str(value, S("192.0.2.7"), "as it was");
    t_str(ip.source_version, S("test"), "with the version of the look-up");
    t_st(gate_use(&g, COL_vat_evidence_value, PURPOSE_NOTIFY, ip.uid, ip.value, &value), ST_STATEMENT, "and for nothing else");
}

static void abroad(struct engine *e)
{
    struct placed p;
    t_st(order(e, german, &p), ST_OK, "a German consumer");
    t_str(decided(&p), S("decided DE oss 1900"), "pays German VAT through the One Stop Shop");
    t_ok(p.decisions.n > 0 && p.decisions.v[0].reasons.n > 40, "and is told why");
    engine_set(e, "vat.oss", "none");
    t_st(order(e, german, &p), ST_INVALID, "without the One Stop Shop");
    t_str(e->field, S("country"), "nothing is sold there");
    engine_set(e, "vat.oss", "non-union");
}

static struct order_place_in split(struct engine *e, struct actor who)
{
    struct order_place_in in = german(e, who);
    in.ip_country = S("FR");
    in.telephone = S("+33 6 12 34 56 78");
    return in;
}

static struct order_place_in outvoted(struct engine *e, struct actor who)
{
    struct order_place_in in = german(e, who);
    in.ip_country = S("FR");
    return in;
}

static struct order_place_in torn(struct engine *e, struct actor who)
{
    struct order_place_in in = outvoted(e, who);
    in.telephone = S("+39 312 345 6789");
    return in;
}

static void disagreement(struct engine *e)
{
    struct placed p;
    t_st(order(e, torn, &p), ST_INVALID, "three countries");
    t_str(e->message, S("err.place_contradiction"), "contradict each other, and nothing is kept");
    t_st(order(e, outvoted, &p), ST_OK, "two against one");
    t_str(decided(&p), S("decided DE oss 1900"), "decide");
    struct people_evidence_row ip = piece(e, &p, "ip");
    t_str(ip.outcome, S("contradicts"), "and what lost is kept");
    t_str(ip.territory, S("FR"), "with what it said");
    t_st(order(e, split, &p), ST_OK, "address outvoted by IP and telephone");
    t_str(decided(&p), S("decided FR oss 2000"), "is France");
}

/* ---- businesses ---- */

static void unchecked(struct engine *e)
{
    struct placed p;
    t_st(order(e, business, &p), ST_OK, "a German business, and no service to ask");
    t_str(decided(&p), S("decided DE oss 1900"), "counts as a consumer");
    t_str(piece(e, &p, "vat_number").outcome, S("no_item"), "its number is kept and says nothing");
    t_i64(engine_count(e, "dead"), 0, "nothing is asked");
}

static st answer(struct engine *e, struct actor who, const struct placed *p, const char *result, const char *name)
{
    struct vat_checked_in in = { .order = p->order, .result = str_c(result), .service = S("vies"), .reference = S("WAPI1"),
                                 .name_match = str_c(name) };
    return engine_call(e, who, CMD_VAT_CHECKED, &in, NULL);
}

static void confirmed(struct engine *e)
{
    struct placed p;
    t_st(order(e, business, &p), ST_OK, "the same with a service");
    t_str(decided(&p), S("pending DE oss 1900"), "waits, and shows what applies meanwhile");
    t_ok(!p.out.payable, "it cannot be paid yet");
    t_str(invoice(e, &p).treatment, S("pending"), "its pro forma says so");
    t_st(answer(e, engine_system(), &p, "valid", "yes"), ST_OK, "the number is valid");
    look(e, &p);
    t_str(decided(&p), S("decided DE reverse_charge 0"), "the charge is reversed");
    struct engine_invoice_row i = invoice(e, &p);
    t_i64(i.vat, 0, "no VAT");
    t_ok(str_starts(i.note, S("Reverse charge")), "and the invoice says why");
    t_str(piece(e, &p, "vat_number").provider, S("third"), "a third party confirmed it");
    struct people_checks_rows checks = { 0 };
    t_st(people_checks(e->db, e->a, &(struct people_checks_in){ .order = p.order }, &checks), ST_OK, "the checks");
    t_i64(checks.n, 2, "asked and answered");
    t_str(checks.n == 2 ? checks.v[1].reference : S(""), S("WAPI1"), "with the identifier");
    t_st(answer(e, engine_system(), &p, "invalid", "not_given"), ST_OK, "a late answer of the service");
    look(e, &p);
    t_str(decided(&p), S("decided DE reverse_charge 0"), "changes nothing");
    t_st(answer(e, engine_staff(), &p, "invalid", "not_given"), ST_CONFLICT, "staff are told that it is decided");
}

static void refused(struct engine *e)
{
    struct placed p;
    t_st(order(e, business, &p), ST_OK, "another");
    t_st(answer(e, engine_system(), &p, "invalid", "not_given"), ST_OK, "whose number is not valid");
    look(e, &p);
    t_str(decided(&p), S("decided DE oss 1900"), "is a consumer");
    struct engine_invoice_row i = invoice(e, &p);
    t_str(i.treatment, S("oss"), "and its invoice has German VAT");
    t_ok(i.vat > 0 && i.gross == i.net + i.vat, "in the total");
}

static void another_name(struct engine *e)
{
    struct placed p;
    t_st(order(e, business, &p), ST_OK, "a number");
    t_st(answer(e, engine_system(), &p, "valid", "no"), ST_OK, "that belongs to somebody else");
    look(e, &p);
    t_str(decided(&p), S("pending DE oss 1900"), "confirms nothing");
    t_st(answer(e, engine_staff(), &p, "unsure", "not_given"), ST_INVALID, "staff say what they found");
    t_st(answer(e, engine_staff(), &p, "valid", "not_given"), ST_OK, "they found that it is theirs");
    look(e, &p);
    t_str(decided(&p), S("decided DE reverse_charge 0"), "and so it is");
}

/* The whole way: the courier asks, nobody answers, it asks again, and in the end VAT is charged. */
static void no_answer(struct engine *e)
{
    struct placed p;
    int64_t told = engine_count(e, "disclosures");
    t_st(order(e, business, &p), ST_OK, "a service that does not answer");
    for (int i = 0; i < VAT_CHECK_TRIES; i++) {
        look(e, &p);
        t_str(decided(&p), S("pending DE oss 1900"), "is neither yes nor no");
        engine_work(e);
        engine_pass(e, 3600);
    }
    look(e, &p);
    t_str(decided(&p), S("decided DE oss 1900"), "after the last try VAT is charged");
    t_ok(engine_count(e, "disclosures") > told, "what was sent stands in the ledger");
    t_str(invoice(e, &p).treatment, S("oss"), "and the order goes on");
}

static void without_clause(struct engine *e)
{
    struct placed p;
    t_st(engine_without(e, "S8"), ST_OK, "a statement that does not speak of the service");
    t_st(order(e, business, &p), ST_OK, "a business");
    t_str(decided(&p), S("decided DE oss 1900"), "is not checked, and counts as a consumer");
    engine_work(e);
    struct people_checks_rows checks = { 0 };
    t_st(people_checks(e->db, e->a, &(struct people_checks_in){ .order = p.order }, &checks), ST_OK, "the checks");
    t_i64(checks.n, 0, "none");
}

/* ---- the card ---- */

static str pay(struct engine *e, const struct placed *p, struct actor who, const char *card)
{
    struct shopper s = { .who = who, .order = p->out };
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    m.card_country = str_c(card);
    return shop_say(e, &m);
}

static struct actor ordered(struct engine *e, form_fn *form, struct placed *p)
{
    struct actor visitor = engine_visitor(e, "EUR");
    *p = (struct placed){ .order = 0 };
    t_st(shop_add(e, visitor, "email", ""), ST_OK, "something is chosen");
    struct order_place_in in = form(e, visitor);
    t_st(engine_call(e, visitor, CMD_ORDER_PLACE, &in, &p->out), ST_OK, "and ordered");
    look(e, p);
    return engine_customer(visitor);
}

static void card_fits(struct engine *e)
{
    struct placed p;
    struct actor who = ordered(e, german, &p);
    t_str(pay(e, &p, who, "DE"), S("applied"), "a German card for a German order is paid");
    struct people_evidence_row card = piece(e, &p, "bank");
    t_str(card.outcome, S("supports"), "and supports the decision");
    t_str(card.provider, S("third"), "as a third party's word");
    t_str(card.territory, S("DE"), "for Germany");
    who = ordered(e, german, &p);
    t_str(pay(e, &p, who, "FR"), S("applied"), "a French card against three German items is outvoted");
    t_str(piece(e, &p, "bank").outcome, S("contradicts"), "and kept as what lost");
}

static void card_contradicts(struct engine *e)
{
    struct placed p;
    struct actor who = ordered(e, outvoted, &p);
    t_str(pay(e, &p, who, "FR"), S("review"), "two for Germany, and now two for France is for a person to look at");
    t_str(invoice(e, &p).status, S("unpaid"), "the invoice is not issued");
    t_str(piece(e, &p, "bank").outcome, S("contradicts"), "the card is kept with what it said");
    struct engine_last_event_row last = { 0 };
    t_st(engine_last_event(e->db, e->a, &last), ST_OK, "the message");
    struct payment_resolve_in in = { .event = last.uid, .resolution = S("accept"), .note = S("works in both") };
    t_st(engine_call(e, engine_staff(), CMD_PAYMENT_RESOLVE, &in, NULL), ST_OK, "staff accept it");
    struct engine_invoice_row i = invoice(e, &p);
    t_str(i.status, S("paid"), "and it is issued");
    t_str(i.treatment, S("oss"), "as it was decided");
    t_str(decided(&p), S("decided DE oss 1900"), "for Germany");
}

static void checks(struct engine *e)
{
    shop_open(e);
    engine_set(e, "fraud.review", "100000"); /* everybody here has one address and one telephone number */
    at_home(e);
    abroad(e);
    disagreement(e);
    card_fits(e);
    card_contradicts(e);
    unchecked(e);
    engine_set(e, "vat.check", "vies");
    engine_set(e, "vat.vies_url", "http://127.0.0.1:1/rest-api");
    confirmed(e);
    refused(e);
    another_name(e);
    no_answer(e);
    without_clause(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
