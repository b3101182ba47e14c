/* What a new version of the statement changes: for people, and in what the program does.
 *
 * Compared is what is in force, not what is written: a field whose clause was taken out is a field no longer asked. */
#include "model.h"

#include "str.h"


struct diff {
    struct arena *a;
    const struct statement *old, *new;
    struct statement_changes *out;
};

static void add(struct diff *d, bool program, str text)
{
    struct statement_changes *c = d->out;
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 32;
        struct statement_change *v = NEWN(d->a, struct statement_change, cap);
        if (!v)
            return;
        for (size_t i = 0; i < c->n; i++)
            v[i] = c->v[i];
        c->v = v;
        c->cap = cap;
    }
    if (text.n && text.p[0] >= 'a' && text.p[0] <= 'z')
        text = str_fmt(d->a, "%c%.*s", text.p[0] - 32, (int)(text.n - 1), text.p + 1);
    c->v[c->n++] = (struct statement_change){ program, text };
}

#define PEOPLE(d, ...) add((d), false, str_fmt((d)->a, __VA_ARGS__))
#define PROGRAM(d, ...) add((d), true, str_fmt((d)->a, __VA_ARGS__))

static const struct section *section_of(const struct statement *s, enum clause c)
{
    for (size_t i = 0; i < s->n_sections; i++)
        if (s->sections[i].has_clause && s->sections[i].clause == c)
            return &s->sections[i];
    return NULL;
}

static void clauses(struct diff *d)
{
    for (int i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause_info *info = &clause_info[i];
        bool was = d->old->clauses[i].on, is = d->new->clauses[i].on;
        const struct section *before = section_of(d->old, (enum clause)i), *after = section_of(d->new, (enum clause)i);
        if (was && !is) {
            PEOPLE(d, "Clause %s, \"%.*s\", is taken out.", info->name, STR_ARG(before->title));
            PROGRAM(d, "This stops: %s.", info->what);
        } else if (!was && is) {
            PEOPLE(d, "Clause %s, \"%.*s\", is new.", info->name, STR_ARG(after->title));
            PROGRAM(d, "This begins: %s.", info->what);
        } else if (was && !str_eq(str_trim(before->body), str_trim(after->body)))
            PEOPLE(d, "The wording of clause %s, \"%.*s\", is changed.", info->name, STR_ARG(after->title));
    }
}

static const struct field *field_named(const struct statement *s, str name)
{
    for (size_t i = 0; i < s->n_fields; i++)
        if (str_eq(s->fields[i].name, name))
            return &s->fields[i];
    return NULL;
}

/* What a statement asks of a field at a point, in force; NULL when nothing. */
static const struct asked *asked_at(const struct statement *s, int point, str field)
{
    for (size_t i = 0; i < s->points[point].n; i++) {
        const struct asked *k = &s->points[point].asked[i];
        if (k->on && str_eq(s->fields[k->field].name, field))
            return k;
    }
    return NULL;
}

static void need_changed(struct diff *d, int point, const struct field *f, const struct asked *was, const struct asked *is)
{
    str where = d->new->points[point].words;
    if (was->need != is->need) {
        PEOPLE(d, "%.*s: %.*s becomes %s.", STR_ARG(where), STR_ARG(f->title),
               is->need == NEED_MANDATORY ? "mandatory" : "optional");
        PROGRAM(d, "'%.*s' at '%s' is %s.", STR_ARG(f->name), point_info[point].name,
                is->need == NEED_MANDATORY ? "insisted on" : "no longer insisted on");
    }
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        str words = (is->purposes & BIT(p) ? d->new : d->old)->purposes[p].words;
        if ((is->purposes & BIT(p)) && !(was->purposes & BIT(p)))
            PEOPLE(d, "%.*s: %.*s is now also asked %.*s.", STR_ARG(where), STR_ARG(f->title), STR_ARG(words));
        else if (!(is->purposes & BIT(p)) && (was->purposes & BIT(p)))
            PEOPLE(d, "%.*s: %.*s is no longer asked %.*s.", STR_ARG(where), STR_ARG(f->title), STR_ARG(words));
    }
}

