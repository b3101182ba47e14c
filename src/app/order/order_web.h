/* Between the pages of this feature. */
#ifndef AVOW_ORDER_WEB_H
#define AVOW_ORDER_WEB_H

#include "basket_html.h"
#include "order.h"
#include "order_html.h"
#include "web.h"

/* The basket of who asks, as templates want it; totals with the VAT that prices are shown with. */
struct order_web_lines {
    struct basket_view view;
    struct v_basket_line_list lines;
    struct v_basket_code_list codes;
    struct v_totals total;
};
NODISCARD st order_web_basket(struct rq *, struct order_web_lines *);

/* An order was not placed because something changed: the basket as it is now, and why. */
NODISCARD st order_web_refused(struct rq *, st why);

/* What screening and people said of an order, for its page: reasons only while they matter. */
NODISCARD st order_web_check(struct rq *, int64_t order, struct v_order_check *);

#endif
