/* config.reg: the keys of the configuration file; parser table, struct, sample file and manual page. */
#include "regc.h"

#include <string.h>

static const struct {
    const char *name, *ctype, *words;
} types[] = {
    { "str", "str", "text" },
    { "path", "str", "a file or folder" },
    { "int", "int64_t", "a whole number" },
    { "bool", "bool", "true or false" },
    { "duration", "int64_t", "a duration such as 30s, 10m, 2h or 7d" },
    { "size", "int64_t", "a size such as 512k, 10m or 2g" },
    { "listen", "struct listen", "address:port" },
    { "list", "struct str_list", "a list, comma separated" },
    { "country", "str", "a country code of two letters" },
    { "currency", "str", "a currency code of three letters" },
};
#define N_TYPES (sizeof(types) / sizeof(*types))

struct key {
    const struct line *at;
    const char *section, *member, *name, *def, *doc;
    size_t type;
    bool secret;
};
struct keys {
    struct key *v;
    size_t n;
};

static struct key key_read(const struct line *l, struct name_list *names)
{
    if (!is(l, "key"))
        die_at(l, "'%s' is not known here", l->tok[0].s);
    bool secret = l->n == 6;
    expect_tokens(l, 5, 6);
    if (secret && strcmp(word(l, 4), "secret") != 0)
        die_at(l, "only 'secret' may stand here");
    struct key k = { .at = l, .name = word(l, 1), .secret = secret, .doc = quoted(l, l->n - 1) };
    k.def = l->tok[3].s;
    names_add(names, l, k.name);
    char *section = text_printf("%s", k.name), *dot = strchr(section, '.');
    if (!dot || strchr(dot + 1, '.'))
        die_at(l, "a key is named section.name, not '%s'", k.name);
    *dot = '\0';
    k.section = section;
    k.member = dot + 1;
    while (k.type < N_TYPES && strcmp(types[k.type].name, word(l, 2)) != 0)
        k.type++;
    if (k.type == N_TYPES)
        die_at(l, "'%s' is no type of a key", word(l, 2));
    return k;
}

static struct keys keys_read(struct world *w)
{
    struct lines ls = read_registry(w->dir, "config.reg");
    struct name_list names = { 0 }, sections = { 0 };
    struct keys ks = { 0 };
    for (size_t i = 0; i < ls.n; i++) {
        ks.v = append(ks.v, &ks.n, sizeof(*ks.v));
        struct key *k = &ks.v[ks.n - 1];
        *k = key_read(&ls.v[i], &names);
        if (ks.n == 1 || strcmp(k->section, k[-1].section) != 0)
            names_add(&sections, k->at, k->section); /* a section stands together */
    }
    return ks;
}

static void put_struct_config(const struct keys *ks, FILE *h)
{
    fputs("struct config {\n", h);
    for (size_t i = 0; i < ks->n; i++) {
        const struct key *k = &ks->v[i];
        if (i == 0 || strcmp(k->section, k[-1].section) != 0)
            fputs("    struct {\n", h);
        fprintf(h, "        %s %s; /* %s */\n", types[k->type].ctype, k->member, k->doc);
        if (i + 1 == ks->n || strcmp(k->section, k[1].section) != 0)
            fprintf(h, "    } %s;\n", k->section);
    }
    fputs("};\n\n", h);
}

static void put_keys(const struct keys *ks)
{
    FILE *h = file_open("config_keys.h"), *c = file_open("config_keys.c");
    fputs("#ifndef AVOW_CONFIG_KEYS_H\n#define AVOW_CONFIG_KEYS_H\n\n#include \"base.h\"\n\n"
          "struct listen {\n    str text, host; /* host without brackets; text empty: off */\n    uint16_t port;\n};\n"
          "struct str_list {\n    str *v;\n    size_t n;\n};\n\n", h);
    put_struct_config(ks, h);
    fputs("enum config_type {\n", h);
    for (size_t i = 0; i < N_TYPES; i++)
        fprintf(h, "    CONFIG_%s,\n", upper(types[i].name));
    fputs("};\nstruct config_key {\n    const char *name;\n    enum config_type type;\n    const char *def;\n"
          "    bool secret;\n    const char *doc;\n    size_t offset; /* in struct config */\n};\n", h);
    fprintf(h, "#define CONFIG_KEYS %zu\nextern const struct config_key config_keys[CONFIG_KEYS];\n"
               "extern const char *const config_type_words[]; /* by enum config_type */\n\n#endif\n", ks->n);
    fputs("#include \"config_keys.h\"\n\nconst struct config_key config_keys[CONFIG_KEYS] = {\n", c);
    for (size_t i = 0; i < ks->n; i++) {
        const struct key *k = &ks->v[i];
        fprintf(c, "    { \"%s\", CONFIG_%s, ", k->name, upper(types[k->type].name));
        put_c_string(c, k->def);
        fprintf(c, ", %s, ", k->secret ? "true" : "false");
        put_c_string(c, k->doc);
        fprintf(c, ", offsetof(struct config, %s) },\n", k->name);
    }
    fputs("};\n\nconst char *const config_type_words[] = {\n", c);
    for (size_t i = 0; i < N_TYPES; i++)
        fprintf(c, "    [CONFIG_%s] = \"%s\",\n", upper(types[i].name), types[i].words);
    fputs("};\n", c);
    file_close(h);
    file_close(c);
}

static void put_sample(const struct keys *ks)
{
    FILE *f = file_open("avow.conf.sample");
    fputs("# Configuration of avow: one `key = value` a line. Every key is shown with its default.\n", f);
    for (size_t i = 0; i < ks->n; i++) {
        const struct key *k = &ks->v[i];
        if (i == 0 || strcmp(k->section, k[-1].section) != 0)
            fputc('\n', f);
        fprintf(f, "# %s (%s)\n#%s = %s\n", k->doc, types[k->type].words, k->name, k->def);
    }
    file_close(f);
}

/* Text for troff: a backslash and a leading full stop or apostrophe have a meaning there. */
static void put_troff(FILE *f, const char *s)
{
    if (*s == '.' || *s == '\'')
        fputs("\\&", f);
    for (; *s; s++) {
        if (*s == '\\')
            fputs("\\e", f);
        else if (*s == '-')
            fputs("\\-", f);
        else
            fputc(*s, f);
    }
}

static void put_manual(const struct keys *ks)
{
    FILE *f = file_open("avow.conf.5");
    fputs(".TH AVOW.CONF 5 \"\" \"avow\" \"File formats\"\n.SH NAME\navow.conf \\- configuration of avow\n"
          ".SH DESCRIPTION\nOne\n.B key = value\na line; text after # at the beginning of a line is a comment.\n"
          "A key that is not listed here is an error. A key that is not set has the default shown.\n.SH KEYS\n", f);
    for (size_t i = 0; i < ks->n; i++) {
        const struct key *k = &ks->v[i];
        fprintf(f, ".TP\n.BR %s \" (%s)\"\n", k->name, types[k->type].words);
        put_troff(f, k->doc);
        fputs(".\n", f);
        if (*k->def) {
            fputs("Default:\n.IR \"", f);
            put_troff(f, k->def);
            fputs("\" .\n", f);
        }
        if (k->secret)
            fputs("Never shown.\n", f);
    }
    file_close(f);
}

void gen_config(struct world *w)
{
    struct keys ks = keys_read(w);
    put_keys(&ks);
    put_sample(&ks);
    put_manual(&ks);
}
