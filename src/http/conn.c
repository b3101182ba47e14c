/* One connection: a machine of states that goes on until the socket or the application makes it wait. */
#include "conn.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define STEPS_AT_ONCE 64          /* then the others have their turn */
#define LINGER_MS 2000
#define LINGER_BYTES (1u << 20)

http_conn conn_handle(const struct conn *c)
{
    return (http_conn){ c->slot, c->turn };
}

struct conn *conn_of(const struct http_server *s, http_conn h)
{
    if (h.slot >= s->n_conns)
        return NULL;
    struct conn *c = &s->conns[h.slot];
    return c->state != CONN_FREE && c->handed && c->turn == h.turn ? c : NULL;
}

bool conn_charge(struct conn *c)
{
    struct http_server *s = c->server;
    size_t used = arena_used(c->arena);
    s->memory += used - c->charged;
    c->charged = used;
    return s->memory <= s->config.limits.memory;
}

void conn_enter(struct conn *c, enum conn_state state)
{
    /* The greeting and the first head share one deadline. */
    if (c->state != CONN_GREET || state != CONN_HEAD)
        c->since = clock_ms();
    if (c->state == CONN_IDLE)
        server_busy(c);
    if (state == CONN_IDLE)
        server_idle(c);
    c->state = state;
    c->moved = 0;
}

/* ---- the request's memory */

static bool request_begin(struct conn *c)
{
    const struct http_config *config = &c->server->config;
    size_t in_max = HTTP_LINE_MAX + HTTP_HEAD_MAX + HTTP_SCRATCH;
    size_t body_max = config->handler.on_data != NULL ? 0 : (size_t)config->limits.body_max;
    /* A buffer that grows leaves its smaller selves behind: together as much again. */
    c->arena = arena_new(2 * (in_max + body_max + config->limits.answer_max) + (1u << 16));
    if (c->arena == NULL)
        return false;
    struct http_rules rules = { .secure = c->ssl != NULL, .web_space = config->web_space,
                                .body_max = config->limits.body_max };
    http_parser_init(&c->parser, &rules);
    out_init(&c->in, c->arena, in_max);
    out_init(&c->body, c->arena, body_max);
    out_init(&c->parts, c->arena, config->limits.answer_max);
    c->used = c->charged = 0;
    c->closing = c->handed = c->body_done = c->streaming = false;
    c->word = NULL;
    return true;
}

static void request_free(struct conn *c)
{
    c->turn++; /* its handle is stale now */
    if (c->file >= 0)
        close(c->file);
    c->file = -1;
    if (c->arena == NULL)
        return;
    c->server->memory -= c->charged;
    c->charged = 0;
    arena_free(c->arena);
    c->arena = NULL;
    c->in.n = 0;
}

/* Keep bytes that came; the server's memory is finite, and so is the request's. */
static bool take_in(struct conn *c, const char *p, size_t n)
{
    if (c->arena == NULL && !request_begin(c))
        return false;
    out_bytes(&c->in, p, n);
    return conn_charge(c) && out_st(&c->in) == ST_OK;
}

void conn_gone(struct conn *c)
{
    const struct http_handler *handler = &c->server->config.handler;
    if (!c->handed)
        return;
    http_conn h = conn_handle(c);
    if (handler->on_gone != NULL)
        handler->on_gone(handler->arg, h);
    c->handed = false;
    c->turn++;
}

void conn_drop(struct conn *c)
{
    conn_gone(c);
    loop_remove(c->server->loop, &c->watch);
    SSL_free(c->ssl);
    c->ssl = NULL;
    close(c->watch.fd);
    request_free(c);
    server_forget(c);
}

/* ---- states; each returns whether to go on at once */

static bool dropped(struct conn *c)
{
    conn_drop(c);
    return false;
}

static bool refused(struct conn *c)
{
    enum http_refusal why = c->parser.refusal;
    respond_refusal(c, http_refusal_status(why), http_refusal_why(why));
    return true;
}

static bool greet_step(struct conn *c)
{
    enum io r = io_greet(c);
    if (r == IO_OK)
        conn_enter(c, CONN_HEAD);
    else if (r != IO_BLOCKED)
        conn_drop(c);
    return r == IO_OK;
}

static bool dispatch(struct conn *c)
{
    const struct http_handler *handler = &c->server->config.handler;
    c->body_done = c->handed = true;
    conn_enter(c, CONN_WAIT);
    handler->on_request(handler->arg, conn_handle(c), &c->parser.rq, out_view(&c->body));
    return true;
}

