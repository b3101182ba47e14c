#include "place.h"

#include "str.h"
#include "t.h"
#include "tables.h"

static struct arena *a;

/* ---- countries ---- */

static void countries(void)
{
    const struct country *list, *c;
    t_i64(country_list(&list), 250, "249 countries and Kosovo");
    t_st(country_find(S("gb"), &c), ST_OK, "a code in lower case");
    t_str(str_c(c->name), S("United Kingdom"), "its name");
    t_st(country_find(S("EL"), &c), ST_OK, "EL is understood");
    t_str(str_c(c->code), S("GR"), "as Greece");
    t_st(country_find(S("UK"), &c), ST_OK, "UK is understood");
    t_str(str_c(c->code), S("GB"), "as the United Kingdom");
    t_st(country_find(S("ZZ"), &c), ST_NOT_FOUND, "no such country");
    t_st(country_find(S("GBR"), &c), ST_NOT_FOUND, "three letters");
    t_st(country_find(S(""), &c), ST_NOT_FOUND, "nothing");
}

/* Every pattern of the tables compiles, and every example fits its own country. */
static void tables(void)
{
    struct place_tables *t = place_tables();
    size_t patterns = 0, broken = 0, unfit = 0;
    for (size_t i = 0; i < t->n_addresses; i++) {
        struct address_row *r = &t->addresses[i];
        str out;
        if (str_empty(r->postcode.text))
            continue;
        patterns++;
        broken += !place_pattern(&r->postcode);
        bool same = postcode_clean(a, r->country, r->example, &out) == ST_OK && str_eq(out, r->example);
        if (!same)
            printf("# %.*s %.*s %.*s\n", STR_ARG(r->country), STR_ARG(r->example), STR_ARG(out));
        unfit += !same;
    }
    t_ok(patterns > 150, "most countries have postcodes");
    t_i64(broken, 0, "postcode patterns compile");
    t_i64(unfit, 0, "postcode examples stay as they are");
    broken = unfit = 0;
    for (size_t i = 0; i < t->n_phones; i++) {
        struct phone_row *r = &t->phones[i];
        struct lazy_pattern *all[] = { &r->leading, &r->prefix, &r->abroad, &r->pattern, &r->tells };
        for (size_t k = 0; k < COUNT(all); k++)
            broken += !str_empty(all[k]->text) && !place_pattern(all[k]);
        struct phone p;
        enum phone_fault fault;
        str number = str_fmt(a, "+%.*s%.*s", STR_ARG(r->calling), STR_ARG(r->example));
        bool same = phone_parse(a, S(""), number, &p, &fault) == ST_OK && str_eq(p.e164, number);
        unfit += !same;
    }
    t_i64(broken, 0, "telephone patterns compile");
    t_i64(unfit, 0, "telephone examples are read as themselves");
}

/* ---- postcodes ---- */

static const struct {
    str country, typed, want; /* want empty: not a postcode there */
} postcodes[] = {
    { SI("GB"), SI("sw1a1aa"), SI("SW1A 1AA") },     { SI("GB"), SI(" ec1a  1bb "), SI("EC1A 1BB") },
    { SI("GB"), SI("M34-4AB"), SI("M34 4AB") },      { SI("GB"), SI("gir0aa"), SI("GIR 0AA") },
    { SI("GB"), SI("BFPO 61"), SI("BFPO 61") },      { SI("GB"), SI("RH6 OHP"), SI("") },
    { SI("GB"), SI("SW1A 1CA"), SI("") },            { SI("GB"), SI("QA1 1AA"), SI("") },
    { SI("GB"), SI("12345"), SI("") },               { SI("uk"), SI("je23ab"), SI("JE2 3AB") },
    { SI("IM"), SI("im11aa"), SI("IM1 1AA") },       { SI("JE"), SI("je2 3ab"), SI("JE2 3AB") },
    { SI("DE"), SI("10115"), SI("10115") },          { SI("DE"), SI("D-10115"), SI("10115") },
    { SI("DE"), SI("1011"), SI("") },                { SI("CH"), SI("CH-8001"), SI("8001") },
    { SI("NL"), SI("1234ab"), SI("1234 AB") },       { SI("PL"), SI("00950"), SI("00-950") },
    { SI("PT"), SI("2725079"), SI("2725-079") },     { SI("PT"), SI("2725-079"), SI("2725-079") },
    { SI("LV"), SI("1073"), SI("LV-1073") },         { SI("LV"), SI("LV1073"), SI("LV-1073") },
    { SI("SE"), SI("11455"), SI("11455") },          { SI("SE"), SI("SE-114 55"), SI("11455") },
    { SI("FI"), SI("FI-00100"), SI("00100") },       { SI("EL"), SI("10434"), SI("104 34") },
    { SI("IE"), SI("d02af30"), SI("D02 AF30") },     { SI("IE"), SI("dublin 2"), SI("") },
    { SI("US"), SI("95014"), SI("95014") },          { SI("US"), SI("95014-1234"), SI("95014-1234") },
    { SI("US"), SI("9501"), SI("") },                { SI("CA"), SI("h3z2y7"), SI("H3Z 2Y7") },
    { SI("JP"), SI("1540023"), SI("154-0023") },     { SI("AE"), SI("anything"), SI("ANYTHING") },
    { SI("FR"), SI("33380"), SI("33380") },          { SI("FR"), SI("F-33380"), SI("33380") },
    { SI("MC"), SI("98000"), SI("98000") },          { SI("AX"), SI("22100"), SI("22100") },
};

