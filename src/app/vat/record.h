/* Keeping decisions and evidence. Private to this directory. */
#ifndef AVOW_VAT_RECORD_H
#define AVOW_VAT_RECORD_H

#include "vat.h"

/* How an order stands with its VAT number. */
struct vat_standing {
    enum vat_check check;
    const char *service; /* who confirmed it: "vies", "staff"; "" when nobody did */
};

/* Decide an order's classes by what is known, and keep decisions and evidence. Needs the writer's transaction. */
NODISCARD st vat_record_nt(struct cx *, const struct vat_order *, const struct vat_standing *, struct vat_order_outcome *);
/* What an order's newest decision was made from, as vat_decide_order_nt was given it. ST_NOT_FOUND: never decided. */
NODISCARD st vat_record_load(struct gate *, int64_t order, struct vat_order *);
/* Can and may the number be checked with the service: state, clause S8, configuration. */
bool vat_checkable(const struct gate *, const struct config *, const struct vat_number *);

#endif
