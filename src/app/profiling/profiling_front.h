/* What the shop's pages ask about a signed-in customer. */
#ifndef AVOW_PROFILING_FRONT_H
#define AVOW_PROFILING_FRONT_H

#include "profiling.h"

#define PROFILING_FRONT_LOOKS 4

struct profiling_front {
    str words;                       /* why it looks like this; empty: it is as for everybody */
    str first[PROFILING_FIRST_MOST]; /* slugs that come first, in this order */
    size_t n_first;
    struct profiling_look looks[PROFILING_FRONT_LOOKS];
    size_t n_looks;
};
/* Empty where the clause, an objection or a restriction does not let it be. */
NODISCARD st profiling_front(struct gate *, int64_t person, struct profiling_front *);
/* Somebody looks at a product: is that to be remembered, and not yet for today? Then command profiling.look. */
NODISCARD st profiling_worth_telling(struct gate *, int64_t person, str slug, date today, bool *yes);

#endif
