/* Host and domain names, as they are written in the DNS. */
#include "order.h"
#include "str.h"

#define NAME_MOST 253
#define LABEL_MOST 63

static bool ldh(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* RFC 5890 2.3.1: two hyphens in the third and fourth place are for "xn--" only, and something must follow. */
static bool label_ok(str l)
{
    if (l.n == 0 || l.n > LABEL_MOST || l.p[0] == '-' || l.p[l.n - 1] == '-')
        return false;
    for (size_t i = 0; i < l.n; i++)
        if (!ldh(l.p[i]))
            return false;
    bool reserved = l.n >= 4 && l.p[2] == '-' && l.p[3] == '-';
    return !reserved || (str_starts(l, S("xn--")) && l.n > 4);
}

static bool all_digits(str l)
{
    for (size_t i = 0; i < l.n; i++)
        if (l.p[i] < '0' || l.p[i] > '9')
            return false;
    return true;
}

st hostname_clean(struct arena *a, str typed, str *out)
{
    str name = str_lower(a, str_trim(typed));
    if (str_ends(name, S(".")))
        name = str_sub(name, 0, name.n - 1);
    if (name.n == 0 || name.n > NAME_MOST)
        return ST_INVALID;
    str label = S(""), rest = name;
    size_t labels = 0;
    for (; str_next(&rest, '.', &label); labels++)
        if (!label_ok(label))
            return ST_INVALID;
    if (labels < 2 || label.n < 2 || all_digits(label))
        return ST_INVALID;
    *out = name;
    return ST_OK;
}
