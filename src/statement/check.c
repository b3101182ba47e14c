/* Schema and forms against the statement: everything personal is declared, and everything declared exists. */
#include "model.h"

#include "catalog.h"
#include "str.h"

static str column_name(struct arena *a, size_t col)
{
    const struct column_info *c = &column_catalog[col];
    return str_fmt(a, "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name));
}

static bool is_personal(const struct column_info *c)
{
    return c->kind == PD_VALUE || c->kind == PD_BLIND;
}


static void undeclared(const struct statement *s, struct findings *f, size_t col)
{
    const struct column_info *c = &column_catalog[col];
    str what = str_fmt(f->arena, "this column holds '%.*s.%.*s', and the rules have no such field", STR_ARG(c->category),
                       STR_ARG(c->field));
    str instead = str_fmt(f->arena, "Add the field '%.*s' to the category '%.*s' in rules.yaml.", STR_ARG(c->field),
                          STR_ARG(c->category));
    bool known = false;
    for (size_t i = 0; i < s->n_categories; i++)
        known = known || str_eq(s->categories[i].name, c->category);
    if (!known)
        instead = str_fmt(f->arena, "Add the category '%.*s' to rules.yaml.", STR_ARG(c->category));
    finding_error(f, S("schema"), 0, column_name(f->arena, col), what, instead);
}

static void check_schema(const struct statement *s, struct findings *f)
{
    bool *stored = NEWN(f->arena, bool, s->n_fields + 1);
    if (!stored)
        return;
    for (size_t i = 0; i < column_catalog_n; i++) {
        if (!is_personal(&column_catalog[i]))
            continue;
        if (s->of_column[i] == NOT_A_FIELD)
            undeclared(s, f, i);
        else
            stored[s->of_column[i]] = true;
    }
    for (size_t i = 0; i < s->n_fields; i++)
        if (!stored[i])
            finding_error(f, RULES, s->fields[i].line, s->fields[i].name, S("no column of the schema holds this field"),
                          S("Take it out, or annotate the column that holds it in schema/."));
}

static void form_error(struct findings *f, const struct statement_form *form, str what, str instead)
{
    finding_error(f, S("forms.reg"), 0, str_fmt(f->arena, "%s.%s", form->form, form->field), what, instead);
}

/* What a form asks must be declared at its point; what is asked as mandatory must be called so. An optional
 * input that is not declared is left out of the form, which is how an optional clause is switched off. */
static void check_input(const struct statement *s, const struct statement_form *form, struct findings *f)
{
    if (!form->personal || (form->has_clause && !statement_clause(s, form->clause)))
        return;
    const struct field *field = s->of_column[form->col] == NOT_A_FIELD ? NULL : &s->fields[s->of_column[form->col]];
    const char *point = point_info[form->point].name;
    str name = field ? field->name : column_name(f->arena, form->col);
    enum need need = statement_need(s, form->col, form->point);
    if (need == NEED_ABSENT && form->required)
        form_error(f, form, str_fmt(f->arena, "the form must ask for '%.*s', and the rules do not allow it there", STR_ARG(name)),
                   str_fmt(f->arena, "Add '%.*s' under points.%s.fields in rules.yaml.", STR_ARG(name), point));
    else if (need == NEED_ABSENT)
        finding_note(f, S("forms.reg"), 0, str_fmt(f->arena, "%s.%s", form->form, form->field),
                     S("not asked: the rules do not allow it there"));
    else if (need == NEED_OPTIONAL && form->required)
        form_error(f, form, str_fmt(f->arena, "the form insists on '%.*s', and the statement calls it optional", STR_ARG(name)),
                   str_fmt(f->arena, "Write 'need: mandatory' at points.%s.fields.%.*s in rules.yaml.", point, STR_ARG(name)));
}

st statement_check(const struct statement *s, const struct statement_form *forms, size_t n, struct findings *f)
{
    size_t before = f->errors;
    check_schema(s, f);
    for (size_t i = 0; i < n; i++)
        check_input(s, &forms[i], f);
    if (arena_failed(f->arena))
        return ST_NO_MEMORY;
    return f->errors > before ? ST_RULES : ST_OK;
}
