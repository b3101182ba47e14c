/* avow serve: the whole system, in the foreground. */
#include "cmd.h"
#include "data.h"
#include "supervisor.h"

#include "str.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/stat.h>

/* Plain HTTP carries passwords as they are: for this machine only, or for a proxy on it. */
static st check_plain(const struct config *c)
{
    str host = c->web.plain.host;
    if (c->web.plain.text.n == 0 || str_starts(host, S("127.")) || str_eq(host, S("::1")))
        return ST_OK;
    fprintf(stderr, "avow: web.plain is %.*s; plain HTTP is for loopback addresses only (127.0.0.1:PORT or [::1]:PORT)\n",
        STR_ARG(c->web.plain.text));
    return ST_CONFIG;
}

static void say_ready(void *arg, const struct config *c)
{
    (void)arg;
    if (c->web.listen.text.n)
        printf("avow is ready: https://%.*s/\n", STR_ARG(c->web.listen.text));
    if (c->web.plain.text.n)
        printf("avow is ready: http://%.*s/\n", STR_ARG(c->web.plain.text));
    fflush(stdout);
}

static st serve(struct arena *a, int argc, char **argv)
{
    const char *data = NULL, *config = NULL, *listen = NULL, *plain = NULL;
    struct option_list sets = { .n = 0 }, rest;
    const struct option options[] = {
        { .name = "--data", .value = &data },     { .name = "--config", .value = &config },
        { .name = "--listen", .value = &listen }, { .name = "--plain", .value = &plain },
        { .name = "--set", .list = &sets },
    };
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    if (rest.n > 0) {
        fprintf(stderr, "avow serve: what is '%s'?\n", rest.v[0]);
        return ST_INVALID;
    }
    struct data_place p;
    TRY(data_find(a, data, config, &sets, &p));
    if (listen)
        TRY(data_set(&p, "web.listen", listen));
    if (plain)
        TRY(data_set(&p, "web.plain", plain));
    TRY(check_plain(&p.config));
    struct supervisor_setup setup = { .config_file = p.config_file, .sets = p.sets, .n_sets = p.n_sets, .ready = say_ready };
    st s = supervisor_run(&setup);
    if (s == ST_CONFLICT)
        fprintf(stderr, "avow: another avow runs on %.*s\n", STR_ARG(p.folder));
    return s;
}

int cmd_serve(int argc, char **argv)
{
    umask(0077);
    struct arena *a = arena_new(16 << 20);
    st s = a ? serve(a, argc, argv) : ST_NO_MEMORY;
    arena_free(a);
    return s == ST_INVALID ? CMD_USAGE : st_info(s)->exit;
}
