/* The vault as the books see it: rotations of the master key and new recovery keys are recorded as they are seen, not as
 * somebody says they were (command keys.note, asked for by the timetable and after `avow vault`). */
#ifndef AVOW_KEYS_H
#define AVOW_KEYS_H

#include "command.h"

/* What the database says about keys, by where it says so. */
enum keys_source {
    KEYS_OF_PEOPLE,    /* people have them */
    KEYS_OF_CODES,     /* codes in place of values were made with them (disposal keyed_hash) */
    KEYS_BURIED,       /* a tombstone says that they are destroyed */
    KEYS_OF_CODES_GONE /* as does the month of the codes */
};
/* The next of them after id `after`, in order; *n of at most KEYS_PAGE, fewer at the end. */
#define KEYS_PAGE 1000
NODISCARD st keys_page(struct db *, struct arena *, enum keys_source, int64_t after, int64_t ids[KEYS_PAGE], size_t *n);
/* The highest id that is or was anybody's; 0: there is none. */
NODISCARD st keys_highest(struct db *, struct arena *, int64_t *id);

#endif
