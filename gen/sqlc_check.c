/* sqlc: prepares each statement on SQLite loaded with the schema, types what it returns, and records which
 * tables and columns it touches. */
#include "sqlc.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Functions that mean the same on both databases. */
static const char *const portable[] = { "count", "sum", "min", "max", "coalesce", "length", "lower", "upper",
                                        "substr", "abs", "nullif", "replace", "row_number", "rank" };

#define ONLY "only SELECT, INSERT, UPDATE and DELETE of the schema's tables have a place in a .sql file"

/* What the authorizer callback sees; it must not stop the program, so it notes the first mistake. */
struct watch {
    const struct schema *schema;
    struct stmt *stmt;
    char *wrong;
};

static void mark(uint64_t *mask, const struct table *t)
{
    mask[t->number / 64] |= (uint64_t)1 << (t->number % 64);
}

static void see_sealed(struct stmt *s, const struct column *c)
{
    for (size_t i = 0; i < s->n_sealed; i++) {
        if (s->sealed[i] == c) {
            return;
        }
    }
    s->sealed = grown(s->sealed, s->n_sealed, sizeof *s->sealed);
    s->sealed[s->n_sealed++] = c;
}

static int see_read(struct watch *w, const char *table, const char *column)
{
    const struct table *t = schema_table(w->schema, table);
    if (t == NULL) { /* a common table expression or subquery, seen again at its own tables */
        return SQLITE_OK;
    }
    mark(w->stmt->reads, t);
    const struct column *c = table_column(t, column);
    if (c != NULL && c->base == B_SEALED) {
        see_sealed(w->stmt, c);
    }
    return SQLITE_OK;
}

static int see_write(struct watch *w, const char *table)
{
    const struct table *t = schema_table(w->schema, table);
    if (t == NULL) {
        w->wrong = kept(ONLY);
        return SQLITE_DENY;
    }
    mark(w->stmt->writes, t);
    return SQLITE_OK;
}

static int see_function(struct watch *w, const char *name)
{
    for (size_t i = 0; i < sizeof portable / sizeof *portable; i++) {
        if (strcmp(portable[i], name) == 0) {
            return SQLITE_OK;
        }
    }
    w->wrong = kept("function %s is not the same on both databases", name);
    return SQLITE_DENY;
}

static int authorize(void *arg, int action, const char *a, const char *b, const char *db, const char *trigger)
{
    (void)db;
    (void)trigger;
    struct watch *w = arg;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return see_read(w, a, b);
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return see_write(w, a);
    case SQLITE_FUNCTION:
        return see_function(w, b);
    default:
        w->wrong = kept(ONLY);
        return SQLITE_DENY;
    }
}

/* `SELECT … FOR UPDATE` locks rows on PostgreSQL; SQLite has one writer and no such words. */
static size_t end_for_sqlite(const struct tokens *ts)
{
    size_t i = find_word(ts, 0, ts->n, "FOR");
    return i < ts->n && tok_is(&ts->v[i + 1], "UPDATE") ? i : ts->n;
}

static char *statement_text(const struct stmt *s, bool postgres)
{
    struct buf b = { 0 };
    size_t end = postgres ? s->sql.n : end_for_sqlite(&s->sql);
    for (size_t i = 0; i < end; i++) {
        const struct token *t = &s->sql.v[i];
        buf_fmt(&b, "%s", t->gap && i > 0 ? " " : "");
        buf_fmt(&b, "%s%.*s", postgres && t->kind == T_PARAM ? "$" : "", (int)(t->n - (postgres && t->kind == T_PARAM)),
                t->p + (postgres && t->kind == T_PARAM));
    }
    if (s->kind == K_MANY && s->max > 0) {
        buf_fmt(&b, " LIMIT %ld", s->max + 1);
    }
    return b.p;
}

static void check_params(struct stmt *s)
{
    for (size_t i = 0; i < s->sql.n; i++) {
        const struct token *t = &s->sql.v[i];
        if (t->kind != T_PARAM) {
            continue;
        }
        size_t n = strtoul(t->p + 1, NULL, 10);
        if (n < 1 || n > s->n_params) {
            die_at(s->file, t->line, "%s uses ?%zu but declares %zu parameter(s)", s->name, n, s->n_params);
        }
        s->params[n - 1].used = true;
    }
    for (size_t i = 0; i < s->n_params; i++) {
        if (!s->params[i].used) {
            die_at(s->file, s->line, "%s declares parameter %s and never uses ?%zu", s->name, s->params[i].name, i + 1);
        }
    }
}

