/* Reading and showing the configuration, driven by the generated table of keys. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "money.h"
#include "str.h"

#define FILE_MAX (1u << 20)

/* Types -------------------------------------------------------------------------------------------- */

/* A number and its unit: "30s" in seconds, "10m" in bytes. */
struct unit {
    char letter;
    int64_t factor;
};
static const struct unit seconds[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 0, 0 } };
static const struct unit bytes[] = { { 'k', 1 << 10 }, { 'm', 1 << 20 }, { 'g', 1 << 30 }, { 0, 1 } };

static st with_unit(str s, const struct unit *u, int64_t *out)
{
    char last = s.n ? s.p[s.n - 1] : 0;
    int64_t n;
    while (u->letter && u->letter != last)
        u++;
    if (u->factor == 0)
        return ST_INVALID;
    TRY(i64_parse(u->letter ? str_sub(s, 0, s.n - 1) : s, 0, INT32_MAX, &n));
    *out = n * u->factor;
    return ST_OK;
}

st listen_parse(str s, struct listen *out)
{
    struct listen l = { .text = s };
    int64_t port;
    if (s.n == 0) {
        *out = l;
        return ST_OK;
    }
    size_t colon = s.n;
    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return ST_INVALID;
    l.host = str_sub(s, 0, colon - 1);
    if (str_starts(l.host, S("[")) && str_ends(l.host, S("]")))
        l.host = str_sub(l.host, 1, l.host.n - 2);
    else if (str_index(l.host, ':') < l.host.n)
        return ST_INVALID; /* an IPv6 address needs its brackets */
    TRY(i64_parse(str_sub(s, colon, s.n), 0, 65535, &port));
    if (l.host.n == 0)
        return ST_INVALID;
    l.port = (uint16_t)port;
    *out = l;
    return ST_OK;
}

static st list_parse(struct arena *a, str s, struct str_list *out)
{
    struct str_list l = { 0 };
    size_t most = 1;
    for (size_t i = 0; i < s.n; i++)
        most += s.p[i] == ',';
    l.v = NEWN(a, str, most);
    if (!l.v)
        return ST_NO_MEMORY;
    str item;
    while (str_next(&s, ',', &item)) {
        item = str_trim(item);
        if (item.n == 0 && (s.p || l.n))
            return ST_INVALID;
        if (item.n)
            l.v[l.n++] = item;
    }
    *out = l;
    return ST_OK;
}

static bool capitals(str s, size_t n)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'A' || s.p[i] > 'Z')
            return false;
    return s.n == n;
}

/* Put a value into its place; ST_INVALID when it does not fit the type. */
static st put(struct arena *a, const struct config_key *k, str v, struct config *c)
{
    char *at = (char *)c + k->offset;
    int64_t n = 0;
    struct listen l;
    struct str_list list;
    switch (k->type) {
    case CONFIG_BOOL:
        if (!str_eq(v, S("true")) && !str_eq(v, S("false")))
            return ST_INVALID;
        *(bool *)at = str_eq(v, S("true"));
        return ST_OK;
    case CONFIG_INT:
        TRY(i64_parse(v, 0, INT32_MAX, &n));
        break;
    case CONFIG_DURATION:
        TRY(with_unit(v, seconds, &n));
        break;
    case CONFIG_SIZE:
        TRY(with_unit(v, bytes, &n));
        break;
    case CONFIG_LISTEN:
        TRY(listen_parse(v, &l));
        memcpy(at, &l, sizeof(l));
        return ST_OK;
    case CONFIG_LIST:
        TRY(list_parse(a, v, &list));
        memcpy(at, &list, sizeof(list));
        return ST_OK;
    case CONFIG_COUNTRY:
    case CONFIG_CURRENCY:
        if (k->type == CONFIG_COUNTRY ? !capitals(v, 2) : !currency_known(v))
            return ST_INVALID;
        memcpy(at, &v, sizeof(v));
        return ST_OK;
    case CONFIG_STR:
    case CONFIG_PATH:
        memcpy(at, &v, sizeof(v));
        return ST_OK;
    }
    memcpy(at, &n, sizeof(n));
    return ST_OK;
}

/* Keys --------------------------------------------------------------------------------------------- */

static const struct config_key *key_find(str name)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (str_eq(name, str_c(config_keys[i].name)))
            return &config_keys[i];
    return NULL;
}

/* Letters to change, add or drop to make one of the other; names longer than 40 are nobody's typing mistake. */
static size_t distance(str a, str b)
{
    size_t row[41];
    if (a.n > 40 || b.n > 40)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t change = diagonal + (a.p[i - 1] != b.p[j - 1]);
            size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[b.n];
}

static const struct config_key *key_nearest(str name)
{
    const struct config_key *best = NULL;
    size_t best_d = 5; /* further away it is another word */
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        size_t d = distance(name, str_c(config_keys[i].name));
        if (d < best_d) {
            best = &config_keys[i];
            best_d = d;
        }
    }
    return best;
}

