/* Ways to pay that customers agreed to keep. Private to this directory; what others may ask for is payment_collect_nt. */
#ifndef AVOW_MANDATE_H
#define AVOW_MANDATE_H

#include "settle.h"

/* The customer agreed when they began this payment: their words of consent are kept. */
NODISCARD st mandate_ask_nt(struct cx *, const struct gateway *, int64_t person, int64_t payment);
/* The payment succeeded, and the gateway told its names for what is kept. Nothing is kept that nobody agreed to. */
NODISCARD st mandate_kept_nt(struct cx *, const struct settling *);

#endif
