/* Private to this directory: the facts of one person. */
#ifndef AVOW_PROFILING_FACTS_H
#define AVOW_PROFILING_FACTS_H

#include "profiling.h"

/* Counted from what they bought, and from what they looked at where they agreed. */
NODISCARD st profiling_facts_of(struct gate *, int64_t person, str currency, struct profiling_facts *);

#endif