/* A row that an outer join may not find has NULLs even where the schema says NOT NULL. */
static bool outer_joined(const struct stmt *s, const char *table)
{
    for (size_t i = 0; i + 2 < s->sql.n; i++) {
        const struct token *t = &s->sql.v[i];
        if (tok_is(t, "RIGHT") || tok_is(t, "FULL") || tok_is(t, "NATURAL")) {
            die_at(s->file, t->line, "%s: write the join as JOIN … ON or LEFT JOIN … ON", s->name);
        }
        const struct token *name = tok_is(t + 1, "OUTER") ? t + 3 : t + 2;
        if (tok_is(t, "LEFT") && tok_is(name, table)) {
            return true;
        }
    }
    return false;
}

/* `name`, `t.name`, either with AS other. */
static bool plain_item(const struct stmt *s, struct range r)
{
    const struct token *v = &s->sql.v[r.from];
    size_t n = r.to - r.from;
    if (n >= 3 && tok_is(&v[n - 2], "AS")) {
        n -= 2;
    }
    return (n == 1 && v[0].kind == T_WORD && !tok_is(v, "NULL")) ||
           (n == 3 && v[0].kind == T_WORD && tok_punct(&v[1], '.') && v[2].kind == T_WORD);
}

/* The items a statement returns; none when it returns nothing. */
static size_t result_items(const struct stmt *s, struct range **items, bool *compound)
{
    const struct tokens *ts = &s->sql;
    size_t from = find_word(ts, 0, ts->n, "RETURNING"), to = ts->n;
    *compound = false;
    if (from == ts->n) {
        if (!tok_is(ts->v, "SELECT") && !tok_is(ts->v, "WITH")) {
            return 0;
        }
        from = find_word(ts, 0, ts->n, "SELECT");
        to = find_word(ts, from, ts->n, "FROM");
        *compound = find_word(ts, from, ts->n, "UNION") + find_word(ts, from, ts->n, "EXCEPT") +
                        find_word(ts, from, ts->n, "INTERSECT") < 3 * ts->n;
        from += tok_is(&ts->v[from + 1], "DISTINCT") || tok_is(&ts->v[from + 1], "ALL");
    }
    return split(ts, from + 1, to, items);
}

static struct field *declared_column(struct stmt *s, const char *name)
{
    for (size_t i = 0; i < s->n_declared; i++) {
        if (strcmp(s->declared[i].name, name) == 0) {
            s->declared[i].used = true;
            return &s->declared[i];
        }
    }
    return NULL;
}

static const struct column *origin(const struct stmt *s, const struct schema *schema, sqlite3_stmt *q, int i)
{
    const char *table = sqlite3_column_table_name(q, i);
    const struct table *t = table ? schema_table(schema, table) : NULL;
    const struct column *c = t ? table_column(t, sqlite3_column_origin_name(q, i)) : NULL;
    if (table != NULL && c == NULL) {
        die_at(s->file, s->line, "%s: result column %d is not in the schema", s->name, i + 1);
    }
    return c;
}

static void type_column(struct stmt *s, struct field *f, const struct column *c, bool plain, int line)
{
    const struct field *d = declared_column(s, f->name);
    if (plain && c != NULL) {
        f->col = c;
        f->base = c->base;
        f->opt = !c->notnull || outer_joined(s, c->table->name);
        if (d != NULL && bases[d->base].family != bases[c->base].family) {
            die_at(s->file, line, "%s: %s is %s in the schema, not %s", s->name, f->name, bases[c->base].name,
                   bases[d->base].name);
        }
        f->opt = f->opt || (d != NULL && d->opt);
        return;
    }
    if (d == NULL) {
        die_at(s->file, line, "%s: the type of %s is not known: declare it, -> (%s @type)", s->name, f->name, f->name);
    }
    bool sealed = c != NULL && c->base == B_SEALED;
    if (sealed != (d->base == B_SEALED)) {
        die_at(s->file, line, "%s: %s: a sealed value stays @sealed, and nothing else becomes one", s->name, f->name);
    }
    f->base = d->base;
    f->opt = d->opt;
    f->col = sealed ? c : NULL;
}

/* The name of a column that is returned as it is, and the name given with AS, are in their place. */
static void settle(struct stmt *s, struct range r, bool plain)
{
    for (size_t i = r.from; i < r.to; i++) {
        s->settled[i] = plain || (i > r.from && tok_is(&s->sql.v[i - 1], "AS"));
    }
}

