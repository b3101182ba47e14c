/* What several roles open at their start: the database, the statement in force, and what features read once. */
#ifndef AVOW_PROC_SHARED_H
#define AVOW_PROC_SHARED_H

#include "config_keys.h"
#include "statement.h"
#include "store.h"

/* A connection to the configured database. What went wrong is in the log. */
NODISCARD st shared_db(struct arena *, const struct config *, enum db_mode, struct db **);
/* The same with that much memory for pages, for work that goes through all of it. */
NODISCARD st shared_db_sized(struct arena *, const struct config *, enum db_mode, int cache_kib, struct db **);
/* The statement of the configuration, compared with the program. What is wrong with it is told on standard error, finding
 * by finding; then ST_RULES. The writer does this, and publishes; the others ask the database what is in force. */
NODISCARD st shared_statement(struct arena *, const struct config *, const struct statement **);
/* Tables of places and rates, before the sandbox takes files away. ST_CONFIG with the reason on standard error. */
NODISCARD st shared_features(struct arena *, const struct config *);

#endif
