/* commands.reg: what can be written, and by whom. */
#include "regc.h"

#include <string.h>

/* Bounds of what travels in command.call and command.answer (messages.reg). */
#define MAX_IN 180000
#define MAX_OUT 65536

struct command {
    const struct line *at;
    const char *name, *id, *up;
    struct name_list who;
    const char *event;
    bool repeatable;
    struct shape in, out;
};
struct commands {
    struct command *v;
    size_t n;
};

static struct command *command_new(struct commands *cs, const struct line *l)
{
    expect_tokens(l, 2, 2);
    const char *name = word(l, 1), *dot = strchr(name, '.');
    if (!dot || strchr(dot + 1, '.') || dot == name || !dot[1])
        die_at(l, "a command is named feature.verb, not '%s'", name);
    for (size_t i = 0; i < cs->n; i++)
        if (strcmp(cs->v[i].name, name) == 0)
            die_at(l, "command '%s' stands here twice", name);
    cs->v = append(cs->v, &cs->n, sizeof(*cs->v));
    struct command *c = &cs->v[cs->n - 1];
    *c = (struct command){ .at = l, .name = name, .id = lower_ident(name), .up = upper(name) };
    c->in.name = text_printf("%s_in", c->id);
    c->out.name = text_printf("%s_out", c->id);
    return c;
}

static void command_line(struct world *w, struct command *c, const struct line *l, const struct shapes *records)
{
    if (is(l, "who")) {
        for (size_t i = 1; i < l->n; i++) {
            if (!names_have(&w->caps, word(l, i)))
                die_at(l, "there is no capability '%s'", word(l, i));
            names_add(&c->who, l, word(l, i));
        }
    } else if (is(l, "event")) {
        expect_tokens(l, 2, 2);
        if (!names_have(&w->events, word(l, 1)))
            die_at(l, "there is no event '%s'", word(l, 1));
        c->event = word(l, 1);
    } else if (is(l, "repeatable")) {
        expect_tokens(l, 1, 1);
        c->repeatable = true;
    } else if (is(l, "in")) {
        shape_add(&c->in, l, records);
    } else if (is(l, "out")) {
        shape_add(&c->out, l, records);
    } else {
        die_at(l, "'%s' is not known in a command", l->tok[0].s);
    }
}

static void command_done(const struct command *c)
{
    if (!c)
        return;
    if (c->who.n == 0)
        die_at(c->at, "command '%s' does not say who may call it", c->name);
    if (!c->event)
        die_at(c->at, "command '%s' does not say which event it records", c->name);
    if (shape_max_bytes(&c->in) > MAX_IN)
        die_at(c->at, "command '%s' could carry %ld bytes in, %d are allowed", c->name, shape_max_bytes(&c->in), MAX_IN);
    if (shape_max_bytes(&c->out) > MAX_OUT)
        die_at(c->at, "command '%s' could carry %ld bytes out, %d are allowed", c->name, shape_max_bytes(&c->out),
               MAX_OUT);
}

static struct commands commands_read(struct world *w, const struct lines *ls, struct shapes *records)
{
    struct commands cs = { 0 };
    struct command *c = NULL;
    struct shape *record = NULL;
    for (size_t i = 0; i < ls->n; i++) {
        const struct line *l = &ls->v[i];
        if (is(l, "record")) {
            command_done(c);
            c = NULL;
            record = shape_find(records, word(l, 1));
        } else if (is(l, "command")) {
            command_done(c);
            record = NULL;
            c = command_new(&cs, l);
        } else if (record && (is(l, "in") || is(l, "out"))) {
            shape_add(record, l, records);
        } else if (c) {
            command_line(w, c, l, records);
        } else {
            die_at(l, "'%s' belongs into a command", l->tok[0].s);
        }
    }
    command_done(c);
    return cs;
}

