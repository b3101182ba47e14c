/* Values as text: dates, amounts and sizes as British readers write them, addresses that cannot run scripts. */
#include "tpl.h"

#include <stdio.h>
#include <string.h>

struct html tpl_html_of(const struct out *o)
{
    return (struct html){ out_view(o) };
}

/* ---- messages */

_Static_assert(LANGUAGE_COUNT == 1, "gen/tplc writes the words of the one language into the templates");

str tpl_txt(enum text_key k)
{
    return text_get((enum language)0, k);
}

void tpl_msg(struct out *o, enum text_key k, const struct text_arg *v, size_t n)
{
    out_html(o, n ? text_fill(o->a, (enum language)0, k, v, n) : tpl_txt(k));
}

void tpl_msg_plain(struct out *o, enum text_key k, const struct text_arg *v, size_t n)
{
    tpl_plain(o, n ? text_fill(o->a, (enum language)0, k, v, n) : tpl_txt(k));
}

void tpl_word(struct out *o, str word, const struct tpl_choice *c)
{
    for (; c->word.n; c++)
        if (str_eq(word, c->word)) {
            out_html(o, tpl_txt(c->key));
            return;
        }
    out_html(o, word);
}

/* ---- values */

static const str months[] = {
    SI(" January "), SI(" February "), SI(" March "),     SI(" April "),   SI(" May "),      SI(" June "),
    SI(" July "),    SI(" August "),   SI(" September "), SI(" October "), SI(" November "), SI(" December "),
};
#define DATE_MOST 48 /* bytes of "23 November 2026, 10:11", whatever the year */

/* "23 November 2026"; the end of it. */
static char *put_date(char *p, int year, int month, int day)
{
    str name = months[month - 1];
    if (day >= 10)
        *p++ = (char)('0' + day / 10);
    *p++ = (char)('0' + day % 10);
    memcpy(p, name.p, name.n);
    p += name.n;
    if (year < 1000 || year > 9999)
        return p + snprintf(p, 12, "%d", year);
    for (int i = 3, rest = year; i >= 0; i--, rest /= 10)
        p[i] = (char)('0' + rest % 10);
    return p + 4;
}

str tpl_date_str(struct arena *a, date d)
{
    struct out o;
    out_init(&o, a, 64);
    tpl_date(&o, d);
    return out_view(&o);
}

bool tpl_has_utc(utc t)
{
    return t.s != INT64_MIN;
}

str tpl_utc_str(struct arena *a, utc t)
{
    struct out o;
    out_init(&o, a, 64);
    tpl_utc(&o, t);
    return out_view(&o);
}

static void put_ago(struct out *o, utc then, utc now)
{
    static const struct {
        int64_t seconds;
        str name;
    } units[] = { { 31557600, SI(" year") }, { 2629800, SI(" month") }, { 86400, SI(" day") }, { 3600, SI(" hour") },
                  { 60, SI(" minute") } };
    bool past = then.s <= now.s;
    int64_t gap = past ? now.s - then.s : then.s - now.s;
    size_t i = 0;
    while (i < COUNT(units) && gap < units[i].seconds)
        i++;
    if (i == COUNT(units)) {
        out_str(o, past ? S("just now") : S("in a moment"));
        return;
    }
    int64_t n = gap / units[i].seconds;
    out_str(o, past ? S("") : S("in "));
    out_i64(o, n);
    out_str(o, units[i].name);
    out_str(o, n == 1 ? S("") : S("s"));
    out_str(o, past ? S(" ago") : S(""));
}

str tpl_ago_str(struct arena *a, utc then, utc now)
{
    struct out o;
    out_init(&o, a, 64);
    put_ago(&o, then, now);
    return out_view(&o);
}

void tpl_date(struct out *o, date d)
{
    int year, month, day;
    if (d.days == INT32_MIN) {
        out_str(o, S("–"));
        return;
    }
    char text[DATE_MOST];
    date_split(d, &year, &month, &day);
    out_bytes(o, text, (size_t)(put_date(text, year, month, day) - text));
}

void tpl_utc(struct out *o, utc t)
{
    if (!tpl_has_utc(t)) {
        out_str(o, S("–"));
        return;
    }
    char text[DATE_MOST];
    struct civil c = civil_london(t);
    char *p = put_date(text, c.year, c.month, c.day);
    *p++ = ',';
    *p++ = ' ';
    *p++ = (char)('0' + c.hour / 10);
    *p++ = (char)('0' + c.hour % 10);
    *p++ = ':';
    *p++ = (char)('0' + c.minute / 10);
    *p++ = (char)('0' + c.minute % 10);
    out_bytes(o, text, (size_t)(p - text));
}

