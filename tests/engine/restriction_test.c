/* Restriction and objection bind: in the gates, for what people order, for what the program does by itself, for staff. */
#include "life.h"
#include "data.h"
#include "account.h"
#include "restricted.h"
#include "restriction.h"
#include "restriction_look_sql.h"
#include "statement.h"

static uid person_uid(struct engine *e, int64_t id)
{
    struct seen_person_row r = { 0 };
    t_st(seen_person(e->db, e->a, &(struct seen_person_in){ id }, &r), ST_OK, "the person");
    return r.uid;
}

static st set(struct engine *e, struct actor who, const char *mode, const char *purpose, const char *ground)
{
    struct restriction_set_in in = { .mode = str_c(mode), .purpose = str_c(purpose), .ground = str_c(ground), .note = S("") };
    return engine_call(e, who, CMD_RESTRICTION_SET, &in, NULL);
}

static st lift(struct engine *e, struct actor who, const char *mode, const char *purpose)
{
    struct restriction_lift_in in = { .mode = str_c(mode), .purpose = str_c(purpose), .note = S("") };
    return engine_call(e, who, CMD_RESTRICTION_LIFT, &in, NULL);
}

static struct actor staff_person(struct engine *e)
{
    struct staff_create_in in = { .email = str_fmt(e->a, "staff%lld@example.test", (long long)e->now.s), .full_name = S("Sam Staff"),
                                  .password = S("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA") };
    struct staff_create_out out = { 0 };
    t_st(engine_call(e, engine_system(), CMD_STAFF_CREATE, &in, &out), ST_OK, "a member of staff");
    struct actor who = engine_staff();
    who.person = out.person;
    return who;
}

/* ---- every value × every purpose ------------------------------------------------------------------------------- */

static bool left(enum purpose p)
{
    return p == PURPOSE_RIGHTS || p == PURPOSE_RECORDS;
}

/* Every sealed value of a person for every purpose the statement lets it be used for. */
static void all_uses(struct engine *e, struct gate g, int64_t person, bool restricted, const char *what)
{
    struct held_page page;
    uint64_t tried = 0;
    size_t wrong = 0, n = 0;
    str plain;
    t_st(data_held(&g, person, 0, 500, &page), ST_OK, what);
    for (size_t i = 0; i < page.n; i++)
        for (int p = 0; page.v[i].sealed && p < PURPOSE_COUNT; p++) {
            if (!statement_may_use(e->statement, page.v[i].col, (enum purpose)p))
                continue;
            st how = gate_use(&g, page.v[i].col, (enum purpose)p, page.v[i].row, page.v[i].sealed, &plain);
            wrong += how != (restricted && !left((enum purpose)p) ? ST_RESTRICTED : ST_OK);
            tried |= (uint64_t)1 << p;
            n++;
        }
    t_ok(n > 40 && wrong == 0, restricted ? "  every value is refused to every purpose but rights and records" : "  every value is open");
    uint64_t sealed = 0; /* purposes that any sealed column may be used for */
    for (size_t c = 0; c < column_catalog_n; c++)
        for (int p = 0; column_catalog[c].sealed && p < PURPOSE_COUNT; p++)
            if (statement_may_use(e->statement, (enum column_id)c, (enum purpose)p))
                sealed |= (uint64_t)1 << p;
    /* Nobody here agreed that what they looked at is remembered: for that purpose there is no value to try. */
    t_ok((tried | (uint64_t)1 << PURPOSE_BROWSING) == sealed, "  and no purpose was left out");
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        enum column_id none = COL_person_email;
        struct disclosure d = { .to = RECIPIENT_MAIL_RELAY, .purpose = (enum purpose)p, .fields = &none, .n = 1, .person = person };
        st how = gate_disclose_check(&g, &d);
        if (how != ST_STATEMENT)
            t_st(how, restricted && !left((enum purpose)p) ? ST_RESTRICTED : ST_OK, purpose_info[p].name);
        t_st(gate_person(&g, person, (enum purpose)p), restricted && !left((enum purpose)p) ? ST_RESTRICTED : ST_OK,
             purpose_info[p].name);
    }
}

static struct gate copy_gate(struct engine *e, struct restricted *r)
{
    struct gate g = engine_gate(e);
    g.restricted = r;
    return g;
}

