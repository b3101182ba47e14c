/* forms.reg: what people may send. */
#include "regc.h"

#include <string.h>

static const char *const types[] = { "text", "lines", "email", "tel", "password", "country", "postcode", "vat_number",
    "hostname", "choice", "check", "count", "money", "date", "uid", "slug", "hidden", "currency", "file" };
#define MAX_FIELDS 64

struct field {
    const struct line *at;
    const char *name, *type, *label, *help, *autocomplete, *column, *clause;
    const char *choices; /* a|b|c */
    long min, max;
    bool required, optional;
    bool consent; /* a box by which somebody agrees or refuses: never ticked beforehand, never required */
};
struct form {
    const struct line *at;
    const char *name, *up, *point, *submit;
    struct field *v;
    size_t n;
};
struct forms {
    struct form *v;
    size_t n;
};

static struct form *form_new(struct world *w, struct forms *fs, const struct line *l)
{
    expect_tokens(l, 2, 2);
    names_add(&w->forms, l, ident(l, 1));
    fs->v = append(fs->v, &fs->n, sizeof(*fs->v));
    struct form *f = &fs->v[fs->n - 1];
    *f = (struct form){ .at = l, .name = word(l, 1), .up = upper(word(l, 1)) };
    return f;
}

static void field_new(struct form *f, const struct line *l)
{
    expect_tokens(l, 5, 5);
    if (f->n == MAX_FIELDS)
        die_at(l, "form '%s' has more than %d fields", f->name, MAX_FIELDS);
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->v[i].name, word(l, 1)) == 0)
            die_at(l, "field '%s' stands here twice", word(l, 1));
    if (strcmp(word(l, 1), "csrf") == 0 || strcmp(word(l, 1), "idem") == 0)
        die_at(l, "'%s' is the name of a hidden token", word(l, 1));
    f->v = append(f->v, &f->n, sizeof(*f->v));
    struct field *d = &f->v[f->n - 1];
    *d = (struct field){ .at = l, .name = ident(l, 1), .type = word(l, 2) };
    size_t t = 0;
    while (t < sizeof(types) / sizeof(*types) && strcmp(types[t], d->type) != 0)
        t++;
    if (t == sizeof(types) / sizeof(*types))
        die_at(l, "'%s' is no type of a field", d->type);
    d->min = number(l, 3, 0, 999999999999);
    d->max = number(l, 4, d->min > 1 ? d->min : 1, 999999999999);
}

static const char *text_key(struct world *w, const struct line *l, const char *key)
{
    if (!names_have(&w->texts, key))
        die_at(l, "there are no words for '%s'", key);
    return key;
}

static void field_line(struct world *w, struct field *f, const struct line *l)
{
    if (is(l, "required")) {
        f->required = true;
    } else if (is(l, "optional")) {
        f->optional = true;
    } else if (is(l, "consent")) {
        f->consent = true;
    } else if (is(l, "col")) {
        f->column = word(l, 1);
    } else if (is(l, "clause")) {
        f->clause = word(l, 1);
        if (!names_have(&w->clauses, f->clause))
            die_at(l, "there is no clause '%s'", f->clause);
    } else if (is(l, "label")) {
        f->label = text_key(w, l, word(l, 1));
    } else if (is(l, "help")) {
        f->help = text_key(w, l, word(l, 1));
    } else if (is(l, "autocomplete")) {
        f->autocomplete = word(l, 1);
    } else if (is(l, "choices")) {
        f->choices = word(l, 1);
    } else {
        die_at(l, "'%s' is not known in a field", l->tok[0].s);
    }
    expect_tokens(l, is(l, "required") || is(l, "optional") || is(l, "consent") ? 1 : 2, 2);
}

static void form_line(struct world *w, struct form *f, const struct line *l)
{
    expect_tokens(l, 2, 2);
    if (is(l, "point")) {
        f->point = word(l, 1);
        if (!names_have(&w->points, f->point))
            die_at(l, "there is no point '%s'", f->point);
    } else if (is(l, "submit")) {
        f->submit = text_key(w, l, word(l, 1));
    } else {
        die_at(l, "'%s' is not known in a form", l->tok[0].s);
    }
}

static void choices_check(struct world *w, const struct field *f)
{
    bool choice = strcmp(f->type, "choice") == 0, file = strcmp(f->type, "file") == 0;
    if ((choice || file) != (f->choices != NULL))
        die_at(f->at, choice ? "field '%s' names no choices" : "field '%s' is no choice", f->name);
    if (!choice)
        return;
    char *list = text_printf("%s", f->choices);
    for (char *p = strtok(list, "|"); p; p = strtok(NULL, "|"))
        text_key(w, f->at, text_printf("%s.%s", f->label, p));
}

