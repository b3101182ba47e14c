/* The reference that a customer gives with a bank transfer: a prefix, six characters, and one that checks them.
 *
 * The alphabet has 31 characters, without 0, 1, I, L and O, which are taken for others. The check character makes the weighted
 * sum of the seven a multiple of 31: since 31 is prime, one character that is wrong and two that changed places are always
 * noticed. */
#ifndef AVOW_BANK_REFERENCE_H
#define AVOW_BANK_REFERENCE_H

#include "arena.h"

#define BANK_REFERENCE_TAIL 7 /* characters behind the prefix */
#define BANK_REFERENCE_HITS 4
#define BANK_PREFIX_MAX 6

/* A new one, at random. */
str bank_reference_make(struct arena *, str prefix);
/* Six characters of the alphabet with their check character behind them; for tests too. */
bool bank_reference_check(str tail);
/* "AV7K3 M9QX": in two halves, easier to copy by hand. Spaces do no harm. */
str bank_reference_show(struct arena *, str prefix, str reference);

struct bank_references {
    str v[BANK_REFERENCE_HITS]; /* each once; plain, in capitals */
    size_t n;
    bool mistyped; /* something has the shape of a reference, and its check character is wrong */
};
/* What references stand in a text that a payer or a bank wrote: case, spaces, line breaks and punctuation do not count. */
NODISCARD st bank_reference_find(struct arena *, str prefix, str text, struct bank_references *);

#endif
