/* Everything held about one person, value by value, in the order of the statement's categories. */
#ifndef AVOW_DATA_H
#define AVOW_DATA_H

#include "access.h"
#include "gate.h"
#include "statement.h"

struct held {
    enum column_id col;
    uid row;
    const struct sealed *sealed; /* or NULL, and the text is */
    str clear;
};
struct held_page {
    struct held *v;
    size_t n;
    bool more;
};

/* Up to `max` values beginning with the `from`th. Only the rows of `person` are read: the access catalogue scopes
 * every table to them. */
NODISCARD st data_held(struct gate *, int64_t person, size_t from, size_t max, struct held_page *out);

/* A copy of all the rest (an archive that somebody asked for): neither shown nor copied again. */
bool data_is_copy(enum table_id);

#endif
