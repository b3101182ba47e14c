/* What must hold between the parts of the rules: every word of the program is declared, every field comes in
 * somewhere, every class is used, and nothing is handed out for a purpose it is not held for. */
#include "catalog.h"
#include "compile.h"

#include "str.h"

static void missing(struct reader *r, const char *section, const char *kind, const char *name, const char *what)
{
    read_wrong(r, 0, str_fmt(r->a, "%s.%s", section, name),
               str_fmt(r->a, "the program has the %s '%s' (%s), and the rules do not name it", kind, name, what),
               str_fmt(r->a, "Add '%s' under '%s'.", name, section));
}

static void all_declared(struct reader *r)
{
    const struct statement *s = r->s;
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (!s->purposes[i].declared)
            missing(r, "purposes", "purpose", purpose_info[i].name, purpose_info[i].what);
    for (int i = 0; i < SOURCE_COUNT; i++)
        if (!s->sources[i].declared)
            missing(r, "sources", "source", source_info[i].name, source_info[i].what);
    for (int i = 0; i < POINT_COUNT; i++)
        if (!s->points[i].declared)
            missing(r, "points", "point", point_info[i].name, point_info[i].what);
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        if (!s->recipients[i].declared)
            missing(r, "recipients", "recipient", recipient_info[i].name, recipient_info[i].what);
    for (int i = 0; i < COOKIE_COUNT; i++)
        if (!s->cookies[i].declared)
            missing(r, "cookies", "cookie", cookie_info[i].name, cookie_info[i].what);
}

static bool is_asked(const struct statement *s, size_t field)
{
    for (int i = 0; i < POINT_COUNT; i++)
        for (size_t k = 0; k < s->points[i].n; k++)
            if (s->points[i].asked[k].field == field)
                return true;
    return false;
}

static void fields_come_in(struct reader *r)
{
    for (size_t i = 0; i < r->s->n_fields; i++)
        if (!is_asked(r->s, i))
            read_wrong(r, r->s->fields[i].line, r->s->fields[i].name, S("no point collects this field"),
                       S("Add it to the fields of a point, or take it out."));
}

static void classes_are_used(struct reader *r)
{
    const struct statement *s = r->s;
    for (size_t i = 0; i < s->n_retentions; i++) {
        bool used = false;
        for (size_t k = 0; k < s->n_categories; k++)
            used = used || s->categories[k].retention == i;
        if (!used)
            read_wrong(r, s->retentions[i].line, str_fmt(r->a, "retention.%.*s", STR_ARG(s->retentions[i].name)),
                       S("no category is kept under this class"), S("Take it out, or name it in a category."));
    }
}

/* A value can be made coarser when it is kept readable: a sealed one has nobody who may open it at its end. */
static bool is_readable(str field)
{
    bool any = false;
    for (size_t i = 0; i < column_catalog_n; i++) {
        const struct column_info *c = &column_catalog[i];
        size_t n = c->category.n;
        if (c->kind != PD_VALUE || field.n != n + 1 + c->field.n || !str_starts(field, c->category) || field.p[n] != '.' ||
            !str_eq(str_sub(field, n + 1, field.n), c->field))
            continue;
        if (c->sealed)
            return false;
        any = true;
    }
    return any;
}

static void coarser_is_possible(struct reader *r)
{
    const struct statement *s = r->s;
    for (size_t i = 0; i < s->n_retentions; i++)
        for (size_t k = 0; k < s->retentions[i].n_generalise; k++) {
            const struct generalised *g = &s->retentions[i].generalise[k];
            const struct field *f = NULL;
            for (size_t n = 0; n < s->n_fields; n++)
                if (str_eq(s->fields[n].name, g->field) && s->categories[s->fields[n].category].retention == i)
                    f = &s->fields[n];
            str where = str_fmt(r->a, "retention.%.*s.generalise", STR_ARG(s->retentions[i].name));
            if (!f)
                read_wrong(r, g->line, where, str_fmt(r->a, "'%.*s' is no field of this class", STR_ARG(g->field)),
                           S("Write category.field, of a category that is kept under this class."));
            else if (!is_readable(g->field))
                read_wrong(r, g->line, where,
                           str_fmt(r->a, "'%.*s' is sealed, so nothing coarser can be made of it", STR_ARG(g->field)),
                           S("Keep the coarser value in a column of its own when it is collected, and take this out."));
        }
}

/* Purposes a field is held for, whether or not their clauses are in force. */
static uint64_t held_for(const struct statement *s, uint16_t field)
{
    uint64_t set = s->fields[field].asked_for;
    for (int i = 0; i < POINT_COUNT; i++)
        for (size_t k = 0; k < s->points[i].n; k++)
            if (s->points[i].asked[k].field == field)
                set |= s->points[i].asked[k].purposes;
    for (int p = 0; p < PURPOSE_COUNT; p++)
        for (size_t k = 0; k < s->uses[p].n; k++)
            if (s->uses[p].categories[k] == s->fields[field].category)
                set |= BIT(p);
    return set;
}

static void gifts_are_held_for(struct reader *r, enum recipient at, const struct given *g)
{
    for (size_t k = 0; k < g->n; k++) {
        const struct field *f = &r->s->fields[g->fields[k]];
        if (held_for(r->s, g->fields[k]) & BIT(g->purpose))
            continue;
        const char *purpose = purpose_info[g->purpose].name;
        read_wrong(r, g->line, str_fmt(r->a, "recipients.%s.gives.%s", recipient_info[at].name, purpose),
                   str_fmt(r->a, "'%.*s' is given out for '%s', and is not held for that", STR_ARG(f->name), purpose),
                   str_fmt(r->a, "Add '%s' where the field is collected, or its category under 'uses.%s'.", purpose, purpose));
    }
}

/* A cookie belongs to the clause that the program knows it under. */
static void cookies_agree(struct reader *r)
{
    for (int i = 0; i < COOKIE_COUNT; i++) {
        const struct cookie_allowed *c = &r->s->cookies[i];
        if (c->declared && c->clause != cookie_info[i].clause)
            read_wrong(r, c->line, str_fmt(r->a, "cookies.%s", cookie_info[i].name),
                       str_fmt(r->a, "this cookie belongs to clause %s, not %s", clause_info[cookie_info[i].clause].name,
                               clause_info[c->clause].name),
                       str_fmt(r->a, "Write 'clause: %s'.", clause_info[cookie_info[i].clause].name));
    }
}

void compile_agree(struct reader *r)
{
    all_declared(r);
    fields_come_in(r);
    classes_are_used(r);
    coarser_is_possible(r);
    cookies_agree(r);
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        for (size_t k = 0; k < r->s->recipients[i].n; k++)
            gifts_are_held_for(r, (enum recipient)i, &r->s->recipients[i].gives[k]);
}
