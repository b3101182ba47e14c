/* Fuzz target of what roles say to each other, with an oracle: whatever decodes encodes to the same bytes again (so there is
 * one way to say a thing), and no role says what is not for it to say.
 *
 *   role that speaks (1 byte), role that listens (1 byte), datagram */
#include <string.h>

#include "commands.h"
#include "fuzz.h"
#include "messages.h"
#include "str.h"

#define MEMORY ((size_t)16 << 20)

static void same_bytes(const struct out *again, str bytes)
{
    fuzz_need(out_st(again) == ST_OK);
    fuzz_need(str_eq(out_view(again), bytes));
}

static void command_input(struct arena *a, const struct msg_command_call *m)
{
    if (m->command < 0 || m->command >= CMD_COUNT)
        return;
    void *in;
    if (command_decode_in(a, (enum command)m->command, m->payload, &in) != ST_OK)
        return;
    struct out again;
    out_init(&again, a, MESSAGE_MAX);
    fuzz_need(command_encode_in(&again, (enum command)m->command, in) == ST_OK);
    same_bytes(&again, m->payload);
}

/* An answer does not say which command it answers: whoever reads it knows, so each must cope with any bytes. */
static void command_output(struct arena *a, const struct msg_command_answer *m)
{
    for (int cmd = 0; cmd < CMD_COUNT; cmd++) {
        void *out;
        if (command_decode_out(a, (enum command)cmd, m->payload, &out) != ST_OK)
            continue;
        struct out again;
        out_init(&again, a, MESSAGE_MAX);
        fuzz_need(command_encode_out(&again, (enum command)cmd, out) == ST_OK);
        same_bytes(&again, m->payload);
    }
}

static void try_message(struct arena *a, enum role from, enum role to, str bytes)
{
    enum message kind;
    void *msg;
    st s = message_decode(a, from, to, bytes, &kind, &msg);
    fuzz_need(s == ST_OK || s == ST_PEER || s == ST_NO_MEMORY);
    if (s != ST_OK)
        return;
    fuzz_need(kind < MSG_COUNT);
    fuzz_need((message_defs[kind].from & 1u << from) && (message_defs[kind].to & 1u << to));
    struct out again;
    out_init(&again, a, MESSAGE_MAX);
    fuzz_need(message_encode(&again, kind, msg) == ST_OK);
    same_bytes(&again, bytes);
    if (kind == MSG_COMMAND_CALL)
        command_input(a, msg);
    if (kind == MSG_COMMAND_ANSWER)
        command_output(a, msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 2)
        return 0;
    struct arena *a = arena_new(MEMORY);
    fuzz_need(a != NULL);
    try_message(a, (enum role)(data[0] % ROLE_COUNT), (enum role)(data[1] % ROLE_COUNT), (str){ (const char *)data + 2, n - 2 });
    arena_free(a);
    return 0;
}