static void postcode_cases(void)
{
    for (size_t i = 0; i < COUNT(postcodes); i++) {
        str out = S("");
        st got = postcode_clean(a, postcodes[i].country, postcodes[i].typed, &out);
        const char *name = str_z(a, str_fmt(a, "postcode %.*s '%.*s'", STR_ARG(postcodes[i].country),
                                            STR_ARG(postcodes[i].typed)));
        if (postcodes[i].want.n == 0)
            t_st(got, ST_INVALID, name);
        else
            t_str(got == ST_OK ? out : S("refused"), postcodes[i].want, name);
    }
    char many[4000];
    memset(many, 'A', sizeof(many));
    str out;
    t_st(postcode_clean(a, S("GB"), (str){ many, sizeof(many) }, &out), ST_INVALID, "a very long postcode is refused");
}

/* ---- addresses ---- */

static void addresses(void)
{
    struct place_problems p;
    struct address ok = { .name = S("Ann Example"), .line1 = S(" 1 Sample Street "), .city = S("London"),
                          .postcode = S("ec1a1bb"), .country = S("gb") };
    t_st(address_check(a, &ok, &p), ST_OK, "a British address");
    t_i64(p.n, 0, "is good");
    t_str(ok.postcode, S("EC1A 1BB"), "its postcode is put in shape");
    t_str(ok.line1, S("1 Sample Street"), "and its lines are trimmed");
    t_str(ok.country, S("GB"), "and its country code");

    struct address bad = { .name = S("Ann"), .country = S("US"), .line1 = S("1 Main St"), .postcode = S("SW1A 1AA") };
    t_st(address_check(a, &bad, &p), ST_OK, "an American address");
    t_i64(p.n, 3, "without city and state, with a British postcode");
    t_str(str_c(p.v[0].field), S("city"), "city is named");
    t_str(str_c(p.v[1].field), S("region"), "state is named");
    t_str(str_c(p.v[2].message), S("err.postcode"), "the postcode does not fit");
    t_str(p.v[2].example, S("95014"), "and an example is given");

    struct address nowhere = { .country = S("ZZ"), .line1 = S("x") };
    t_st(address_check(a, &nowhere, &p), ST_OK, "an unknown country");
    t_str(str_c(p.v[0].field), S("country"), "is a problem of its own");
    struct address missing = { .country = S("DE"), .line1 = S("Weg 1"), .city = S("Berlin") };
    t_st(address_check(a, &missing, &p), ST_OK, "a German address without postcode");
    t_str(str_c(p.v[0].message), S("err.postcode.missing"), "says what is missing");
    struct address emirates = { .country = S("AE"), .line1 = S("Street 1"), .city = S("Dubai"), .region = S("Dubai") };
    t_st(address_check(a, &emirates, &p), ST_OK, "the Emirates");
    t_i64(p.n, 0, "have no postcodes");

    struct address_rule r;
    t_st(address_rule(S("US"), &r), ST_OK, "rule of the United States");
    t_ok(r.region_required && r.postcode_required, "state and ZIP code are required");
    t_str(str_c(r.postcode_label), S("field.postcode.zip"), "and called so");
    t_st(address_rule(S("IE"), &r), ST_OK, "rule of Ireland");
    t_ok(!r.postcode_required && r.postcode, "an Eircode may be given");
}

