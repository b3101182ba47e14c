/* Everything that is held about one person, table by table: made by sqlc from the schema's annotations, so a
 * personal column cannot be forgotten. */
#ifndef AVOW_ACCESS_H
#define AVOW_ACCESS_H

#include "catalog.h"
#include "stmt.h"

/* One statement access_<table> (person, after) per table with personal values. */
struct access_table {
    enum table_id table;
    const struct stmt *stmt;
};
extern const struct access_table access_catalog[];
extern const size_t access_catalog_n;

/* One personal value as stored. `absent`: SQL NULL. Otherwise sealed, or, for a column that is kept in the
 * clear, its text (numbers in decimal, dates as 2026-11-23). */
struct access_value {
    enum column_id col;
    bool absent;
    const struct sealed *sealed;
    str clear;
};
struct access_row {
    int64_t id;
    uid uid;
    struct access_value *v;
    size_t n;
};
struct access_page {
    struct access_row *v;
    size_t n;
    bool more; /* go on after the last row's id */
};

/* One row of a statement whose columns begin with those two, or with the id alone (`first` columns), as values. */
NODISCARD st access_row_of(struct arena *, const struct stmt *, size_t first, const void *row, struct access_row *out);

/* The rows of `person` in one table of the catalogue, by id, from the first id beyond `after`. */
NODISCARD st access_read(struct db *, struct arena *, const struct access_table *, int64_t person, int64_t after,
                         struct access_page *);

#endif
