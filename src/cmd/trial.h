/* The parts of avow trial. */
#ifndef AVOW_TRIAL_H
#define AVOW_TRIAL_H

#include "data.h"
#include "trial_fill.h"

/* Fill a system that is not running. `password`: encoded, the customers' own. ST_CONFLICT: it runs. */
NODISCARD st trial_fill(struct arena *, const struct data_place *, const struct fill_size *, str password);
/* ST_CONFLICT when a system runs on that folder. */
NODISCARD st trial_is_idle(struct arena *, const char *data);
/* ST_CONFLICT when anybody but staff is in it; *staff: is there a member of staff? */
NODISCARD st trial_is_empty(struct arena *, const struct config *, bool *staff);

#endif
