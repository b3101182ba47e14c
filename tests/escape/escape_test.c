/* What templates make of hostile values. Two ways: exact output for values that tell most, and for a corpus of
 * attacks that nothing of the value became markup: the output has exactly the < > " of the template. */
#include "escape_html.h"
#include "t.h"

static struct arena *arena;
static struct out o;

static str made(void)
{
    return out_st(&o) == ST_OK ? out_view(&o) : S("(failed)");
}

static void fresh(void)
{
    out_init(&o, arena, 1 << 20);
}

static size_t count(str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

static const str corpus[] = {
    SI("<script>alert(1)</script>"), SI("\"><script>alert(1)</script>"), SI("'><img src=x onerror=alert(1)>"),
    SI("\" onmouseover=\"alert(1)"), SI("' onfocus='alert(1)' autofocus='"), SI("</title><script>alert(1)</script>"),
    SI("</textarea><svg/onload=alert(1)>"), SI("javascript:alert(1)"), SI("JaVaScRiPt:alert(1)"), SI(" javascript:alert(1)"),
    SI("java\tscript:alert(1)"), SI("java\nscript:alert(1)"), SI("\001javascript:alert(1)"), SI("data:text/html,<script>alert(1)</script>"),
    SI("vbscript:msgbox(1)"), SI("//evil.example/"), SI("/\\evil.example/"), SI("\\\\evil.example"), SI("&#x3C;script&#x3E;"),
    SI("&lt;script&gt;"), SI("&amp;quot;"), SI("{{constructor.constructor('alert(1)')()}}"), SI("${alert(1)}"), SI("<!--"),
    SI("-->"), SI("]]>"), SI("<![CDATA["), SI("<svg><style><img src=x onerror=alert(1)>"), SI("a\"b'c<d>e&f`g=h"), SI("../../etc"),
    SI("x y\tz"), SI("%3Cscript%3E"), SI("\xe2\x80\xae" "evil"), SI("\xff\xfe<b>"), SI("?next=//evil.example"), SI("#\" onclick=\"x"),
};

/* Each context, with the < > " that its template has by itself. */
static void draw(int which, str s)
{
    switch (which) {
    case 0: t_esc_text(&o, &(struct v_esc_text){ s }); break;
    case 1: t_esc_attr(&o, &(struct v_esc_attr){ s }); break;
    case 2: t_esc_rcdata(&o, &(struct v_esc_rcdata){ s }); break;
    case 3: t_esc_class(&o, &(struct v_esc_class){ s }); break;
    case 4: t_esc_url(&o, &(struct v_esc_url){ { s } }); break;
    case 5: t_esc_tail(&o, &(struct v_esc_tail){ s }); break;
    case 6: t_esc_route(&o, &(struct v_esc_route){ s }); break;
    case 7: t_esc_query(&o, &(struct v_esc_query){ s }); break;
    case 8: t_esc_message(&o, &(struct v_esc_message){ s }); break;
    case 9: t_esc_hidden(&o, &(struct v_esc_hidden){ s, S("c") }); break;
    default: t_esc_wrap(&o, &(struct v_esc_wrap){ s }); break;
    }
}
static const char *const contexts[] = { "text", "attribute", "title", "class", "address", "tail of an address", "route", "query",
                                        "message", "hidden field", "wrap" };

static void test_corpus(void)
{
    for (int which = 0; which < (int)COUNT(contexts); which++) {
        fresh();
        draw(which, S("x"));
        size_t lt = count(made(), '<'), gt = count(made(), '>'), quote = count(made(), '"');
        size_t bad = 0;
        for (size_t i = 0; i < COUNT(corpus); i++) {
            fresh();
            draw(which, corpus[i]);
            str got = made();
            bad += count(got, '<') != lt || count(got, '>') != gt || count(got, '"') != quote || count(got, '\'') != 0;
        }
        t_ok(bad == 0, contexts[which]);
    }
}

static void test_urls(void)
{
    static const str refused[] = { SI("javascript:alert(1)"), SI("JaVaScRiPt:x"), SI(" javascript:x"), SI("java\tscript:x"),
                                   SI("data:text/html,x"), SI("vbscript:x"), SI("//evil.example/"), SI("/\\evil.example"), SI("x") };
    static const str passed[] = { SI("/"), SI("/invoices/1"), SI("https://example.test/"), SI("http://127.0.0.1:8081/a/"),
                                  SI("mailto:a@example.test"), SI("#top") };
    for (size_t i = 0; i < COUNT(refused); i++) {
        fresh();
        draw(4, refused[i]);
        t_str(made(), S("<a href=\"#refused\"></a>"), "an address that is refused");
    }
    for (size_t i = 0; i < COUNT(passed); i++) {
        fresh();
        draw(4, passed[i]);
        t_ok(str_find(made(), passed[i]) < made().n, "an address that passes");
    }
}

static void test_exact(void)
{
    fresh();
    draw(0, S("a\"b'c<d>e&f"));
    t_str(made(), S("<p>a&quot;b&#39;c&lt;d&gt;e&amp;f</p>"), "text");
    fresh();
    draw(3, S("x\" onclick=\"y"));
    t_str(made(), S("<p class=\"a unknown\"></p>"), "class");
    fresh();
    draw(5, S("a b@c?d&e\""));
    t_str(made(), S("<a href=\"mailto:a%20b%40c%3Fd%26e%22\"></a>"), "the tail of an address");
    fresh();
    draw(6, S("../x/y"));
    t_str(made(), S("<a href=\"/products/..%2Fx%2Fy\"></a>"), "a slug in a path");
    fresh();
    draw(7, S("a&b=c#d"));
    t_str(made(), S("<a href=\"/staff/customers?q=a%26b%3Dc%23d\"></a>"), "a query");
    fresh();
    draw(8, S("<b>"));
    t_str(made(), S("<p title=\"Hello &lt;b&gt;\">Hello &lt;b&gt;</p>"), "a message");
    fresh();
    draw(10, S("<u>"));
    t_str(made(), S("<div aria-label=\"&lt;u&gt;\"><i>&lt;u&gt;</i></div>"), "what stands in a wrap");
}

static void test_values(void)
{
    fresh();
    clock_set((utc){ 1795428000 });
    t_esc_all(&o, &(struct v_esc_all){ { 123450, "GBP" }, date_of(2026, 11, 23), { 1795428000 - 7200 }, 1234567, 1500000, 2000,
                                       true, { { 0 } }, { S("/a?b&c") } });
    t_str(made(), S("<p title=\"£1,234.50 23 November 2026 1234567\">£1,234.50|<time datetime=\"2026-11-23\">23 November 2026</time>"
                  "|1,234,567|1.5 MB|20\u00a0%|00000000000000000000000000|/a?b&amp;c</p><details open></details>"
                  "<b><time datetime=\"2026-11-23T08:00:00Z\" title=\"2 hours ago\">23 November 2026, 08:00</time></b>"), "every type");
    t_str(tpl_count_str(arena, -1234), S("-1,234"), "-1,234");
    t_str(tpl_count_str(arena, 999), S("999"), "999");
    t_str(tpl_size_str(arena, 999), S("999 bytes"), "999 bytes");
    t_str(tpl_size_str(arena, -5), S("0 bytes"), "0 bytes");
    t_str(tpl_date_str(arena, DATE_NONE), S("–"), "–");
    t_str(tpl_ago_str(arena, (utc){ 86400 }, (utc){ 0 }), S("in 1 day"), "in 1 day");
    t_str(tpl_ago_str(arena, (utc){ 0 }, (utc){ 59 }), S("just now"), "just now");
}

int main(void)
{
    arena = arena_new(64 << 20);
    t_ok(arena != NULL, "an arena");
    test_corpus();
    test_urls();
    test_exact();
    test_values();
    arena_free(arena);
    return t_done();
}
