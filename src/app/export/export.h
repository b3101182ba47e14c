/* A copy of everything about a person (UK GDPR art. 15(3)), or of what they gave us for a contract or by consent (art. 20).
 *
 * The person asks for it; the courier makes it while the page shows how far it is; it is kept as sealed pieces of EXPORT_PIECE
 * bytes under the person's key for the class `exports`, handed over once to the person who is signed in, and gone with that key an
 * hour after, or on the day the statement says. Making it takes the memory of one page of rows and one piece, whatever its size.
 *
 * The archive holds data.json with schema.json, a CSV file per table, index.html, and manifest.json with the SHA-256 of each. */
#ifndef AVOW_EXPORT_H
#define AVOW_EXPORT_H

#include "job.h"

#define EXPORT_PIECE 131072        /* bytes; every piece but the last has as many */
#define EXPORT_MAKING_SECONDS 172800 /* one that is not ready by then ends, so that another may be asked for */
#define EXPORT_TAKEN_SECONDS 3600  /* how long a copy that is being handed over stays */

/* Ask for one: `scope` is "all" or "portable". ST_CONFLICT when one is being made or waits to be fetched. Writer's transaction. */
NODISCARD st export_ask_nt(struct cx *, int64_t person, str scope);

/* Job "export.make", object export.id. A courier that is killed leaves nothing that counts: the next begins anew. */
NODISCARD st export_job_make(struct job_cx *);

/* End one: its pieces go, and the key. `state`: "delivered" or "ended", what is shown of it afterwards. Writer's transaction. */
NODISCARD st export_finish_nt(struct cx *, int64_t export, int64_t person, const char *state);

#endif
