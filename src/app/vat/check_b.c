/* Croatia to Sweden, Switzerland, Norway, and the identifiers of the One Stop Shop. */
#include "check.h"
#include "str.h"

#define WEIGHTS(...) ((const int[]){ __VA_ARGS__ })

static enum check_result fits(bool ok)
{
    return ok ? CHECK_FITS : CHECK_DIGITS;
}

enum check_result check_hr(str s)
{
    return digits_of(s, 11) ? fits(iso7064_11_10(s)) : CHECK_FORMAT;
}

enum check_result check_hu(str s)
{
    return digits_of(s, 8) ? fits(weighted(s, WEIGHTS(9, 7, 3, 1, 9, 7, 3, 1), 8) % 10 == 0) : CHECK_FORMAT;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* W stands for 0, A for 1 … V for 22; 23 for other letters. */
static int ie_index(char c)
{
    return (int)str_index(S("WABCDEFGHIJKLMNOPQRSTUV"), c);
}

enum check_result check_ie(str s)
{
    static const int w[] = { 8, 7, 6, 5, 4, 3, 2 };
    if (s.n == 8 && s.p[0] >= '0' && s.p[0] <= '9' && (is_letter(s.p[1]) || s.p[1] == '+' || s.p[1] == '*') &&
        all_digits(str_sub(s, 2, 5)) && is_letter(s.p[7])) {
        int sum = weighted(str_sub(s, 2, 5), w + 1, 5) + 2 * digit(s, 0); /* old style: first digit moves to the end */
        return fits(ie_index(s.p[7]) == sum % 23);
    }
    if (s.n < 8 || s.n > 9 || !all_digits(str_sub(s, 0, 7)) || !is_letter(s.p[7]) || (s.n == 9 && ie_index(s.p[8]) == 23))
        return CHECK_FORMAT;
    int sum = weighted(s, w, 7) + (s.n == 9 ? 9 * ie_index(s.p[8]) : 0);
    return fits(ie_index(s.p[7]) == sum % 23);
}

enum check_result check_it(str s)
{
    if (!digits_of(s, 11))
        return CHECK_FORMAT;
    int64_t office = number_of(str_sub(s, 7, 3));
    bool known = (office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999;
    return fits(number_of(str_sub(s, 0, 7)) > 0 && known && luhn(s));
}

enum check_result check_lt(str s)
{
    if (!(digits_of(s, 9) && s.p[7] == '1') && !(digits_of(s, 12) && s.p[10] == '1'))
        return CHECK_FORMAT;
    int sum = 0, shifted = 0;
    for (size_t i = 0; i + 1 < s.n; i++) {
        sum += (1 + (int)i % 9) * digit(s, i);
        shifted += (1 + ((int)i + 2) % 9) * digit(s, i);
    }
    int c = sum % 11 == 10 ? shifted % 11 % 10 : sum % 11;
    return fits(c == digit(s, s.n - 1));
}

enum check_result check_lu(str s)
{
    if (!digits_of(s, 8))
        return CHECK_FORMAT;
    return fits(number_of(str_sub(s, 0, 6)) % 89 == number_of(str_sub(s, 6, 2)));
}

/* Latvian persons: date of birth with a digit for the century, or, since 2017, beginning with 32 and no date. */
static bool lv_person(str s)
{
    int day = digit(s, 0) * 10 + digit(s, 1), month = digit(s, 2) * 10 + digit(s, 3);
    int year = 1800 + digit(s, 6) * 100 + digit(s, 4) * 10 + digit(s, 5);
    int sum = 1 + weighted(s, WEIGHTS(10, 5, 8, 4, 2, 1, 6, 3, 7, 9), 10);
    return (day == 32 || real_date(year, month, day)) && sum % 11 % 10 == digit(s, 10);
}

enum check_result check_lv(str s)
{
    if (!digits_of(s, 11))
        return CHECK_FORMAT;
    if (s.p[0] > '3')
        return fits(weighted(s, WEIGHTS(9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1), 11) % 11 == 3);
    return fits(lv_person(s));
}

enum check_result check_mt(str s)
{
    if (!digits_of(s, 8) || s.p[0] == '0')
        return CHECK_FORMAT;
    return fits(weighted(s, WEIGHTS(3, 4, 6, 7, 8, 9, 10, 1), 8) % 37 == 0);
}

/* ISO 7064 mod 97-10 over "NL" and the number, letters as 10 to 35. */
static bool nl_mod97(str s)
{
    int rest = 2321 % 97; /* N = 23, L = 21 */
    for (size_t i = 0; i < s.n; i++)
        rest = s.p[i] == 'B' ? (rest * 100 + 11) % 97 : (rest * 10 + digit(s, i)) % 97;
    return rest == 1;
}

enum check_result check_nl(str s)
{
    if (s.n != 12 || !all_digits(str_sub(s, 0, 9)) || s.p[9] != 'B' || !all_digits(str_sub(s, 10, 2)))
        return CHECK_FORMAT;
    int sum = weighted(s, WEIGHTS(9, 8, 7, 6, 5, 4, 3, 2), 8) - digit(s, 8);
    return fits((number_of(str_sub(s, 0, 9)) > 0 && (sum + 11) % 11 == 0) || nl_mod97(s));
}

enum check_result check_pl(str s)
{
    if (!digits_of(s, 10))
        return CHECK_FORMAT;
    return fits(number_of(s) > 0 && weighted(s, WEIGHTS(6, 5, 7, 2, 3, 4, 5, 6, 7), 9) % 11 == digit(s, 9));
}

enum check_result check_pt(str s)
{
    if (!digits_of(s, 9) || s.p[0] == '0')
        return CHECK_FORMAT;
    int c = (11 - weighted(s, WEIGHTS(9, 8, 7, 6, 5, 4, 3, 2), 8) % 11) % 11 % 10;
    return fits(c == digit(s, 8));
}

/* A Romanian personal number: sex and century, date of birth, county, serial, check. */
static bool ro_person(str s)
{
    static const int centuries[] = { 0, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900 };
    int year = centuries[digit(s, 0)] + digit(s, 1) * 10 + digit(s, 2);
    int c = weighted(s, WEIGHTS(2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), 12) % 11;
    return real_date(year, digit(s, 3) * 10 + digit(s, 4), digit(s, 5) * 10 + digit(s, 6)) &&
           (c == 10 ? 1 : c) == digit(s, 12);
}

enum check_result check_ro(str s)
{
    static const int w[] = { 7, 5, 3, 2, 1, 7, 5, 3, 2 };
    if (!all_digits(s) || s.p[0] == '0')
        return CHECK_FORMAT;
    if (s.n == 13)
        return fits(ro_person(s));
    if (s.n < 2 || s.n > 10)
        return CHECK_FORMAT;
    int sum = weighted(s, w + (10 - s.n), s.n - 1); /* as if filled up with zeros to nine */
    return fits(10 * sum % 11 % 10 == digit(s, s.n - 1));
}

enum check_result check_se(str s)
{
    return digits_of(s, 12) && str_ends(s, S("01")) ? fits(luhn(str_sub(s, 0, 10))) : CHECK_FORMAT;
}

enum check_result check_si(str s)
{
    if (!digits_of(s, 8) || s.p[0] == '0')
        return CHECK_FORMAT;
    int c = 11 - weighted(s, WEIGHTS(8, 7, 6, 5, 4, 3, 2), 7) % 11;
    return fits((c == 10 ? 0 : c) == digit(s, 7));
}

enum check_result check_che(str s)
{
    str suffix = str_sub(s, 9, s.n);
    bool vat = str_eq(suffix, S("MWST")) || str_eq(suffix, S("TVA")) || str_eq(suffix, S("IVA"));
    if (s.n < 9 || !all_digits(str_sub(s, 0, 9)) || !vat)
        return CHECK_FORMAT;
    return fits((11 - weighted(s, WEIGHTS(5, 4, 3, 2, 7, 6, 5, 4), 8) % 11) % 11 == digit(s, 8));
}

enum check_result check_no(str s)
{
    if (s.n != 12 || !all_digits(str_sub(s, 0, 9)) || !str_ends(s, S("MVA")))
        return CHECK_FORMAT;
    return fits(weighted(s, WEIGHTS(3, 2, 7, 6, 5, 4, 3, 2, 1), 9) % 11 == 0);
}

enum check_result check_eu(str s)
{
    return digits_of(s, 9) ? CHECK_FITS : CHECK_FORMAT;
}

enum check_result check_im(str s)
{
    return digits_of(s, 10) ? CHECK_FITS : CHECK_FORMAT;
}
