/* Statements as sqlc describes them, and the three functions that run them.
 *
 * Only generated code and this directory use this header: features call the typed functions of their x_sql.h.
 *
 * Ownership:   rows, and the slices and sealed values in them, live in the arena given.
 * Failure:     as in store.h; ST_BUG when a parameter's value does not fit its type, or a row its declaration. */
#ifndef AVOW_STMT_H
#define AVOW_STMT_H

#include "columns.h"
#include "store.h"

enum stmt_type { STMT_I64, STMT_BOOL, STMT_TEXT, STMT_BLOB, STMT_UID, STMT_TIME, STMT_DATE, STMT_SEALED };
enum stmt_kind { STMT_ONE, STMT_MANY, STMT_EXEC };

/* A parameter or a result column: a member of the statement's structure. */
struct stmt_field {
    str name;
    enum stmt_type type;
    bool nullable;
    int column;     /* enum column_id of a plain result column, or -1 */
    size_t offset;  /* of the member */
    size_t has;     /* nullable numbers and booleans: of the bool has_<name>; the others have a value for NULL */
};

/* A set of tables, bit enum table_id. */
struct stmt_tables {
    uint64_t w[2];
};

struct stmt {
    str name;
    enum stmt_kind kind;
    str sqlite, postgres;
    const struct stmt_field *params, *cols;
    size_t n_params, n_cols, row_size;
    size_t max; /* rows handed out; the text asks for one more, to know whether there are more; 0: db_config.max_rows */
    struct stmt_tables reads, writes;
    const short *sealed; /* enum column_id of the sealed columns it reads */
    size_t n_sealed;
};

struct stmt_rows {
    void *v; /* n structures of row_size */
    size_t n;
    bool more;
};

/* Exactly one row into *row: ST_NOT_FOUND when there is none, ST_BUG when there are two. */
NODISCARD st stmt_one(struct db *, struct arena *, const struct stmt *, const void *in, void *row);
/* Up to max rows. Without max, more rows than the connection's bound are ST_TOO_LARGE. */
NODISCARD st stmt_many(struct db *, struct arena *, const struct stmt *, const void *in, struct stmt_rows *);
/* *changed: rows inserted, updated or deleted. With changed NULL the statement may run later, with others that wait: at the
 * latest before the next one that has a result, and before the end of the savepoint or the transaction. What it failed with is
 * then the status of that call, and dooms what its own would have doomed. Who acts on the failure itself asks for `changed`. */
NODISCARD st stmt_exec(struct db *, const struct stmt *, const void *in, int64_t *changed);

static inline bool stmt_writes(const struct stmt *s)
{
    return (s->writes.w[0] | s->writes.w[1]) != 0;
}

#endif
