/* A statement that was not in force before comes into force when the writer starts. */
#ifndef AVOW_PROC_PUBLISH_H
#define AVOW_PROC_PUBLISH_H

#include "run.h"

/* Make sure that cx->gate.statement has a row, through the command statement.publish, and set cx->gate.statement_id.
 * Opens and commits a transaction of its own. */
NODISCARD st publish_statement(struct cx *);

#endif
