/* What the pages about choices share. */
#ifndef AVOW_PREFS_WEB_H
#define AVOW_PREFS_WEB_H

#include "consent.h"
#include "consent_html.h"
#include "page.h"

/* Every topic that is in force, and where this person stands. */
NODISCARD st prefs_topics(struct rq *, int64_t person, struct v_pref_list *);
/* What was agreed to and chosen, newest first; and the announcements that were sent. */
NODISCARD st prefs_history(struct rq *, int64_t person, struct v_pref_event_list *);
NODISCARD st prefs_mails(struct rq *, int64_t person, struct v_pref_sent_list *);
/* ST_NOT_FOUND when the clause is not in force: then none of these pages exists. */
NODISCARD st prefs_in_force(const struct rq *);

#endif
