/* sqlc: a feature's typed C: parameter and row structures, descriptors, one function per statement. */
#include "sqlc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void emit_struct(struct buf *h, const char *name, const char *what, const struct field *v, size_t n)
{
    buf_fmt(h, "struct %s_%s {\n", name, what);
    for (size_t i = 0; i < n; i++) {
        if (v[i].opt && bases[v[i].base].has) {
            buf_fmt(h, "    bool has_%s;\n", v[i].name);
        }
        buf_fmt(h, "    %s%s;%s\n", bases[v[i].base].ctype, v[i].name, v[i].opt ? " /* may be NULL */" : "");
    }
    buf_fmt(h, "};\n");
}

/* The function's head, without ';' or body. */
static void emit_prototype(struct buf *b, const struct stmt *s)
{
    buf_fmt(b, "st %s(struct db *db", s->name);
    if (s->kind != K_EXEC) {
        buf_fmt(b, ", struct arena *a");
    }
    if (s->n_params > 0) {
        buf_fmt(b, ", const struct %s_in *in", s->name);
    }
    if (s->kind == K_EXEC) {
        buf_fmt(b, ", int64_t *changed)");
    } else {
        buf_fmt(b, ",\n    struct %s_%s *out)", s->name, s->kind == K_ONE ? "row" : "rows");
    }
}

static void emit_header(struct buf *h, const struct stmt *s)
{
    if (s->n_params > 0) {
        emit_struct(h, s->name, "in", s->params, s->n_params);
    }
    if (s->n_cols > 0) {
        emit_struct(h, s->name, "row", s->cols, s->n_cols);
    }
    if (s->kind == K_MANY) {
        buf_fmt(h, "struct %s_rows {\n    struct %s_row *v;\n    size_t n;\n    bool more;%s\n};\n", s->name, s->name,
                s->max ? " /* there are rows beyond these */" : "");
    }
    if (s->doc[0] != '\0') {
        buf_fmt(h, "/* %s */\n", s->doc);
    }
    buf_fmt(h, "extern const struct stmt stmt_%s;\nNODISCARD ", s->name);
    emit_prototype(h, s);
    buf_fmt(h, ";\n\n");
}

static void emit_fields(struct buf *c, const struct stmt *s, const char *what, const struct field *v, size_t n)
{
    if (n == 0) {
        return;
    }
    buf_fmt(c, "static const struct stmt_field %s_%s_fields[] = {\n", s->name, what);
    for (size_t i = 0; i < n; i++) {
        const struct base_info *b = &bases[v[i].base];
        buf_fmt(c, "    { SI(\"%s\"), %s, %s, ", v[i].name, b->stmt, v[i].opt ? "true" : "false");
        if (v[i].col != NULL) {
            buf_fmt(c, "COL_%s_%s, ", v[i].col->table->name, v[i].col->name);
        } else {
            buf_fmt(c, "-1, ");
        }
        buf_fmt(c, "offsetof(struct %s_%s, %s), ", s->name, what, v[i].name);
        if (v[i].opt && b->has) {
            buf_fmt(c, "offsetof(struct %s_%s, has_%s) },\n", s->name, what, v[i].name);
        } else {
            buf_fmt(c, "0 },\n");
        }
    }
    buf_fmt(c, "};\n");
}

static void emit_mask(struct buf *c, const char *what, const uint64_t *mask)
{
    buf_fmt(c, "    .%s = { {", what);
    for (size_t i = 0; i < TABLE_WORDS; i++) {
        buf_fmt(c, "%s 0x%llx", i ? "," : "", (unsigned long long)mask[i]);
    }
    buf_fmt(c, " } },\n");
}

