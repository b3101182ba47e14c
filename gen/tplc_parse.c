/* Directives -> nodes. Recursive descent: every block directive parses its own body. */
#include "tplc.h"

#include <ctype.h>
#include <string.h>

struct parser {
    struct lexer lex;
    struct source *src;
    struct template *tpl;
    struct html *html;
    struct scope *scope;
    bool begun;            /* something of the body was seen: no more {param} */
    const char *stop;      /* the directive that ended a body: else, elif, end, template, mail, frame; NULL: file end */
    struct words stop_words;
    int blocks;
    const char *loop; /* the name of the innermost {for} */
};

static void parse_body(struct parser *, struct body *);

static struct words words_of(struct piece t)
{
    return (struct words){ t.at, t.p, t.p + t.n };
}

static struct node *place(struct parser *p, struct body *b, enum node_kind kind, struct loc at)
{
    bool start;
    enum ctx ctx = html_context(p->html, b, at, &start);
    struct node *n = node_new(kind, ctx, at);
    n->url_start = start;
    n->in_tag = html_in_tag(p->html);
    return n;
}

static void need_text(const struct node *n, const char *what)
{
    if (n->ctx != CTX_TEXT)
        tp_fail(n->at, "{%s} cannot stand inside a tag", what);
}

/* ---- messages */

/* Every {placeholder} of the message is given, and everything given is used. */
static void check_message(const char *key, const struct arg *args, struct loc at)
{
    const struct reg_text *t = reg_text(key);
    if (!t)
        tp_fail(at, "there is no message '%s'", key);
    for (const char *q = strchr(t->words, '{'); q; q = strchr(q + 1, '{')) {
        const char *name = tp_dup(q + 1, strcspn(q + 1, "}"));
        const struct arg *a = args;
        while (a && !tp_is(a->name, name))
            a = a->next;
        if (!a)
            tp_fail(at, "message '%s' needs %s=…", key, name);
    }
    for (const struct arg *a = args; a; a = a->next)
        if (!strstr(t->words, text_printf("{%s}", a->name)))
            tp_fail(at, "message '%s' has no place for '%s'", key, a->name);
}

static struct node *word_message(struct parser *p, struct node *n, const char *key, struct words *w)
{
    n->kind = N_WORD_MESSAGE;
    n->value = expr_path(p->scope, word_need(w, "the word"), n->at);
    if (n->value.type.kind != K_WORD)
        tp_fail(n->at, "'%s' chooses by a word(…), not by a %s", key, type_name(n->value.type));
    n->name = tp_dup(key, strlen(key) - 1);
    for (const char *const *x = n->value.type.words; *x; x++)
        check_message(text_printf("%s%s", n->name, *x), NULL, n->at);
    word_end(w);
    return n;
}

static struct node *message(struct parser *p, struct node *n, struct words *w, bool plural)
{
    if (n->ctx != CTX_TEXT && n->ctx != CTX_RCDATA && n->ctx != CTX_ATTR)
        tp_fail(n->at, "a message has no rule in this place");
    const char *key = word_need(w, "a message key");
    size_t len = strlen(key);
    if (len > 2 && tp_is(key + len - 2, ".*"))
        return word_message(p, n, key, w);
    n->name = key;
    n->args = expr_args(p->scope, w);
    for (const struct arg *a = n->args; a; a = a->next)
        if (a->value.type.kind >= K_FORM || a->value.type.kind == K_HTML || a->value.type.kind == K_BOOL)
            tp_fail(n->at, "a %s cannot stand in a message", type_name(a->value.type));
    if (!plural) {
        check_message(key, n->args, n->at);
        return n;
    }
    n->kind = N_PLURAL;
    if (!n->args || !tp_is(n->args->name, "n") || n->args->value.type.kind != K_I64)
        tp_fail(n->at, "{_n KEY n=…} counts an i64, given first");
    check_message(text_printf("%s.other", key), n->args, n->at);
    if (!reg_text(text_printf("%s.one", key)))
        tp_fail(n->at, "there is no message '%s.one'", key);
    return n;
}

/* ---- addresses */

