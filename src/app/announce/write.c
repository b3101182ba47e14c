/* An announcement as a message: the words of staff between ours, the link that stops it, and both parts saying the same. */
#include "announce_work.h"

#include "announce_mail_html.h"
#include "config_keys.h"
#include "message.h"
#include "routes.h"
#include "str.h"
#include "text.h"

#define PART_MAX (128 * 1024)

str announce_site(struct arena *a, const struct config *c)
{
    str base = str_empty(c->web.url) ? str_fmt(a, "https://%.*s", STR_ARG(c->web.listen.text)) : c->web.url;
    return str_ends(base, S("/")) ? str_sub(base, 0, base.n - 1) : base;
}

static str words(struct arena *a, const struct config *c, enum text_key key, str name)
{
    const struct text_arg args[] = { { "company", c->company.name }, { "name", name } };
    return text_fill(a, LANGUAGE_EN_GB, key, args, COUNT(args));
}

enum text_key announce_class_line(enum topic t)
{
    str class = str_c(topic_info[t].mail_class);
    if (str_eq(class, S("service")))
        return TXT_MAIL_CLASS_NOTICE;
    return str_eq(class, S("marketing")) ? TXT_MAIL_CLASS_MARKETING : TXT_MAIL_CLASS_ANNOUNCEMENT;
}

st announce_write(struct arena *a, const struct config *c, const struct announce_letter *l, struct mail_message *m)
{
    struct out subject, text, html, content;
    str site = announce_site(a, c), body, plain;
    struct v_bulletin v = {
        .from = { .company = c->company.name, .address = c->company.address,
                  .greeting = words(a, c, str_empty(l->name) ? TXT_MAIL_GREETING_NOBODY : TXT_MAIL_GREETING, l->name),
                  .class_line = words(a, c, announce_class_line(l->topic), l->name),
                  .privacy_line = words(a, c, TXT_MAIL_FOOT_PRIVACY, l->name), .privacy = { str_cat(a, site, url_privacy(a).s) } },
        .about = l->title, .stops = !str_empty(l->token), .stop_line = words(a, c, TXT_MAIL_FOOT_UNSUBSCRIBE, l->name) };
    if (v.stops)
        m->unsubscribe = v.stop.s = str_cat(a, site, url_unsubscribe(a, l->token).s);
    TRY(announce_html(a, l->body, site, &body));
    TRY(announce_plain(a, l->body, site, &plain));
    out_init(&subject, a, PART_MAX);
    out_init(&text, a, PART_MAX);
    out_init(&html, a, PART_MAX);
    /* Markup of libcmark, which escapes what staff wrote; in the text part the same as they wrote it, wrapped. */
    out_init(&content, a, PART_MAX);
    out_str(&content, body);
    v.content = tpl_html_of(&content);
    t_bulletin_subject(&subject, &v);
    t_bulletin_html(&html, &v);
    out_init(&content, a, PART_MAX);
    out_str(&content, str_trim(plain));
    out_str(&content, S("\n\n"));
    v.content = tpl_html_of(&content);
    t_bulletin_text(&text, &v);
    TRY(out_st(&content));
    TRY(out_st(&subject));
    TRY(out_st(&text));
    TRY(out_st(&html));
    m->subject = out_view(&subject);
    m->text = out_view(&text);
    m->html = out_view(&html);
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}
