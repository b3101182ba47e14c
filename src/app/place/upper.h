/* Upper case for place names: ASCII, Latin-1 and Latin Extended-A, whatever the locale of the machine. */
#ifndef AVOW_UPPER_H
#define AVOW_UPPER_H

#include "arena.h"

/* Other characters, and those whose upper case would be longer, stay as they are. */
str upper_latin(struct arena *, str);

#endif
