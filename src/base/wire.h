/* The one encoder of everything that crosses between roles: structs described by generated tables.
 *
 * Bytes: i64 little-endian; bool one byte, 0 or 1; uid 16; str, bytes and list a count of four bytes and then
 * the content. `str` is UTF-8 without NUL. A count over the field's bound, a byte missing or left over: ST_PEER.
 *
 * Ownership: decoded structs and lists are in the arena; slices borrow from the bytes given.
 * Failure:   encoding something over its bound is our fault: ST_BUG, and nothing useful was written. */
#ifndef AVOW_WIRE_H
#define AVOW_WIRE_H

#include "out.h"

enum wire_type { WIRE_I64, WIRE_BOOL, WIRE_UID, WIRE_STR, WIRE_BYTES, WIRE_LIST };

struct wire_field {
    const char *name;
    enum wire_type type;
    size_t max;    /* bytes of str and bytes, elements of a list */
    size_t offset; /* in the struct */
    const struct wire_shape *record; /* of a list's elements */
};
struct wire_shape {
    const char *name;
    const struct wire_field *fields;
    size_t n;
    size_t size; /* of the struct */
};

NODISCARD st wire_encode(struct out *, const struct wire_shape *, const void *from);
NODISCARD st wire_decode(struct arena *, const struct wire_shape *, str bytes, void **to);

#endif
