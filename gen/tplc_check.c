/* What can be judged only when every template is read: calls and what they hand over. */
#include "tplc.h"

#include <string.h>

struct program prog;

struct template *find_template(const char *name)
{
    for (struct source *s = prog.sources; s; s = s->next)
        for (struct template *t = s->templates; t; t = t->next)
            if (tp_is(t->name, name))
                return t;
    return NULL;
}

static bool words_within(const char *const *given, const char *const *allowed)
{
    for (; *given; given++)
        if (!tp_in(*given, allowed))
            return false;
    return true;
}

static bool fits(struct type given, struct type wanted)
{
    if (wanted.kind == K_TOKEN && given.kind == K_WORD)
        return true;
    if (wanted.kind == K_STR && (given.kind == K_WORD || given.kind == K_TOKEN))
        return true;
    if (given.kind == K_I64 && (wanted.kind == K_SIZE || wanted.kind == K_RATE))
        return false;
    if (given.kind != wanted.kind)
        return false;
    if (given.kind == K_WORD)
        return words_within(given.words, wanted.words);
    return (given.kind != K_RECORD && given.kind != K_LIST) || given.rec == wanted.rec;
}

static void check_call(const struct node *n)
{
    const struct template *t = find_template(n->name);
    if (!t || t->kind != T_PAGE)
        tp_fail(n->at, "there is no {template %s}", n->name);
    if (t->form && t->form != n->form)
        tp_fail(n->at, "template '%s' belongs inside a form '%s'", n->name, t->form->name);
    for (const struct arg *a = n->args; a; a = a->next) {
        const struct member *m = t->params;
        while (m && !tp_is(m->name, a->name))
            m = m->next;
        if (!m)
            tp_fail(n->at, "template '%s' has no parameter '%s'", n->name, a->name);
        if (!fits(a->value.type, m->type))
            tp_fail(n->at, "'%s' of template '%s' wants a %s, not this %s", a->name, n->name, type_name(m->type),
                    type_name(a->value.type));
    }
    for (const struct member *m = t->params; m; m = m->next) {
        const struct arg *a = n->args;
        while (a && !tp_is(a->name, m->name))
            a = a->next;
        bool wrapped = n->kind == N_WRAP && tp_is(m->name, "body");
        if (wrapped && (a || m->type.kind != K_HTML))
            tp_fail(n->at, "{wrap %s}: what stands inside is its body", n->name);
        if (!a && !m->optional && !wrapped)
            tp_fail(n->at, "template '%s' needs %s=…", n->name, m->name);
    }
}

static void check_body(const struct body *b, const struct template *of)
{
    for (const struct node *n = b ? b->first : NULL; n; n = n->next) {
        if (n->kind == N_CALL || n->kind == N_WRAP)
            check_call(n);
        if (of->kind != T_PAGE && (n->kind == N_CALL || n->kind == N_WRAP || n->kind == N_FORM || n->kind == N_STATIC))
            tp_fail(n->at, "calls, forms and files have no place in a message");
        check_body(n->body, of);
        check_body(n->other, of);
    }
}

/* A required field that the form never asks for could never be sent. */
static bool asks(const struct body *b, const struct reg_field *f)
{
    for (const struct node *n = b ? b->first : NULL; n; n = n->next) {
        if (n->field == f)
            return true;
        const char *named = text_printf("name=\"%s\"", f->name);
        if (n->kind == N_LITERAL && n->literal.n && strstr(n->literal.p, named))
            return true;
        const struct template *t = n->kind == N_CALL && n->form ? find_template(n->name) : NULL;
        if (asks(n->body, f) || asks(n->other, f) || (t && t->form && asks(&t->body, f)))
            return true;
    }
    return false;
}

static void check_forms(const struct body *b)
{
    for (const struct node *n = b ? b->first : NULL; n; n = n->next) {
        for (const struct reg_field *f = n->kind == N_FORM ? n->form->fields : NULL; f; f = f->next)
            if (f->required && !asks(n->body, f))
                tp_fail(n->at, "form '%s' requires '%s', and it is not asked for here", n->form->name, f->name);
        check_forms(n->body);
        check_forms(n->other);
    }
}

static void check_frame(void)
{
    const struct template *frame = find_template("mail_frame");
    static const struct {
        const char *name;
        enum kind kind;
    } wanted[] = { { "from", K_RECORD }, { "subject", K_STR }, { "class", K_WORD }, { "body", K_HTML } };
    bool mails = false;
    struct loc at = { "", 0 };
    for (struct source *s = prog.sources; s; s = s->next)
        for (struct template *t = s->templates; t; t = t->next)
            if (t->kind == T_MAIL) {
                mails = true;
                at = t->at;
            }
    if (!mails)
        return;
    if (!frame || frame->kind != T_FRAME)
        tp_fail(at, "messages need a {frame mail_frame}");
    const struct member *m = frame->params;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++, m = m->next)
        if (!m || !tp_is(m->name, wanted[i].name) || m->type.kind != wanted[i].kind)
            tp_fail(frame->at, "mail_frame takes sender from, str subject, word(…) class, html body");
}

void check_program(void)
{
    check_frame();
    for (struct source *s = prog.sources; s; s = s->next)
        for (struct template *t = s->templates; t; t = t->next) {
            check_body(&t->body, t);
            check_forms(&t->body);
        }
}
