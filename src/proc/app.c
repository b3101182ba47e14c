/* The app role: pages. It reads the database, asks the vault and the writer, and answers the fronts.
 *
 * What a request goes through is the web layer's business (src/web/web.h); this file only carries messages. The web layer
 * keeps what was asked and not answered, and asks again when a link is there again. */
#include "role.h"

#include "asked.h"
#include "clock.h"
#include "log.h"
#include "privacy.h"
#include "restricted.h"
#include "shared.h"
#include "vault.h"
#include "web.h"
#include "web_parts.h"

#include <unistd.h>

#define FRONTS_MAX 16
#define QUEUE_MAX ((size_t)16 * 1024 * 1024)
#define REQUESTS_MOST 4096
#define CACHED_KEYS 4096
#define BODY_PART ((size_t)131072) /* of http.response */
#define TICK_MS 1000
#define COOKIES_ID (-1) /* of the command that passes on what a front has sent; no request has it */
#define CACHE_KIB 24576 /* of the database: what people look at most stays */

struct app_state;

struct front {
    struct app_state *app;
    struct link *link; /* NULL: not there */
};

struct app_state {
    struct role_self *self;
    struct db *db;
    const struct statement *statement;
    int64_t statement_id;
    struct vault *vault;
    struct restricted *restricted;
    struct web *web;
    struct link *writer, *hashes; /* NULL: not there just now */
    struct msg_writer_state writing; /* as last heard */
    struct front fronts[FRONTS_MAX];
    struct asked *asked;
    struct loop_timer tick;
};

/* ---- the fronts ------------------------------------------------------------------------------------------------ */

/* A body longer than one message goes in parts; the last part carries everything else. */
static st send_response(struct front *f, int64_t id, const struct msg_http_response *whole)
{
    struct msg_http_response part = { .id = id, .status = whole->status, .more = true };
    struct msg_http_response last = *whole;
    last.id = id;
    last.answer = whole->id;
    last.more = false;
    while (last.body.n > BODY_PART) {
        part.body = (str){ last.body.p, BODY_PART };
        TRY(link_send_soon(f->link, MSG_HTTP_RESPONSE, &part));
        last.body.p += BODY_PART;
        last.body.n -= BODY_PART;
    }
    return link_send_soon(f->link, MSG_HTTP_RESPONSE, &last);
}

static void respond(void *self, const struct msg_http_response *m)
{
    struct app_state *a = self;
    void *owner;
    int64_t theirs;
    st known = m->length > 0 ? asked_look(a->asked, m->id, &owner, &theirs) : asked_take(a->asked, m->id, &owner, &theirs);
    if (known != ST_OK)
        return; /* the front that asked is gone */
    struct front *f = owner;
    st s = send_response(f, theirs, m);
    if (s != ST_OK && s != ST_AWAY)
        log_event(LOG_ERROR, "response-not-sent", "status=%s", st_info(s)->name);
}

/* A part of a long body; with the last, or none, the request is done with. */
static void part(void *self, const struct msg_http_part *m, bool last)
{
    struct app_state *a = self;
    void *owner;
    struct msg_http_part out = *m;
    st known = last ? asked_take(a->asked, m->id, &owner, &out.id) : asked_look(a->asked, m->id, &owner, &out.id);
    if (known != ST_OK)
        return;
    st s = link_send(((struct front *)owner)->link, MSG_HTTP_PART, &out);
    if (s != ST_OK && s != ST_AWAY)
        log_event(LOG_ERROR, "part-not-sent", "status=%s", st_info(s)->name);
}

/* The front may ask for its own alone. */
static st on_next(struct front *f, const struct msg_http_next *m)
{
    void *owner;
    int64_t theirs;
    if (asked_look(f->app->asked, m->answer, &owner, &theirs) != ST_OK)
        return ST_OK; /* it took too long to ask */
    TRY(PEER_UNLESS(owner == f && theirs == m->id));
    web_next(f->app->web, m->answer, m->at);
    return ST_OK;
}

static void refuse(struct front *f, int64_t id)
{
    struct msg_http_response m = { .id = id, .status = st_info(ST_RETRY)->http, .type = S("text/plain; charset=utf-8"),
        .body = { st_info(ST_RETRY)->text, 0 } };
    while (m.body.p[m.body.n])
        m.body.n++;
    IGNORE(link_send(f->link, MSG_HTTP_RESPONSE, &m)); /* a front that is gone needs no answer */
}

