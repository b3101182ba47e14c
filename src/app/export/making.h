/* Inside the making of a copy: pieces.c takes bytes, make.c reads rows, the three formats write them. */
#ifndef AVOW_EXPORT_MAKING_H
#define AVOW_EXPORT_MAKING_H

#include "access.h"
#include "export.h"
#include "export_sql.h"
#include "out.h"
#include "statement.h"

struct pieces;

struct making {
    struct job_cx *jc;
    struct gate *g;
    const struct statement *s;
    struct export_get_row ex;
    bool portable;
    struct arena *page;    /* of the rows in hand; the gate's arena meanwhile */
    struct pieces *pieces;
    struct out text;       /* what was not handed to the archive yet */
    int64_t steps, steps_all, rows;
};

/* ---- pieces.c: the archive, as it grows */

NODISCARD st pieces_begin(struct making *);
/* A file in it. What is in m->text belongs to the file that was begun; making_flush() hands it over when it is much. */
NODISCARD st pieces_file(struct making *, const char *name);
NODISCARD st making_flush(struct making *);
NODISCARD st pieces_file_end(struct making *);
/* manifest.json, and the end. */
NODISCARD st pieces_end(struct making *, int64_t *bytes, int64_t *chunks);
void pieces_free(struct making *);

/* ---- make.c: rows and values, the same for every format */

struct cell {
    enum column_id col;
    bool personal;             /* else what stands beside it */
    bool known;                /* it is in the statement, and `about` says what */
    struct statement_column about;
    enum { CELL_ABSENT, CELL_TEXT, CELL_NUMBER, CELL_BOOL, CELL_CODED, CELL_GONE, CELL_WITHHELD } kind;
    str text;
    bool has_origin;
    str source, point;         /* in words */
    utc at;
};
struct line {
    str id;                    /* the row's uid, or its number */
    struct cell *v;
    size_t n;
    const struct record_event *events;
    size_t n_events;
};
/* Called once for each row of a table, in order. */
typedef st line_fn(struct making *, const struct record_table *, const struct line *);
struct table_writer {
    st (*begin)(struct making *, const struct record_table *, const struct line *first); /* before the first row, if there is one */
    line_fn *row;
    st (*end)(struct making *, const struct record_table *);
};
/* Go through every table of the person but the copies themselves; `origins` and `events`: the lines bring them along. */
NODISCARD st making_tables(struct making *, const struct table_writer *, bool origins, bool events);
str making_table_name(const struct record_table *);
str making_column_name(const struct cell *);

/* ---- one file each */
NODISCARD st write_json(struct making *);
NODISCARD st write_csv(struct making *);
NODISCARD st write_html(struct making *);

#endif
