#include "book.h"

#include "clock.h"
#include "config_keys.h"
#include "reference_vat.h"
#include "str.h"
#include "t.h"

static struct arena *a;

static const struct {
    str territory, on, rate; /* rate empty: not known */
} rates[] = {
    { SI("DE"), SI("2020-06-30"), SI("1900") }, { SI("DE"), SI("2020-07-01"), SI("1600") },
    { SI("DE"), SI("2020-12-31"), SI("1600") }, { SI("DE"), SI("2021-01-01"), SI("1900") },
    { SI("IE"), SI("2020-09-01"), SI("2100") }, { SI("IE"), SI("2021-02-28"), SI("2100") },
    { SI("IE"), SI("2021-03-01"), SI("2300") }, { SI("RO"), SI("2025-07-31"), SI("1900") },
    { SI("RO"), SI("2025-08-01"), SI("2100") }, { SI("SK"), SI("2024-12-31"), SI("2000") },
    { SI("SK"), SI("2025-01-01"), SI("2300") }, { SI("FI"), SI("2024-08-31"), SI("2400") },
    { SI("FI"), SI("2024-09-01"), SI("2550") }, { SI("EE"), SI("2023-12-31"), SI("2000") },
    { SI("EE"), SI("2024-01-01"), SI("2200") }, { SI("EE"), SI("2025-07-01"), SI("2400") },
    { SI("LU"), SI("2023-06-01"), SI("1600") }, { SI("LU"), SI("2024-01-01"), SI("1700") },
    { SI("CH"), SI("2023-12-31"), SI("770") },  { SI("CH"), SI("2024-01-01"), SI("810") },
    { SI("GB"), SI("2026-11-23"), SI("2000") }, { SI("PT-30"), SI("2026-11-23"), SI("2200") },
    { SI("PT-20"), SI("2026-11-23"), SI("1600") }, { SI("AT-6691"), SI("2026-11-23"), SI("1900") },
    { SI("GB"), SI("2010-12-31"), SI("") },     { SI("US"), SI("2026-11-23"), SI("") },
};

static const struct {
    str country, postcode, want; /* want empty: no such country */
} territories[] = {
    { SI("GB"), SI("SW1A 1AA"), SI("GB") },   { SI("gb"), SI("bt1 1aa"), SI("GB") },    { SI("XI"), SI(""), SI("GB") },
    { SI("UK"), SI(""), SI("GB") },           { SI("IM"), SI("IM1 1AA"), SI("GB") },    { SI("GB"), SI("im1 1aa"), SI("GB") },
    { SI("JE"), SI("JE2 3AB"), SI("JE") },    { SI("GB"), SI("JE2 3AB"), SI("JE") },    { SI("GB"), SI("GY1 1AA"), SI("GG") },
    { SI("GB"), SI("GX11 1AA"), SI("GI") },   { SI("GB"), SI("GL1 1AA"), SI("GB") },    { SI("ES"), SI("28001"), SI("ES") },
    { SI("ES"), SI("35001"), SI("ES-CN") },   { SI("ES"), SI("E-38 005"), SI("ES-CN") }, { SI("ES"), SI("51001"), SI("ES-CE") },
    { SI("ES"), SI("52001"), SI("ES-ML") },   { SI("FI"), SI("22100"), SI("AX") },      { SI("FI"), SI("FI-22100"), SI("AX") },
    { SI("AX"), SI("22100"), SI("AX") },      { SI("DE"), SI("78266"), SI("DE-78266") }, { SI("DE"), SI("D-27498"), SI("DE-27498") },
    { SI("DE"), SI("78267"), SI("DE") },      { SI("IT"), SI("23041"), SI("IT-23041") }, { SI("IT"), SI("22061"), SI("IT-22061") },
    { SI("IT"), SI("22060"), SI("IT") },      { SI("EL"), SI("630 86"), SI("GR-69") },  { SI("GR"), SI("10434"), SI("GR") },
    { SI("FR"), SI("97400"), SI("RE") },      { SI("FR"), SI("97133"), SI("BL") },      { SI("FR"), SI("97110"), SI("GP") },
    { SI("FR"), SI("98000"), SI("FR") },      { SI("MC"), SI("98000"), SI("FR") },      { SI("FR"), SI("75001"), SI("FR") },
    { SI("CY"), SI("9300"), SI("CY-N") },     { SI("CY"), SI("99300"), SI("CY-N") },    { SI("CY"), SI("1010"), SI("CY") },
    { SI("AT"), SI("6691"), SI("AT-6691") },  { SI("AT"), SI("A-6992"), SI("AT-6991") }, { SI("AT"), SI("1010"), SI("AT") },
    { SI("PT"), SI("9000-001"), SI("PT-30") }, { SI("PT"), SI("9500-001"), SI("PT-20") }, { SI("PT"), SI("1000-001"), SI("PT") },
    { SI("ES-CN"), SI(""), SI("ES-CN") },     { SI("US"), SI("35001"), SI("US") },      { SI("ZZ"), SI(""), SI("") },
    { SI(""), SI(""), SI("") },
};

