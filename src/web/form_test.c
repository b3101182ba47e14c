#include "form_parse.h"

#include "agent.h"
#include "session.h"
#include "str.h"
#include "t.h"

static st upper_country(struct arena *a, struct form_value *v)
{
    v->value = str_upper(a, v->value);
    if (v->value.n != 2)
        v->error = "err.country";
    return ST_OK;
}

static st for_country(struct arena *a, str country, struct form_value *v)
{
    v->value = str_fmt(a, "%.*s:%.*s", STR_ARG(country), STR_ARG(v->value));
    return ST_OK;
}

static const struct form_checks checks = { upper_country, for_country, for_country, for_country };
static str offered[] = { SI("GBP"), SI("EUR") };
static const struct str_list currencies = { offered, 2 };

static st parse(struct arena *a, enum form_id id, const char *body, struct form_value *v, bool *unknown)
{
    struct form_pairs pairs;
    TRY(form_decode(a, str_c(body), &pairs));
    return form_parse(a, &forms[id], (struct value_context){ &checks, &currencies, S("") }, &pairs, true, v, unknown);
}

/* One field of a form that has others: what is its error? */
static const char *error_of(struct arena *a, enum form_id id, size_t field, const char *body)
{
    bool unknown;
    struct form_value *v = NEWN(a, struct form_value, forms[id].n);
    IGNORE(parse(a, id, body, v, &unknown)); /* other fields are missing; only this one is looked at */
    return v[field].error ? v[field].error : "";
}

