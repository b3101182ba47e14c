/* The front: strangers' bytes come in here and nowhere else.
 *
 *   stranger → server.c → front_request → http.request → an app → http.response → http_respond → stranger
 *
 * A request goes to the app that has the fewest. When an app dies, what it was reading (GET, HEAD) is asked once more
 * of another; what it was changing (POST) is not: the person is told to send it again, and the form's one-time key
 * makes sure that nothing is done twice. While no app is there, requests wait for a moment for one.
 *
 * This role opens nothing after its start, and holds no key but the one for TLS. */
#include "role.h"

#include "cert.h"
#include "clock.h"
#include "log.h"
#include "own_certificate.h"
#include "server.h"
#include "static.h"
#include "static_table.h"
#include "str.h"
#include "tally.h"
#include "tls.h"

#define APPS_MAX 16
#define QUEUE_MAX ((size_t)8 << 20) /* bytes that wait for one app */
#define WAIT_MS 5000                /* for an app to come */
#define TICK_MS 1000
#define TELL_MS 60000 /* how often is told which cookies were sent */

struct app;

/* A request that an app has, or that waits for one; it lives in the request's own memory. */
struct asked {
    http_conn conn;
    const struct http_request *rq;
    str body;
    struct app *app; /* NULL: waits */
    bool again;      /* a second app has it */
    bool begun;      /* parts of an answer have come */
    int64_t answer, at, length; /* of a body that is asked for part by part: what the app calls it, how far it is */
    int64_t since;
    struct asked *next, **link; /* in the list it is in */
};

struct app {
    struct front *front;
    struct link *link; /* NULL: not there */
    bool broken;       /* it does not take messages; its end will be told */
    size_t n;
    struct asked *first;
};

struct front {
    struct role_self *self;
    struct http_server *server;
    struct http_statics *statics;
    struct tls *tls;
    str secure_url; /* where plain requests are sent to; empty: they are served */
    struct app apps[APPS_MAX];
    struct asked *waiting;
    struct loop_timer patience, tick;
    struct tally sent; /* cookies */
    int64_t tell_at;
};

/* ---- lists */

static void put(struct asked **list, struct asked *q)
{
    q->next = *list;
    q->link = list;
    if (q->next != NULL)
        q->next->link = &q->next;
    *list = q;
}

static void take_off(struct asked *q)
{
    if (q->link == NULL)
        return;
    *q->link = q->next;
    if (q->next != NULL)
        q->next->link = q->link;
    q->link = NULL;
    if (q->app != NULL)
        q->app->n--;
    q->app = NULL;
}

/* ---- asking an app */

static struct app *least_busy(struct front *f)
{
    struct app *best = NULL;
    for (size_t i = 0; i < APPS_MAX; i++) {
        struct app *app = &f->apps[i];
        if (app->link != NULL && !app->broken && (best == NULL || app->n < best->n))
            best = app;
    }
    return best;
}

/* What does not fit its field, or is no text, is left out: none of these decides anything by itself. */
static str fitting(str value, size_t max)
{
    return value.n <= max && utf8_valid(value) ? value : (str){ NULL, 0 };
}

static int64_t id_of(http_conn h)
{
    return (int64_t)(((uint64_t)h.turn << 32) | h.slot);
}

static st send_to(struct front *f, struct app *app, const struct asked *q)
{
    const struct http_request *rq = q->rq;
    char ip[HTTP_ADDR_TEXT];
    struct msg_http_request m = {
        .id = id_of(q->conn),
        .method = rq->method == HTTP_POST, /* HEAD is GET: the server leaves the body out */
        .target = rq->target,
        .host = rq->host,
        .ip = http_conn_ip(f->server, q->conn, ip),
        .secure = http_conn_secure(f->server, q->conn),
        .cookie = rq->field[HTTP_COOKIE],
        .content_type = fitting(rq->field[HTTP_CONTENT_TYPE], 200),
        .language = fitting(rq->field[HTTP_ACCEPT_LANGUAGE], 100),
        .agent = fitting(rq->field[HTTP_USER_AGENT], 400),
        .origin = fitting(rq->field[HTTP_ORIGIN], 300),
        .fetch_site = fitting(rq->field[HTTP_SEC_FETCH_SITE], 20),
        .signature = fitting(rq->field[rq->field[HTTP_STRIPE_SIGNATURE].n ? HTTP_STRIPE_SIGNATURE : HTTP_SIGNATURE], 600),
        .body = q->body,
    };
    /* What changes something is sent at once: if the app has gone, it can still go to another. */
    return m.method ? link_send(app->link, MSG_HTTP_REQUEST, &m) : link_send_soon(app->link, MSG_HTTP_REQUEST, &m);
}

