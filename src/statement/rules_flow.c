/* rules.yaml: where information comes in, what it is used for beyond that, and who is told. */
#include "model.h"

#include "str.h"

/* [a, b] of purposes as a bit set. */
static uint64_t read_purpose_set(struct reader *r, const struct entry *e, const struct node *n)
{
    uint64_t set = 0;
    if (!n)
        return 0;
    if (n->kind != NODE_LIST || n->n == 0) {
        read_wrong(r, n->line, e->where, S("here must be a list of purposes"), S("Write 'for: [purpose, purpose]'."));
        return 0;
    }
    for (size_t i = 0; i < n->n; i++) {
        int at = read_name(r, n->items[i]->line, e->where, "purpose", n->items[i]->text, names_purposes());
        if (at >= 0)
            set |= BIT(at);
    }
    return set;
}

static void read_asked(struct reader *r, const struct entry *e, str name, struct point_rule *p, struct asked *out)
{
    static const char *const keys[] = { "!need", "!for", "!why", "clause", NULL };
    static const char *const needs[] = { "optional", "mandatory", NULL };
    read_keys(r, e, keys);
    *out = (struct asked){ .field = NOT_A_FIELD, .line = e->line, .clause = p->clause };
    int field = read_name(r, e->line, e->where, "field", name, names_fields(r->s));
    if (field >= 0)
        out->field = (uint16_t)field;
    out->need = read_name_at(r, e, "need", "need", names_list(needs)) == 1 ? NEED_MANDATORY : NEED_OPTIONAL;
    out->purposes = read_purpose_set(r, e, node_get(e->n, S("for")));
    out->why = read_text(r, e, "why");
    int clause = read_name_at(r, e, "clause", "clause", names_clauses());
    if (clause >= 0)
        out->clause = (enum clause)clause;
}

static void read_point_fields(struct reader *r, const struct entry *point, struct point_rule *p)
{
    struct entry e;
    if (!read_map(r, node_get(point->n, S("fields")), str_fmt(r->a, "%.*s.fields", STR_ARG(point->where)), &e))
        return;
    p->asked = NEWN(r->a, struct asked, e.n->n + 1);
    for (size_t i = 0; p->asked && i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        read_asked(r, &one, e.n->keys[i], p, &p->asked[p->n++]);
    }
}

static uint64_t read_source_set(struct reader *r, const struct entry *e)
{
    uint64_t set = 0;
    const struct node *n = node_get(e->n, S("sources"));
    if (n && (n->kind != NODE_LIST || n->n == 0))
        read_wrong(r, n->line, e->where, S("here must be a list of sources"), S("Write 'sources: [person]'."));
    for (size_t i = 0; n && n->kind == NODE_LIST && i < n->n; i++) {
        int at = read_name(r, n->items[i]->line, e->where, "source", n->items[i]->text, names_sources());
        if (at >= 0)
            set |= BIT(at);
    }
    return set;
}

static void read_point(struct reader *r, const struct entry *e, enum point at)
{
    static const char *const keys[] = { "!clause", "!method", "!words", "!sources", "!fields", NULL };
    struct point_rule *p = &r->s->points[at];
    read_keys(r, e, keys);
    *p = (struct point_rule){ .declared = true, .line = e->line };
    int clause = read_name_at(r, e, "clause", "clause", names_clauses());
    p->clause = clause < 0 ? (enum clause)0 : (enum clause)clause;
    p->method = read_text(r, e, "method");
    p->words = read_text(r, e, "words");
    p->sources = read_source_set(r, e);
    if (p->method.n && !str_eq(p->method, str_c(point_info[at].method)))
        read_wrong(r, e->line, e->where, str_fmt(r->a, "the method is '%.*s'", STR_ARG(p->method)),
                   str_fmt(r->a, "Write 'method: %s': that is how the program collects here.", point_info[at].method));
    read_point_fields(r, e, p);
}