static void type_columns(struct stmt *s, const struct schema *schema, sqlite3_stmt *q)
{
    struct range *items = NULL;
    bool compound;
    size_t n = result_items(s, &items, &compound);
    if (n != (size_t)sqlite3_column_count(q)) {
        die_at(s->file, s->line, "%s: name the result columns one by one, not with *", s->name);
    }
    if ((n == 0) != (s->kind == K_EXEC)) {
        die_at(s->file, s->line, "%s: %s", s->name, n ? ":exec returns no rows: drop RETURNING, or say :one"
                                                       : "it returns nothing: say :exec, or add RETURNING");
    }
    s->cols = need(sizeof *s->cols, n);
    s->n_cols = n;
    for (size_t i = 0; i < n; i++) {
        struct field *f = &s->cols[i];
        int line = s->sql.v[items[i].from].line;
        f->name = keep(sqlite3_column_name(q, (int)i), strlen(sqlite3_column_name(q, (int)i)));
        if (!name_ok(f->name)) {
            die_at(s->file, line, "%s: give '%s' a name: … AS name", s->name, f->name);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(s->cols[k].name, f->name) == 0) {
                die_at(s->file, line, "%s: two result columns are named %s: … AS other", s->name, f->name);
            }
        }
        bool plain = plain_item(s, items[i]);
        settle(s, items[i], plain);
        type_column(s, f, origin(s, schema, q, (int)i), plain && !compound, line);
    }
    for (size_t i = 0; i < s->n_declared; i++) {
        if (!s->declared[i].used) {
            die_at(s->file, s->line, "%s declares column %s and does not return it", s->name, s->declared[i].name);
        }
    }
}

static void check_one(struct stmt *s, const struct schema *schema, sqlite3 *db)
{
    struct watch w = { .schema = schema, .stmt = s };
    sqlite3_stmt *q = NULL;
    const struct token *last = &s->sql.v[s->sql.n];
    if (s->kind == K_MANY && s->max > 0 && find_word(&s->sql, 0, s->sql.n, "LIMIT") < s->sql.n) {
        die_at(s->file, last->line, "%s: max %ld is its limit already: drop LIMIT", s->name, s->max);
    }
    check_params(s);
    s->sqlite = statement_text(s, false);
    s->postgres = statement_text(s, true);
    sqlite3_set_authorizer(db, authorize, &w);
    if (sqlite3_prepare_v2(db, s->sqlite, -1, &q, NULL) != SQLITE_OK) {
        die_at(s->file, s->line, "%s: %s", s->name, w.wrong ? w.wrong : sqlite3_errmsg(db));
    }
    type_columns(s, schema, q);
    if (end_for_sqlite(&s->sql) < s->sql.n) { /* a row lock is the writer's business, like a change */
        for (size_t i = 0; i < TABLE_WORDS; i++) {
            s->writes[i] |= s->reads[i];
        }
    }
    sqlite3_finalize(q);
    sqlite3_set_authorizer(db, NULL, NULL);
    stmt_flow(s, schema);
}

/* The schema as SQLite understood it must be the schema as we did. */
static void compare_columns(const struct schema *schema, sqlite3 *db)
{
    size_t n = 0;
    sqlite3_stmt *q = NULL;
    const char *text = "SELECT m.name, x.name FROM sqlite_schema m, pragma_table_xinfo(m.name) x "
                       "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    if (sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK) {
        die_at("schema", 0, "%s", sqlite3_errmsg(db));
    }
    for (; sqlite3_step(q) == SQLITE_ROW; n++) {
        const char *table = (const char *)sqlite3_column_text(q, 0), *column = (const char *)sqlite3_column_text(q, 1);
        const struct table *t = schema_table(schema, table);
        if (t == NULL || table_column(t, column) == NULL) {
            die_at("schema", 0, "column %s.%s exists without an annotation", table, column);
        }
    }
    sqlite3_finalize(q);
    if (n != schema->n_columns) {
        die_at("schema", 0, "%zu columns were read but %zu exist", schema->n_columns, n);
    }
}

void feature_check(struct feature *f, const struct schema *schema)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
        die_at(f->file, 0, "SQLite does not open");
    }
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    for (size_t i = 0; i < schema->n_migrations; i++) {
        if (sqlite3_exec(db, schema->migrations[i].sqlite, NULL, NULL, NULL) != SQLITE_OK) {
            die_at(schema->migrations[i].name, 0, "%s", sqlite3_errmsg(db));
        }
    }
    compare_columns(schema, db);
    for (size_t i = 0; i < f->n; i++) {
        check_one(&f->v[i], schema, db);
    }
    sqlite3_close(db);
}