static void route_args(struct node *n, const struct arg *args)
{
    for (const struct reg_param *q = n->route->params; q; q = q->next) {
        const struct arg *a = args;
        while (a && !tp_is(a->name, q->name))
            a = a->next;
        if (!a)
            tp_fail(n->at, "route '%s' needs %s=…", n->route->name, q->name);
        enum kind k = a->value.type.kind;
        bool fits = tp_is(q->type, "uid") ? k == K_UID : k == K_STR || k == K_WORD || k == K_TOKEN;
        if (!fits)
            tp_fail(n->at, "%s of route '%s' is a %s, not a %s", q->name, n->route->name, q->type,
                    type_name(a->value.type));
    }
    for (const struct arg *a = args; a; a = a->next) {
        const struct reg_param *q = n->route->params;
        while (q && !tp_is(a->name, q->name))
            q = q->next;
        bool query = tp_is(n->route->method, "GET") && n->route->form && reg_field(n->route->form, a->name);
        if (!q && !query)
            tp_fail(n->at, "route '%s' has no parameter '%s'", n->route->name, a->name);
        enum kind k = a->value.type.kind;
        if (k != K_STR && k != K_WORD && k != K_TOKEN && k != K_I64 && k != K_UID)
            tp_fail(n->at, "a %s cannot stand in an address", type_name(a->value.type));
    }
}

static struct node *url(struct parser *p, struct node *n, struct words *w)
{
    if (n->ctx == CTX_URL_ATTR ? !n->url_start : n->ctx != CTX_TEXT)
        tp_fail(n->at, "{url} must begin the value of href or src");
    const char *name = word_need(w, "a route");
    n->route = reg_route(name);
    if (!n->route)
        tp_fail(n->at, "there is no route '%s'", name);
    if (!tp_is(n->route->method, "GET"))
        tp_fail(n->at, "route '%s' is %s: use {form}", name, n->route->method);
    n->args = expr_args(p->scope, w);
    route_args(n, n->args);
    n->absolute = p->tpl->kind != T_PAGE;
    return n;
}

static struct node *static_file(struct node *n, struct words *w)
{
    if (n->ctx != CTX_URL_ATTR || !n->url_start)
        tp_fail(n->at, "{static} must begin the value of href or src");
    n->name = word_need(w, "a file name");
    tp_read(text_printf("%s/%s", prog.static_dir, n->name));
    word_end(w);
    return n;
}

/* ---- forms */

static const struct reg_route *form_route(const char *name, struct loc at)
{
    const struct reg_route *r = reg_route(name);
    if (r && r->form)
        return r;
    bool several;
    r = reg_route_of_form(name, &several);
    if (!r)
        tp_fail(at, "no route takes a form '%s'", name);
    if (several)
        tp_fail(at, "several routes take form '%s': name the route", name);
    return r;
}

static void form(struct parser *p, struct body *b, struct words *w, struct loc at)
{
    struct node *n = place(p, b, N_FORM, at);
    need_text(n, "form");
    if (html_in_form(p->html))
        tp_fail(at, "{form} inside {form}");
    n->route = form_route(word_need(w, "a form or route"), at);
    n->form = n->route->form;
    n->args = expr_args(p->scope, w);
    struct arg *rest = n->args, *copy = NULL;
    struct arg *v = NULL, *csrf = NULL;
    for (; rest; rest = rest->next) {
        if (tp_is(rest->name, "v"))
            v = rest;
        else if (tp_is(rest->name, "csrf"))
            csrf = rest;
        else if (!tp_is(rest->name, "idem") && !tp_is(rest->name, "class")) {
            struct arg *a = keep(sizeof(*a));
            *a = *rest;
            a->next = copy;
            copy = a;
        }
    }
    if (v && v->value.type.kind != K_FORM)
        tp_fail(at, "v must be a form");
    if (tp_is(n->route->method, "POST") && !v && !csrf)
        tp_fail(at, "a form that is posted needs v=… or csrf=…");
    if (csrf && csrf->value.type.kind != K_STR)
        tp_fail(at, "csrf must be a str");
    route_args(n, copy);
    struct html_point point = html_begin(p->html, at);
    html_form(p->html, n->form);
    n->body = keep(sizeof(*n->body));
    p->blocks++;
    parse_body(p, n->body);
    p->blocks--;
    if (!tp_is(p->stop, "end"))
        tp_fail(at, "{form} is never ended");
    html_arm_end(p->html, n->body, point, at);
    html_end(p->html, point);
    html_form(p->html, NULL);
    body_add(b, n);
}

