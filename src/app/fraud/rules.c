/* Reading rules, and judging by them. */
#include "fraud.h"

#include <stdarg.h>
#include <stdio.h>

#include "codec.h"
#include "config_keys.h"
#include "hash.h"
#include "out.h"
#include "str.h"

#define WEIGHT_MOST 1000
#define NUMBER_MOST 1000000000
#define SENTENCE_MOST 300
#define NAME_MOST 40
#define REASONS_TEXT 30000

/* ---- reading --------------------------------------------------------------------------------------------------------- */

struct reading {
    const char *name;
    long line;
    struct fraud_rules *rules;
    struct fraud_fault *fault;
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

/* The next word, whatever spaces stand before it. */
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
        ok = ok && ((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || (i > 0 && s.p[i] >= '0' && s.p[i] <= '9'));
    return ok;
}

/* What every rule needs, asked when the next one begins and at the end. */
static st complete(struct reading *r)
{
    if (r->rules->n == 0)
        return ST_OK;
    const struct fraud_rule *last = &r->rules->v[r->rules->n - 1];
    const char *missing = last->n_terms == 0 ? "if" : str_empty(last->customer) ? "customer" : str_empty(last->staff) ? "staff"
                                                                                                                     : NULL;
    return missing ? wrong(r, "the rule '%.*s' has no line '%s'", STR_ARG(last->name), missing) : ST_OK;
}

static st read_rule(struct reading *r, str rest)
{
    TRY(complete(r));
    if (r->rules->n == FRAUD_RULES_MOST)
        return wrong(r, "there are more than %d rules", FRAUD_RULES_MOST);
    struct fraud_rule *rule = &r->rules->v[r->rules->n];
    *rule = (struct fraud_rule){ .name = word(&rest) };
    if (!name_ok(rule->name))
        return wrong(r, "a rule's name is of small letters, digits and _");
    if (fraud_rule_find(r->rules, rule->name))
        return wrong(r, "there are two rules '%.*s'", STR_ARG(rule->name));
    if (i64_parse(rest, -WEIGHT_MOST, WEIGHT_MOST, &rule->weight) != ST_OK || rule->weight == 0)
        return wrong(r, "'%.*s' is not a weight from -%d to %d, and not 0", STR_ARG(str_sub(rest, 0, 20)), WEIGHT_MOST,
                     WEIGHT_MOST);
    r->rules->n++;
    return ST_OK;
}

static bool signal_find(str name, enum fraud_signal *out)
{
    for (int i = 0; i < FRAUD_SIGNALS_N; i++)
        if (str_eq(name, str_c(fraud_signal_word((enum fraud_signal)i)))) {
            *out = (enum fraud_signal)i;
            return true;
        }
    return false;
}

/* "countries >= 3" */
static st read_term(struct reading *r, struct fraud_rule *rule, str rest)
{
    if (rule->n_terms == FRAUD_TERMS_MOST)
        return wrong(r, "a rule has at most %d lines 'if'", FRAUD_TERMS_MOST);
    struct fraud_term t = { .n = 0 };
    str name = word(&rest), sign = word(&rest);
    if (!signal_find(name, &t.signal))
        return wrong(r, "there is no signal '%.*s'", STR_ARG(str_sub(name, 0, NAME_MOST)));
    t.at_most = str_eq(sign, S("<="));
    if (!t.at_most && !str_eq(sign, S(">=")))
        return wrong(r, "between signal and number stands >= or <=");
    if (i64_parse(rest, -NUMBER_MOST, NUMBER_MOST, &t.n) != ST_OK)
        return wrong(r, "'%.*s' is not a number", STR_ARG(str_sub(rest, 0, 20)));
    rule->terms[rule->n_terms++] = t;
    return ST_OK;
}

static st read_sentence(struct reading *r, str rest, str *out)
{
    if (!str_empty(*out))
        return wrong(r, "this rule has such a sentence already");
    if (str_empty(rest) || rest.n > SENTENCE_MOST || !utf8_printable(rest, false))
        return wrong(r, "here stands a sentence of at most %d characters", SENTENCE_MOST);
    *out = rest;
    return ST_OK;
}

static st read_line(struct reading *r, str line)
{
    str rest = line, first = word(&rest);
    if (str_empty(first) || first.p[0] == '#')
        return ST_OK;
    if (str_eq(first, S("rule")))
        return read_rule(r, rest);
    if (r->rules->n == 0)
        return wrong(r, "before this stands a line 'rule'");
    struct fraud_rule *rule = &r->rules->v[r->rules->n - 1];
    if (str_eq(first, S("if")))
        return read_term(r, rule, rest);
    if (str_eq(first, S("customer")))
        return read_sentence(r, rest, &rule->customer);
    if (str_eq(first, S("staff")))
        return read_sentence(r, rest, &rule->staff);
    return wrong(r, "'%.*s' is none of rule, if, customer and staff", STR_ARG(str_sub(first, 0, 20)));
}

st fraud_rules_read(struct arena *a, const char *name, str text, const struct fraud_rules **out, struct fraud_fault *fault)
{
    struct fraud_rules *rules = NEW(a, struct fraud_rules);
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
    *out = rules;
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

const struct fraud_rule *fraud_rule_find(const struct fraud_rules *rules, str name)
{
    for (size_t i = 0; i < rules->n; i++)
        if (str_eq(rules->v[i].name, name))
            return &rules->v[i];
    return NULL;
}

/* ---- judging --------------------------------------------------------------------------------------------------------- */

static const char *const outcomes[FRAUD_OUTCOMES] = { "accept", "review", "refuse" };

const char *fraud_outcome_word(enum fraud_outcome o)
{
    return outcomes[o];
}

st fraud_outcome_parse(str s, enum fraud_outcome *out)
{
    for (int i = 0; i < FRAUD_OUTCOMES; i++)
        if (str_eq(s, str_c(outcomes[i]))) {
            *out = (enum fraud_outcome)i;
            return ST_OK;
        }
    return ST_INVALID;
}

struct fraud_limits fraud_limits_of(const struct config *c)
{
    return (struct fraud_limits){ .review = c->fraud.review, .refuse = c->fraud.refuse };
}

st fraud_limits_check(const struct fraud_limits *l)
{
    return l->review >= 1 && (l->refuse == 0 || l->refuse > l->review) ? ST_OK : ST_INVALID;
}

static bool fires(const struct fraud_rule *rule, const struct fraud_signals *s)
{
    for (size_t i = 0; i < rule->n_terms; i++) {
        int64_t have = s->v[rule->terms[i].signal];
        if (rule->terms[i].at_most ? have > rule->terms[i].n : have < rule->terms[i].n)
            return false;
    }
    return true;
}

void fraud_judge(const struct fraud_rules *rules, const struct fraud_limits *limits, const struct fraud_signals *s,
                 struct fraud_verdict *out)
{
    *out = (struct fraud_verdict){ .outcome = FRAUD_ACCEPT };
    for (size_t i = 0; i < rules->n; i++)
        if (fires(&rules->v[i], s)) {
            out->hits[out->n++] = &rules->v[i];
            out->score += rules->v[i].weight; /* 64 of at most 1000: no overflow */
        }
    if (out->score < 0)
        out->score = 0;
    if (out->score >= limits->review)
        out->outcome = FRAUD_REVIEW;
    if (limits->refuse > 0 && out->score >= limits->refuse)
        out->outcome = FRAUD_REFUSE;
}

/* ---- reasons --------------------------------------------------------------------------------------------------------- */

str fraud_reasons_fmt(struct arena *a, const struct fraud_verdict *v)
{
    struct out o;
    out_init(&o, a, REASONS_TEXT);
    for (size_t i = 0; i < v->n; i++)
        out_fmt(&o, "%s%.*s %lld %.*s", i ? "\n" : "", STR_ARG(v->hits[i]->name), (long long)v->hits[i]->weight,
                STR_ARG(v->hits[i]->customer));
    return out_st(&o) == ST_OK ? out_view(&o) : S("");
}

bool fraud_reason_next(str *rest, struct fraud_reason *out)
{
    str line, weight;
    while (str_next(rest, '\n', &line))
        if (str_next(&line, ' ', &out->rule) && str_next(&line, ' ', &weight) && line.p &&
            i64_parse(weight, -WEIGHT_MOST, WEIGHT_MOST, &out->weight) == ST_OK) {
            out->words = line;
            return true;
        }
    return false;
}