static void gates(struct engine *e)
{
    struct customer c = buys(e, "starter"), other = buys(e, "starter");
    int64_t id = c.s.who.person;
    struct restricted *reader = restricted_new(e->a, false), *writer = restricted_new(e->a, true);
    all_uses(e, engine_gate(e), id, false, "before");
    all_uses(e, copy_gate(e, reader), id, false, "before, by a copy");
    t_st(set(e, c.s.who, "restrict", "", "accuracy"), ST_OK, "the person restricts the use of their data");
    t_st(set(e, c.s.who, "restrict", "", "accuracy"), ST_OK, "twice is once");
    all_uses(e, engine_gate(e), id, true, "restricted");
    all_uses(e, copy_gate(e, reader), id, true, "restricted, by a copy that was made before");
    restricted_changed(writer);
    restricted_settle(writer);
    all_uses(e, copy_gate(e, writer), id, true, "restricted, by the writer's");
    all_uses(e, copy_gate(e, reader), other.s.who.person, false, "somebody else is not");
    struct gate g = copy_gate(e, reader);
    t_st(gate_person(&g, id, PURPOSE_NOTIFY), ST_RESTRICTED, "why");
    str why = gate_why(&g);
    t_ok(str_find(why, S("notify")) < why.n && str_find(why, S("restricted")) < why.n, "the reason is named");
    t_st(lift(e, c.s.who, "restrict", ""), ST_OK, "lifted");
    t_st(lift(e, c.s.who, "restrict", ""), ST_CONFLICT, "once");
    all_uses(e, copy_gate(e, reader), id, false, "lifted, by the same copy");
    all_uses(e, engine_gate(e), id, false, "lifted");
}

/* What is sealed under a key that is made while the person is restricted. */
static void new_key(struct engine *e)
{
    struct customer c = buys(e, "starter");
    int64_t id = c.s.who.person;
    struct restricted *reader = restricted_new(e->a, false), *writer = restricted_new(e->a, true);
    t_st(set(e, c.s.who, "restrict", "", "claims"), ST_OK, "restricted");
    struct gate before = copy_gate(e, reader);
    t_st(gate_person(&before, id, PURPOSE_PLACE), ST_RESTRICTED, "a copy knows");
    const struct sealed *value;
    struct collect what = { COL_vat_evidence_value, POINT_REQUEST, SOURCE_BROWSER, id, rnd_uid() };
    struct gate g = copy_gate(e, writer);
    str plain;
    t_st(db_begin(e->db), ST_OK, "in a transaction");
    t_st(restriction_look_drop_key(e->db, &(struct restriction_look_drop_key_in){ id, S("books") }, NULL), ST_OK,
         "there is no key for the books");
    t_st(gate_collect_nt(&g, &what, S("GB"), &value), ST_OK, "what the law wants kept still comes in, under a new key");
    t_st(gate_use(&g, what.col, PURPOSE_PLACE, what.row, value, &plain), ST_RESTRICTED, "which is restricted at once");
    t_st(gate_use(&g, what.col, PURPOSE_RECORDS, what.row, value, &plain), ST_OK, "and kept for its record");
    what.col = COL_person_city;
    what.point = POINT_CHECKOUT;
    what.source = SOURCE_PERSON;
    t_st(gate_collect_nt(&g, &what, S("Hull"), &value), ST_RESTRICTED, "an order's details are not taken");
    what.point = POINT_PROFILE;
    t_st(gate_collect_nt(&g, &what, S("Hull"), &value), ST_OK, "a correction is");
    t_st(db_commit(e->db), ST_OK, "committed");
    restricted_settle(writer);
    struct gate after = copy_gate(e, reader);
    what.col = COL_vat_evidence_value;
    what.row = rnd_uid();
    what.point = POINT_REQUEST;
    what.source = SOURCE_BROWSER;
    t_st(db_begin(e->db), ST_OK, "another process");
    t_st(gate_collect_nt(&after, &what, S("GB"), &value), ST_OK, "seals with it");
    t_st(gate_use(&after, what.col, PURPOSE_PLACE, what.row, value, &plain), ST_RESTRICTED, "and knows that it is restricted");
    db_rollback(e->db);
    t_st(lift(e, c.s.who, "restrict", ""), ST_OK, "lifted");
}