static void emit_descriptor(struct buf *c, const struct stmt *s)
{
    static const char *const kinds[] = { "STMT_ONE", "STMT_MANY", "STMT_EXEC" };
    emit_fields(c, s, "in", s->params, s->n_params);
    emit_fields(c, s, "row", s->cols, s->n_cols);
    if (s->n_sealed > 0) {
        buf_fmt(c, "static const short %s_sealed[] = {", s->name);
        for (size_t i = 0; i < s->n_sealed; i++) {
            buf_fmt(c, "%s COL_%s_%s", i ? "," : "", s->sealed[i]->table->name, s->sealed[i]->name);
        }
        buf_fmt(c, " };\n");
    }
    buf_fmt(c, "const struct stmt stmt_%s = {\n    .name = SI(\"%s\"),\n    .kind = %s,\n    .sqlite = SI(\n", s->name,
            s->name, kinds[s->kind]);
    buf_literal(c, s->sqlite, 8);
    buf_fmt(c, "),\n    .postgres = SI(\n");
    buf_literal(c, s->postgres, 8);
    buf_fmt(c, "),\n");
    if (s->n_params > 0) {
        buf_fmt(c, "    .params = %s_in_fields,\n    .n_params = %zu,\n", s->name, s->n_params);
    }
    if (s->n_cols > 0) {
        buf_fmt(c, "    .cols = %s_row_fields,\n    .n_cols = %zu,\n    .row_size = sizeof(struct %s_row),\n", s->name,
                s->n_cols, s->name);
    }
    if (s->max > 0) {
        buf_fmt(c, "    .max = %ld,\n", s->max);
    }
    emit_mask(c, "reads", s->reads);
    emit_mask(c, "writes", s->writes);
    if (s->n_sealed > 0) {
        buf_fmt(c, "    .sealed = %s_sealed,\n    .n_sealed = %zu,\n", s->name, s->n_sealed);
    }
    buf_fmt(c, "};\n\n");
}

static void emit_function(struct buf *c, const struct stmt *s)
{
    const char *in = s->n_params ? "in" : "NULL";
    emit_prototype(c, s);
    buf_fmt(c, "\n{\n");
    if (s->kind == K_EXEC) {
        buf_fmt(c, "    return stmt_exec(db, &stmt_%s, %s, changed);\n", s->name, in);
    } else if (s->kind == K_ONE) {
        buf_fmt(c, "    return stmt_one(db, a, &stmt_%s, %s, out);\n", s->name, in);
    } else {
        buf_fmt(c, "    struct stmt_rows rows;\n    TRY(stmt_many(db, a, &stmt_%s, %s, &rows));\n"
                "    *out = (struct %s_rows){ .v = rows.v, .n = rows.n, .more = rows.more };\n    return ST_OK;\n",
                s->name, in, s->name);
    }
    buf_fmt(c, "}\n\n");
}

void feature_emit(const struct feature *f, const char *outdir, const char *extra_h, const char *extra_c)
{
    struct buf h = { 0 }, c = { 0 };
    char *guard = kept("AVOW_%s_SQL_H", f->name);
    for (char *p = guard; *p != '\0'; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    buf_fmt(&h, "/* Made by sqlc from %s. */\n#ifndef %s\n#define %s\n\n#include \"stmt.h\"\n\n", base_name(f->file),
            guard, guard);
    buf_fmt(&c, "/* Made by sqlc from %s. */\n#include \"%s_sql.h\"\n\n", base_name(f->file), f->name);
    for (size_t i = 0; i < f->n; i++) {
        emit_header(&h, &f->v[i]);
        emit_descriptor(&c, &f->v[i]);
        emit_function(&c, &f->v[i]);
    }
    buf_fmt(&h, "/* All of them, for the test that prepares each on PostgreSQL. */\n"
            "extern const struct stmt *const %s_stmts[];\nextern const size_t %s_stmts_n;\n", f->name, f->name);
    buf_fmt(&c, "const struct stmt *const %s_stmts[] = {\n", f->name);
    for (size_t i = 0; i < f->n; i++) {
        buf_fmt(&c, "    &stmt_%s,\n", f->v[i].name);
    }
    buf_fmt(&c, "    NULL,\n};\nconst size_t %s_stmts_n = %zu;\n%s", f->name, f->n, extra_c);
    buf_fmt(&h, "%s\n#endif\n", extra_h);
    file_write(outdir, kept("%s_sql.h", f->name), &h);
    file_write(outdir, kept("%s_sql.c", f->name), &c);
}
