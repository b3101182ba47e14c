/* VAT numbers: one spelling, then the rule of their state.
 * LAW: the structures the Commission publishes for VIES (EU, XI), HMRC's, the Swiss UID and the Norwegian register of
 * legal entities; algorithms re-stated from python-stdnum's documentation. */
#include "check.h"
#include "str.h"
#include "vat.h"

const struct check_rule check_rules[] = {
    { SI("AT"), SI("AT"), "U and 8 digits", check_at, true },
    { SI("BE"), SI("BE"), "10 digits beginning with 0 or 1", check_be, true },
    { SI("BG"), SI("BG"), "9 or 10 digits", check_bg, true },
    { SI("CY"), SI("CY"), "8 digits and a letter", check_cy, true },
    { SI("CZ"), SI("CZ"), "8, 9 or 10 digits", check_cz, true },
    { SI("DE"), SI("DE"), "9 digits", check_de, true },
    { SI("DK"), SI("DK"), "8 digits", check_dk, true },
    { SI("EE"), SI("EE"), "9 digits", check_ee, true },
    { SI("EL"), SI("GR"), "9 digits", check_el, true },
    { SI("ES"), SI("ES"), "9 characters, the first or the last a letter", check_es, true },
    { SI("FI"), SI("FI"), "8 digits", check_fi, true },
    { SI("FR"), SI("FR"), "2 characters and 9 digits", check_fr, true },
    { SI("GB"), SI("GB"), "9 or 12 digits, or GD or HA and 3 digits", check_gb, true },
    { SI("HR"), SI("HR"), "11 digits", check_hr, true },
    { SI("HU"), SI("HU"), "8 digits", check_hu, true },
    { SI("IE"), SI("IE"), "7 digits and 1 or 2 letters", check_ie, true },
    { SI("IT"), SI("IT"), "11 digits", check_it, true },
    { SI("LT"), SI("LT"), "9 or 12 digits", check_lt, true },
    { SI("LU"), SI("LU"), "8 digits", check_lu, true },
    { SI("LV"), SI("LV"), "11 digits", check_lv, true },
    { SI("MT"), SI("MT"), "8 digits", check_mt, true },
    { SI("NL"), SI("NL"), "9 digits, B and 2 digits", check_nl, true },
    { SI("PL"), SI("PL"), "10 digits", check_pl, true },
    { SI("PT"), SI("PT"), "9 digits", check_pt, true },
    { SI("RO"), SI("RO"), "2 to 10 digits, or 13", check_ro, true },
    { SI("SE"), SI("SE"), "12 digits ending in 01", check_se, true },
    { SI("SI"), SI("SI"), "8 digits", check_si, true },
    { SI("SK"), SI("SK"), "10 digits", check_sk, true },
    { SI("XI"), SI("XI"), "9 or 12 digits, or GD or HA and 3 digits", check_gb, true },
    { SI("CHE"), SI("CH"), "9 digits and MWST, TVA or IVA", check_che, true },
    { SI("NO"), SI("NO"), "9 digits and MVA", check_no, true },
    { SI("EU"), SI("EU"), "9 digits", check_eu, false },
    { SI("IM"), SI("EU"), "10 digits", check_im, false },
};
const size_t check_rules_n = COUNT(check_rules);

/* Upper case, without white space, dots and dashes. */
static str squeeze(struct arena *a, str s)
{
    char *p = NEWN(a, char, s.n + 4);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++) {
        char c = s.p[i];
        if (c == '\xc2' && i + 1 < s.n && s.p[i + 1] == '\xa0')
            i++;
        else if (str_index(S(" .-\t"), c) == 4)
            p[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    return (str){ p, p ? n : 0 };
}

/* What people write for a prefix, and what the authorities do. */
static str usual_prefix(struct arena *a, str s)
{
    if (str_starts(s, S("GR")))
        return str_fmt(a, "EL%.*s", STR_ARG(str_sub(s, 2, s.n)));
    if (str_starts(s, S("UK")))
        return str_fmt(a, "GB%.*s", STR_ARG(str_sub(s, 2, s.n)));
    if (digits_of(str_sub(s, 0, 9), 9) && str_eq(str_sub(s, 9, s.n), S("MVA")))
        return str_fmt(a, "NO%.*s", STR_ARG(s));
    if (str_starts(s, S("BE")) && digits_of(str_sub(s, 2, s.n), 9))
        return str_fmt(a, "BE0%.*s", STR_ARG(str_sub(s, 2, s.n)));
    return s;
}

static const struct check_rule *rule_of(str s)
{
    for (size_t i = 0; i < check_rules_n; i++)
        if (str_starts(s, check_rules[i].prefix))
            return &check_rules[i];
    return NULL;
}

st vat_number_judge(struct arena *a, str typed, struct vat_number *out)
{
    str s = usual_prefix(a, squeeze(a, typed));
    if (arena_failed(a))
        return ST_NO_MEMORY;
    *out = (struct vat_number){ .text = s };
    const struct check_rule *r = rule_of(s);
    if (!r) {
        out->why = str_empty(s) ? "there is no number" : "it does not begin with the code of a country we know";
        return ST_OK;
    }
    out->prefix = r->prefix;
    out->country = r->country;
    switch (r->check(str_sub(s, r->prefix.n, s.n))) {
    case CHECK_FITS:
        out->valid = true;
        out->why = r->keyed ? "format and check digits are right" : "the format is right; it has no public check digits";
        break;
    case CHECK_FORMAT:
        out->why = str_z(a, str_fmt(a, "after %.*s there should be %s", STR_ARG(r->prefix), r->shape));
        break;
    case CHECK_DIGITS:
        out->why = "the check digits do not fit";
        break;
    }
    return out->why ? ST_OK : ST_NO_MEMORY;
}
