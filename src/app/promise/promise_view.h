/* Promises as pages show them. */
#ifndef AVOW_PROMISE_VIEW_H
#define AVOW_PROMISE_VIEW_H

#include "promise.h"
#include "promise_html.h"

/* What everybody is shown of where a promise stands: a break only after the operator's grace, until then that it is not
 * verified. The time is that of the last look that counts: when it was last kept, unless it is openly broken. */
struct v_promise_seen promise_public(struct arena *, const struct config *, const struct promise_standing *, utc now);
/* The mark of one clause, written into a page: nothing when no check is about it. */
void promise_mark(struct arena *, const struct config *, const struct promise_standings *, enum clause, utc now, struct out *);
/* All of them as JSON, for everybody: an array of objects. */
void promises_json(struct arena *, const struct config *, const struct promise_standings *, utc now, struct out *);
/* For staff and auditors: one with everything that was seen, as an object; all of them, as an array. */
void promise_json(struct arena *, const struct promise_standing *, struct out *);
void promises_json_full(struct arena *, const struct promise_standings *, struct out *);
/* "S4, S7a" */
str promise_clauses(struct arena *, const struct promise_check *);

#endif
