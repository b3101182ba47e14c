/* Austria to Greece, and the United Kingdom. */
#include "check.h"
#include "str.h"

#define WEIGHTS(...) ((const int[]){ __VA_ARGS__ })

static enum check_result fits(bool ok)
{
    return ok ? CHECK_FITS : CHECK_DIGITS;
}

enum check_result check_at(str s)
{
    if (s.n != 9 || s.p[0] != 'U' || !all_digits(str_sub(s, 1, 8)))
        return CHECK_FORMAT;
    str d = str_sub(s, 1, 8);
    int sum = 0;
    for (size_t i = 0; i < 7; i++)
        sum += i % 2 == 0 ? digit(d, i) : digit(d, i) / 5 + digit(d, i) * 2 % 10;
    return fits((100 + 6 - sum) % 10 == digit(d, 7));
}

enum check_result check_be(str s)
{
    if (!all_digits(s) || s.n < 9 || s.n > 10 || (s.n == 10 && s.p[0] > '1'))
        return CHECK_FORMAT;
    int64_t n = number_of(s);
    return fits(n > 0 && (n / 100 + n % 100) % 97 == 0);
}

/* A Bulgarian personal number: date of birth with the century in the month, then its own check digit. */
static bool bg_personal(str s)
{
    int year = digit(s, 0) * 10 + digit(s, 1), month = digit(s, 2) * 10 + digit(s, 3);
    int century = month > 40 ? 2000 : month > 20 ? 1800 : 1900;
    month -= month > 40 ? 40 : month > 20 ? 20 : 0;
    return real_date(century + year, month, digit(s, 4) * 10 + digit(s, 5)) &&
           weighted(s, WEIGHTS(2, 4, 8, 5, 10, 9, 7, 3, 6), 9) % 11 % 10 == digit(s, 9);
}

enum check_result check_bg(str s)
{
    if (digits_of(s, 9)) {
        int c = weighted(s, WEIGHTS(1, 2, 3, 4, 5, 6, 7, 8), 8) % 11;
        if (c == 10)
            c = weighted(s, WEIGHTS(3, 4, 5, 6, 7, 8, 9, 10), 8) % 11 % 10;
        return fits(c == digit(s, 8));
    }
    if (!digits_of(s, 10))
        return CHECK_FORMAT;
    bool foreigner = weighted(s, WEIGHTS(21, 19, 17, 13, 11, 9, 7, 3, 1), 9) % 10 == digit(s, 9);
    bool other = (11 - weighted(s, WEIGHTS(4, 3, 2, 7, 6, 5, 4, 3, 2), 9) % 11) % 11 == digit(s, 9);
    return fits(bg_personal(s) || foreigner || other);
}

enum check_result check_cy(str s)
{
    static const int odd[] = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21 };
    if (s.n != 9 || !all_digits(str_sub(s, 0, 8)) || str_starts(s, S("12")) || s.p[8] < 'A' || s.p[8] > 'Z')
        return CHECK_FORMAT;
    int sum = 0;
    for (size_t i = 0; i < 8; i++)
        sum += i % 2 == 0 ? odd[digit(s, i)] : digit(s, i);
    return fits('A' + sum % 26 == s.p[8]);
}

/* A Czech or Slovak birth number: years before 1954 have nine digits and no check digit. */
static bool birth_number(str s)
{
    int year = 1900 + digit(s, 0) * 10 + digit(s, 1);
    int month = (digit(s, 2) * 10 + digit(s, 3)) % 50, day = digit(s, 4) * 10 + digit(s, 5);
    if (s.n == 9)
        return year < 1954 && real_date(year, month, day);
    if (year < 1954)
        year += 100;
    if (month > 20 && year >= 2004)
        month -= 20;
    int64_t rest = number_of(str_sub(s, 0, 9)) % 11;
    return real_date(year, month, day) && (year < 1985 ? rest % 10 : rest) == digit(s, 9);
}

enum check_result check_cz(str s)
{
    static const int w[] = { 8, 7, 6, 5, 4, 3, 2 };
    if (digits_of(s, 8)) {
        if (s.p[0] == '9')
            return CHECK_FORMAT;
        int c = (11 - weighted(s, w, 7) % 11) % 11;
        return fits((c == 0 ? 1 : c % 10) == digit(s, 7));
    }
    if (digits_of(s, 9) && s.p[0] == '6') {
        int c = 8 - (10 - weighted(str_sub(s, 1, 7), w, 7) % 11) % 11;
        return fits((c + 10) % 10 == digit(s, 8));
    }
    return digits_of(s, 9) || digits_of(s, 10) ? fits(birth_number(s)) : CHECK_FORMAT;
}

enum check_result check_sk(str s)
{
    if (!digits_of(s, 10))
        return CHECK_FORMAT;
    bool company = s.p[0] != '0' && str_index(S("234789"), s.p[2]) < 6 && number_of(s) % 11 == 0;
    return fits(company || birth_number(s));
}

