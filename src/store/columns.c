/* The columns that a database really has, asked of the database itself: each names them in a catalogue of its own. */
#include "store.h"

#include "stmt.h"
#include "str.h"

struct column_name {
    str name;
};
static const struct stmt_field name_field = { .name = SI("name"), .type = STMT_TEXT, .column = -1 };
static const struct stmt columns_there = {
    .name = SI("columns_there"),
    .kind = STMT_MANY,
    .sqlite = SI("SELECT m.name || '.' || i.name AS name FROM sqlite_schema m JOIN pragma_table_info(m.name) i "
                 "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1"),
    .postgres = SI("SELECT CAST(table_name || '.' || column_name AS text) AS name FROM information_schema.columns "
                   "WHERE table_schema = current_schema() ORDER BY 1"),
    .cols = &name_field,
    .n_cols = 1,
    .row_size = sizeof(struct column_name),
};

st db_columns(struct db *db, struct arena *a, struct db_columns *out)
{
    struct stmt_rows rows;
    TRY(stmt_many(db, a, &columns_there, NULL, &rows));
    *out = (struct db_columns){ NEWN(a, str, rows.n + 1), rows.n };
    if (!out->v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++)
        out->v[i] = ((const struct column_name *)rows.v)[i].name;
    return ST_OK;
}
