/* The vault as the books see it: rotations of the master key and new recovery keys are recorded as they are seen, not as
 * somebody says they were (command keys.note, asked for by the timetable and after `avow vault`). */
#ifndef AVOW_KEYS_H
#define AVOW_KEYS_H

#include "command.h"

/* The next keys that people have, after id `after`, in order; *n of at most KEYS_PAGE, 0 at the end. */
#define KEYS_PAGE 1000
NODISCARD st keys_page(struct db *, struct arena *, int64_t after, int64_t ids[KEYS_PAGE], size_t *n);
/* The highest id anybody has; 0: nobody has any. */
NODISCARD st keys_highest(struct db *, struct arena *, int64_t *id);

#endif
