/* Reading options. */
#include "options.h"

#include <stdio.h>
#include <string.h>

static st refuse(const char *command, const char *what, const char *word)
{
    fprintf(stderr, "avow %s: %s '%s'\n", command, what, word);
    return ST_INVALID;
}

static st take(const char *command, const struct option *o, const char *value)
{
    if (o->list) {
        if (o->list->n == OPTION_LIST_MOST)
            return refuse(command, "too many times", o->name);
        o->list->v[o->list->n++] = value;
    } else {
        if (*o->value)
            return refuse(command, "given twice:", o->name);
        *o->value = value;
    }
    return ST_OK;
}

static const struct option *find(const struct option *options, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(options[i].name, word) == 0)
            return &options[i];
    return NULL;
}

st options_read(int argc, char **argv, const struct option *options, size_t n, struct option_list *rest)
{
    *rest = (struct option_list){ .n = 0 };
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            if (rest->n == OPTION_LIST_MOST)
                return refuse(argv[0], "one word too many:", argv[i]);
            rest->v[rest->n++] = argv[i];
            continue;
        }
        const struct option *o = find(options, n, argv[i]);
        if (!o)
            return refuse(argv[0], "there is no option", argv[i]);
        if (o->flag) {
            *o->flag = true;
            continue;
        }
        if (i + 1 == argc)
            return refuse(argv[0], "a value is missing after", argv[i]);
        TRY(take(argv[0], o, argv[++i]));
    }
    return ST_OK;
}