void rules_read_points(struct reader *r, const struct node *n)
{
    struct entry e;
    if (!read_map(r, n, S("points"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, S("points"), "point", e.n->keys[i], names_points());
        if (at >= 0)
            read_point(r, &one, (enum point)at);
    }
}

/* A list of names as numbers; what is unknown is left out, with a finding. */
static const uint16_t *read_numbers(struct reader *r, const struct entry *e, const char *kind, struct names names, size_t *n)
{
    *n = 0;
    if (e->n->kind != NODE_LIST || e->n->n == 0) {
        read_wrong(r, e->line, e->where, str_fmt(r->a, "here must be a list: each a %s", kind), S("Write [one, two]."));
        return NULL;
    }
    uint16_t *v = NEWN(r->a, uint16_t, e->n->n);
    for (size_t i = 0; v && i < e->n->n; i++) {
        int at = read_name(r, e->n->items[i]->line, e->where, kind, e->n->items[i]->text, names);
        bool again = false;
        for (size_t k = 0; k < *n; k++)
            again = again || v[k] == at;
        if (again)
            read_wrong(r, e->n->items[i]->line, e->where,
                       str_fmt(r->a, "'%.*s' stands here twice", STR_ARG(e->n->items[i]->text)), S("Write it once."));
        else if (at >= 0)
            v[(*n)++] = (uint16_t)at;
    }
    return v;
}

void rules_read_uses(struct reader *r, const struct node *n)
{
    struct entry e;
    if (!read_map(r, n, S("uses"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, S("uses"), "purpose", e.n->keys[i], names_purposes());
        if (at < 0)
            continue;
        struct use_rule *u = &r->s->uses[at];
        u->line = one.line;
        u->categories = read_numbers(r, &one, "category", names_categories(r->s), &u->n);
    }
}

static void read_gives(struct reader *r, const struct entry *recipient, struct recipient_rule *out)
{
    struct entry e;
    if (!read_map(r, node_get(recipient->n, S("gives")), str_fmt(r->a, "%.*s.gives", STR_ARG(recipient->where)), &e))
        return;
    struct given *v = NEWN(r->a, struct given, e.n->n + 1);
    for (size_t i = 0; v && i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, e.where, "purpose", e.n->keys[i], names_purposes());
        if (at < 0)
            continue;
        struct given *g = &v[out->n++];
        g->purpose = (enum purpose)at;
        g->line = one.line;
        g->fields = read_numbers(r, &one, "field", names_fields(r->s), &g->n);
    }
    out->gives = v;
}

static void read_country(struct reader *r, const struct entry *e, str country)
{
    bool two = country.n == 2 && country.p[0] >= 'A' && country.p[0] <= 'Z' && country.p[1] >= 'A' && country.p[1] <= 'Z';
    if (country.n && !two)
        read_wrong(r, e->line, e->where, str_fmt(r->a, "'%.*s' is no country", STR_ARG(country)),
                   S("Write its two letters of ISO 3166, such as GB."));
}

void rules_read_recipients(struct reader *r, const struct node *n)
{
    static const char *const keys[] = { "!clause", "!words", "!role", "!country", "!safeguard", "!dpv", "!gives", NULL };
    static const char *const roles[] = { "controller", "processor", NULL };
    struct entry e;
    if (!read_map(r, n, S("recipients"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, S("recipients"), "recipient", e.n->keys[i], names_recipients());
        if (at < 0)
            continue;
        struct recipient_rule *out = &r->s->recipients[at];
        read_keys(r, &one, keys);
        *out = (struct recipient_rule){ .declared = true, .line = one.line };
        int clause = read_name_at(r, &one, "clause", "clause", names_clauses());
        out->clause = clause < 0 ? (enum clause)0 : (enum clause)clause;
        out->words = read_text(r, &one, "words");
        out->controller = read_name_at(r, &one, "role", "role", names_list(roles)) == 0;
        out->country = read_text(r, &one, "country");
        out->safeguard = read_text(r, &one, "safeguard");
        out->dpv = read_text(r, &one, "dpv");
        read_country(r, &one, out->country);
        read_dpv(r, one.line, one.where, out->dpv);
        read_gives(r, &one, out);
    }
}
