/* Versions of the statement that were in force when something was done: what is judged is judged by the rules of its day. */
#ifndef AVOW_PROMISE_PAST_H
#define AVOW_PROMISE_PAST_H

#include "promise.h"
#include "statement.h"

struct past_version {
    int64_t id;
    const struct statement *statement; /* NULL: made for another release of the program, and not understood by this one */
};
/* The version with this id, compiled once in each run; in the run's arena. */
NODISCARD st past_get(struct promise_look *, int64_t id, const struct past_version **out);

#endif
