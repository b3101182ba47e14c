/* Everything that is held about one person, table by table: made by sqlc from the schema's annotations, so a
 * personal column cannot be forgotten. */
#ifndef AVOW_ACCESS_H
#define AVOW_ACCESS_H

#include "catalog.h"
#include "stmt.h"

/* The statements of one table with personal values: access_<table> (person, after), and over stretches of ids, whoever the
 * rows belong to: access_between_<table> (after, upto), access_newest_<table>, and, where the schema has a table `origin`,
 * access_lacking_<table>. */
struct access_table {
    enum table_id table;
    const struct stmt *stmt, *between, *newest, *lacking;
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

/* ---- Whole rows of everything that belongs to a person: the personal values, and what stands beside them (amounts, dates,
 * states), for a copy that can be understood. Tables without a personal value are here too. */
struct record_table {
    enum table_id table;
    const struct stmt *stmt;
    bool has_uid;
    const struct stmt *origin; /* where the values of these rows came from; NULL: the table has none */
    const struct stmt *log;    /* what the event log says of them; NULL for the person, of whom it may say anything */
};
extern const struct record_table record_catalog[];
extern const size_t record_catalog_n;

/* As access_read; `uid` is zero in tables that have none, and values without personal data have clear text. */
NODISCARD st record_read(struct db *, struct arena *, const struct record_table *, int64_t person, int64_t after,
                         struct access_page *);

struct record_origin {
    str row, col; /* uid in bytes, "person.email" */
    str point, source;
    utc at;
};
struct record_event {
    int64_t row; /* its id */
    utc at;
    str event, actor, object, detail;
};
/* Of the rows with ids after `after` up to `upto`. */
NODISCARD st record_origins(struct db *, struct arena *, const struct record_table *, int64_t person, int64_t after, int64_t upto,
                            struct record_origin **, size_t *n);
NODISCARD st record_events(struct db *, struct arena *, const struct record_table *, int64_t person, int64_t after, int64_t upto,
                           struct record_event **, size_t *n);

/* The same for all rows with after < id <= upto, 500 at most. */
NODISCARD st access_between(struct db *, struct arena *, const struct access_table *, int64_t after, int64_t upto,
                            struct access_page *);
/* Ids of rows with after < id <= upto that hold a value of which `origin` does not say where it came from, `most` at most. */
NODISCARD st access_lacking(struct db *, struct arena *, const struct access_table *, int64_t after, int64_t upto, int64_t *ids,
                            size_t most, size_t *n);
/* The highest id there is; 0 when the table is empty. */
NODISCARD st access_newest(struct db *, struct arena *, const struct access_table *, int64_t *id);

#endif