/* A file is judged by what it is called and how large it is; what is in it is the handler's to judge. */
static void files(struct arena *a)
{
    static const struct {
        struct form_pair pair;
        const char *error, *name;
    } cases[] = {
        { { SI("file"), SI("a,b"), true, SI("Nov.CSV") }, "", "an ending that is taken, in capitals" },
        { { SI("file"), SI("a,b"), true, SI("Nov.csv.exe") }, "err.file_kind", "another ending behind it" },
        { { SI("file"), SI("a,b"), true, SI(".csv") }, "err.file_kind", "an ending alone" },
        { { SI("file"), SI("a,b"), true, SI("csv") }, "err.file_kind", "no ending" },
        { { SI("file"), SI(""), true, SI("Nov.csv") }, "err.file_empty", "an empty file" },
        { { SI("file"), SI(""), true, SI("") }, "err.file_missing", "none chosen" },
        { { SI("file"), SI("a,b"), false, SI("") }, "err.file", "a field instead" },
        { { SI("format"), SI("csv"), true, SI("csv") }, "", "a file instead of a field" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct form_pair both[2] = { cases[i].pair, { .name = S("format"), .value = S("any") } };
        bool file = str_eq(both[0].name, S("file")), unknown;
        struct form_value *v = NEWN(a, struct form_value, forms[FORM_STAFF_BANK_FILE].n);
        st s = form_parse(a, &forms[FORM_STAFF_BANK_FILE], (struct value_context){ &checks, &currencies, S("") },
                          &(struct form_pairs){ both, file ? 2 : 1 }, true, v, &unknown);
        if (file)
            t_str(str_c(v[FORM_STAFF_BANK_FILE_FILE].error), str_c(cases[i].error[0] ? cases[i].error : NULL), cases[i].name);
        else
            t_str(str_c(v[FORM_STAFF_BANK_FILE_FORMAT].error), S("err.invalid"), cases[i].name);
        t_st(s, file && cases[i].error[0] == 0 ? ST_OK : ST_INVALID, cases[i].name);
    }
    t_ok(form_has_file(&forms[FORM_STAFF_BANK_FILE]) && !form_has_file(&forms[FORM_LOGIN]), "which forms have a file");
}

static void errors(struct arena *a)
{
    static const struct {
        enum form_id form;
        size_t field;
        const char *body, *error, *name;
    } cases[] = {
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=", "err.required", "empty" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "", "err.required", "missing" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=++", "err.required", "only spaces" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=Zo%C3%AB", "", "UTF-8" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=%ff%fe", "err.characters", "not UTF-8" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=a%00b", "err.characters", "NUL" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=a%0Ab", "err.characters", "a line end in one line" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=ab%E2%80%AE", "err.characters", "text turned round" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=x", "err.too_short", "too short" },
        { FORM_CHECKOUT, FORM_CHECKOUT_FULL_NAME, "full_name=ab&full_name=cd", "err.repeated", "twice" },
        { FORM_LOGIN, FORM_LOGIN_EMAIL, "email=ann%40example.com", "", "an address" },
        { FORM_LOGIN, FORM_LOGIN_EMAIL, "email=ann%40localhost", "err.email", "no domain" },
        { FORM_LOGIN, FORM_LOGIN_EMAIL, "email=a..b%40example.com", "err.email", "two full stops" },
        { FORM_LOGIN, FORM_LOGIN_EMAIL, "email=ann%40example.com%0D%0ABcc%3Ax", "err.characters", "a header in it" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_QUANTITY, "quantity=1", "", "a count" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_QUANTITY, "quantity=0", "err.number_range", "below its range" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_QUANTITY, "quantity=-1", "err.number_range", "negative" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_QUANTITY, "quantity=1e3", "err.number", "another spelling" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_QUANTITY, "quantity=99999999999999999999", "err.number", "beyond all" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_CYCLE, "cycle=weekly", "err.choice", "no such choice" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_PRODUCT, "product=00000000000000000000000000", "", "a uid" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_PRODUCT, "product=0000000000000000000000000I", "err.uid", "no uid" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_HOSTNAME, "hostname=www.Example.com", "", "a host name" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_HOSTNAME, "hostname=-a.example.com", "err.hostname", "a leading hyphen" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_HOSTNAME, "hostname=10.0.0.1", "err.hostname", "an address for a name" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_OPTION1, "option1=php%3D8.2", "", "an option" },
        { FORM_BASKET_ADD, FORM_BASKET_ADD_OPTION1, "option1=a%2Fb", "err.slug", "a slash" },
        { FORM_CURRENCY, FORM_CURRENCY_CURRENCY, "currency=EUR", "", "an offered currency" },
        { FORM_CURRENCY, FORM_CURRENCY_CURRENCY, "currency=JPY", "err.currency", "one that is not offered" },
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        t_str(str_c(error_of(a, cases[i].form, cases[i].field, cases[i].body)), str_c(cases[i].error), cases[i].name);
}

static void whole(struct arena *a)
{
    bool unknown;
    struct form_value v[8] = { 0 };
    struct form_pairs pairs;
    t_st(parse(a, FORM_LOGIN, "csrf=x&idem=y&email=a%40example.com&password=+secret+", v, &unknown), ST_OK, "a whole form");
    t_str(v[FORM_LOGIN_PASSWORD].value, S(" secret "), "a password is taken as it is");
    t_str(v[FORM_LOGIN_PASSWORD].text, S(""), "and not shown again");
    memset(v, 0, sizeof(v));
    t_st(parse(a, FORM_LOGIN, "email=a%40example.com&password=x&admin=1", v, &unknown), ST_INVALID, "an unknown field");
    t_ok(unknown, "is told as such");
    memset(v, 0, sizeof(v));
    v[FORM_LOGIN_EMAIL].absent = true;
    t_st(parse(a, FORM_LOGIN, "email=a%40example.com&password=x", v, &unknown), ST_INVALID, "a field not in force");
    t_str(str_c(v[FORM_LOGIN_EMAIL].error), S("err.not_in_force"), "is refused as that");
    memset(v, 0, sizeof(v));
    v[FORM_LOGIN_EMAIL].absent = true;
    t_st(parse(a, FORM_LOGIN, "password=x", v, &unknown), ST_OK, "and is not missed");
    t_st(form_decode(a, S("a=%"), &pairs), ST_BAD_REQUEST, "a percent sign alone");
    t_st(form_decode(a, S("a=%4"), &pairs), ST_BAD_REQUEST, "half a byte");
    t_st(form_decode(a, S("a=%zz"), &pairs), ST_BAD_REQUEST, "no hex");
    char many[FORM_PAIRS * 3 + 4] = "a=1";
    for (size_t i = 1; i <= FORM_PAIRS; i++)
        memcpy(many + i * 3, "&b=", 3);
    t_st(form_decode(a, (str){ many, sizeof(many) - 1 }, &pairs), ST_BAD_REQUEST, "more pairs than any form has");
}

static void by_country(struct arena *a)
{
    bool unknown;
    struct form_value *v = NEWN(a, struct form_value, forms[FORM_CHECKOUT].n);
    IGNORE(parse(a, FORM_CHECKOUT, "postcode=SW1A&country=gb", v, &unknown)); /* others are missing */
    t_str(v[FORM_CHECKOUT_POSTCODE].value, S("GB:SW1A"), "a postcode is read as the country writes it, whatever came first");
}

static void headers(struct arena *a)
{
    t_str(cookie_value(S("a=1; avow=x; b=2"), S("avow")), S("x"), "a cookie");
    t_str(cookie_value(S("avow=x; avow=y"), S("avow")), S(""), "two of one name are none");
    t_str(cookie_value(S("xavow=1"), S("avow")), S(""), "another name");
    str token = session_token(a);
    t_ok(session_token_valid(token), "a token");
    t_ok(!session_token_valid(str_sub(token, 1, 99)) && !session_token_valid(S("")), "and what is none");
    t_str(agent_family(S("Mozilla/5.0 (X) AppleWebKit/537 (KHTML, like Gecko) Chrome/120.0 Safari/537")), S("Chrome"), "Chrome");
    t_str(agent_family(S("curl/8")), S("other"), "another program");
    t_i64(language_of(S("xx, en-GB;q=0.8")), LANGUAGE_EN_GB, "a language we have");
}

int main(void)
{
    struct arena *a = arena_new(16 << 20);
    errors(a);
    files(a);
    whole(a);
    by_country(a);
    headers(a);
    arena_free(a);
    return t_done();
}
