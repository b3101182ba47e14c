/* avow bank import: a statement of the bank account, from a file.
 *
 * The file is read here, whole, before the writer hears of it: a file with a line that is in doubt is not imported at all. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank.h"
#include "bank_file.h"
#include "cmd.h"
#include "data.h"
#include "hash.h"
#include "options.h"
#include "rnd.h"
#include "str.h"
#include "writer_access.h"

struct asked {
    const char *data, *config, *format, *account;
    bool dry_run, json;
    struct option_list sets, rest;
};

/* All of a file; one that is too large is not read. */
static st slurp(struct arena *a, const char *path, str *out)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        fprintf(stderr, "avow bank: %s cannot be read\n", path);
        if (fd >= 0)
            close(fd);
        return ST_IO;
    }
    size_t n = (size_t)about.st_size, got = 0;
    char *p = n <= BANK_FILE_MAX ? NEWN(a, char, n + 1) : NULL;
    ssize_t r = 1;
    while (p && got < n && (r = read(fd, p + got, n - got)) > 0)
        got += (size_t)r;
    close(fd);
    if (n > BANK_FILE_MAX) {
        fprintf(stderr, "avow bank: %s is larger than 4 MiB; please export a shorter period\n", path);
        return ST_TOO_LARGE;
    }
    *out = (str){ p, got };
    return !p ? ST_NO_MEMORY : r < 0 ? ST_IO : ST_OK;
}

static st read_file(struct arena *a, const struct asked *w, const struct config *c, str bytes, struct bank_file *file)
{
    struct bank_how how;
    struct bank_fault fault;
    if (bank_how_of(c, &how) != ST_OK) {
        fprintf(stderr, "avow bank: a bank.csv_… key has a word that is none; see avow config sample\n");
        return ST_CONFIG;
    }
    if (w->format && bank_format_find(str_c(w->format), &how.format) != ST_OK) {
        fprintf(stderr, "avow bank: --format takes csv, ofx, mt940 or camt053\n");
        return ST_INVALID;
    }
    st s = bank_read(a, &how, bytes, file, &fault);
    if (s == ST_INVALID) {
        str words = bank_fault_words(a, (enum language)0, &fault);
        fprintf(stderr, "avow bank: %s was not imported. %.*s\n", w->rest.v[0], STR_ARG(words));
    }
    return s;
}

/* The account that was named must be the one the file is about, when the file says. */
static st check_account(struct arena *a, const struct asked *w, struct bank_file *file)
{
    if (!w->account)
        return ST_OK;
    struct out o;
    out_init(&o, a, 200);
    for (const char *p = w->account; *p; p++)
        if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'))
            out_byte(&o, *p);
    str account = str_upper(a, out_view(&o));
    if (account.n == 0 || account.n > BANK_ACCOUNT_MAX || (file->account.n > 0 && !str_eq(file->account, account))) {
        fprintf(stderr, "avow bank: the file is about another account; nothing was imported\n");
        return ST_INVALID;
    }
    file->account = account;
    return ST_OK;
}

static st send(struct arena *a, struct writer_access *writer, const struct bank_file *file, str code, struct bank_import_out *sum)
{
    int64_t *nth;
    struct writer_refusal why = { S(""), S("") };
    TRY(bank_count_equal(a, file, &nth));
    for (size_t at = 0; at == 0 || at * BANK_CHUNK < file->n; at++) {
        struct bank_import_in in;
        struct bank_import_out out = { 0 };
        TRY(bank_import_chunk(a, file, nth, code, at, &in));
        st s = writer_access_call(writer, a, CMD_BANK_IMPORT, (uid){ { 0 } }, &in, &out, &why);
        if (s == ST_STATEMENT)
            fprintf(stderr, "avow bank: %.*s\n", STR_ARG(text_named((enum language)0, S("bank.not_in_force"))));
        else if (s != ST_OK)
            fprintf(stderr, "avow bank: %s Import the file again: what is in already stays as it is.\n", st_info(s)->text);
        TRY(s);
        sum->matched += out.matched;
        sum->open += out.open;
        sum->known += out.known;
        sum->passed += out.passed;
    }
    return ST_OK;
}

static void tell(const struct asked *w, const struct bank_file *file, const struct bank_import_out *sum)
{
    const char *format = bank_format_word(file->format);
    if (w->json) {
        json_t *o = json_pack("{s:s, s:I, s:I, s:b}", "format", format, "entries", (json_int_t)file->n, "pending",
                              (json_int_t)file->skipped, "dry_run", w->dry_run);
        if (!w->dry_run)
            json_object_update_new(o, json_pack("{s:I, s:I, s:I, s:I}", "matched", (json_int_t)sum->matched, "open",
                                                (json_int_t)sum->open, "known", (json_int_t)sum->known, "passed",
                                                (json_int_t)sum->passed));
        json_dumpf(o, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(o);
        return;
    }
    printf("%s: %zu entries", format, file->n);
    if (file->skipped)
        printf(", %zu not booked yet and left out", file->skipped);
    if (w->dry_run)
        printf(". Nothing was imported.\n");
    else
        printf(".\nmatched %lld, waiting for a decision %lld, known before %lld, sent to others and not kept %lld\n",
               (long long)sum->matched, (long long)sum->open, (long long)sum->known, (long long)sum->passed);
}

static st import(struct arena *a, const struct asked *w)
{
    struct data_place place;
    struct bank_file file;
    struct bank_import_out sum = { 0 };
    struct writer_access *writer;
    uint8_t code[32];
    str bytes;
    TRY(data_find(a, w->data, w->config, &w->sets, &place));
    TRY(slurp(a, w->rest.v[0], &bytes));
    TRY(read_file(a, w, &place.config, bytes, &file));
    TRY(check_account(a, w, &file));
    if (!w->dry_run) {
        hash_plain(bytes, code);
        TRY(writer_access_open(&place, &writer));
        st s = send(a, writer, &file, (str){ (const char *)code, sizeof code }, &sum);
        st closed = writer_access_close(writer);
        TRY(s);
        TRY(closed);
    }
    tell(w, &file, &sum);
    return ST_OK;
}

int cmd_bank(int argc, char **argv)
{
    struct asked w = { .data = NULL };
    const struct option options[] = {
        { .name = "--data", .value = &w.data },       { .name = "--config", .value = &w.config },
        { .name = "--format", .value = &w.format },   { .name = "--account", .value = &w.account },
        { .name = "--set", .list = &w.sets },         { .name = "--dry-run", .flag = &w.dry_run },
        { .name = "--json", .flag = &w.json },
    };
    if (argc < 2 || strcmp(argv[1], "import") != 0)
        return CMD_USAGE;
    if (options_read(argc - 1, argv + 1, options, COUNT(options), &w.rest) != ST_OK || w.rest.n != 1)
        return CMD_USAGE;
    struct arena *a = arena_new(BANK_FILE_ARENA + 2 * BANK_FILE_MAX);
    st s = a ? import(a, &w) : ST_NO_MEMORY;
    if (a)
        arena_free(a);
    return st_info(s)->exit;
}
