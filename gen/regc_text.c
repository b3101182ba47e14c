/* registry/text/LANGUAGE.reg: every word people see. The first language is complete by definition; each other
 * one must have the same keys with the same {placeholders}. */
#include "regc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct text {
    const char *key, *words;
    const struct line *at;
};
struct catalogue {
    struct text *v;
    size_t n;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct text *)a)->key, ((const struct text *)b)->key);
}

/* The name in the placeholder that begins at the brace, or NULL at a mistake. */
static const char *placeholder(const char *p, size_t *n)
{
    *n = strcspn(p + 1, "{}");
    if (*n == 0 || p[1 + *n] != '}')
        return NULL;
    for (size_t i = 1; i <= *n; i++)
        if (!islower((unsigned char)p[i]) && !isdigit((unsigned char)p[i]) && p[i] != '_')
            return NULL;
    return p + 1;
}

static void text_check(const struct text *t)
{
    size_t n;
    for (const char *p = t->key; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_' && *p != '.')
            die_at(t->at, "a key may hold only a-z, 0-9, _ and full stops: '%s'", t->key);
    if (!*t->words)
        die_at(t->at, "'%s' has no words", t->key);
    for (const char *p = t->words; *p; p++) {
        if (*p == '}')
            die_at(t->at, "a closing brace without an opening one");
        if (*p != '{')
            continue;
        if (!placeholder(p, &n))
            die_at(t->at, "a placeholder is written {name}");
        p += n + 1;
    }
}

static bool has_placeholder(const char *words, const char *name, size_t n)
{
    size_t m;
    for (const char *p = strchr(words, '{'); p; p = strchr(p + 1, '{')) {
        const char *other = placeholder(p, &m);
        if (m == n && memcmp(other, name, n) == 0)
            return true;
    }
    return false;
}

/* Every placeholder of `a` is in `b`. */
static void same_placeholders(const struct text *a, const struct text *b, const struct line *at)
{
    size_t n;
    for (const char *p = strchr(a->words, '{'); p; p = strchr(p + 1, '{')) {
        const char *name = placeholder(p, &n);
        if (!has_placeholder(b->words, name, n))
            die_at(at, "'%s' has {%.*s} in one language only", a->key, (int)n, name);
    }
}

static struct catalogue catalogue_read(struct world *w, const char *language, struct name_list *names)
{
    struct catalogue c = { 0 };
    struct name_list ids = { 0 };
    struct lines ls = read_registry(w->dir, text_printf("text/%s.reg", language));
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (!is(l, "text"))
            die_at(l, "'%s' is not known here", l->tok[0].s);
        expect_tokens(l, 3, 3);
        names_add(names, l, word(l, 1));
        names_add(&ids, l, upper(word(l, 1))); /* "a.b" and "a_b" would be one constant */
        c.v = append(c.v, &c.n, sizeof(*c.v));
        c.v[c.n - 1] = (struct text){ word(l, 1), quoted(l, 2), l };
        text_check(&c.v[c.n - 1]);
    }
    qsort(c.v, c.n, sizeof(*c.v), by_key);
    return c;
}

static void compare(const struct catalogue *first, const struct catalogue *other, const char *language)
{
    for (size_t i = 0, k = 0; i < first->n || k < other->n; i++, k++) {
        int order = i == first->n ? 1 : k == other->n ? -1 : strcmp(first->v[i].key, other->v[k].key);
        if (order < 0)
            die_at(first->v[i].at, "'%s' is missing in %s", first->v[i].key, language);
        if (order > 0)
            die_at(other->v[k].at, "'%s' is in %s only", other->v[k].key, language);
        same_placeholders(&first->v[i], &other->v[k], other->v[k].at);
        same_placeholders(&other->v[k], &first->v[i], other->v[k].at);
    }
}

static void put_language(FILE *c, const struct catalogue *t, const char *language)
{
    fprintf(c, "    [LANGUAGE_%s] = {\n", upper(language));
    for (size_t i = 0; i < t->n; i++) {
        fputs("        ", c);
        put_c_string(c, t->v[i].words);
        fputs(",\n", c);
    }
    fputs("    },\n", c);
}

void gen_text(struct world *w, char **languages, int n)
{
    struct catalogue *all = keep((size_t)n * sizeof(*all));
    FILE *h = file_open("text_keys.h"), *c = file_open("text_keys.c");
    for (int i = 0; i < n; i++) {
        struct name_list names = { 0 };
        all[i] = catalogue_read(w, languages[i], &names);
        if (i == 0)
            w->texts = names;
        else
            compare(&all[0], &all[i], languages[i]);
    }
    fputs("#ifndef AVOW_TEXT_KEYS_H\n#define AVOW_TEXT_KEYS_H\n\n/* In the order of the keys. */\nenum text_key {\n", h);
    fputs("#include \"text_keys.h\"\n\nconst char *const text_keys[TXT_COUNT] = {\n", c);
    for (size_t i = 0; i < all[0].n; i++) {
        fprintf(h, "    TXT_%s,\n", upper(all[0].v[i].key));
        fprintf(c, "    \"%s\",\n", all[0].v[i].key);
    }
    fputs("    TXT_COUNT\n};\n\nenum language {\n", h);
    fputs("};\n\nconst char *const text_words[LANGUAGE_COUNT][TXT_COUNT] = {\n", c);
    for (int i = 0; i < n; i++) {
        fprintf(h, "    LANGUAGE_%s,\n", upper(languages[i]));
        put_language(c, &all[i], languages[i]);
    }
    fputs("};\n\nconst char *const language_names[LANGUAGE_COUNT] = {\n", c);
    for (int i = 0; i < n; i++)
        fprintf(c, "    \"%s\",\n", languages[i]);
    fputs("};\n", c);
    fputs("    LANGUAGE_COUNT\n};\n\nextern const char *const text_keys[TXT_COUNT];\n"
          "extern const char *const text_words[LANGUAGE_COUNT][TXT_COUNT];\n"
          "extern const char *const language_names[LANGUAGE_COUNT]; /* BCP 47 */\n\n#endif\n", h);
    file_close(h);
    file_close(c);
}
