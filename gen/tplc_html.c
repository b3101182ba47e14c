/* Following the HTML of a template, character by character: which elements are open, which attribute we are in,
 * and therefore which context an expression would have. What is hard to do safely is refused here.
 *
 * HTML comes out nearly as it went in: white space is folded to one character, comments are dropped. */
#include "tplc.h"

#include <ctype.h>
#include <string.h>

enum state {
    S_TEXT, S_TAG_OPEN, S_TAG_NAME, S_CLOSE_NAME, S_IN_TAG, S_ATTR_NAME, S_AFTER_EQUALS, S_VALUE, S_AFTER_VALUE,
    S_SLASH, S_BOOL_QUOTE, S_BANG, S_COMMENT, S_RCDATA, S_RAW,
};
struct attr {
    const char *name;
    struct text value;
    bool dynamic; /* holds an expression */
    bool known;   /* a name whose every word is a field of the form */
    struct attr *next;
};
#define MAX_DEPTH 64
struct html {
    struct template *tpl;
    bool mail;
    int state;
    struct text word; /* tag or attribute name being read */
    char quote, pending;
    bool entity, after_url;
    const char *stack[MAX_DEPTH];
    size_t depth, floor;
    int loops, label_depth, svg_depth, pre_depth;
    bool label_has_control;
    const char *tag;
    struct attr *attrs, *attr;
    int serial; /* counts attributes, so that both ends of a block are in the same one */
    const struct reg_form *form;
    struct node *href;
};

static const char *const void_tags[] = { "area", "br",   "col",    "hr", "img", "input",
                                         "link", "meta", "source", "wbr", NULL };
static const char *const refused_tags[] = { "style", "iframe", "object", "embed",  "base",    "applet", "frame",
                                            "frameset", "marquee", "template", "math", "foreignobject", NULL };
static const char *const url_attrs[] = { "href", "src", "action", "formaction", "cite", "poster", "data", "ping",
                                         "xlink:href", "manifest", NULL };
static const char *const token_attrs[] = { "class", "id", "for", "aria-describedby", "aria-labelledby",
                                           "aria-controls", "aria-current", "headers", "rel", "role",
                                           "data-kind", "data-state", NULL };
static const char *const bool_attrs[] = { "checked", "selected", "disabled", "required", "readonly", "open",
                                          "hidden", "multiple", "autofocus", NULL };
static const char *const spoken_attrs[] = { "alt", "title", "aria-label", "placeholder", "label", NULL };

struct html *html_new(struct template *tpl, bool mail)
{
    struct html *h = keep(sizeof(*h));
    h->tpl = tpl;
    h->mail = mail;
    return h;
}

struct node *node_new(enum node_kind kind, enum ctx ctx, struct loc at)
{
    struct node *n = keep(sizeof(*n));
    n->kind = kind;
    n->ctx = ctx;
    n->at = at;
    return n;
}

void body_add(struct body *b, struct node *n)
{
    if (b->last)
        b->last->next = n;
    else
        b->first = n;
    b->last = n;
}

static void put(struct body *b, const char *p, size_t n, bool in_tag, struct loc at)
{
    if (!b->last || b->last->kind != N_LITERAL || b->last->in_tag != in_tag) {
        body_add(b, node_new(N_LITERAL, in_tag ? CTX_IN_TAG : CTX_TEXT, at));
        b->last->in_tag = in_tag;
    }
    text_add(&b->last->literal, p, n);
}

/* ---- what an element may be */

static struct attr *find_attr(const struct html *h, const char *name)
{
    for (struct attr *a = h->attrs; a; a = a->next)
        if (tp_is(a->name, name))
            return a;
    return NULL;
}

static void see(struct seen **list, const char *word, struct loc at, bool flag)
{
    struct seen *s = keep(sizeof(*s));
    *s = (struct seen){ word, at, flag, *list };
    *list = s;
}

