/* messages.reg: what roles say to each other. */
#include "regc.h"

#include <string.h>

/* A datagram and its two bytes of message number. */
#define MAX_MESSAGE (192 * 1024 - 2)

static const char *const roles[] = { "supervisor", "front", "app", "writer", "vault", "courier", "warden", "site", "host", "cmd" };
#define N_ROLES (sizeof(roles) / sizeof(*roles))

struct message {
    const struct line *at;
    const char *name, *up, *from, *to;
    struct shape shape;
};
struct messages {
    struct message *v;
    size_t n;
};

/* "app|courier" or "any" as an expression of ROLE_BIT_… */
static const char *role_set(const struct line *l, size_t i)
{
    char *list = text_printf("%s", word(l, i));
    if (strcmp(list, "any") == 0)
        return "ROLE_BITS_ALL";
    const char *expr = NULL;
    for (char *p = strtok(list, "|"); p; p = strtok(NULL, "|")) {
        size_t r = 0;
        while (r < N_ROLES && strcmp(roles[r], p) != 0)
            r++;
        if (r == N_ROLES)
            die_at(l, "there is no role '%s'", p);
        expr = expr ? text_printf("%s | ROLE_BIT_%s", expr, upper(p)) : text_printf("ROLE_BIT_%s", upper(p));
    }
    if (!expr)
        die_at(l, "no role is named");
    return expr;
}

static struct message *message_new(struct messages *ms, const struct line *l)
{
    expect_tokens(l, 4, 4);
    for (size_t i = 0; i < ms->n; i++)
        if (strcmp(ms->v[i].name, word(l, 1)) == 0)
            die_at(l, "message '%s' stands here twice", word(l, 1));
    ms->v = append(ms->v, &ms->n, sizeof(*ms->v));
    struct message *m = &ms->v[ms->n - 1];
    *m = (struct message){ .at = l, .name = word(l, 1), .up = upper(word(l, 1)) };
    m->shape.name = text_printf("msg_%s", lower_ident(word(l, 1)));
    m->from = role_set(l, 2);
    m->to = role_set(l, 3);
    return m;
}

static struct messages messages_read(const struct lines *ls, const struct shapes *records)
{
    struct messages ms = { 0 };
    struct shape *into = NULL;
    for (size_t i = 0; i < ls->n; i++) {
        const struct line *l = &ls->v[i];
        if (is(l, "record"))
            into = shape_find(records, word(l, 1));
        else if (is(l, "message"))
            into = &message_new(&ms, l)->shape;
        else if (is(l, "in") && into)
            shape_add(into, l, records);
        else
            die_at(l, "'%s' is not known here", l->tok[0].s);
    }
    for (size_t i = 0; i < ms.n; i++)
        if (shape_max_bytes(&ms.v[i].shape) > MAX_MESSAGE)
            die_at(ms.v[i].at, "message '%s' could be %ld bytes, %d are allowed", ms.v[i].name,
                   shape_max_bytes(&ms.v[i].shape), MAX_MESSAGE);
    return ms;
}

static void put_roles(FILE *h)
{
    fputs("enum role {\n", h);
    for (size_t i = 0; i < N_ROLES; i++)
        fprintf(h, "    ROLE_%s,\n", upper(roles[i]));
    fputs("    ROLE_COUNT\n};\n", h);
    for (size_t i = 0; i < N_ROLES; i++)
        fprintf(h, "#define ROLE_BIT_%s (1u << ROLE_%s)\n", upper(roles[i]), upper(roles[i]));
    fputs("#define ROLE_BITS_ALL ((1u << ROLE_COUNT) - 1)\nextern const char *const role_names[ROLE_COUNT];\n\n", h);
}

static void put_header(const struct messages *ms, FILE *h)
{
    for (size_t i = 0; i < ms->n; i++)
        put_struct(h, &ms->v[i].shape, ms->v[i].shape.name);
    fputs("\nenum message {\n", h);
    for (size_t i = 0; i < ms->n; i++)
        fprintf(h, "    MSG_%s,\n", ms->v[i].up);
    fprintf(h,
            "    MSG_COUNT\n};\n#define MESSAGE_MAX %d /* bytes of one datagram */\n\n"
            "struct message_def {\n    const char *name;\n    unsigned from, to; /* ROLE_BIT_… */\n"
            "    const struct wire_shape *shape;\n};\nextern const struct message_def message_defs[MSG_COUNT];\n\n"
            "/* Append one message (its struct msg_…) as a datagram. ST_BUG when a field is over its bound. */\n"
            "NODISCARD st message_encode(struct out *, enum message, const void *msg);\n"
            "/* The message in a datagram, in the arena; slices borrow from `bytes`. `from` and `to` are the roles at the\n"
            " * two ends: ST_PEER when that role may not say this, and on anything malformed. */\n"
            "NODISCARD st message_decode(struct arena *, enum role from, enum role to, str bytes, enum message *kind,\n"
            "    void **msg);\n\n#endif\n",
            MAX_MESSAGE + 2);
}

static void put_code(const struct messages *ms, FILE *c)
{
    for (size_t i = 0; i < ms->n; i++)
        put_shape(c, &ms->v[i].shape, ms->v[i].shape.name, false);
    fputs("\nconst struct message_def message_defs[MSG_COUNT] = {\n", c);
    for (size_t i = 0; i < ms->n; i++)
        fprintf(c, "    [MSG_%s] = { \"%s\", %s, %s, &%s_shape },\n", ms->v[i].up, ms->v[i].name, ms->v[i].from,
                ms->v[i].to, ms->v[i].shape.name);
    fputs("};\n\nconst char *const role_names[ROLE_COUNT] = {\n", c);
    for (size_t i = 0; i < N_ROLES; i++)
        fprintf(c, "    [ROLE_%s] = \"%s\",\n", upper(roles[i]), roles[i]);
    fputs("};\n\n"
          "st message_encode(struct out *o, enum message m, const void *msg)\n{\n"
          "    out_byte(o, (char)(m & 0xff));\n    out_byte(o, (char)(m >> 8));\n"
          "    return wire_encode(o, message_defs[m].shape, msg);\n}\n\n"
          "st message_decode(struct arena *a, enum role from, enum role to, str bytes, enum message *kind, void **msg)\n{\n"
          "    if (bytes.n < 2)\n        return ST_PEER;\n"
          "    unsigned m = (unsigned)(uint8_t)bytes.p[0] | (unsigned)(uint8_t)bytes.p[1] << 8;\n"
          "    if (m >= MSG_COUNT || !(message_defs[m].from & 1u << from) || !(message_defs[m].to & 1u << to))\n"
          "        return ST_PEER;\n"
          "    TRY(wire_decode(a, message_defs[m].shape, (str){ bytes.p + 2, bytes.n - 2 }, msg));\n"
          "    *kind = (enum message)m;\n    return ST_OK;\n}\n", c);
}

void gen_messages(struct world *w)
{
    struct lines ls = read_registry(w->dir, "messages.reg");
    struct shapes records = shape_records(&ls);
    struct messages ms = messages_read(&ls, &records);
    FILE *h = file_open("messages.h"), *c = file_open("messages.c");
    fputs("#ifndef AVOW_MESSAGES_H\n#define AVOW_MESSAGES_H\n\n#include \"wire.h\"\n\n", h);
    fputs("#include \"messages.h\"\n\n", c);
    put_roles(h);
    put_records(h, c, &records);
    put_header(&ms, h);
    put_code(&ms, c);
    file_close(h);
    file_close(c);
}