static void put_header(const struct commands *cs, FILE *h)
{
    for (size_t i = 0; i < cs->n; i++) {
        put_struct(h, &cs->v[i].in, cs->v[i].in.name);
        put_struct(h, &cs->v[i].out, cs->v[i].out.name);
    }
    fputs("\nenum command {\n", h);
    for (size_t i = 0; i < cs->n; i++)
        fprintf(h, "    CMD_%s,\n", cs->v[i].up);
    fputs("    CMD_COUNT\n};\n\n"
          "struct command_def {\n    const char *name;  /* \"order.place\" */\n"
          "    uint64_t who;      /* CAP_… of which the caller needs one */\n    enum event event;\n"
          "    bool repeatable;   /* safe without an idempotency key */\n"
          "    const struct wire_shape *in, *out;\n};\nextern const struct command_def command_defs[CMD_COUNT];\n\n"
          "/* A parameter or result as bytes and back, strictly; slices borrow from `bytes`. ST_PEER on anything odd. */\n"
          "NODISCARD st command_encode_in(struct out *, enum command, const void *in);\n"
          "NODISCARD st command_encode_out(struct out *, enum command, const void *out);\n"
          "NODISCARD st command_decode_in(struct arena *, enum command, str bytes, void **in);\n"
          "NODISCARD st command_decode_out(struct arena *, enum command, str bytes, void **out);\n"
          "bool command_find(str name, enum command *);\n\n"
          "/* What the features define. Only the writer's table (commands_table.c) refers to them. */\n"
          "struct cx;\ntypedef st command_fn(struct cx *, const void *in, void *out);\n"
          "extern command_fn *const command_handlers[CMD_COUNT];\n", h);
    for (size_t i = 0; i < cs->n; i++)
        fprintf(h, "NODISCARD st cmd_%s(struct cx *, const struct %s *, struct %s *);\n", cs->v[i].id,
                cs->v[i].in.name, cs->v[i].out.name);
    fputs("\n#endif\n", h);
}

static void put_defs(const struct commands *cs, FILE *c)
{
    for (size_t i = 0; i < cs->n; i++) {
        put_shape(c, &cs->v[i].in, cs->v[i].in.name, false);
        put_shape(c, &cs->v[i].out, cs->v[i].out.name, false);
    }
    fputs("\nconst struct command_def command_defs[CMD_COUNT] = {\n", c);
    for (size_t i = 0; i < cs->n; i++) {
        const struct command *k = &cs->v[i];
        fprintf(c, "    [CMD_%s] = { \"%s\", ", k->up, k->name);
        for (size_t j = 0; j < k->who.n; j++)
            fprintf(c, "%sCAP_%s", j ? " | " : "", k->who.v[j]);
        fprintf(c, ", EVENT_%s, %s,\n        &%s_shape, &%s_shape },\n", upper(k->event),
                k->repeatable ? "true" : "false", k->in.name, k->out.name);
    }
    fputs("};\n\n"
          "st command_encode_in(struct out *o, enum command c, const void *in)\n{\n"
          "    return wire_encode(o, command_defs[c].in, in);\n}\n\n"
          "st command_encode_out(struct out *o, enum command c, const void *out)\n{\n"
          "    return wire_encode(o, command_defs[c].out, out);\n}\n\n"
          "st command_decode_in(struct arena *a, enum command c, str bytes, void **in)\n{\n"
          "    return wire_decode(a, command_defs[c].in, bytes, in);\n}\n\n"
          "st command_decode_out(struct arena *a, enum command c, str bytes, void **out)\n{\n"
          "    return wire_decode(a, command_defs[c].out, bytes, out);\n}\n\n"
          "bool command_find(str name, enum command *c)\n{\n    for (int i = 0; i < CMD_COUNT; i++)\n"
          "        if (str_eq(name, str_c(command_defs[i].name))) {\n            *c = (enum command)i;\n"
          "            return true;\n        }\n    return false;\n}\n", c);
}

static void put_table(const struct commands *cs)
{
    FILE *c = file_open("commands_table.c");
    fputs("#include \"commands.h\"\n\n", c);
    for (size_t i = 0; i < cs->n; i++)
        fprintf(c, "static st run_%s(struct cx *cx, const void *in, void *out)\n{\n    return cmd_%s(cx, in, out);\n}\n",
                cs->v[i].id, cs->v[i].id);
    fputs("\ncommand_fn *const command_handlers[CMD_COUNT] = {\n", c);
    for (size_t i = 0; i < cs->n; i++)
        fprintf(c, "    [CMD_%s] = run_%s,\n", cs->v[i].up, cs->v[i].id);
    fputs("};\n", c);
    file_close(c);
}

void gen_commands(struct world *w)
{
    struct lines ls = read_registry(w->dir, "commands.reg");
    struct shapes records = shape_records(&ls);
    struct commands cs = commands_read(w, &ls, &records);
    FILE *h = file_open("commands.h"), *c = file_open("commands.c");
    fputs("#ifndef AVOW_COMMANDS_H\n#define AVOW_COMMANDS_H\n\n#include \"capabilities.h\"\n#include \"events.h\"\n"
          "#include \"wire.h\"\n\n", h);
    fputs("#include \"commands.h\"\n\n#include \"str.h\"\n\n", c);
    put_records(h, c, &records);
    put_header(&cs, h);
    put_defs(&cs, c);
    put_table(&cs);
    file_close(h);
    file_close(c);
}
