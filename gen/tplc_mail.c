/* Messages: mail programs know no style sheets, so every element carries a constant style from this table;
 * and the text part is made of the same nodes, so that both parts always say the same. */
#include "tplc.h"

#include <string.h>

#define FONT "font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;"
static const struct {
    const char *tag, *class, *style;
} styles[] = {
    { "body", NULL, "margin:0;padding:0;background:#f3f4f1;" },
    { "table", "page", "width:100%;border-collapse:collapse;background:#f3f4f1;" },
    { "table", "sheet", "width:100%;max-width:600px;margin:0 auto;border-collapse:collapse;background:#ffffff;" },
    { "table", NULL, "width:100%;border-collapse:collapse;margin:0 0 20px;" },
    { "td", "outer", "padding:24px 12px;" },
    { "td", "head", FONT "padding:24px 32px 0;font-size:15px;font-weight:600;color:#0b5145;" },
    { "td", "main", FONT "padding:16px 32px 24px;font-size:16px;line-height:1.5;color:#1a1f1d;" },
    { "td", "foot", FONT "padding:16px 32px 24px;border-top:1px solid #dfe3df;font-size:13px;line-height:1.5;"
                    "color:#55605b;" },
    { "td", "amount", FONT "padding:8px 0;border-bottom:1px solid #dfe3df;font-size:16px;color:#1a1f1d;"
                      "text-align:right;white-space:nowrap;" },
    { "td", NULL, FONT "padding:8px 16px 8px 0;border-bottom:1px solid #dfe3df;font-size:16px;color:#1a1f1d;" },
    { "th", NULL, FONT "padding:8px 16px 8px 0;border-bottom:1px solid #dfe3df;font-size:14px;color:#55605b;"
                  "text-align:left;font-weight:400;" },
    { "h1", NULL, FONT "margin:0 0 16px;font-size:22px;line-height:1.3;color:#1a1f1d;" },
    { "p", "lead", FONT "margin:0 0 16px;font-size:17px;line-height:1.5;color:#1a1f1d;" },
    { "p", "small", FONT "margin:0 0 8px;font-size:13px;line-height:1.5;color:#55605b;" },
    { "p", NULL, FONT "margin:0 0 16px;line-height:1.5;" },
    { "a", "button", FONT "display:inline-block;padding:12px 20px;border-radius:6px;background:#0b5145;color:#ffffff;"
                     "font-weight:600;text-decoration:none;" },
    { "a", NULL, "color:#0b5145;" },
};
static const char *const plain_tags[] = { "html", "head", "title", "meta", "tr", "tbody", "br", "strong", "ul", "li",
                                          "hr", NULL };

const char *mail_style(const char *tag, const char *class, struct loc at)
{
    for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
        if (tp_is(styles[i].tag, tag) && (class ? tp_is(styles[i].class, class) : !styles[i].class))
            return styles[i].style;
    if (class || !tp_in(tag, plain_tags))
        tp_fail(at, "<%s class=\"%s\"> has no style in a message", tag, class ? class : "");
    return NULL;
}

/* ---- the text part */

static const struct {
    const char *name, *utf8;
} entities[] = {
    { "&nbsp;", " " },        { "&middot;", "\302\267" }, { "&times;", "\303\227" }, { "&ndash;", "\342\200\223" },
    { "&amp;", "&" },         { "&lt;", "<" },            { "&gt;", ">" },
};

static size_t put_entity(struct text *t, const char *p, struct loc at)
{
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
        if (tp_starts(p, entities[i].name)) {
            text_puts(t, entities[i].utf8);
            return strlen(entities[i].name);
        }
    tp_fail(at, "this character reference has no text form in a message");
}

/* White space becomes at most one space, and none at the start of a line: tpl_space() sees to that. */
static void literal(struct text *t, const struct node *n, int depth)
{
    struct text words = { 0 };
    const char *p = n->literal.p, *end = p + n->literal.n;
    text_add(&words, "", 0);
    while (p < end) {
        if (*p == '&') {
            p += put_entity(&words, p, n->at);
            continue;
        }
        text_add(&words, *p == '\n' ? " " : p, 1);
        p++;
    }
    for (const char *q = words.p; *q;) {
        emit_indent(t, depth);
        if (*q == ' ') {
            text_puts(t, "tpl_space(o);\n");
            q++;
            continue;
        }
        size_t len = strcspn(q, " ");
        text_puts(t, "out_str(o, S(");
        emit_c_string(t, q, len);
        text_puts(t, "));\n");
        q += len;
    }
}

