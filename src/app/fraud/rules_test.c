/* Rules: each that ships applies where it should and nowhere else, and says so in words; what is no rule is named by its line. */
#include "fraud.h"

#include "reference_fraud.h"
#include "str.h"
#include "t.h"

struct seen {
    enum fraud_signal signal;
    int64_t n;
};

static struct fraud_signals signals_of(const struct seen *v, size_t n)
{
    struct fraud_signals s = { { 0 } };
    for (size_t i = 0; i < n; i++)
        if (v[i].n != 0) /* what is left out of a row is nothing */
            s.v[v[i].signal] = v[i].n;
    return s;
}

/* Of each rule that ships: what makes it apply, and what is just not enough. */
static const struct {
    const char *rule;
    int64_t weight;
    struct seen enough[2], short_of_it[2];
} shipped[] = {
    { "ip_country", 25, { { FRAUD_ip_elsewhere, 1 } }, { { FRAUD_ip_elsewhere, 0 } } },
    { "phone_country", 15, { { FRAUD_phone_elsewhere, 1 } }, { { FRAUD_phone_elsewhere, 0 } } },
    { "three_countries", 20, { { FRAUD_countries, 3 } }, { { FRAUD_countries, 2 } } },
    { "hosting_network", 30, { { FRAUD_ip_hosting, 1 } }, { { FRAUD_ip_hosting, 0 } } },
    { "unroutable_ip", 5, { { FRAUD_ip_unroutable, 1 } }, { { FRAUD_ip_unroutable, 0 } } },
    { "ip_hour", 30, { { FRAUD_ip_people_hour, 3 } }, { { FRAUD_ip_people_hour, 2 } } },
    { "ip_day", 20, { { FRAUD_ip_people_day, 5 } }, { { FRAUD_ip_people_day, 4 } } },
    { "network_day", 15, { { FRAUD_network_people_day, 10 } }, { { FRAUD_network_people_day, 9 } } },
    { "address_day", 15, { { FRAUD_address_people_day, 3 } }, { { FRAUD_address_people_day, 2 } } },
    { "phone_day", 15, { { FRAUD_phone_people_day, 3 } }, { { FRAUD_phone_people_day, 2 } } },
    { "domain_day", 10, { { FRAUD_domain_people_day, 5 } }, { { FRAUD_domain_people_day, 4 } } },
    { "person_hour", 15, { { FRAUD_person_orders_hour, 5 } }, { { FRAUD_person_orders_hour, 4 } } },
    { "disposable_mail", 40, { { FRAUD_mail_disposable, 1 } }, { { FRAUD_mail_disposable, 0 } } },
    { "name_digits", 15, { { FRAUD_name_digits, 1 } }, { { FRAUD_name_digits, 0 } } },
    { "name_repeats", 20, { { FRAUD_name_repeats, 1 } }, { { FRAUD_name_repeats, 0 } } },
    { "name_letterless", 25, { { FRAUD_name_letterless, 1 } }, { { FRAUD_name_letterless, 0 } } },
    { "name_keyboard", 25, { { FRAUD_name_keyboard, 1 } }, { { FRAUD_name_keyboard, 0 } } },
    { "name_is_address", 20, { { FRAUD_name_is_address, 1 } }, { { FRAUD_name_is_address, 0 } } },
    { "address_repeats", 15, { { FRAUD_address_repeats, 1 } }, { { FRAUD_address_repeats, 0 } } },
    { "address_letterless", 10, { { FRAUD_address_letterless, 1 } }, { { FRAUD_address_letterless, 0 } } },
    { "address_keyboard", 20, { { FRAUD_address_keyboard, 1 } }, { { FRAUD_address_keyboard, 0 } } },
    { "chargeback", 60, { { FRAUD_chargebacks, 1 } }, { { FRAUD_chargebacks, 0 } } },
    { "chargebacks", 60, { { FRAUD_chargebacks, 2 } }, { { FRAUD_chargebacks, 1 } } },
    { "declined", 60, { { FRAUD_declined_before, 1 } }, { { FRAUD_declined_before, 0 } } },
    { "large_first_order", 15, { { FRAUD_first_order, 1 }, { FRAUD_amount, 500 } }, { { FRAUD_first_order, 1 }, { FRAUD_amount, 499 } } },
    { "paid_before", -30, { { FRAUD_paid_before, 1 } }, { { FRAUD_paid_before, 0 } } },
};

static const struct fraud_limits limits = { 60, 120 };

