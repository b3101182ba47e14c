/* The data folder of a system: where its configuration is, and how a new one is made. */
#ifndef AVOW_CMD_DATA_H
#define AVOW_CMD_DATA_H

#include "arena.h"
#include "config_keys.h"
#include "options.h"

struct data_place {
    struct arena *arena;
    str folder;              /* absolute */
    const char *config_file; /* NULL: there is none, defaults count */
    const char *sets[OPTION_LIST_MOST + 4]; /* "key=value": data.dir, then what was given; for roles too */
    size_t n_sets;
    struct config config;
    str recovery; /* of a vault that data_init() has just made: its recovery key, to be shown once; else empty */
};

/* --data DIR (default: the current folder's ./data), --config FILE (default: DIR/avow.conf when it is there), --set
 * KEY=VALUE …. Any of them may be NULL. What is wrong is told on standard error. */
NODISCARD st data_find(struct arena *, const char *data, const char *config_file, const struct option_list *sets,
    struct data_place *);
/* The same for what can do without: when none is named and there is no ./data, the defaults count. */
NODISCARD st data_if_any(struct arena *, const char *data, const char *config_file, const struct option_list *sets,
    struct data_place *);
/* One more setting, as --set. */
NODISCARD st data_set(struct data_place *, const char *key, const char *value);

/* Make the folder (0700), avow.conf with these settings, the vault and its keys, and the certificate; then start a writer
 * once, so that the database is there. What is there already is left alone. */
NODISCARD st data_init(struct arena *, const char *data, const struct option_list *sets, struct data_place *);

/* Show the recovery key of a vault that was just made, on standard output, with plain words, and forget it; nothing when there
 * is none to show. */
void data_tell_recovery(struct data_place *);

#endif