/* What a front has counted goes to the writer. Nobody waits for it; what is lost on the way is missing in a count. */
static st pass_cookies(struct app_state *a, const struct msg_cookies_sent *m)
{
    struct arena *mem = arena_new(1 << 16);
    if (!mem)
        return ST_OK;
    struct cookie_seen *seen = NEWN(mem, struct cookie_seen, m->cookies.n + 1);
    struct out o;
    out_init(&o, mem, 1 << 15);
    for (size_t i = 0; seen && i < m->cookies.n; i++) {
        const struct sent_cookie *c = &m->cookies.v[i];
        seen[i] = (struct cookie_seen){ c->name, c->max_age, c->shape, c->guarded, c->n };
    }
    struct cookies_sent_in in = { .cookies = { seen, seen ? m->cookies.n : 0 } };
    struct msg_command_call call = { .id = COOKIES_ID, .command = CMD_COOKIES_SENT, .actor_kind = ACTOR_VISITOR, .caps = CAP_WIRE };
    st s = a->writer ? command_encode_in(&o, CMD_COOKIES_SENT, &in) : ST_AWAY;
    call.payload = out_view(&o);
    if (s == ST_OK && out_st(&o) == ST_OK)
        s = link_send(a->writer, MSG_COMMAND_CALL, &call);
    if (s != ST_OK)
        log_event(LOG_WARN, "cookies-not-counted", "status=%s", st_info(s)->name);
    arena_free(mem);
    return ST_OK;
}

static st on_request(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct front *f = arg;
    if (kind == MSG_HTTP_NEXT && f->app->web)
        return on_next(f, msg);
    if (kind == MSG_COOKIES_SENT)
        return pass_cookies(f->app, msg);
    TRY(PEER_UNLESS(kind == MSG_HTTP_REQUEST));
    struct msg_http_request m = *(const struct msg_http_request *)msg;
    int64_t theirs = m.id;
    if (!f->app->web || asked_add(f->app->asked, f, theirs, &m.id) != ST_OK)
        refuse(f, theirs);
    else
        web_handle(f->app->web, &m);
    return ST_OK;
}

/* The requests of one datagram are a group. */
static void after_requests(void *arg)
{
    struct front *f = arg;
    if (f->app->web)
        web_rest(f->app->web);
}

static void maybe_done(struct app_state *a)
{
    if (a->self->stopping && (!a->web || web_waiting(a->web) == 0))
        role_done(a->self);
}

static void on_front_gone(void *arg, st why UNUSED)
{
    struct front *f = arg;
    asked_forget(f->app->asked, f);
    f->link = NULL;
    maybe_done(f->app);
}

static st front_peer(struct app_state *a, int index, int fd)
{
    static const struct link_ops ops = { .got = on_request, .gone = on_front_gone, .after = after_requests };
    TRY(BUG_UNLESS(index >= 0 && index < FRONTS_MAX));
    struct front *f = &a->fronts[index];
    if (f->link) {
        link_close(f->link);
        on_front_gone(f, ST_AWAY);
    }
    f->app = a;
    return link_take(fd, a->self->loop, ROLE_APP, ROLE_FRONT, QUEUE_MAX, &ops, f, &f->link);
}

/* ---- writer and vault ------------------------------------------------------------------------------------------ */

static st ask_writer(void *self, const struct msg_command_call *m)
{
    struct app_state *a = self;
    return a->writer ? link_send(a->writer, MSG_COMMAND_CALL, m) : ST_AWAY;
}

static st ask_hash(void *self, const struct msg_vault_hash *m)
{
    struct app_state *a = self;
    return a->hashes ? link_send(a->hashes, MSG_VAULT_HASH, m) : ST_AWAY;
}

static st on_answer(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct app_state *a = arg;
    if (kind == MSG_WRITER_STATE) {
        a->writing = *(const struct msg_writer_state *)msg;
        if (a->web)
            web_writing(a->web, st_of_number(a->writing.status), (utc){ a->writing.since });
        return ST_OK;
    }
    const struct msg_command_answer *m = msg;
    TRY(PEER_UNLESS(kind == MSG_COMMAND_ANSWER));
    if (m->id == COOKIES_ID)
        return ST_OK;
    TRY(PEER_UNLESS(a->web)); /* nothing is asked before there is one */
    web_answer(a->web, msg);
    web_rest(a->web);
    maybe_done(a);
    return ST_OK;
}

static st on_hashed(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct app_state *a = arg;
    TRY(PEER_UNLESS(kind == MSG_VAULT_HASHED && a->web));
    web_hashed(a->web, msg);
    web_rest(a->web);
    maybe_done(a);
    return ST_OK;
}

static void on_writer_gone(void *arg, st why UNUSED)
{
    ((struct app_state *)arg)->writer = NULL;
}

static void on_hashes_gone(void *arg, st why UNUSED)
{
    ((struct app_state *)arg)->hashes = NULL;
}

