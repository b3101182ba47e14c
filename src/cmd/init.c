/* avow init: a new, empty data folder. */
#include "cmd.h"
#include "data.h"

#include <stdio.h>
#include <sys/stat.h>

static st init(struct arena *a, int argc, char **argv)
{
    const char *data = NULL;
    struct option_list sets = { .n = 0 }, rest;
    const struct option options[] = { { .name = "--data", .value = &data }, { .name = "--set", .list = &sets } };
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    if (rest.n > 0) {
        fprintf(stderr, "avow init: what is '%s'?\n", rest.v[0]);
        return ST_INVALID;
    }
    struct data_place p;
    TRY(data_init(a, data, &sets, &p));
    data_tell_recovery(&p);
    printf("Made %.*s. Next: edit avow.conf there, then avow staff create, then avow serve --data %.*s\n", STR_ARG(p.folder),
        STR_ARG(p.folder));
    return ST_OK;
}

int cmd_init(int argc, char **argv)
{
    umask(0077);
    struct arena *a = arena_new(16 << 20);
    st s = a ? init(a, argc, argv) : ST_NO_MEMORY;
    if (s != ST_OK && s != ST_INVALID)
        fprintf(stderr, "avow: nothing more was done: %s\n", st_info(s)->text);
    arena_free(a);
    return s == ST_INVALID ? CMD_USAGE : st_info(s)->exit;
}
