/* Restriction (UK GDPR art. 18) and objection (art. 21): what people stop, and how it ends.
 *
 * RESTRICT stops every use of a person's data but keeping it (purpose records), their own rights (purpose rights), and what staff
 * open for a legal claim, with a reason. OBJECT stops one purpose, and only one that does not rest on a contract or a duty: the
 * gates know which. Both bind in gate_use, gate_collect*, gate_disclose* and gate_person (ST_RESTRICTED) from the commit on.
 *
 * The person lifts what they set at once. When staff lift something the person is written to first, and it ends
 * RESTRICTION_NOTICE_DAYS after that message went out, not before (art. 18(3)).
 * What was held meanwhile goes on when it is lifted: jobs but messages, renewals, services of what was paid. */
#ifndef AVOW_RESTRICTION_H
#define AVOW_RESTRICTION_H

#include "job.h"

#define RESTRICTION_NOTICE_DAYS 3
#define RESTRICTION_CLAIM_SECONDS 3600 /* for how long staff may look, each time they say why */

enum restriction_mode { RESTRICTION_RESTRICT, RESTRICTION_OBJECT };
const char *restriction_word(enum restriction_mode); /* as stored: "restrict" */

/* May this purpose be objected to, under the statement in force? Not what rests on a contract or on a duty. */
bool restriction_objectable(const struct gate *, enum purpose);

/* Set it, or lift it at once; setting twice and lifting what is not set change nothing. `purpose` counts for OBJECT alone.
 * ST_INVALID (message restriction.not_objectable) for a purpose that cannot be objected to. Records the event. Writer's
 * transaction. */
NODISCARD st restriction_set_nt(struct cx *, int64_t person, enum restriction_mode, enum purpose, bool on);

/* Did this person restrict their data? */
NODISCARD st restriction_is(struct gate *, int64_t person, bool *out);

/* A legal claim that this member of staff has open for a person (command restriction.claim): from now on this gate lets their
 * restricted data through. ST_NOT_FOUND when there is none. */
NODISCARD st restriction_claim(struct gate *, int64_t staff, int64_t person);

#endif
