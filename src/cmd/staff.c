/* avow staff create: a member of staff, the first one above all.
 *
 * The password is asked for on the terminal, or read as the first line of standard input; it is never an argument, where
 * everybody on the machine could read it. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "data.h"
#include "options.h"
#include "rnd.h"
#include "str.h"
#include "writer_access.h"

#define MEMORY ((size_t)16 << 20)
#define PASSWORD_LEAST 12
#define PASSWORD_MOST 128
#define CAPS_ALL \
    (CAP_STAFF | CAP_STAFF_CATALOGUE | CAP_STAFF_BILLING | CAP_STAFF_SERVICES | CAP_STAFF_CUSTOMERS | CAP_STAFF_CHECKS)

struct asked {
    const char *data, *config, *name, *can;
    bool from_stdin;
    struct option_list sets, rest;
};

/* ---- what may be done ---- */

static const struct {
    const char *word;
    uint64_t cap;
} abilities[] = {
    { "catalogue", CAP_STAFF_CATALOGUE },
    { "billing", CAP_STAFF_BILLING },
    { "services", CAP_STAFF_SERVICES },
    { "customers", CAP_STAFF_CUSTOMERS },
    { "checks", CAP_STAFF_CHECKS },
};

/* "billing,customers"; without --can everything. */
static st read_caps(const char *words, uint64_t *caps)
{
    str rest = str_c(words), word;
    *caps = words ? CAP_STAFF : CAPS_ALL;
    while (words && str_next(&rest, ',', &word)) {
        size_t i = 0;
        while (i < COUNT(abilities) && !str_eq(str_trim(word), str_c(abilities[i].word)))
            i++;
        if (i == COUNT(abilities)) {
            fprintf(stderr, "avow staff: --can takes catalogue, billing, services, customers and checks, with commas between\n");
            return ST_INVALID;
        }
        *caps |= abilities[i].cap;
    }
    return ST_OK;
}

/* ---- the password ---- */

/* One line without its end, in memory that is wiped. */
static st read_line(struct arena *a, str *out)
{
    char *p = arena_secret(a, PASSWORD_MOST + 2);
    if (!p)
        return ST_NO_MEMORY;
    size_t n = 0;
    int c;
    while ((c = getchar()) != EOF && c != '\n' && n < PASSWORD_MOST + 2)
        p[n++] = (char)c;
    *out = (str){ p, n > 0 && p[n - 1] == '\r' ? n - 1 : n };
    return ST_OK;
}

static st ask_hidden(struct arena *a, const char *what, str *out)
{
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return ST_IO;
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s: ", what);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    st s = read_line(a, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return s;
}

static st read_password(struct arena *a, bool from_stdin, str *out)
{
    str again;
    bool terminal = !from_stdin && isatty(STDIN_FILENO);
    if (!from_stdin && !terminal) {
        fprintf(stderr, "avow staff: no terminal to ask for the password; use --password-stdin\n");
        return ST_INVALID;
    }
    TRY(terminal ? ask_hidden(a, "Password", out) : read_line(a, out));
    size_t n = utf8_count(*out);
    if (!utf8_printable(*out, false) || n < PASSWORD_LEAST || n > PASSWORD_MOST) {
        fprintf(stderr, "avow staff: a password has %d to %d characters\n", PASSWORD_LEAST, PASSWORD_MOST);
        return ST_INVALID;
    }
    if (!terminal)
        return ST_OK;
    TRY(ask_hidden(a, "The same again", &again));
    if (str_eq(*out, again))
        return ST_OK;
    fprintf(stderr, "avow staff: that was not the same\n");
    return ST_INVALID;
}

/* ---- creating ---- */

static st write_staff(struct arena *a, const struct asked *w, struct writer_access *writer, str password, uint64_t caps)
{
    struct staff_create_in in = { .email = str_c(w->rest.v[0]), .full_name = str_c(w->name), .caps = (int64_t)caps };
    struct staff_create_out out;
    struct writer_refusal why = { S(""), S("") };
    TRY(writer_access_hash(writer, a, password, &in.password));
    st s = writer_access_call(writer, a, CMD_STAFF_CREATE, rnd_uid(), &in, &out, &why);
    if (s == ST_CONFLICT)
        fprintf(stderr, "avow staff: there is a member of staff with this address already\n");
    else if (s == ST_INVALID)
        fprintf(stderr, "avow staff: the %.*s is not valid\n", STR_ARG(why.field));
    else if (s != ST_OK)
        fprintf(stderr, "avow staff: %s\n", st_info(s)->text);
    else
        printf("Created. Sign in at /staff/login.\n");
    return s;
}

static st create(struct arena *a, const struct asked *w)
{
    struct data_place place;
    struct writer_access *writer;
    uint64_t caps;
    str password;
    TRY(read_caps(w->can, &caps));
    TRY(data_find(a, w->data, w->config, &w->sets, &place));
    TRY(read_password(a, w->from_stdin, &password));
    TRY(writer_access_open(&place, &writer));
    st s = write_staff(a, w, writer, password, caps);
    st closed = writer_access_close(writer);
    return s == ST_OK ? closed : s;
}

int cmd_staff(int argc, char **argv)
{
    struct asked w = { .name = NULL };
    const struct option options[] = {
        { .name = "--data", .value = &w.data },   { .name = "--config", .value = &w.config },
        { .name = "--name", .value = &w.name },   { .name = "--can", .value = &w.can },
        { .name = "--set", .list = &w.sets },     { .name = "--password-stdin", .flag = &w.from_stdin },
    };
    if (argc < 2 || strcmp(argv[1], "create") != 0)
        return CMD_USAGE;
    if (options_read(argc - 1, argv + 1, options, COUNT(options), &w.rest) != ST_OK || w.rest.n != 1 || !w.name)
        return CMD_USAGE;
    struct arena *a = arena_new(MEMORY);
    st s = a ? create(a, &w) : ST_NO_MEMORY;
    if (a)
        arena_free(a);
    return st_info(s)->exit;
}