static void check_id(struct html *h, struct loc at)
{
    struct attr *id = find_attr(h, "id");
    if (!id || id->dynamic)
        return;
    if (h->loops)
        tp_fail(at, "id \"%s\" inside {for} would be there many times", id->value.p);
    for (struct seen *s = h->tpl->ids; s; s = s->next)
        if (tp_is(s->word, id->value.p))
            tp_fail(at, "id \"%s\" is already used in line %d", id->value.p, s->at.line);
    see(&h->tpl->ids, id->value.p, at, false);
}

static void check_control(struct html *h, struct loc at)
{
    struct attr *type = find_attr(h, "type"), *name = find_attr(h, "name"), *id = find_attr(h, "id");
    if (h->tpl->control) { /* its label's for is an expression, too */
        h->label_has_control = true;
        return;
    }
    if (!h->form)
        tp_fail(at, "<%s> outside {form}", h->tag);
    if (name && name->dynamic && !name->known)
        tp_fail(at, "the name of <%s> must be a field of form '%s', not an expression", h->tag, h->form->name);
    if (name && !name->dynamic && !reg_field(h->form, name->value.p))
        tp_fail(at, "form '%s' has no field '%s'", h->form->name, name->value.p);
    if (type && tp_is(type->value.p, "hidden"))
        return;
    if (find_attr(h, "aria-label") || find_attr(h, "aria-labelledby") || (id && id->dynamic))
        return;
    if (h->label_depth) {
        h->label_has_control = true;
        return;
    }
    if (!id)
        tp_fail(at, "<%s> has no label: give it an id and a <label for>", h->tag);
    see(&h->tpl->controls, id->value.p, at, false);
}

static void check_element(struct html *h, struct loc at)
{
    const char *t = h->tag;
    if (tp_in(t, refused_tags))
        tp_fail(at, "<%s> is not possible in a template", t);
    if (tp_is(t, "form"))
        tp_fail(at, "write {form NAME …} instead of <form>");
    if (tp_is(t, "script") && !find_attr(h, "src"))
        tp_fail(at, "<script> without src: there are no inline scripts");
    struct attr *alt = find_attr(h, "alt");
    if (tp_is(t, "img") && !alt)
        tp_fail(at, "<img> without alt");
    if (tp_is(t, "input") || tp_is(t, "select") || tp_is(t, "textarea"))
        check_control(h, at);
    if (tp_is(t, "button") && !find_attr(h, "type"))
        tp_fail(at, "<button> without type");
    if (tp_is(t, "th") && !find_attr(h, "scope"))
        tp_fail(at, "<th> without scope");
    struct attr *rel_for = tp_is(t, "label") ? find_attr(h, "for") : NULL;
    if (rel_for && !rel_for->dynamic)
        see(&h->tpl->labels, rel_for->value.p, at, false);
    check_id(h, at);
}

static void push(struct html *h, struct loc at)
{
    if (h->depth == MAX_DEPTH)
        tp_fail(at, "elements are nested too deeply");
    h->stack[h->depth++] = h->tag;
    if (tp_is(h->tag, "label")) {
        h->label_depth++;
        h->label_has_control = find_attr(h, "for") != NULL;
    }
    h->svg_depth += tp_is(h->tag, "svg");
    h->pre_depth += tp_is(h->tag, "pre") || tp_is(h->tag, "textarea");
}

static void pop(struct html *h, const char *name, struct loc at)
{
    if (h->depth == 0)
        tp_fail(at, "</%s> closes nothing", name);
    if (!tp_is(h->stack[h->depth - 1], name))
        tp_fail(at, "</%s> closes <%s>", name, h->stack[h->depth - 1]);
    if (h->depth == h->floor)
        tp_fail(at, "</%s> closes an element that was opened outside this block", name);
    h->depth--;
    if (tp_is(name, "label")) {
        h->label_depth--;
        if (!h->label_has_control)
            tp_fail(at, "<label> without control: say which with for");
    }
    h->svg_depth -= tp_is(name, "svg");
    h->pre_depth -= tp_is(name, "pre") || tp_is(name, "textarea");
}

static void mark(struct html *h, struct body *b, const char *name, bool closing, struct loc at)
{
    if (!h->mail)
        return;
    struct node *n = node_new(N_MARK, CTX_TEXT, at);
    text_puts(&n->literal, name);
    n->closing = closing;
    if (closing && tp_is(name, "a")) {
        n->href = h->href;
        h->href = NULL;
    }
    body_add(b, n);
}

