/* sqlc: the schema and the named SQL statements in, C out.
 *
 *   sqlc schema SCHEMA_DIR OUTDIR             columns.h catalog.c migrations.c access_sql.h access_sql.c
 *   sqlc sql SCHEMA_DIR FEATURE.sql OUTDIR    FEATURE_sql.h FEATURE_sql.c
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
    return 0;
}

static int sql_command(char **argv)
{
    const struct schema *s = schema_read(argv[2]);
    const char *name = base_name(argv[3]);
    size_t n = strlen(name);
    if (n < 5 || strcmp(name + n - 4, ".sql") != 0) {
        die_at(argv[3], 0, "a feature's file is named FEATURE.sql");
    }
    struct feature *f = feature_parse(argv[3], keep(name, n - 4), file_read(argv[3]));
    feature_check(f, s);
    feature_emit(f, argv[4], "", "");
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
    fputs("usage: sqlc schema SCHEMA_DIR OUTDIR\n       sqlc sql SCHEMA_DIR FEATURE.sql OUTDIR\n", stderr);
    return 2;
}
