/* Every statement of every .sql file: the list is made by sqlc. */
#ifndef AVOW_ALL_STMTS_H
#define AVOW_ALL_STMTS_H

#include "stmt.h"

struct feature_stmts {
    const char *name;
    const struct stmt *const *v;
    const size_t *n;
};
extern const struct feature_stmts all_stmts[];
extern const size_t all_stmts_n;

#endif