static void form_check(struct world *w, const struct form *f)
{
    if (!f->point)
        die_at(f->at, "form '%s' names no point of collection", f->name);
    if (!f->submit)
        die_at(f->at, "form '%s' names no words for its button", f->name);
    for (size_t i = 0; i < f->n; i++) {
        const struct field *d = &f->v[i];
        if (d->required == d->optional)
            die_at(d->at, "field '%s' must be either required or optional", d->name);
        if (!d->label)
            die_at(d->at, "field '%s' has no label", d->name);
        if (d->consent && (strcmp(d->type, "check") != 0 || !d->optional))
            die_at(d->at, "field '%s' is a consent: it must be an optional box", d->name);
        if (d->column && (!strchr(d->column, '.') || strchr(d->column, '.') != strrchr(d->column, '.')))
            die_at(d->at, "a column is written table.column, not '%s'", d->column);
        choices_check(w, d);
    }
}

static struct forms forms_read(struct world *w)
{
    struct lines ls = read_registry(w->dir, "forms.reg");
    struct forms fs = { 0 };
    struct form *f = NULL;
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (is(l, "form"))
            f = form_new(w, &fs, l);
        else if (!f)
            die_at(l, "'%s' belongs into a form", l->tok[0].s);
        else if (is(l, "field"))
            field_new(f, l);
        else if (f->n == 0)
            form_line(w, f, l);
        else
            field_line(w, &f->v[f->n - 1], l);
    }
    for (size_t i = 0; i < fs.n; i++)
        form_check(w, &fs.v[i]);
    return fs;
}

static void put_or_null(FILE *c, const char *member, const char *value)
{
    if (!value)
        return;
    fprintf(c, ", .%s = ", member);
    put_c_string(c, value);
}

static void put_choices(FILE *c, const struct form *f, const struct field *d)
{
    if (!d->choices)
        return;
    fprintf(c, "static const char *const choices_%s_%s[] = { ", f->name, d->name);
    char *list = text_printf("%s", d->choices);
    for (char *p = strtok(list, "|"); p; p = strtok(NULL, "|"))
        fprintf(c, "\"%s\", ", p);
    fputs("NULL };\n", c);
}

static void put_form(FILE *c, const struct form *f)
{
    for (size_t i = 0; i < f->n; i++)
        put_choices(c, f, &f->v[i]);
    if (f->n)
        fprintf(c, "static const struct field fields_%s[] = {\n", f->name);
    for (size_t i = 0; i < f->n; i++) {
        const struct field *d = &f->v[i];
        fprintf(c, "    { .name = \"%s\", .type = F_%s, .min = %ld, .max = %ld, .required = %s", d->name,
                upper(d->type), d->min, d->max, d->required ? "true" : "false");
        if (d->column)
            fprintf(c, ", .personal = true, .col = COL_%s", lower_ident(d->column));
        fprintf(c, ",\n        .clause = %s%s", d->clause ? "CLAUSE_" : "CLAUSE_COUNT", d->clause ? upper(d->clause) : "");
        if (d->consent)
            fputs(", .consent = true", c);
        put_or_null(c, "label", d->label);
        put_or_null(c, "help", d->help);
        put_or_null(c, "autocomplete", d->autocomplete);
        if (d->choices)
            fprintf(c, ", .choices = choices_%s_%s", f->name, d->name);
        fputs(" },\n", c);
    }
    if (f->n)
        fputs("};\n", c);
}

void gen_forms(struct world *w)
{
    struct forms fs = forms_read(w);
    FILE *h = file_open("forms.h"), *c = file_open("forms.c");
    fputs("#ifndef AVOW_FORMS_H\n#define AVOW_FORMS_H\n\nenum form_id {\n", h);
    fputs("#include \"form.h\"\n\n", c);
    for (size_t i = 0; i < fs.n; i++) {
        fprintf(h, "    FORM_%s,\n", fs.v[i].up);
        put_form(c, &fs.v[i]);
    }
    fputs("    FORM_COUNT\n};\n\n/* Places of fields in their form: rq->values[FORM_CHECKOUT_EMAIL]. */\n", h);
    fputs("\nconst struct form forms[FORM_COUNT] = {\n", c);
    for (size_t i = 0; i < fs.n; i++) {
        const struct form *f = &fs.v[i];
        fprintf(c, "    { .id = FORM_%s, .name = \"%s\", .point = POINT_%s, .submit = \"%s\", .n = %zu", f->up, f->name,
                upper(f->point), f->submit, f->n);
        if (f->n)
            fprintf(c, ", .fields = fields_%s", f->name);
        fputs(" },\n", c);
        for (size_t k = 0; k < f->n; k++)
            fprintf(h, "%sFORM_%s_%s%s", k ? "    " : "enum {\n    ", f->up, upper(f->v[k].name), k + 1 < f->n ? ",\n" : "\n};\n");
    }
    fputs("};\n", c);
    fputs("\n#endif\n", h);
    file_close(h);
    file_close(c);
}
