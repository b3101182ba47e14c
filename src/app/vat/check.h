/* Formats and check digits of VAT numbers, state by state. Private to this directory. */
#ifndef AVOW_VAT_CHECK_H
#define AVOW_VAT_CHECK_H

#include "base.h"

enum check_result {
    CHECK_FITS,
    CHECK_FORMAT, /* length or kind of characters */
    CHECK_DIGITS, /* the check digits say that a digit is wrong */
};

struct check_rule {
    str prefix;       /* as the tax authorities write it */
    str country;      /* ISO, XI, or EU for the One Stop Shop's own identifiers */
    const char *shape; /* what stands after the prefix, in words */
    enum check_result (*check)(str body);
    bool keyed;       /* has check digits at all */
};

extern const struct check_rule check_rules[];
extern const size_t check_rules_n;

/* For check_*.c: one function per state. */
enum check_result check_at(str), check_be(str), check_bg(str), check_cy(str), check_cz(str), check_de(str), check_dk(str),
    check_ee(str), check_el(str), check_es(str), check_fi(str), check_fr(str), check_gb(str), check_hr(str), check_hu(str),
    check_ie(str), check_it(str), check_lt(str), check_lu(str), check_lv(str), check_mt(str), check_nl(str), check_pl(str),
    check_pt(str), check_ro(str), check_se(str), check_si(str), check_sk(str), check_che(str), check_no(str), check_eu(str),
    check_im(str);

/* Arithmetic they share (check_sums.c). Digits are taken from text that was found to be digits. */
bool all_digits(str);
bool digits_of(str, size_t n); /* exactly n digits */
int digit(str, size_t i);
/* Sum of w[i] × digit i over the first n. */
int weighted(str, const int *w, size_t n);
int64_t number_of(str); /* up to 18 digits */
bool luhn(str);
int luhn_digit(str); /* the digit that would follow */
bool iso7064_11_10(str);
/* Year of two digits in a century, month and day that exist. */
bool real_date(int year, int month, int day);

#endif
