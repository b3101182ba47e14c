/* gates.reg and cookies.reg: the words in which the gates are asked. */
#include "regc.h"

#include <string.h>

/* One kind of word: how its lines look, and the columns of its table. */
struct kind {
    const char *name;
    const char *columns; /* members of struct <name>_info after `name` */
    size_t tokens;
};
static const struct kind kinds[] = {
    { "clause", "    bool required;\n    const char *what;\n", 4 },
    { "point", "    const char *method, *what;\n", 4 },
    { "purpose", "    const char *what;\n", 3 },
    { "recipient", "    const char *what;\n", 3 },
    { "topic", "    const char *mail_class; /* service, announcement or marketing */\n    enum purpose purpose;\n    const char *what;\n", 5 },
    { "source", "    const char *what;\n", 3 },
    { "basis", "    const char *dpv; /* W3C Data Privacy Vocabulary term */\n    const char *what;\n", 4 },
};
#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

static void put_row(FILE *c, const struct kind *k, const struct line *l)
{
    fprintf(c, "    [%s_%s] = { \"%s\", ", upper(k->name), upper(word(l, 1)), word(l, 1));
    if (strcmp(k->name, "clause") == 0) {
        bool required = strcmp(word(l, 2), "required") == 0;
        if (!required && strcmp(word(l, 2), "optional") != 0)
            die_at(l, "a clause is 'required' or 'optional', not '%s'", word(l, 2));
        fprintf(c, "%s, ", required ? "true" : "false");
    } else if (strcmp(k->name, "topic") == 0) {
        const char *class = word(l, 2);
        if (strcmp(class, "service") != 0 && strcmp(class, "announcement") != 0 && strcmp(class, "marketing") != 0)
            die_at(l, "a message is of class service, announcement or marketing, not '%s'", class);
        fprintf(c, "\"%s\", PURPOSE_%s, ", class, upper(word(l, 3)));
    } else if (k->tokens == 4) {
        put_c_string(c, word(l, 2));
        fputs(", ", c);
    }
    put_c_string(c, quoted(l, k->tokens - 1));
    fputs(" },\n", c);
}

static void put_find(FILE *h, FILE *c, const char *name)
{
    const char *up = upper(name);
    fprintf(h, "bool %s_find(str name, enum %s *);\n\n", name, name);
    fprintf(c,
            "bool %s_find(str name, enum %s *out)\n{\n    for (int i = 0; i < %s_COUNT; i++)\n"
            "        if (name_is(name, %s_info[i].name)) {\n            *out = (enum %s)i;\n            return true;\n"
            "        }\n    return false;\n}\n\n",
            name, name, up, name, name);
}

static void gen_kind(struct world *w, const struct lines *ls, const struct kind *k, FILE *h, FILE *c)
{
    struct name_list names = { 0 };
    fprintf(h, "enum %s {\n", k->name);
    fprintf(c, "const struct %s_info %s_info[%s_COUNT] = {\n", k->name, k->name, upper(k->name));
    for (size_t i = 0; i < ls->n; i++) {
        const struct line *l = &ls->v[i];
        if (!is(l, k->name))
            continue;
        expect_tokens(l, k->tokens, k->tokens);
        names_add(&names, l, word(l, 1));
        fprintf(h, "    %s_%s,\n", upper(k->name), upper(word(l, 1)));
        put_row(c, k, l);
    }
    if (names.n == 0)
        die("gates.reg: no %s at all", k->name);
    fprintf(h, "    %s_COUNT\n};\nstruct %s_info {\n    const char *name;\n%s};\n", upper(k->name), k->name,
            k->columns);
    fprintf(h, "extern const struct %s_info %s_info[%s_COUNT];\n", k->name, k->name, upper(k->name));
    fputs("};\n\n", c);
    put_find(h, c, k->name);
    if (strcmp(k->name, "clause") == 0)
        w->clauses = names;
    if (strcmp(k->name, "point") == 0)
        w->points = names;
}

static void gen_cookies(struct world *w, FILE *h, FILE *c)
{
    static const char *const rules[] = { "random", "currency" };
    struct lines ls = read_registry(w->dir, "cookies.reg");
    struct name_list names = { 0 }, wires = { 0 };
    fputs("enum cookie_rule { COOKIE_RULE_RANDOM, COOKIE_RULE_CURRENCY };\nenum cookie {\n", h);
    fputs("const struct cookie_info cookie_info[COOKIE_COUNT] = {\n", c);
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (!is(l, "cookie"))
            die_at(l, "'%s' is not known here", l->tok[0].s);
        expect_tokens(l, 7, 7);
        names_add(&names, l, ident(l, 1));
        names_add(&wires, l, word(l, 2));
        if (!names_have(&w->clauses, word(l, 3)))
            die_at(l, "there is no clause '%s'", word(l, 3));
        if (strcmp(word(l, 4), rules[0]) != 0 && strcmp(word(l, 4), rules[1]) != 0)
            die_at(l, "'%s' is no rule for a cookie's value", word(l, 4));
        if (strncmp(word(l, 2), "__Host-", 7) == 0 && !(strstr(quoted(l, 5), "Secure") && strstr(quoted(l, 5), "Path=/")))
            die_at(l, "a __Host- cookie must be Secure and have Path=/");
        fprintf(h, "    COOKIE_%s,\n", upper(word(l, 1)));
        fprintf(c, "    [COOKIE_%s] = { \"%s\", \"%s\", CLAUSE_%s, COOKIE_RULE_%s, ", upper(word(l, 1)), word(l, 1),
                word(l, 2), upper(word(l, 3)), upper(word(l, 4)));
        put_c_string(c, quoted(l, 5));
        fputs(", ", c);
        put_c_string(c, quoted(l, 6));
        fputs(" },\n", c);
    }
    fputs("    COOKIE_COUNT\n};\nstruct cookie_info {\n    const char *name;\n    const char *wire; /* on the wire */\n"
          "    enum clause clause;\n    enum cookie_rule rule;\n    const char *attributes, *what;\n};\n"
          "extern const struct cookie_info cookie_info[COOKIE_COUNT];\n", h);
    fputs("};\n\n", c);
    put_find(h, c, "cookie");
}

void gen_gates(struct world *w)
{
    struct lines ls = read_registry(w->dir, "gates.reg");
    FILE *h = file_open("gates.h"), *c = file_open("gates.c");
    for (size_t i = 0; i < ls.n; i++) {
        size_t k = 0;
        while (k < N_KINDS && !is(&ls.v[i], kinds[k].name))
            k++;
        if (k == N_KINDS)
            die_at(&ls.v[i], "'%s' is not known here", ls.v[i].tok[0].s);
    }
    fputs("#ifndef AVOW_GATES_H\n#define AVOW_GATES_H\n\n#include \"base.h\"\n\n", h);
    fputs("#include \"gates.h\"\n\n#include <string.h>\n\nstatic bool name_is(str s, const char *z)\n{\n"
          "    return s.n == strlen(z) && s.n > 0 && memcmp(s.p, z, s.n) == 0;\n}\n\n", c);
    for (size_t k = 0; k < N_KINDS; k++)
        gen_kind(w, &ls, &kinds[k], h, c);
    gen_cookies(w, h, c);
    fputs("#endif\n", h);
    file_close(h);
    file_close(c);
}
