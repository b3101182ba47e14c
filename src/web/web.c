/* The app role's side: a message in, a request made of it, the phases run. */
#include "agent.h"
#include "hash.h"
#include "state.h"
#include "str.h"
#include "vault.h"

st web_new(const struct web_setup *setup, struct web **out)
{
    struct web *w = NEW(setup->arena, struct web);
    if (!w)
        return ST_NO_MEMORY;
    w->setup = *setup;
    w->next_id = 1;
    TRY(limits_new(setup->arena, &w->limits));
    *out = w;
    return ST_OK;
}

void web_statement(struct web *w, const struct statement *statement, int64_t statement_id)
{
    w->setup.statement = statement;
    w->setup.statement_id = statement_id;
}

void web_writing(struct web *w, st trouble, utc since)
{
    w->trouble = trouble;
    w->trouble_since = since;
}

st web_trouble(const struct web *w, utc *since)
{
    *since = w->trouble_since;
    return w->trouble;
}

/* The vault may not be there yet when the first request is, so it is asked then. */
static st keys_ready(struct web *w)
{
    uint8_t token_key[32];
    if (w->keys)
        return ST_OK;
    TRY(vault_token_key(w->setup.vault, token_key));
    struct session_keys *k = arena_secret(w->setup.arena, sizeof(*k));
    if (!k)
        return ST_NO_MEMORY;
    session_keys_make(token_key, k);
    secret_wipe(token_key, sizeof(token_key));
    w->keys = k;
    return ST_OK;
}

static void target_split(struct rq *rq, str target)
{
    size_t mark = str_index(target, '?');
    rq->path = str_sub(target, 0, mark);
    rq->query = str_sub(target, mark + 1, target.n);
}

/* Everything that is kept is copied: the message's bytes go back to the channel. */
static void fill(struct rq_state *s, struct web *w, const struct msg_http_request *m)
{
    struct rq *rq = &s->rq;
    struct arena *a = rq->arena;
    rq->web = w;
    rq->state = s;
    rq->id = w->next_id++;
    rq->now = clock_now();
    rq->db = w->setup.db;
    rq->config = w->setup.config;
    rq->gate = (struct gate){ .statement = w->setup.statement, .statement_id = w->setup.statement_id,
                              .vault = w->setup.vault, .db = w->setup.db, .arena = a, .now = rq->now,
                              .restricted = w->setup.restricted };
    rq->method = m->method == 1 ? POST : GET;
    target_split(rq, str_dup(a, m->target));
    rq->body = str_dup(a, m->body);
    rq->content_type = str_dup(a, m->content_type);
    rq->signature = str_dup(a, m->signature);
    rq->ip = str_dup(a, m->ip);
    rq->agent = agent_family(m->agent);
    rq->language = language_of(m->language);
    s->front_id = m->id;
    s->since_ms = clock_ms();
    s->secure = m->secure;
    s->host = str_dup(a, m->host);
    s->cookie_header = str_dup(a, m->cookie);
    s->origin = str_dup(a, m->origin);
    s->fetch_site = str_dup(a, m->fetch_site);
}

void web_handle(struct web *w, const struct msg_http_request *m)
{
    struct arena *a = arena_new(WEB_ARENA);
    struct rq_state *s = a ? NEW(a, struct rq_state) : NULL;
    if (s) {
        s->rq.arena = a;
        fill(s, w, m);
    }
    if (!s || arena_failed(a)) {
        arena_free(a);
        respond_plain(w, m->id, st_info(ST_NO_MEMORY)->http, str_c(st_info(ST_NO_MEMORY)->text));
        return;
    }
    st r = keys_ready(w);
    settle(s, r == ST_OK ? phases_run(s) : r);
}
