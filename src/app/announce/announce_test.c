/* What staff write, as the message it becomes; and what comes back. */
#include <stdio.h>

#include "announce_work.h"
#include "codec.h"
#include "config.h"
#include "message.h"
#include "str.h"
#include "t.h"

#define NAME "00000000001111111111111110"

static bool holds(str s, const char *part)
{
    return str_find(s, str_c(part)) < s.n;
}

/* ---- text */

static void texts(struct arena *a)
{
    str html = S(""), plain = S("");
    str markdown = S("## More room\n\nFrom **today**, see [the shop](/products/starter?a=1&b=2).\n\n- one\n- <two>\n");
    t_ok(announce_check_text(S("plain & simple <3")) == ANNOUNCE_FINE, "what only looks like HTML is none");
    t_ok(announce_check_text(markdown) == ANNOUNCE_HTML, "what is, is refused");
    markdown = S("## More room\n\nFrom **today**, see [the shop](/products/starter?a=1&b=2).\n\n- one\n- two & three\n");
    t_ok(announce_check_text(markdown) == ANNOUNCE_FINE, "Markdown");
    t_st(announce_html(a, markdown, S("https://example.test"), &html), ST_OK, "as HTML");
    t_ok(holds(html, "href=\"https://example.test/products/starter?a=1&amp;b=2\""), "links within the site name the site");
    t_ok(holds(html, "two &amp; three") && holds(html, "<strong>today</strong>"), "and words are escaped");
    t_st(announce_plain(a, markdown, S("https://example.test"), &plain), ST_OK, "as text");
    t_ok(holds(plain, "https://example.test/products/starter") && holds(plain, "More room") && !holds(plain, "<"), "the same without markup");
    t_st(announce_html(a, markdown, S(""), &html), ST_OK, "on the site itself");
    t_ok(holds(html, "href=\"/products/starter"), "links stay as they are");
}

