/* sqlc: parameters against the columns they meet, and where sealed values may go.
 *
 * A sealed column takes a @sealed parameter, NULL, or itself, and a @sealed parameter goes nowhere else:
 * so no plain slice reaches a sealed column, and no sealed value is compared, cut or joined to anything. */
#include "sqlc.h"

#include <stdlib.h>
#include <string.h>

size_t matching(const struct tokens *ts, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < ts->n; i++) {
        depth += tok_punct(&ts->v[i], '(') - tok_punct(&ts->v[i], ')');
        if (depth == 0) {
            return i;
        }
    }
    die_at(ts->file, ts->v[open].line, "a bracket is not closed");
}

size_t find_word(const struct tokens *ts, size_t from, size_t to, const char *word)
{
    for (size_t i = from; i < to; i++) {
        if (tok_punct(&ts->v[i], '(')) {
            i = matching(ts, i);
        } else if (tok_is(&ts->v[i], word)) {
            return i;
        }
    }
    return to;
}

size_t split(const struct tokens *ts, size_t from, size_t to, struct range **out)
{
    size_t n = 0, start = from;
    for (size_t i = from; i <= to && from < to; i++) {
        if (i < to && tok_punct(&ts->v[i], '(')) {
            i = matching(ts, i);
        } else if (i == to || tok_punct(&ts->v[i], ',')) {
            *out = grown(*out, n, sizeof **out);
            (*out)[n++] = (struct range){ start, i };
            start = i + 1;
        }
    }
    return n;
}

static struct field *param_at(const struct stmt *s, size_t i)
{
    return s->sql.v[i].kind == T_PARAM ? &s->params[strtoul(s->sql.v[i].p + 1, NULL, 10) - 1] : NULL;
}

/* A value that a sealed column may be given: see above; COALESCE of such is one too. */
static bool sealed_source(struct stmt *s, const struct column *c, struct range r)
{
    const struct token *v = &s->sql.v[r.from];
    size_t n = r.to - r.from;
    struct field *p = param_at(s, r.from);
    if (n == 1 && p != NULL) {
        p->placed = p->base == B_SEALED;
        return p->placed;
    }
    s->settled[r.to - 1] = true;
    if ((n == 1 && (tok_is(v, "NULL") || tok_is(v, c->name))) ||
        (n == 3 && tok_punct(&v[1], '.') && tok_is(&v[2], c->name))) {
        return true;
    }
    if (n < 4 || !tok_is(v, "COALESCE") || !tok_punct(&v[1], '(') || matching(&s->sql, r.from + 1) != r.to - 1) {
        return false;
    }
    struct range *items = NULL;
    size_t k = split(&s->sql, r.from + 2, r.to - 1, &items);
    while (k > 0 && sealed_source(s, c, items[k - 1])) {
        k--;
    }
    return k == 0;
}

/* Column c of the table is given the value [r.from, r.to). */
static void assign(struct stmt *s, const struct column *c, struct range r)
{
    int line = s->sql.v[r.from].line;
    const struct field *p = param_at(s, r.from);
    if (c->base == B_SEALED && !sealed_source(s, c, r)) {
        die_at(s->file, line, "%s: %s is sealed: it takes a @sealed parameter or NULL", s->name, c->name);
    }
    if (r.to - r.from != 1 || p == NULL) {
        return;
    }
    if (bases[p->base].family != bases[c->base].family) {
        die_at(s->file, line, "%s: parameter %s is %s, but column %s is %s", s->name, p->name, bases[p->base].name,
               c->name, bases[c->base].name);
    }
    if (p->opt && c->notnull) {
        die_at(s->file, line, "%s: parameter %s may be NULL, but column %s may not", s->name, p->name, c->name);
    }
}

static const struct column *target(struct stmt *s, const struct table *t, size_t at)
{
    s->settled[at] = true;
    const struct token *tok = &s->sql.v[at];
    const struct column *c = table_column(t, tok_text(tok));
    if (c == NULL) {
        die_at(s->file, tok->line, "%s: table %s has no column %.*s", s->name, t->name, (int)tok->n, tok->p);
    }
    return c;
}

/* SET a = …, b = … from `from` to the clause that ends it. */
static void flow_set(struct stmt *s, const struct table *t, size_t from)
{
    const struct tokens *ts = &s->sql;
    size_t to = find_word(ts, from, ts->n, "WHERE");
    to = find_word(ts, from, to, "FROM");
    to = find_word(ts, from, to, "RETURNING");
    struct range *items = NULL;
    size_t n = split(ts, from, to, &items);
    for (size_t i = 0; i < n; i++) {
        if (!tok_punct(&ts->v[items[i].from + 1], '=')) {
            die_at(s->file, ts->v[items[i].from].line, "%s: write SET column = value", s->name);
        }
        assign(s, target(s, t, items[i].from), (struct range){ items[i].from + 2, items[i].to });
    }
}