static bool hit(const struct fraud_verdict *v, str rule)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_eq(v->hits[i]->name, rule))
            return true;
    return false;
}

static void each_rule(struct arena *a, const struct fraud_rules *rules)
{
    t_i64(COUNT(shipped), (int64_t)rules->n, "every rule that ships is tried here");
    for (size_t i = 0; i < COUNT(shipped); i++) {
        struct fraud_verdict v;
        struct fraud_signals yes = signals_of(shipped[i].enough, 2), no = signals_of(shipped[i].short_of_it, 2);
        const struct fraud_rule *rule = fraud_rule_find(rules, str_c(shipped[i].rule));
        t_ok(rule && rule->weight == shipped[i].weight, shipped[i].rule);
        fraud_judge(rules, &limits, &yes, &v);
        t_ok(hit(&v, str_c(shipped[i].rule)), "applies");
        str reasons = fraud_reasons_fmt(a, &v);
        t_ok(rule && str_find(reasons, rule->customer) < reasons.n, "and its sentence is among the reasons");
        fraud_judge(rules, &limits, &no, &v);
        t_ok(!hit(&v, str_c(shipped[i].rule)), "and not before");
    }
}

/* No sign alone holds an order up, except what a person or a bank has decided before. */
static void alone(const struct fraud_rules *rules)
{
    for (size_t i = 0; i < COUNT(shipped); i++) {
        struct fraud_verdict v;
        struct fraud_signals s = signals_of(shipped[i].enough, 2);
        fraud_judge(rules, &limits, &s, &v);
        bool past = s.v[FRAUD_chargebacks] > 0 || s.v[FRAUD_declined_before] > 0;
        t_ok((v.outcome == FRAUD_ACCEPT) != past, shipped[i].rule);
    }
}

static void sums(struct arena *a, const struct fraud_rules *rules)
{
    static const struct seen bad[] = { { FRAUD_mail_disposable, 1 }, { FRAUD_ip_hosting, 1 } };
    static const struct seen worse[] = { { FRAUD_mail_disposable, 1 }, { FRAUD_ip_hosting, 1 }, { FRAUD_name_keyboard, 1 },
                                         { FRAUD_ip_elsewhere, 1 } };
    struct fraud_signals s = signals_of(bad, COUNT(bad));
    struct fraud_verdict v;
    fraud_judge(rules, &limits, &s, &v);
    t_ok(v.score == 70 && v.outcome == FRAUD_REVIEW, "70 points: a person looks");
    fraud_judge(rules, &(struct fraud_limits){ 71, 0 }, &s, &v);
    t_i64(v.outcome, FRAUD_ACCEPT, "from 71 on: not yet");
    s.v[FRAUD_paid_before] = 1;
    fraud_judge(rules, &limits, &s, &v);
    t_ok(v.score == 40 && v.outcome == FRAUD_ACCEPT, "who has paid before is believed more");
    s = signals_of(worse, COUNT(worse));
    fraud_judge(rules, &limits, &s, &v);
    t_ok(v.score == 120 && v.outcome == FRAUD_REFUSE, "120 points: refused");
    fraud_judge(rules, &(struct fraud_limits){ 60, 0 }, &s, &v);
    t_i64(v.outcome, FRAUD_REVIEW, "nothing is refused by rules alone where that is switched off");
    str kept = fraud_reasons_fmt(a, &v);
    struct fraud_reason r;
    size_t n = 0;
    for (; fraud_reason_next(&kept, &r); n++)
        t_ok(str_eq(r.rule, v.hits[n]->name) && r.weight == v.hits[n]->weight && str_eq(r.words, v.hits[n]->customer), "a reason is read as kept");
    t_i64((int64_t)n, (int64_t)v.n, "all of them");
    static const struct seen good[] = { { FRAUD_paid_before, 3 } };
    s = signals_of(good, 1);
    fraud_judge(rules, &limits, &s, &v);
    t_ok(v.score == 0 && v.n == 1, "a score is never below nothing");
}