/* What was set in a transaction that was undone is not in force. */
static void undone(struct engine *e)
{
    struct customer c = buys(e, "email");
    int64_t id = c.s.who.person;
    struct restricted *writer = restricted_new(e->a, true);
    struct cx cx = { .gate = copy_gate(e, writer), .config = &e->config, .actor = c.s.who };
    t_st(gate_person(&cx.gate, id, PURPOSE_CONTRACT), ST_OK, "before");
    t_st(db_begin(e->db), ST_OK, "in a transaction");
    t_st(restriction_set_nt(&cx, id, RESTRICTION_RESTRICT, PURPOSE_RIGHTS, true), ST_OK, "restricted");
    t_st(gate_person(&cx.gate, id, PURPOSE_CONTRACT), ST_RESTRICTED, "in force for what follows in it");
    db_rollback(e->db);
    restricted_settle(writer);
    t_st(gate_person(&cx.gate, id, PURPOSE_CONTRACT), ST_OK, "undone");
}

/* ---- objection ------------------------------------------------------------------------------------------------- */

static void objection(struct engine *e)
{
    struct customer c = buys(e, "email");
    int64_t id = c.s.who.person;
    struct gate g = engine_gate(e);
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        enum basis b = statement_basis(e->statement, (enum purpose)p);
        bool may = b != BASIS_CONTRACT && b != BASIS_LEGAL;
        t_st(set(e, c.s.who, "object", purpose_info[p].name, ""), may ? ST_OK : ST_INVALID, purpose_info[p].name);
        t_st(gate_person(&g, id, (enum purpose)p), may ? ST_RESTRICTED : ST_OK, may ? "  stops" : "  cannot be objected to");
    }
    t_st(set(e, c.s.who, "object", "nonsense", ""), ST_INVALID, "what is no purpose");
    t_st(gate_person(&g, id, PURPOSE_CONTRACT), ST_OK, "the contract goes on");
    int64_t checks = engine_count(e, "orders");
    t_st(shop_add(e, c.s.who, "email", ""), ST_OK, "another order");
    struct order_place_in in = shop_form(e, c.s.who);
    in.password = S("");
    struct order_place_out out = { 0 };
    t_st(engine_call(e, c.s.who, CMD_ORDER_PLACE, &in, &out), ST_OK, "is placed");
    t_i64(engine_count(e, "orders"), checks + 1, "one");
    struct restriction_look_order_row o = { 0 };
    t_st(restriction_look_order(e->db, e->a, &(struct restriction_look_order_in){ out.order }, &o), ST_OK, "the order");
    t_ok(o.ip == NULL && o.checks == 0, "was not screened, and its IP address is not kept");
    t_st(lift(e, c.s.who, "object", "fraud"), ST_OK, "allowed again");
    t_st(gate_person(&g, id, PURPOSE_FRAUD), ST_OK, "and so it is");
    t_st(gate_person(&g, id, PURPOSE_SECURITY), ST_RESTRICTED, "the other objection stands");
}

/* ---- what the program does by itself --------------------------------------------------------------------------- */

static void held(struct engine *e)
{
    struct customer c = buys(e, "starter");
    int64_t dead = engine_count(e, "dead"), mails_before = mails(e, &c, "invoice_due");
    t_st(set(e, c.s.who, "restrict", "", "accuracy"), ST_OK, "restricted");
    int64_t invoices = counts(e, &c).invoices;
    date due = seen(e, &c).next_due_on;
    days(e, due.days - today(e).days + 60);
    struct seen_service_row r = seen(e, &c);
    t_str(r.parked, S("rhythm.parked.restricted"), "its renewal waits, and staff see it");
    t_ok(counts(e, &c).invoices == invoices && mails(e, &c, "invoice_due") == mails_before, "nothing is invoiced, nothing sent");
    t_str(r.status, S("active"), "and the service runs on");
    struct service_act_in act = { .service = r.uid, .verb = S("change_password"), .package = S("") };
    t_st(engine_call(e, engine_staff(), CMD_SERVICE_ACT, &act, NULL), ST_OK, "something for the platform");
    engine_work(e);
    struct engine_job_row j = { 0 };
    t_st(engine_job(e->db, e->a, &(struct engine_job_in){ S("service.change_password") }, &j), ST_OK, "its job");
    t_ok(str_eq(j.state, S("dead")) && str_eq(j.last_error, S("restricted")), "is not done, and says why");
    t_ok(engine_count(e, "dead") > dead, "to staff");
    t_st(lift(e, c.s.who, "restrict", ""), ST_OK, "lifted");
    engine_work(e);
    t_st(engine_job(e->db, e->a, &(struct engine_job_in){ S("service.change_password") }, &j), ST_OK, "its job");
    t_str(j.state, S("done"), "is done by itself");
    days(e, 1);
    t_i64(counts(e, &c).invoices, invoices + 1, "the renewal too");
    t_i64(mails(e, &c, "invoice_due"), mails_before + 1, "and is announced");
}