static void sorry(struct front *f, http_conn h, str sentence)
{
    http_respond_error(f->server, h, 503, sentence, S("Retry-After: 2"));
}

static void wait_for_app(struct front *f, struct asked *q)
{
    put(&f->waiting, q);
    if (f->patience.slot == 0 && loop_timer_set(f->self->loop, &f->patience, q->since + WAIT_MS) != ST_OK) {
        take_off(q);
        sorry(f, q->conn, str_c(st_info(ST_AWAY)->text));
    }
}

static void ask(struct front *f, struct asked *q)
{
    struct app *app;
    while ((app = least_busy(f)) != NULL) {
        st s = send_to(f, app, q);
        if (s == ST_OK) {
            put(&app->first, q);
            q->app = app;
            app->n++;
            return;
        }
        if (s == ST_LIMIT) {
            sorry(f, q->conn, str_c(st_info(ST_RETRY)->text));
            return;
        }
        if (s != ST_AWAY && s != ST_IO) {
            http_respond_error(f->server, q->conn, 500, str_c(st_info(ST_BUG)->text), (str){ NULL, 0 });
            return;
        }
        app->broken = true;
    }
    wait_for_app(f, q);
}

/* ---- what the server tells us */

/* To the same address under https. Only our own name goes into the answer, never the client's word for it. */
static void to_https(struct front *f, http_conn h, const struct http_request *rq)
{
    struct http_response r = { .status = 308 };
    r.location = str_cat(http_conn_arena(f->server, h), f->secure_url, rq->target);
    http_respond(f->server, h, &r);
}

/* What the message to the app cannot carry is refused; registry/messages.reg has the bounds. */
static bool fits(struct front *f, http_conn h, const struct http_request *rq)
{
    str cookie = rq->field[HTTP_COOKIE];
    if (rq->target.n > 2048)
        http_respond_error(f->server, h, 414, S("That address is too long."), (str){ NULL, 0 });
    else if (cookie.n > 4096)
        http_respond_error(f->server, h, 431, S("There are too many cookies."), (str){ NULL, 0 });
    else if (!utf8_valid(cookie))
        http_respond_error(f->server, h, 400, S("A cookie is not text."), (str){ NULL, 0 });
    else
        return true;
    return false;
}

static void on_request(void *arg, http_conn h, const struct http_request *rq, str body)
{
    struct front *f = arg;
    if (f->secure_url.n > 0 && !http_conn_secure(f->server, h)) {
        to_https(f, h, rq);
        return;
    }
    if (http_statics_serve(f->statics, f->server, h, rq) || !fits(f, h, rq))
        return;
    struct asked *q = NEW(http_conn_arena(f->server, h), struct asked);
    if (q == NULL) {
        sorry(f, h, str_c(st_info(ST_NO_MEMORY)->text));
        return;
    }
    *q = (struct asked){ .conn = h, .rq = rq, .body = body, .since = clock_ms() };
    http_conn_set(f->server, h, q);
    ask(f, q);
}

static void on_gone(void *arg, http_conn h)
{
    struct front *f = arg;
    struct asked *q = http_conn_get(f->server, h);
    if (q != NULL)
        take_off(q);
}

static void patience_ends(void *arg)
{
    struct front *f = arg;
    int64_t now = clock_ms(), next = INT64_MAX;
    for (struct asked *q = f->waiting, *after; q != NULL; q = after) {
        after = q->next;
        if (now - q->since >= WAIT_MS) {
            take_off(q);
            sorry(f, q->conn, str_c(st_info(ST_AWAY)->text));
        } else if (q->since < next) {
            next = q->since;
        }
    }
    if (next != INT64_MAX)
        IGNORE(loop_timer_set(f->self->loop, &f->patience, next + WAIT_MS)); /* in the place it just had */
}

/* ---- what apps tell us */