static void points(struct diff *d)
{
    for (int i = 0; i < POINT_COUNT; i++) {
        for (size_t k = 0; k < d->old->points[i].n; k++) {
            const struct asked *was = &d->old->points[i].asked[k];
            if (!was->on)
                continue;
            const struct field *f = &d->old->fields[was->field];
            const struct asked *is = asked_at(d->new, i, f->name);
            if (is)
                need_changed(d, i, f, was, is);
            else {
                PEOPLE(d, "%.*s: %.*s is no longer collected.", STR_ARG(d->old->points[i].words), STR_ARG(f->title));
                PROGRAM(d, "'%.*s' is refused at '%s', and left out of its forms.", STR_ARG(f->name), point_info[i].name);
            }
        }
        for (size_t k = 0; k < d->new->points[i].n; k++) {
            const struct asked *is = &d->new->points[i].asked[k];
            if (!is->on || asked_at(d->old, i, d->new->fields[is->field].name))
                continue;
            const struct field *f = &d->new->fields[is->field];
            PEOPLE(d, "%.*s: %.*s is now collected, %s.", STR_ARG(d->new->points[i].words), STR_ARG(f->title),
                   is->need == NEED_MANDATORY ? "and must be given" : "if you like");
            PROGRAM(d, "'%.*s' is accepted at '%s'.", STR_ARG(f->name), point_info[i].name);
        }
    }
}

static void one_purpose(struct diff *d, int i)
{
    const struct purpose_rule *was = &d->old->purposes[i], *is = &d->new->purposes[i];
    if (was->on && !is->on)
        PEOPLE(d, "Your information is no longer used %.*s.", STR_ARG(was->words));
    else if (!was->on && is->on)
        PEOPLE(d, "Your information is now used %.*s.", STR_ARG(is->words));
    if (was->on != is->on)
        PROGRAM(d, "The purpose '%s' is %s.", purpose_info[i].name, is->on ? "allowed" : "refused");
    if (!was->on || !is->on)
        return;
    str from = statement_basis_words(was->basis), to = statement_basis_words(is->basis);
    if (was->basis != is->basis)
        PEOPLE(d, "The lawful basis of what we do %.*s changes from %.*s to %.*s.", STR_ARG(is->words), STR_ARG(from),
               STR_ARG(to));
    if (!str_eq(was->words, is->words))
        PEOPLE(d, "What was done %.*s is now described as done %.*s.", STR_ARG(was->words), STR_ARG(is->words));
    if (!str_eq(was->interest, is->interest) && is->interest.n)
        PEOPLE(d, "The interest named for what we do %.*s is now: %.*s.", STR_ARG(is->words), STR_ARG(is->interest));
}

/* Uses beyond what something was asked for. */
static void uses(struct diff *d, int purpose)
{
    for (size_t k = 0; k < d->new->n_fields; k++) {
        const struct field *is = &d->new->fields[k], *was = field_named(d->old, is->name);
        if (!was || was->purposes == is->purposes || !d->old->purposes[purpose].on || !d->new->purposes[purpose].on)
            continue;
        bool before = was->purposes & BIT(purpose), after = is->purposes & BIT(purpose);
        if (before == after)
            continue;
        PEOPLE(d, "Your %.*s is %s used %.*s.", STR_ARG(is->title), after ? "now also" : "no longer",
               STR_ARG(d->new->purposes[purpose].words));
        PROGRAM(d, "Reading '%.*s' for '%s' is %s.", STR_ARG(is->name), purpose_info[purpose].name,
                after ? "allowed" : "refused");
    }
}

static void gifts(struct diff *d, int r, const struct statement *from, const struct statement *to, bool begins)
{
    for (size_t k = 0; k < from->n_fields; k++) {
        const struct field *f = &from->fields[k], *other = field_named(to, f->name);
        for (int p = 0; p < PURPOSE_COUNT; p++) {
            if (!(f->gives[r] & BIT(p)) || (other && (other->gives[r] & BIT(p))))
                continue;
            bool both = d->old->recipients[r].on && d->new->recipients[r].on; /* else it was said for all of it */
            if (both)
                PEOPLE(d, "%.*s is %s told your %.*s %.*s.", STR_ARG(from->recipients[r].words), begins ? "now" : "no longer",
                       STR_ARG(f->title), STR_ARG(from->purposes[p].words));
            PROGRAM(d, "Passing '%.*s' to '%s' for '%s' is %s.", STR_ARG(f->name), recipient_info[r].name,
                    purpose_info[p].name, begins ? "allowed" : "refused");
        }
    }
}

static void recipients(struct diff *d)
{
    for (int i = 0; i < RECIPIENT_COUNT; i++) {
        const struct recipient_rule *was = &d->old->recipients[i], *is = &d->new->recipients[i];
        if (was->on && !is->on)
            PEOPLE(d, "Nothing is passed any more to %.*s.", STR_ARG(was->words));
        else if (!was->on && is->on)
            PEOPLE(d, "Information is now passed to %.*s (%.*s).", STR_ARG(is->words), STR_ARG(is->country));
        if (was->on && is->on && !str_eq(was->country, is->country))
            PEOPLE(d, "%.*s is now in %.*s, before in %.*s.", STR_ARG(is->words), STR_ARG(is->country), STR_ARG(was->country));
        if (was->on && is->on && was->controller != is->controller)
            PEOPLE(d, "%.*s now works %s.", STR_ARG(is->words),
                   is->controller ? "on its own responsibility" : "on our instructions");
        if (was->on && is->on && !str_eq(was->safeguard, is->safeguard))
            PEOPLE(d, "The safeguard for %.*s is now: %.*s.", STR_ARG(is->words), STR_ARG(is->safeguard));
        gifts(d, i, d->old, d->new, false);
        gifts(d, i, d->new, d->old, true);
    }
}