static st make_web(struct app_state *a)
{
    struct web_setup setup = {
        .arena = a->self->arena,
        .config = a->self->config,
        .code = route_code,
        .checks = web_form_checks,
        .port = { .self = a, .respond = respond, .part = part, .command = ask_writer, .hash = ask_hash, .groups = true },
        .db = a->db,
        .statement = a->statement,
        .statement_id = a->statement_id,
        .vault = a->vault,
        .restricted = a->restricted,
        .error_page = web_error_page,
    };
    TRY(web_new(&setup, &a->web));
    web_writing(a->web, st_of_number(a->writing.status), (utc){ a->writing.since });
    return ST_OK;
}

/* A new link in place of the old one, and what was not answered over that is asked again. */
static st rewire(struct app_state *a, struct link **place, enum role role, const struct link_ops *ops, int fd)
{
    link_close(*place);
    *place = NULL;
    TRY(link_take(fd, a->self->loop, ROLE_APP, role, QUEUE_MAX, ops, a, place));
    if (a->web)
        web_again(a->web, role);
    return ST_OK;
}

static st app_peer(struct role_self *self, const struct role_peer *peer, int fd)
{
    static const struct link_ops answers = { .got = on_answer, .gone = on_writer_gone };
    static const struct link_ops hashed = { .got = on_hashed, .gone = on_hashes_gone };
    struct app_state *a = self->state;
    if (peer->role == ROLE_FRONT)
        return front_peer(a, peer->index, fd);
    if (peer->role == ROLE_WRITER)
        return rewire(a, &a->writer, ROLE_WRITER, &answers, fd);
    TRY(BUG_UNLESS(peer->role == ROLE_VAULT));
    if (peer->use == ROLE_USE_HASH)
        return rewire(a, &a->hashes, ROLE_VAULT, &hashed, fd);
    TRY(vault_rewire(a->vault, fd));
    return a->web ? ST_OK : make_web(a);
}

/* ---- life ------------------------------------------------------------------------------------------------------ */

static void ask_for_links(struct app_state *a)
{
    if (!a->writer)
        role_lost(a->self, ROLE_WRITER, 0, ROLE_USE_MAIN);
    if (!a->hashes)
        role_lost(a->self, ROLE_VAULT, 0, ROLE_USE_HASH);
    if (!vault_wired(a->vault))
        role_lost(a->self, ROLE_VAULT, 0, ROLE_USE_MAIN);
}

static void on_tick(void *arg)
{
    struct app_state *a = arg;
    ask_for_links(a);
    vault_tick(a->vault);
    if (a->web)
        web_tick(a->web);
    if (a->web)
        web_rest(a->web);
    maybe_done(a);
    if (loop_timer_set(a->self->loop, &a->tick, clock_ms() + TICK_MS) != ST_OK)
        log_event(LOG_ERROR, "no-timer", "for=tick");
}

static st app_open(struct role_self *self)
{
    struct app_state *a = NEW(self->arena, struct app_state);
    if (!a)
        return ST_NO_MEMORY;
    self->state = a;
    a->self = self;
    TRY(shared_db_sized(self->arena, self->config, DB_READ, CACHE_KIB, &a->db));
    TRY(privacy_in_force(a->db, self->arena, &a->statement, &a->statement_id));
    a->vault = vault_client(self->arena, ROLE_APP, -1, CACHED_KEYS);
    a->asked = asked_new(self->arena, REQUESTS_MOST);
    a->restricted = restricted_new(self->arena, false);
    if (!a->vault || !a->asked || !a->restricted)
        return ST_NO_MEMORY;
    TRY(vault_keep_seconds(a->vault, self->config->vault.keep_seconds));
    return shared_features(self->arena, self->config);
}

static st app_start(struct role_self *self)
{
    struct app_state *a = self->state;
    a->tick = (struct loop_timer){ .fn = on_tick, .arg = a };
    return loop_timer_set(self->loop, &a->tick, clock_ms() + TICK_MS);
}

/* The fronts of this generation have ended before; what they asked may still be on its way to the writer. */
static void app_stop(struct role_self *self)
{
    maybe_done(self->state);
}

static void app_close(struct role_self *self)
{
    struct app_state *a = self->state;
    for (size_t i = 0; i < FRONTS_MAX; i++)
        link_close(a->fronts[i].link);
    link_close(a->writer);
    link_close(a->hashes);
    vault_end(a->vault);
    db_close(a->db);
}

const struct role_ops app_role = {
    .open = app_open,
    .start = app_start,
    .peer = app_peer,
    .stop = app_stop,
    .close = app_close,
};
