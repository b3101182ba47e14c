/* Whose data may not be used for what: restriction (UK GDPR art. 18) and objection (art. 21), as the gates ask it.
 *
 * The table `restriction` says it; this is a process's copy of what is in force, by key id and by person, so that a use costs a
 * look into memory. Few people are in it. Every change has a number (restriction.seq): a request or job asks once for the newest
 * (or brings it along in a statement it makes anyway) and reads only what is new, so that a restriction binds from the next
 * request on, in every process.
 *
 * Ownership: it lives in the arena it was made in, as long as the process. A gate without one asks the database each time. */
#ifndef AVOW_RESTRICTED_H
#define AVOW_RESTRICTED_H

#include "gate.h"

/* NULL when there is no memory. `alone`: this process is the only one that writes, so nothing changes but by itself. */
struct restricted *restricted_new(struct arena *, bool alone);
/* Between two transactions of the process that writes: what was read in one that may have been undone is read again. */
void restricted_settle(struct restricted *);
/* Something changed in the open transaction (table restriction, or a key of a person in it). */
void restricted_changed(struct restricted *);

#endif
