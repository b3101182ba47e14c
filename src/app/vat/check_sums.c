#include "check.h"
#include "clock.h"
#include "str.h"

bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

bool digits_of(str s, size_t n)
{
    return s.n == n && all_digits(s);
}

int digit(str s, size_t i)
{
    return s.p[i] - '0';
}

int weighted(str s, const int *w, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += w[i] * digit(s, i);
    return sum;
}

int64_t number_of(str s)
{
    int64_t v = 0;
    for (size_t i = 0; i < s.n; i++)
        v = v * 10 + digit(s, i);
    return v;
}

int luhn_digit(str s)
{
    int sum = 0;
    for (size_t i = 0; i < s.n; i++) {
        int d = digit(s, s.n - 1 - i);
        if (i % 2 == 0)
            d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return (10 - sum % 10) % 10;
}

bool luhn(str s)
{
    return luhn_digit(str_sub(s, 0, s.n - 1)) == digit(s, s.n - 1);
}

bool iso7064_11_10(str s)
{
    int check = 5;
    for (size_t i = 0; i < s.n; i++)
        check = ((check ? check : 10) * 2 % 11 + digit(s, i)) % 10;
    return check == 1;
}

bool real_date(int year, int month, int day)
{
    return date_of(year, month, day).days != DATE_NONE.days;
}
