/* What other rules or thresholds would have said about orders of the past: read, judged again, counted. */
#include "fraud.h"

#include "fraud_sql.h"
#include "str.h"

#define PIECE_MEMORY ((size_t)4 << 20)

struct trying {
    const struct fraud_trial *t;
    struct fraud_report *r;
};

/* Of each rule that fired: would the outcome be another without it? */
static void count_rules(const struct trying *y, const struct fraud_verdict *v)
{
    for (size_t i = 0; i < v->n; i++) {
        struct fraud_trial_rule *rule = &y->r->rules[v->hits[i] - y->t->rules->v];
        int64_t sum = 0;
        for (size_t k = 0; k < v->n; k++)
            sum += k == i ? 0 : v->hits[k]->weight;
        enum fraud_outcome without = sum >= y->t->limits.review ? FRAUD_REVIEW : FRAUD_ACCEPT;
        if (y->t->limits.refuse > 0 && sum >= y->t->limits.refuse)
            without = FRAUD_REFUSE;
        rule->fired++;
        rule->decides += without != v->outcome;
    }
}

static void one(const struct trying *y, const struct fraud_past_row *row)
{
    struct fraud_signals s;
    struct fraud_verdict v;
    enum fraud_outcome was;
    if (fraud_outcome_parse(row->outcome, &was) != ST_OK)
        return;
    fraud_signals_parse(row->signals, &s);
    fraud_judge(y->t->rules, &y->t->limits, &s, &v);
    count_rules(y, &v);
    y->r->orders++;
    y->r->moved[was][v.outcome]++;
    y->r->changed += was != v.outcome;
    y->r->approved[v.outcome] += str_eq(row->state, S("approved"));
    y->r->declined[v.outcome] += str_eq(row->state, S("declined"));
}

static st pieces(struct db *db, struct arena *piece, const struct trying *y)
{
    struct fraud_past_rows rows = { .more = true };
    int64_t before = INT64_MAX;
    while (rows.more && (y->t->most == 0 || y->r->orders < y->t->most)) {
        TRY(fraud_past(db, piece, &(struct fraud_past_in){ .before = before }, &rows));
        for (size_t i = 0; i < rows.n && (y->t->most == 0 || y->r->orders < y->t->most); i++) {
            one(y, &rows.v[i]);
            before = rows.v[i].id;
        }
        bool more = rows.more;
        arena_reset(piece);
        rows.more = more;
    }
    return ST_OK;
}

st fraud_try(struct db *db, struct arena *a, const struct fraud_trial *t, struct fraud_report *out)
{
    *out = (struct fraud_report){ .rules = NEWN(a, struct fraud_trial_rule, t->rules->n + 1), .n_rules = t->rules->n };
    struct arena *piece = arena_new(PIECE_MEMORY);
    st s = out->rules && piece ? ST_OK : ST_NO_MEMORY;
    for (size_t i = 0; s == ST_OK && i < t->rules->n; i++)
        out->rules[i].rule = &t->rules->v[i];
    if (s == ST_OK)
        s = pieces(db, piece, &(struct trying){ t, out });
    if (piece)
        arena_free(piece);
    return s;
}