/* FORM.FIELD, in the {form} we are in. */
static void field_name(struct parser *p, struct node *n, struct words *w, const char *what)
{
    need_text(n, what);
    const struct reg_form *in = html_in_form(p->html);
    if (!in)
        tp_fail(n->at, "{%s} outside {form}", what);
    const char *path = word_need(w, "FORM.FIELD");
    const char *dot = strchr(path, '.');
    if (!dot)
        tp_fail(n->at, "write {%s FORM.FIELD …}", what);
    const char *form_name = tp_dup(path, (size_t)(dot - path));
    n->form = reg_form(form_name);
    if (!n->form)
        tp_fail(n->at, "there is no form '%s'", form_name);
    if (n->form != in)
        tp_fail(n->at, "a field of form '%s' inside form '%s'", form_name, in->name);
    n->field = reg_field(n->form, dot + 1);
    if (!n->field)
        tp_fail(n->at, "form '%s' has no field '%s'", form_name, dot + 1);
    n->args = expr_args(p->scope, w);
}

static void field(struct parser *p, struct node *n, struct words *w)
{
    field_name(p, n, w, "field");
    struct arg *list = n->args, *v = arg_take(&list, "v"), *needed = arg_take(&list, "needed");
    if (!v || list || v->value.type.kind != K_FORM || (needed && needed->value.type.kind != K_BOOL))
        tp_fail(n->at, "write {field FORM.FIELD v=…} with a form, and perhaps needed=… with a bool");
    v->next = needed;
    n->args = v;
    n->loop = p->loop;
}

/* {input FORM.FIELD value=… label=…} and {hidden FORM.FIELD value=…}: one input, the value said here. */
static void input(struct parser *p, struct node *n, struct words *w, bool hidden)
{
    field_name(p, n, w, hidden ? "hidden" : "input");
    n->name = hidden ? "hidden" : "input";
    struct arg *list = n->args, *value = arg_take(&list, "value"), *label = arg_take(&list, "label");
    if (!value || (!hidden && !label) || list)
        tp_fail(n->at, hidden ? "write {hidden FORM.FIELD value=…}" : "write {input FORM.FIELD value=… label=…}");
    enum kind k = value->value.type.kind;
    if (k != K_STR && k != K_WORD && k != K_TOKEN && k != K_I64 && k != K_UID)
        tp_fail(n->at, "a %s cannot be the value of an input", type_name(value->value.type));
    if (label && label->value.type.kind != K_STR)
        tp_fail(n->at, "a label is a str");
    value->next = label;
    n->args = value;
}

static void submit(struct parser *p, struct node *n, struct words *w)
{
    need_text(n, "submit");
    n->form = html_in_form(p->html);
    if (!n->form)
        tp_fail(n->at, "{submit} outside {form}");
    while (word_peek(w)) {
        const char *z = word_need(w, "a message key");
        if (tp_is(z, "quiet") || tp_is(z, "danger"))
            n->style = z;
        else
            n->name = z;
    }
    if (!n->name)
        n->name = n->form->submit;
    if (!n->name)
        tp_fail(n->at, "form '%s' does not say what its button reads", n->form->name);
    check_message(n->name, NULL, n->at);
}

static void errors(struct parser *p, struct node *n, struct words *w)
{
    need_text(n, "errors");
    n->name = "errors";
    n->value = expr_path(p->scope, word_need(w, "a form"), n->at);
    if (n->value.type.kind != K_FORM)
        tp_fail(n->at, "{errors} wants a form");
    word_end(w);
}

/* ---- blocks */

static void push_scope(struct parser *p, const char *name, struct value v)
{
    struct scope *s = keep(sizeof(*s));
    *s = (struct scope){ name, v, p->scope };
    p->scope = s;
}

static void block_if(struct parser *p, struct body *b, struct words *w, struct loc at)
{
    struct node *n = place(p, b, N_IF, at);
    struct html_point point = html_begin(p->html, at);
    body_add(b, n);
    n->cond = expr_cond(p->scope, w);
    for (bool last = false;;) {
        n->body = keep(sizeof(*n->body));
        p->blocks++;
        parse_body(p, n->body);
        p->blocks--;
        html_arm_end(p->html, n->body, point, at);
        if (tp_is(p->stop, "end"))
            break;
        bool elif = tp_is(p->stop, "elif");
        if (last || (!elif && !tp_is(p->stop, "else")))
            tp_fail(at, "{if} is never ended");
        struct node *arm = node_new(N_IF, n->ctx, p->stop_words.at);
        arm->in_tag = n->in_tag;
        if (elif)
            arm->cond = expr_cond(p->scope, &p->stop_words);
        last = !elif;
        n->other = keep(sizeof(*n->other));
        body_add(n->other, arm);
        n = arm;
    }
    html_end(p->html, point);
}

