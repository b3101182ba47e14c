/* The trial shop's catalogue (trial/catalogue.json), put in through the same commands that staff use. */
#ifndef AVOW_TRIAL_SEED_H
#define AVOW_TRIAL_SEED_H

#include "command.h"

/* Ask the writer for a command of the program itself and wait. */
typedef st trial_ask_fn(void *at, struct arena *, enum command, const void *in, void *out);

/* Add every product of the catalogue with its options and prices, those of SFTP web spaces only with `sftp`; *n is how many.
 * ST_CONFIG when the catalogue is not of
 * the shape that the program knows; otherwise what the writer said. */
NODISCARD st trial_seed(struct arena *, str catalogue, bool sftp, trial_ask_fn *, void *at, size_t *n);

#endif
