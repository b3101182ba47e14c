/* The two files made of one source: x_html.h with a struct and a function per template, x_html.c. */
#include "tplc.h"

#include <ctype.h>
#include <string.h>

static void emit_members(struct text *t, const struct member *m)
{
    if (!m)
        text_puts(t, "    char nothing_; /* C wants a member */\n");
    for (; m; m = m->next) {
        const char *c = type_c(m->type);
        text_fmt(t, "    %s%s%s;\n", c, c[strlen(c) - 1] == '*' ? "" : " ", m->name);
    }
}

static void emit_records(struct text *t, const struct record *r)
{
    for (; r; r = r->next) {
        text_fmt(t, "%s {\n", r->ctype);
        emit_members(t, r->members);
        text_fmt(t, "};\n%s_list {\n    const %s *v;\n    size_t n;\n};\n", r->ctype, r->ctype);
    }
}

static void emit_prototypes(struct text *t, const struct template *p)
{
    if (p->kind == T_PAGE) {
        text_fmt(t, "void t_%s(struct out *, const struct v_%s *);\n", p->name, p->name);
        if (p->title)
            text_fmt(t, "/* The page inside the shop's layout, with its title, as the answer to a request. */\n"
                     "NODISCARD st show_%s(struct rq *, int status, const struct v_%s *);\n", p->name, p->name);
        return;
    }
    if (p->kind == T_MAIL) {
        text_fmt(t, "#define MAIL_CLASS_%s \"%s\"\n", p->name, p->mail_class);
        text_fmt(t, "void t_%s_subject(struct out *, const struct v_%s *);\n", p->name, p->name);
    }
    text_fmt(t, "void t_%s_html(struct out *, const struct v_%s *);\n", p->name, p->name);
    text_fmt(t, "void t_%s_text(struct out *, const struct v_%s *);\n", p->name, p->name);
}

static void include_once(struct text *t, const char *stem)
{
    const char *line = text_printf("#include \"%s_html.h\"\n", stem);
    if (!t->p || !strstr(t->p, line))
        text_puts(t, line);
}

static const struct source *source_of(const struct record *r)
{
    for (const struct source *s = prog.sources; s; s = s->next)
        for (const struct record *q = s->records; q; q = q->next)
            if (q == r)
                return s;
    return NULL;
}

static void include_types(struct text *t, const struct source *s, const struct member *m)
{
    for (; m; m = m->next) {
        const struct source *of = m->type.rec ? source_of(m->type.rec) : NULL;
        if (of && of != s)
            include_once(t, of->stem);
    }
}

void emit_header(struct text *t, const struct source *s)
{
    char *guard = text_printf("AVOW_%s_HTML_H", s->stem);
    for (char *p = guard; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    text_fmt(t, "/* Made by tplc from %s. */\n#ifndef %s\n#define %s\n\n#include \"tpl.h\"\n", s->path, guard, guard);
    for (const struct record *r = s->records; r; r = r->next)
        include_types(t, s, r->members);
    for (const struct template *p = s->templates; p; p = p->next) {
        include_types(t, s, p->params);
        for (const struct record *r = p->records; r; r = r->next)
            include_types(t, s, r->members);
    }
    text_puts(t, "\n");
    emit_records(t, s->records);
    for (const struct template *p = s->templates; p; p = p->next) {
        emit_records(t, p->records);
        text_fmt(t, "struct v_%s {\n", p->name);
        emit_members(t, p->params);
        text_puts(t, "};\n");
        emit_prototypes(t, p);
        text_puts(t, "\n");
    }
    text_puts(t, "#endif\n");
}

static void emit_includes(struct text *t, const struct body *b, const struct source *s)
{
    for (const struct node *n = b ? b->first : NULL; n; n = n->next) {
        if (n->kind == N_CALL || n->kind == N_WRAP)
            for (const struct source *of = prog.sources; of; of = of->next)
                for (const struct template *p = of->templates; p; p = p->next)
                    if (tp_is(p->name, n->name))
                        include_once(t, of->stem);
        emit_includes(t, n->body, s);
        emit_includes(t, n->other, s);
    }
}

static void emit_open(struct text *t, const struct template *p, const char *suffix)
{
    text_puts(t, "\n");
    emit_line(t, p->at);
    text_fmt(t, "void t_%s%s(struct out *o, const struct v_%s *v UNUSED)\n{\n", p->name, suffix, p->name);
}

static void emit_page(struct text *t, const struct template *p)
{
    emit_open(t, p, "");
    emit_body(t, &p->body, 1);
    text_puts(t, "}\n");
    if (!p->title)
        return;
    text_puts(t, "\n");
    emit_line(t, p->title->at);
    text_fmt(t, "st show_%s(struct rq *rq, int status, const struct v_%s *v)\n{\n", p->name, p->name);
    text_puts(t, "    struct out title_, body_, *const o = &title_;\n"
                 "    web_page_begin(rq, &title_, &body_);\n"
                 "    tpl_msg_plain(o, ");
    text_fmt(t, "%s, ", text_enum(p->title->name));
    emit_args(t, p->title, 1);
    text_fmt(t, ");\n    t_%s(&body_, v);\n    return web_page_end(rq, status, &title_, &body_);\n}\n", p->name);
}

static void emit_mail_part(struct text *t, const struct template *p, bool html)
{
    emit_open(t, p, html ? "_html" : "_text");
    if (p->kind == T_MAIL) {
        text_puts(t, "    struct out body_, subject_, *const whole_ = o;\n"
                     "    out_init(&body_, o->a, o->limit);\n    out_init(&subject_, o->a, o->limit);\n"
                     "    {\n        struct out *const o = &body_;\n");
        if (html)
            emit_body(t, &p->body, 2);
        else
            emit_mail_text(t, &p->body, 2);
        text_fmt(t, "    }\n    t_%s_subject(&subject_, v);\n", p->name);
        text_fmt(t, "    t_mail_frame_%s(whole_, &(const struct v_mail_frame){ .from = v->from,\n"
                 "        .subject = out_view(&subject_), .class = S(\"%s\"), .body = tpl_html_of(&body_) });\n",
                 html ? "html" : "text", p->mail_class);
    } else if (html) {
        emit_body(t, &p->body, 1);
    } else {
        emit_mail_text(t, &p->body, 1);
    }
    text_puts(t, "}\n");
}

static void emit_mail(struct text *t, const struct template *p)
{
    if (p->kind == T_MAIL) {
        emit_open(t, p, "_subject");
        text_fmt(t, "    tpl_msg_plain(o, %s, ", text_enum(p->title->name));
        emit_args(t, p->title, 1);
        text_puts(t, ");\n}\n");
    }
    emit_mail_part(t, p, true);
    emit_mail_part(t, p, false);
}

void emit_code(struct text *t, const struct source *s)
{
    emit_begin();
    text_fmt(t, "/* Made by tplc from %s. */\n#include \"%s_html.h\"\n", s->path, s->stem);
    for (const struct template *p = s->templates; p; p = p->next) {
        emit_includes(t, &p->body, s);
        if (p->kind == T_MAIL)
            for (const struct source *of = prog.sources; of; of = of->next)
                for (const struct template *q = of->templates; q; q = q->next)
                    if (tp_is(q->name, "mail_frame"))
                        include_once(t, of->stem);
    }
    for (const struct template *p = s->templates; p; p = p->next) {
        if (p->kind == T_PAGE)
            emit_page(t, p);
        else
            emit_mail(t, p);
    }
}
