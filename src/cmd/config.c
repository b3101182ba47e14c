/* avow config: what the configuration is, whether it is right, and what there is to set. */
#include "cmd.h"
#include "config.h"
#include "data.h"
#include "gateway.h"
#include "out.h"
#include "privacy.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

static st print(const struct out *o)
{
    TRY(out_st(o));
    str text = out_view(o);
    return fwrite(text.p, 1, text.n, stdout) == text.n ? ST_OK : ST_IO;
}

static st show(const struct data_place *p)
{
    struct out o;
    out_init(&o, p->arena, 262144);
    config_show(&p->config, &o);
    return print(&o);
}

static void json_value(struct out *o, const struct config_key *k, const struct config *c)
{
    const char *at = (const char *)c + k->offset;
    if (k->secret)
        out_str(o, S("null"));
    else if (k->type == CONFIG_BOOL)
        out_str(o, *(const bool *)at ? S("true") : S("false"));
    else if (k->type == CONFIG_INT || k->type == CONFIG_DURATION || k->type == CONFIG_SIZE)
        out_i64(o, *(const int64_t *)at);
    else if (k->type == CONFIG_LISTEN)
        out_json(o, ((const struct listen *)at)->text);
    else if (k->type == CONFIG_LIST) {
        const struct str_list *l = (const struct str_list *)at;
        out_byte(o, '[');
        for (size_t i = 0; i < l->n; i++) {
            out_str(o, i ? S(",") : S(""));
            out_json(o, l->v[i]);
        }
        out_byte(o, ']');
    } else
        out_json(o, *(const str *)at);
}

/* One object, a key each; secrets are null. */
static st show_json(const struct data_place *p)
{
    struct out o;
    out_init(&o, p->arena, 262144);
    out_byte(&o, '{');
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        out_str(&o, i ? S(",\n ") : S(""));
        out_json(&o, str_c(config_keys[i].name));
        out_byte(&o, ':');
        json_value(&o, &config_keys[i], &p->config);
    }
    out_str(&o, S("}\n"));
    return print(&o);
}

/* Every key as a comment: what it is, and what counts when it is not set. */
static st sample(struct arena *a)
{
    struct out o;
    out_init(&o, a, 262144);
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct config_key *k = &config_keys[i];
        out_fmt(&o, "# %s (%s)\n# %s = %s\n\n", k->doc, config_type_words[k->type], k->name, k->def);
    }
    return print(&o);
}

static bool sandbox_in_earnest(const struct config *c)
{
    for (size_t i = 0; i < c->shop.gateways.n; i++)
        if (!c->trial.enabled && str_eq(c->shop.gateways.v[i], S("sandbox")))
            return true;
    return false;
}

/* What a start would refuse: gateways that are not configured, or that the statement does not cover. */
static st check(const struct data_place *p)
{
    struct findings f;
    const struct statement *s;
    str problem;
    findings_init(&f, p->arena);
    if (privacy_load(p->arena, &p->config, &f, &s) != ST_OK) {
        fputs("avow: the statement and the program do not match; see avow statement check\n", stderr);
        return ST_RULES;
    }
    st answer = gateway_check(p->arena, &p->config, s, &problem);
    if (answer != ST_OK)
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
    else if (sandbox_in_earnest(&p->config))
        fputs("avow: shop.gateways has the sandbox gateway outside a trial: whatever is ordered there is paid by nobody\n", stderr);
    if (answer == ST_OK)
        printf("%s: good\n", p->config_file ? p->config_file : "no file: the defaults count");
    return answer;
}

static st run(struct arena *a, int argc, char **argv)
{
    const char *data = NULL, *config = NULL;
    bool json = false;
    struct option_list sets = { .n = 0 }, rest;
    const struct option options[] = { { .name = "--data", .value = &data }, { .name = "--config", .value = &config },
        { .name = "--set", .list = &sets }, { .name = "--json", .flag = &json } };
    TRY(options_read(argc, argv, options, COUNT(options), &rest));
    if (rest.n != 1)
        return ST_INVALID;
    if (strcmp(rest.v[0], "sample") == 0)
        return sample(a);
    bool checking = strcmp(rest.v[0], "check") == 0;
    if (!checking && strcmp(rest.v[0], "show") != 0)
        return ST_INVALID;
    struct data_place p;
    TRY(data_find(a, data, config, &sets, &p));
    if (!checking)
        return json ? show_json(&p) : show(&p);
    return check(&p);
}

int cmd_config(int argc, char **argv)
{
    struct arena *a = arena_new(16 << 20);
    st s = a ? run(a, argc, argv) : ST_NO_MEMORY;
    arena_free(a);
    return s == ST_INVALID ? CMD_USAGE : st_info(s)->exit;
}