static st respond(struct front *f, const struct asked *q, const struct msg_http_response *m)
{
    struct arena *a = http_conn_arena(f->server, q->conn);
    str *lines = NEWN(a, str, m->headers.n + m->cookies.n + 1);
    if (lines == NULL) {
        sorry(f, q->conn, str_c(st_info(ST_NO_MEMORY)->text));
        return ST_OK;
    }
    size_t n = 0;
    for (size_t i = 0; i < m->headers.n; i++)
        lines[n++] = m->headers.v[i].value;
    for (size_t i = 0; i < m->cookies.n; i++)
        lines[n++] = str_cat(a, S("Set-Cookie: "), m->cookies.v[i].value);
    for (size_t i = 0; i < n; i++)
        tally_line(&f->sent, lines[i]);
    struct http_response r = { .status = (int)m->status, .type = m->type, .location = m->location, .lines = lines,
                               .n_lines = n, .body = m->body };
    if (m->length > 0)
        http_respond_stream(f->server, q->conn, &r, (uint64_t)m->length);
    else
        http_respond(f->server, q->conn, &r);
    return ST_OK;
}

/* The next part of a long body, when the client has taken the one before. */
static void on_more(void *arg, http_conn h)
{
    struct front *f = arg;
    struct asked *q = http_conn_get(f->server, h);
    if (q == NULL || q->app == NULL || link_send(q->app->link, MSG_HTTP_NEXT, &(struct msg_http_next){
            .id = id_of(h), .answer = q->answer, .at = q->at }) != ST_OK)
        http_respond_drop(f->server, h);
}

static st on_part(struct app *app, const struct msg_http_part *m)
{
    struct front *f = app->front;
    http_conn h = { (uint32_t)(uint64_t)m->id, (uint32_t)((uint64_t)m->id >> 32) };
    struct asked *q = http_conn_get(f->server, h);
    if (q == NULL)
        return ST_OK;
    TRY(PEER_UNLESS(q->app == app && q->length > 0 && m->at == q->at && (int64_t)m->body.n <= q->length - q->at));
    q->at += (int64_t)m->body.n;
    if (q->at == q->length)
        take_off(q);
    http_respond_more(f->server, h, m->body);
    return ST_OK;
}

static st on_response(struct app *app, const struct msg_http_response *m)
{
    struct front *f = app->front;
    http_conn h = { (uint32_t)(uint64_t)m->id, (uint32_t)((uint64_t)m->id >> 32) };
    struct asked *q = http_conn_get(f->server, h);
    if (q == NULL)
        return ST_OK; /* the client did not wait for it */
    TRY(PEER_UNLESS(q->app == app));
    if (m->more) {
        q->begun = true;
        if (http_respond_part(f->server, h, m->body) == ST_OK)
            return ST_OK;
        take_off(q);
        http_respond_error(f->server, h, 503, str_c(st_info(ST_FULL)->text), (str){ NULL, 0 });
        return ST_OK;
    }
    TRY(PEER_UNLESS(m->status >= 200 && m->status <= 599 && m->length >= 0));
    q->answer = m->answer;
    q->length = m->length;
    q->begun = true;
    if (m->length == 0)
        take_off(q);
    return respond(f, q, m);
}

static st on_message(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    if (kind == MSG_HTTP_PART)
        return on_part(arg, msg);
    TRY(PEER_UNLESS(kind == MSG_HTTP_RESPONSE));
    return on_response(arg, msg);
}

/* An app is gone: what it had goes to another, or is given back. */
static void on_app_gone(void *arg, st why)
{
    struct app *app = arg;
    struct front *f = app->front;
    app->link = NULL;
    log_event(LOG_WARN, "front.app_gone", "app=%td status=%s asked=%zu", app - f->apps, st_info(why)->name, app->n);
    struct asked *q;
    while ((q = app->first) != NULL) {
        take_off(q);
        bool reads = q->rq->method == HTTP_GET || q->rq->method == HTTP_HEAD;
        if (reads && !q->again && !q->begun) {
            q->again = true;
            q->since = clock_ms();
            ask(f, q);
        } else {
            sorry(f, q->conn, S("A part of the system restarted while it worked on this. Please go back and send it "
                                "once more: nothing is done twice."));
        }
    }
}

/* Which cookies were sent goes to any app, which has the writer keep it; when none is there, next time. */
static void tell_cookies(struct front *f)
{
    struct app *app = least_busy(f);
    if (f->sent.n == 0 || clock_ms() < f->tell_at || !app)
        return;
    struct msg_cookies_sent m = tally_view(&f->sent);
    f->tell_at = clock_ms() + TELL_MS;
    if (link_send(app->link, MSG_COOKIES_SENT, &m) == ST_OK)
        tally_clear(&f->sent);
}

