/* Writes the first corpus of the ipc target: every message once, and every command as the payload of a call.
 *
 *   ipc_seeds FOLDER */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "messages.h"
#include "str.h"

static struct arena *arena;

/* A value for each field: short texts, one element in each list. */
static void fill(const struct wire_shape *shape, char *at)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct wire_field *f = &shape->fields[i];
        char *to = at + f->offset;
        if (f->type == WIRE_I64)
            *(int64_t *)(void *)to = 1 + (int64_t)i;
        else if (f->type == WIRE_BOOL)
            *(bool *)(void *)to = true;
        else if (f->type == WIRE_UID)
            memset(to, 7, sizeof(uid));
        else if (f->type == WIRE_LIST) {
            struct { void *v; size_t n; } list = { arena_alloc(arena, f->record->size, 1), 1 };
            fill(f->record, list.v);
            memcpy(to, &list, sizeof list);
        } else
            *(str *)(void *)to = str_sub(S("text of a field"), 0, f->max);
    }
}

static enum role first_role(unsigned set)
{
    enum role r = ROLE_SUPERVISOR;
    while (r + 1 < ROLE_COUNT && !(set & 1u << r))
        r++;
    return r;
}

static void save(const char *folder, const char *name, enum role from, enum role to, str bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fputc((int)from, f) == EOF || fputc((int)to, f) == EOF || fwrite(bytes.p, 1, bytes.n, f) != bytes.n ||
        fclose(f) != 0) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
}

static str encoded(enum message kind, const void *msg)
{
    struct out o;
    out_init(&o, arena, MESSAGE_MAX);
    if (message_encode(&o, kind, msg) != ST_OK)
        exit(1);
    return out_view(&o);
}

static void seed_commands(const char *folder)
{
    for (int c = 0; c < CMD_COUNT; c++) {
        struct out payload;
        char *in = arena_alloc(arena, command_defs[c].in->size + 1, 1);
        fill(command_defs[c].in, in);
        out_init(&payload, arena, MESSAGE_MAX);
        if (command_encode_in(&payload, (enum command)c, in) != ST_OK)
            exit(1);
        struct msg_command_call m = { .id = 1, .command = c, .payload = out_view(&payload) };
        save(folder, command_defs[c].name, ROLE_APP, ROLE_WRITER, encoded(MSG_COMMAND_CALL, &m));
    }
}

int main(int argc, char **argv)
{
    arena = arena_new((size_t)64 << 20);
    if (argc != 2 || !arena)
        return 1;
    for (int k = 0; k < MSG_COUNT; k++) {
        char *msg = arena_alloc(arena, message_defs[k].shape->size + 1, 1);
        fill(message_defs[k].shape, msg);
        save(argv[1], message_defs[k].name, first_role(message_defs[k].from), first_role(message_defs[k].to),
            encoded((enum message)k, msg));
    }
    seed_commands(argv[1]);
    arena_free(arena);
    return 0;
}
