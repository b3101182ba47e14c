/* The rhythm in words: what happens next and why, and what was done, for pages and the command line. */
#ifndef AVOW_RHYTHM_VIEW_H
#define AVOW_RHYTHM_VIEW_H

#include "case.h"
#include "text.h"

/* "We remind you" … and the reason, with its dates and days. In the arena. */
str rhythm_step_what(enum language, const struct rhythm_step *);
str rhythm_step_why(struct arena *, enum language, const struct rhythm_step *);
/* Words of the program for scripts: "renew". */
const char *rhythm_kind_word(enum rhythm_kind);

#endif
