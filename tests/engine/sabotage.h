/* Breaking promises: one way for each check. */
#ifndef AVOW_SABOTAGE_H
#define AVOW_SABOTAGE_H

#include "engine.h"

/* People and orders to break promises about, and the page that a front would show. */
struct victim {
    int64_t person, refused; /* persons: of the paid order, of the refused one */
    char *shown;             /* the hash at the foot of the page, 64 digits */
};

struct sabotage {
    const char *check;
    const char *words; /* what is done, for docs/promises.md */
    /* Do it; what the evidence must name. */
    str (*break_it)(struct engine *, struct victim *);
    /* Put it right again; NULL: it cannot be. */
    void (*mend)(struct engine *, struct victim *);
};
extern const struct sabotage sabotages[];
extern const size_t sabotages_n;

#endif
