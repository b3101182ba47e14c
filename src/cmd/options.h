/* Options of subcommands: `--name VALUE`, each at most once unless it is a list; anything else that begins with -- is
 * named and refused. */
#ifndef AVOW_OPTIONS_H
#define AVOW_OPTIONS_H

#include "base.h"

#define OPTION_LIST_MOST 24

struct option_list {
    const char *v[OPTION_LIST_MOST];
    size_t n;
};

struct option {
    const char *name;         /* "--data" */
    const char **value;       /* set to the word behind it */
    struct option_list *list; /* or: every word behind it */
    bool *flag;               /* or: no word behind it */
};

/* Read argv[1] …; what is no option is kept, in order, in *rest (at most rest->list bound). ST_INVALID after a message on
 * standard error that names what is wrong. */
NODISCARD st options_read(int argc, char **argv, const struct option *, size_t n, struct option_list *rest);

#endif
