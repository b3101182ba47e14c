/* What importing and deciding share. Private to this directory; everything needs the writer's open transaction. */
#ifndef AVOW_BANK_ENTRIES_H
#define AVOW_BANK_ENTRIES_H

#include "bank.h"
#include "bank_sql.h"
#include "reference.h"

#define BANK_GATEWAY "bank_transfer"

/* An entry's three texts, in the open: never longer than it takes to seal them. */
struct bank_words {
    str name, account, wording;
};

struct bank_sealed {
    const struct sealed *name, *account, *wording;
};
NODISCARD st bank_seal_nt(struct cx *, int64_t person, uid row, const struct bank_words *, struct bank_sealed *out);

/* Money of an entry comes into suspense, or leaves it again (amount below zero). payment 0: not known. */
NODISCARD st bank_hold_nt(struct cx *, int64_t person, int64_t payment, str currency, int64_t amount);

/* A new reference that no payment and no refund has. */
NODISCARD st bank_reference_new_nt(struct cx *, str *out);

/* The payment is paid in full by what came: parts that waited are released from suspense, and the payment goes the way of a
 * callback (`event` is its id there). *applied: the invoice is paid; otherwise the payment is in review. */
NODISCARD st bank_settle_nt(struct cx *, int64_t payment, str event, bool *applied);

#endif
