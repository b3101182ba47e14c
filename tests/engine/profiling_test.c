/* What is concluded about customers: when, from what, who sees it, how it is stopped, and what it offers. */
#include "life.h"
#include "profiling.h"
#include "profiling_look_sql.h"

static struct profiling_view view(struct engine *e, const struct customer *c)
{
    struct gate g = engine_gate(e);
    struct profiling_view v = { .segment = S("") };
    t_st(profiling_view(&g, c->s.who.person, PURPOSE_PROFILE, &v), ST_OK, "what is concluded");
    return v;
}

static struct profiling_look_counts_row kept(struct engine *e, const struct customer *c)
{
    struct profiling_look_counts_row r = { 0 };
    t_st(profiling_look_counts(e->db, e->a, &(struct profiling_look_counts_in){ c->s.who.person }, &r), ST_OK, "what is kept");
    return r;
}

static st ask(struct engine *e, const struct customer *c, enum command cmd, bool on)
{
    if (cmd == CMD_PROFILING_STOP)
        return engine_call(e, c->s.who, cmd, &(struct profiling_stop_in){ .on = on }, NULL);
    return engine_call(e, c->s.who, cmd, &(struct profiling_browsing_in){ .on = on }, NULL);
}

static void looks_at(struct engine *e, const struct customer *c, const char *slug)
{
    struct profiling_look_in in = { .product = shop_product(e, slug, NULL) };
    t_st(engine_call(e, c->s.who, CMD_PROFILING_LOOK, &in, NULL), ST_OK, "a product is looked at");
}

/* Pays `n` renewals, each on its day. */
static void goes_on(struct engine *e, const struct customer *c, int n)
{
    for (int i = 0; i < n; i++) {
        days(e, seen(e, c).next_due_on.days - today(e).days - 5);
        pay_invoice(e, c, newest(e, c).uid);
        engine_work(e);
    }
}

static void bought(struct engine *e)
{
    struct customer c = buys(e, "starter");
    engine_work(e);
    struct profiling_view v = view(e, &c);
    t_ok(v.made && str_eq(v.segment, S("customer")) && v.limit.minor == 0, "bought once");
    t_ok(v.n_reasons == 1 && str_eq(v.reasons[0].words, S("You have bought something from us.")), "with the reason in words");
    goes_on(e, &c, 3);
    v = view(e, &c);
    t_str(v.segment, S("customer"), "not yet three months");
    t_i64(v.limit.minor, 2000, "paid three and more over two months");
    t_ok(v.n_reasons == 2 && v.reasons[1].amount == 2000, "which is said with its amount");
    goes_on(e, &c, 1);
    t_str(view(e, &c).segment, S("regular"), "then three months");

    struct seen_person_row p = { 0 };
    t_st(seen_person(e->db, e->a, &(struct seen_person_in){ c.s.who.person }, &p), ST_OK, "the customer");
    struct profiling_overrule_in say = { .person = p.uid, .segment = S("grown"), .limit = 50, .reason = S("") };
    t_st(staff(e, CMD_PROFILING_OVERRULE, &say), ST_INVALID, "nobody decides without a reason");
    say.reason = S("They told us of three projects.");
    say.segment = S("rich");
    t_st(staff(e, CMD_PROFILING_OVERRULE, &say), ST_INVALID, "nor for a group that is none");
    say.segment = S("grown");
    t_st(engine_call(e, c.s.who, CMD_PROFILING_OVERRULE, &say, NULL), ST_DENIED, "nor about oneself");
    t_st(staff(e, CMD_PROFILING_OVERRULE, &say), ST_OK, "a person decides otherwise");
    v = view(e, &c);
    t_ok(v.said && str_eq(v.segment, S("grown")) && v.limit.minor == 50 && str_eq(v.why, say.reason), "and the customer reads why");
    goes_on(e, &c, 1);
    t_str(view(e, &c).segment, S("grown"), "it stays when the rules conclude anew");
    say = (struct profiling_overrule_in){ .person = p.uid, .segment = S(""), .limit = -1, .reason = S("As it was.") };
    t_st(staff(e, CMD_PROFILING_OVERRULE, &say), ST_OK, "until somebody lets the rules count again");
    t_ok(!view(e, &c).said && str_eq(view(e, &c).segment, S("regular")), "they do");
}

