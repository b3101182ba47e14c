/* The recovery key: what the backup of the key store is sealed to. Its secret half is shown once, on paper from then on, and
 * kept nowhere; the store has the public half.
 *
 * Written as eight groups of eight characters (0-9 and letters without I, L, O, U). Each group is four bytes and a check that
 * knows the group's place, so that a slip of the pen is found where it is. */
#ifndef AVOW_RECOVERY_H
#define AVOW_RECOVERY_H

#include "arena.h"

#define RECOVERY_KEY 32
#define RECOVERY_GROUPS 8

/* A new one: both halves. The caller wipes `secret`. */
void recovery_new(uint8_t secret[RECOVERY_KEY], uint8_t public_half[RECOVERY_KEY]);
/* As four lines of two numbered groups, to be printed once. In locked memory of the arena. */
str recovery_fmt(struct arena *, const uint8_t secret[RECOVERY_KEY]);
/* A new one for the store in that folder, which nobody has open: the public half goes there, *text is what to show. */
NODISCARD st recovery_first(struct arena *, str folder, str *text);
/* Read it as people type it: any case, dashes, blanks, line ends and the groups' numbers as printed may stand or be left
 * out; O is 0, I and L are 1. ST_INVALID: *group says in which group (1 to 8), or 0 when there are not eight. */
NODISCARD st recovery_parse(str text, uint8_t secret[RECOVERY_KEY], int *group);
/* By which people tell one from another: eight characters made from the public half. */
str recovery_name(struct arena *, const uint8_t public_half[RECOVERY_KEY]);

#endif