/* The client waits for permission to send its body. Nothing else is on its way, so the socket has room. */
static bool permit(struct conn *c)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    size_t put = 0;
    return io_write(c, go_on, sizeof go_on - 1, &put) == IO_OK && put == sizeof go_on - 1;
}

static bool head_done(struct conn *c)
{
    const struct http_handler *handler = &c->server->config.handler;
    const struct http_request *rq = &c->parser.rq;
    c->closing = rq->close;
    c->body_done = rq->length == 0 && !rq->chunked;
    if (handler->on_head != NULL) {
        c->handed = true;
        handler->on_head(handler->arg, conn_handle(c), rq);
        if (c->state != CONN_HEAD)
            return true; /* answered already */
    }
    if (c->body_done)
        return dispatch(c);
    if (rq->expects && c->used == c->in.n && !permit(c))
        return dropped(c);
    conn_enter(c, CONN_BODY);
    return true;
}

static bool head_read(struct conn *c)
{
    struct http_server *s = c->server;
    size_t got = 0;
    enum io r = io_read(c, s->scratch, sizeof s->scratch, &got);
    if (r == IO_BLOCKED)
        return false;
    if (r != IO_OK)
        return dropped(c);
    if (c->state == CONN_IDLE)
        conn_enter(c, CONN_HEAD);
    if (take_in(c, s->scratch, got))
        return true;
    if (c->arena == NULL)
        return dropped(c);
    respond_refusal(c, 503, S("too many requests at once"));
    return true;
}

static bool head_step(struct conn *c)
{
    if (c->in.n == 0 || c->parser.at == c->in.n)
        return head_read(c);
    switch (http_head(&c->parser, c->in.p, c->in.n, &c->used)) {
    case HTTP_REFUSED:
        return refused(c);
    case HTTP_DONE:
        return head_done(c);
    case HTTP_MORE:
    case HTTP_DATA:
        break;
    }
    return true;
}

/* A part of the body; false when the request was answered by that. */
static bool body_part(struct conn *c, str part)
{
    const struct http_handler *handler = &c->server->config.handler;
    if (handler->on_data != NULL) {
        c->handed = true;
        handler->on_data(handler->arg, conn_handle(c), part);
        return c->state == CONN_BODY;
    }
    out_bytes(&c->body, part.p, part.n);
    if (conn_charge(c) && out_st(&c->body) == ST_OK)
        return true;
    respond_refusal(c, 503, S("too many requests at once"));
    return false;
}

/* Give p[0..n) to the body; *at: how much of it belonged there. False when the request is answered. */
static bool body_feed(struct conn *c, const char *p, size_t n, size_t *at, bool *done)
{
    for (;;) {
        size_t used = 0;
        str part;
        enum http_step step = http_body(&c->parser, p + *at, n - *at, &used, &part);
        if (step == HTTP_REFUSED) {
            refused(c);
            return false;
        }
        *at += used;
        *done = step == HTTP_DONE;
        if (step != HTTP_DATA)
            return true;
        if (!body_part(c, part))
            return false;
    }
}

static bool body_step(struct conn *c)
{
    struct http_server *s = c->server;
    bool fresh = c->used == c->in.n, done = false;
    const char *p = c->in.p + c->used;
    size_t n = c->in.n - c->used, at = 0;
    if (fresh) {
        enum io r = io_read(c, s->scratch, sizeof s->scratch, &n);
        if (r == IO_BLOCKED)
            return false;
        if (r != IO_OK)
            return dropped(c);
        p = s->scratch;
        c->moved += n;
    }
    if (!body_feed(c, p, n, &at, &done))
        return true;
    if (!fresh)
        c->used += at;
    else if (at < n && !take_in(c, p + at, n - at)) /* the next request has begun */
        return dropped(c);
    return done ? dispatch(c) : true;
}

/* The answer is sent: close, or make ready for the next request, of which bytes may be here already. */
static bool answer_done(struct conn *c)
{
    struct http_server *s = c->server;
    if (c->closing || s->draining) {
        io_shut(c);
        conn_enter(c, CONN_LINGER);
        return true;
    }
    size_t rest = c->in.n - c->used;
    if (rest > sizeof s->scratch)
        return dropped(c); /* cannot be: no more than one read is ever left over */
    if (rest > 0)
        memcpy(s->scratch, c->in.p + c->used, rest);
    request_free(c);
    conn_enter(c, rest > 0 ? CONN_HEAD : CONN_IDLE);
    if (rest > 0 && !take_in(c, s->scratch, rest))
        return dropped(c);
    /* The next request is on its way or not: epoll will say. Only TLS may hold bytes that it knows nothing of. */
    return rest > 0 || (c->ssl != NULL && SSL_has_pending(c->ssl) == 1);
}

