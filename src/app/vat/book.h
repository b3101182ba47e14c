/* The book from inside: what the decision needs beyond vat.h. Private to this directory. */
#ifndef AVOW_VAT_BOOK_H
#define AVOW_VAT_BOOK_H

#include "vat.h"

enum vat_zone {
    VAT_ZONE_EU,      /* inside the VAT territory of the Union */
    VAT_ZONE_OUTSIDE, /* anywhere else, the United Kingdom too */
};

/* Is the territory inside the Union's VAT territory? */
enum vat_zone vat_zone(const struct vat_book *, str territory);
/* The Member State or country that a territory is part of, or itself. */
str vat_parent(const struct vat_book *, str territory);
/* "Norwegian VAT on electronic commerce (VOEC)", or empty. */
str vat_scheme(const struct vat_book *, str territory);

#endif
