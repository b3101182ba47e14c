/* One field of a form, drawn from the form's table, what was typed, and what the statement says about it. */
#include "field_html.h"
#include "rnd.h"

static size_t field_index(const struct form *f, str name)
{
    size_t i = 0;
    while (i < f->n && !str_eq(name, str_c(f->fields[i].name)))
        i++;
    return i;
}

static str words_of(struct arena *a, const struct field *f, const struct form_value *v)
{
    enum text_key key;
    if (!v->error)
        return S("");
    str name = str_c(v->error);
    if (!text_find(name, &key))
        return name;
    const struct text_arg args[] = {
        { "min", tpl_count_str(a, f->min) },
        { "max", tpl_count_str(a, f->max) },
        { "example", v->example },
    };
    return text_fill(a, (enum language)0, key, args, COUNT(args));
}

static str named(const char *key)
{
    return key ? text_named((enum language)0, str_c(key)) : S("");
}

static str input_type(enum field_type t)
{
    if (t == F_EMAIL)
        return S("email");
    if (t == F_TEL)
        return S("tel");
    if (t == F_PASSWORD)
        return S("password");
    return t == F_DATE ? S("date") : S("text");
}

static str input_mode(enum field_type t)
{
    if (t == F_COUNT)
        return S("numeric");
    if (t == F_MONEY)
        return S("decimal");
    return t == F_HOSTNAME ? S("url") : S("");
}

static bool counts_characters(enum field_type t)
{
    return t != F_COUNT && t != F_MONEY && t != F_DATE && t != F_LINES && t != F_FILE;
}

static struct v_field view_of(struct arena *a, const struct form_view *v, size_t i, bool needed)
{
    const struct field *f = &v->form->fields[i];
    const struct form_value *typed = &v->values[i];
    const struct field_why *why = v->why ? &v->why[i] : NULL;
    struct v_field x = {
        .name = str_c(f->name),
        .id = str_c(f->name),
        .label = named(f->label),
        .help = named(f->help),
        .error = words_of(a, f, typed),
        .required = f->required || needed,
        .value = f->type == F_PASSWORD ? S("") : typed->text,
        .type = input_type(f->type),
        .inputmode = input_mode(f->type),
        .autocomplete = f->autocomplete ? str_c(f->autocomplete) : S(""),
        .most = counts_characters(f->type) ? f->max : 0,
        .why = why ? why->why : S(""),
        .recipients = why ? why->recipients : S(""),
        .kept = why ? why->kept : S(""),
    };
    x.described = x.help.n || x.error.n;
    return x;
}

/* Choices of a registry, or those the page was given for its countries and currencies. */
static struct v_choice_list choices_of(struct arena *a, const struct form_view *v, size_t i)
{
    const struct field *f = &v->form->fields[i];
    const struct form_choice *given = f->type == F_COUNTRY ? v->countries : v->currencies;
    size_t n = f->type == F_COUNTRY ? v->n_countries : f->type == F_CURRENCY ? v->n_currencies : 0;
    if (f->choices) {
        given = NULL;
        for (n = 0; f->choices[n];)
            n++;
    }
    struct v_choice *list = NEWN(a, struct v_choice, n ? n : 1);
    if (!list)
        return (struct v_choice_list){ 0 };
    for (size_t k = 0; k < n; k++) {
        str value = given ? given[k].value : str_c(f->choices[k]);
        str label = given ? given[k].label
                          : text_named((enum language)0, str_fmt(a, "%s.%s", f->label, f->choices[k]));
        list[k] = (struct v_choice){ value, label, str_eq(value, v->values[i].text) };
    }
    return (struct v_choice_list){ list, n };
}

static void draw_choice(struct out *o, const struct v_field *f, struct v_choice_list choices)
{
    bool chosen = false;
    for (size_t i = 0; i < choices.n; i++)
        chosen = chosen || choices.v[i].chosen;
    if (choices.n > 0 && choices.n <= 4)
        t_field_radios(o, &(struct v_field_radios){ *f, choices });
    else if (choices.n)
        t_field_select(o, &(struct v_field_select){ *f, choices, !chosen });
    else
        t_field_input(o, &(struct v_field_input){ *f });
}

