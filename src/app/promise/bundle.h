/* What an auditor takes away: results, history, every version of the statement, the schema's annotations, the head of the
 * event log, the sums of all files, and a signature over those. docs/cmd/promises.md says how it is checked elsewhere. */
#ifndef AVOW_PROMISE_BUNDLE_H
#define AVOW_PROMISE_BUNDLE_H

#include "promise.h"

struct promise_bundle {
    struct db *db; /* read only */
    struct arena *arena;
    const struct statement *statement;
    str name; /* of whoever signs: neither spaces nor '+' */
    utc now;
    promise_sign_fn *sign;
    void *sign_at;
};
/* Write it to the open file, a zip archive. ST_FULL, ST_IO, and what `sign` says. */
NODISCARD st promise_bundle_write(const struct promise_bundle *, int fd);

#endif
