/* avow mail bounces: what came back of announcements, from a file, a Maildir, or standard input.
 *
 * Of each message only two things are taken: which of our messages it is about, and whether for good. Nothing of it is stored. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "announce.h"
#include "cmd.h"
#include "data.h"
#include "hash.h"
#include "options.h"
#include "str.h"
#include "writer_access.h"

#define MEMORY (16u << 20)

struct asked {
    const char *data, *config;
    bool json;
    struct option_list sets, rest;
};

struct tally {
    int64_t read, hard, soft, complaints, not_ours, no_report, broken;
};

struct reading {
    struct arena *a;
    struct writer_access *writer;
    struct tally n;
};

/* One message, whole. ST_TOO_LARGE: no report is that long. */
static st slurp(struct arena *a, int fd, str *out)
{
    char *p = NEWN(a, char, DSN_MOST + 1);
    size_t got = 0;
    ssize_t n = 1;
    while (p && got <= DSN_MOST && (n = read(fd, p + got, DSN_MOST + 1 - got)) != 0) {
        if (n < 0 && errno != EINTR)
            return ST_IO;
        got += n > 0 ? (size_t)n : 0;
    }
    *out = (str){ p, got };
    return !p ? ST_NO_MEMORY : got > DSN_MOST ? ST_TOO_LARGE : ST_OK;
}

static const char *kind_word(enum dsn_kind k)
{
    return k == DSN_HARD ? "hard" : k == DSN_SOFT ? "soft" : "complaint";
}

/* The same message again is the same question: its bytes name it. */
static st tell(struct reading *r, str bytes, const struct dsn *d)
{
    uint8_t hash[32];
    uid idem;
    struct writer_refusal why = { S(""), S("") };
    struct announce_bounced_in in = { .message = d->message, .kind = str_c(kind_word(d->kind)) };
    struct announce_bounced_out out = { 0 };
    hash_plain(bytes, hash);
    memcpy(idem.b, hash, sizeof idem.b);
    TRY(writer_access_call(r->writer, r->a, CMD_ANNOUNCE_BOUNCED, idem, &in, &out, &why));
    r->n.not_ours += !out.known;
    r->n.hard += out.known && d->kind == DSN_HARD;
    r->n.soft += out.known && d->kind == DSN_SOFT;
    r->n.complaints += out.known && d->kind == DSN_COMPLAINT;
    return ST_OK;
}

static st one(struct reading *r, int fd)
{
    struct dsn d;
    str bytes;
    arena_reset(r->a);
    st s = slurp(r->a, fd, &bytes);
    if (s == ST_OK)
        s = dsn_read(r->a, bytes, &d);
    r->n.read++;
    r->n.broken += s == ST_INVALID || s == ST_TOO_LARGE;
    if (s == ST_INVALID || s == ST_TOO_LARGE)
        return ST_OK;
    TRY(s);
    if (d.kind != DSN_NOTHING)
        return tell(r, bytes, &d);
    r->n.no_report++;
    return ST_OK;
}

static st one_file(struct reading *r, int at, const char *name)
{
    struct stat about;
    int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        if (fd >= 0)
            close(fd);
        return ST_IO;
    }
    st s = one(r, fd);
    close(fd);
    return s;
}

/* What was read in new/ goes to cur/ as seen, as mail programs do it; so the next run reads only what came since. */
static st maildir(struct reading *r, const char *path)
{
    int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), box = top < 0 ? -1 : openat(top, "new",
            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = box < 0 ? NULL : fdopendir(dup(box));
    st s = dir ? ST_OK : ST_IO;
    for (struct dirent *e; s == ST_OK && (e = readdir(dir));) {
        char to[600];
        if (e->d_name[0] == '.')
            continue;
        s = one_file(r, box, e->d_name);
        if (s == ST_OK && snprintf(to, sizeof to, "cur/%s:2,S", e->d_name) < (int)sizeof to)
            s = renameat(box, e->d_name, top, to) == 0 ? ST_OK : ST_IO;
    }
    if (dir)
        closedir(dir);
    if (box >= 0)
        close(box);
    if (top >= 0)
        close(top);
    return s;
}

static st all(struct reading *r, const char *path)
{
    struct stat about;
    if (strcmp(path, "-") == 0)
        return one(r, STDIN_FILENO);
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return maildir(r, path);
    return one_file(r, AT_FDCWD, path);
}

static void show(const struct asked *w, const struct tally *n)
{
    if (w->json) {
        json_t *o = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "read", (json_int_t)n->read, "hard",
                (json_int_t)n->hard, "soft",
                              (json_int_t)n->soft, "complaints", (json_int_t)n->complaints, "not_ours", (json_int_t)n->not_ours,
                              "no_report", (json_int_t)n->no_report, "broken", (json_int_t)n->broken);
        json_dumpf(o, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(o);
        return;
    }
    printf("read %lld: for good %lld, for now %lld, complaints %lld, not about a message of ours %lld, no report %lld, "
           "broken %lld\n",
           (long long)n->read, (long long)n->hard, (long long)n->soft, (long long)n->complaints, (long long)n->not_ours,
           (long long)n->no_report, (long long)n->broken);
}

static st bounces(struct arena *a, const struct asked *w)
{
    struct data_place place;
    struct reading r = { .a = arena_new(MEMORY) };
    st s = r.a ? data_find(a, w->data, w->config, &w->sets, &place) : ST_NO_MEMORY;
    if (s == ST_OK)
        s = writer_access_open(&place, &r.writer);
    if (s == ST_OK) {
        s = all(&r, w->rest.v[0]);
        st closed = writer_access_close(r.writer);
        s = s == ST_OK ? closed : s;
        show(w, &r.n);
        if (s == ST_IO)
            fprintf(stderr, "avow mail: %s cannot be read\n", w->rest.v[0]);
    }
    if (r.a)
        arena_free(r.a);
    return s;
}

int cmd_mail(int argc, char **argv)
{
    struct asked w = { .data = NULL };
    const struct option options[] = {
        { .name = "--data", .value = &w.data }, { .name = "--config", .value = &w.config },
        { .name = "--set", .list = &w.sets },   { .name = "--json", .flag = &w.json },
    };
    if (argc < 2 || strcmp(argv[1], "bounces") != 0)
        return CMD_USAGE;
    if (options_read(argc - 1, argv + 1, options, COUNT(options), &w.rest) != ST_OK || w.rest.n != 1)
        return CMD_USAGE;
    struct arena *a = arena_new(MEMORY);
    st s = a ? bounces(a, &w) : ST_NO_MEMORY;
    if (a)
        arena_free(a);
    return st_info(s)->exit;
}