void tpl_date_element(struct out *o, date d)
{
    if (d.days == INT32_MIN) {
        tpl_date(o, d);
        return;
    }
    char iso[DATE_ISO];
    date_iso_put(iso, d);
    out_lit(o, S("<time datetime=\""));
    out_bytes(o, iso, sizeof iso);
    out_lit(o, S("\">"));
    tpl_date(o, d);
    out_lit(o, S("</time>"));
}

void tpl_utc_element(struct out *o, utc t)
{
    char iso[UTC_ISO];
    if (!tpl_has_utc(t)) {
        tpl_utc(o, t);
        return;
    }
    utc_iso_put(iso, t);
    out_lit(o, S("<time datetime=\""));
    out_bytes(o, iso, sizeof iso);
    out_lit(o, S("\" title=\""));
    put_ago(o, t, clock_now());
    out_lit(o, S("\">"));
    tpl_utc(o, t);
    out_lit(o, S("</time>"));
}

void tpl_money(struct out *o, money m)
{
    if (currency_known((str){ m.cur, 3 }))
        money_put(o, m); /* signs and capital letters: nothing to escape */
    else
        out_html(o, money_show(o->a, m));
}

str tpl_count_str(struct arena *a, int64_t n)
{
    char digits[32], grouped[48];
    int len = snprintf(digits, sizeof(digits), "%llu", n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n);
    size_t k = 0;
    if (n < 0)
        grouped[k++] = '-';
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            grouped[k++] = ',';
        grouped[k++] = digits[i];
    }
    return str_dup(a, (str){ grouped, k });
}

void tpl_count(struct out *o, int64_t n)
{
    out_str(o, tpl_count_str(o->a, n));
}

str tpl_size_str(struct arena *a, int64_t bytes)
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB", "EB" };
    int64_t whole = bytes < 0 ? 0 : bytes, tenth = 0;
    size_t u = 0;
    while (whole >= 1000 && u + 1 < COUNT(units)) {
        tenth = whole % 1000 / 100;
        whole /= 1000;
        u++;
    }
    if (u && whole < 100 && tenth)
        return str_fmt(a, "%lld.%lld %s", (long long)whole, (long long)tenth, units[u]);
    return str_fmt(a, "%lld %s", (long long)whole, units[u]);
}

void tpl_size(struct out *o, int64_t bytes)
{
    out_str(o, tpl_size_str(o->a, bytes));
}

void tpl_rate(struct out *o, int64_t rate_bp)
{
    out_html(o, rate_show(o->a, (int32_t)rate_bp));
}

void tpl_uid(struct out *o, uid u)
{
    char text[UID_TEXT];
    uid_fmt(u, text);
    out_bytes(o, text, sizeof(text));
}

static bool token(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return s.n > 0;
}

void tpl_token(struct out *o, str s)
{
    out_str(o, token(s) ? s : S("unknown"));
}

void tpl_tokens(struct out *o, str s)
{
    str word;
    for (bool first = true; str_next(&s, ' ', &word); first = false) {
        if (!first)
            out_byte(o, ' ');
        tpl_token(o, word);
    }
}

/* "//host" and "/\host" would leave the site. */
static bool url_passes(str s)
{
    if (!utf8_printable(s, false))
        return false;
    if (s.n && s.p[0] == '/')
        return s.n == 1 || (s.p[1] != '/' && s.p[1] != '\\');
    return str_istarts(s, S("https://")) || str_istarts(s, S("http://")) || str_istarts(s, S("mailto:")) ||
           str_starts(s, S("#"));
}

void tpl_url(struct out *o, url u)
{
    out_html(o, url_passes(u.s) ? u.s : S("#refused"));
}

void tpl_url_text(struct out *o, url u)
{
    out_html(o, u.s);
}

void tpl_html(struct out *o, struct html h)
{
    out_str(o, h.s);
}

/* ---- the text part of mail */

void tpl_plain(struct out *o, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        out_byte(o, c < ' ' || c == 127 ? ' ' : s.p[i]);
    }
}

static char last(const struct out *o)
{
    str s = out_view(o);
    return s.n ? s.p[s.n - 1] : '\n';
}

void tpl_space(struct out *o)
{
    if (last(o) != ' ' && last(o) != '\n')
        out_byte(o, ' ');
}

/* End the line, with so many line ends altogether. */
void tpl_break(struct out *o, int lines)
{
    str s = out_view(o);
    while (s.n && s.p[s.n - 1] == '\n' && lines) {
        s.n--;
        lines--;
    }
    if (out_view(o).n == 0)
        return;
    while (lines-- > 0)
        out_byte(o, '\n');
}

void tpl_rule(struct out *o)
{
    tpl_break(o, 1);
    out_str(o, S("----\n"));
}