static void tag_done(struct html *h, struct body *b, bool self_closing, struct loc at)
{
    check_element(h, at);
    if (h->mail) {
        struct attr *class = find_attr(h, "class");
        const char *style = mail_style(h->tag, class ? class->value.p : NULL, at);
        if (style) {
            char *s = text_printf(" style=\"%s\"", style);
            put(b, s, strlen(s), true, at);
        }
    }
    put(b, self_closing ? "/>" : ">", self_closing ? 2 : 1, true, at);
    h->state = S_TEXT;
    mark(h, b, h->tag, false, at);
    if (tp_in(h->tag, void_tags))
        return;
    if (self_closing) {
        if (!h->svg_depth)
            tp_fail(at, "<%s/> does not close itself in HTML", h->tag);
        return;
    }
    push(h, at);
    if (tp_is(h->tag, "script"))
        h->state = S_RAW;
    else if ((tp_is(h->tag, "title") && !h->svg_depth) || tp_is(h->tag, "textarea"))
        h->state = S_RCDATA;
}

/* ---- attributes */

static void attr_begin(struct html *h, struct loc at)
{
    const char *name = tp_dup(h->word.p, h->word.n);
    if (tp_starts(name, "on"))
        tp_fail(at, "attribute %s: there are no inline scripts", name);
    if (tp_is(name, "srcdoc") || tp_is(name, "srcset") || tp_is(name, "http-equiv"))
        tp_fail(at, "attribute %s is not possible in a template", name);
    if (tp_is(name, "style"))
        tp_fail(at, "attribute style: there are no inline styles");
    if (find_attr(h, name))
        tp_fail(at, "attribute %s stands here twice", name);
    struct attr *a = keep(sizeof(*a));
    a->name = name;
    text_add(&a->value, "", 0);
    a->next = h->attrs;
    h->attrs = h->attr = a;
    h->serial++;
    h->after_url = false;
    h->word.n = 0;
}

static void check_static_url(const struct html *h, struct loc at)
{
    char folded[16];
    size_t n = 0;
    for (const char *p = h->attr->value.p; *p && n < sizeof(folded) - 1; p++)
        if ((unsigned char)*p > ' ')
            folded[n++] = (char)tolower((unsigned char)*p);
    folded[n] = 0;
    if (tp_starts(folded, "javascript:") || tp_starts(folded, "data:") || tp_starts(folded, "vbscript:"))
        tp_fail(at, "%s: addresses with that scheme are refused", h->attr->name);
    if (h->attr->value.p[0] == '/' && !h->attr->dynamic)
        tp_fail(at, "write {url NAME} or {static FILE} instead of %s", h->attr->value.p);
}

static void attr_end(struct html *h, struct loc at)
{
    if (tp_in(h->attr->name, url_attrs))
        check_static_url(h, at);
    h->attr = NULL;
}

static enum ctx attr_ctx(const struct html *h)
{
    if (tp_in(h->attr->name, url_attrs))
        return CTX_URL_ATTR;
    if (tp_in(h->attr->name, token_attrs))
        return CTX_CLASS;
    return tp_in(h->attr->name, bool_attrs) ? CTX_BOOL_ATTR : CTX_ATTR;
}

/* Words in a template would escape translation. `h->entity` is true between & and ;. */
static void refuse_words(struct html *h, char c, struct loc at)
{
    if (c == '&')
        h->entity = true;
    else if (c == ';' || c == ' ')
        h->entity = false;
    else if (!h->entity && isalpha((unsigned char)c))
        tp_fail(at, "words belong into registry/text: write {_ KEY} (found '%c')", c);
}

/* ---- one function per group of states */

static void settle(struct html *h, struct body *b, struct loc at)
{
    if (h->pending)
        put(b, &h->pending, 1, h->state != S_TEXT, at);
    h->pending = 0;
}

