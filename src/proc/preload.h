/* What features read once per process, before the sandbox takes files away: tables of places and rates. */
#ifndef AVOW_PRELOAD_H
#define AVOW_PRELOAD_H

#include "arena.h"
#include "config_keys.h"

/* ST_CONFIG with the reason on standard error when a file of the operator's cannot be read. */
NODISCARD st preload_features(struct arena *, const struct config *);

#endif
