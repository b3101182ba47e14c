/* sqlc: for each table and category of personal values, the statements with which one row of it is disposed of: what is still
 * there, how it is emptied or removed, and which rows stand under an owner's. From the schema's annotations alone, so that a
 * new personal column is disposed of without anybody adding it to a list. */
#include "sqlc.h"

#include <stdio.h>
#include <string.h>

static bool is_personal(const struct column *c)
{
    return c->pd == PD_VALUE || c->pd == PD_BLIND;
}

static bool is_first(const struct table *t, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (is_personal(&t->cols[i]) && strcmp(t->cols[i].category, t->cols[at].category) == 0) {
            return false;
        }
    }
    return true;
}

static bool in_part(const struct column *c, const char *category)
{
    return is_personal(c) && strcmp(c->category, category) == 0;
}

static bool has_id(const struct table *t)
{
    const struct column *id = table_column(t, "id");
    return id != NULL && id->base == B_ID;
}

static bool has_uid(const struct table *t)
{
    const struct column *uid = table_column(t, "uid");
    return uid != NULL && uid->base == B_UID;
}

static void read_statement(struct buf *b, const struct table *t, const char *category)
{
    buf_fmt(b, "-- :one dispose_read_%s_%s (row @i64)\nSELECT id%s", t->name, category, has_uid(t) ? ", uid" : "");
    for (size_t i = 0; i < t->n; i++) {
        if (in_part(&t->cols[i], category)) {
            buf_fmt(b, ", %s", t->cols[i].name);
        }
    }
    buf_fmt(b, " FROM %s WHERE id = ?1;\n", t->name);
}

/* A value becomes what is given (NULL, the empty text, or something coarser); a code goes, or becomes the row's random name
 * where there must be one. */
static void clear_statement(struct buf *b, const struct table *t, const char *category)
{
    struct buf head = { 0 }, set = { 0 };
    int n = 1;
    buf_fmt(&head, "-- :exec dispose_clear_%s_%s (row @i64", t->name, category);
    buf_add(&set, "", 0);
    if (t->goes) {
        buf_fmt(b, "%s)\nDELETE FROM %s WHERE id = ?1;\n", head.p, t->name);
        return;
    }
    for (size_t i = 0; i < t->n; i++) {
        const struct column *c = &t->cols[i];
        if (!in_part(c, category)) {
            continue;
        }
        const char *comma = set.n ? ", " : "";
        if (c->pd == PD_VALUE && (c->base == B_SEALED || c->base == B_TEXT)) {
            buf_fmt(&head, ", %s %s%s", c->name, bases[c->base].name, c->notnull ? "" : "?");
            buf_fmt(&set, "%s%s = ?%d", comma, c->name, ++n);
        } else if (!c->notnull) {
            buf_fmt(&set, "%s%s = NULL", comma, c->name);
        } else if (c->pd == PD_BLIND && has_uid(t)) {
            buf_fmt(&set, "%s%s = uid", comma, c->name);
        } else {
            die_at(c->file, c->line, "column %s.%s cannot be emptied at its end: let it be NULL, or say 'row goes' at the owner",
                   t->name, c->name);
        }
    }
    buf_fmt(b, "%s)\nUPDATE %s SET %s WHERE id = ?1;\n", head.p, t->name, set.p);
}

static void under_statement(struct buf *b, const struct table *t)
{
    buf_fmt(b, "-- :many dispose_under_%s max 200 (owner @i64, after @i64)\nSELECT id FROM %s WHERE %s = ?1 AND id > ?2 "
            "ORDER BY id;\n", t->name, t->name, t->owner_col);
}

static bool under_another(const struct table *t)
{
    return strcmp(t->owner_table, "person") != 0;
}

static void one_table(struct buf *sql, struct buf *c, const struct table *t)
{
    bool any = false;
    for (size_t i = 0; i < t->n; i++) {
        if (!is_personal(&t->cols[i]) || !is_first(t, i)) {
            continue;
        }
        const char *category = t->cols[i].category;
        if (!any && under_another(t)) {
            under_statement(sql, t);
        }
        any = true;
        read_statement(sql, t, category);
        clear_statement(sql, t, category);
        buf_fmt(c, "    { TABLE_%s, SI(\"%s\"), &stmt_dispose_read_%s_%s, &stmt_dispose_clear_%s_%s, ", t->name, category, t->name,
                category, t->name, category);
        if (under_another(t)) {
            buf_fmt(c, "&stmt_dispose_under_%s, TABLE_%s, %s, %s },\n", t->name, t->owner_table, has_uid(t) ? "true" : "false",
                    t->goes ? "true" : "false");
        } else {
            buf_fmt(c, "NULL, TABLE_person, %s, %s },\n", has_uid(t) ? "true" : "false", t->goes ? "true" : "false");
        }
    }
}

void dispose_emit(const struct schema *s, const char *outdir)
{
    struct buf sql = { 0 }, c = { 0 };
    buf_add(&sql, "", 0);
    buf_fmt(&c, "\nconst struct dispose_part dispose_catalog[] = {\n");
    for (size_t i = 0; i < s->n; i++) {
        if (s->tables[i]->owner != NULL && has_id(s->tables[i])) {
            one_table(&sql, &c, s->tables[i]);
        }
    }
    buf_fmt(&c, "};\nconst size_t dispose_catalog_n = sizeof dispose_catalog / sizeof dispose_catalog[0];\n");
    struct feature *f = feature_parse("schema", "dispose", sql.p);
    feature_check(f, s);
    feature_emit(f, outdir, "\n#include \"dispose.h\"\n", c.p);
}
