/* What is due, and what goes with it. Private to this feature.
 *
 * A part is what one table holds under one retention class. Its rows become due by a rule of due.c: a statement of the
 * owning feature that lists them by an index, from the oldest. What stands under such a row (invoice_line under invoice) goes
 * with it by the schema; what stands beside it (the VAT decision beside the invoice) by `due_with`. */
#ifndef AVOW_RETENTION_DUE_H
#define AVOW_RETENTION_DUE_H

#include "access.h"
#include "command.h"
#include "dispose.h"
#include "statement.h"

#define DUE_PAGE 100 /* rows a list statement gives */

/* Rows of `table` whose columns of `category` end after `after`.
 * list: (before @time|@date, after_at the same, after @i64) -> id, uid, person_id, `at`, and the days of triggers as columns with
 * their names; a column of type @date may have "_on" behind it, then the later of both counts. Ordered by (at, id). */
struct due_rule {
    enum table_id table;
    str category;
    enum trigger after;
    const struct stmt *list;
};
extern const struct due_rule due_rules[];
extern const size_t due_rules_n;

/* With a row of a part go rows of another table: (row @i64, after @i64) -> id. */
struct due_with {
    enum table_id of;
    str of_category;
    enum table_id table;
    str category;
    const struct stmt *rows;
};
extern const struct due_with due_with[];
extern const size_t due_with_n;

/* And what has no row of its own to look at: it is removed by `remove` (row @i64), and `left` (row @i64) -> (n @i64) counts it. */
struct due_also {
    enum table_id of;
    str of_category;
    enum table_id table;
    const struct stmt *remove, *left;
};
extern const struct due_also due_also[];
extern const size_t due_also_n;

/* A column that another command ends on its day: said here so that nobody wonders. */
struct due_elsewhere {
    enum table_id table;
    str category;
    enum trigger after;
    enum command by;
};
extern const struct due_elsewhere due_elsewhere[];
extern const size_t due_elsewhere_n;

/* Does a part of the catalogue belong to a class? */
bool due_in_class(const struct statement *, const struct dispose_part *, size_t life);
/* The class of a category in a table; false when the table has no such category. */
bool due_class_of(const struct statement *, enum table_id, str category, size_t *life);

/* ---- list.c: rows as the rules list them. */

struct due_row {
    int64_t id, person;
    uid uid;
    utc at;        /* where the list goes on: this and the id */
    date last_day; /* the last day it is kept */
    str reason;    /* "books.uk" */
};
struct due_rows {
    struct due_row *v;
    size_t n;
    bool more;
};
/* One page of what a rule lists for a day, from after (at, id); rows that are kept longer for another of their triggers have a
 * last_day of today or later. Nothing, and ST_OK, when the class has no such end. */
struct due_asking {
    struct db *db;
    struct arena *arena;
    const struct statement *statement;
    int year_end;
    date today;
};
NODISCARD st due_list(const struct due_asking *, const struct due_rule *, utc after_at, int64_t after, struct due_rows *out);


#endif