static void block_for(struct parser *p, struct body *b, struct words *w, struct loc at)
{
    struct node *n = place(p, b, N_FOR, at);
    bool quoted;
    need_text(n, "for");
    n->name = word_need(w, "a name");
    if (!tp_is(word_next(w, &quoted), "in"))
        tp_fail(at, "write {for NAME in LIST}");
    n->value = expr_path(p->scope, word_need(w, "a list"), at);
    word_end(w);
    if (n->value.type.kind != K_LIST)
        tp_fail(at, "{for} goes through a list, not a %s", type_name(n->value.type));
    struct scope *outer = p->scope;
    struct value each = { { K_STR, NULL, NULL }, text_printf("l_%s", n->name) };
    if (n->value.type.rec)
        each = (struct value){ { K_RECORD, NULL, n->value.type.rec }, text_printf("(*l_%s)", n->name) };
    push_scope(p, n->name, each);
    struct html_point point = html_begin(p->html, at);
    n->body = keep(sizeof(*n->body));
    p->blocks++;
    const char *around = p->loop;
    p->loop = n->name;
    html_loop(p->html, 1);
    parse_body(p, n->body);
    html_loop(p->html, -1);
    p->loop = around;
    html_arm_end(p->html, n->body, point, at);
    p->scope = outer;
    if (tp_is(p->stop, "else")) {
        n->other = keep(sizeof(*n->other));
        parse_body(p, n->other);
        html_arm_end(p->html, n->other, point, at);
    }
    p->blocks--;
    if (!tp_is(p->stop, "end"))
        tp_fail(at, "{for} is never ended");
    html_end(p->html, point);
    body_add(b, n);
}

static void call(struct parser *p, struct body *b, struct words *w, struct loc at, bool wrap)
{
    struct node *n = place(p, b, wrap ? N_WRAP : N_CALL, at);
    need_text(n, wrap ? "wrap" : "call");
    n->name = word_need(w, "a template");
    n->args = expr_args(p->scope, w);
    n->form = html_in_form(p->html);
    if (wrap) {
        struct html_point point = html_begin(p->html, at);
        n->body = keep(sizeof(*n->body));
        p->blocks++;
        parse_body(p, n->body);
        p->blocks--;
        if (!tp_is(p->stop, "end"))
            tp_fail(at, "{wrap} is never ended");
        html_arm_end(p->html, n->body, point, at);
        html_end(p->html, point);
    }
    body_add(b, n);
}

/* ---- declarations */

static struct member *member(struct parser *p, struct words *w, struct member *list)
{
    struct member *m = keep(sizeof(*m));
    m->at = w->at;
    m->type = type_parse(w, p->tpl ? p->tpl->records : NULL, p->src->records, &m->optional);
    m->name = word_need(w, "a name");
    if (strpbrk(m->name, ".-*"))
        tp_fail(m->at, "'%s' is not a name for a parameter", m->name);
    word_end(w);
    for (; list; list = list->next)
        if (tp_is(list->name, m->name))
            tp_fail(m->at, "'%s' is there twice", m->name);
    return m;
}

static void record(struct parser *p, struct words *w)
{
    struct record *r = keep(sizeof(*r));
    r->name = word_need(w, "a name");
    word_end(w);
    r->ctype = p->tpl ? text_printf("struct v_%s_%s", p->tpl->name, r->name) : text_printf("struct v_%s", r->name);
    struct member **tail = &r->members;
    for (;;) {
        struct piece t = lex_next(&p->lex);
        if (t.kind == PIECE_CHAR && isspace((unsigned char)t.c))
            continue;
        if (t.kind != PIECE_DIRECTIVE)
            tp_fail(t.at, "a record holds {TYPE NAME} until {end}");
        struct words m = words_of(t);
        if (tp_is(word_peek(&m), "end"))
            break;
        *tail = member(p, &m, r->members);
        tail = &(*tail)->next;
    }
    if (!r->members)
        tp_fail(w->at, "record '%s' holds nothing", r->name);
    struct record **list = p->tpl ? &p->tpl->records : &p->src->records;
    while (*list)
        list = &(*list)->next;
    *list = r;
}

static void add_param(struct parser *p, struct member *m)
{
    struct member **tail = &p->tpl->params;
    while (*tail)
        tail = &(*tail)->next;
    *tail = m;
    push_scope(p, m->name, (struct value){ m->type, text_printf("v->%s", m->name) });
}

