/* rules.yaml: the head, clauses, retention, categories, purposes and sources. */
#include "model.h"

#include "str.h"

static void read_head(struct reader *r, const struct entry *root)
{
    static const char *const keys[] = { "!title", "!version", "!language", "!clauses", "!retention", "!categories",
                                        "!purposes", "!sources", "!points", "uses", "recipients", "!cookies", NULL };
    read_keys(r, root, keys);
    r->s->title = read_text(r, root, "title");
    r->s->version = read_text(r, root, "version");
    r->s->language = read_text(r, root, "language");
}

/* S7: [dpv:Term, …] */
static void read_clauses(struct reader *r, const struct node *n)
{
    struct entry e;
    if (!read_map(r, n, S("clauses"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry c = read_child(r, &e, i);
        int at = read_name(r, c.line, S("clauses"), "clause", e.n->keys[i], names_clauses());
        if (at < 0)
            continue;
        struct clause_rule *rule = &r->s->clauses[at];
        rule->in_rules = true;
        rule->rules_line = c.line;
        if (c.n->kind != NODE_LIST) {
            read_wrong(r, c.line, c.where, S("here must be a list of terms"), S("Write [dpv:Term]."));
            continue;
        }
        str *terms = NEWN(r->a, str, c.n->n + 1);
        for (size_t k = 0; terms && k < c.n->n; k++) {
            terms[k] = c.n->items[k]->text;
            read_dpv(r, c.line, c.where, terms[k].n ? terms[k] : S("?"));
        }
        rule->dpv = terms;
        rule->n_dpv = terms ? c.n->n : 0;
    }
}

struct period read_period(struct reader *r, const struct entry *e, const char *key)
{
    struct period p = { 0 };
    const struct node *n = node_get(e->n, str_c(key));
    str text = read_text(r, e, key);
    if (text.n == 0)
        return p;
    str quoted = str_fmt(r->a, "'%.*s'", STR_ARG(text));
    str form = S("Write years, months and days as P6Y, P12M, P30D or P6Y30D, hours as PT12H.");
    if (period_parse(text, &p) != ST_OK)
        read_wrong(r, n->line, e->where, str_fmt(r->a, "%.*s is no period", STR_ARG(quoted)), form);
    else if (period_zero(p))
        read_wrong(r, n->line, e->where, str_fmt(r->a, "%.*s is a period of zero", STR_ARG(quoted)),
                   S("Write how long it is needed, such as P30D; take the field out of its points if it is not."));
    else if (period_absurd(p))
        read_wrong(r, n->line, e->where, str_fmt(r->a, "%.*s is more than a hundred years", STR_ARG(quoted)),
                   S("Nothing personal is needed that long."));
    return p;
}

static void read_fields(struct reader *r, const struct entry *category, struct category *c, uint16_t number)
{
    static const char *const keys[] = { "!title", "!dpv", NULL };
    struct entry e;
    c->first = (uint16_t)r->s->n_fields;
    if (!read_map(r, node_get(category->n, S("fields")), str_fmt(r->a, "%.*s.fields", STR_ARG(category->where)), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        if (r->s->n_fields == FIELDS_MOST) {
            read_wrong(r, one.line, one.where, S("these are more fields than the program can hold"), S(""));
            return;
        }
        struct field *f = &r->s->fields[r->s->n_fields++];
        read_keys(r, &one, keys);
        *f = (struct field){ .line = one.line, .category = number };
        f->name = str_fmt(r->a, "%.*s.%.*s", STR_ARG(c->name), STR_ARG(e.n->keys[i]));
        f->title = read_text(r, &one, "title");
        f->dpv = read_text(r, &one, "dpv");
        read_dpv(r, one.line, one.where, f->dpv);
        c->n++;
    }
}

static void read_categories(struct reader *r, const struct node *n)
{
    static const char *const keys[] = { "!title", "!dpv", "!retention", "!fields", NULL };
    struct entry e;
    if (!read_map(r, n, S("categories"), &e))
        return;
    r->s->categories = NEWN(r->a, struct category, e.n->n + 1);
    r->s->fields = NEWN(r->a, struct field, FIELDS_MOST);
    if (!r->s->categories || !r->s->fields)
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        struct category *c = &r->s->categories[r->s->n_categories++];
        read_keys(r, &one, keys);
        *c = (struct category){ .name = e.n->keys[i], .line = one.line };
        c->title = read_text(r, &one, "title");
        c->dpv = read_text(r, &one, "dpv");
        read_dpv(r, one.line, one.where, c->dpv);
        int keep = read_name_at(r, &one, "retention", "retention class", names_retentions(r->s));
        c->retention = keep < 0 ? 0 : (size_t)keep;
        read_fields(r, &one, c, (uint16_t)i);
    }
}

static enum clause read_clause(struct reader *r, const struct entry *e)
{
    int at = read_name_at(r, e, "clause", "clause", names_clauses());
    return at < 0 ? (enum clause)0 : (enum clause)at;
}

static void read_purpose(struct reader *r, const struct entry *e, struct purpose_rule *p)
{
    static const char *const keys[] = { "!clause", "!basis", "interest", "!words", "!dpv", NULL };
    read_keys(r, e, keys);
    *p = (struct purpose_rule){ .declared = true, .line = e->line };
    p->clause = read_clause(r, e);
    int basis = read_name_at(r, e, "basis", "lawful basis", names_bases());
    p->basis = basis < 0 ? (enum basis)0 : (enum basis)basis;
    p->words = read_text(r, e, "words");
    p->dpv = read_text(r, e, "dpv");
    p->interest = read_text(r, e, "interest");
    read_dpv(r, e->line, e->where, p->dpv);
    bool named = node_get(e->n, S("interest")) != NULL;
    if (basis == BASIS_INTEREST && !named)
        read_wrong(r, e->line, e->where, S("the basis is a legitimate interest, and the interest is not named"),
                   S("Add 'interest: …' and say which interest it is (UK GDPR art. 13(1)(d))."));
    if (basis >= 0 && basis != BASIS_INTEREST && named)
        read_wrong(r, e->line, e->where, S("an interest is named, and the basis is another"),
                   S("Write 'basis: interest', or take 'interest' out."));
}

static void read_purposes(struct reader *r, const struct node *n)
{
    struct entry e;
    if (!read_map(r, n, S("purposes"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, S("purposes"), "purpose", e.n->keys[i], names_purposes());
        if (at >= 0)
            read_purpose(r, &one, &r->s->purposes[at]);
    }
}

static void read_sources(struct reader *r, const struct node *n)
{
    static const char *const keys[] = { "!clause", "!words", NULL };
    struct entry e;
    if (!read_map(r, n, S("sources"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, S("sources"), "source", e.n->keys[i], names_sources());
        if (at < 0)
            continue;
        read_keys(r, &one, keys);
        struct source_rule *s = &r->s->sources[at];
        *s = (struct source_rule){ .declared = true, .line = one.line };
        s->clause = read_clause(r, &one);
        s->words = read_text(r, &one, "words");
    }
}

static void read_cookie(struct reader *r, const struct entry *e, struct cookie_allowed *c)
{
    static const char *const keys[] = { "!clause", "!kind", "!lifetime", "!words", "!for", NULL };
    static const char *const kinds[] = { "necessary", "preference", NULL };
    read_keys(r, e, keys);
    *c = (struct cookie_allowed){ .declared = true, .line = e->line };
    c->clause = read_clause(r, e);
    c->necessary = read_name_at(r, e, "kind", "kind of cookie", names_list(kinds)) == 0;
    c->lifetime = read_period(r, e, "lifetime");
    c->words = read_text(r, e, "words");
    int purpose = read_name_at(r, e, "for", "purpose", names_purposes());
    c->purpose = purpose < 0 ? (enum purpose)0 : (enum purpose)purpose;
    if (period_seconds(c->lifetime) > (int64_t)400 * 86400)
        read_wrong(r, e->line, e->where, S("no browser keeps a cookie longer than 400 days"), S("Write P1Y or less."));
}

void rules_read_cookies(struct reader *r, const struct node *n)
{
    struct entry e;
    if (!read_map(r, n, S("cookies"), &e))
        return;
    for (size_t i = 0; i < e.n->n; i++) {
        struct entry one = read_child(r, &e, i);
        int at = read_name(r, one.line, S("cookies"), "cookie", e.n->keys[i], names_cookies());
        if (at >= 0)
            read_cookie(r, &one, &r->s->cookies[at]);
    }
}

void rules_read(struct reader *r, const struct node *root)
{
    struct entry e;
    if (!read_map(r, root, S(""), &e))
        return;
    read_head(r, &e);
    read_clauses(r, node_get(root, S("clauses")));
    rules_read_retention(r, node_get(root, S("retention")));
    read_categories(r, node_get(root, S("categories")));
    read_purposes(r, node_get(root, S("purposes")));
    read_sources(r, node_get(root, S("sources")));
    rules_read_points(r, node_get(root, S("points")));
    rules_read_uses(r, node_get(root, S("uses")));
    rules_read_recipients(r, node_get(root, S("recipients")));
    rules_read_cookies(r, node_get(root, S("cookies")));
}
