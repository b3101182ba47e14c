/* Reading the rules, and judging by them. */
#include <stdarg.h>
#include <stdio.h>

#include "codec.h"
#include "hash.h"
#include "profiling.h"
#include "reference_profile.h"
#include "str.h"

#define NUMBER_MOST 1000000000
#define SENTENCE_MOST 300
#define NAME_MOST 40
#define SHIPPED_MEMORY (1u << 20)

static struct {
    const struct profiling_rules *rules; /* read-only once set */
} here;

struct reading {
    const char *name;
    long line;
    struct profiling_rules *rules;
    struct profiling_fault *fault;
};

static st PRINTF(2, 3) wrong(struct reading *r, const char *fmt, ...)
{
    char what[140];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    snprintf(r->fault->text, sizeof r->fault->text, "%.50s:%ld: %s", r->name, r->line, what);
    return ST_CONFIG;
}

/* The next word, whatever spaces stand before it; empty at the end. */
static str word(str *rest)
{
    *rest = str_trim(*rest);
    size_t n = str_index(*rest, ' ');
    str w = str_sub(*rest, 0, n);
    *rest = str_trim(str_sub(*rest, n, rest->n));
    return w;
}

static bool name_ok(str s)
{
    bool ok = s.n > 0 && s.n <= NAME_MOST;
    for (size_t i = 0; i < s.n; i++)
        ok = ok && ((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || s.p[i] == '-' || (s.p[i] >= '0' && s.p[i] <= '9'));
    return ok;
}

static struct profiling_rule *last(struct reading *r)
{
    return r->rules->n > 0 ? &r->rules->v[r->rules->n - 1] : NULL;
}

static st complete(struct reading *r)
{
    const struct profiling_rule *rule = last(r);
    if (rule && str_empty(rule->customer))
        return wrong(r, "'%.*s' has no line 'customer'", STR_ARG(rule->name));
    if (rule && rule->limit && rule->n_terms == 0)
        return wrong(r, "the limit '%.*s' has no line 'if'", STR_ARG(rule->name));
    return ST_OK;
}

static st read_rule(struct reading *r, bool limit, str rest)
{
    TRY(complete(r));
    if (r->rules->n == PROFILING_RULES_MOST)
        return wrong(r, "there are more than %d rules", PROFILING_RULES_MOST);
    struct profiling_rule rule = { .name = word(&rest), .limit = limit };
    if (!name_ok(rule.name))
        return wrong(r, "a name is of small letters, digits, - and _");
    for (size_t i = 0; i < r->rules->n; i++)
        if (r->rules->v[i].limit == limit && str_eq(r->rules->v[i].name, rule.name))
            return wrong(r, "there are two of the name '%.*s'", STR_ARG(rule.name));
    if (limit && (i64_parse(rest, -NUMBER_MOST, NUMBER_MOST, &rule.amount) != ST_OK || rule.amount == 0))
        return wrong(r, "a limit has an amount that is not 0");
    r->rules->v[r->rules->n++] = rule;
    return ST_OK;
}

static bool signal_find(str name, enum profiling_signal *out)
{
#define WORD(name) #name,
    static const char *const words[] = { PROFILING_SIGNALS(WORD) };
#undef WORD
    for (int i = 0; i < PROFILING_SIGNALS_N; i++)
        if (str_eq(name, str_c(words[i]))) {
            *out = (enum profiling_signal)i;
            return true;
        }
    return false;
}

static st read_term(struct reading *r, struct profiling_rule *rule, str rest)
{
    struct profiling_term t = { .n = 0 };
    str name = word(&rest), sign = word(&rest);
    if (rule->n_terms == PROFILING_TERMS_MOST)
        return wrong(r, "a rule has at most %d lines 'if'", PROFILING_TERMS_MOST);
    if (!signal_find(name, &t.signal))
        return wrong(r, "there is no signal '%.*s'", STR_ARG(str_sub(name, 0, NAME_MOST)));
    t.at_most = str_eq(sign, S("<="));
    if (!t.at_most && !str_eq(sign, S(">=")))
        return wrong(r, "between signal and number stands >= or <=");
    if (i64_parse(rest, 0, NUMBER_MOST, &t.n) != ST_OK)
        return wrong(r, "'%.*s' is not a number", STR_ARG(str_sub(rest, 0, 20)));
    rule->terms[rule->n_terms++] = t;
    return ST_OK;
}

static st read_first(struct reading *r, struct profiling_rule *rule, str rest)
{
    while (!str_empty(rest)) {
        str slug = word(&rest);
        if (rule->limit || rule->n_first == PROFILING_FIRST_MOST || !name_ok(slug))
            return wrong(r, "'first' stands in a segment, with up to %d slugs of products", PROFILING_FIRST_MOST);
        rule->first[rule->n_first++] = slug;
    }
    return ST_OK;
}

static st read_line(struct reading *r, str line)
{
    str rest = line, first = word(&rest);
    struct profiling_rule *rule = last(r);
    if (str_empty(first) || first.p[0] == '#')
        return ST_OK;
    if (str_eq(first, S("segment")) || str_eq(first, S("limit")))
        return read_rule(r, str_eq(first, S("limit")), rest);
    if (!rule)
        return wrong(r, "before this stands a line 'segment' or 'limit'");
    if (str_eq(first, S("if")))
        return read_term(r, rule, rest);
    if (str_eq(first, S("first")))
        return read_first(r, rule, rest);
    if (!str_eq(first, S("customer")))
        return wrong(r, "'%.*s' is none of segment, limit, if, customer and first", STR_ARG(str_sub(first, 0, 20)));
    if (!str_empty(rule->customer) || str_empty(rest) || rest.n > SENTENCE_MOST || !utf8_printable(rest, false))
        return wrong(r, "here stands one sentence of at most %d characters", SENTENCE_MOST);
    rule->customer = rest;
    return ST_OK;
}

/* Everybody is in a segment: the last of them asks nothing. */
static st everybody(struct reading *r)
{
    const struct profiling_rule *at = NULL;
    for (size_t i = 0; i < r->rules->n; i++)
        at = r->rules->v[i].limit ? at : &r->rules->v[i];
    return at && at->n_terms == 0 ? ST_OK : wrong(r, "the last segment has no 'if', so that everybody is in one");
}

st profiling_read(struct arena *a, const char *name, str text, const struct profiling_rules **out, struct profiling_fault *fault)
{
    struct profiling_rules *rules = NEW(a, struct profiling_rules);
    uint8_t hash[32];
    if (!rules)
        return ST_NO_MEMORY;
    hash_plain(text, hash);
    rules->version = hex_fmt(a, hash, 6);
    struct reading r = { .name = name, .rules = rules, .fault = fault };
    str line;
    while (str_next(&text, '\n', &line)) {
        r.line++;
        TRY(read_line(&r, line));
    }
    TRY(complete(&r));
    TRY(everybody(&r));
    *out = rules;
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

const struct profiling_rules *profiling_rules_here(void)
{
    struct profiling_fault fault;
    struct arena *a = here.rules ? NULL : arena_lasting(SHIPPED_MEMORY);
    if (a && profiling_read(a, "profile_rules.txt", reference_profile_rules, &here.rules, &fault) != ST_OK) {
        arena_free(a);
        here.rules = NULL;
    }
    return here.rules;
}

const struct profiling_rule *profiling_segment(const struct profiling_rules *rules, str name)
{
    for (size_t i = 0; rules && i < rules->n; i++)
        if (!rules->v[i].limit && str_eq(rules->v[i].name, name))
            return &rules->v[i];
    return NULL;
}

static bool holds(const struct profiling_rule *rule, const struct profiling_facts *f)
{
    for (size_t i = 0; i < rule->n_terms; i++) {
        int64_t have = f->v[rule->terms[i].signal];
        if (rule->terms[i].at_most ? have > rule->terms[i].n : have < rule->terms[i].n)
            return false;
    }
    return true;
}

void profiling_judge(const struct profiling_rules *rules, const struct profiling_facts *f, struct profiling_verdict *out)
{
    *out = (struct profiling_verdict){ 0 };
    for (size_t i = 0; i < rules->n; i++) {
        const struct profiling_rule *rule = &rules->v[i];
        if (!holds(rule, f))
            continue;
        if (rule->limit) {
            out->hits[out->n++] = rule;
            out->limit += rule->amount; /* 32 of at most a thousand million: no overflow */
        } else if (!out->segment) {
            out->segment = rule;
        }
    }
    if (out->limit < 0)
        out->limit = 0;
}
