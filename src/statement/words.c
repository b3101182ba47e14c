/* What the directives of the prose stand for: values of the configuration, and words made from the rules. */
#include "model.h"

#include "str.h"

const char *const statement_config_keys[] = { "company.name", "company.address", "company.number", "company.vat_number",
                                              "company.email", "company.privacy_email", "company.telephone",
                                              "company.country", "company.ico_number", NULL };

static const char *const directives[] = { "title", "version", "period", "ends", "lifetime", "recipient", "purpose",
                                          "interest", "list", "table" };

/* Directives, and after them the keys of the configuration. */
static str directive_at(const void *at, size_t i)
{
    (void)at;
    return str_c(i < COUNT(directives) ? directives[i] : statement_config_keys[i - COUNT(directives)]);
}

static struct names names_directives(void)
{
    return (struct names){ NULL, COUNT(directives) + COUNT(statement_config_keys) - 1, directive_at };
}

struct asking {
    struct reader *r;
    const struct section *sec;
    struct directive d;
    int line;
};

static str wrong(struct asking *q, str what, str instead)
{
    finding_error(q->r->f, PROSE, q->line, q->sec->title, what, instead);
    return S("");
}

static int find(struct asking *q, const char *kind, str name, struct names names)
{
    for (size_t i = 0; i < names.n; i++)
        if (str_eq(names.name(names.at, i), name))
            return (int)i;
    wrong(q, str_fmt(q->r->a, "there is no %s '%.*s'", kind, STR_ARG(name)), finding_instead(q->r->a, name, names));
    return -1;
}

/* The prose of a clause may only speak about what is in force with it. */
static bool in_force(struct asking *q, bool on, str name, enum clause c)
{
    if (!on)
        wrong(q, str_fmt(q->r->a, "'%.*s' belongs to clause %s, which is not in force", STR_ARG(name), clause_info[c].name),
              S("Take this out of the prose, or bring the clause back."));
    return on;
}

str words_list(struct arena *a, const str *items, size_t n)
{
    struct out o;
    out_init(&o, a, STATEMENT_MOST);
    for (size_t i = 0; i < n; i++) {
        out_str(&o, i == 0 ? S("") : i + 1 == n ? S(" and ") : S(", "));
        out_str(&o, items[i]);
    }
    return out_view(&o);
}

str words_capital(struct arena *a, str s)
{
    if (s.n == 0 || s.p[0] < 'a' || s.p[0] > 'z')
        return s;
    return str_fmt(a, "%c%.*s", s.p[0] - 32, (int)(s.n - 1), s.p + 1);
}

static str joined(struct asking *q, const str *items, size_t n)
{
    if (n == 0)
        return wrong(q, str_fmt(q->r->a, "the list '%.*s' is empty", STR_ARG(q->d.argument)),
                     S("Take it out, or choose another list."));
    return words_list(q->r->a, items, n);
}

/* "books.uk", or "account" when the class has one end only. */
static const struct ending *ending(struct asking *q)
{
    const struct statement *s = q->r->s;
    size_t dot = str_index(q->d.argument, '.');
    int at = find(q, "retention class", str_sub(q->d.argument, 0, dot), names_retentions(s));
    if (at < 0)
        return NULL;
    const struct retention *keep = &s->retentions[at];
    if (dot == q->d.argument.n && keep->n == 1)
        return &keep->ends[0];
    str name = str_sub(q->d.argument, dot + 1, q->d.argument.n);
    for (size_t i = 0; i < keep->n; i++)
        if (str_eq(keep->ends[i].name, name))
            return &keep->ends[i];
    wrong(q, str_fmt(q->r->a, "the class '%.*s' has no end '%.*s'", STR_ARG(keep->name), STR_ARG(name)),
          S("Write {{period class.end}}, with an end that stands under 'ends'."));
    return NULL;
}

enum which { WHICH_ALL, WHICH_MANDATORY, WHICH_OPTIONAL, WHICH_PURPOSE };

/* point.checkout.mandatory · point.checkout.optional · point.checkout.fields · point.request.security (a purpose) */
static str list_point(struct asking *q, str name, str which)
{
    const struct statement *s = q->r->s;
    static const char *const kinds[] = { "mandatory", "optional", "fields", NULL };
    int at = find(q, "point", name, names_points()), purpose = -1;
    if (at < 0 || !in_force(q, s->points[at].on, name, s->points[at].clause))
        return S("");
    enum which w = str_eq(which, S("mandatory")) ? WHICH_MANDATORY : str_eq(which, S("optional")) ? WHICH_OPTIONAL
                   : str_eq(which, S("fields")) ? WHICH_ALL : WHICH_PURPOSE;
    for (int i = 0; w == WHICH_PURPOSE && i < PURPOSE_COUNT; i++)
        if (str_eq(which, str_c(purpose_info[i].name)))
            purpose = i;
    if (w == WHICH_PURPOSE && purpose < 0)
        return find(q, "choice of fields", which, names_list(kinds)) < 0 ? S("") : S("");
    str *items = NEWN(q->r->a, str, s->points[at].n + 1);
    size_t n = 0;
    for (size_t i = 0; items && i < s->points[at].n; i++) {
        const struct asked *k = &s->points[at].asked[i];
        bool take = w == WHICH_ALL || (w == WHICH_MANDATORY && k->need == NEED_MANDATORY) ||
                    (w == WHICH_OPTIONAL && k->need == NEED_OPTIONAL) ||
                    (w == WHICH_PURPOSE && (k->purposes & BIT(purpose)));
        if (k->on && take)
            items[n++] = s->fields[k->field].title;
    }
    return joined(q, items, n);
}

