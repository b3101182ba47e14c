/* Questions to the writer and the vault, and going on when the answer is there. */
#include "codec.h"
#include "hash.h"
#include "log.h"
#include "state.h"
#include "str.h"

/* Waiting ------------------------------------------------------------------------------------------- */

void state_wait(struct rq_state *s, enum waiting w)
{
    struct web *web = s->rq.web;
    if (s->wait == WAIT_NONE) {
        s->prev = NULL;
        s->next = web->waiting;
        if (s->next)
            s->next->prev = s;
        web->waiting = s;
        web->n_waiting++;
    }
    s->wait = w;
    s->deadline_ms = clock_ms() + (w == WAIT_STREAM ? WEB_STREAM_MS : WEB_WAIT_MS);
}

static void state_resume(struct rq_state *s)
{
    struct web *web = s->rq.web;
    if (s->prev)
        s->prev->next = s->next;
    else
        web->waiting = s->next;
    if (s->next)
        s->next->prev = s->prev;
    web->n_waiting--;
    s->wait = WAIT_NONE;
}

void state_free(struct rq_state *s)
{
    if (s->wait != WAIT_NONE)
        state_resume(s);
    arena_free(s->rq.arena); /* s itself lives there */
}

static struct rq_state *waiting_for(struct web *w, int64_t id, bool hash)
{
    for (struct rq_state *s = w->waiting; s; s = s->next)
        if ((int64_t)s->rq.id == id && s->wait != WAIT_STREAM && (s->wait == WAIT_HASH) == hash)
            return s;
    return NULL;
}

/* Asking -------------------------------------------------------------------------------------------- */

/* ST_AWAY leaves the request waiting: web_again() asks once more, and the deadline ends it. */
void ask_send(struct rq_state *s)
{
    const struct web_port *port = &s->rq.web->setup.port;
    st told;
    if (s->wait == WAIT_HASH) {
        told = port->hash(port->self, &s->hash);
    } else {
        const struct question *q = &s->ask;
        told = port->command(port->self, &(struct msg_command_call){
            .id = (int64_t)s->rq.id, .command = q->cmd, .idem = q->idem, .actor_kind = q->actor.kind,
            .person = q->actor.person, .session = q->actor.session, .caps = (int64_t)q->actor.caps,
            .input_code = uid_zero(q->idem) ? (str){ 0 } : s->input_code, .payload = q->payload });
    }
    if (told != ST_OK && told != ST_AWAY)
        s->deadline_ms = 0; /* cannot be asked at all: the next tick ends it */
}

/* The form's key, made particular to the command and the person: one form may lead to several commands, and the
 * same form sent by another session is another wish. */
static uid idem_for(const struct rq_state *s, enum command cmd, const struct actor *who)
{
    uid key;
    struct out o;
    out_init(&o, s->rq.arena, 1024);
    out_bytes(&o, s->idem.b, sizeof(s->idem.b));
    out_fmt(&o, "|%s|%lld|%s", command_defs[cmd].name, (long long)who->person, s->rq.route->name);
    hash_keyed(s->rq.web->keys->form, out_view(&o), key.b, sizeof(key.b));
    return key;
}

static st question_make(struct rq_state *s, enum command cmd, const void *in, struct actor who, struct question *q)
{
    struct out o;
    out_init(&o, s->rq.arena, 180000);
    TRY(command_encode_in(&o, cmd, in));
    *q = (struct question){ .cmd = cmd, .payload = out_view(&o), .actor = who };
    if (!command_defs[cmd].repeatable && !uid_zero(s->idem))
        q->idem = idem_for(s, cmd, &who);
    return ST_OK;
}

/* A session for a visitor, before what the visitor wants. */
static st open_session(struct rq_state *s)
{
    uint8_t code[SESSION_CODE];
    s->new_token = session_token(s->rq.arena);
    if (!s->new_token.p)
        return ST_NO_MEMORY;
    session_code(s->rq.web->keys, s->new_token, code);
    struct session_open_in in = { .token_code = { (const char *)code, sizeof(code) }, .currency = s->rq.currency };
    TRY(question_make(s, CMD_SESSION_OPEN, &in, s->rq.actor, &s->ask));
    state_wait(s, WAIT_SESSION);
    ask_send(s);
    return ST_OK;
}

static st command_as(struct rq *rq, enum command cmd, const void *in, struct actor who, done_fn *done)
{
    struct rq_state *s = rq->state;
    struct question q;
    TRY(BUG_UNLESS(s->wait == WAIT_NONE && !s->answered));
    TRY(BUG_UNLESS(!rq_has_errors(rq)));
    TRY(question_make(s, cmd, in, who, &q));
    s->done = done;
    uint64_t may = command_defs[cmd].who;
    if (!(may & who.caps) && (may & CAP_VISITOR) && who.session == 0 && who.kind == ACTOR_VISITOR) {
        s->then = q;
        return open_session(s);
    }
    s->ask = q;
    state_wait(s, WAIT_COMMAND);
    ask_send(s);
    return ST_OK;
}

