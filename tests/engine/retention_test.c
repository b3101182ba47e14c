/* Twelve years in the life of a shop: what was held ends on its day, everywhere, and once. */
#include "disposal.h"

/* ---- somebody, with everything that is held about a customer --------------------------------------------------- */

static struct somebody somebody(struct engine *e, const char *module_product)
{
    struct somebody p = { .s = shop_order(e, module_product) };
    struct payment_callback_in m = shop_message(e, shop_pay(e, &p.s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "somebody orders and pays");
    engine_work(e);
    struct session_sign_in_in in = { .token_code = str_fmt(e->a, "%032lld", (long long)p.s.who.person), .person = p.s.who.person,
                                     .ip = S("192.0.2.77"), .agent = S("Firefox") };
    struct actor visitor = p.s.who;
    visitor.kind = ACTOR_VISITOR;
    visitor.caps = CAP_PUBLIC | CAP_VISITOR;
    t_st(engine_call(e, visitor, CMD_SESSION_SIGN_IN, &in, NULL), ST_OK, "and signs in");
    return p;
}

/* ---- ends ------------------------------------------------------------------------------------------------------ */

static void checks_end(struct engine *e)
{
    struct somebody a = somebody(e, "starter");
    struct held_order_row o = order_of(e, &a);
    t_ok(o.ip && o.traces > 0, "an order knows where it came from");
    dispose(e);
    o = order_of(e, &a);
    t_ok(o.ip && o.traces > 0 && person_of(e, &a).sessions == 1, "and nothing of it is due on the first day");

    pass_months(e, 6);
    dispose(e);
    t_ok(order_of(e, &a).ip != NULL, "the last day of six months belongs to them");
    engine_pass(e, DAY);
    struct disposed_in run = dispose(e);
    o = order_of(e, &a);
    t_ok(!o.ip && o.traces == 0, "on the day after, the address and the codes of the order are gone");
    t_str(check_of(e, &a).signals, S(""), "and what its check saw");
    t_ok(run.entries > 0 && run.failed == 0, "with a tombstone for each, all proven");
    t_ok(o.named == 0 || service_of(e, &a).hostname != NULL, "what runs keeps its name");
    t_i64(person_of(e, &a).sessions, 1, "sign-ins are kept longer");
    t_ok(!key_left(e, &a, "order_check@2026-11"), "the key of that month is destroyed");
    run = dispose(e);
    t_i64(run.entries, 0, "a second run finds nothing to do");

    pass_months(e, 6);
    engine_pass(e, DAY);
    dispose(e);
    t_i64(person_of(e, &a).sessions, 0, "after twelve months sign-ins are gone");
    t_ok(!key_left(e, &a, "security@2026-11"), "and their key");
}

static void books_end(struct engine *e)
{
    struct somebody a = somebody(e, "starter");
    struct held_invoice_row i = invoice_of(e, &a);
    t_ok(i.party_name && i.evidence > 0, "an invoice has a party and evidence");
    t_str(i.party_area, S("GU1"), "and the first part of the postcode");
    pass_to(e, 2027, 1, 1);
    while (e->now.s < utc_start_of_day_london(date_of(2033, 1, 1)).s) {
        pass_months(e, 3);
        dispose(e);
        if (!invoice_of(e, &a).party_name)
            break;
    }
    t_ok(invoice_of(e, &a).party_name != NULL, "for six years it stays as it is");
    /* The financial year ends on 31 March 2027, six years and thirty days later is 30 April 2033. */
    pass_to(e, 2033, 4, 30);
    dispose(e);
    t_ok(invoice_of(e, &a).party_name != NULL, "and until the last of thirty days");
    pass_to(e, 2033, 5, 1);
    struct disposed_in run = dispose(e);
    i = invoice_of(e, &a);
    t_ok(!i.party_name && !i.party_address && !i.party_email && i.named == 0, "then the party is gone");
    t_i64(i.evidence, 0, "with the evidence of where it was");
    t_ok(i.number.n > 0 && i.gross > 0, "number and sums stay in the books");
    t_ok(str_eq(i.territory, S("GB")) && str_eq(i.party_area, S("GU1")), "country and area stay, so the tax treatment can be shown");
    t_i64(run.failed, 0, "all of it is proven");
    t_ok(!key_left(e, &a, "books@2026"), "the key of that year's books is destroyed");
    t_ok(engine_balanced(e), "the books balance");
    pass_to(e, 2038, 1, 1);
    run = dispose(e);
    t_i64(run.failed, 0, "and nothing is ever found missing");
}

static void account_ends(struct engine *e)
{
    struct somebody a = somebody(e, "starter");
    struct held_person_row p = person_of(e, &a);
    t_ok(p.email && p.email_code.p && p.codes > 0 && p.origins > 0, "an account can be found by codes");
    struct held_service_row v = service_of(e, &a);
    t_st(db_begin(e->db), ST_OK, "begin");
    t_st(held_service_end(e->db, &(struct held_service_end_in){ v.id, e->now }, NULL), ST_OK, "a service ends");
    t_st(held_close(e->db, &(struct held_close_in){ a.s.who.person, e->now }, NULL), ST_OK, "the account is closed");
    t_st(db_commit(e->db), ST_OK, "commit");
    engine_pass(e, 30 * DAY);
    dispose(e);
    t_ok(person_of(e, &a).email != NULL, "for thirty days it could come back");
    engine_pass(e, DAY);
    struct disposed_in run = dispose(e);
    p = person_of(e, &a);
    t_ok(!p.email && !p.email_code.p && !p.full_name && !p.password && !p.telephone && !p.postcode && !p.country.p, "then it is empty");
    t_ok(p.codes == 0 && p.links == 0, "nobody finds it");
    t_str(p.status, S("closed"), "its row stays, so that invoices point at something");
    v = service_of(e, &a);
    t_ok(!v.hostname && !v.username && !v.secret, "what was kept of the service is gone");
    t_ok(!key_left(e, &a, "account") && !key_left(e, &a, "service@2026"), "both keys are destroyed");
    t_ok(invoice_of(e, &a).party_name != NULL && key_left(e, &a, "books@2026"), "the books stay, as the law wants");
    t_i64(run.failed, 0, "proven");
}

/* ---- what must not pass ---------------------------------------------------------------------------------------- */

static void nothing_there(struct engine *e)
{
    struct somebody a = somebody(e, "email");
    pass_months(e, 7);
    dispose_upto(e, 1);
    struct held_tombs_row n = { 0 };
    t_st(held_tombs(e->db, e->a, &(struct held_tombs_in){ S("open") }, &n), ST_OK, "tombstones");
    t_ok(n.n > 0, "what is due is marked, and nothing has happened to it");
    t_ok(order_of(e, &a).ip != NULL, "the order still knows");
    struct disposed_in run = dispose(e);
    t_ok(run.failed == 0 && !order_of(e, &a).ip, "the next run goes on where that one stopped");
}

static void every_part_has_a_rule(struct engine *e)
{
    struct findings f;
    findings_init(&f, e->a);
    t_st(retention_check(e->statement, &f), ST_OK, "everything that is held has something that ends it");
    static const char *const breaks[][2] = {
        { "ends:\n      event: { after: recorded, period: P12M }", "ends:\n      event: { after: order_placed, period: P12M }" },
        { "dpv: pd:FinancialAccount\n    retention: books", "dpv: pd:FinancialAccount\n    retention: account" },
        { "lifted: { after: hold_lifted, period: P6Y }", "lifted: { after: service_ended, period: P6Y }" },
    };
    for (size_t i = 0; i < COUNT(breaks); i++) {
        struct statement_text text = statement_source_text(e->statement);
        const struct statement *s = NULL;
        int line;
        findings_init(&f, e->a);
        text.rules = edit_replace(e->a, text.rules, str_c(breaks[i][0]), str_c(breaks[i][1]), &line);
        t_st(statement_compile(e->a, text, &f, &s), ST_OK, "a statement that can be read");
        if (s)
            t_st(retention_check(s, &f), ST_RULES, "and that leaves something without an end is refused");
    }
}

static void ready(struct engine *e, void (*scenario)(struct engine *))
{
    engine_set(e, "company.year_end", "03-31");
    shop_open(e);
    scenario(e);
}

int main(int argc, char **argv)
{
    void (*const scenarios[])(struct engine *) = { every_part_has_a_rule, checks_end, account_ends, nothing_there, books_end };
    t_need(argc == 3);
    for (size_t i = 0; i < 2 * COUNT(scenarios); i++) {
        struct engine e;
        t_need(engine_open(&e, i % 2, argv[1], argv[2]) == ST_OK);
        printf("# on %s\n", e.label);
        ready(&e, scenarios[i / 2]);
        engine_close(&e);
    }
    return t_done();
}