static void address(struct text *t, const struct node *href, int depth)
{
    emit_indent(t, depth);
    text_puts(t, "out_str(o, S(\": \"));\n");
    if (href->kind == N_URL) {
        emit_indent(t, depth);
        text_puts(t, "out_str(o, v->from.site);\n");
        emit_url(t, href, depth);
        emit_gathered(t, depth);
    } else {
        emit_indent(t, depth);
        text_fmt(t, "tpl_plain(o, %s);\n", emit_as_str(href->value));
    }
}

static void mark(struct text *t, const struct node *n, int depth)
{
    static const struct {
        const char *tag;
        bool closing;
        const char *c;
    } marks[] = {
        { "h1", true, "tpl_break(o, 2);" },    { "p", true, "tpl_break(o, 2);" },  { "table", true, "tpl_break(o, 2);" },
        { "tr", true, "tpl_break(o, 1);" },    { "td", true, "tpl_space(o);" },    { "th", true, "out_str(o, S(\": \"));" },
        { "br", false, "tpl_break(o, 1);" },   { "ul", true, "tpl_break(o, 2);" }, { "li", false, "out_str(o, S(\"- \"));" },
        { "li", true, "tpl_break(o, 1);" },    { "hr", false, "tpl_rule(o);" },
    };
    if (n->href)
        address(t, n->href, depth);
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (tp_is(marks[i].tag, n->literal.p) && marks[i].closing == n->closing) {
            emit_indent(t, depth);
            text_fmt(t, "%s\n", marks[i].c);
        }
}

static void node_text(struct text *t, const struct node *n, int depth)
{
    switch (n->kind) {
    case N_LITERAL: literal(t, n, depth); break;
    case N_MARK: mark(t, n, depth); break;
    case N_VALUE:
        emit_indent(t, depth);
        text_fmt(t, "%s(o, %s);\n", n->value.type.kind == K_HTML ? "out_str" : "tpl_plain", emit_as_str(n->value));
        break;
    case N_URL:
        emit_url(t, n, depth);
        emit_gathered(t, depth);
        break;
    case N_MESSAGE:
        emit_indent(t, depth);
        text_fmt(t, "tpl_msg_plain(o, %s, ", text_enum(n->name));
        emit_args(t, n, depth);
        text_puts(t, ");\n");
        break;
    case N_IF:
        emit_indent(t, depth);
        text_fmt(t, "if (%s) {\n", n->cond);
        emit_mail_text(t, n->body, depth + 1);
        emit_indent(t, depth);
        text_puts(t, "}\n");
        if (n->other) {
            emit_indent(t, depth);
            text_puts(t, "else {\n");
            if (n->other->first->cond)
                emit_mail_text(t, n->other, depth + 1);
            else
                emit_mail_text(t, n->other->first->body, depth + 1);
            emit_indent(t, depth);
            text_puts(t, "}\n");
        }
        break;
    case N_FOR:
        emit_for_head(t, n, depth);
        emit_mail_text(t, n->body, depth + 1);
        emit_indent(t, depth);
        text_puts(t, "}\n");
        break;
    case N_WORD_MESSAGE:
    case N_PLURAL:
    case N_STATIC:
    case N_BOOL_ATTR:
    case N_CALL:
    case N_WRAP:
    case N_FORM:
    case N_FIELD:
    case N_SUBMIT:
    case N_INPUT: tp_fail(n->at, "this directive has no text form in a message");
    }
}

void emit_mail_text(struct text *t, const struct body *b, int depth)
{
    bool head = false;
    for (const struct node *n = b ? b->first : NULL; n; n = n->next) {
        if (n->kind == N_MARK && tp_is(n->literal.p, "head"))
            head = !n->closing;
        if (!n->in_tag && !head)
            node_text(t, n, depth);
    }
}