static str joined(const struct address_lines *l)
{
    str s = S("");
    for (size_t i = 0; i < l->n; i++)
        s = str_fmt(a, "%.*s%s%.*s", STR_ARG(s), i ? "|" : "", STR_ARG(l->v[i]));
    return s;
}

static void printing(void)
{
    struct address_lines l;
    struct address gb = { .name = S("Ann Example"), .company = S("Example Ltd"), .line1 = S("1 Sample Street"),
                          .line2 = S("Floor 2"), .city = S("London"), .postcode = S("EC1A 1BB"), .country = S("GB") };
    t_st(address_print(a, &gb, S("GB"), &l), ST_OK, "print at home");
    t_str(joined(&l), S("Ann Example|Example Ltd|1 Sample Street|Floor 2|LONDON|EC1A 1BB"), "as Royal Mail wants it");
    t_st(address_print(a, &gb, S("DE"), &l), ST_OK, "print abroad");
    t_str(l.v[l.n - 1], S("UNITED KINGDOM"), "with the country");
    struct address de = { .name = S("Jörg Müller"), .line1 = S("Straße 1"), .city = S("Köln"), .postcode = S("50667"),
                          .country = S("DE") };
    t_st(address_print(a, &de, S("GB"), &l), ST_OK, "a German address");
    t_str(joined(&l), S("Jörg Müller|Straße 1|50667 KÖLN|GERMANY"), "postcode before the city");
    struct address fr = { .name = S("Zoé Œuvre"), .line1 = S("1 rue"), .city = S("Orléans"), .postcode = S("45000"),
                          .country = S("FR") };
    t_st(address_print(a, &fr, S("GB"), &l), ST_OK, "a French address");
    t_str(joined(&l), S("Zoé Œuvre|1 rue|45000 ORLÉANS|FRANCE"), "its city in capitals, accents kept");
    struct address us = { .name = S("B"), .line1 = S("1 Main St"), .city = S("Cupertino"), .region = S("CA"),
                          .postcode = S("95014"), .country = S("US") };
    t_st(address_print(a, &us, S("GB"), &l), ST_OK, "an American address");
    t_str(joined(&l), S("B|1 Main St|CUPERTINO CA 95014|UNITED STATES"), "on one line");
    struct address jp = { .name = S("T"), .line1 = S("1-2-3"), .city = S("Chiyoda"), .region = S("Tokyo"),
                          .country = S("JP") };
    t_st(address_print(a, &jp, S("GB"), &l), ST_OK, "a part that is missing");
    t_str(joined(&l), S("T|1-2-3|Chiyoda, TOKYO|JAPAN"), "leaves no gap");
}

/* ---- telephone numbers ---- */

