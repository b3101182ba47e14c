/* CSV statements, in three parts: records (csv.c), which column is what (csv_columns.c), how dates and amounts are written
 * (csv_values.c). */
#ifndef AVOW_CSV_H
#define AVOW_CSV_H

#include "reading.h"

#define CSV_COLUMNS 64

struct csv_record {
    str v[CSV_COLUMNS];
    size_t n;
    int64_t line;
};

/* What a column can be. Several may be TEXT: their contents are put together; of every other there is one. */
enum csv_column {
    CSV_OTHER, CSV_DATE, CSV_VALUE_DATE, CSV_AMOUNT, CSV_PAID_IN, CSV_PAID_OUT, CSV_SIDE, CSV_CURRENCY, CSV_NAME, CSV_ACCOUNT,
    CSV_TEXT, CSV_ID, CSV_END_TO_END, CSV_OWN_ACCOUNT, CSV_KINDS,
};

struct csv_columns {
    enum csv_column is[CSV_COLUMNS];
    size_t n;
    bool has[CSV_KINDS];
    char currency[4]; /* from a heading such as "Amount (EUR)"; empty: none */
};

/* Are these the headings? *yes says so; ST_INVALID when they are and something about them is in doubt. */
NODISCARD st csv_headings(struct reading *, const struct csv_record *, struct csv_columns *, bool *yes);

/* How the file writes dates and amounts: first every cell is looked at, then it is decided, then they are read. */
struct csv_style {
    bool day_first, month_first, either; /* dates that can only be the one; that could be both */
    bool point, comma, unclear;          /* decimals likewise: 1.50, 1,50, 1,500 */
    int64_t either_line, unclear_line;
    bool dates_by_day;
    char decimal;
};
/* ST_INVALID: it is no date, or no amount, in any style. Empty cells say nothing. */
NODISCARD st csv_look_at_date(struct reading *, struct csv_style *, str cell, int64_t line);
NODISCARD st csv_look_at_amount(struct reading *, struct csv_style *, str cell, int64_t line);
NODISCARD st csv_decide(struct reading *, struct csv_style *);
NODISCARD st csv_date(const struct csv_style *, str cell, date *);
NODISCARD st csv_amount(struct arena *, const struct csv_style *, str cell, const char currency[4], int64_t *minor);

#endif
