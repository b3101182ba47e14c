#include "str.h"

#include "t.h"

#include <string.h>

static void reading(void)
{
    str rest = S("a,b,,c"), tok;
    char seen[16] = "";
    size_t n = 0;
    while (str_next(&rest, ',', &tok))
        seen[n++] = tok.n ? tok.p[0] : '-';
    t_str(str_c(seen), S("ab-c"), "str_next cuts at each separator");
    t_ok(str_ieq(S("Host"), S("hOST")) && !str_ieq(S("Host"), S("Hos")), "ieq");
    t_ok(str_starts(S("abc"), S("ab")) && !str_starts(S("a"), S("ab")), "starts");
    t_ok(str_ends(S("abc"), S("bc")) && str_ends(S("abc"), S("")) && !str_ends(S("c"), S("bc")), "ends");
    t_i64(str_find(S("abcabd"), S("abd")), 3, "find");
    t_i64(str_find(S("abc"), S("x")), 3, "find: nothing gives the length");
    t_str(str_trim(S(" \t a b \r\n")), S("a b"), "trim");
    t_str(str_sub(S("abcdef"), 2, 3), S("cde"), "sub");
    t_str(str_sub(S("abc"), 5, 3), S(""), "sub beyond the end");
    t_ok(str_cmp(S("a"), S("b")) < 0 && str_cmp(S("ab"), S("a")) > 0 && str_cmp(S(""), (str){ 0 }) == 0, "cmp");
    t_ok(bytes_eq_ct("abc", "abc", 3) && !bytes_eq_ct("abc", "abd", 3), "constant-time comparison");
}

static void utf8(void)
{
    static const struct {
        str s;
        bool valid, printable;
        const char *name;
    } cases[] = {
        { SI("Zoë ✓ 𝄞"), true, true, "two, three and four bytes" },
        { SI("\xc0\xaf"), false, false, "overlong two" },
        { SI("\xe0\x80\xaf"), false, false, "overlong three" },
        { SI("\xf0\x80\x80\xaf"), false, false, "overlong four" },
        { SI("\xed\xa0\x80"), false, false, "surrogate" },
        { SI("\xf4\x90\x80\x80"), false, false, "above U+10FFFF" },
        { SI("\xe2\x82"), false, false, "cut short" },
        { SI("\x80"), false, false, "continuation alone" },
        { SI("a\tb"), true, false, "tab is not printable" },
        { SI("a\x7f"), true, false, "DEL is not printable" },
        { SI("a\xc2\x85"), true, false, "C1 is not printable" },
        { SI("a\xe2\x80\xae"), true, false, "bidi override is not printable" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        t_i64(utf8_valid(cases[i].s), cases[i].valid, cases[i].name);
        t_i64(utf8_printable(cases[i].s, false), cases[i].printable, cases[i].name);
    }
    t_i64(utf8_count(S("Zoë ✓")), 5, "count");
    t_i64(utf8_count(S("a\xff" "b")), 3, "invalid bytes count one each");
    t_ok(utf8_printable(S("a\nb"), true) && !utf8_printable(S("a\nb"), false), "LF only where lines are allowed");
}

static void numbers(void)
{
    int64_t v = 77;
    static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "0x1", "1.0", "9223372036854775808",
                                       "-9223372036854775809", "99999999999999999999" };
    for (size_t i = 0; i < COUNT(bad); i++)
        t_st(i64_parse(str_c(bad[i]), INT64_MIN, INT64_MAX, &v), ST_INVALID, bad[i]);
    t_i64(v, 77, "nothing is written on failure");
    t_ok(i64_parse(S("-9223372036854775808"), INT64_MIN, INT64_MAX, &v) == ST_OK && v == INT64_MIN, "the least");
    t_ok(i64_parse(S("9223372036854775807"), INT64_MIN, INT64_MAX, &v) == ST_OK && v == INT64_MAX, "the greatest");
    t_st(i64_parse(S("11"), 0, 10, &v), ST_INVALID, "out of range");
    t_ok(decimal_parse(S("25.5"), 2, &v) == ST_OK && v == 2550, "25.5");
    t_ok(decimal_parse(S("8.10"), 2, &v) == ST_OK && v == 810, "8.10");
    t_ok(decimal_parse(S("-0.05"), 2, &v) == ST_OK && v == -5, "-0.05 keeps its sign");
    static const char *const bad_decimal[] = { "1.", ".5", "1.234", "1.-5", "1,5", "", "1.2.3" };
    for (size_t i = 0; i < COUNT(bad_decimal); i++)
        t_st(decimal_parse(str_c(bad_decimal[i]), 2, &v), ST_INVALID, bad_decimal[i]);
}

/* Text is looked at eight bytes at a time: a wrong byte is seen wherever it stands. */
static void wrong_anywhere(void)
{
    char text[40];
    bool seen = true, passed = true;
    for (size_t n = 1; n <= sizeof text; n++)
        for (size_t at = 0; at < n; at++) {
            memset(text, 'a', sizeof text);
            passed = passed && utf8_valid((str){ text, n });
            text[at] = (char)0xff;
            seen = seen && !utf8_valid((str){ text, n });
        }
    t_ok(passed && seen, "a byte that is no text is seen at every place");
}

int main(void)
{
    reading();
    utf8();
    numbers();
    wrong_anywhere();
    return t_done();
}
