/* The table of notices on a person's own page. */
#ifndef AVOW_NOTICE_WEB_H
#define AVOW_NOTICE_WEB_H

#include "told_html.h"
#include "web.h"

/* The newest 50 of a person, in the request's arena. */
NODISCARD st notice_view(struct rq *, int64_t person, struct v_notice_row_list *out);

#endif
