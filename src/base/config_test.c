#include "config.h"

#include "str.h"
#include "t.h"

static void refused(struct arena *a, const char *text, const char *want, const char *name)
{
    struct config c;
    str problem = { 0 };
    t_st(config_parse(a, S("avow.conf"), str_c(text), &c, &problem), ST_CONFIG, name);
    t_str(problem, str_c(want), "and says why");
}

static void bad_files(struct arena *a)
{
    refused(a, "\nweb.aps = 2\n", "avow.conf:2: there is no key 'web.aps'; perhaps 'web.apps' is meant", "a typing mistake");
    refused(a, "colour = blue\n", "avow.conf:1: there is no key 'colour'; `avow config show` lists them", "another word");
    refused(a, "web.apps = two\n", "avow.conf:1: web.apps must be a whole number, not 'two'", "a word for a number");
    refused(a, "web.apps = -1\n", "avow.conf:1: web.apps must be a whole number, not '-1'", "a negative number");
    refused(a, "vat.registered = yes\n", "avow.conf:1: vat.registered must be true or false, not 'yes'", "yes");
    refused(a, "web.listen = 8443\n", "avow.conf:1: web.listen must be address:port, not '8443'", "a port alone");
    refused(a, "web.listen = ::1:8443\n", "avow.conf:1: web.listen must be address:port, not '::1:8443'", "no brackets");
    refused(a, "company.country = gb\n", "avow.conf:1: company.country must be a country code of two letters, not 'gb'",
            "small letters");
    refused(a, "web.apps = 1\nweb.apps = 2\n", "avow.conf:2: web.apps was already set in line 1", "twice");
    refused(a, "web.apps\n", "avow.conf:1: a line is 'key = value', or a comment that begins with #", "no value");
    refused(a, "mail.password = a\x01z\n", "avow.conf:1: mail.password must be text", "a secret is not shown");
}

static void good_file(struct arena *a)
{
    struct config c;
    str problem;
    struct out o;
    t_st(config_parse(a, S("x"), S("# first\r\n\r\ncompany.name = Näme # & Co\r\nshop.currencies = EUR,GBP\n"
                                  "web.listen = [::1]:0\nmail.password = s3cret\nweb.proxies ="), &c, &problem),
         ST_OK, "a file");
    t_str(c.company.name, S("Näme # & Co"), "text, with a # in it");
    t_ok(c.shop.currencies.n == 2 && str_eq(c.shop.currencies.v[1], S("GBP")), "a list");
    t_ok(str_eq(c.web.listen.host, S("::1")) && c.web.listen.port == 0, "an address");
    t_i64(c.web.proxies.n, 0, "an empty list");
    t_ok(c.web.apps == 1 && c.vat.registered && !c.trial.enabled, "the others have their defaults");
    out_init(&o, a, 100000);
    config_show(&c, &o);
    t_ok(str_find(out_view(&o), S("s3cret")) == out_view(&o).n, "a secret is not shown");
    t_ok(str_find(out_view(&o), S("# mail.password is set\n")) < out_view(&o).n, "but that it is set");
    struct config again;
    t_st(config_parse(a, S("x"), out_view(&o), &again, &problem), ST_OK, "what is shown can be read");
    t_str(again.company.name, c.company.name, "and says the same");
}

int main(void)
{
    struct arena *a = arena_new(1 << 24);
    struct config c;
    str problem = { 0 };
    bad_files(a);
    good_file(a);
    t_st(config_load(a, "no/such/file", &c, &problem), ST_IO, "no file");
    t_str(problem, S("no/such/file: cannot be read: No such file or directory"), "says so");
    t_st(config_defaults(a, &c), ST_OK, "defaults");
    t_st(config_set(a, &c, S("--listen"), S("web.listen"), S("127.0.0.1:9"), &problem), ST_OK, "one value from elsewhere");
    t_i64(c.web.listen.port, 9, "is taken");
    t_st(config_set(a, &c, S("--listen"), S("web.listen"), S("nowhere"), &problem), ST_CONFIG, "a bad one");
    t_str(problem, S("--listen: web.listen must be address:port, not 'nowhere'"), "is told under its name");
    arena_free(a);
    return t_done();
}