static const struct {
    str country, typed, want; /* "+44… GB", or the message key */
} phones[] = {
    { SI("GB"), SI("020 7946 0000"), SI("+442079460000 GB") },
    { SI("GB"), SI("+44 (0)20 7946 0000"), SI("+442079460000 GB") },
    { SI("GB"), SI("07700 900123"), SI("+447700900123 GB") },
    { SI("gb"), SI("0044 7700 900123"), SI("+447700900123 GB") },
    { SI("GB"), SI("7400123456"), SI("+447400123456 GB") },
    { SI("GB"), SI("01534 123456"), SI("+441534123456 JE") },
    { SI("GB"), SI("+44 1481 256789"), SI("+441481256789 GG") },
    { SI("GB"), SI("01624 756789"), SI("+441624756789 IM") },
    { SI("IM"), SI("07624 523456"), SI("+447624523456 IM") },
    { SI("JE"), SI("01534 440000"), SI("+441534440000 JE") },
    { SI("US"), SI("(202) 555-0123"), SI("+12025550123 US") },
    { SI("US"), SI("1-202-555-0123"), SI("+12025550123 US") },
    { SI("US"), SI("+1 416 555 0123"), SI("+14165550123 CA") },
    { SI("CA"), SI("011 44 20 7946 0000"), SI("+442079460000 GB") },
    { SI("BM"), SI("+1 441 236 1234"), SI("+14412361234 BM") },
    { SI("RU"), SI("8 912 345 67 89"), SI("+79123456789 RU") },
    { SI("KZ"), SI("+7 701 234 5678"), SI("+77012345678 KZ") },
    { SI("IT"), SI("06 1234 5678"), SI("+390612345678 IT") },
    { SI("IT"), SI("+39 06 698 12345"), SI("+390669812345 VA") },
    { SI("IT"), SI("312 345 6789"), SI("+393123456789 IT") },
    { SI("RE"), SI("0262 16 12 34"), SI("+262262161234 RE") },
    { SI("YT"), SI("+262 639 01 23 45"), SI("+262639012345 YT") },
    { SI("FI"), SI("041 2345678"), SI("+358412345678 FI") },
    { SI("AX"), SI("018 12345"), SI("+3581812345 AX") },
    { SI("NO"), SI("406 12 345"), SI("+4740612345 NO") },
    { SI("SJ"), SI("+47 79 12 34 56"), SI("+4779123456 SJ") },
    { SI("DE"), SI("030 123456"), SI("+4930123456 DE") },
    { SI("FR"), SI("06 12 34 56 78"), SI("+33612345678 FR") },
    { SI("IE"), SI("085 012 3456"), SI("+353850123456 IE") },
    { SI("ES"), SI("612 34 56 78"), SI("+34612345678 ES") },
    { SI("BR"), SI("0 15 11 96123 4567"), SI("+5511961234567 BR") },
    { SI("AR"), SI("011 15 2345 6789"), SI("+5491123456789 AR") },
    { SI("AU"), SI("0412 345 678"), SI("+61412345678 AU") },
    { SI("GB"), SI("+800 1234 5678"), SI("+80012345678 ") },
    { SI("GB"), SI("+44\xc2\xa0""20 7946\xc2\xa0""0000"), SI("+442079460000 GB") },
    { SI("GB"), SI("12345"), SI("err.phone.short") },
    { SI("GB"), SI("020 7946 0000 0000"), SI("err.phone.long") },
    { SI("GB"), SI("call me"), SI("err.phone.characters") },
    { SI("GB"), SI("020 7946 0000 ext 5"), SI("err.phone.characters") },
    { SI("GB"), SI(""), SI("err.phone.characters") },
    { SI("GB"), SI("+"), SI("err.phone.characters") },
    { SI("GB"), SI("+999 1234567"), SI("err.phone.code") },
    { SI("AQ"), SI("123456"), SI("err.phone.code") },
    { SI(""), SI("020 7946 0000"), SI("err.phone.code") },
    { SI("GB"), SI("+44 4 123 456 789"), SI("err.phone.unknown") },
    { SI("GB"), SI("11111111111111111111111111111111111111111"), SI("err.phone.characters") },
};

static void phone_cases(void)
{
    for (size_t i = 0; i < COUNT(phones); i++) {
        struct phone p;
        enum phone_fault fault;
        st s = phone_parse(a, phones[i].country, phones[i].typed, &p, &fault);
        str got = s == ST_OK ? str_fmt(a, "%.*s %s", STR_ARG(p.e164), p.country) : str_c(phone_fault_message(fault));
        t_str(got, phones[i].want, str_z(a, str_fmt(a, "telephone '%.*s'", STR_ARG(phones[i].typed))));
    }
    char c[3];
    t_st(phone_country(a, S("+441534440000"), c), ST_OK, "the country of a number");
    t_str(str_c(c), S("JE"), "is found");
    t_st(phone_country(a, S("+80012345678"), c), ST_NOT_FOUND, "a number of no country");
    t_str(phone_example(a, S("GB")), S("07400123456"), "an example to show");
}

int main(void)
{
    a = arena_new(32 << 20);
    t_need(a);
    countries();
    tables();
    postcode_cases();
    addresses();
    printing();
    phone_cases();
    arena_free(a);
    return t_done();
}
