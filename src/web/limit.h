/* How often somebody may ask: a generic cell rate algorithm in memory, per address prefix and class.
 *
 * Memory is bounded: a table of fixed size, in which the entry nearest to being free makes room. What is kept is a
 * keyed code of the address and a time; nothing survives the process. */
#ifndef AVOW_LIMIT_H
#define AVOW_LIMIT_H

#include "arena.h"
#include "route.h"

struct limits;
NODISCARD st limits_new(struct arena *, struct limits **);

/* May it happen now? `who` is address_prefix() of the client; `account` what is signed in to, or empty: it then has a
 * budget of its own beside the address's. ST_LIMIT, and *wait_ms until it may. */
NODISCARD st limits_take(struct limits *, enum limit_class, str who, str account, int64_t now_ms, int64_t *wait_ms);

/* What counts as one client: an IPv4 address, or the /56 of an IPv6 address. */
str address_prefix(struct arena *, str ip);

#endif
