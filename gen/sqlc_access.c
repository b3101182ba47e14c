/* sqlc: for each table with personal values, the statement that reads everything of one person in it; and for each table that
 * belongs to a person, the statements that read their whole rows, where the values in them came from, and what the event log says
 * of them. What a person is shown and given follows the schema's annotations by this alone.
 * And two that look at stretches of the table whoever's rows they are, for the checks of promises: values that came from nowhere
 * (no row in `origin`), and what is stored as it is. */
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

/* From the table itself to the person, by its owner path; then whose rows, beyond which. */
static void from_owner(struct buf *b, const struct schema *s, const struct table *t, const char *joined)
{
    buf_fmt(b, " FROM %s t0", t->name);
    int depth = 0;
    const struct table *at = t;
    while (strcmp(at->owner_table, "person") != 0) {
        buf_fmt(b, " JOIN %s t%d ON t%d.id = t%d.%s", at->owner_table, depth + 1, depth + 1, depth, at->owner_col);
        at = schema_table(s, at->owner_table);
        depth++;
    }
    buf_fmt(b, "%s\nWHERE t%d.%s = ?1 AND t0.id > ?2", joined, depth, at->owner_col);
}

static void access_statement(struct buf *b, const struct schema *s, const struct table *t)
{
    buf_fmt(b, "-- :many access_%s max 200 (person @i64, after @i64)\nSELECT t0.id, t0.uid", t->name);
    for (size_t i = 0; i < t->n; i++) {
        if (t->cols[i].pd == PD_VALUE) {
            buf_fmt(b, ", t0.%s", t->cols[i].name);
        }
    }
    from_owner(b, s, t, "");
    buf_fmt(b, " ORDER BY t0.id;\n");
}

/* ---- whole rows */

/* What says something to people: not the program's own codes and names, nor who else had a hand in it. */
static bool tells(const struct column *c)
{
    size_t n = strlen(c->name);
    if (c->pd == PD_VALUE) {
        return true;
    }
    bool somebody = n > 3 && strcmp(c->name + n - 3, "_by") == 0;
    return c->pd == PD_NONE && !somebody &&
           (c->base == B_TEXT || c->base == B_I64 || c->base == B_BOOL || c->base == B_TIME || c->base == B_DATE);
}

static bool has_uid(const struct table *t)
{
    const struct column *c = table_column(t, "uid");
    return c && c->base == B_UID;
}

static bool has_records(const struct table *t)
{
    const struct column *id = table_column(t, "id");
    return t->owner_table && id && id->base == B_ID;
}

static void record_statements(struct buf *b, const struct schema *s, const struct table *t)
{
    buf_fmt(b, "-- :many access_all_%s max 200 (person @i64, after @i64)\nSELECT t0.id%s", t->name, has_uid(t) ? ", t0.uid" : "");
    for (size_t i = 0; i < t->n; i++) {
        if (tells(&t->cols[i])) {
            buf_fmt(b, ", t0.%s", t->cols[i].name);
        }
    }
    from_owner(b, s, t, "");
    buf_fmt(b, " ORDER BY t0.id;\n");
    if (schema_table(s, "origin") && has_uid(t) && personal(t)) {
        buf_fmt(b, "-- :many access_origin_%s max 8000 (person @i64, after @i64, upto @i64)\n"
                   "SELECT o.row_uid, o.col, o.point, o.source, o.collected_at", t->name);
        from_owner(b, s, t, " JOIN origin o ON o.row_uid = t0.uid");
        buf_fmt(b, " AND t0.id <= ?3 ORDER BY t0.id;\n");
    }
    if (schema_table(s, "event_log") && strcmp(t->name, "person") != 0) {
        buf_fmt(b, "-- :many access_log_%s max 4000 (person @i64, after @i64, upto @i64)\n"
                   "SELECT t0.id, e.at, e.event, e.actor_kind, e.object_kind, e.detail", t->name);
        from_owner(b, s, t, kept(" JOIN event_log e ON e.object_kind = '%s' AND e.object_id = t0.id", t->name));
        buf_fmt(b, " AND t0.id <= ?3 ORDER BY t0.id, e.id;\n");
    }
}