st rq_command(struct rq *rq, enum command cmd, const void *in, done_fn *done)
{
    return command_as(rq, cmd, in, rq->actor, done);
}

st rq_command_system(struct rq *rq, enum command cmd, const void *in, done_fn *done)
{
    return command_as(rq, cmd, in, (struct actor){ .kind = ACTOR_SYSTEM, .caps = CAP_GATEWAY }, done);
}

st rq_hash_password(struct rq *rq, str password, str verify, hashed_fn *hashed)
{
    struct rq_state *s = rq->state;
    TRY(BUG_UNLESS(s->wait == WAIT_NONE && !s->answered));
    s->hash = (struct msg_vault_hash){ .id = (int64_t)rq->id, .password = password, .verify = verify };
    s->hashed = hashed;
    state_wait(s, WAIT_HASH);
    ask_send(s);
    return ST_OK;
}

/* Answers ------------------------------------------------------------------------------------------- */

/* Message keys in tables are constants; the one that came over the wire is exchanged for its constant. */
static const char *constant_key(str key)
{
    enum text_key k;
    return text_find(key, &k) ? text_keys[k] : "err.invalid";
}

static void field_told(struct rq_state *s, const struct msg_command_answer *m)
{
    const struct form *f = s->rq.form;
    const char *message = constant_key(m->message);
    for (size_t i = 0; f && i < f->n; i++)
        if (str_eq(m->field, str_c(f->fields[i].name))) {
            s->rq.values[i].error = message;
            return;
        }
    s->form_error = true;
}

static st session_opened(struct rq_state *s, st result, const void *out)
{
    const struct session_open_out *o = out;
    TRY(result);
    s->rq.actor = (struct actor){ .kind = ACTOR_VISITOR, .person = o->person, .session = o->session,
                                  .caps = CAP_PUBLIC | CAP_VISITOR };
    TRY(rq_session_cookie(&s->rq, s->new_token));
    s->ask = s->then;
    s->ask.actor = s->rq.actor;
    if (!uid_zero(s->ask.idem))
        s->ask.idem = idem_for(s, s->ask.cmd, &s->ask.actor);
    state_wait(s, WAIT_COMMAND);
    ask_send(s);
    return ST_OK;
}

void web_answer(struct web *w, const struct msg_command_answer *m)
{
    struct rq_state *s = waiting_for(w, m->id, false);
    void *out = NULL;
    if (!s)
        return;
    bool opening = s->wait == WAIT_SESSION;
    st result = st_of_number(m->status);
    state_resume(s);
    if (result == ST_OK)
        result = command_decode_out(s->rq.arena, s->ask.cmd, str_dup(s->rq.arena, m->payload), &out);
    enum text_key said;
    s->said = text_find(m->message, &said) ? text_keys[said] : NULL;
    if (result == ST_INVALID)
        field_told(s, m);
    if (opening) {
        settle(s, session_opened(s, result, out));
        return;
    }
    st next = snapshot_begin(s); /* what the command wrote can be read in `done` */
    if (next == ST_OK)
        next = s->done(&s->rq, result, out);
    snapshot_end(s);
    settle(s, next);
}

void web_hashed(struct web *w, const struct msg_vault_hashed *m)
{
    struct rq_state *s = waiting_for(w, m->id, true);
    if (!s)
        return;
    state_resume(s);
    st next = snapshot_begin(s);
    if (next == ST_OK)
        next = s->hashed(&s->rq, st_of_number(m->status), str_dup(s->rq.arena, m->encoded));
    snapshot_end(s);
    settle(s, next);
}

void web_again(struct web *w, enum role role)
{
    for (struct rq_state *s = w->waiting, *next; s; s = next) {
        next = s->next;
        if (s->wait != WAIT_STREAM && (s->wait == WAIT_HASH) == (role == ROLE_VAULT))
            ask_send(s);
    }
}

void web_tick(struct web *w)
{
    int64_t now = clock_ms();
    for (struct rq_state *s = w->waiting, *next; s; s = next) {
        next = s->next;
        if (now < s->deadline_ms)
            continue;
        if (s->wait == WAIT_STREAM) {
            stream_end(s);
            continue;
        }
        state_resume(s);
        settle(s, ST_AWAY);
    }
}

size_t web_waiting(const struct web *w)
{
    return w->n_waiting;
}
