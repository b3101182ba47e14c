/* sqlc: the schema and the named SQL statements in, C out.
 *
 *   sqlc schema SCHEMA_DIR OUTDIR             columns.h catalog.c migrations.c access_sql.h access_sql.c
 *   sqlc sql SCHEMA_DIR FEATURE.sql OUTDIR    FEATURE_sql.h FEATURE_sql.c
 *   sqlc all SCHEMA_DIR OUTDIR FEATURE.sql…   all_stmts.c, a list of every statement, for the test that prepares
 *                                             each on PostgreSQL; and the files it includes
 *
 * HACKING.md says how schema and statements are written. Any mistake is an error with file and line. */
#include "sqlc.h"

#include <stdio.h>
#include <string.h>

static int schema_command(char **argv)
{
    const struct schema *s = schema_read(argv[2]);
    catalog_emit(s, argv[3]);
    access_emit(s, argv[3]);
    dispose_emit(s, argv[3]);
    return 0;
}

/* Read, check and write one feature; its name. */
static const char *one_feature(const struct schema *s, const char *path, const char *outdir)
{
    const char *name = base_name(path);
    size_t n = strlen(name);
    if (n < 5 || strcmp(name + n - 4, ".sql") != 0) {
        die_at(path, 0, "a feature's file is named FEATURE.sql");
    }
    struct feature *f = feature_parse(path, keep(name, n - 4), file_read(path));
    feature_check(f, s);
    feature_emit(f, outdir, "", "");
    return f->name;
}

static int sql_command(char **argv)
{
    one_feature(schema_read(argv[2]), argv[3], argv[4]);
    return 0;
}

static int all_command(int argc, char **argv)
{
    const struct schema *s = schema_read(argv[2]);
    struct buf include = { 0 }, list = { 0 };
    buf_fmt(&include, "/* Made by sqlc from every .sql file. */\n#include \"all_stmts.h\"\n\n");
    buf_fmt(&list, "\nconst struct feature_stmts all_stmts[] = {\n");
    for (int i = 4; i < argc; i++) {
        const char *name = one_feature(s, argv[i], argv[3]);
        buf_fmt(&include, "#include \"%s_sql.c\"\n", name);
        buf_fmt(&list, "    { \"%s\", %s_stmts, &%s_stmts_n },\n", name, name, name);
    }
    buf_fmt(&list, "};\nconst size_t all_stmts_n = %d;\n", argc - 4);
    buf_add(&include, list.p, list.n);
    file_write(argv[3], "all_stmts.c", &include);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "schema") == 0) {
        return schema_command(argv);
    }
    if (argc == 5 && strcmp(argv[1], "sql") == 0) {
        return sql_command(argv);
    }
    if (argc > 4 && strcmp(argv[1], "all") == 0) {
        return all_command(argc, argv);
    }
    fputs("usage: sqlc schema SCHEMA_DIR OUTDIR\n       sqlc sql SCHEMA_DIR FEATURE.sql OUTDIR\n"
          "       sqlc all SCHEMA_DIR OUTDIR FEATURE.sql…\n", stderr);
    return 2;
}
