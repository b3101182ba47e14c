/* The flat registries: errors, capabilities, events. */
#include "regc.h"

#include <string.h>

static const char *const families[] = { "ok", "user", "retry", "world", "setup", "bug", "peer", "flow" };

static void put_family(FILE *h)
{
    fputs("enum st_family {\n", h);
    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
        fprintf(h, "    ST_FAMILY_%s,\n", upper(families[i]));
    fputs("};\n", h);
}

static const char *family(const struct line *l)
{
    const char *s = word(l, 3);
    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
        if (strcmp(s, families[i]) == 0)
            return upper(s);
    die_at(l, "'%s' is no family of errors", s);
}

void gen_errors(struct world *w)
{
    struct lines ls = read_registry(w->dir, "errors.reg");
    FILE *h = file_open("errors.h"), *c = file_open("errors.c");
    struct name_list names = { 0 }, numbers = { 0 };
    fputs("#ifndef AVOW_ERRORS_H\n#define AVOW_ERRORS_H\n\ntypedef enum st {\n", h);
    fputs("#include \"errors.h\"\n\n#include <stddef.h>\n\nstatic const struct st_info infos[] = {\n", c);
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (!is(l, "error"))
            die_at(l, "'%s' is not known here", l->tok[0].s);
        expect_tokens(l, 7, 7);
        const char *name = word(l, 1);
        names_add(&names, l, name);
        names_add(&numbers, l, word(l, 2));
        fprintf(h, "    ST_%s = %ld,\n", upper(name), number(l, 2, 0, 999));
        fprintf(c, "    { ST_%s, \"%s\", ST_FAMILY_%s, %ld, %ld, ", upper(name), lower_ident(name), family(l),
                number(l, 4, 200, 599), number(l, 5, 0, 125));
        put_c_string(c, quoted(l, 6));
        fputs(" },\n", c);
    }
    fputs("} st;\n\n", h);
    put_family(h);
    fputs("struct st_info {\n    st status;\n    const char *name;\n    enum st_family family;\n"
          "    int http, exit;\n    const char *text; /* what a person is told */\n};\n"
          "/* Never NULL: a number that is no status is told as ST_BUG. */\n"
          "const struct st_info *st_info(st);\n"
          "/* The status with this number, as it came over a wire; ST_PEER when there is none. */\n"
          "st st_of_number(long long);\n\n#endif\n", h);
    fputs("};\n#define N (sizeof(infos) / sizeof(*infos))\n\n"
          "const struct st_info *st_info(st s)\n{\n    const struct st_info *bug = NULL;\n"
          "    for (size_t i = 0; i < N; i++) {\n        if (infos[i].status == s)\n            return &infos[i];\n"
          "        if (infos[i].status == ST_BUG)\n            bug = &infos[i];\n    }\n    return bug;\n}\n\n"
          "st st_of_number(long long n)\n{\n    for (size_t i = 0; i < N; i++)\n"
          "        if ((long long)infos[i].status == n)\n            return infos[i].status;\n    return ST_PEER;\n}\n", c);
    file_close(h);
    file_close(c);
}

void gen_capabilities(struct world *w)
{
    struct lines ls = read_registry(w->dir, "capabilities.reg");
    FILE *h = file_open("capabilities.h"), *c = file_open("capabilities.c");
    fputs("#ifndef AVOW_CAPABILITIES_H\n#define AVOW_CAPABILITIES_H\n\n#include <stdint.h>\n\n"
          "/* CAPABILITY_x is a number, CAP_x its bit in a set of capabilities. */\nenum capability {\n", h);
    fputs("#include \"capabilities.h\"\n\nconst struct capability_info capability_info[CAPABILITY_COUNT] = {\n", c);
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (!is(l, "capability"))
            die_at(l, "'%s' is not known here", l->tok[0].s);
        expect_tokens(l, 3, 3);
        names_add(&w->caps, l, word(l, 1));
        fprintf(h, "    CAPABILITY_%s,\n", word(l, 1));
        fprintf(c, "    [CAPABILITY_%s] = { \"%s\", ", word(l, 1), lower_ident(word(l, 1)));
        put_c_string(c, quoted(l, 2));
        fputs(" },\n", c);
    }
    if (w->caps.n > 63)
        die("capabilities.reg: more than fit into a set of 63");
    fputs("    CAPABILITY_COUNT\n};\n\n", h);
    for (size_t i = 0; i < w->caps.n; i++)
        fprintf(h, "#define CAP_%s (UINT64_C(1) << CAPABILITY_%s)\n", w->caps.v[i], w->caps.v[i]);
    fputs("\nstruct capability_info {\n    const char *name, *what;\n};\n"
          "extern const struct capability_info capability_info[CAPABILITY_COUNT];\n\n#endif\n", h);
    fputs("};\n", c);
    file_close(h);
    file_close(c);
}

void gen_events(struct world *w)
{
    struct lines ls = read_registry(w->dir, "events.reg");
    FILE *h = file_open("events.h"), *c = file_open("events.c");
    fputs("#ifndef AVOW_EVENTS_H\n#define AVOW_EVENTS_H\n\nenum event {\n", h);
    fputs("#include \"events.h\"\n\nconst struct event_info event_info[EVENT_COUNT] = {\n", c);
    for (size_t i = 0; i < ls.n; i++) {
        const struct line *l = &ls.v[i];
        if (!is(l, "event"))
            die_at(l, "'%s' is not known here", l->tok[0].s);
        expect_tokens(l, 3, 3);
        names_add(&w->events, l, word(l, 1));
        fprintf(h, "    EVENT_%s,\n", upper(word(l, 1)));
        fprintf(c, "    [EVENT_%s] = { \"%s\", ", upper(word(l, 1)), word(l, 1));
        put_c_string(c, quoted(l, 2));
        fputs(" },\n", c);
    }
    fputs("    EVENT_COUNT\n};\n\nstruct event_info {\n    const char *name, *what;\n};\n"
          "extern const struct event_info event_info[EVENT_COUNT];\n\n#endif\n", h);
    fputs("};\n", c);
    file_close(h);
    file_close(c);
}