static void title(struct parser *p, struct words *w, struct loc at, bool subject)
{
    if (subject != (p->tpl->kind == T_MAIL) || p->tpl->title)
        tp_fail(at, subject ? "one {subject} in a {mail}" : "one {title} in a page's template");
    p->tpl->title = message(p, node_new(N_MESSAGE, CTX_TEXT, at), w, false);
}

static bool safe_prefix(const char *z)
{
    if (tp_starts(z, "https://"))
        return strchr(z + 8, '/') != NULL;
    return *z == '#' || *z == '?' || tp_starts(z, "mailto:") || tp_starts(z, "tel:");
}

static void value(struct parser *p, struct body *b, const char *path, struct words *w, struct loc at)
{
    struct node *n = place(p, b, N_VALUE, at);
    n->value = expr_path(p->scope, path, at);
    word_end(w);
    if (n->ctx == CTX_BOOL_ATTR) {
        n->kind = N_BOOL_ATTR;
        if (n->value.type.kind != K_BOOL)
            tp_fail(at, "this attribute is there or not: it takes a bool, not a %s", type_name(n->value.type));
        text_puts(&n->literal, html_bool_attr(p->html, b, at));
    } else {
        check_context(n->value.type, n->ctx, n->url_start, at);
        if (n->ctx == CTX_URL_ATTR && !n->url_start && !safe_prefix(html_url_prefix(p->html)))
            tp_fail(at, "an address that goes on with an expression begins with # ? mailto: tel: or https://HOST/");
        html_name(p->html, n->value.type, at);
        html_placed(p->html, n->value.type.kind == K_URL);
        if (html_in_href(p->html))
            html_href(p->html, n);
    }
    body_add(b, n);
}

/* Directives that place one node. False when `z` is none of them. */
static bool simple(struct parser *p, struct body *b, const char *z, struct words *w, struct loc at)
{
    static const char *const names[] = { "_", "_n", "url", "static", "field", "hidden", "input", "submit", "errors",
                                         NULL };
    if (!tp_in(z, names))
        return false;
    struct node *n = place(p, b, N_MESSAGE, at);
    if (z[0] == '_') {
        message(p, n, w, tp_is(z, "_n"));
    } else if (tp_is(z, "url") || tp_is(z, "static")) {
        n->kind = tp_is(z, "url") ? N_URL : N_STATIC;
        if (n->kind == N_URL)
            url(p, n, w);
        else
            static_file(n, w);
        html_placed(p->html, true);
        if (html_in_href(p->html))
            html_href(p->html, n);
        body_add(b, n);
        return true;
    } else if (tp_is(z, "field")) {
        n->kind = N_FIELD;
        field(p, n, w);
    } else if (tp_is(z, "submit")) {
        n->kind = N_SUBMIT;
        submit(p, n, w);
    } else if (tp_is(z, "errors")) {
        n->kind = N_FIELD;
        errors(p, n, w);
    } else {
        n->kind = N_INPUT;
        input(p, n, w, tp_is(z, "hidden"));
    }
    html_placed(p->html, false);
    body_add(b, n);
    return true;
}

static void directive(struct parser *p, struct body *b, struct piece t)
{
    struct words w = words_of(t);
    bool quoted;
    const char *z = word_next(&w, &quoted);
    if (!z || quoted)
        tp_fail(t.at, "an empty directive");
    if (tp_is(z, "param") || tp_is(z, "record")) {
        if (p->begun)
            tp_fail(t.at, "{%s} stands before the body", z);
        if (tp_is(z, "record"))
            record(p, &w);
        else
            add_param(p, member(p, &w, p->tpl->params));
        return;
    }
    if ((tp_is(z, "title") || tp_is(z, "subject")) && word_peek(&w)) { /* alone it is a parameter of that name */
        title(p, &w, t.at, tp_is(z, "subject"));
        return;
    }
    p->begun = true;
    if (simple(p, b, z, &w, t.at))
        return;
    if (tp_is(z, "if"))
        block_if(p, b, &w, t.at);
    else if (tp_is(z, "for"))
        block_for(p, b, &w, t.at);
    else if (tp_is(z, "form"))
        form(p, b, &w, t.at);
    else if (tp_is(z, "call") || tp_is(z, "wrap"))
        call(p, b, &w, t.at, tp_is(z, "wrap"));
    else
        value(p, b, z, &w, t.at);
}

