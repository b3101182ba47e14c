/* A decision in the making. Private to this directory. */
#ifndef AVOW_VAT_DECIDING_H
#define AVOW_VAT_DECIDING_H

#include "book.h"

#define VAT_REASONS 16

struct deciding {
    const struct vat_book *book;
    struct arena *arena;
    const struct vat_case *in;
    struct vat_fault *fault;
    str seller;                    /* its tax territory */
    str place[VAT_KINDS];          /* what each kind of evidence says, empty for nothing */
    bool exact[VAT_KINDS];         /* it tells a part of a country from the rest */
    str number;                    /* the VAT number, in one spelling */
    bool confirmable;              /* and it is one whose confirmation makes a business */
    bool confirmed;                /* as which the case is decided now */
    struct vat_decision *out;
};

/* Read the case: territories of seller, evidence and number. ST_INVALID with a fault. */
NODISCARD st deciding_read(struct deciding *);
/* Weigh the evidence: where is the customer? Sets items, status, territory (when decided), and reasons. */
NODISCARD st deciding_locate(struct deciding *);
/* Say how a supply to the customer in out->territory is taxed. */
NODISCARD st deciding_treat(struct deciding *);
/* Taxed where the seller is. */
NODISCARD st deciding_at_home(struct deciding *);
/* Add a sentence; what does not fit the arena is noticed at the end. */
void deciding_because(struct deciding *, const char *fmt, ...) PRINTF(2, 3);
/* "France (FR)" */
str deciding_name(const struct deciding *, str territory);

#endif