static void on_tick(void *arg)
{
    struct front *f = arg;
    tell_cookies(f);
    for (int i = 0; i < role_count(f->self, ROLE_APP) && i < APPS_MAX; i++)
        if (f->apps[i].link == NULL)
            role_lost(f->self, ROLE_APP, i, ROLE_USE_MAIN);
    if (loop_timer_set(f->self->loop, &f->tick, clock_ms() + TICK_MS) != ST_OK)
        log_event(LOG_ERROR, "no-timer", "for=tick");
}

static st front_peer(struct role_self *self, const struct role_peer *peer, int fd)
{
    static const struct link_ops ops = { .got = on_message, .gone = on_app_gone };
    struct front *f = self->state;
    TRY(BUG_UNLESS(peer->role == ROLE_APP && peer->index >= 0 && peer->index < APPS_MAX));
    struct app *app = &f->apps[peer->index];
    if (app->link != NULL) {
        link_close(app->link); /* the supervisor knows better than we: the old one is gone */
        on_app_gone(app, ST_AWAY);
    }
    app->broken = false;
    TRY(link_take(fd, self->loop, ROLE_FRONT, ROLE_APP, QUEUE_MAX, &ops, app, &app->link));
    struct asked *q, *waited = NULL;
    while ((q = f->waiting) != NULL) {
        take_off(q);
        put(&waited, q);
    }
    while ((q = waited) != NULL) { /* twice round the list: the first that came goes first */
        take_off(q);
        ask(f, q);
    }
    return ST_OK;
}

/* ---- from open to close */

static st read_pair(struct arena *a, const struct config *c, str *chain, str *key)
{
    str chain_path, key_path;
    TRY(own_certificate(a, c, &chain_path, &key_path));
    const char *chain_z = str_z(a, chain_path), *key_z = str_z(a, key_path);
    if (chain_z == NULL || key_z == NULL)
        return ST_NO_MEMORY;
    TRY(cert_read(a, chain_z, chain));
    return cert_read(a, key_z, key);
}

static st open_tls(struct role_self *self, struct front *f)
{
    if (role_listener(self, ROLE_FD_HTTPS) < 0)
        return ST_OK;
    str chain, key;
    TRY(read_pair(self->arena, self->config, &chain, &key));
    return tls_new(self->arena, chain, key, &f->tls);
}

static st front_open(struct role_self *self)
{
    struct front *f = NEW(self->arena, struct front);
    if (f == NULL)
        return ST_NO_MEMORY;
    self->state = f;
    f->self = self;
    f->patience = (struct loop_timer){ .fn = patience_ends, .arg = f };
    f->tick = (struct loop_timer){ .fn = on_tick, .arg = f };
    for (size_t i = 0; i < APPS_MAX; i++)
        f->apps[i].front = f;
    if (self->config->web.redirect && str_starts(self->config->web.url, S("https://")))
        f->secure_url = self->config->web.url;
    while (str_ends(f->secure_url, S("/")))
        f->secure_url.n--;
    TRY(open_tls(self, f));
    return http_statics_new(self->arena, static_table, COUNT(static_table), &f->statics);
}

static st front_start(struct role_self *self)
{
    struct front *f = self->state;
    struct http_config config = { .limits = http_limits_default,
                                  .handler = { .arg = f, .on_request = on_request, .on_more = on_more, .on_gone = on_gone },
                                  .lines = http_lines_strict, .n_lines = http_lines_strict_n };
    config.limits.connections = (size_t)self->config->web.connections;
    TRY(http_nets_parse(self->arena, self->config->web.proxies.v, self->config->web.proxies.n, &config.proxies));
    TRY(http_server_new(self->arena, self->loop, &config, &f->server));
    int https = role_listener(self, ROLE_FD_HTTPS), plain = role_listener(self, ROLE_FD_PLAIN);
    if (https >= 0)
        TRY(http_server_listen(f->server, https, f->tls));
    if (plain >= 0)
        TRY(http_server_listen(f->server, plain, NULL));
    return loop_timer_set(self->loop, &f->tick, clock_ms() + TICK_MS);
}

static void drained(void *arg)
{
    role_done(arg);
}

static void front_stop(struct role_self *self)
{
    struct front *f = self->state;
    http_server_drain(f->server, drained, self);
}

static void front_close(struct role_self *self)
{
    struct front *f = self->state;
    http_server_close(f->server);
    for (size_t i = 0; i < APPS_MAX; i++)
        link_close(f->apps[i].link);
}

const struct role_ops front_role = {
    .open = front_open,
    .start = front_start,
    .peer = front_peer,
    .stop = front_stop,
    .close = front_close,
};
