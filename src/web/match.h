/* From an address to its route. Pure: no request, no database. */
#ifndef AVOW_MATCH_H
#define AVOW_MATCH_H

#include "route.h"

struct match {
    const struct route *route;
    str param[ROUTE_PARTS]; /* by place in route->part; empty at literal parts */
};

/* ST_NOT_FOUND; ST_METHOD when the address exists with the other method only. */
NODISCARD st route_match(enum method, str path, struct match *);
/* A word for an address: letters, digits, '-', '_', '.', '='. 1 to 100 of them, and neither "." nor "..". */
bool slug_valid(str);

#endif
