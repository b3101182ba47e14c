/* Between the pages of this feature. */
#ifndef AVOW_ORDER_WEB_H
#define AVOW_ORDER_WEB_H

#include "basket_html.h"
#include "order.h"
#include "web.h"

/* The basket of who asks, as templates want it; totals with the VAT that prices are shown with. */
NODISCARD st order_web_basket(struct rq *, struct basket_view *, struct v_basket_line_list *, struct v_totals *);

#endif
