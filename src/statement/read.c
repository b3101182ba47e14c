/* Reading maps of the rules with every complaint at its line: unknown key, missing key, wrong kind, unknown name. */
#include "model.h"

#include "str.h"

#include <string.h>

void read_wrong(struct reader *r, int line, str where, str what, str instead)
{
    finding_error(r->f, RULES, line, where, what, instead);
}

bool read_map(struct reader *r, const struct node *n, str where, struct entry *out)
{
    if (!n)
        return false;
    if (n->kind != NODE_MAP) {
        read_wrong(r, n->line, where, S("here must be 'name: value' lines"), S("Indent them below this line."));
        return false;
    }
    *out = (struct entry){ n, where, n->line };
    return true;
}

struct entry read_child(struct reader *r, const struct entry *e, size_t i)
{
    str where = e->where.n ? str_fmt(r->a, "%.*s.%.*s", STR_ARG(e->where), STR_ARG(e->n->keys[i])) : e->n->keys[i];
    return (struct entry){ e->n->items[i], where, e->n->key_lines[i] };
}

static str list_at(const void *at, size_t i)
{
    const char *z = ((const char *const *)at)[i];
    return str_c(*z == '!' ? z + 1 : z); /* '!' marks a key that must be there */
}

struct names names_list(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return (struct names){ list, n, list_at };
}

void read_keys(struct reader *r, const struct entry *e, const char *const *known)
{
    struct names names = names_list(known);
    if (e->n->kind != NODE_MAP) {
        read_wrong(r, e->line, e->where, S("here must be 'name: value' lines"), S("Indent them below this line."));
        return;
    }
    for (size_t i = 0; i < e->n->n; i++) {
        size_t k = 0;
        while (k < names.n && !str_eq(list_at(known, k), e->n->keys[i]))
            k++;
        if (k == names.n) {
            str what = str_fmt(r->a, "'%.*s' is not known here", STR_ARG(e->n->keys[i]));
            read_wrong(r, e->n->key_lines[i], e->where, what, finding_instead(r->a, e->n->keys[i], names));
        }
    }
    for (size_t k = 0; k < names.n; k++)
        if (*known[k] == '!' && !node_get(e->n, list_at(known, k)))
            read_wrong(r, e->line, e->where, str_fmt(r->a, "'%s' is missing", known[k] + 1),
                       str_fmt(r->a, "Add a line '%s: …' below it.", known[k] + 1));
}

str read_text(struct reader *r, const struct entry *e, const char *key)
{
    const struct node *n = node_get(e->n, str_c(key));
    if (!n)
        return S("");
    if (n->kind == NODE_SCALAR && n->text.n)
        return n->text;
    read_wrong(r, n->line, e->where, str_fmt(r->a, "'%s' must be a text", key), str_fmt(r->a, "Write '%s: text'.", key));
    return S("");
}

int read_name(struct reader *r, int line, str where, const char *kind, str name, struct names names)
{
    for (size_t i = 0; i < names.n; i++)
        if (str_eq(names.name(names.at, i), name))
            return (int)i;
    str what = str_fmt(r->a, "there is no %s '%.*s'", kind, STR_ARG(name));
    read_wrong(r, line, where, what, finding_instead(r->a, name, names));
    return -1;
}

int read_name_at(struct reader *r, const struct entry *e, const char *key, const char *kind, struct names names)
{
    const struct node *n = node_get(e->n, str_c(key));
    str name = read_text(r, e, key);
    return name.n ? read_name(r, n->line, e->where, kind, name, names) : -1;
}

void read_dpv(struct reader *r, int line, str where, str term)
{
    if (term.n == 0)
        return;
    str bare = str_starts(term, S("dpv:")) ? str_sub(term, 4, term.n) : str_starts(term, S("pd:")) ? str_sub(term, 3, term.n)
                                                                                                   : S("");
    bool good = bare.n > 0 && bare.p[0] >= 'A' && bare.p[0] <= 'Z';
    for (size_t i = 0; i < bare.n; i++)
        good = good && (str_index(S("-_"), bare.p[i]) < 2 || (bare.p[i] >= '0' && bare.p[i] <= '9') ||
                        ((bare.p[i] | 32) >= 'a' && (bare.p[i] | 32) <= 'z'));
    if (!good)
        read_wrong(r, line, where, str_fmt(r->a, "'%.*s' is no term of the Data Privacy Vocabulary", STR_ARG(term)),
                   S("Write 'dpv:Term' or 'pd:Term' as on https://w3id.org/dpv."));
}

#define REGISTRY_NAMES(plural, kind, COUNT_OF)                         \
    static str kind##_at(const void *at, size_t i)                     \
    {                                                                  \
        (void)at;                                                      \
        return str_c(kind##_info[i].name);                             \
    }                                                                  \
    struct names plural(void)                                          \
    {                                                                  \
        return (struct names){ NULL, COUNT_OF, kind##_at };            \
    }
REGISTRY_NAMES(names_clauses, clause, CLAUSE_COUNT)
REGISTRY_NAMES(names_purposes, purpose, PURPOSE_COUNT)
REGISTRY_NAMES(names_points, point, POINT_COUNT)
REGISTRY_NAMES(names_sources, source, SOURCE_COUNT)
REGISTRY_NAMES(names_recipients, recipient, RECIPIENT_COUNT)
REGISTRY_NAMES(names_bases, basis, BASIS_COUNT)
REGISTRY_NAMES(names_cookies, cookie, COOKIE_COUNT)
REGISTRY_NAMES(names_triggers, trigger, AFTER_COUNT)

#define MODEL_NAMES(plural, type, array, count)                        \
    static str type##_at_model(const void *at, size_t i)               \
    {                                                                  \
        return ((const struct type *)at)[i].name;                      \
    }                                                                  \
    struct names plural(const struct statement *s)                     \
    {                                                                  \
        return (struct names){ s->array, s->count, type##_at_model };  \
    }
MODEL_NAMES(names_fields, field, fields, n_fields)
MODEL_NAMES(names_categories, category, categories, n_categories)
MODEL_NAMES(names_retentions, retention, retentions, n_retentions)