static void in_text(struct html *h, struct body *b, char c, struct loc at)
{
    if (isspace((unsigned char)c) && !h->pre_depth) {
        if (h->pending != '\n')
            h->pending = c == '\n' ? '\n' : ' ';
        return;
    }
    if (c == '<') {
        settle(h, b, at);
        h->state = S_TAG_OPEN;
        h->word.n = 0;
        return;
    }
    if (c == '>')
        tp_fail(at, "a > in text is written &gt;");
    refuse_words(h, c, at);
    settle(h, b, at);
    put(b, &c, 1, false, at);
}

static void in_tag_open(struct html *h, char c, struct loc at)
{
    if (c == '/')
        h->state = S_CLOSE_NAME;
    else if (c == '!')
        h->state = S_BANG;
    else if (islower((unsigned char)c)) {
        h->state = S_TAG_NAME;
        text_add(&h->word, &c, 1);
    } else
        tp_fail(at, "a tag name is missing after < (write &lt; for the character; names are lower case)");
}

static void in_bang(struct html *h, struct body *b, char c, struct loc at)
{
    text_add(&h->word, &c, 1);
    if (tp_is(h->word.p, "--"))
        h->state = S_COMMENT;
    else if (c == '>') {
        if (!tp_is(h->word.p, "doctype html>"))
            tp_fail(at, "only <!doctype html> and comments begin with <!");
        put(b, "<!doctype html>", 15, true, at);
        h->state = S_TEXT;
    }
}

static void in_comment(struct html *h, char c)
{
    text_add(&h->word, &c, 1);
    if (h->word.n >= 5 && tp_is(h->word.p + h->word.n - 3, "-->"))
        h->state = S_TEXT;
}

static void in_raw(struct html *h, char c, struct loc at)
{
    if (c == '<')
        h->state = S_TAG_OPEN;
    else
        tp_fail(at, "nothing may stand inside <script>");
    h->word.n = 0;
}

static void in_close_name(struct html *h, struct body *b, char c, struct loc at)
{
    if (c != '>') {
        text_add(&h->word, &c, 1);
        return;
    }
    const char *name = h->word.n ? tp_dup(h->word.p, h->word.n) : "";
    pop(h, name, at);
    h->state = S_TEXT;
    mark(h, b, name, true, at);
    char *s = text_printf("</%s>", name);
    put(b, s, strlen(s), true, at);
}

static void in_rcdata(struct html *h, struct body *b, char c, struct loc at)
{
    if (c == '<') {
        h->state = S_TAG_OPEN;
        h->word.n = 0;
        return;
    }
    refuse_words(h, c, at);
    put(b, &c, 1, false, at);
}

static void in_tag_name(struct html *h, struct body *b, char c, struct loc at)
{
    if (islower((unsigned char)c) || isdigit((unsigned char)c)) {
        text_add(&h->word, &c, 1);
        return;
    }
    h->tag = tp_dup(h->word.p, h->word.n);
    h->attrs = NULL;
    h->word.n = 0;
    put(b, "<", 1, true, at);
    put(b, h->tag, strlen(h->tag), true, at);
    if (c == '>')
        tag_done(h, b, false, at);
    else if (c == '/')
        h->state = S_SLASH;
    else if (isspace((unsigned char)c)) {
        h->state = S_IN_TAG;
        h->pending = ' ';
    } else
        tp_fail(at, "'%c' in a tag name", c);
}

static void in_tag(struct html *h, struct body *b, char c, struct loc at)
{
    if (isspace((unsigned char)c)) {
        h->pending = ' ';
        h->state = S_IN_TAG;
        return;
    }
    if (c == '>') {
        h->pending = 0;
        tag_done(h, b, false, at);
    } else if (c == '/') {
        h->pending = 0;
        h->state = S_SLASH;
    } else if (h->state == S_AFTER_VALUE) {
        tp_fail(at, "a space must stand between attributes");
    } else if (islower((unsigned char)c)) {
        settle(h, b, at);
        h->word.n = 0;
        text_add(&h->word, &c, 1);
        h->state = S_ATTR_NAME;
    } else
        tp_fail(at, "'%c' where an attribute name is expected", c);
}

