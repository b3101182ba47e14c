/* What the schema says about itself: every column with its personal-data annotation (made by sqlc).
 * Statement check, data map, access page and disposal are all derived from this one list. */
#ifndef AVOW_CATALOG_H
#define AVOW_CATALOG_H

#include "base.h"
#include "columns.h" /* enum table_id, enum column_id (COL_<table>_<column>): generated from schema/ */

enum pd_kind {
    PD_NONE,  /* holds nothing personal */
    PD_VALUE, /* a personal value: category.field */
    PD_BLIND, /* a keyed code made from one, for look-up */
    PD_LINK,  /* points at the person (or at a row that does) */
};

struct column_info {
    str table, name;
    str type;            /* "@sealed", "@text" … as written in schema/ */
    enum pd_kind kind;
    str category, field; /* for PD_VALUE and PD_BLIND: field is "category.field" without the category */
    bool sealed;
    str clear_reason;    /* why it is stored in the clear; empty when sealed */
    enum table_id table_no;
    bool nullable;
    str full; /* "table.name" */
};

/* Indexed by enum column_id. */
extern const struct column_info column_catalog[];
extern const size_t column_catalog_n;

/* "table.column", as in the schema. */
bool column_find(str name, enum column_id *out);

struct table_info {
    str name;
    str owner; /* "" nobody's; "id" (person itself); "person_id"; or "order_id>orders": follow it and ask there */
};
/* Indexed by enum table_id. */
extern const struct table_info table_catalog[];
extern const size_t table_catalog_n;

#endif