static void letters(struct arena *a)
{
    struct config c;
    str problem;
    t_st(config_defaults(a, &c), ST_OK, "a configuration");
    t_st(config_set(a, &c, S("test"), S("web.url"), S("https://shop.example.test/"), &problem), ST_OK, "an address");
    struct announce_letter l = { .topic = TOPIC_DEALS, .title = S("Half price & more"), .body = S("Hello **you**."), .name = S("Ann <b>"),
                                 .token = S("tokentokentokentokentoken") };
    struct mail_message m = { .subject = S("") };
    t_st(announce_write(a, &c, &l, &m), ST_OK, "a message");
    t_str(m.subject, S("Half price & more"), "its subject");
    t_ok(holds(m.html, "Ann &lt;b&gt;") && holds(m.html, "<strong>you</strong>"), "HTML");
    t_ok(holds(m.text, "Hello Ann <b>") && holds(m.text, "Hello **you**"), "text");
    t_str(m.unsubscribe, S("https://shop.example.test/unsubscribe/tokentokentokentokentoken"), "the address of one click");
    t_ok(holds(m.html, "/unsubscribe/tokentokentokentokentoken") && holds(m.text, "/unsubscribe/tokentokentokentokentoken"), "in both parts");
    t_ok(holds(m.text, "advertising of"), "and it says what it is");
    l.topic = TOPIC_SERVICE;
    l.token = S("");
    m.unsubscribe = S("");
    t_st(announce_write(a, &c, &l, &m), ST_OK, "what customers must know");
    t_ok(!holds(m.text, "unsubscribe") && str_empty(m.unsubscribe) && holds(m.text, "service message"), "has no such link, and says why");

    str wire = S("");
    m.unsubscribe = S("https://shop.example.test/unsubscribe/DMcqE6tlHGeB7fewgFM4BxDH5qllwnatgFYyuqBq_x0");
    m.from = S("news@example.test");
    m.from_name = m.to_name = S("Example");
    m.to = S("ann@example.test");
    m.mail_class = "marketing";
    t_st(message_compose(a, &m, false, &wire), ST_OK, "composed");
    t_ok(holds(wire, "\nList-Unsubscribe: <https://shop.example.test/unsubscribe/DMcqE6tlHGeB7fewgFM4BxDH5qllwnatgFYyuqBq_x0>\n"), "RFC 2369");
    t_ok(holds(wire, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"), "RFC 8058");
    t_st(message_compose(a, &m, true, &wire), ST_OK, "for the wire");
    bool bare = false;
    for (size_t i = 0; i < wire.n; i++)
        bare = bare || (wire.p[i] == '\n' && (i == 0 || wire.p[i - 1] != '\r'));
    t_ok(!bare && holds(wire, "fewgFM4BxDH5qllwnatgFYyuqBq_x0>\r\n"), "with the line ends of SMTP throughout");
    m.unsubscribe = S("https://x\r\nBcc: everybody@example.test");
    t_st(message_compose(a, &m, false, &wire), ST_INVALID, "an address cannot add a header");
}

/* ---- reports */

static str report(struct arena *a, const char *status, const char *action, const char *to, const char *id)
{
    return str_fmt(a, "To: %s\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
                      "--b\nContent-Type: text/plain\n\nNo.\n\n--b\nContent-Type: message/delivery-status\n\n"
                      "Reporting-MTA: dns; relay.test\n\nFinal-Recipient: rfc822; ann@example.test\nAction: %s\nStatus: %s\n\n"
                      "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <%s@example.test>\n\n--b--\n",
                   to, action, status, id);
}

static void one(struct arena *a, str message, enum dsn_kind want, const char *name)
{
    struct dsn d = { .kind = DSN_COMPLAINT };
    t_st(dsn_read(a, message, &d), ST_OK, name);
    t_ok(d.kind == want, name);
    if (want != DSN_NOTHING)
        t_str(uid_str(a, d.message), S(NAME), "which message");
}

static void reports(struct arena *a)
{
    struct dsn d;
    one(a, report(a, "5.1.1", "failed", "b@example.test", NAME), DSN_HARD, "no such mailbox");
    one(a, report(a, "5.1.10", "failed", "b@example.test", NAME), DSN_HARD, "a domain that takes no mail");
    one(a, report(a, "5.2.2", "failed", "b@example.test", NAME), DSN_SOFT, "a full mailbox");
    one(a, report(a, "5.7.1", "failed", "b@example.test", NAME), DSN_SOFT, "a text that is not liked says nothing of the mailbox");
    one(a, report(a, "4.4.1", "delayed", "b@example.test", NAME), DSN_SOFT, "a server that is away");
    one(a, report(a, "4.4.7", "failed", "b@example.test", NAME), DSN_SOFT, "and stayed away");
    one(a, report(a, "2.0.0", "delivered", "b@example.test", NAME), DSN_NOTHING, "it was delivered");
    one(a, report(a, "5.1.1", "failed", "b+" NAME "@example.test", "other"), DSN_HARD, "known by the address it came back to");
    one(a, report(a, "5.1.1", "failed", "b@example.test", "other"), DSN_NOTHING, "about a message that is not ours");
    one(a, report(a, "5.1", "failed", "b@example.test", NAME), DSN_NOTHING, "a status that is none");
    one(a, report(a, "5.1.1x", "failed", "b@example.test", NAME), DSN_NOTHING, "nor this");
    one(a, report(a, "5.1.1\nAction: failed", "failed", "b@example.test", NAME), DSN_NOTHING, "two recipients at once");
    one(a, S("Subject: hello\n\nhello\n"), DSN_NOTHING, "an ordinary message");
    one(a, str_fmt(a, "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nx\n--b\n"
                      "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\n"
                      "Message-ID: <%s@example.test>\n\nx\n--b--\n", NAME), DSN_COMPLAINT, "a complaint");
    t_st(dsn_read(a, S(""), &d), ST_INVALID, "nothing at all");
}

int main(void)
{
    struct arena *a = arena_new(32u << 20);
    texts(a);
    letters(a);
    reports(a);
    arena_free(a);
    return t_done();
}