/* Every field that some list names, once, in the order of the rules. */
static str list_fields(struct asking *q, const bool *take)
{
    const struct statement *s = q->r->s;
    str *items = NEWN(q->r->a, str, s->n_fields + 1);
    size_t n = 0;
    for (size_t i = 0; items && i < s->n_fields; i++)
        if (take[i])
            items[n++] = s->fields[i].title;
    return joined(q, items, n);
}

static str list_clause(struct asking *q, str name, bool *take)
{
    const struct statement *s = q->r->s;
    int at = find(q, "clause", name, names_clauses());
    if (at < 0 || !in_force(q, s->clauses[at].on, name, (enum clause)at))
        return S("");
    for (int p = 0; p < POINT_COUNT; p++)
        for (size_t i = 0; i < s->points[p].n; i++)
            if (s->points[p].asked[i].on && s->points[p].asked[i].clause == (enum clause)at)
                take[s->points[p].asked[i].field] = true;
    return list_fields(q, take);
}

static str list_recipient(struct asking *q, str name, bool *take)
{
    const struct statement *s = q->r->s;
    int at = find(q, "recipient", name, names_recipients());
    if (at < 0 || !in_force(q, s->recipients[at].on, name, s->recipients[at].clause))
        return S("");
    for (size_t i = 0; i < s->n_fields; i++)
        take[i] = s->fields[i].gives[at] != 0;
    return list_fields(q, take);
}

static str list_category(struct asking *q, str name, bool *take)
{
    const struct statement *s = q->r->s;
    int at = find(q, "category", name, names_categories(s));
    for (size_t i = 0; at >= 0 && i < s->n_fields; i++)
        take[i] = s->fields[i].category == at && s->fields[i].points;
    return at < 0 ? S("") : list_fields(q, take);
}

static str list(struct asking *q)
{
    static const char *const kinds[] = { "point", "clause", "recipient", "category", NULL };
    str kind = str_sub(q->d.argument, 0, str_index(q->d.argument, '.'));
    str rest = str_sub(q->d.argument, kind.n + 1, q->d.argument.n);
    str name = str_sub(rest, 0, str_index(rest, '.'));
    str which = str_sub(rest, name.n + 1, rest.n);
    bool *take = NEWN(q->r->a, bool, q->r->s->n_fields + 1);
    if (!take)
        return S("");
    int at = find(q, "list", kind, names_list(kinds));
    if (at > 0 && !str_eq(which, S("fields")))
        return wrong(q, str_fmt(q->r->a, "'%.*s' is no list", STR_ARG(q->d.argument)),
                     str_fmt(q->r->a, "Write {{list %.*s.%.*s.fields}}.", STR_ARG(kind), STR_ARG(name)));
    return at < 0 ? S("") : at == 0 ? list_point(q, name, which) : at == 1 ? list_clause(q, name, take)
           : at == 2 ? list_recipient(q, name, take) : list_category(q, name, take);
}

static str of_rules(struct asking *q)
{
    const struct statement *s = q->r->s;
    str name = q->d.name, arg = q->d.argument;
    if (str_eq(name, S("period")) || str_eq(name, S("ends"))) {
        const struct ending *e = ending(q);
        return !e ? S("") : str_eq(name, S("ends")) ? ending_words(q->r->a, e) : period_words(q->r->a, e->period);
    }
    if (str_eq(name, S("list")))
        return list(q);
    if (str_eq(name, S("lifetime"))) {
        int at = find(q, "cookie", arg, names_cookies());
        bool good = at >= 0 && in_force(q, s->cookies[at].on, arg, s->cookies[at].clause);
        return good ? period_words(q->r->a, s->cookies[at].lifetime) : S("");
    }
    if (str_eq(name, S("recipient"))) {
        int at = find(q, "recipient", arg, names_recipients());
        bool good = at >= 0 && in_force(q, s->recipients[at].on, arg, s->recipients[at].clause);
        return good ? s->recipients[at].words : S("");
    }
    int at = find(q, "purpose", arg, names_purposes()); /* purpose, interest */
    if (at < 0 || !in_force(q, s->purposes[at].on, arg, s->purposes[at].clause))
        return S("");
    if (str_eq(name, S("purpose")))
        return s->purposes[at].words;
    return s->purposes[at].interest.n ? s->purposes[at].interest
                                      : wrong(q, S("this purpose rests on no legitimate interest"), S("Take it out."));
}

static str of_config(str key, const struct statement_names *names)
{
    for (size_t i = 0; names && i < names->n; i++)
        if (str_eq(str_c(names->v[i].key), key))
            return names->v[i].value;
    return S("");
}

bool directive_is_table(struct directive d)
{
    return str_eq(d.name, S("table"));
}

str directive_words(struct reader *r, const struct section *sec, struct directive d, int line,
                    const struct statement_names *names)
{
    struct asking q = { r, sec, d, line };
    int at = find(&q, "directive", d.name, names_directives());
    if (at < 0)
        return S("");
    bool bare = at < 2 || (size_t)at >= COUNT(directives);
    if (bare != (d.argument.n == 0))
        return wrong(&q, str_fmt(r->a, "'%.*s' %s", STR_ARG(d.name), bare ? "takes no argument" : "says nothing about what"),
                     bare ? str_fmt(r->a, "Write {{%.*s}}.", STR_ARG(d.name))
                          : str_fmt(r->a, "Write {{%.*s name}}.", STR_ARG(d.name)));
    if (str_eq(d.name, S("title")))
        return r->s->title;
    if (str_eq(d.name, S("version")))
        return r->s->version;
    if (bare)
        return of_config(d.name, names);
    if (directive_is_table(d)) {
        find(&q, "table", d.argument, names_tables());
        return S("");
    }
    return of_rules(&q);
}
