#include "out.h"

#include "t.h"

int main(void)
{
    struct arena *a = arena_new(1 << 20);
    struct out o;
    out_init(&o, a, 1000);
    out_str(&o, S("a"));
    out_byte(&o, 'b');
    out_fmt(&o, "%03d", 7);
    out_i64(&o, INT64_MIN);
    t_str(out_view(&o), S("ab007-9223372036854775808"), "pieces");
    out_fmt(&o, "%0500d", 1);
    t_i64(out_view(&o).n, 525, "a formatted piece longer than the small buffer");
    out_fmt(&o, "%0900d", 1);
    t_st(out_st(&o), ST_FULL, "over the limit");
    out_str(&o, S("x"));
    t_i64(out_view(&o).n, 525, "and nothing more is taken");

    out_init(&o, a, 1000);
    out_html(&o, S("<a href=\"x\">'&' é"));
    t_str(out_view(&o), S("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39; é"), "html");
    out_init(&o, a, 1000);
    out_json(&o, S("a\"b\\c\n\x01</script>"));
    t_str(out_view(&o), S("\"a\\\"b\\\\c\\n\\u0001\\u003c/script>\""), "json");
    out_init(&o, a, 1000);
    out_urlenc(&o, S("a b/é~"));
    t_str(out_view(&o), S("a%20b%2F%C3%A9~"), "url");
    out_init(&o, a, 1000);
    out_hex(&o, "\x00\xff", 2);
    t_str(out_view(&o), S("00ff"), "hex");

    out_init(&o, a, 1000);
    out_i64(&o, 0);
    out_i64(&o, 1234567890123);
    out_byte(&o, ' ');
    out_digits(&o, 7, 3);
    t_str(out_view(&o), S("01234567890123 007"), "numbers");
    out_init(&o, a, 1000);
    out_reserve(&o, 500);
    char *there = o.p;
    for (int i = 0; i < 500; i++)
        out_byte(&o, 'x');
    t_ok(o.p == there && o.n == 500, "room that was asked for");
    out_reserve(&o, 501);
    t_st(out_st(&o), ST_FULL, "and not more than there may be");
    out_init(&o, a, 1000);
    arena_fail_at(1);
    out_str(&o, S("x"));
    t_st(out_st(&o), ST_NO_MEMORY, "a failing arena");
    arena_free(a);
    return t_done();
}
