/* One entry of the bank account, told by files in two formats. Private to this directory.
 *
 * What a format says of an entry differs: CSV has no name of the bank's for it, OFX no value date, MT940 cuts texts. What they
 * agree in is the day (booked or value), the currency, the amount, and at least one of: our reference in it, the other side's
 * account, the other side's name. Each entry is the same as at most one of each other format, so that two equal payments on one
 * day stay two however often both files come. Kept as codes that cannot be turned back. */
#ifndef AVOW_BANK_SAME_H
#define AVOW_BANK_SAME_H

#include "entries.h"

enum bank_trait { BANK_TRAIT_REFERENCE, BANK_TRAIT_ACCOUNT, BANK_TRAIT_NAME, BANK_TRAITS };
struct bank_traits {
    str codes[BANK_TRAITS]; /* empty: the file does not say */
};

/* The traits of a line. */
NODISCARD st bank_traits_of(struct gate *, const struct bank_line *, const struct bank_references *, struct bank_traits *);
/* Was this line, of a file in `format`, told before by another format? Then its code is noted beside that entry. */
NODISCARD st bank_same_nt(struct cx *, const struct bank_line *, const struct bank_traits *, str format, str code, bool *same);
/* Keep the traits of a new entry. */
NODISCARD st bank_traits_keep_nt(struct cx *, const struct bank_line *, const struct bank_traits *, int64_t entry);

#endif
