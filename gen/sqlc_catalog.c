/* sqlc: columns.h, catalog.c and migrations.c. */
#include "sqlc.h"

#include <stdio.h>
#include <string.h>

#define MADE "/* Made by sqlc from schema/. */\n"

static void unique_names(const struct schema *s)
{
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct table *a = s->tables[i], *b = s->tables[k];
            size_t na = strlen(a->name), nb = strlen(b->name);
            const struct table *longer = na > nb ? a : b, *other = na > nb ? b : a;
            size_t n = na > nb ? nb : na;
            if (strncmp(a->name, b->name, n) != 0 || longer->name[n] != '_') {
                continue;
            }
            for (size_t c = 0; c < longer->n; c++) {
                char *name = kept("%s_%s", longer->name + n + 1, longer->cols[c].name);
                if (table_column(other, name) != NULL) {
                    die_at(longer->file, longer->cols[c].line, "COL_%s_%s would also be %s.%s", longer->name,
                           longer->cols[c].name, other->name, name);
                }
            }
        }
    }
}

static void emit_columns(const struct schema *s, const char *outdir)
{
    struct buf b = { 0 };
    buf_fmt(&b, MADE "#ifndef AVOW_COLUMNS_H\n#define AVOW_COLUMNS_H\n\nenum table_id {\n");
    for (size_t i = 0; i < s->n; i++) {
        buf_fmt(&b, "    TABLE_%s,\n", s->tables[i]->name);
    }
    buf_fmt(&b, "    TABLE_COUNT\n};\n\nenum column_id {\n");
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->tables[i]->n; k++) {
            buf_fmt(&b, "    COL_%s_%s,\n", s->tables[i]->name, s->tables[i]->cols[k].name);
        }
    }
    buf_fmt(&b, "    COL_COUNT\n};\n\n#endif\n");
    file_write(outdir, "columns.h", &b);
}

static void emit_column(struct buf *b, const struct table *t, const struct column *c)
{
    static const char *const kinds[] = { "PD_NONE", "PD_VALUE", "PD_BLIND", "PD_LINK" };
    buf_fmt(b, "    [COL_%s_%s] = {\n        SI(\"%s\"), SI(\"%s\"), SI(\"%s", t->name, c->name, t->name, c->name,
            bases[c->base].name);
    if (c->ref != NULL) {
        buf_fmt(b, "(%s)", c->ref);
    }
    buf_fmt(b, "\"), %s, SI(\"%s\"), SI(\"%s\"), %s,\n        SI(\"%s\"), TABLE_%s, %s, SI(\"%s.%s\") },\n", kinds[c->pd],
            c->category ? c->category : "", c->field ? c->field : "", c->base == B_SEALED ? "true" : "false",
            c->clear ? c->clear : "", t->name, c->notnull ? "false" : "true", t->name, c->name);
}

static void emit_catalog(const struct schema *s, const char *outdir)
{
    struct buf b = { 0 };
    buf_fmt(&b, MADE "#include \"catalog.h\"\n\n_Static_assert(COL_COUNT == %zu, \"columns.h is of another schema\");\n"
            "const struct column_info column_catalog[] = {\n", s->n_columns);
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->tables[i]->n; k++) {
            emit_column(&b, s->tables[i], &s->tables[i]->cols[k]);
        }
    }
    buf_fmt(&b, "};\nconst size_t column_catalog_n = COL_COUNT;\n\nconst struct table_info table_catalog[] = {\n");
    for (size_t i = 0; i < s->n; i++) {
        const struct table *t = s->tables[i];
        buf_fmt(&b, "    [TABLE_%s] = { SI(\"%s\"), SI(\"%s\") },\n", t->name, t->name, t->owner ? t->owner : "");
    }
    buf_fmt(&b, "};\nconst size_t table_catalog_n = TABLE_COUNT;\n");
    file_write(outdir, "catalog.c", &b);
}

static void emit_migrations(const struct schema *s, const char *outdir)
{
    struct buf b = { 0 };
    buf_fmt(&b, MADE "#include \"migrate.h\"\n\nconst struct migration migrations[] = {\n");
    for (size_t i = 0; i < s->n_migrations; i++) {
        const struct migration *m = &s->migrations[i];
        buf_fmt(&b, "    { .number = %d,\n      .name = SI(\"%s\"),\n      .sqlite = SI(\n", m->number, m->name);
        buf_literal(&b, m->sqlite, 10);
        buf_fmt(&b, "),\n      .postgres = SI(\n");
        buf_literal(&b, m->postgres, 10);
        buf_fmt(&b, "),\n      .hash = {");
        for (size_t k = 0; k < sizeof m->hash; k++) {
            buf_fmt(&b, "%s0x%02x,", k % 16 ? " " : "\n          ", m->hash[k]);
        }
        buf_fmt(&b, " } },\n");
    }
    buf_fmt(&b, "};\nconst size_t migrations_n = %zu;\n", s->n_migrations);
    file_write(outdir, "migrations.c", &b);
}

void catalog_emit(const struct schema *s, const char *outdir)
{
    unique_names(s);
    emit_columns(s, outdir);
    emit_catalog(s, outdir);
    emit_migrations(s, outdir);
}
