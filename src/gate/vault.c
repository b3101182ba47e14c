/* Client of the vault role: one blocking hop a call, and a small cache of opened keys. */
#include "vault.h"

#include "hash.h"
#include "link.h"
#include "log.h"

#include <string.h>
#include <unistd.h>

/* Far longer than any answer takes; then the vault is taken for dead and the supervisor will say otherwise. */
#define ANSWER_MS 5000
#define QUEUE_MAX ((size_t)4096) /* calls block, so nothing ever waits here */

struct opened {
    int64_t id; /* 0: empty */
    uint8_t key[VAULT_KEY];
};

struct vault {
    enum role mine;
    struct link *link; /* NULL: not wired */
    int64_t next_id;
    struct opened *cache; /* a ring: next_slot is the oldest */
    size_t cached, next_slot;
    bool has_token_key;
    uint8_t *token_key;
};

struct vault *vault_client(struct arena *a, enum role mine, int fd, size_t cached)
{
    if (cached == 0)
        cached = 1;
    struct vault *v = NEW(a, struct vault);
    struct opened *cache = arena_secret(a, cached * sizeof *cache);
    uint8_t *token_key = arena_secret(a, 32);
    if (!v || !cache || !token_key)
        return NULL;
    memset(cache, 0, cached * sizeof *cache);
    *v = (struct vault){ .mine = mine, .cache = cache, .cached = cached, .token_key = token_key };
    if (fd >= 0 && vault_rewire(v, fd) != ST_OK)
        return NULL;
    return v;
}

void vault_forget(struct vault *v)
{
    secret_wipe(v->cache, v->cached * sizeof *v->cache);
    v->next_slot = 0;
}

void vault_end(struct vault *v)
{
    link_close(v->link);
    v->link = NULL;
    vault_forget(v);
    secret_wipe(v->token_key, 32);
    v->has_token_key = false;
}

st vault_rewire(struct vault *v, int fd)
{
    link_close(v->link);
    v->link = NULL;
    st s = link_new(fd, v->mine, ROLE_VAULT, QUEUE_MAX, &v->link);
    if (s != ST_OK)
        close(fd);
    return s;
}

bool vault_wired(const struct vault *v)
{
    return v->link != NULL;
}

/* One question and its answer. A connection on which anything went wrong is not used again: a late answer
 * must never be taken for the answer to the next question. */
static st ask(struct vault *v, enum message kind, const void *msg, enum message want, void **answer)
{
    if (!v->link)
        return ST_AWAY;
    st s = link_call(v->link, kind, msg, want, ANSWER_MS, answer);
    if (s == ST_OK || s == ST_BUG)
        return s;
    if (s != ST_AWAY)
        log_event(LOG_WARN, "vault-call", "message=%d status=%s", (int)kind, st_info(s)->name);
    link_close(v->link);
    v->link = NULL;
    return ST_AWAY;
}

/* The answer's own status, after seeing that it answers this question. */
static st verdict(struct vault *v, int64_t asked, int64_t answered, int64_t status)
{
    if (asked == answered)
        return st_of_number(status);
    link_close(v->link);
    v->link = NULL;
    return ST_AWAY;
}

st vault_key_new(struct vault *v, int64_t *id)
{
    struct msg_vault_key_new m = { .id = ++v->next_id };
    void *back;
    TRY(ask(v, MSG_VAULT_KEY_NEW, &m, MSG_VAULT_KEY_MADE, &back));
    const struct msg_vault_key_made *made = back;
    TRY(verdict(v, m.id, made->id, made->status));
    *id = made->key_id;
    return ST_OK;
}

static struct opened *find_opened(struct vault *v, int64_t id)
{
    for (size_t i = 0; i < v->cached; i++)
        if (v->cache[i].id == id)
            return &v->cache[i];
    return NULL;
}

st vault_key_open(struct vault *v, int64_t id, const uint8_t **key)
{
    if (id <= 0)
        return ST_NOT_FOUND;
    struct opened *o = find_opened(v, id);
    if (!o) {
        struct msg_vault_key_open m = { .id = ++v->next_id, .key_id = id };
        void *back;
        TRY(ask(v, MSG_VAULT_KEY_OPEN, &m, MSG_VAULT_KEY, &back));
        struct msg_vault_key *got = back;
        TRY(verdict(v, m.id, got->id, got->status));
        TRY(BUG_UNLESS(got->key.n == VAULT_KEY));
        o = &v->cache[v->next_slot];
        v->next_slot = (v->next_slot + 1) % v->cached;
        o->id = id;
        memcpy(o->key, got->key.p, VAULT_KEY);
        secret_wipe((void *)(uintptr_t)got->key.p, got->key.n);
    }
    *key = o->key;
    return ST_OK;
}

st vault_key_destroy(struct vault *v, int64_t id)
{
    struct opened *o = find_opened(v, id);
    if (o)
        secret_wipe(o, sizeof *o);
    struct msg_vault_key_destroy m = { .id = ++v->next_id, .key_id = id };
    void *back;
    TRY(ask(v, MSG_VAULT_KEY_DESTROY, &m, MSG_VAULT_KEY_GONE, &back));
    const struct msg_vault_key_gone *gone = back;
    return verdict(v, m.id, gone->id, gone->status);
}

st vault_blind(struct vault *v, str domain, str value, uint8_t out[VAULT_BLIND])
{
    struct msg_vault_blind m = { .id = ++v->next_id, .domain = domain, .value = value };
    void *back;
    TRY(ask(v, MSG_VAULT_BLIND, &m, MSG_VAULT_CODE, &back));
    const struct msg_vault_code *code = back;
    TRY(verdict(v, m.id, code->id, code->status));
    TRY(BUG_UNLESS(code->code.n >= VAULT_BLIND));
    memcpy(out, code->code.p, VAULT_BLIND);
    return ST_OK;
}

st vault_token_key(struct vault *v, uint8_t out[32])
{
    if (!v->has_token_key) {
        struct msg_vault_token_key m = { .id = ++v->next_id };
        void *back;
        TRY(ask(v, MSG_VAULT_TOKEN_KEY, &m, MSG_VAULT_CODE, &back));
        struct msg_vault_code *code = back;
        TRY(verdict(v, m.id, code->id, code->status));
        TRY(BUG_UNLESS(code->code.n == 32));
        memcpy(v->token_key, code->code.p, 32);
        secret_wipe((void *)(uintptr_t)code->code.p, code->code.n);
        v->has_token_key = true;
    }
    memcpy(out, v->token_key, 32);
    return ST_OK;
}
