/* The statement in the running program: loaded at start, published as a version, shown to people.
 *
 * Start:   privacy_load reads the folder of the configuration (or the statement that ships), compiles it and compares it with
 *          schema, registries and forms. The writer then publishes it (privacy_publish_nt); a text that was published
 *          before keeps its version. The other roles ask privacy_in_force, so that all of them, on every host, work under
 *          the version that the database names.
 * Ownership: statements and texts live in the arena given. */
#ifndef AVOW_PRIVACY_H
#define AVOW_PRIVACY_H

#include "command.h"
#include "statement.h"

/* Read, compile and check. ST_RULES, ST_NOT_FOUND, ST_TOO_LARGE, ST_IO: the findings say what is wrong. */
NODISCARD st privacy_load(struct arena *, const struct config *, struct findings *, const struct statement **out);
/* The two files of a folder; an empty folder: those that ship. */
NODISCARD st privacy_read(struct arena *, str folder, struct findings *, struct statement_text *out);
/* Compare with schema, registries and forms. */
NODISCARD st privacy_check(const struct statement *, struct findings *);

/* Make this statement the version in force, with the differences to the one before. Needs the writer's transaction.
 * *id is its row, *made whether anything changed. */
NODISCARD st privacy_publish_nt(struct cx *, const struct statement *, int64_t *id, bool *made);
/* The version in force, compiled from the database. ST_NOT_FOUND before the first; ST_RULES when it does not fit this program. */
NODISCARD st privacy_in_force(struct db *, struct arena *, const struct statement **out, int64_t *id);

/* What the prose may show of the configuration. */
struct statement_names privacy_names(struct arena *, const struct config *);
/* The last day of the company's financial year as month × 100 + day: 331. */
int privacy_year_end(const struct config *);

#endif
