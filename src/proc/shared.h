/* What several roles open at their start: the database, and the statement in force. */
#ifndef AVOW_PROC_SHARED_H
#define AVOW_PROC_SHARED_H

#include "config_keys.h"
#include "statement.h"
#include "store.h"

/* A connection to the configured database. What went wrong is in the log. */
NODISCARD st shared_db(struct arena *, const struct config *, enum db_mode, struct db **);
/* The statement of data.statement, or the one that ships. What is wrong with it is told on standard error, finding by
 * finding. `check`: compare it with schema, registries and forms too (the writer does, once for all). */
NODISCARD st shared_statement(struct arena *, const struct config *, bool check, const struct statement **);
/* Its row. ST_NOT_FOUND: the writer has not published it yet. */
NODISCARD st shared_statement_id(struct db *, struct arena *, const struct statement *, int64_t *id);

#endif