/* Money that was on its way is booked; what was bought waits. */
static void paying(struct engine *e)
{
    struct shopper s = shop_order(e, "starter");
    struct payment_start_out p = shop_pay(e, &s);
    int64_t services = engine_count(e, "services");
    t_st(set(e, s.who, "restrict", "", "unlawful"), ST_OK, "restricted while a payment is on its way");
    struct payment_callback_in m = shop_message(e, p.payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "it arrives and is booked");
    engine_work(e);
    t_i64(engine_count(e, "services"), services, "nothing is set up");
    t_st(engine_call(e, s.who, CMD_PAYMENT_START, &(struct payment_start_in){ .invoice = s.order.invoice, .gateway = S("sandbox") },
                     NULL), ST_CONFLICT, "and nothing paid twice");
    t_st(lift(e, s.who, "restrict", ""), ST_OK, "lifted");
    engine_work(e);
    t_i64(engine_count(e, "services"), services + 1, "now it is");
    t_ok(engine_balanced(e), "the books balance");
}

/* ---- the person ------------------------------------------------------------------------------------------------ */

static void person(struct engine *e)
{
    struct customer c = buys(e, "email");
    int64_t id = c.s.who.person;
    struct gate g = engine_gate(e);
    struct profile p;
    struct restriction_look_session_row row = { 0 };
    struct session_sign_in_in in = { .token_code = S("12345678901234567890123456789012"), .person = id, .ip = S("192.0.2.9"),
                                     .agent = S("Firefox") };
    struct session_sign_in_out out = { 0 };
    t_st(set(e, c.s.who, "restrict", "", "accuracy"), ST_OK, "restricted");
    str email;
    t_st(profile_get(&g, id, PURPOSE_RIGHTS, &p, &email), ST_OK, "their profile");
    struct account_door door;
    t_st(account_door(&g, false, email, &door), ST_OK, "they can sign in");
    t_ok(door.password.n > 0, "with their password");
    t_st(engine_call(e, engine_visitor(e, "GBP"), CMD_SESSION_SIGN_IN, &in, &out), ST_OK, "and do");
    t_st(restriction_look_session(e->db, e->a, &(struct restriction_look_session_in){ out.session }, &row), ST_OK, "the session");
    t_ok(row.ip == NULL && row.agent.p == NULL, "holds nothing of where from");
    struct restriction_look_version_row v = { 0 };
    t_st(restriction_look_version(e->db, e->a, &(struct restriction_look_version_in){ id }, &v), ST_OK, "the person");
    struct person_correct_in fix = { .full_name = S("Alice Marlow"), .company = S(""), .vat_number = S(""), .address1 = p.address1,
        .address2 = S(""), .city = p.city, .region = S(""), .postcode = p.postcode, .country = p.country, .telephone = p.telephone,
        .version = v.version };
    t_st(engine_call(e, c.s.who, CMD_PERSON_CORRECT, &fix, NULL), ST_OK, "they correct their name");
    t_st(profile_get(&g, id, PURPOSE_RIGHTS, &p, NULL), ST_OK, "and see it");
    t_str(p.full_name, S("Alice Marlow"), "corrected");
    t_st(shop_add(e, c.s.who, "email", ""), ST_OK, "a basket may be filled");
    struct order_place_in order = shop_form(e, c.s.who);
    order.password = S("");
    t_st(engine_call(e, c.s.who, CMD_ORDER_PLACE, &order, NULL), ST_RESTRICTED, "and nothing ordered");
    struct actor stranger = engine_customer(engine_visitor(e, "GBP"));
    struct restriction_lift_in theirs = { .person = person_uid(e, id), .mode = S("restrict"), .purpose = S(""), .note = S("x") };
    t_st(engine_call(e, stranger, CMD_RESTRICTION_LIFT, &theirs, NULL), ST_DENIED, "a stranger cannot lift it");
    t_st(lift(e, c.s.who, "restrict", ""), ST_OK, "they can");
}

