/* Equal things fold to equal spellings. */
#include "fold.h"

#include "t.h"

static bool words(struct arena *a, str s, const char *want)
{
    str v[8];
    size_t n = fold_words(a, s, v, COUNT(v));
    str got = S("");
    for (size_t i = 0; i < n; i++)
        got = str_fmt(a, "%.*s|%.*s", STR_ARG(got), STR_ARG(v[i]));
    str expected = { want, strlen(want) };
    return t_str(got, expected, want);
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    t_need(a);
    t_str(fold_email(a, S(" Ann.Fig@Example.TEST ")), S("ann.fig@example.test"), "e-mail");
    t_str(fold_phone(a, S("+44 (20) 7946-0000")), S("+442079460000"), "telephone");
    t_str(fold_phone(a, S("0044 20 7946 0000")), S("+442079460000"), "telephone with 00");
    t_str(fold_phone(a, S("020 7946 0000")), S("02079460000"), "national number");
    t_str(fold_phone(a, S("+")), S(""), "a plus alone");
    t_str(fold_phone(a, S("")), S(""), "no telephone");
    t_str(fold_postcode(a, S("ec1a 1bb")), S("EC1A1BB"), "postcode");
    t_str(fold_postcode(a, S("00-950")), S("00950"), "postcode with a dash");
    words(a, S("Ann Fig"), "|ann|fig");
    words(a, S("Zo\xC3\xAB M\xC3\xBCller-L\xC3\xBC" "denscheidt"), "|zoe|muller|ludenscheidt");
    words(a, S("Zoe\xCC\x88"), "|zoe");
    words(a, S("O'Neill & Sons Ltd."), "|oneill|sons|ltd");
    words(a, S("Stra\xC3\x9F" "e \xC3\x86r\xC3\xB8"), "|strasse|aero");
    words(a, S("\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD \xD0\x81"), "|\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD|\xD1\x91");
    words(a, S("  ,, "), "");
    words(a, S("a b c d e f g h i j"), "|a|b|c|d|e|f|g|h");
    arena_free(a);
    return t_done();
}