static bool write_step(struct conn *c)
{
    switch (respond_write(c)) {
    case IO_OK:
        return true;
    case IO_END:
        return answer_done(c);
    case IO_BLOCKED:
        return false;
    case IO_ERROR:
        break;
    }
    return dropped(c);
}

/* Closing while bytes wait to be read would make the kernel take back the answer: read on for a moment. */
static bool linger_step(struct conn *c)
{
    struct http_server *s = c->server;
    ssize_t n = recv(c->watch.fd, s->scratch, sizeof s->scratch, 0);
    c->wants_write = false;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    c->moved += n > 0 ? (uint64_t)n : 0;
    if (n <= 0 || c->moved > LINGER_BYTES)
        return dropped(c);
    return true;
}

static bool step(struct conn *c)
{
    switch (c->state) {
    case CONN_GREET:
        return greet_step(c);
    case CONN_HEAD:
    case CONN_IDLE:
        return head_step(c);
    case CONN_BODY:
        return body_step(c);
    case CONN_WRITE:
        return write_step(c);
    case CONN_LINGER:
        return linger_step(c);
    case CONN_WAIT:
    case CONN_FREE:
        break;
    }
    return false;
}

void conn_run(struct conn *c)
{
    if (c->running)
        return;
    c->running = true;
    c->again = false;
    int steps = STEPS_AT_ONCE;
    while (steps > 0 && step(c))
        steps--;
    c->running = false;
    if (c->state == CONN_FREE)
        return;
    /* While the application works nothing is expected from here, so what epoll looks for need not change: see conn_ready. */
    uint32_t events = c->state == CONN_WAIT ? c->watch.events : c->wants_write ? EPOLLOUT : EPOLLIN;
    if (steps == 0) {
        c->again = true;
        events = 0;
    }
    struct http_server *s = c->server;
    bool ok = loop_change(s->loop, &c->watch, events) == ST_OK;
    if (ok && c->again && s->soon.slot == 0)
        ok = loop_timer_set(s->loop, &s->soon, clock_ms() + 1) == ST_OK;
    if (!ok)
        conn_drop(c);
}

/* ---- deadlines */

static int64_t deadline(const struct conn *c)
{
    const struct http_limits *l = &c->server->config.limits;
    switch (c->state) {
    case CONN_GREET:
    case CONN_HEAD:
        return c->since + l->head_ms;
    case CONN_BODY:
    case CONN_WRITE:
        return c->since + l->span_ms;
    case CONN_WAIT:
        return c->since + l->answer_ms;
    case CONN_IDLE:
        return c->since + l->idle_ms;
    case CONN_LINGER:
        return c->since + LINGER_MS;
    case CONN_FREE:
        break;
    }
    return INT64_MAX;
}

static void refuse_late(struct conn *c, int status, str sentence)
{
    respond_refusal(c, status, sentence);
    conn_run(c);
}

/* A body or an answer has moved as it must in this span: the next one begins. Nothing is saved up, so who was fast
 * first may not stall for long afterwards. */
static bool kept_pace(struct conn *c, int64_t now)
{
    const struct http_limits *l = &c->server->config.limits;
    bool moves = c->state == CONN_BODY || c->state == CONN_WRITE;
    if (!moves || c->moved < (uint64_t)(l->rate * l->span_ms / 1000))
        return false;
    c->since = now;
    c->moved = 0;
    return true;
}

void conn_late(struct conn *c, int64_t now)
{
    if (now < deadline(c) || kept_pace(c, now))
        return;
    if (c->streaming)
        conn_drop(c); /* too late for words: a body has begun */
    else if (c->state == CONN_HEAD && c->in.n > 0)
        refuse_late(c, 408, S("the request took too long to come"));
    else if (c->state == CONN_BODY)
        refuse_late(c, 408, S("the request took too long to come"));
    else if (c->state == CONN_WAIT)
        refuse_late(c, 504, S("the answer took too long"));
    else
        conn_drop(c);
}