enum check_result check_de(str s)
{
    return !digits_of(s, 9) || s.p[0] == '0' ? CHECK_FORMAT : fits(iso7064_11_10(s));
}

enum check_result check_dk(str s)
{
    if (!digits_of(s, 8) || s.p[0] == '0')
        return CHECK_FORMAT;
    return fits(weighted(s, WEIGHTS(2, 7, 6, 5, 4, 3, 2, 1), 8) % 11 == 0);
}

enum check_result check_ee(str s)
{
    return digits_of(s, 9) ? fits(weighted(s, WEIGHTS(3, 7, 1, 3, 7, 1, 3, 7, 1), 9) % 10 == 0) : CHECK_FORMAT;
}

enum check_result check_el(str s)
{
    if (!digits_of(s, 9))
        return CHECK_FORMAT;
    int sum = weighted(s, WEIGHTS(256, 128, 64, 32, 16, 8, 4, 2), 8);
    return fits(number_of(s) > 0 && sum % 11 % 10 == digit(s, 8));
}

static bool es_person(str digits, char letter)
{
    return all_digits(digits) && "TRWAGMYFPDXBNJZSQVHLCKE"[number_of(digits) % 23] == letter;
}

enum check_result check_es(str s)
{
    if (s.n != 9 || !all_digits(str_sub(s, 1, 7)))
        return CHECK_FORMAT;
    char first = s.p[0], last = s.p[8];
    str middle = str_sub(s, 1, 7);
    bool letter = last >= 'A' && last <= 'Z', number = last >= '0' && last <= '9';
    if (first >= '0' && first <= '9')
        return letter ? fits(es_person(str_sub(s, 0, 8), last)) : CHECK_FORMAT;
    if (str_index(S("KLM"), first) < 3)
        return letter ? fits(es_person(middle, last)) : CHECK_FORMAT;
    if (first >= 'X' && first <= 'Z') {
        int64_t n = (first - 'X') * INT64_C(10000000) + number_of(middle);
        return letter ? fits("TRWAGMYFPDXBNJZSQVHLCKE"[n % 23] == last) : CHECK_FORMAT;
    }
    if (str_index(S("ABCDEFGHJNPQRSUVW"), first) == 17 || !(letter || number))
        return CHECK_FORMAT;
    int c = luhn_digit(middle);
    return fits(last == '0' + c || last == "JABCDEFGHI"[c]);
}

enum check_result check_fi(str s)
{
    return digits_of(s, 8) ? fits(weighted(s, WEIGHTS(7, 9, 10, 5, 8, 4, 2, 1), 8) % 11 == 0) : CHECK_FORMAT;
}

/* Place of a character among digits and letters without I and O; 34 when it is none. */
static int fr_index(char c)
{
    return (int)str_index(S("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"), c);
}

enum check_result check_fr(str s)
{
    if (s.n != 11 || !all_digits(str_sub(s, 2, 9)) || fr_index(s.p[0]) == 34 || fr_index(s.p[1]) == 34)
        return CHECK_FORMAT;
    str siren = str_sub(s, 2, 9);
    bool monaco = str_starts(siren, S("000"));
    int64_t n = number_of(siren);
    int a = fr_index(s.p[0]), b = fr_index(s.p[1]);
    if (n == 0 || (!monaco && !luhn(siren)))
        return CHECK_DIGITS;
    if (a < 10 && b < 10)
        return fits(a * 10 + b == (n * 100 + 12) % 97);
    int key = a < 10 ? a * 24 + b - 10 : a * 34 + b - 100;
    return fits((n + 1 + key / 11) % 11 == key % 11);
}

/* Government departments (GD) and health authorities (HA) have three digits, or their Union form with its own check. */
static enum check_result gb_public(str s)
{
    str rest = str_sub(s, 2, s.n);
    if (rest.n == 9 && all_digits(rest) && str_starts(rest, S("8888"))) {
        int64_t n = number_of(str_sub(rest, 4, 3));
        return fits(n % 97 == number_of(str_sub(rest, 7, 2)) && (n < 500) == str_starts(s, S("GD")));
    }
    if (!digits_of(rest, 3))
        return CHECK_FORMAT;
    return fits((number_of(rest) < 500) == str_starts(s, S("GD")));
}

enum check_result check_gb(str s)
{
    if (str_starts(s, S("GD")) || str_starts(s, S("HA")))
        return gb_public(s);
    if (!digits_of(s, 9) && !digits_of(s, 12))
        return CHECK_FORMAT;
    int sum = weighted(s, WEIGHTS(8, 7, 6, 5, 4, 3, 2, 10, 1), 9) % 97;
    bool newer = number_of(str_sub(s, 0, 3)) >= 100;
    return fits(number_of(str_sub(s, 0, 7)) > 0 && (sum == 0 || (newer && (sum == 42 || sum == 55))));
}