static void shipped(void)
{
    const struct vat_book *b = vat_book();
    for (size_t i = 0; i < COUNT(rates); i++) {
        date on;
        int32_t bp;
        const char *name = str_z(a, str_fmt(a, "rate of %.*s on %.*s", STR_ARG(rates[i].territory), STR_ARG(rates[i].on)));
        st s = date_parse(rates[i].on, &on);
        s = s == ST_OK ? vat_rate(b, rates[i].territory, on, &bp) : s;
        t_str(s == ST_OK ? str_fmt(a, "%d", bp) : S(""), rates[i].rate, name);
    }
    for (size_t i = 0; i < COUNT(territories); i++) {
        str got = S("");
        st s = vat_territory(b, territories[i].country, territories[i].postcode, &got);
        const char *name = str_z(a, str_fmt(a, "territory of %.*s %.*s", STR_ARG(territories[i].country),
                                            STR_ARG(territories[i].postcode)));
        t_str(s == ST_OK ? got : S(""), territories[i].want, name);
    }
    t_str(vat_territory_name(b, S("ES-CN")), S("the Canary Islands"), "a part has its name");
    t_str(vat_territory_name(b, S("FR")), S("France"), "a country has its own");
    t_ok(vat_zone(b, S("ES")) == VAT_ZONE_EU && vat_zone(b, S("ES-CN")) == VAT_ZONE_OUTSIDE &&
         vat_zone(b, S("PT-30")) == VAT_ZONE_EU && vat_zone(b, S("GB")) == VAT_ZONE_OUTSIDE, "zones");
}

/* Files that an operator might write; each must be refused by line, in words. */
static const struct {
    const char *rates, *territories, *want;
} broken[] = {
    { "DE 2020-01-01 nineteen\n", "member DE\n", "r:1: 'nineteen' is not a rate such as 20 or 25.5" },
    { "# x\nDE 2020-13-01 19\n", "member DE\n", "r:2: '2020-13-01' is not a date such as 2026-01-31" },
    { "DE 2020-01-01\n", "member DE\n", "r:1: expected: TERRITORY FROM RATE" },
    { "DE 2020-01-01 -1\n", "member DE\n", "r:1: '-1' is not a rate such as 20 or 25.5" },
    { "DE 2020-01-01 100.5\n", "member DE\n", "r:1: '100.5' is not a rate such as 20 or 25.5" },
    { "Germany 2020-01-01 19\n", "member DE\n", "r:1: 'Germany' is not a territory: a country's code, or CODE-PART" },
    { "ZZ 2020-01-01 19\n", "member DE\n", "r:1: 'ZZ' is not a territory: a country's code, or CODE-PART" },
    { "DE 2020-01-01 19\nDE 2019-01-01 19\n", "member DE\n", "r:2: a rate of DE must begin after the one before" },
    { "DE 2020-01-01 19\n", "member DE FR\n", "r:1: there is no rate for FR" },
    { "DE 2020-01-01 19\n", "", "t:1: no Member State is named" },
    { "DE 2020-01-01 19\n", "mebmer DE\n", "t:1: 'mebmer' is not known here" },
    { "DE 2020-01-01 19\n", "member DE\npart DE-1 of DE outside\n", "t:2: expected: part CODE of COUNTRY taxed|outside \"NAME\"" },
    { "DE 2020-01-01 19\n", "member DE\npart DE-1 of DE beside \"x\"\n", "t:2: 'beside' should be taxed or outside" },
    { "DE 2020-01-01 19\n", "member DE\npart DE-1 of DE outside \"x\n", "t:2: a quotation mark is missing" },
    { "DE 2020-01-01 19\n", "member DE\npostcode DE DE-2 1\n", "t:2: 'DE-2' was not declared before" },
    { "DE 2020-01-01 19\n", "member DE\npostcode DE DE 1*\n", "t:2: '1*' is not the beginning of a postcode" },
    { "DE 2020-01-01 19\n", "member DE\nsame IM\n", "t:2: expected: same CODE AS" },
};

static void replaced(void)
{
    const struct vat_book *b;
    struct vat_fault fault;
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct vat_sources s = { str_c(broken[i].rates), str_c(broken[i].territories), "r", "t" };
        st got = vat_book_read(a, &s, &b, &fault);
        t_str(got == ST_CONFIG ? str_c(fault.text) : S("taken"), str_c(broken[i].want), broken[i].want);
    }
    struct vat_sources own = { S("DE 2020-01-01 19\r\nFR 2020-01-01 20 # comment\n"), S("member DE FR\r\n"), "r", "t" };
    t_st(vat_book_read(a, &own, &b, &fault), ST_OK, "an operator's own files, with any line ends");
    t_ok(vat_zone(b, S("IT")) == VAT_ZONE_OUTSIDE, "say what is true");
    struct vat_sources same = { reference_vat_rates, reference_vat_territories, "r", "t" };
    t_st(vat_book_read(a, &same, &b, &fault), ST_OK, "what ships can be read");
}

static void configured(void)
{
    static const struct {
        const char *oss, *check, *vies, *want; /* want NULL: fine */
    } words[] = {
        { "none", "none", "", NULL },
        { "non-union", "vies", "https://vies.example.test/rest-api", NULL },
        { "moss", "none", "", "vat.oss should be none, union or non-union" },
        { "union", "yes", "", "vat.check should be none or vies" },
        { "union", "vies", "http://vies.example.test", "vat.vies_url should begin with https:// (or be on this machine)" },
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        struct vat_fault fault = { "" };
        struct config c = { .vat = { .oss = str_c(words[i].oss), .check = str_c(words[i].check), .vies_url = str_c(words[i].vies) } };
        st got = vat_book_open(a, &c, &fault);
        t_str(got == ST_OK ? S("") : str_c(fault.text), str_c(words[i].want), words[i].want ? words[i].want : "good words");
    }
}

int main(void)
{
    a = arena_new(64 << 20);
    t_need(a);
    shipped();
    replaced();
    configured();
    arena_free(a);
    return t_done();
}
