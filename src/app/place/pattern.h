/* Regular expressions of the reference tables, matched within bounds. Private to this directory.
 *
 * Ownership: a pattern has its own memory and lives as long as the process. Nothing is allocated while matching.
 * Failure:   input that would need more than the match limit does not match. */
#ifndef AVOW_PATTERN_H
#define AVOW_PATTERN_H

#include "arena.h"

struct pattern;

/* NULL when memory ends or the text is no pattern (the tables' own test compiles them all). */
struct pattern *pattern_new(str text);
/* Does the whole of s match? */
bool pattern_whole(const struct pattern *, str s);
/* Does a beginning of s match? *end is where it ends, and the groups what its first two took (p == NULL: nothing). */
bool pattern_front(const struct pattern *, str s, size_t *end, str groups[2]);

#endif