static void in_attr_name(struct html *h, struct body *b, char c, struct loc at)
{
    if (islower((unsigned char)c) || isdigit((unsigned char)c) || c == '-' || c == ':' || isupper((unsigned char)c)) {
        text_add(&h->word, &c, 1);
        return;
    }
    put(b, h->word.p, h->word.n, true, at);
    attr_begin(h, at);
    if (c == '=') {
        put(b, "=", 1, true, at);
        h->state = S_AFTER_EQUALS;
        return;
    }
    h->attr = NULL;
    h->state = S_IN_TAG;
    in_tag(h, b, c, at);
}

static void in_value(struct html *h, struct body *b, char c, struct loc at)
{
    if (c == h->quote) {
        attr_end(h, at);
        put(b, "\"", 1, true, at);
        h->state = S_AFTER_VALUE;
        return;
    }
    if (c == '<' || c == '"')
        tp_fail(at, "'%c' in an attribute value", c);
    if (h->after_url && c != '#')
        tp_fail(at, "only a #fragment may follow a whole address");
    h->after_url = false;
    if (tp_in(h->attr->name, spoken_attrs))
        refuse_words(h, c, at);
    text_add(&h->attr->value, &c, 1);
    put(b, &c, 1, true, at);
}

static void in_after_equals(struct html *h, struct body *b, char c, struct loc at)
{
    if (c != '"')
        tp_fail(at, "the value of %s must stand in double quotation marks", h->attr->name);
    h->quote = c;
    h->entity = false;
    h->state = S_VALUE;
    put(b, "\"", 1, true, at);
}

void html_char(struct html *h, struct body *b, char c, struct loc at)
{
    switch ((enum state)h->state) {
    case S_TEXT: in_text(h, b, c, at); break;
    case S_TAG_OPEN: in_tag_open(h, c, at); break;
    case S_TAG_NAME: in_tag_name(h, b, c, at); break;
    case S_CLOSE_NAME: in_close_name(h, b, c, at); break;
    case S_IN_TAG:
    case S_AFTER_VALUE: in_tag(h, b, c, at); break;
    case S_ATTR_NAME: in_attr_name(h, b, c, at); break;
    case S_AFTER_EQUALS: in_after_equals(h, b, c, at); break;
    case S_VALUE: in_value(h, b, c, at); break;
    case S_SLASH:
        if (c != '>')
            tp_fail(at, "a / in a tag must be followed by >");
        tag_done(h, b, true, at);
        break;
    case S_BOOL_QUOTE:
        if (c != '"')
            tp_fail(at, "%s takes one yes-or-no expression and nothing else", h->attr->name);
        h->attr = NULL;
        h->state = S_AFTER_VALUE;
        break;
    case S_BANG: in_bang(h, b, c, at); break;
    case S_COMMENT: in_comment(h, c); break;
    case S_RCDATA: in_rcdata(h, b, c, at); break;
    case S_RAW: in_raw(h, c, at); break;
    }
}

/* ---- expressions and blocks */

enum ctx html_context(struct html *h, struct body *b, struct loc at, bool *url_start)
{
    *url_start = false;
    switch ((enum state)h->state) {
    case S_TEXT: settle(h, b, at); return CTX_TEXT;
    case S_RCDATA: return CTX_RCDATA;
    case S_IN_TAG: settle(h, b, at); return CTX_IN_TAG;
    case S_AFTER_VALUE: return CTX_IN_TAG;
    case S_VALUE:
        if (h->after_url)
            tp_fail(at, "only a #fragment may follow a whole address");
        *url_start = h->attr->value.n == 0 && !h->attr->dynamic;
        return attr_ctx(h);
    case S_COMMENT:
    case S_BANG: tp_fail(at, "an expression inside a comment");
    case S_RAW: tp_fail(at, "an expression inside <script>");
    case S_TAG_OPEN:
    case S_TAG_NAME:
    case S_CLOSE_NAME: tp_fail(at, "an expression in a tag name");
    case S_ATTR_NAME: tp_fail(at, "an expression in an attribute name");
    case S_AFTER_EQUALS: tp_fail(at, "an attribute value without quotation marks");
    case S_SLASH:
    case S_BOOL_QUOTE: break;
    }
    tp_fail(at, "an expression cannot stand here");
}