static void record_row(struct buf *c, const struct schema *s, const struct table *t)
{
    bool origin = schema_table(s, "origin") && has_uid(t) && personal(t);
    bool log = schema_table(s, "event_log") && strcmp(t->name, "person") != 0;
    buf_fmt(c, "    { TABLE_%s, &stmt_access_all_%s, %s, ", t->name, t->name, has_uid(t) ? "true" : "false");
    buf_fmt(c, origin ? "&stmt_access_origin_%s, " : "NULL, ", t->name);
    buf_fmt(c, log ? "&stmt_access_log_%s },\n" : "NULL },\n", t->name);
}

static void records_emit(struct buf *sql, struct buf *c, const struct schema *s)
{
    size_t n = 0;
    buf_fmt(c, "\nconst struct record_table record_catalog[] = {\n");
    for (size_t i = 0; i < s->n; i++) {
        if (has_records(s->tables[i])) {
            record_statements(sql, s, s->tables[i]);
            record_row(c, s, s->tables[i]);
            n++;
        }
    }
    buf_fmt(c, "};\nconst size_t record_catalog_n = %zu;\n", n);
}

/* Rows of a stretch in which a value has no origin. */
static void lacking_statement(struct buf *b, const struct table *t)
{
    buf_fmt(b, "-- :many access_lacking_%s max 20 (after @i64, upto @i64)\n"
               "SELECT t.id FROM %s t WHERE t.id > ?1 AND t.id <= ?2 AND (", t->name, t->name);
    const char *or = "";
    for (size_t i = 0; i < t->n; i++) {
        if (t->cols[i].pd == PD_VALUE) {
            buf_fmt(b, "%s(t.%s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM origin o WHERE o.row_uid = t.uid AND o.col = '%s.%s'))",
                    or, t->cols[i].name, t->name, t->cols[i].name);
            or = "\n  OR ";
        }
    }
    buf_fmt(b, ") ORDER BY t.id;\n");
}

static void between_statement(struct buf *b, const struct table *t)
{
    buf_fmt(b, "-- :many access_between_%s max 500 (after @i64, upto @i64)\nSELECT id, uid", t->name);
    for (size_t i = 0; i < t->n; i++) {
        if (t->cols[i].pd == PD_VALUE) {
            buf_fmt(b, ", %s", t->cols[i].name);
        }
    }
    buf_fmt(b, " FROM %s WHERE id > ?1 AND id <= ?2 ORDER BY id;\n"
               "-- :one access_newest_%s -> (newest @i64)\nSELECT coalesce(max(id), 0) AS newest FROM %s;\n", t->name, t->name, t->name);
}

void access_emit(const struct schema *s, const char *outdir)
{
    struct buf sql = { 0 }, c = { 0 };
    buf_add(&sql, "", 0);
    buf_fmt(&c, "\nconst struct access_table access_catalog[] = {\n");
    size_t n = 0;
    bool origins = schema_table(s, "origin") != NULL;
    for (size_t i = 0; i < s->n; i++) {
        const struct table *t = s->tables[i];
        if (personal(t)) {
            access_statement(&sql, s, t);
            between_statement(&sql, t);
            buf_fmt(&c, "    { TABLE_%s, &stmt_access_%s, &stmt_access_between_%s, &stmt_access_newest_%s, ", t->name, t->name, t->name,
                    t->name);
            if (origins) {
                lacking_statement(&sql, t);
                buf_fmt(&c, "&stmt_access_lacking_%s },\n", t->name);
            } else {
                buf_fmt(&c, "NULL },\n");
            }
            n++;
        }
    }
    buf_fmt(&c, "};\nconst size_t access_catalog_n = %zu;\n", n);
    records_emit(&sql, &c, s);
    struct feature *f = feature_parse("schema", "access", sql.p);
    feature_check(f, s);
    feature_emit(f, outdir, "\n#include \"access.h\"\n", c.p);
}
