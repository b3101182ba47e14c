/* The steps from parsed rules and prose to tables the gates can ask. Private to this directory. */
#ifndef AVOW_COMPILE_H
#define AVOW_COMPILE_H

#include "model.h"

/* Which clauses are in force, and with them everything that carries their id. */
void compile_force(struct reader *);
/* What must hold between the parts of the rules themselves. */
void compile_agree(struct reader *);
/* Bit sets and indexes. ST_NO_MEMORY. */
NODISCARD st compile_tables(struct reader *);
/* Every directive of the prose stands for something. */
void compile_prose(struct reader *);

#endif
