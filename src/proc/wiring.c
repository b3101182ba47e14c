/* Arguments of roles, made and read. */
#include "wiring.h"

#include "config.h"
#include "str.h"

#include <string.h>

static const char *const fd_names[ROLE_FD_COUNT] = { "https", "plain", "site", "commands", "hashes", "lock" };
static const char *const use_names[] = { "main", "hash" };

void wiring_init(struct wiring *w)
{
    *w = (struct wiring){ .control = -1 };
    for (size_t i = 0; i < ROLE_FD_COUNT; i++)
        w->fds[i] = -1;
}

struct args {
    struct arena *a;
    char **v;
    size_t n, cap;
};

static void push(struct args *args, str text)
{
    const char *z = str_z(args->a, text);
    if (z && args->n + 1 < args->cap)
        args->v[args->n++] = (char *)(uintptr_t)z;
}

static void push_pair(struct args *args, const char *option, str value)
{
    push(args, str_c(option));
    push(args, value);
}

st wiring_args(struct arena *a, const struct wiring *w, char ***argv)
{
    struct args args = { .a = a, .cap = 16 + 2 * (w->n_sets + w->n_peers + ROLE_FD_COUNT + ROLE_COUNT) };
    args.v = NEWN(a, char *, args.cap);
    if (!args.v)
        return ST_NO_MEMORY;
    push(&args, S("avow"));
    push_pair(&args, "--role", str_c(role_names[w->role]));
    push_pair(&args, "--index", str_fmt(a, "%d", w->index));
    push_pair(&args, "--control", str_fmt(a, "%d", w->control));
    if (w->config)
        push_pair(&args, "--config", str_c(w->config));
    for (size_t i = 0; i < w->n_sets; i++)
        push_pair(&args, "--set", str_c(w->sets[i]));
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (w->counts[i])
            push_pair(&args, "--count", str_fmt(a, "%s=%d", role_names[i], w->counts[i]));
    for (size_t i = 0; i < w->n_peers; i++) {
        const struct wiring_peer *p = &w->peers[i];
        push_pair(&args, "--peer",
            str_fmt(a, "%s:%d:%s=%d", role_names[p->peer.role], p->peer.index, use_names[p->peer.use], p->fd));
    }
    for (size_t i = 0; i < ROLE_FD_COUNT; i++)
        if (w->fds[i] >= 0)
            push_pair(&args, "--fd", str_fmt(a, "%s=%d", fd_names[i], w->fds[i]));
    if (arena_failed(a))
        return ST_NO_MEMORY;
    *argv = args.v;
    return ST_OK;
}

static st number(str text, int *out)
{
    int64_t n;
    if (i64_parse(text, 0, 1 << 20, &n) != ST_OK)
        return ST_BUG;
    *out = (int)n;
    return ST_OK;
}

static st find(const char *const *names, size_t n, str text, int *out)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(text, str_c(names[i]))) {
            *out = (int)i;
            return ST_OK;
        }
    }
    return ST_BUG;
}

/* "name=7" */
static st named_number(const char *const *names, size_t n, str text, int *which, int *value)
{
    str name;
    if (!str_next(&text, '=', &name))
        return ST_BUG;
    TRY(find(names, n, name, which));
    return number(text, value);
}

/* "app:0:main=7" */
static st parse_peer(str text, struct wiring *w)
{
    str role, index;
    int r = 0, i = 0, use = 0, fd = 0;
    if (w->n_peers == WIRING_PEERS || !str_next(&text, ':', &role) || !str_next(&text, ':', &index))
        return ST_BUG;
    TRY(find(role_names, ROLE_COUNT, role, &r));
    TRY(number(index, &i));
    TRY(named_number(use_names, COUNT(use_names), text, &use, &fd));
    w->peers[w->n_peers++] = (struct wiring_peer){ .peer = { (enum role)r, i, (enum role_use)use }, .fd = fd };
    return ST_OK;
}

static st parse_option(str option, const char *value, struct wiring *w)
{
    str v = str_c(value);
    int which = 0, n = 0;
    if (str_eq(option, S("--role"))) {
        TRY(find(role_names, ROLE_COUNT, v, &which));
        w->role = (enum role)which;
    } else if (str_eq(option, S("--index"))) {
        TRY(number(v, &w->index));
    } else if (str_eq(option, S("--control"))) {
        TRY(number(v, &w->control));
    } else if (str_eq(option, S("--config"))) {
        w->config = value;
    } else if (str_eq(option, S("--set")) && w->n_sets < WIRING_SETS) {
        w->sets[w->n_sets++] = value;
    } else if (str_eq(option, S("--count"))) {
        TRY(named_number(role_names, ROLE_COUNT, v, &which, &n));
        w->counts[which] = n;
    } else if (str_eq(option, S("--peer"))) {
        TRY(parse_peer(v, w));
    } else if (str_eq(option, S("--fd"))) {
        TRY(named_number(fd_names, ROLE_FD_COUNT, v, &which, &n));
        w->fds[which] = n;
    } else {
        return ST_BUG;
    }
    return ST_OK;
}

st wiring_parse(int argc, char **argv, struct wiring *w)
{
    wiring_init(w);
    for (int i = 1; i + 1 < argc; i += 2)
        TRY(parse_option(str_c(argv[i]), argv[i + 1], w));
    return argc % 2 == 1 && w->control >= 0 && w->role != ROLE_SUPERVISOR ? ST_OK : ST_BUG;
}

st wiring_config(struct arena *a, const struct wiring *w, struct config *out, str *problem)
{
    if (w->config)
        TRY(config_load(a, w->config, out, problem));
    else
        TRY(config_defaults(a, out));
    for (size_t i = 0; i < w->n_sets; i++) {
        str value = str_c(w->sets[i]), key;
        if (!str_next(&value, '=', &key))
            return ST_BUG;
        TRY(config_set(a, out, S("command line"), key, value, problem));
    }
    return ST_OK;
}
