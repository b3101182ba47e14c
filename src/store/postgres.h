/* What the PostgreSQL driver offers beyond the driver interface: a look at a statement, for tests. */
#ifndef AVOW_POSTGRES_H
#define AVOW_POSTGRES_H

#include "store_internal.h"

/* Prepare the statement and compare what it would return with what is declared; *wrong is empty, or says what
 * differs. The connection must have run no statement yet. */
NODISCARD st postgres_describe(struct db *, const struct stmt *, struct arena *, str *wrong);

#endif
