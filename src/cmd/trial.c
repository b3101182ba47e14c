/* avow trial: a data folder with a shop in it, to try everything with; and one with as many customers as one likes. */
#include "cmd.h"
#include "data.h"
#include "order.h"
#include "trial.h"
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
#define OTHER_ADDRESS "trial.staff@example.test" /* when there is staff already */
#define FILL_MOST 10000000
#define MEMORY ((size_t)512 << 20)
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

/* A password nobody can guess, and what is stored of it. */
static st make_password(struct arena *a, struct writer_access *w, str *password, str *encoded)
{
    uint8_t bytes[PASSWORD_BYTES];
    rnd_bytes(bytes, sizeof bytes);
    *password = b64url_fmt(a, bytes, sizeof bytes);
    return writer_access_hash(w, a, *password, encoded);
}

static st create_staff(struct arena *a, struct writer_access *w, str email)
{
    str password, encoded;
    TRY(make_password(a, w, &password, &encoded));
    struct staff_create_in in = {
        .email = email,
        .full_name = S("Trial Staff"),
        .password = encoded,
        .caps = (int64_t)(CAP_STAFF | CAP_STAFF_CATALOGUE | CAP_STAFF_BILLING | CAP_STAFF_SERVICES | CAP_STAFF_CUSTOMERS |
                          CAP_STAFF_CHECKS),
    };
    struct staff_create_out created;
    TRY(ask(w, a, CMD_STAFF_CREATE, &in, &created));
    printf("\nThe trial shop is ready. This is shown once:\n\n  staff sign-in: %.*s   (at /staff/login)\n"
           "  password:      %.*s\n\n",
           STR_ARG(email), STR_ARG(password));
    return ST_OK;
}

/* What a trial needs before anybody comes: products, and a member of staff. */
static st furnish(struct arena *a, struct writer_access *w, bool sftp, bool filled_later, bool staff)
{
    size_t products;
    if (!filled_later || !staff)
        TRY(trial_seed(a, trial_catalogue, sftp, ask, w, &products));
    return create_staff(a, w, staff ? S(OTHER_ADDRESS) : S(STAFF_ADDRESS));
}

/* With the writer, before a fill has the system for itself. *encoded: what the customers' password is stored as. */
static st prepare(struct arena *a, const struct data_place *p, bool fill, bool staff, str *password, str *encoded)
{
    struct writer_access *w;
    TRY(writer_access_open(p, &w));
    st rc = furnish(a, w, p->config.sftp.listen.text.n > 0, fill, staff);
    if (rc == ST_OK && fill)
        rc = make_password(a, w, password, encoded);
    st closed = writer_access_close(w);
    return rc != ST_OK ? rc : closed;
}

/* ---- the words ---- */

struct asked {
    const char *data, *customers, *invoices, *services, *seed;
    struct option_list sets, rest;
};

static st number(const char *name, const char *text, int64_t least, int64_t most, int64_t *out)
{
    if (!text || i64_parse(str_c(text), least, most, out) == ST_OK)
        return ST_OK;
    fprintf(stderr, "avow trial: %s wants a number from %lld to %lld\n", name, (long long)least, (long long)most);
    return ST_INVALID;
}

/* How much: what is not said follows from the rest. Each paid order brings a service, and at most as many as a basket holds. */
static st read_size(const struct asked *q, struct fill_size *size)
{
    int64_t seed = 1;
    *size = (struct fill_size){ .customers = 0, .invoices = -1, .services = -1 };
    TRY(number("--customers", q->customers, 1, FILL_MOST, &size->customers));
    TRY(number("--invoices", q->invoices, 0, FILL_MOST, &size->invoices));
    TRY(number("--services", q->services, 0, FILL_MOST, &size->services));
    TRY(number("--seed", q->seed, 0, INT64_MAX, &seed));
    size->seed = (uint64_t)seed;
    if (size->invoices < 0)
        size->invoices = 4 * size->customers;
    int64_t paid = fill_paid(size);
    if (size->services < 0)
        size->services = paid;
    if (size->services >= paid && size->services <= paid * BASKET_LINES)
        return ST_OK;
    fprintf(stderr, "avow trial: %lld of these invoices are paid, and each brings a service or up to %d: --services wants "
            "%lld to %lld\n", (long long)paid, BASKET_LINES, (long long)paid, (long long)(paid * BASKET_LINES));
    return ST_INVALID;
}

static st make_data(struct arena *a, struct asked *q, struct data_place *p)
{
    if (q->sets.n == OPTION_LIST_MOST)
        return ST_INVALID;
    q->sets.v[q->sets.n++] = "trial.enabled=true";
    TRY(data_init(a, q->data, &q->sets, p));
    return write_program(a, p->folder);
}

static st init(struct arena *a, struct asked *q)
{
    struct data_place p;
    TRY(make_data(a, q, &p));
    data_tell_recovery(&p);
    return prepare(a, &p, false, false, NULL, NULL);
}

static st fill(struct arena *a, struct asked *q)
{
    struct data_place p;
    struct fill_size size;
    str password, encoded;
    bool staff;
    TRY(read_size(q, &size));
    st s = trial_is_idle(a, q->data ? q->data : "data");
    if (s == ST_CONFLICT)
        fputs("avow trial: the system runs; stop it first\n", stderr);
    TRY(s);
    TRY(make_data(a, q, &p));
    data_tell_recovery(&p);
    s = trial_is_empty(a, &p.config, &staff);
    if (s == ST_CONFLICT)
        fprintf(stderr, "avow trial: %.*s is not empty: people have used it\n", STR_ARG(p.folder));
    TRY(s);
    TRY(prepare(a, &p, true, staff, &password, &encoded));
    TRY(trial_fill(a, &p, &size, encoded));
    printf("The customers are customer1@example.test to customer%lld@example.test, and share one password:\n\n"
           "  customer sign-in: customer1@example.test   (at /login)\n  password:         %.*s\n\n",
           (long long)size.customers, STR_ARG(password));
    return ST_OK;
}

static st trial(struct arena *a, int argc, char **argv)
{
    struct asked q = { .data = NULL };
    const struct option options[] = {
        { .name = "--data", .value = &q.data },           { .name = "--set", .list = &q.sets },
        { .name = "--customers", .value = &q.customers }, { .name = "--invoices", .value = &q.invoices },
        { .name = "--services", .value = &q.services },   { .name = "--seed", .value = &q.seed },
    };
    TRY(options_read(argc, argv, options, COUNT(options), &q.rest));
    if (q.rest.n == 0 && q.customers)
        return fill(a, &q);
    if (q.rest.n == 1 && strcmp(q.rest.v[0], "init") == 0 && !q.customers && !q.invoices && !q.services && !q.seed)
        return init(a, &q);
    fprintf(stderr, "avow trial: what follows is init, or --customers and how many\n");
    return ST_INVALID;
}

int cmd_trial(int argc, char **argv)
{
    umask(0077);
    struct arena *a = arena_new(MEMORY);
    st rc = a ? trial(a, argc, argv) : ST_NO_MEMORY;
    if (rc != ST_OK && rc != ST_INVALID)
        fprintf(stderr, "avow trial: nothing more was done: %s\n", st_info(rc)->text);
    arena_free(a);
    return rc == ST_INVALID ? CMD_USAGE : st_info(rc)->exit;
}
