/* A gateway's message being applied. Private to this directory. */
#ifndef AVOW_SETTLE_H
#define AVOW_SETTLE_H

#include "invoice.h"
#include "payment.h"
#include "payment_sql.h"

/* One message and what it is about. */
struct settling {
    const struct payment_callback_in *in;
    enum gateway_kind kind;
    bool known;                   /* our reference is a payment of ours at this gateway */
    struct payment_by_uid_row p;  /* when known */
    struct payment_bill_row bill; /* its invoice, when known */
    money due;                    /* and what is still to be paid of it */
    int64_t event;
};

/* Is the message about this very charge, by either of its names? */
bool settle_ours(const struct settling *);
/* What became of the message: its outcome, and a word why. */
NODISCARD st settle_conclude(struct cx *, const struct settling *, struct payment_callback_out *, str outcome, const char *reason);
NODISCARD st settle_book(struct cx *, const struct settling *, const struct ledger_row *, size_t n);
/* A person has to look at it. Money that came is in suspense until they have. */
NODISCARD st settle_review(struct cx *, const struct settling *, struct payment_callback_out *, const char *reason);

/* Money that goes back: settle_back.c. */
NODISCARD st settle_refunded(struct cx *, const struct settling *, struct payment_callback_out *);
NODISCARD st settle_refund_failed(struct cx *, const struct settling *, struct payment_callback_out *);
NODISCARD st settle_disputed(struct cx *, const struct settling *, struct payment_callback_out *);
NODISCARD st settle_dispute_closed(struct cx *, const struct settling *, struct payment_callback_out *);

#endif