static void words(struct arena *a)
{
    static const struct seen some[] = { { FRAUD_ip_people_day, 7 }, { FRAUD_amount, 12 }, { FRAUD_first_order, 1 } };
    struct fraud_signals s = signals_of(some, COUNT(some)), again;
    str text = fraud_signals_fmt(a, &s);
    t_str(text, S("ip_people_day=7 amount=12 first_order=1"), "signals as words");
    fraud_signals_parse(text, &again);
    t_ok(memcmp(&s, &again, sizeof s) == 0, "and back");
    fraud_signals_parse(S("colour=3 amount=x amount=5 =1 first_order"), &again);
    t_ok(again.v[FRAUD_amount] == 5 && again.v[FRAUD_first_order] == 0, "what is not known is left out");
    t_st(fraud_limits_check(&(struct fraud_limits){ 60, 0 }), ST_OK, "never refusing is possible");
    t_st(fraud_limits_check(&(struct fraud_limits){ 0, 10 }), ST_INVALID, "reviewing everything is not");
    t_st(fraud_limits_check(&(struct fraud_limits){ 60, 60 }), ST_INVALID, "nor refusing where review begins");
}

#define OF_RULE "rule a 5\n if amount >= 1\n customer C.\n staff S.\n"

static void mistakes(struct arena *a)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        { "if amount >= 1\n", "x.txt:1: before this stands a line 'rule'" },
        { "rule a\n", "x.txt:1: '' is not a weight" },
        { "rule a 0\n", "x.txt:1: '0' is not a weight" },
        { "rule a 5000\n", "x.txt:1: '5000' is not a weight" },
        { "rule A 5\n", "x.txt:1: a rule's name" },
        { OF_RULE OF_RULE, "x.txt:5: there are two rules 'a'" },
        { "# one\n\nrule a 5\n if colour >= 1\n", "x.txt:4: there is no signal 'colour'" },
        { "rule a 5\n if amount > 1\n", "x.txt:2: between signal and number" },
        { "rule a 5\n if amount >= many\n", "x.txt:2: 'many' is not a number" },
        { "rule a 5\n customer C.\n customer D.\n", "x.txt:3: this rule has such a sentence already" },
        { "rule a 5\n customer\n", "x.txt:2: here stands a sentence" },
        { "rule a 5\n customer C.\n staff S.\n", "the rule 'a' has no line 'if'" },
        { "rule a 5\n if amount >= 1\n staff S.\nrule b 5\n", "x.txt:4: the rule 'a' has no line 'customer'" },
        { "rule a 5\n if amount >= 1\n customer C.\n", "the rule 'a' has no line 'staff'" },
        { "rule a 5\n when amount >= 1\n", "x.txt:2: 'when' is none of" },
    };
    const struct fraud_rules *rules;
    struct fraud_fault fault;
    for (size_t i = 0; i < COUNT(bad); i++) {
        t_st(fraud_rules_read(a, "x.txt", str_c(bad[i].text), &rules, &fault), ST_CONFIG, bad[i].want);
        str said = str_c(fault.text);
        if (!t_ok(str_find(said, str_c(bad[i].want)) < said.n, "and where"))
            printf("# %s\n", fault.text);
    }
    t_st(fraud_rules_read(a, "x.txt", S(OF_RULE), &rules, &fault), ST_OK, "a rule");
    struct fraud_signals s = { { 0 } };
    struct fraud_verdict v;
    s.v[FRAUD_amount] = 1;
    fraud_judge(rules, &(struct fraud_limits){ 5, 0 }, &s, &v);
    t_i64(v.outcome, FRAUD_REVIEW, "it judges");
    t_st(fraud_rules_read(a, "x.txt", S("rule a 5\n if amount <= 10\n customer C.\n staff S.\n"), &rules, &fault), ST_OK, "at most");
    fraud_judge(rules, &(struct fraud_limits){ 5, 0 }, &s, &v);
    t_i64(v.outcome, FRAUD_REVIEW, "holds below");
    s.v[FRAUD_amount] = 11;
    fraud_judge(rules, &(struct fraud_limits){ 5, 0 }, &s, &v);
    t_i64(v.outcome, FRAUD_ACCEPT, "and not above");
    t_st(fraud_rules_read(a, "x.txt", S(""), &rules, &fault), ST_OK, "no rules at all are rules too");
}

int main(void)
{
    struct arena *a = arena_new((size_t)16 << 20);
    const struct fraud_rules *rules;
    struct fraud_fault fault = { "" };
    t_need(a);
    t_st(fraud_rules_read(a, "fraud_rules.txt", reference_fraud_rules, &rules, &fault), ST_OK, "the rules that ship are read");
    if (fault.text[0])
        printf("# %s\n", fault.text);
    t_i64(rules->version.n, 12, "their version is kept with each verdict");
    each_rule(a, rules);
    alone(rules);
    sums(a, rules);
    words(a);
    mistakes(a);
    arena_free(a);
    return t_done();
}
