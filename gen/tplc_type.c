/* One rule per type and context: which function of src/web/tpl.h writes it. No rule, no template. */
#include "tplc.h"

struct rule {
    const char *text;  /* element content, <title>, <textarea> (RCDATA is plain: see below) */
    const char *attr;  /* attributes that hold words */
    const char *url;   /* a whole address */
    const char *tail;  /* in an address, after # ? mailto: … */
    const char *token; /* class, id and their like */
};
/* Text that is not a date says the same in element content and in attributes. */
static const struct rule rules[] = {
    [K_STR] = { "out_html", "out_html", NULL, "out_urlenc", NULL },
    [K_WORD] = { "out_html", "out_html", NULL, "out_urlenc", "tpl_token" },
    [K_TOKEN] = { "out_html", "out_html", NULL, "out_urlenc", "tpl_token" },
    [K_MONEY] = { "tpl_money", "tpl_money", NULL, NULL, NULL },
    [K_DATE] = { "tpl_date_element", "tpl_date", NULL, NULL, NULL },
    [K_UTC] = { "tpl_utc_element", "tpl_utc", NULL, NULL, NULL },
    [K_I64] = { "tpl_count", "out_i64", NULL, "out_i64", "out_i64" },
    [K_SIZE] = { "tpl_size", "tpl_size", NULL, NULL, NULL },
    [K_RATE] = { "tpl_rate", "tpl_rate", NULL, NULL, NULL },
    [K_URL] = { "tpl_url_text", "tpl_url_text", "tpl_url", NULL, NULL },
    [K_HTML] = { "tpl_html", NULL, NULL, NULL, NULL },
    [K_UID] = { "tpl_uid", "tpl_uid", NULL, "tpl_uid", "tpl_uid" },
    [K_LIST] = { NULL, NULL, NULL, NULL, NULL },
};

static const char *rule_for(struct type t, enum ctx ctx, bool url_start)
{
    const struct rule *r = &rules[t.kind];
    switch (ctx) {
    case CTX_TEXT: return r->text;
    case CTX_RCDATA:
    case CTX_ATTR: return r->attr;
    case CTX_URL_ATTR: return url_start ? r->url : r->tail;
    case CTX_CLASS: return r->token;
    case CTX_BOOL_ATTR:
    case CTX_IN_TAG:
    case CTX_NONE: break;
    }
    return NULL;
}

void check_context(struct type t, enum ctx ctx, bool url_start, struct loc at)
{
    static const char *const places[] = {
        [CTX_TEXT] = "in text",           [CTX_RCDATA] = "in <title> or <textarea>", [CTX_ATTR] = "in an attribute",
        [CTX_URL_ATTR] = "in an address", [CTX_CLASS] = "in an attribute of tokens",
        [CTX_BOOL_ATTR] = "in this attribute", [CTX_IN_TAG] = "between attributes", [CTX_NONE] = "here",
    };
    if (!rule_for(t, ctx, url_start))
        tp_fail(at, "a %s has no rule %s", type_name(t), places[ctx]);
}

void emit_value(struct text *t, struct value v, enum ctx ctx, bool url_start)
{
    text_fmt(t, "%s(o, %s);\n", rule_for(v.type, ctx, url_start), v.c);
}

/* The value as a str without markup, for messages and for the text part of mail. */
const char *emit_as_str(struct value v)
{
    switch (v.type.kind) {
    case K_STR:
    case K_WORD:
    case K_TOKEN: return v.c;
    case K_URL: return text_printf("%s.s", v.c);
    case K_MONEY: return text_printf("money_show(o->a, %s)", v.c);
    case K_DATE: return text_printf("tpl_date_str(o->a, %s)", v.c);
    case K_UTC: return text_printf("tpl_utc_str(o->a, %s)", v.c);
    case K_I64: return text_printf("tpl_count_str(o->a, %s)", v.c);
    case K_SIZE: return text_printf("tpl_size_str(o->a, %s)", v.c);
    case K_RATE: return text_printf("rate_show(o->a, (int32_t)%s)", v.c);
    case K_UID: return text_printf("uid_str(o->a, %s)", v.c);
    case K_HTML: return text_printf("%s.s", v.c);
    case K_BOOL:
    case K_FORM:
    case K_RECORD:
    case K_LIST: break;
    }
    return "S(\"\")";
}