st config_set(struct arena *a, struct config *c, str where, str name, str value, str *problem)
{
    const struct config_key *k = key_find(name);
    if (!k) {
        const struct config_key *near = key_nearest(name);
        *problem = near ? str_fmt(a, "%.*s: there is no key '%.*s'; perhaps '%s' is meant", STR_ARG(where),
                                  STR_ARG(name), near->name)
                        : str_fmt(a, "%.*s: there is no key '%.*s'; `avow config show` lists them", STR_ARG(where),
                                  STR_ARG(name));
        return ST_CONFIG;
    }
    str copy = str_dup(a, value);
    if (arena_failed(a))
        return ST_NO_MEMORY;
    st s = utf8_printable(copy, false) ? put(a, k, copy, c) : ST_INVALID;
    if (s != ST_INVALID)
        return s;
    *problem = k->secret ? str_fmt(a, "%.*s: %s must be %s", STR_ARG(where), k->name, config_type_words[k->type])
                         : str_fmt(a, "%.*s: %s must be %s, not '%.*s'", STR_ARG(where), k->name,
                                   config_type_words[k->type], STR_ARG(copy));
    return ST_CONFIG;
}

st config_defaults(struct arena *a, struct config *c)
{
    *c = (struct config){ 0 };
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        st s = put(a, &config_keys[i], str_c(config_keys[i].def), c);
        if (s == ST_INVALID)
            return BUG_UNLESS(!"a default that fits its type");
        TRY(s);
    }
    return ST_OK;
}

/* Files -------------------------------------------------------------------------------------------- */

struct seen {
    int line[CONFIG_KEYS];
};

static st line_parse(struct arena *a, str where, int no, str line, struct seen *seen, struct config *c, str *problem)
{
    size_t eq = str_index(line, '=');
    str key = str_trim(str_sub(line, 0, eq)), value = str_trim(str_sub(line, eq + 1, line.n));
    if (eq == line.n || key.n == 0) {
        *problem = str_fmt(a, "%.*s: a line is 'key = value', or a comment that begins with #", STR_ARG(where));
        return ST_CONFIG;
    }
    const struct config_key *k = key_find(key);
    if (k) {
        int *first = &seen->line[k - config_keys];
        if (*first) {
            *problem = str_fmt(a, "%.*s: %s was already set in line %d", STR_ARG(where), k->name, *first);
            return ST_CONFIG;
        }
        *first = no;
    }
    return config_set(a, c, where, key, value, problem);
}

st config_parse(struct arena *a, str name, str text, struct config *c, str *problem)
{
    struct seen seen = { 0 };
    str line;
    TRY(config_defaults(a, c));
    for (int no = 1; str_next(&text, '\n', &line); no++) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        str where = str_fmt(a, "%.*s:%d", STR_ARG(name), no);
        TRY(line_parse(a, where, no, line, &seen, c, problem));
    }
    return ST_OK;
}

st config_load(struct arena *a, const char *path, struct config *c, str *problem)
{
    FILE *f = fopen(path, "rbe");
    char *text = f ? NEWN(a, char, FILE_MAX) : NULL;
    size_t n = text ? fread(text, 1, FILE_MAX, f) : 0;
    bool failed = !f || ferror(f);
    int why = errno;
    if (f)
        fclose(f);
    if (f && !text)
        return ST_NO_MEMORY;
    if (failed) {
        *problem = str_fmt(a, "%s: cannot be read: %s", path, strerror(why));
        return ST_IO;
    }
    if (n == FILE_MAX) {
        *problem = str_fmt(a, "%s: larger than a configuration can be", path);
        return ST_CONFIG;
    }
    return config_parse(a, str_c(path), (str){ text, n }, c, problem);
}

/* Showing ------------------------------------------------------------------------------------------ */

static void show_value(const struct config_key *k, const char *at, struct out *o)
{
    int64_t n;
    str s;
    struct listen l;
    struct str_list list;
    switch (k->type) {
    case CONFIG_BOOL:
        out_str(o, *(const bool *)at ? S("true") : S("false"));
        break;
    case CONFIG_INT:
    case CONFIG_SIZE:
    case CONFIG_DURATION:
        memcpy(&n, at, sizeof(n));
        out_i64(o, n);
        if (k->type == CONFIG_DURATION)
            out_byte(o, 's');
        break;
    case CONFIG_LISTEN:
        memcpy(&l, at, sizeof(l));
        out_str(o, l.text);
        break;
    case CONFIG_LIST:
        memcpy(&list, at, sizeof(list));
        for (size_t i = 0; i < list.n; i++) {
            out_str(o, i ? S(", ") : S(""));
            out_str(o, list.v[i]);
        }
        break;
    case CONFIG_STR:
    case CONFIG_PATH:
    case CONFIG_COUNTRY:
    case CONFIG_CURRENCY:
        memcpy(&s, at, sizeof(s));
        out_str(o, s);
        break;
    }
}

void config_show(const struct config *c, struct out *o)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct config_key *k = &config_keys[i];
        const char *at = (const char *)c + k->offset;
        str secret = { 0 };
        if (k->secret) {
            memcpy(&secret, at, sizeof(secret));
            out_fmt(o, "# %s is %s\n", k->name, secret.n ? "set" : "not set");
            continue;
        }
        out_fmt(o, "%s = ", k->name);
        show_value(k, at, o);
        out_byte(o, '\n');
    }
}
