/* Answers that are made part by part, while the client takes them. */
#include "log.h"
#include "state.h"

#define PART_ARENA ((size_t)4 << 20)

void stream_begin(struct rq_state *s)
{
    state_wait(s, WAIT_STREAM);
}

static void send(struct rq_state *s, str body, bool last)
{
    const struct web_port *port = &s->rq.web->setup.port;
    port->part(port->self, &(struct msg_http_part){ .id = s->front_id, .at = s->at, .body = body }, last);
}

void stream_end(struct rq_state *s)
{
    send(s, (str){ 0 }, true);
    state_free(s);
}

/* One part, in its own snapshot and memory; the gate of the request is used with both. */
static st make(struct rq_state *s, struct arena *a, str *out)
{
    struct rq *rq = &s->rq;
    struct arena *whole = rq->gate.arena;
    rq->gate.arena = a;
    rq->gate.now = rq->now = clock_now();
    st r = snapshot_begin(s);
    if (r == ST_OK)
        r = s->stream(rq, a, s->at, out);
    snapshot_end(s);
    rq->gate.arena = whole;
    if (r == ST_OK && (out->n == 0 || out->n > WEB_PART || (int64_t)out->n > s->length - s->at))
        r = log_bug(__FILE__, __LINE__, "a part of no use");
    return r;
}

static struct rq_state *stream_of(struct web *w, int64_t answer)
{
    for (struct rq_state *s = w->waiting; s; s = s->next)
        if (s->front_id == answer && s->wait == WAIT_STREAM)
            return s;
    return NULL;
}

void web_next(struct web *w, int64_t answer, int64_t at)
{
    struct rq_state *s = stream_of(w, answer);
    if (!s)
        return;
    struct arena *a = arena_new(PART_ARENA);
    str body;
    st r = !a ? ST_NO_MEMORY : at == s->at ? make(s, a, &body) : ST_PEER;
    if (r == ST_OK) {
        bool last = (int64_t)body.n == s->length - s->at;
        send(s, body, last);
        s->at += (int64_t)body.n;
        state_wait(s, WAIT_STREAM);
        if (last)
            state_free(s);
    } else {
        log_event(LOG_WARN, "stream", "id=%llu status=%s", (unsigned long long)s->rq.id, st_info(r)->name);
        stream_end(s);
    }
    if (a)
        arena_free(a);
}
