/* Asking the writer, and asking again. */
#include "writer_client.h"

#include "clock.h"
#include "log.h"

#include <string.h>
#include <unistd.h>

#define QUEUE_MAX ((size_t)512 * 1024)
#define PAYLOAD_MOST ((size_t)180000)

struct writer_client {
    struct writer_client_setup setup;
    struct link *link; /* NULL: not wired */
    int64_t next_id;
};

st writer_client_new(struct arena *a, const struct writer_client_setup *setup, struct writer_client **out)
{
    struct writer_client *c = NEW(a, struct writer_client);
    if (!c)
        return ST_NO_MEMORY;
    c->setup = *setup;
    if (setup->fd >= 0)
        TRY(writer_client_rewire(c, setup->fd));
    *out = c;
    return ST_OK;
}

void writer_client_end(struct writer_client *c)
{
    link_close(c->link);
    c->link = NULL;
}

st writer_client_rewire(struct writer_client *c, int fd)
{
    link_close(c->link);
    c->link = NULL;
    st s = link_new(fd, c->setup.mine, ROLE_WRITER, QUEUE_MAX, &c->link);
    if (s != ST_OK)
        close(fd);
    return s;
}

bool writer_client_wired(const struct writer_client *c)
{
    return c->link != NULL;
}

/* One attempt. Everything but an answer ends the link: a late answer must not be taken for the next one. */
static st ask_once(struct writer_client *c, const struct msg_command_call *m, int ms, const struct msg_command_answer **answer)
{
    if (!c->link)
        return ST_AWAY;
    void *back;
    st s = link_call(c->link, MSG_COMMAND_CALL, m, MSG_COMMAND_ANSWER, ms, &back);
    if (s == ST_BUG)
        return s;
    if (s == ST_OK && ((const struct msg_command_answer *)back)->id == m->id) {
        *answer = back;
        return ST_OK;
    }
    link_close(c->link);
    c->link = NULL;
    return s == ST_TIMEOUT ? ST_TIMEOUT : ST_AWAY;
}

static st ask(struct writer_client *c, const struct msg_command_call *m, const struct msg_command_answer **answer)
{
    int64_t until = clock_ms() + c->setup.answer_ms;
    for (;;) {
        int64_t left = until - clock_ms();
        if (left <= 0)
            return ST_AWAY;
        st s = ask_once(c, m, (int)left, answer);
        if (s != ST_AWAY || !c->setup.wait)
            return s;
        c->setup.wait(c->setup.arg);
    }
}

/* The typed answer, kept in the caller's arena: what the link lent is gone with the next message. */
static st take_answer(struct arena *a, enum command cmd, const struct msg_command_answer *answer, void *out,
    struct writer_refusal *why)
{
    if (why)
        *why = (struct writer_refusal){ str_dup(a, answer->field), str_dup(a, answer->message) };
    st s = st_of_number(answer->status);
    if (s != ST_OK || !out)
        return s;
    void *decoded;
    str payload = str_dup(a, answer->payload);
    TRY(command_decode_out(a, cmd, payload, &decoded));
    memcpy(out, decoded, command_defs[cmd].out->size);
    return ST_OK;
}

st writer_call(struct writer_client *c, struct arena *a, const struct command_call *call, void *out, struct writer_refusal *why)
{
    struct out payload;
    out_init(&payload, a, PAYLOAD_MOST);
    TRY(command_encode_in(&payload, call->cmd, call->in));
    TRY(out_st(&payload));
    struct msg_command_call m = {
        .id = ++c->next_id,
        .command = call->cmd,
        .idem = call->idem,
        .actor_kind = call->actor.kind,
        .person = call->actor.person,
        .session = call->actor.session,
        .caps = (int64_t)call->actor.caps,
        .input_code = call->input_code,
        .payload = out_view(&payload),
    };
    const struct msg_command_answer *answer;
    TRY(ask(c, &m, &answer));
    return take_answer(a, call->cmd, answer, out, why);
}
