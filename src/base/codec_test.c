#include "codec.h"

#include "rnd.h"
#include "t.h"

static void base64(struct arena *a)
{
    /* RFC 4648 section 10 */
    static const struct {
        str plain, text;
    } cases[] = {
        { SI(""), SI("") }, { SI("f"), SI("Zg==") }, { SI("fo"), SI("Zm8=") }, { SI("foo"), SI("Zm9v") },
        { SI("foob"), SI("Zm9vYg==") }, { SI("fooba"), SI("Zm9vYmE=") }, { SI("foobar"), SI("Zm9vYmFy") },
    };
    str got;
    for (size_t i = 0; i < COUNT(cases); i++) {
        t_str(b64_fmt(a, cases[i].plain.p, cases[i].plain.n), cases[i].text, "to base 64");
        t_ok(b64_parse(a, cases[i].text, &got) == ST_OK, "from base 64");
        t_str(got, cases[i].plain, "the same bytes");
    }
    t_str(b64url_fmt(a, "\xfb\xff", 2), S("-_8"), "URL alphabet, no padding");
    t_st(b64_parse(a, S("Zg="), &got), ST_INVALID, "bad padding");
    t_st(b64_parse(a, S("Zh=="), &got), ST_INVALID, "left-over bits");
    t_st(b64url_parse(a, S("Zg=="), &got), ST_INVALID, "padding in the URL form");
    t_st(b64url_parse(a, S("Z"), &got), ST_INVALID, "one character");
    t_st(b64url_parse(a, S("+/8"), &got), ST_INVALID, "the other alphabet");
}

static void uids(struct arena *a)
{
    uid u = { { 0 } }, v;
    memset(u.b, 0xff, sizeof(u.b));
    t_str(uid_str(a, u), S("7zzzzzzzzzzzzzzzzzzzzzzzzz"), "the greatest");
    t_str(uid_str(a, (uid){ { 0 } }), S("00000000000000000000000000"), "zero");
    bool same = true;
    for (int i = 0; i < 100; i++) {
        u = rnd_uid();
        same = same && uid_parse(uid_str(a, u), &v) == ST_OK && uid_eq(u, v);
    }
    t_ok(same, "there and back");
    static const char *const bad[] = { "", "8zzzzzzzzzzzzzzzzzzzzzzzzz", "0000000000000000000000000",
                                       "0000000000000000000000000u", "0000000000000000000000000A" };
    for (size_t i = 0; i < COUNT(bad); i++)
        t_st(uid_parse((str){ bad[i], strlen(bad[i]) }, &v), ST_INVALID, bad[i]);
    t_ok(uid_zero((uid){ { 0 } }) && !uid_zero(u), "zero is zero");
}

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    uint8_t b[2] = { 9, 9 };
    base64(a);
    uids(a);
    t_str(hex_fmt(a, "\x01\xab", 2), S("01ab"), "to hex");
    t_ok(hex_parse(S("01aB"), b, 2) == ST_OK && b[0] == 1 && b[1] == 0xab, "from hex");
    b[0] = 9;
    t_st(hex_parse(S("01ag"), b, 2), ST_INVALID, "bad hex");
    t_i64(b[0], 9, "nothing is written on failure");
    t_st(hex_parse(S("01a"), b, 2), ST_INVALID, "short hex");
    arena_free(a);
    return t_done();
}
