/* What is in force: a clause that stands in rules and prose, and everything that carries its id. */
#include "compile.h"

#include "str.h"

static void clause_finding(struct reader *r, enum clause c, str file, int line, str what, str instead)
{
    finding_error(r->f, file, line, str_c(clause_info[c].name), what, instead);
}

static void force_clause(struct reader *r, enum clause c)
{
    struct clause_rule *rule = &r->s->clauses[c];
    const char *name = clause_info[c].name;
    rule->on = rule->in_rules && rule->in_prose;
    if (rule->in_rules && !rule->in_prose)
        clause_finding(r, c, RULES, rule->rules_line, S("this clause has no section in the prose"),
                       str_fmt(r->a, "Write a section '## … {#%s}' in statement.md, or take the line out.", name));
    else if (rule->in_prose && !rule->in_rules)
        clause_finding(r, c, PROSE, rule->prose_line, S("this section has no line under 'clauses' in rules.yaml"),
                       str_fmt(r->a, "Add '%s: [dpv:…]' there, or take the section out.", name));
    else if (!rule->on && clause_info[c].required)
        clause_finding(r, c, RULES, 0, str_fmt(r->a, "the program cannot work without this clause: %s",
                                               clause_info[c].what),
                       str_fmt(r->a, "Put '%s' back into statement.md and under 'clauses'.", name));
}

/* Say once, for the person who took a clause out, what stops. */
static void note_off(struct reader *r, enum clause c)
{
    if (!r->s->clauses[c].on && !clause_info[c].required)
        finding_note(r->f, RULES, 0, str_c(clause_info[c].name),
                     str_fmt(r->a, "not in force: %s does not happen", clause_info[c].what));
}

static bool on(const struct statement *s, bool declared, enum clause c)
{
    return declared && s->clauses[c].on;
}

static void force_points(struct statement *s)
{
    uint64_t purposes = 0, sources = 0;
    for (int i = 0; i < PURPOSE_COUNT; i++)
        purposes |= s->purposes[i].on ? BIT(i) : 0;
    for (int i = 0; i < SOURCE_COUNT; i++)
        sources |= s->sources[i].on ? BIT(i) : 0;
    for (int i = 0; i < POINT_COUNT; i++) {
        struct point_rule *p = &s->points[i];
        p->on = on(s, p->declared, p->clause) && (p->sources & sources);
        p->sources &= sources;
        for (size_t k = 0; k < p->n; k++) {
            struct asked *a = &p->asked[k];
            a->purposes &= purposes;
            a->on = p->on && s->clauses[a->clause].on && a->purposes && a->field != NOT_A_FIELD;
        }
    }
}

void compile_force(struct reader *r)
{
    struct statement *s = r->s;
    for (int i = 0; i < CLAUSE_COUNT; i++)
        force_clause(r, (enum clause)i);
    for (int i = 0; i < CLAUSE_COUNT; i++)
        note_off(r, (enum clause)i);
    for (int i = 0; i < PURPOSE_COUNT; i++)
        s->purposes[i].on = on(s, s->purposes[i].declared, s->purposes[i].clause);
    for (int i = 0; i < SOURCE_COUNT; i++)
        s->sources[i].on = on(s, s->sources[i].declared, s->sources[i].clause);
    force_points(s);
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        s->recipients[i].on = on(s, s->recipients[i].declared, s->recipients[i].clause);
    for (int i = 0; i < COOKIE_COUNT; i++)
        s->cookies[i].on = on(s, s->cookies[i].declared, s->cookies[i].clause) && s->purposes[s->cookies[i].purpose].on;
}
