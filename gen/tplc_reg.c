/* What the registries say, as far as templates need it: routes, forms with their fields, words. */
#include "tplc.h"

#include <limits.h>
#include <string.h>

struct registry reg;

/* "{id:uid}" and "{slug:slug}" of a path become parameters; the path keeps only the names. */
static void route_params(struct reg_route *r, const char *path, const struct line *l)
{
    struct reg_param **tail = &r->params;
    for (const char *p = strchr(path, '{'); p; p = strchr(p, '{')) {
        const char *colon = strchr(p, ':'), *end = strchr(p, '}');
        if (!colon || !end || colon > end)
            die_at(l, "a path parameter is written {name:uid} or {name:slug}");
        struct reg_param *q = keep(sizeof(*q));
        q->name = tp_dup(p + 1, (size_t)(colon - p - 1));
        q->type = tp_dup(colon + 1, (size_t)(end - colon - 1));
        *tail = q;
        tail = &q->next;
        p = end;
    }
}

static void load_routes(const char *dir)
{
    struct lines ls = read_registry(dir, "routes.reg");
    struct reg_route *r = NULL, **tail = &reg.routes;
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (is(l, "route")) {
            r = keep(sizeof(*r));
            r->name = word(l, 1);
            r->method = word(l, 2);
            r->path = word(l, 3);
            route_params(r, r->path, l);
            *tail = r;
            tail = &r->next;
        } else if (r && is(l, "form")) {
            r->form = reg_form(word(l, 1));
            if (!r->form)
                die_at(l, "there is no form '%s' in forms.reg", word(l, 1));
        }
    }
}

static const char *const *split_choices(const char *list)
{
    size_t n = 1;
    for (const char *p = list; *p; p++)
        n += *p == '|';
    const char **v = keep((n + 1) * sizeof(*v));
    for (size_t i = 0; i < n; i++) {
        size_t len = strcspn(list, "|");
        v[i] = tp_dup(list, len);
        list += len + 1;
    }
    return v;
}

static void field_property(struct reg_field *f, const struct line *l)
{
    if (is(l, "required"))
        f->required = true;
    else if (is(l, "label"))
        f->label = word(l, 1);
    else if (is(l, "autocomplete"))
        f->autocomplete = word(l, 1);
    else if (is(l, "choices"))
        f->choices = split_choices(word(l, 1));
}

static void load_forms(const char *dir)
{
    struct lines ls = read_registry(dir, "forms.reg");
    struct reg_form *form = NULL, **tail = &reg.forms;
    struct reg_field *f = NULL, **ftail = NULL;
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (is(l, "form")) {
            form = keep(sizeof(*form));
            form->name = word(l, 1);
            *tail = form;
            tail = &form->next;
            ftail = &form->fields;
            f = NULL;
        } else if (form && is(l, "field")) {
            f = keep(sizeof(*f));
            f->name = word(l, 1);
            f->type = word(l, 2);
            f->min = l->n > 3 ? number(l, 3, 0, LONG_MAX) : 0;
            f->max = l->n > 4 ? number(l, 4, 0, LONG_MAX) : 0;
            *ftail = f;
            ftail = &f->next;
        } else if (form && !f && is(l, "submit")) {
            form->submit = word(l, 1);
        } else if (f) {
            field_property(f, l);
        }
    }
}

static void load_text(const char *dir)
{
    struct lines ls = read_registry(dir, "text/en-GB.reg");
    struct reg_text **tail = &reg.texts;
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (!is(l, "text"))
            continue;
        struct reg_text *t = keep(sizeof(*t));
        t->key = word(l, 1);
        t->words = quoted(l, 2);
        *tail = t;
        tail = &t->next;
    }
}

void reg_load(const char *dir)
{
    load_forms(dir);
    load_routes(dir);
    load_text(dir);
}

struct reg_route *reg_route(const char *name)
{
    for (struct reg_route *r = reg.routes; r; r = r->next)
        if (tp_is(r->name, name))
            return r;
    return NULL;
}

struct reg_route *reg_route_of_form(const char *name, bool *several)
{
    struct reg_route *found = NULL;
    *several = false;
    for (struct reg_route *r = reg.routes; r; r = r->next) {
        if (!r->form || !tp_is(r->form->name, name))
            continue;
        *several = found != NULL;
        found = r;
    }
    return found;
}

struct reg_form *reg_form(const char *name)
{
    for (struct reg_form *f = reg.forms; f; f = f->next)
        if (tp_is(f->name, name))
            return f;
    return NULL;
}

struct reg_field *reg_field(const struct reg_form *form, const char *name)
{
    for (struct reg_field *f = form->fields; f; f = f->next)
        if (tp_is(f->name, name))
            return f;
    return NULL;
}

const struct reg_text *reg_text(const char *key)
{
    for (const struct reg_text *t = reg.texts; t; t = t->next)
        if (tp_is(t->key, key))
            return t;
    return NULL;
}
