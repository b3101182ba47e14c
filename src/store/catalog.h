/* What the schema says about itself: every column with its personal-data annotation (made by sqlc).
 * Statement check, data map, access page and disposal are all derived from this one list. */
#ifndef AVOW_CATALOG_H
#define AVOW_CATALOG_H

#include "base.h"

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
};

/* enum column_id (COL_<table>_<column>) in the order of this table is in columns.h, generated. */
extern const struct column_info column_catalog[];
extern const size_t column_catalog_n;

struct table_info {
    str name;
    str owner; /* "" nobody's; "person_id"; or "order_id>orders": follow order_id to orders and ask there */
};
extern const struct table_info table_catalog[];
extern const size_t table_catalog_n;

#endif