/* ---- staff ----------------------------------------------------------------------------------------------------- */

static void by_staff(struct engine *e)
{
    struct customer c = buys(e, "email");
    int64_t id = c.s.who.person;
    struct actor sam = staff_person(e), pat;
    struct restriction_set_in in = { .person = person_uid(e, id), .mode = S("restrict"), .purpose = S(""), .ground = S("accuracy"),
                                     .note = S("") };
    engine_pass(e, 1);
    pat = staff_person(e);
    t_st(engine_call(e, sam, CMD_RESTRICTION_SET, &in, NULL), ST_INVALID, "staff must say why");
    in.note = S("By telephone: the address is wrong");
    t_st(engine_call(e, sam, CMD_RESTRICTION_SET, &in, NULL), ST_OK, "and do");
    engine_work(e);
    t_i64(mails(e, &c, "restriction_set"), 1, "the person is told, for that is their right");
    struct gate g = engine_gate(e);
    t_st(gate_person(&g, id, PURPOSE_SUPPORT), ST_RESTRICTED, "staff see nothing");
    t_st(restriction_claim(&g, sam.person, id), ST_NOT_FOUND, "without a reason");
    struct restriction_claim_in claim = { .person = in.person, .note = S("County court, claim 77") };
    t_st(engine_call(e, c.s.who, CMD_RESTRICTION_CLAIM, &claim, NULL), ST_DENIED, "customers have none to give");
    t_st(engine_call(e, sam, CMD_RESTRICTION_CLAIM, &claim, NULL), ST_OK, "a legal claim");
    t_st(restriction_claim(&g, pat.person, id), ST_NOT_FOUND, "opens it for nobody else");
    t_st(restriction_claim(&g, sam.person, id), ST_OK, "opens it");
    t_st(gate_person(&g, id, PURPOSE_SUPPORT), ST_OK, "for them");
    engine_pass(e, RESTRICTION_CLAIM_SECONDS + 1);
    g = engine_gate(e);
    t_st(restriction_claim(&g, sam.person, id), ST_NOT_FOUND, "for an hour");
    struct restriction_lift_in end = { .person = in.person, .mode = S("restrict"), .purpose = S(""), .note = S("Corrected on 3 May") };
    struct restriction_run_out out = { 0 };
    t_st(engine_call(e, sam, CMD_RESTRICTION_LIFT, &end, NULL), ST_OK, "staff lift it");
    t_st(engine_call(e, sam, CMD_RESTRICTION_LIFT, &end, NULL), ST_CONFLICT, "once");
    t_st(gate_person(&g, id, PURPOSE_SUPPORT), ST_RESTRICTED, "which does not end it yet");
    engine_pass(e, RESTRICTION_NOTICE_DAYS * 86400 + 60);
    t_st(engine_call(e, engine_system(), CMD_RESTRICTION_RUN, &(struct restriction_run_in){ 0 }, &out), ST_OK, "after three days");
    t_i64(out.lifted, 0, "it stands, for the person was not told");
    engine_work(e);
    t_i64(mails(e, &c, "restriction_lifting"), 1, "now they are");
    engine_pass(e, RESTRICTION_NOTICE_DAYS * 86400 - 120);
    t_st(engine_call(e, engine_system(), CMD_RESTRICTION_RUN, &(struct restriction_run_in){ 0 }, &out), ST_OK, "not quite three days on");
    t_i64(out.lifted, 0, "it stands");
    engine_pass(e, 7200);
    t_st(engine_call(e, engine_system(), CMD_RESTRICTION_RUN, &(struct restriction_run_in){ 0 }, &out), ST_OK, "three days after");
    t_i64(out.lifted, 1, "it ends");
    g = engine_gate(e);
    t_st(gate_person(&g, id, PURPOSE_SUPPORT), ST_OK, "and staff see them again");
}

static void checks(struct engine *e)
{
    shop_open(e);
    gates(e);
    new_key(e);
    undone(e);
    objection(e);
    held(e);
    paying(e);
    person(e);
    by_staff(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