/* ".csv,.xml": for the browser's dialog. What comes all the same is judged by value.c. */
static str accepted(struct arena *a, const struct field *f)
{
    str s = S("");
    for (size_t i = 0; f->choices && f->choices[i]; i++)
        s = str_fmt(a, "%.*s%s.%s", STR_ARG(s), i ? "," : "", f->choices[i]);
    return s;
}

static void draw(struct out *o, const struct form_view *v, size_t i, bool needed, size_t copy)
{
    struct v_field f = view_of(o->a, v, i, needed);
    if (copy)
        f.id = str_fmt(o->a, "%s-%zu", v->form->fields[i].name, copy);
    switch (v->form->fields[i].type) {
    case F_HIDDEN:
    case F_UID: t_field_hidden(o, &(struct v_field_hidden){ f.name, f.value }); return;
    case F_FILE: t_field_file(o, &(struct v_field_file){ f, accepted(o->a, &v->form->fields[i]) }); return;
    case F_LINES: t_field_lines(o, &(struct v_field_lines){ f }); return;
    case F_CHECK: t_field_check(o, &(struct v_field_check){ f, v->values[i].number != 0 }); return;
    case F_CHOICE: draw_choice(o, &f, choices_of(o->a, v, i)); return;
    case F_COUNTRY:
    case F_CURRENCY: {
        struct v_choice_list c = choices_of(o->a, v, i);
        bool blank = f.value.n == 0 || !f.required;
        if (c.n)
            t_field_select(o, &(struct v_field_select){ f, c, blank });
        else
            t_field_input(o, &(struct v_field_input){ f });
        return;
    }
    case F_TEXT:
    case F_EMAIL:
    case F_TEL:
    case F_PASSWORD:
    case F_POSTCODE:
    case F_VAT_NUMBER:
    case F_HOSTNAME:
    case F_COUNT:
    case F_MONEY:
    case F_DATE:
    case F_SLUG: break;
    }
    t_field_input(o, &(struct v_field_input){ f });
}

void web_field(struct out *o, const struct form_view *v, str name, bool needed, size_t copy)
{
    size_t i = field_index(v->form, name);
    if (i < v->form->n && !v->values[i].absent && !(v->why && v->why[i].absent))
        draw(o, v, i, needed, copy);
}

void web_form_errors(struct out *o, const struct form_view *v)
{
    size_t n = 0;
    struct v_problem *list = NEWN(o->a, struct v_problem, v->form->n + 1);
    for (size_t i = 0; list && i < v->form->n; i++) {
        const struct field *f = &v->form->fields[i];
        str error = words_of(o->a, f, &v->values[i]);
        if (error.n)
            list[n++] = (struct v_problem){ str_c(f->name), named(f->label), error };
    }
    if (n)
        t_form_errors(o, &(struct v_form_errors){ { list, n } });
}

void tpl_hidden(struct out *o, str name, str value)
{
    t_field_hidden(o, &(struct v_field_hidden){ name, value });
}

void tpl_tokens_hidden(struct out *o, str csrf, str idem)
{
    tpl_hidden(o, S("csrf"), csrf);
    tpl_hidden(o, S("idem"), idem.n ? idem : uid_str(o->a, rnd_uid()));
}

void tpl_input(struct out *o, str name, str type, int64_t min, int64_t max, bool required, str value, str label)
{
    bool number = str_eq(type, S("count"));
    (void)min;
    t_field_bare(o, &(struct v_field_bare){ {
        .name = name,
        .label = label,
        .required = required,
        .value = value,
        .type = str_eq(type, S("email")) ? S("email") : S("text"),
        .inputmode = number ? S("numeric") : S(""),
        .most = number ? 0 : max,
    } });
}
