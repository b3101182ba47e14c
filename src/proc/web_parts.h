/* What the web layer is given by layers above it: checks that belong to features, and the page of an error. */
#ifndef AVOW_WEB_PARTS_H
#define AVOW_WEB_PARTS_H

#include "web.h"

extern const struct form_checks web_form_checks;
NODISCARD st web_error_page(struct rq *, int status, str message);

#endif
