/* Between the parts of this feature: what a VAT outcome means for a line, and a line in words. */
#ifndef AVOW_ORDER_LINES_H
#define AVOW_ORDER_LINES_H

#include "mail.h"
#include "invoice.h"
#include "order.h"
#include "profile.h"
#include "vat.h"

/* From one status to another; ST_CONFLICT when it was not in the first. Writer's transaction. */
NODISCARD st order_step_nt(struct cx *, int64_t order, const char *from, const char *to);

struct order_line_vat {
    int32_t rate_bp;
    str treatment;
};
/* What was decided for a class of supply ("ess"); while a decision is pending, what applies until then. */
NODISCARD st order_line_vat(const struct vat_order_outcome *, str vat_class, struct order_line_vat *out);

/* For the invoice as a whole: territory and treatment of the first class, the notes of all. */
struct order_vat_text {
    str treatment, territory, note;
};
NODISCARD st order_vat_text(struct arena *, const struct vat_order_outcome *, struct order_vat_text *out);

/* "Starter web space, monthly (Disk space: 20 GB)"; or "Setting up: Starter web space". */
str order_line_text(struct arena *, const struct quote *, str cycle, bool setup);

/* order_cancel_nt, with another message to the customer. */
NODISCARD st order_end_nt(struct cx *, int64_t order, enum mail);
/* Who an invoice is made out to, from a profile as it is now. */
NODISCARD st order_party(struct arena *, const struct profile *, str email, struct invoice_party *out);

/* Nothing is left in the basket. */
NODISCARD st order_empty_basket_nt(struct cx *, int64_t basket);

#endif