static void flow_row(struct stmt *s, const struct table *t, const struct range *cols, size_t n, struct range row)
{
    struct range *items = NULL;
    size_t got = split(&s->sql, row.from, row.to, &items);
    if (got != n) {
        die_at(s->file, s->sql.v[row.from].line, "%s: %zu columns and %zu values", s->name, n, got);
    }
    for (size_t i = 0; i < n; i++) {
        assign(s, target(s, t, cols[i].from), items[i]);
    }
}

static void flow_insert(struct stmt *s, const struct schema *schema, size_t at)
{
    const struct tokens *ts = &s->sql;
    const struct table *t = schema_table(schema, tok_text(&ts->v[at + 2]));
    size_t open = at + 3;
    if (t == NULL || !tok_punct(&ts->v[open], '(')) {
        die_at(s->file, ts->v[at].line, "%s: write INSERT INTO table (columns) …", s->name);
    }
    size_t close = matching(ts, open);
    struct range *cols = NULL;
    size_t n = split(ts, open + 1, close, &cols);
    size_t i = close + 1;
    if (tok_is(&ts->v[i], "SELECT")) {
        flow_row(s, t, cols, n, (struct range){ i + 1, find_word(ts, i, ts->n, "FROM") });
    } else if (tok_is(&ts->v[i], "VALUES")) {
        for (i++; tok_punct(&ts->v[i], '('); i += tok_punct(&ts->v[i], ',')) {
            size_t end = matching(ts, i);
            flow_row(s, t, cols, n, (struct range){ i + 1, end });
            i = end + 1;
        }
    } else {
        die_at(s->file, ts->v[i].line, "%s: VALUES or SELECT expected", s->name);
    }
    size_t set = find_word(ts, i, ts->n, "SET");
    if (set < ts->n) {
        flow_set(s, t, set + 1);
    }
}

/* `column = ?n`: some column of that name in the tables that are read has the parameter's type. */
static void flow_compare(const struct stmt *s, const struct schema *schema, size_t i)
{
    const struct tokens *ts = &s->sql;
    size_t op = i - 1;
    while (op > 0 && ts->v[op].kind == T_PUNCT && strchr("=<>!", *ts->v[op].p) != NULL) {
        op--;
    }
    if (op == i - 1 || ts->v[op].kind != T_WORD) {
        return;
    }
    const struct field *p = param_at(s, i);
    const struct column *other = NULL;
    char *name = tok_text(&ts->v[op]);
    for (size_t k = 0; k < schema->n; k++) {
        const struct column *c = s->reads[k / 64] >> (k % 64) & 1 ? table_column(schema->tables[k], name) : NULL;
        if (c != NULL && bases[c->base].family == bases[p->base].family) {
            return;
        }
        other = c ? c : other;
    }
    if (other != NULL) {
        die_at(s->file, ts->v[i].line, "%s: %s is %s, but parameter %s is %s", s->name, name, bases[other->base].name,
               p->name, bases[p->base].name);
    }
}

/* Anywhere else than in its place a sealed column may only be asked IS [NOT] NULL. */
static void flow_sealed_reads(const struct stmt *s)
{
    for (size_t i = 0; i < s->sql.n; i++) {
        const struct token *t = &s->sql.v[i];
        for (size_t k = 0; k < s->n_sealed; k++) {
            if (tok_is(t, s->sealed[k]->name) && !s->settled[i] && !tok_is(t + 1, "IS")) {
                die_at(s->file, t->line, "%s: %s is sealed: it can be returned or asked IS NULL, nothing else", s->name,
                       s->sealed[k]->name);
            }
        }
    }
}

void stmt_flow(struct stmt *s, const struct schema *schema)
{
    const struct tokens *ts = &s->sql;
    size_t insert = find_word(ts, 0, ts->n, "INSERT"), update = find_word(ts, 0, ts->n, "UPDATE");
    if (insert < ts->n) {
        flow_insert(s, schema, insert);
    } else if (update < ts->n && (update == 0 || !tok_is(&ts->v[update - 1], "FOR"))) {
        const struct table *t = schema_table(schema, tok_text(&ts->v[update + 1]));
        size_t set = find_word(ts, update, ts->n, "SET");
        if (t == NULL || set == ts->n) {
            die_at(s->file, ts->v[update].line, "%s: write UPDATE table SET …", s->name);
        }
        flow_set(s, t, set + 1);
    }
    for (size_t i = 1; i < ts->n; i++) {
        if (ts->v[i].kind == T_PARAM) {
            flow_compare(s, schema, i);
        }
    }
    flow_sealed_reads(s);
    for (size_t i = 0; i < s->n_params; i++) {
        if (s->params[i].base == B_SEALED && !s->params[i].placed) {
            die_at(s->file, s->line, "%s: @sealed parameter %s goes into no sealed column", s->name, s->params[i].name);
        }
    }
}
