/* sqlc: for each table with personal values, the statement that reads everything of one person in it.
 * What a person is shown, and later export and disposal, follow the schema's annotations by this alone. */
#include "sqlc.h"

#include <stdio.h>
#include <string.h>

static bool personal(const struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->cols[i].pd == PD_VALUE) {
            return true;
        }
    }
    return false;
}

static void access_statement(struct buf *b, const struct schema *s, const struct table *t)
{
    buf_fmt(b, "-- :many access_%s max 200 (person @i64, after @i64)\nSELECT t0.id, t0.uid", t->name);
    for (size_t i = 0; i < t->n; i++) {
        if (t->cols[i].pd == PD_VALUE) {
            buf_fmt(b, ", t0.%s", t->cols[i].name);
        }
    }
    buf_fmt(b, " FROM %s t0", t->name);
    int depth = 0;
    const struct table *at = t;
    while (strcmp(at->owner_table, "person") != 0) {
        buf_fmt(b, " JOIN %s t%d ON t%d.id = t%d.%s", at->owner_table, depth + 1, depth + 1, depth, at->owner_col);
        at = schema_table(s, at->owner_table);
        depth++;
    }
    buf_fmt(b, "\nWHERE t%d.%s = ?1 AND t0.id > ?2 ORDER BY t0.id;\n", depth, at->owner_col);
}

void access_emit(const struct schema *s, const char *outdir)
{
    struct buf sql = { 0 }, c = { 0 };
    buf_add(&sql, "", 0);
    buf_fmt(&c, "\nconst struct access_table access_catalog[] = {\n");
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct table *t = s->tables[i];
        if (personal(t)) {
            access_statement(&sql, s, t);
            buf_fmt(&c, "    { TABLE_%s, &stmt_access_%s },\n", t->name, t->name);
            n++;
        }
    }
    buf_fmt(&c, "};\nconst size_t access_catalog_n = %zu;\n", n);
    struct feature *f = feature_parse("schema", "access", sql.p);
    feature_check(f, s);
    feature_emit(f, outdir, "\n#include \"access.h\"\n", c.p);
}