void html_placed(struct html *h, bool whole_url)
{
    if (h->state != S_VALUE)
        return;
    h->attr->dynamic = true;
    h->after_url = whole_url && attr_ctx(h) == CTX_URL_ATTR;
}

const char *html_url_prefix(const struct html *h)
{
    return h->attr->value.p;
}

bool html_in_tag(const struct html *h)
{
    return h->state != S_TEXT && h->state != S_RCDATA;
}

/* An input whose name is one of several words: each must be a field of the form. */
void html_name(struct html *h, struct type t, struct loc at)
{
    if (!h->form || h->state != S_VALUE || !tp_is(h->attr->name, "name") || t.kind != K_WORD || h->attr->value.n)
        return;
    for (const char *const *w = t.words; *w; w++)
        if (!reg_field(h->form, *w))
            tp_fail(at, "form '%s' has no field '%s'", h->form->name, *w);
    h->attr->known = true;
}

bool html_in_href(const struct html *h)
{
    return h->state == S_VALUE && tp_is(h->tag, "a") && tp_is(h->attr->name, "href");
}

void html_href(struct html *h, struct node *n)
{
    h->href = n;
}

/* ` checked="` was written already: take it back, the generated code writes it when the value is true. */
const char *html_bool_attr(struct html *h, struct body *b, struct loc at)
{
    const char *name = h->attr->name;
    size_t cut = strlen(name) + 2;
    struct node *n = b->last;
    if (h->attr->value.n || !n || n->kind != N_LITERAL || n->literal.n < cut)
        tp_fail(at, "%s takes one yes-or-no expression and nothing else", name);
    n->literal.n -= cut;
    n->literal.p[n->literal.n] = 0;
    h->state = S_BOOL_QUOTE;
    return name;
}

struct html_point html_begin(struct html *h, struct loc at)
{
    if (h->state == S_VALUE && attr_ctx(h) != CTX_ATTR && attr_ctx(h) != CTX_CLASS)
        tp_fail(at, "a block inside %s: give it one whole value instead", h->attr->name);
    struct html_point p = { h->state == S_AFTER_VALUE ? S_IN_TAG : h->state, h->depth, h->floor, h->serial };
    h->floor = h->depth;
    return p;
}

/* An arm of a block must end where it began. */
void html_arm_end(struct html *h, struct body *b, struct html_point p, struct loc at)
{
    settle(h, b, at);
    if (h->state == S_AFTER_VALUE) {
        put(b, " ", 1, true, at);
        h->state = S_IN_TAG;
    }
    if (h->depth != p.depth)
        tp_fail(at, "<%s> is still open at the end of this block", h->stack[h->depth - 1]);
    if (h->state != p.state || (p.state == S_VALUE && h->serial != p.serial))
        tp_fail(at, "this block ends in the middle of a tag");
}

void html_end(struct html *h, struct html_point p)
{
    h->floor = p.floor;
    if (h->state == S_VALUE)
        h->attr->dynamic = true;
}

void html_loop(struct html *h, int by)
{
    h->loops += by;
}

void html_form(struct html *h, const struct reg_form *form)
{
    h->form = form;
}

const struct reg_form *html_in_form(const struct html *h)
{
    return h->form;
}

static bool seen_word(const struct seen *list, const char *word)
{
    for (; list; list = list->next)
        if (tp_is(list->word, word))
            return true;
    return false;
}

void html_finish(struct html *h, struct loc at)
{
    if (h->depth)
        tp_fail(at, "<%s> is never closed", h->stack[h->depth - 1]);
    if (h->state != S_TEXT)
        tp_fail(at, "the template ends in the middle of a tag");
    for (struct seen *s = h->tpl->labels; s; s = s->next)
        if (!seen_word(h->tpl->ids, s->word))
            tp_fail(s->at, "<label for=\"%s\">: there is no control with that id", s->word);
    for (struct seen *s = h->tpl->controls; s; s = s->next)
        if (!seen_word(h->tpl->labels, s->word))
            tp_fail(s->at, "the control \"%s\" has no label", s->word);
}
