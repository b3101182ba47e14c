/* Every check there is. */
#include "promise.h"
#include "str.h"

#define ROW(n, NAME, of, seconds)                                                                                  \
    { .name = #n, .clauses = (of), .title = TXT_PROMISE_##NAME##_TITLE, .kept = TXT_PROMISE_##NAME##_KEPT,          \
      .broken = TXT_PROMISE_##NAME##_BROKEN, .every = (seconds), .fn = promise_check_##n },
const struct promise_check promise_checks[] = { PROMISE_CHECKS(ROW) };
#undef ROW
const size_t promise_checks_n = COUNT(promise_checks);
_Static_assert(CLAUSE_COUNT <= 64, "a set of clauses holds 64");

const struct promise_check *promise_find(str name)
{
    for (size_t i = 0; i < promise_checks_n; i++)
        if (str_eq(name, str_c(promise_checks[i].name)))
            return &promise_checks[i];
    return NULL;
}

enum clause promise_clause(const struct promise_check *c)
{
    for (int i = 0; i < CLAUSE_COUNT; i++)
        if (c->clauses & (uint64_t)1 << i)
            return (enum clause)i;
    return CLAUSE_S22;
}
