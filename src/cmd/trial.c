/* avow trial init: a data folder with a shop in it, to try everything with. */
#include "cmd.h"
#include "data.h"
#include "trial_files.h"
#include "trial_seed.h"
#include "writer_access.h"

#include "capabilities.h"
#include "codec.h"
#include "rnd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAFF_ADDRESS "staff@example.test"
#define PASSWORD_BYTES 15 /* 24 characters of base 32 or 20 of base 64: beyond guessing */

static st make_folder(struct arena *a, str folder, const char *name, mode_t mode, str *path)
{
    *path = str_fmt(a, "%.*s/%s", STR_ARG(folder), name);
    const char *z = str_z(a, *path);
    if (z && (mkdir(z, mode) == 0 || errno == EEXIST))
        return ST_OK;
    fprintf(stderr, "avow trial: %.*s: %s\n", STR_ARG(*path), strerror(errno));
    return ST_IO;
}

/* The program that makes web spaces, where the exec module looks for it in a trial (exec_module.c). */
static st write_program(struct arena *a, str folder)
{
    str dir, spaces;
    TRY(make_folder(a, folder, "webspace", 0700, &spaces));
    TRY(make_folder(a, folder, "trial", 0700, &dir));
    const char *path = str_z(a, str_cat(a, dir, S("/webspace")));
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700) : -1;
    if (fd < 0)
        return ST_IO;
    ssize_t n = write(fd, trial_webspace.p, trial_webspace.n);
    return close(fd) == 0 && n == (ssize_t)trial_webspace.n ? ST_OK : ST_IO;
}

static st ask(void *at, struct arena *a, enum command cmd, const void *in, void *out)
{
    struct writer_refusal why = { S(""), S("") };
    st rc = writer_access_call(at, a, cmd, rnd_uid(), in, out, &why);
    if (rc != ST_OK)
        fprintf(stderr, "avow trial: %s: %s %.*s %.*s\n", command_defs[cmd].name, st_info(rc)->text, STR_ARG(why.field),
                STR_ARG(why.message));
    return rc;
}

static st create_staff(struct arena *a, struct writer_access *w)
{
    uint8_t bytes[PASSWORD_BYTES];
    rnd_bytes(bytes, sizeof bytes);
    str password = b64url_fmt(a, bytes, sizeof bytes), encoded;
    TRY(writer_access_hash(w, a, password, &encoded));
    struct staff_create_in in = {
        .email = S(STAFF_ADDRESS),
        .full_name = S("Trial Staff"),
        .password = encoded,
        .caps = (int64_t)(CAP_STAFF | CAP_STAFF_CATALOGUE | CAP_STAFF_BILLING | CAP_STAFF_SERVICES | CAP_STAFF_CUSTOMERS),
    };
    struct staff_create_out created;
    TRY(ask(w, a, CMD_STAFF_CREATE, &in, &created));
    printf("\nThe trial shop is ready. This is shown once:\n\n  staff sign-in: " STAFF_ADDRESS "   (at /staff/login)\n"
           "  password:      %.*s\n\n",
           STR_ARG(password));
    return ST_OK;
}

static st fill(struct arena *a, const struct data_place *p)
{
    struct writer_access *w;
    size_t products;
    TRY(writer_access_open(p, &w));
    st rc = trial_seed(a, trial_catalogue, ask, w, &products);
    if (rc == ST_OK)
        rc = create_staff(a, w);
    st closed = writer_access_close(w);
    return rc != ST_OK ? rc : closed;
}

static st trial(struct arena *a, int argc, char **argv)
{
    const char *data = NULL;
    struct option_list sets = { .n = 0 }, rest;
    const struct option options[] = { { .name = "--data", .value = &data }, { .name = "--set", .list = &sets } };
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    if (rest.n != 1 || strcmp(rest.v[0], "init") != 0 || sets.n == OPTION_LIST_MOST) {
        fprintf(stderr, "avow trial: the only word that may follow is init\n");
        return ST_INVALID;
    }
    sets.v[sets.n++] = "trial.enabled=true";
    struct data_place p;
    TRY(data_init(a, data, &sets, &p));
    TRY(write_program(a, p.folder));
    return fill(a, &p);
}

int cmd_trial(int argc, char **argv)
{
    umask(0077);
    struct arena *a = arena_new(16 << 20);
    st rc = a ? trial(a, argc, argv) : ST_NO_MEMORY;
    if (rc != ST_OK && rc != ST_INVALID)
        fprintf(stderr, "avow trial: nothing more was done: %s\n", st_info(rc)->text);
    arena_free(a);
    return rc == ST_INVALID ? CMD_USAGE : st_info(rc)->exit;
}
