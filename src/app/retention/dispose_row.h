/* One thing under its tombstone: made to go, and looked for afterwards. Private to this feature. */
#ifndef AVOW_RETENTION_DISPOSE_ROW_H
#define AVOW_RETENTION_DISPOSE_ROW_H

#include "due.h"

/* Values that went, and the keys that had sealed them. */
struct disposed {
    int64_t values, rows;
    struct keys {
        int64_t *v;
        size_t n, cap;
    } keys;
};
/* Everything that `table` holds under the class in this row, what stands under it and what goes with it. Needs the writer's
 * transaction; once more does no harm. */
NODISCARD st dispose_row_nt(struct cx *, size_t life, enum table_id table, int64_t row, struct disposed *out);
/* What of it is still there: 0 is the proof. Reads the same tables by the same relations. */
NODISCARD st dispose_left(struct cx *, size_t life, enum table_id table, int64_t row, int64_t *left);
/* Does the key still seal anything of its person? `sure` false: there are too many rows to look through now. */
NODISCARD st dispose_key_used(struct cx *, int64_t person, size_t life, int64_t key, bool *used, bool *sure);
/* What stays of a readable value: a slice of it, or nothing. */
str dispose_coarser(struct arena *, enum coarser, str value);

#endif