static void parse_body(struct parser *p, struct body *b)
{
    static const char *const ends[] = { "else", "elif", "end", NULL };
    static const char *const starts[] = { "template", "mail", "frame", "control", NULL };
    for (;;) {
        struct piece t = lex_next(&p->lex);
        p->stop = NULL;
        if (t.kind == PIECE_END)
            return;
        if (t.kind == PIECE_CHAR) {
            p->begun = p->begun || !isspace((unsigned char)t.c);
            if (p->begun)
                html_char(p->html, b, t.c, t.at);
            continue;
        }
        struct words w = words_of(t);
        const char *z = word_peek(&w);
        bool stops = z && (tp_in(z, ends) || tp_in(z, starts));
        if (!stops) {
            directive(p, b, t);
            continue;
        }
        if (tp_in(z, ends) && !p->blocks)
            tp_fail(t.at, "{%s} without a block", z);
        if (tp_in(z, starts) && p->blocks)
            tp_fail(t.at, "{%s} inside a block", z);
        bool quoted;
        p->stop = word_next(&w, &quoted);
        p->stop_words = w;
        return;
    }
}

static void mail_head(struct parser *p, struct words *w)
{
    static const char *const classes[] = { "service", "announcement", "marketing", NULL };
    struct template *t = p->tpl;
    t->mail_class = word_need(w, "the message class");
    if (!tp_in(t->mail_class, classes))
        tp_fail(t->at, "a message is service, announcement or marketing, not '%s'", t->mail_class);
    struct words implied = { t->at, "sender from", NULL };
    implied.end = implied.p + strlen(implied.p);
    add_param(p, member(p, &implied, NULL));
}

/* {template NAME FORM}: part of a form that others put between {form} and {end}. */
static void part_of_form(struct parser *p, const char *name)
{
    p->tpl->form = reg_form(name);
    if (!p->tpl->form)
        tp_fail(p->tpl->at, "there is no form '%s'", name);
    html_form(p->html, p->tpl->form);
}

static void parse_template(struct parser *p, const char *kind, struct words *w)
{
    struct template *t = keep(sizeof(*t)), **tail = &p->src->templates;
    t->kind = tp_is(kind, "mail") ? T_MAIL : tp_is(kind, "frame") ? T_FRAME : T_PAGE;
    t->control = tp_is(kind, "control");
    t->at = w->at;
    t->file = p->src->path;
    t->name = word_need(w, "a template name");
    if (find_template(t->name))
        tp_fail(t->at, "there is already a template '%s'", t->name);
    while (*tail)
        tail = &(*tail)->next;
    *tail = t;
    p->tpl = t;
    p->scope = NULL;
    p->begun = false;
    p->html = html_new(t, t->kind != T_PAGE);
    if (t->kind == T_MAIL)
        mail_head(p, w);
    else if (t->kind == T_PAGE && word_peek(w))
        part_of_form(p, word_need(w, "a form"));
    word_end(w);
    parse_body(p, &t->body);
    html_finish(p->html, p->lex.at);
    if (t->kind == T_MAIL && !t->title)
        tp_fail(t->at, "a {mail} needs a {subject}");
}

struct source *parse_source(const char *path)
{
    struct source *s = keep(sizeof(*s)), **tail = &prog.sources;
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strchr(base, '.');
    s->path = path;
    s->stem = tp_dup(base, dot ? (size_t)(dot - base) : strlen(base));
    while (*tail)
        tail = &(*tail)->next;
    *tail = s;
    char *text = tp_read(path);
    struct parser p = { .lex = { { path, 1 }, text, text + strlen(text) }, .src = s };
    for (;;) {
        struct piece t = lex_next(&p.lex);
        if (t.kind == PIECE_END)
            return s;
        if (t.kind == PIECE_CHAR) {
            if (!isspace((unsigned char)t.c))
                tp_fail(t.at, "a file begins with {template NAME}, {mail NAME CLASS} or {record NAME}");
            continue;
        }
        struct words w = words_of(t);
        bool quoted;
        const char *z = word_next(&w, &quoted);
        if (tp_is(z, "record")) {
            record(&p, &w);
            continue;
        }
        for (;;) {
            if (!tp_is(z, "template") && !tp_is(z, "mail") && !tp_is(z, "frame") && !tp_is(z, "control"))
                tp_fail(t.at, "{%s} outside a template", z);
            parse_template(&p, z, &w);
            if (!p.stop)
                return s;
            z = p.stop;
            w = p.stop_words;
        }
    }
}
