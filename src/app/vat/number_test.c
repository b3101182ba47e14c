#include "check.h"
#include "str.h"
#include "t.h"
#include "vat.h"

static struct arena *a;

/* Numbers that their holders publish, or that the authorities and python-stdnum's documentation print as examples. */
static const char *const valid[] = {
    "GB999999973", "GB 980 7806 84", "GB432525179", "GBGD001", "GBHA599", "XI110305878", "ATU13585627", "ATU12011204",
    "BE0428759497", "BE 428759497", "BG175074752", "BG7523169263", "BG8032056031", "CY10259033P", "CZ25123891",
    "CZ7103192745", "CZ640903926", "DE136695976", "DE 811 569 869", "DK13585628", "EE100931558", "EL094259216",
    "GR094259216", "ESB58378431", "ES54362315K", "ESX2482300W", "ESX5253868R", "ESM1234567L", "ESJ99216582", "FI20774740",
    "FR40303265045", "FR23334175221", "FRK7399859412", "FR4Z123456782", "HR33392005961", "HU12892312", "IE6433435F",
    "IE6433435OA", "IE8D79739I", "IE4749148U", "IT00743110157", "LT119511515", "LT100001919017", "LT100004801610",
    "LU15027442", "LV40003521600", "LV16117519997", "MT11679112", "NL004495445B01", "NL002455799B11",
    "PL8567346215", "PT501964843", "RO18547290", "RO1630615123457", "SE123456789701", "SI50223054", "SK2022749619",
    "CHE-107.787.577 IVA", "CHE107787577MWST", "NO 995 525 828 MVA", "995525828MVA", "EU372022452", "IM3720000224",
};

static const char *const invalid[] = {
    "", "   ", "GB", "12345", "ZZ123456789", "DE123456789", "DE036695976", "DE13669597", "DE1366959761", "DE13669597X",
    "GB999999974", "GB12345678", "GBGD500", "GBHA499", "GBGD1", "XI999999974", "ATU13585628", "AT13585627", "BE0428759498",
    "BE2428759497", "BG175074751", "BG7523169264", "CY10259033Z", "CY12259033P", "CZ25123890", "CZ95123891", "CZ7103192746",
    "DK13585627", "DK03585628", "EE100931557", "EL123456781", "ESB58378432", "ES54362315Z", "ESX2482300A", "ESI58378431",
    "FI20774741", "FR84323140391", "FRI1303265045", "FR40303265044", "HR33392005962", "HU12892313", "IE6433435E",
    "IE6433435OB", "IE643343F", "IT00743110158", "IT00743111157", "LT100001919018", "LT119511505", "LU15027443",
    "LV40003521601", "LV16137519997", "MT11679113", "MT01679112", "NL123456789B90", "NL004495445A01", "PL8567346216",
    "PT501964842", "RO18547291", "RO08547290", "RO1", "SE123456789101", "SE123456789702", "SI50223055", "SK2022749618",
    "SK2052749619", "CHE107787578IVA", "CHE107787577", "NO995525828", "NO995525829MVA", "EU37202245", "IM372000022",
    "D\xc3\x84" "136695976", "FR40303265045000000000000000000000000000000000000000000",
};

static void known(void)
{
    for (size_t i = 0; i < COUNT(valid); i++) {
        struct vat_number n;
        t_ok(vat_number_judge(a, str_c(valid[i]), &n) == ST_OK && n.valid, valid[i]);
    }
    for (size_t i = 0; i < COUNT(invalid); i++) {
        struct vat_number n;
        t_ok(vat_number_judge(a, str_c(invalid[i]), &n) == ST_OK && !n.valid && n.why[0], invalid[i]);
    }
}

static void spelling(void)
{
    struct vat_number n;
    t_st(vat_number_judge(a, S(" gr 094.259-216 "), &n), ST_OK, "spaces, dots, dashes and case");
    t_str(n.text, S("EL094259216"), "go away, and Greece is EL");
    t_str(n.country, S("GR"), "whose country is GR");
    t_st(vat_number_judge(a, S("XI110305878"), &n), ST_OK, "Northern Ireland");
    t_str(n.country, S("XI"), "is its own country here");
    t_st(vat_number_judge(a, S("chE-107.787.577 mwst"), &n), ST_OK, "Switzerland");
    t_str(n.country, S("CH"), "by its UID");
    t_st(vat_number_judge(a, S("DE12"), &n), ST_OK, "too short");
    t_str(str_c(n.why), S("after DE there should be 9 digits"), "says what is expected");
    t_st(vat_number_judge(a, S("DE136695977"), &n), ST_OK, "a wrong digit");
    t_str(str_c(n.why), S("the check digits do not fit"), "is told apart from a wrong format");
}

/* Of all numbers that differ from a good one in one digit, none may pass where the algorithm finds every such mistake. */
static void single_mistakes(void)
{
    static const char *const strong[] = { "DE136695976", "HR33392005961", "DK13585628", "FI20774740", "SE123456789701",
                                          "NO995525828MVA", "IT00743110157" };
    for (size_t i = 0; i < COUNT(strong); i++) {
        char text[24];
        size_t n = strlen(strong[i]);
        int passed = 0;
        for (size_t at = 2; at < n; at++)
            for (char c = '0'; c <= '9'; c++) {
                struct vat_number v;
                memcpy(text, strong[i], n);
                if (text[at] < '0' || text[at] > '9' || text[at] == c)
                    continue;
                text[at] = c;
                passed += vat_number_judge(a, (str){ text, n }, &v) != ST_OK || v.valid;
            }
        t_i64(passed, 0, strong[i]);
    }
}

/* Every rule is reached by its prefix, and none takes a number without digits. */
static void every_state(void)
{
    for (size_t i = 0; i < check_rules_n; i++) {
        struct vat_number n;
        str bare = str_fmt(a, "%.*s", STR_ARG(check_rules[i].prefix));
        t_ok(vat_number_judge(a, bare, &n) == ST_OK && !n.valid && str_eq(n.prefix, check_rules[i].prefix), bare.p);
    }
}

int main(void)
{
    a = arena_new(8 << 20);
    t_need(a);
    known();
    spelling();
    single_mistakes();
    every_state();
    arena_free(a);
    return t_done();
}
