/* A new person with an address and a password. Private to this directory. */
#ifndef AVOW_PERSON_ADD_H
#define AVOW_PERSON_ADD_H

#include "command.h"

struct person_add {
    const char *kind; /* "customer" or "staff" */
    str email, full_name, password; /* password: encoded */
    str currency;
    uint64_t capabilities;
    enum point point;
    enum source source;
};

/* ST_CONFLICT when the address is taken for this kind. Needs the writer's transaction. */
NODISCARD st person_add_nt(struct cx *, const struct person_add *, int64_t *id);

#endif