static void browsing(struct engine *e)
{
    struct customer c = buys(e, "starter");
    looks_at(e, &c, "email");
    t_i64(kept(e, &c).looks, 0, "without consent nothing is remembered");
    t_st(ask(e, &c, CMD_PROFILING_BROWSING, true), ST_OK, "they agree");
    t_st(ask(e, &c, CMD_PROFILING_BROWSING, true), ST_OK, "twice");
    t_i64(kept(e, &c).agreed, 1, "which counts once");
    looks_at(e, &c, "email");
    looks_at(e, &c, "email");
    looks_at(e, &c, "help");
    struct profiling_view v = view(e, &c);
    t_ok(kept(e, &c).looks == 2 && v.n_looks == 2 && v.looks[1].times == 1, "two products, each once a day");
    t_str(view(e, &c).segment, S("customer"), "looked at once");
    engine_pass(e, DAY);
    looks_at(e, &c, "email");
    v = view(e, &c);
    t_ok(str_eq(v.looks[0].slug, S("email")) && v.looks[0].times == 2, "came back");
    t_str(v.segment, S("explorer"), "and is concluded from that");
    t_st(ask(e, &c, CMD_PROFILING_BROWSING, false), ST_OK, "they end it");
    t_ok(kept(e, &c).looks == 0 && kept(e, &c).agreed == 0, "what was remembered is gone");
    t_str(view(e, &c).segment, S("customer"), "and so is what was concluded from it");
    looks_at(e, &c, "email");
    t_i64(kept(e, &c).looks, 0, "nothing more is remembered");
}

static void objecting(struct engine *e)
{
    struct customer c = buys(e, "starter");
    engine_work(e);
    t_st(ask(e, &c, CMD_PROFILING_BROWSING, true), ST_OK, "they agree");
    looks_at(e, &c, "email");
    t_ok(kept(e, &c).profiles == 1 && kept(e, &c).origins > 0, "there is a profile");
    t_st(ask(e, &c, CMD_PROFILING_STOP, true), ST_OK, "they object");
    struct profiling_look_counts_row r = kept(e, &c);
    t_ok(r.profiles == 0 && r.looks == 0 && r.origins == 0 && r.agreed == 0, "all of it is gone at once");
    goes_on(e, &c, 1);
    t_i64(kept(e, &c).profiles, 0, "and is not made again");
    struct gate g = engine_gate(e);
    bool yes = true;
    t_ok(profiling_allowed(&g, c.s.who.person, &yes) == ST_OK && !yes, "nothing may be concluded");
    t_st(ask(e, &c, CMD_PROFILING_BROWSING, true), ST_STATEMENT, "nor remembered");
    t_st(ask(e, &c, CMD_PROFILING_STOP, false), ST_OK, "they allow it again");
    engine_work(e);
    t_i64(kept(e, &c).profiles, 1, "then there is one");
}

static void paying_later(struct engine *e)
{
    struct customer c = buys(e, "starter");
    struct gate g = engine_gate(e);
    struct profiling_bills bills;
    days(e, seen(e, &c).next_due_on.days - today(e).days - 5);
    struct profiling_later_in in = { .invoice = newest(e, &c).uid };
    t_st(engine_call(e, c.s.who, CMD_PROFILING_LATER, &in, NULL), ST_CONFLICT, "without a limit nothing is paid later");
    goes_on(e, &c, 4);
    days(e, seen(e, &c).next_due_on.days - today(e).days - 5);
    g = engine_gate(e);
    t_ok(profiling_payable_later(&g, c.s.who.person, &bills) == ST_OK && bills.n == 1, "with one, what is open can be");
    in.invoice = newest(e, &c).uid;
    date due = newest(e, &c).due_on;
    struct customer other = buys(e, "starter");
    t_st(engine_call(e, other.s.who, CMD_PROFILING_LATER, &in, NULL), ST_CONFLICT, "by its customer");
    t_st(engine_call(e, c.s.who, CMD_PROFILING_LATER, &in, NULL), ST_OK, "they choose to");
    t_st(engine_call(e, c.s.who, CMD_PROFILING_LATER, &in, NULL), ST_CONFLICT, "once");
    t_i64(kept(e, &c).later, 1, "it is kept");
    days(e, due.days - today(e).days + 13);
    t_str(seen(e, &c).status, S("active"), "nobody is suspended meanwhile");
    days(e, 5);
    t_str(seen(e, &c).status, S("suspended"), "and after that as always");
    t_ok(engine_balanced(e), "the books balance");
}

static void without(struct engine *e)
{
    struct customer c = buys(e, "starter");
    engine_work(e);
    t_st(engine_without(e, "S11a"), ST_OK, "a statement without S11a");
    t_st(ask(e, &c, CMD_PROFILING_BROWSING, true), ST_STATEMENT, "asks nobody to be remembered");
    looks_at(e, &c, "email");
    t_i64(kept(e, &c).looks, 0, "and remembers nobody");
    t_ok(view(e, &c).made, "what was bought counts still");
    struct customer d = c;
    t_st(engine_without(e, "S11"), ST_OK, "a statement without S11");
    d = buys(e, "starter");
    engine_work(e);
    t_i64(kept(e, &d).profiles, 0, "concludes nothing");
    t_st(ask(e, &d, CMD_PROFILING_STOP, true), ST_STATEMENT, "so there is nothing to stop");
}

static void checks(struct engine *e)
{
    shop_open(e);
    go_to(e, 2027, 3, 5);
    run(e);
    bought(e);
    browsing(e);
    objecting(e);
    paying_later(e);
    without(e);
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
