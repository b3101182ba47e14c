/* Mail domains and networks: found exactly, with what belongs to them; what is no entry is named by its line. */
#include "fraud.h"

#include "config_keys.h"
#include "reference_fraud.h"
#include "str.h"
#include "t.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static st read_lists(struct arena *a, const char *mail, const char *networks, const struct fraud_lists **out, struct fraud_fault *fault)
{
    struct fraud_list_text m = { "mail.txt", str_c(mail) }, n = { "nets.txt", str_c(networks) };
    fault->text[0] = '\0';
    return fraud_lists_read(a, &m, 1, &n, out, fault);
}

static void domains(const struct fraud_lists *l)
{
    static const struct {
        const char *domain;
        enum fraud_mail want;
    } all[] = {
        { "mailinator.com", FRAUD_MAIL_DISPOSABLE }, { "x.mailinator.com", FRAUD_MAIL_DISPOSABLE },
        { "a.b.yopmail.fr", FRAUD_MAIL_DISPOSABLE }, { "notmailinator.example.org", FRAUD_MAIL_PUBLIC },
        { "amailinator.com", FRAUD_MAIL_OWN },       { "gmail.com", FRAUD_MAIL_PUBLIC },
        { "duck.com", FRAUD_MAIL_PUBLIC },           { "example.test", FRAUD_MAIL_PUBLIC },
        { "figs.co.uk", FRAUD_MAIL_OWN },            { "com", FRAUD_MAIL_OWN },
        { "", FRAUD_MAIL_OWN },
    };
    for (size_t i = 0; i < COUNT(all); i++)
        t_i64(fraud_mail_kind(l, str_c(all[i].domain)), all[i].want, all[i].domain);
}

static void networks(struct arena *a)
{
    static const char text[] = "198.51.0.0/16\n10.1.0.0/16 inside\n10.0.0.0/8 outside # joined\n192.0.2.7\n2001:db8:5::/48\n";
    static const struct {
        const char *ip;
        bool want;
    } all[] = {
        { "198.51.0.0", true },  { "198.51.255.255", true }, { "198.50.255.255", false }, { "198.52.0.0", false },
        { "10.1.2.3", true },    { "10.200.0.1", true },     { "192.0.2.7", true },       { "192.0.2.8", false },
        { "192.0.2.6", false },  { "2001:db8:5::1", true },  { "2001:db8:6::", false },   { "::ffff:10.0.0.1", true },
        { "0.0.0.0", false },    { "255.255.255.255", false }, { "nonsense", false },     { "", false },
    };
    const struct fraud_lists *l;
    struct fraud_fault fault;
    t_st(read_lists(a, "", text, &l, &fault), ST_OK, "networks are read");
    for (size_t i = 0; i < COUNT(all); i++)
        t_ok(fraud_hosting(l, str_c(all[i].ip)) == all[i].want, all[i].ip);
}

static void mistakes(struct arena *a)
{
    static const struct {
        const char *mail, *networks, *want;
    } bad[] = {
        { "mailinator.com\n", "", "mail.txt:1:" },        { "\n# x\nsecret a.b\n", "", "mail.txt:3: 'secret'" },
        { "public A.example\n", "", "mail.txt:1:" },      { "public .example\n", "", "mail.txt:1:" },
        { "", "10.0.0.0/8\n10.0.0/8\n", "nets.txt:2:" },  { "", "10.0.0.0/33\n", "nets.txt:1:" },
        { "", "10.0.0.0/0\n", "nets.txt:1:" },            { "", "::/129\n", "nets.txt:1:" },
        { "", "example.com\n", "nets.txt:1:" },
    };
    const struct fraud_lists *l;
    struct fraud_fault fault;
    for (size_t i = 0; i < COUNT(bad); i++) {
        t_st(read_lists(a, bad[i].mail, bad[i].networks, &l, &fault), ST_CONFIG, bad[i].want);
        str said = str_c(fault.text);
        t_ok(str_find(said, str_c(bad[i].want)) < said.n, "and where");
    }
    t_st(read_lists(a, "public a.example\ndisposable a.example\n", "", &l, &fault), ST_OK, "a domain called both");
    t_i64(fraud_mail_kind(l, S("a.example")), FRAUD_MAIL_DISPOSABLE, "counts as the worse");
}

/* The files an operator names: rules and networks instead of ours, mail domains besides ours. */
static void files(struct arena *a)
{
    static const char rules[] = "rule mine 7\n if first_order >= 1\n customer New.\n staff New.\n";
    char path[] = "/tmp/avow-fraud.XXXXXX";
    struct config c = { .fraud = { .review = 60, .refuse = 120, .rules = S(""), .mail_domains = S(""), .networks = S("") } };
    struct fraud_fault fault = { "" };
    int fd = mkstemp(path);
    if (!t_ok(fd >= 0, "a file is made"))
        return;
    t_ok(write(fd, rules, sizeof rules - 1) == (ssize_t)sizeof rules - 1, "a file of rules is written");
    c.fraud.rules = str_c(path);
    t_st(fraud_open(a, &c, &fault), ST_OK, "and named");
    t_ok(fraud_rules_here()->n == 1 && fraud_hosting(fraud_lists_here(), S("5.9.1.1")), "it takes the place of ours, the rest stays");
    c.fraud.mail_domains = str_c(path);
    t_st(fraud_open(a, &c, &fault), ST_CONFIG, "rules are no mail domains");
    c.fraud.mail_domains = S("/nowhere/at/all");
    t_st(fraud_open(a, &c, &fault), ST_CONFIG, "nor is nothing");
    t_ok(str_find(str_c(fault.text), S("/nowhere/at/all")) == 0, "the file is named");
    c.fraud.mail_domains = S("");
    c.fraud.refuse = 30;
    t_st(fraud_open(a, &c, &fault), ST_CONFIG, "refusing below review");
    close(fd);
    unlink(path);
}

int main(void)
{
    struct arena *a = arena_new((size_t)32 << 20);
    t_need(a);
    t_ok(fraud_rules_here() && fraud_lists_here(), "what ships is there without being opened");
    domains(fraud_lists_here());
    t_ok(fraud_hosting(fraud_lists_here(), S("5.9.1.1")) && !fraud_hosting(fraud_lists_here(), S("81.2.69.160")), "networks that ship");
    networks(a);
    mistakes(a);
    files(a);
    arena_free(a);
    return t_done();
}
