/* Leaving: closing an account and coming back, erasure on request, legal holds, other ways to dispose, and a database that was
 * restored from before. */
#include "disposal.h"

#include "privacy.h"
#include "data.h"

static struct somebody somebody(struct engine *e)
{
    struct somebody p = { .s = shop_order(e, "starter") };
    struct payment_callback_in m = shop_message(e, shop_pay(e, &p.s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "somebody orders and pays");
    engine_work(e);
    return p;
}

static st sign_in(struct engine *e, const struct somebody *p)
{
    struct actor visitor = { .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC | CAP_VISITOR };
    static int n;
    struct session_sign_in_in in = { .token_code = str_fmt(e->a, "%032d", ++n), .person = p->s.who.person, .ip = S("192.0.2.77"),
                                     .agent = S("Firefox") };
    return engine_call(e, visitor, CMD_SESSION_SIGN_IN, &in, NULL);
}

static void end_service(struct engine *e, const struct somebody *p)
{
    struct held_service_row v = service_of(e, p);
    t_st(db_begin(e->db), ST_OK, "begin");
    t_st(held_service_end(e->db, &(struct held_service_end_in){ v.id, e->now }, NULL), ST_OK, "a service ends");
    t_st(db_commit(e->db), ST_OK, "commit");
}

static struct held_erasure_row erasure_of(struct engine *e, const struct somebody *p)
{
    struct held_erasure_row r = { 0 };
    t_st(held_erasure(e->db, e->a, &(struct held_erasure_in){ p->s.who.person }, &r), ST_OK, "the request");
    return r;
}

static int64_t events(struct engine *e, const char *name)
{
    struct held_events_row n = { 0 };
    t_st(held_events(e->db, e->a, &(struct held_events_in){ str_c(name) }, &n), ST_OK, name);
    return n.n;
}

static st ask(struct engine *e, const struct somebody *p)
{
    struct erasure_ask_out out;
    return engine_call(e, p->s.who, CMD_ERASURE_ASK, &(struct erasure_ask_in){ 0 }, &out);
}

/* Everything that is held of somebody, as the page "everything we hold about you" finds it. */
static size_t held(struct engine *e, const struct somebody *p, enum column_id only)
{
    struct gate g = engine_gate(e);
    struct held_page page = { 0 };
    size_t n = 0;
    t_st(data_held(&g, p->s.who.person, 0, 500, &page), ST_OK, "what is held");
    for (size_t i = 0; i < page.n; i++)
        n += only == COL_COUNT || page.v[i].col == only;
    return n;
}

static void gone(struct engine *e, const struct somebody *p)
{
    struct held_person_row r = person_of(e, p);
    t_ok(!r.email && !r.email_code.p && !r.full_name && !r.password && !r.telephone && !r.country.p, "the account is empty");
    t_ok(r.codes == 0 && r.links == 0 && r.sessions == 0, "codes, links and sign-ins are gone");
    struct held_service_row v = service_of(e, p);
    t_ok(!v.hostname && !v.username && !v.secret && order_of(e, p).named == 0, "and what was kept of services, wherever it stood");
    t_ok(!key_left(e, p, "account") && !key_left(e, p, "service@2026") && !key_left(e, p, "security@2026-11"), "their keys are destroyed");
    t_ok(invoice_of(e, p).party_name != NULL && key_left(e, p, "books@2026"), "the law's part stays");
    t_ok(order_of(e, p).ip != NULL, "and what fraud needs for a while");
    struct held_ties_row ties = { 0 };
    t_st(held_ties(e->db, e->a, &(struct held_ties_in){ p->s.who.person }, &ties), ST_OK, "what binds");
    t_ok(ties.consents == 0 && ties.choices == 0 && ties.exports == 0, "consents, choices and copies have ended");
    t_ok(ties.suppressed > 0, "the address is on the list of who is not written to, as a code");
    t_ok(ties.requests == 0 && ties.answered > 0, "the request is answered");
    t_i64(held(e, p, COL_person_email) + held(e, p, COL_service_hostname) + held(e, p, COL_session_ip), 0,
          "the page of everything that is held shows none of it");
}

/* An invoice is open again, or paid. */
static void pay_back(struct engine *e, const struct somebody *p, bool paid)
{
    t_st(db_begin(e->db), ST_OK, "begin");
    if (paid)
        t_st(held_paid(e->db, &(struct held_paid_in){ p->s.who.person }, NULL), ST_OK, "it is paid");
    else
        t_st(held_unpaid(e->db, &(struct held_unpaid_in){ p->s.who.person }, NULL), ST_OK, "an invoice is not paid after all");
    t_st(db_commit(e->db), ST_OK, "commit");
}

/* ---- closing --------------------------------------------------------------------------------------------------- */

static void closing(struct engine *e)
{
    struct somebody a = somebody(e);
    t_st(engine_call(e, a.s.who, CMD_ACCOUNT_CLOSE, &(struct account_close_in){ 0 }, NULL), ST_CONFLICT, "not while a service runs");
    t_str(e->message, S("leave.blocked"), "and it is said why");
    end_service(e, &a);
    t_st(engine_call(e, a.s.who, CMD_ACCOUNT_CLOSE, &(struct account_close_in){ 0 }, NULL), ST_OK, "then it closes");
    t_str(person_of(e, &a).status, S("closed"), "at once");
    engine_work(e);
    engine_pass(e, 20 * DAY);
    dispose(e);
    t_st(sign_in(e, &a), ST_OK, "who signs in within thirty days");
    t_str(person_of(e, &a).status, S("active"), "is back");
    engine_pass(e, 20 * DAY);
    dispose(e);
    t_ok(person_of(e, &a).email != NULL, "and nothing is taken");
    t_st(engine_call(e, a.s.who, CMD_ACCOUNT_CLOSE, &(struct account_close_in){ 0 }, NULL), ST_OK, "closed again");
    pay_back(e, &a, false);
    engine_pass(e, 31 * DAY);
    dispose(e);
    t_ok(person_of(e, &a).email != NULL, "what came up after that is settled first");
    pay_back(e, &a, true);
    dispose(e);
    t_ok(person_of(e, &a).email == NULL, "the time counts from then");
    t_st(sign_in(e, &a), ST_DENIED, "there is no way back");
}

/* ---- erasure --------------------------------------------------------------------------------------------------- */

static void on_request(struct engine *e)
{
    struct somebody a = somebody(e), other = somebody(e);
    t_st(sign_in(e, &a), ST_OK, "signed in");
    t_st(ask(e, &a), ST_CONFLICT, "not while a service runs");
    end_service(e, &a);
    t_st(ask(e, &a), ST_OK, "asked for");
    uid first = erasure_of(e, &a).uid;
    t_st(ask(e, &a), ST_OK, "twice");
    t_ok(uid_eq(first, erasure_of(e, &a).uid), "is one request");
    t_st(engine_call(e, a.s.who, CMD_ERASURE_CANCEL, &(struct erasure_cancel_in){ 0 }, NULL), ST_OK, "taken back");
    engine_pass(e, 8 * DAY);
    dispose(e);
    t_ok(person_of(e, &a).email != NULL, "nothing happens");
    t_st(ask(e, &a), ST_OK, "asked for again");
    engine_work(e);
    engine_pass(e, 6 * DAY);
    dispose(e);
    t_str(erasure_of(e, &a).state, S("cooling"), "seven days to think");
    engine_pass(e, DAY);
    dispose(e);
    t_str(erasure_of(e, &a).state, S("running"), "then it begins");
    t_ok(person_of(e, &a).email != NULL, "the address is needed for one more message");
    t_i64(person_of(e, &a).sessions, 1, "and waits for it");
    engine_work(e);
    dispose(e);
    dispose(e);
    gone(e, &a);
    struct held_erasure_row r = erasure_of(e, &a);
    t_str(r.state, S("done"), "it is done");
    struct held_run_row run = { 0 };
    t_st(held_run(e->db, e->a, &(struct held_run_in){ r.disposal_id }, &run), ST_OK, "its run");
    t_ok(run.finished_at.s != UTC_NONE.s && run.hash.n == 32 && run.failed == 0 && run.keys >= 2, "has a certificate");
    t_i64(events(e, "erasure.done"), 1, "which the log knows");
    t_ok(person_of(e, &other).email != NULL && key_left(e, &other, "account"), "nobody else is touched");
    t_i64(dispose(e).entries, 0, "once more finds nothing");
    engine_pass(e, 200 * DAY);
    dispose(e);
    t_ok(!order_of(e, &a).ip && check_of(e, &a).signals.n == 0, "what stayed goes on its day, with nobody thinking of it");
}

static void at_once(struct engine *e)
{
    struct somebody a = somebody(e);
    end_service(e, &a);
    t_st(ask(e, &a), ST_OK, "asked for");
    struct erasure_now_out now;
    t_st(engine_call(e, a.s.who, CMD_ERASURE_NOW, &(struct erasure_now_in){ 0 }, &now), ST_OK, "and not to be thought over");
    for (int i = 0; i < 4; i++)
        engine_work(e);
    dispose(e);
    dispose(e);
    t_str(erasure_of(e, &a).state, S("done"), "the courier does it");
    t_ok(person_of(e, &a).email == NULL, "at once");
    t_st(engine_call(e, a.s.who, CMD_ERASURE_CANCEL, &(struct erasure_cancel_in){ 0 }, NULL), ST_NOT_FOUND, "it is too late to take it back");
}

static void something_comes_up(struct engine *e)
{
    struct somebody a = somebody(e);
    end_service(e, &a);
    t_st(ask(e, &a), ST_OK, "asked for");
    pay_back(e, &a, false);
    engine_pass(e, 8 * DAY);
    dispose(e);
    struct held_erasure_row r = erasure_of(e, &a);
    t_ok(str_eq(r.state, S("cooling")) && str_eq(r.waits_for, S("unpaid")), "the request waits, and says for what");
    t_ok(person_of(e, &a).email != NULL, "nothing was erased");
    pay_back(e, &a, true);
    engine_pass(e, 2 * 3600);
    dispose(e);
    engine_work(e);
    dispose(e);
    dispose(e);
    t_str(erasure_of(e, &a).state, S("done"), "and it goes on by itself");
}

/* A service is due, and before it goes its owner's erasure marks what goes with it, too. */
static void marked_twice(struct engine *e)
{
    struct somebody a = somebody(e);
    end_service(e, &a);
    t_st(ask(e, &a), ST_OK, "asked for");
    engine_pass(e, 32 * DAY);
    dispose_upto(e, 1);
    engine_work(e);
    dispose_upto(e, 0);
    struct disposed_in run = dispose(e);
    t_i64(run.failed, 0, "what went along with another is not missed");
    dispose(e);
    dispose(e);
    t_str(erasure_of(e, &a).state, S("done"), "and all of it is done");
    gone(e, &a);
}

/* ---- holds ----------------------------------------------------------------------------------------------------- */

static struct hold_set_in hold_on(struct engine *e, const struct somebody *p, int days)
{
    return (struct hold_set_in){ .person = person_of(e, p).uid, .what = S("person"), .reason = S("A letter from their solicitor"),
                                 .review_on = date_iso(e->a, date_add_days(date_london(e->now), days)) };
}

static struct actor officer(struct engine *e)
{
    struct actor who = engine_staff();
    if (who.person == 0)
        who.person = somebody(e).s.who.person;
    return who;
}

static void holds(struct engine *e)
{
    struct somebody a = somebody(e);
    struct actor staff = officer(e);
    struct hold_set_in in = hold_on(e, &a, 90);
    struct hold_set_out one = { 0 }, two = { 0 };
    in.review_on = date_iso(e->a, date_add_days(date_london(e->now), -1));
    t_st(engine_call(e, staff, CMD_HOLD_SET, &in, &one), ST_INVALID, "a hold is looked at again on a day to come");
    in = hold_on(e, &a, 500);
    t_st(engine_call(e, staff, CMD_HOLD_SET, &in, &one), ST_INVALID, "and within a year");
    in = hold_on(e, &a, 90);
    in.what = S("invoice");
    in.row = a.s.order.order;
    t_st(engine_call(e, staff, CMD_HOLD_SET, &in, &one), ST_INVALID, "what is held must be theirs");
    in = hold_on(e, &a, 90);
    t_st(engine_call(e, staff, CMD_HOLD_SET, &in, &one), ST_OK, "a hold");
    t_st(engine_call(e, staff, CMD_HOLD_SET, &in, &two), ST_OK, "and a second");
    end_service(e, &a);
    t_st(ask(e, &a), ST_OK, "the person asks for erasure");
    engine_pass(e, 8 * DAY);
    dispose(e);
    engine_work(e);
    dispose(e);
    t_ok(person_of(e, &a).email != NULL && service_of(e, &a).hostname != NULL, "nothing that is held goes");
    pass_months(e, 7);
    dispose(e);
    t_ok(order_of(e, &a).ip != NULL && key_left(e, &a, "order_check@2026-11"), "nor what is due, nor a key");
    engine_call(e, engine_system(), CMD_RETENTION_START, &(struct retention_start_in){ 0 }, NULL);
    engine_call(e, engine_system(), CMD_RETENTION_START, &(struct retention_start_in){ 0 }, NULL);
    t_i64(events(e, "retention.reminded"), 2, "who answers for a hold is reminded on its day, once");
    t_st(engine_call(e, staff, CMD_HOLD_LIFT, &(struct hold_lift_in){ one.hold }, NULL), ST_OK, "one is lifted");
    t_st(engine_call(e, staff, CMD_HOLD_LIFT, &(struct hold_lift_in){ one.hold }, NULL), ST_OK, "twice");
    dispose(e);
    t_ok(order_of(e, &a).ip != NULL, "the other still holds");
    t_st(engine_call(e, staff, CMD_HOLD_LIFT, &(struct hold_lift_in){ two.hold }, NULL), ST_OK, "the other is lifted");
    dispose(e);
    t_ok(order_of(e, &a).ip == NULL, "then it goes");
    t_i64(events(e, "retention.released"), 2, "each lifted once");
    struct held_last_hold_row h = { 0 };
    t_st(held_last_hold(e->db, e->a, &h), ST_OK, "the hold");
    t_ok(h.reason != NULL, "its reason can be shown");
    pass_months(e, 73);
    dispose(e);
    t_st(held_last_hold(e->db, e->a, &h), ST_OK, "the hold");
    t_ok(h.reason == NULL, "for six years");
}

/* ---- other ways ------------------------------------------------------------------------------------------------ */

static bool change(struct engine *e, const char *from, const char *to)
{
    struct statement_text text = statement_source_text(e->statement);
    struct findings f;
    int line;
    findings_init(&f, e->a);
    text.rules = edit_replace(e->a, text.rules, str_c(from), str_c(to), &line);
    return statement_compile(e->a, text, &f, &e->statement) == ST_OK;
}

static void other_ways(struct engine *e)
{
    const struct statement *shipped = e->statement;
    t_ok(change(e, "    disposal: remove\n    on_request: goes\n    keys: month", "    disposal: keyed_hash\n    hash_key: P30D\n    on_request: goes\n    keys: month") &&
         change(e, "    disposal: remove\n    on_request: stays\n    keys: year\n    ends:\n      order:", "    disposal: aggregate\n    on_request: stays\n    keys: year\n    ends:\n      order:"), "another statement");
    struct somebody a = somebody(e), b = somebody(e);
    t_st(sign_in(e, &a), ST_OK, "two sign in");
    t_st(sign_in(e, &b), ST_OK, "from one address");
    pass_months(e, 13);
    dispose(e);
    struct held_codes_rows codes = { 0 };
    struct held_hash_keys_row keys = { 0 };
    t_st(held_codes(e->db, e->a, &codes), ST_OK, "codes");
    t_ok(codes.n == 2 && str_eq(codes.v[0].code, codes.v[1].code) && codes.v[0].code.n == 16, "the same address has the same code");
    t_i64(person_of(e, &a).sessions, 0, "the sign-ins are gone");
    t_st(held_hash_keys(e->db, e->a, &keys), ST_OK, "keys of codes");
    t_ok(keys.n == 1 && keys.gone == 0, "as long as the key lives");
    pass_months(e, 3);
    dispose(e);
    t_st(held_hash_keys(e->db, e->a, &keys), ST_OK, "keys of codes");
    t_ok(keys.gone == 1, "then it is destroyed, and nothing can be told any more");
    struct held_counts_row n = { 0 };
    t_st(held_counts(e->db, e->a, &n), ST_OK, "counts");
    t_i64(n.n, 2, "what is removed and counted is counted");
    e->statement = shipped;
}

/* Shortening a period counts for what is there. */
static void shorter(struct engine *e)
{
    struct somebody a = somebody(e);
    engine_pass(e, 100 * DAY);
    dispose(e);
    t_ok(order_of(e, &a).ip != NULL, "six months are not over");
    t_ok(change(e, "      order: { after: order_placed, period: P6M }", "      order: { after: order_placed, period: P3M }"), "three months now");
    dispose(e);
    t_ok(order_of(e, &a).ip == NULL, "are");
}

/* ---- sabotage -------------------------------------------------------------------------------------------------- */

static void behind_its_back(struct engine *e)
{
    struct somebody a = somebody(e);
    struct held_invoice_row before = invoice_of(e, &a);
    pass_to(e, 2033, 5, 2);
    dispose_upto(e, 4);
    t_ok(!invoice_of(e, &a).party_name, "the party is gone, and nobody has looked yet");
    t_st(db_begin(e->db), ST_OK, "begin");
    t_st(held_back(e->db, &(struct held_back_in){ a.s.order.invoice, before.party_name }, NULL), ST_OK, "somebody puts it back");
    t_st(db_commit(e->db), ST_OK, "commit");
    t_i64(dispose(e).failed, 1, "the proof finds it");
    t_i64(events(e, "retention.failed"), 1, "and says so");
    struct disposed_in again = dispose(e);
    t_ok(again.failed == 0 && !invoice_of(e, &a).party_name, "the next run takes it again, and proves it");
}

static void clock_jumps(struct engine *e)
{
    struct somebody a = somebody(e);
    engine_pass(e, -10 * DAY);
    t_i64(dispose(e).entries, 0, "a clock that goes back takes nothing");
    pass_to(e, 2028, 2, 29);
    struct somebody b = somebody(e);
    pass_to(e, 2028, 8, 29);
    dispose(e);
    t_ok(!order_of(e, &a).ip && order_of(e, &b).ip, "six months from a leap day end on the 29th");
    engine_pass(e, DAY);
    dispose(e);
    t_ok(!order_of(e, &b).ip, "and not later");
    pass_to(e, 2040, 1, 1);
    t_i64(dispose(e).failed, 0, "a jump of twelve years is one run");
}

/* ---- a restored backup ----------------------------------------------------------------------------------------- */

static st copy_of(struct engine *e, struct test_db *copy)
{
    char command[400];
    *copy = (struct test_db){ .postgres = e->tdb.postgres };
    db_close(e->db);
    e->db = NULL;
    if (e->tdb.postgres) {
        const char *server = test_pg_server(), *name = strstr(server, "/postgres?");
        snprintf(copy->name, sizeof copy->name, "%.38sc", e->tdb.name);
        snprintf(command, sizeof command, "CREATE DATABASE %s TEMPLATE %s", copy->name, e->tdb.name);
        copy->url = str_fmt(e->a, "%.*s/%s%s", (int)(name - server), server, copy->name, name + strlen("/postgres"));
        if (!test_pg_do(server, command))
            return ST_IO;
    } else {
        snprintf(copy->dir, sizeof copy->dir, "/tmp/avow-test.XXXXXX");
        if (!mkdtemp(copy->dir))
            return ST_IO;
        snprintf(command, sizeof command, "cp %s/avow.db* %s/", e->tdb.dir, copy->dir);
        copy->url = str_fmt(e->a, "sqlite:%s/avow.db", copy->dir);
        if (system(command) != 0)
            return ST_IO;
    }
    return db_open(e->a, &(struct db_config){ .url = e->tdb.url, .mode = DB_WRITE }, &e->db);
}

static void restored(struct engine *e)
{
    struct somebody a = somebody(e);
    struct test_db copy;
    end_service(e, &a);
    t_st(ask(e, &a), ST_OK, "somebody asks for erasure");
    t_st(copy_of(e, &copy), ST_OK, "a backup is made");
    engine_pass(e, 8 * DAY);
    dispose(e);
    engine_work(e);
    dispose(e);
    dispose(e);
    gone(e, &a);
    struct db *live = e->db, *old;
    if (!t_ok(db_open(e->a, &(struct db_config){ .url = copy.url, .mode = DB_WRITE }, &old) == ST_OK, "the backup comes back"))
        return;
    e->db = old;
    t_ok(person_of(e, &a).email != NULL, "and knows the person again");
    struct gate g = engine_gate(e);
    str plain;
    t_st(gate_use(&g, COL_person_email, PURPOSE_NOTIFY, a.s.who.person ? person_of(e, &a).uid : (uid){ { 0 } }, person_of(e, &a).email,
                  &plain), ST_SEALED, "though nobody can read it: its key is destroyed");
    struct cx cx = { .gate = g, .config = &e->config, .actor = engine_system() };
    int64_t after = 0, applied = 0;
    for (bool more = true; more;) {
        more = false;
        t_st(db_begin(e->db), ST_OK, "begin");
        t_st(retention_replay_nt(&cx, live, &after, &applied, &more), ST_OK, "the disposals are done again");
        t_st(db_commit(e->db), ST_OK, "commit");
    }
    t_ok(applied > 0, "there was something");
    t_ok(!person_of(e, &a).email && person_of(e, &a).codes == 0 && !service_of(e, &a).hostname, "and it is gone here too");
    t_i64(dispose(e).failed, 0, "proven");
    db_close(old);
    e->db = live;
    test_db_drop(&copy);
}

int main(int argc, char **argv)
{
    void (*const scenarios[])(struct engine *) = { closing, on_request, at_once, something_comes_up, marked_twice, holds, other_ways, shorter,
                                                   behind_its_back, clock_jumps, restored };
    t_need(argc == 3);
    for (size_t i = 0; i < 2 * COUNT(scenarios); i++) {
        struct engine e;
        t_need(engine_open(&e, i % 2, argv[1], argv[2]) == ST_OK);
        printf("# on %s: %zu\n", e.label, i / 2);
        engine_set(&e, "company.year_end", "03-31");
        shop_open(&e);
        scenarios[i / 2](&e);
        engine_close(&e);
    }
    return t_done();
}
