/* One spelling per value, so that equal things are found as equal. None of this is shown to people. */
#ifndef AVOW_FOLD_H
#define AVOW_FOLD_H

#include "arena.h"

str fold_email(struct arena *, str);    /* trimmed, domain and local part lower case (ASCII) */
str fold_phone(struct arena *, str);    /* E.164 digits with '+' */
str fold_postcode(struct arena *, str); /* upper case, no spaces or dashes */
/* Words of a name or company: lower case, diacritics of Latin letters dropped, punctuation splits. */
size_t fold_words(struct arena *, str, str *words, size_t max);

#endif
