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

/* The payment is paid with `amount`, which is due, by what came: parts that waited are released from suspense, and the payment goes
 * the way of a callback (`event` is its id there). *applied: the invoice is paid; otherwise the payment is in review. */
NODISCARD st bank_settle_nt(struct cx *, int64_t payment, int64_t amount, str event, bool *applied);

/* Money that was to go back has gone. A payment is told as a gateway would tell it (`event` is its id there); of an entry that was
 * nobody's the money leaves suspense. */
struct bank_going {
    int64_t id, person, payment, entry; /* of bank_refund; payment and entry 0 for none */
    str currency;
    int64_t amount;
    date on;
};
NODISCARD st bank_gone_nt(struct cx *, const struct bank_going *, str event);

#endif
