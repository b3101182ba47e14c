/* Account credit: money that the company owes a customer, used to pay later invoices in the same currency.
 *
 *   credit_add_nt ──> balance ──> credit_apply_nt ──> invoice.credited
 *                        ^                               │
 *                        └──────── credit_release_nt <───┘
 *
 * The balance is a row that is locked when it is moved and can never be less than nothing; every movement is a row that stays,
 * and a booking in the books. For every customer and currency: the balance = the sum of the movements = what the account
 * `credit` of the books says (with the sign of a liability: less than nothing is owed to the customer).
 *
 * What was used for an invoice that is not paid yet is only kept apart for it: it comes back when the order ends, and counts as
 * payment when the rest is paid. Credit is a means of payment: it changes neither the price nor the VAT of what it pays.
 *
 * Everything here needs the writer's open transaction. Amounts are minor units. */
#ifndef AVOW_CREDIT_H
#define AVOW_CREDIT_H

#include "invoice.h"

#define CREDIT_MOST 100000000LL /* what staff may grant at once: past that it is a slip of the finger */

/* Why credit came or went: the word after "credit.reason." in registry/text. */
#define CREDIT_REASONS(X)                                                                                              \
    X(goodwill)   /* staff, as a kindness */                                                                           \
    X(fault)      /* staff, for something that went wrong with us */                                                   \
    X(correction) /* staff, because an earlier entry was wrong; takes away as well */                                  \
    X(refund)     /* money of an invoice comes back as credit */                                                       \
    X(proration)  /* what is left of a period that was paid for */                                                     \
    X(overpaid)   /* more came than was due */                                                                         \
    X(used)       /* for an invoice */                                                                                 \
    X(returned)   /* from an invoice that was not paid, or was paid otherwise */                                       \
    X(paid_out)   /* to the customer, by a refund */
#define CREDIT_ENUM(name) CREDIT_##name,
enum credit_reason { CREDIT_REASONS(CREDIT_ENUM) CREDIT_REASON_N };
#undef CREDIT_ENUM
const char *credit_reason_word(enum credit_reason);

/* Credit comes from somewhere: `from` names the one account of the books that pays for it ("goodwill", "suspense", "gateway"); or
 * `rows` do, which sum to the amount (a refund: sales that are undone, and their VAT). */
struct credit_add {
    int64_t person;
    str currency;
    int64_t amount; /* more than nothing */
    enum credit_reason reason;
    const char *ref_kind; /* what it is about: "invoice", "service", "person"; with its uid */
    uid ref;
    int64_t invoice, payment; /* for the books; 0 for none */
    const char *from;
    const struct ledger_row *rows;
    size_t n;
};
NODISCARD st credit_add_nt(struct cx *, const struct credit_add *);

/* The other way: `from` names the account that gets it. ST_CONFLICT when there is not that much. */
NODISCARD st credit_take_nt(struct cx *, const struct credit_add *);

/* Use what there is for an unpaid invoice whose VAT is decided, as far as it goes; *applied may be 0. When that covers what
 * was due, the invoice is paid (invoice_paid_nt). ST_CONFLICT when it cannot be paid now, or while money for it is on its way. */
NODISCARD st credit_apply_nt(struct cx *, int64_t invoice, int64_t *applied);

/* Give back what was used for an unpaid invoice: `most` of it, or all (most 0). Nothing used: nothing done. */
NODISCARD st credit_release_nt(struct cx *, int64_t invoice, int64_t most);

/* What a person has in a currency. */
NODISCARD st credit_balance(struct db *, struct arena *, int64_t person, str currency, money *out);

#endif
