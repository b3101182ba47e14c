/* What pages of requests share. Private to this directory; everything lives in rq->arena. */
#ifndef AVOW_RIGHTS_VIEW_H
#define AVOW_RIGHTS_VIEW_H

#include "rights.h"
#include "rights_html.h"
#include "rights_page_sql.h"
#include "web.h"

/* The text of registry/text under prefix and word, such as "rights.kind." and "access". */
str rights_named(struct rq *, const char *prefix, str word);
/* The status class of a state. */
str rights_class(str state);
/* A text as lines, for people to read it as it was typed. */
NODISCARD st rights_lines(struct rq *, str text, struct tpl_strs *out);
/* Open a text for the purpose `rights`; what was disposed of shows as empty. */
NODISCARD st rights_read(struct rq *, enum column_id, uid row, const struct sealed *, str *out);
/* The values of a request that are said to be wrong. */
NODISCARD st rights_wrongs_of(struct rq *, int64_t request, struct v_rights_wrong_list *out);

#endif