static const struct retention *retention_named(const struct statement *s, str name)
{
    for (size_t i = 0; i < s->n_retentions; i++)
        if (str_eq(s->retentions[i].name, name))
            return &s->retentions[i];
    return NULL;
}

static void categories(struct diff *d)
{
    for (size_t i = 0; i < d->new->n_categories; i++) {
        const struct category *is = &d->new->categories[i], *was = NULL;
        for (size_t k = 0; k < d->old->n_categories; k++)
            if (str_eq(d->old->categories[k].name, is->name))
                was = &d->old->categories[k];
        const struct retention *now = &d->new->retentions[is->retention];
        const struct retention *before = was ? &d->old->retentions[was->retention] : NULL;
        if (!was)
            PEOPLE(d, "A new kind of information: %.*s, kept %.*s.", STR_ARG(is->title), STR_ARG(now->words));
        else if (!str_eq(before->name, now->name)) {
            PEOPLE(d, "%.*s is now kept under \"%.*s\", before under \"%.*s\".", STR_ARG(is->title), STR_ARG(now->title),
                   STR_ARG(before->title));
            PROGRAM(d, "New values of '%.*s' are sealed under the class '%.*s'.", STR_ARG(is->name), STR_ARG(now->name));
        }
    }
    for (size_t i = 0; i < d->new->n_retentions; i++) {
        const struct retention *is = &d->new->retentions[i], *was = retention_named(d->old, is->name);
        if (was && !str_eq(was->words, is->words))
            PEOPLE(d, "\"%.*s\" is now kept until %.*s; before: %.*s.", STR_ARG(is->title), STR_ARG(is->words),
                   STR_ARG(was->words));
        if (was && !str_eq(was->then, is->then))
            PEOPLE(d, "At its end \"%.*s\" is now %.*s; before: %.*s.", STR_ARG(is->title), STR_ARG(is->then), STR_ARG(was->then));
        if (was && was->on_request != is->on_request)
            PEOPLE(d, "When you ask us to erase your information, \"%.*s\" now %s.", STR_ARG(is->title),
                   is->on_request ? "goes at once" : "stays until its end");
        if (was && was->keys != is->keys)
            PROGRAM(d, "New values of the class '%.*s' are sealed with a key per %s.", STR_ARG(is->name),
                    is->keys == KEYS_ONCE ? "person" : is->keys == KEYS_YEAR ? "person and year" : "person and month");
    }
}

static void cookies(struct diff *d)
{
    for (int i = 0; i < COOKIE_COUNT; i++) {
        const struct cookie_allowed *was = &d->old->cookies[i], *is = &d->new->cookies[i];
        const char *wire = cookie_info[i].wire;
        if (was->on && !is->on)
            PEOPLE(d, "The cookie %s is no longer set.", wire);
        else if (!was->on && is->on)
            PEOPLE(d, "The cookie %s may now be set: it %.*s.", wire, STR_ARG(is->words));
        if (was->on != is->on)
            PROGRAM(d, "Set-Cookie for '%s' is %s.", cookie_info[i].name, is->on ? "allowed" : "refused");
        if (!was->on || !is->on)
            continue;
        str from = period_words(d->a, was->lifetime), to = period_words(d->a, is->lifetime);
        if (!str_eq(from, to)) {
            PEOPLE(d, "The cookie %s now lasts %.*s, before %.*s.", wire, STR_ARG(to), STR_ARG(from));
            PROGRAM(d, "Set-Cookie for '%s' ends after %.*s.", cookie_info[i].name, STR_ARG(to));
        }
        if (was->necessary != is->necessary)
            PEOPLE(d, "The cookie %s is now called %s.", wire, is->necessary ? "necessary" : "a matter of your choice");
    }
}

st statement_diff(struct arena *a, const struct statement *from, const struct statement *to, struct statement_changes *out)
{
    *out = (struct statement_changes){ 0 };
    struct diff d = { a, from, to, out };
    clauses(&d);
    for (int i = 0; i < PURPOSE_COUNT; i++)
        one_purpose(&d, i);
    categories(&d);
    points(&d);
    for (int i = 0; i < PURPOSE_COUNT; i++)
        uses(&d, i);
    recipients(&d);
    cookies(&d);
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}
