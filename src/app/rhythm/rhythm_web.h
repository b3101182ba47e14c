/* The rhythm of a service on pages of other features. */
#ifndef AVOW_RHYTHM_WEB_H
#define AVOW_RHYTHM_WEB_H

#include "rhythm_html.h"
#include "web.h"

/* The products that a product may be changed to, by slug, one a line: for its page. */
NODISCARD st rhythm_ways_text(struct rq *, int64_t product, str *out);

/* What happens next, for the customer: what is certain, and what follows while an invoice is open. `staff`: everything, and
 * what was done. */
NODISCARD st rhythm_view(struct rq *, int64_t service, bool staff, struct v_rhythm_view *out);

#endif
