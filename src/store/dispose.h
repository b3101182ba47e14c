/* How one row of each table loses its personal values: made by sqlc from the schema's annotations, so that a personal column
 * cannot be forgotten at its end. src/app/retention alone uses it. */
#ifndef AVOW_DISPOSE_H
#define AVOW_DISPOSE_H

#include "catalog.h"
#include "stmt.h"

/* The columns of one category in one table. Tables without an id (search_code) are not here: retention/due.c says who
 * removes their rows. */
struct dispose_part {
    enum table_id table;
    str category;
    const struct stmt *read;  /* (row) -> id and the columns: what is there still */
    const struct stmt *clear; /* (row, columns …): set them, or remove the row */
    const struct stmt *under; /* (owner, after) -> ids of the rows under one of `owner`; NULL: the owner is the person */
    enum table_id owner;
    bool has_uid;             /* `read` gives the row's random name after its id */
    bool goes;                /* the whole row is removed */
};
extern const struct dispose_part dispose_catalog[];
extern const size_t dispose_catalog_n;

/* What a part holds in one row now. ST_NOT_FOUND when there is no such row. Values as in access.h; codes come as clear text. */
struct access_row;
NODISCARD st dispose_read(struct db *, struct arena *, const struct dispose_part *, int64_t row, struct access_row *out);
/* Empty it: `stays` has one slice per value that dispose_read() gives, NULL for what goes altogether (sealed values and codes
 * always do). Needs the writer's transaction. */
NODISCARD st dispose_clear(struct db *, struct arena *, const struct dispose_part *, int64_t row, const str *stays,
                           int64_t *changed);
/* Ids of the rows under a row of the owner's table, 200 at a time. */
struct dispose_ids {
    int64_t *v;
    size_t n;
    bool more;
};
NODISCARD st dispose_under(struct db *, struct arena *, const struct dispose_part *, int64_t owner, int64_t after,
                           struct dispose_ids *out);
/* The same for any statement (row @i64, after @i64) -> id. */
NODISCARD st dispose_ids(struct db *, struct arena *, const struct stmt *, int64_t row, int64_t after, struct dispose_ids *out);
/* Run a statement of one parameter (row @i64), in the writer's transaction. */
NODISCARD st dispose_exec(struct db *, const struct stmt *, int64_t row, int64_t *changed);

#endif
