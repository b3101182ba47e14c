/* Findings from inside this directory: how they are made, and which name was probably meant. */
#ifndef AVOW_FINDING_H
#define AVOW_FINDING_H

#include "statement.h"

/* Names that something may be called, for "did you mean". */
struct names {
    const void *at;
    size_t n;
    str (*name)(const void *at, size_t i);
};

/* Record an error or a note. `instead` may be empty. Slices must live in the findings' arena or be literals. */
void finding_error(struct findings *, str file, int line, str where, str what, str instead);
void finding_note(struct findings *, str file, int line, str where, str what);
/* "Write 'fraud'." for the nearest name, or a list of all when none is near. */
str finding_instead(struct arena *, str wrong, struct names);
/* Findings in order of file and line, so that an editor reads them from the top. */
void findings_sort(struct findings *);

#endif
