/* Data folders. */
#include "data.h"

#include "config.h"
#include "hash.h"
#include "keystore.h"
#include "out.h"
#include "recovery.h"
#include "str.h"
#include "writer_access.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_DATA "data"

static st complain(const char *what, const char *path)
{
    fprintf(stderr, "avow: %s %s: %s\n", what, path, strerror(errno));
    return ST_IO;
}

st data_set(struct data_place *p, const char *key, const char *value)
{
    if (p->n_sets == COUNT(p->sets))
        return ST_LIMIT;
    const char *set = str_z(p->arena, str_fmt(p->arena, "%s=%s", key, value));
    if (!set)
        return ST_NO_MEMORY;
    str problem;
    st s = config_set(p->arena, &p->config, S("command line"), str_c(key), str_c(value), &problem);
    if (s != ST_OK) {
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
        return s;
    }
    p->sets[p->n_sets++] = set;
    return ST_OK;
}

static st apply_sets(struct data_place *p, const struct option_list *sets)
{
    const char *folder = str_z(p->arena, p->folder);
    if (!folder)
        return ST_NO_MEMORY;
    TRY(data_set(p, "data.dir", folder));
    for (size_t i = 0; sets && i < sets->n; i++) {
        str value = str_c(sets->v[i]), key;
        if (!str_next(&value, '=', &key) || !value.p) {
            fprintf(stderr, "avow: --set wants KEY=VALUE, not '%s'\n", sets->v[i]);
            return ST_INVALID;
        }
        const char *key_z = str_z(p->arena, key);
        if (!key_z)
            return ST_NO_MEMORY;
        TRY(data_set(p, key_z, value.p));
    }
    return ST_OK;
}

static st load(struct data_place *p, const char *config_file)
{
    const char *usual = str_z(p->arena, str_cat(p->arena, p->folder, S("/avow.conf")));
    if (!usual)
        return ST_NO_MEMORY;
    if (!config_file && access(usual, F_OK) == 0)
        config_file = usual;
    if (!config_file)
        return config_defaults(p->arena, &p->config);
    char real[PATH_MAX];
    if (!realpath(config_file, real))
        return complain("cannot read the configuration", config_file);
    p->config_file = str_z(p->arena, str_c(real));
    if (!p->config_file)
        return ST_NO_MEMORY;
    str problem;
    st s = config_load(p->arena, p->config_file, &p->config, &problem);
    if (s != ST_OK)
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
    return s;
}

st data_find(struct arena *a, const char *data, const char *config_file, const struct option_list *sets, struct data_place *p)
{
    char real[PATH_MAX];
    const char *folder = data ? data : DEFAULT_DATA;
    *p = (struct data_place){ .arena = a };
    if (!realpath(folder, real)) {
        if (errno != ENOENT)
            return complain("cannot use the data folder", folder);
        fprintf(stderr, "avow: there is no data folder %s; make one with avow init --data %s\n", folder, folder);
        return ST_NOT_FOUND;
    }
    p->folder = str_dup(a, str_c(real));
    TRY(load(p, config_file));
    return apply_sets(p, sets);
}

st data_if_any(struct arena *a, const char *data, const char *config_file, const struct option_list *sets, struct data_place *p)
{
    if (data || access(DEFAULT_DATA, F_OK) == 0)
        return data_find(a, data, config_file, sets, p);
    *p = (struct data_place){ .arena = a, .folder = S(".") };
    TRY(config_file ? load(p, config_file) : config_defaults(a, &p->config));
    return apply_sets(p, sets);
}

/* ---- making one ------------------------------------------------------------------------------------------------ */

static st make_folder(const char *path)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return complain("cannot make the folder", path);
    return ST_OK;
}

/* Settings as lines of a file. */
static st config_text(struct arena *a, const struct option_list *sets, str *text)
{
    struct out o;
    out_init(&o, a, 65536);
    out_str(&o, S("# The configuration of this system; avow config show tells every key, avow config sample explains them.\n"));
    for (size_t i = 0; sets && i < sets->n; i++) {
        str value = str_c(sets->v[i]), key;
        if (!str_next(&value, '=', &key) || !value.p)
            return ST_INVALID;
        out_str(&o, key);
        out_str(&o, S(" = "));
        out_str(&o, value);
        out_byte(&o, '\n');
    }
    *text = out_view(&o);
    return out_st(&o);
}

static st write_config(struct arena *a, const char *folder, const struct option_list *sets)
{
    str text;
    const char *path = str_z(a, str_fmt(a, "%s/avow.conf", folder));
    if (!path)
        return ST_NO_MEMORY;
    if (access(path, F_OK) == 0)
        return ST_OK;
    TRY(config_text(a, sets, &text));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return complain("cannot write", path);
    bool ok = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok ? ST_OK : complain("cannot write", path);
}

static st make_inside(struct data_place *p)
{
    static const char *const folders[] = { "run", "tls", "mail", "webspace" };
    for (size_t i = 0; i < COUNT(folders); i++) {
        const char *path = str_z(p->arena, str_fmt(p->arena, "%.*s/%s", STR_ARG(p->folder), folders[i]));
        if (!path)
            return ST_NO_MEMORY;
        TRY(make_folder(path));
    }
    str vault = str_cat(p->arena, p->folder, S("/vault"));
    const char *store = str_z(p->arena, str_cat(p->arena, vault, S("/keys.db")));
    if (!store)
        return ST_NO_MEMORY;
    bool fresh = access(store, F_OK) != 0;
    st s = keystore_create(p->arena, vault);
    if (s == ST_OK && fresh)
        s = recovery_first(p->arena, vault, &p->recovery);
    if (s != ST_OK)
        fprintf(stderr, "avow: cannot make the vault below %.*s: %s\n", STR_ARG(p->folder), st_info(s)->text);
    return s;
}

void data_tell_recovery(struct data_place *p)
{
    if (p->recovery.n == 0)
        return;
    printf("\nThe recovery key. It is shown once and kept nowhere: write it down now, and keep the paper away from this machine.\n"
           "Everything about people is sealed with keys that are on this machine alone. With this key, and the file\n"
           "keys.backup that is kept up to date beside them, they can be had back after a loss; without it they cannot.\n\n"
           "%.*s\n"
           "avow vault backup --to FILE copies it; do that daily, over the copy of the day before.\n\n", STR_ARG(p->recovery));
    fflush(stdout);
    secret_wipe((void *)(uintptr_t)p->recovery.p, p->recovery.n);
    p->recovery = (str){ 0 };
}

st data_init(struct arena *a, const char *data, const struct option_list *sets, struct data_place *p)
{
    const char *folder = data ? data : DEFAULT_DATA;
    TRY(crypto_start());
    TRY(make_folder(folder));
    /* Settings go into the file only when they are right. */
    TRY(data_find(a, folder, NULL, sets, p));
    TRY(write_config(a, folder, sets));
    TRY(data_find(a, folder, NULL, NULL, p));
    TRY(make_inside(p));
    struct writer_access *w;
    TRY(writer_access_open(p, &w));
    return writer_access_close(w);
}
