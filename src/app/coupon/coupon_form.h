/* The form in which staff describe a coupon: between its words and the command. */
#ifndef AVOW_COUPON_FORM_H
#define AVOW_COUPON_FORM_H

#include "coupon_page_sql.h"
#include "page.h"

NODISCARD st coupon_form_fill(struct rq *, struct form_view *, const struct coupon_page_get_row *);
/* ST_INVALID, with the error at its field, when something cannot be read. */
NODISCARD st coupon_form_read(struct rq *, struct coupon_save_in *);

#endif
