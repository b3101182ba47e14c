/* Client of the vault role: one blocking hop a call, a bounded store of opened keys, and a few new ones in hand. */
#include "vault.h"

#include "clock.h"
#include "hash.h"
#include "link.h"
#include "log.h"

#include <string.h>
#include <unistd.h>

/* Far longer than any answer takes; then the vault is taken for dead and the supervisor will say otherwise. */
#define ANSWER_MS 5000
#define QUEUE_MAX ((size_t)4096) /* calls block, so nothing ever waits here */
#define WAYS 4                   /* places in which a key may be kept */
#define NEW_AT_ONCE 32           /* keys asked for together */

struct opened {
    int64_t id; /* 0: empty */
    int64_t since_ms;
    uint8_t key[VAULT_KEY];
};

struct vault {
    enum role mine;
    struct link *link; /* NULL: not wired */
    const struct vault_within *within; /* NULL: the role answers */
    int64_t next_id, keep_ms;
    struct opened (*sets)[WAYS]; /* locked memory */
    size_t n_sets;               /* a power of two */
    uint8_t (*fresh)[VAULT_KEY]; /* of new keys in hand, locked memory; fresh_id is the next one's */
    int64_t fresh_id;
    size_t fresh_at, fresh_n;
    bool has_token_key;
    uint8_t *token_key;
};

static size_t store_bytes(const struct vault *v)
{
    return v->n_sets * sizeof *v->sets;
}

struct vault *vault_client(struct arena *a, enum role mine, int fd, size_t cached)
{
    struct vault *v = NEW(a, struct vault);
    if (!v)
        return NULL;
    *v = (struct vault){ .mine = mine, .n_sets = 1, .keep_ms = VAULT_OPEN_MS };
    while (v->n_sets * WAYS < cached)
        v->n_sets *= 2;
    v->sets = arena_secret(a, store_bytes(v));
    v->fresh = arena_secret(a, NEW_AT_ONCE * sizeof *v->fresh);
    v->token_key = arena_secret(a, 32);
    if (!v->sets || !v->fresh || !v->token_key)
        return NULL;
    if (fd >= 0 && vault_rewire(v, fd) != ST_OK)
        return NULL;
    return v;
}

struct vault *vault_client_within(struct arena *a, const struct vault_within *within, size_t cached)
{
    struct vault *v = vault_client(a, ROLE_CMD, -1, cached);
    if (v)
        v->within = within;
    return v;
}

void vault_forget(struct vault *v)
{
    secret_wipe(v->sets, store_bytes(v));
}

void vault_tick(struct vault *v)
{
    int64_t now = clock_ms();
    for (size_t i = 0; i < v->n_sets * WAYS; i++) {
        struct opened *o = &v->sets[i / WAYS][i % WAYS];
        if (o->id && now - o->since_ms >= v->keep_ms)
            secret_wipe(o, sizeof *o);
    }
}

void vault_keep_ms(struct vault *v, int64_t ms)
{
    v->keep_ms = ms;
}

st vault_keep_seconds(struct vault *v, int64_t seconds)
{
    if (seconds >= 1 && seconds * 1000 <= VAULT_OPEN_MS) {
        vault_keep_ms(v, seconds * 1000);
        return ST_OK;
    }
    log_event(LOG_ERROR, "config", "key=vault.keep_seconds problem=not-1-to-30");
    return ST_CONFIG;
}

void vault_end(struct vault *v)
{
    link_close(v->link);
    v->link = NULL;
    vault_forget(v);
    secret_wipe(v->fresh, NEW_AT_ONCE * sizeof *v->fresh);
    v->fresh_n = v->fresh_at = 0;
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

/* ---- opened keys ----------------------------------------------------------------------------------------------- */

static struct opened *set_of(struct vault *v, int64_t id)
{
    uint64_t h = (uint64_t)id * 0x9e3779b97f4a7c15u;
    return v->sets[(h >> 32) & (v->n_sets - 1)];
}

static struct opened *find_opened(struct vault *v, int64_t id)
{
    struct opened *set = set_of(v, id);
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].id == id)
            return &set[i];
    return NULL;
}

/* In the place of the one that was opened first. */
static struct opened *keep(struct vault *v, int64_t id, const uint8_t key[VAULT_KEY])
{
    struct opened *set = set_of(v, id), *o = &set[0];
    for (size_t i = 1; i < WAYS; i++)
        if (set[i].since_ms < o->since_ms)
            o = &set[i];
    o->id = id;
    o->since_ms = clock_ms();
    memcpy(o->key, key, VAULT_KEY);
    return o;
}

static st open_asked(struct vault *v, int64_t id, struct opened **out)
{
    struct msg_vault_key_open m = { .id = ++v->next_id, .key_id = id };
    void *back;
    TRY(ask(v, MSG_VAULT_KEY_OPEN, &m, MSG_VAULT_KEY, &back));
    struct msg_vault_key *got = back;
    TRY(verdict(v, m.id, got->id, got->status));
    TRY(BUG_UNLESS(got->key.n == VAULT_KEY));
    *out = keep(v, id, (const uint8_t *)got->key.p);
    secret_wipe((void *)(uintptr_t)got->key.p, got->key.n);
    return ST_OK;
}

static st open_within(struct vault *v, int64_t id, struct opened **out)
{
    uint8_t key[VAULT_KEY];
    st s = v->within->key_open(v->within->at, id, key);
    if (s == ST_OK)
        *out = keep(v, id, key);
    secret_wipe(key, sizeof key);
    return s;
}

st vault_key_open(struct vault *v, int64_t id, const uint8_t **key)
{
    if (id <= 0)
        return ST_NOT_FOUND;
    struct opened *o = find_opened(v, id);
    if (o && clock_ms() - o->since_ms >= v->keep_ms) {
        secret_wipe(o, sizeof *o);
        o = NULL;
    }
    if (!o)
        TRY(v->within ? open_within(v, id, &o) : open_asked(v, id, &o));
    *key = o->key;
    return ST_OK;
}

/* ---- new keys -------------------------------------------------------------------------------------------------- */

static st fresh_asked(struct vault *v)
{
    struct msg_vault_key_new m = { .id = ++v->next_id, .most = NEW_AT_ONCE };
    void *back;
    TRY(ask(v, MSG_VAULT_KEY_NEW, &m, MSG_VAULT_KEY_MADE, &back));
    struct msg_vault_key_made *made = back;
    TRY(verdict(v, m.id, made->id, made->status));
    size_t n = made->keys.n / VAULT_KEY;
    TRY(BUG_UNLESS(n > 0 && n <= NEW_AT_ONCE && made->keys.n % VAULT_KEY == 0));
    memcpy(v->fresh, made->keys.p, made->keys.n);
    secret_wipe((void *)(uintptr_t)made->keys.p, made->keys.n);
    v->fresh_id = made->key_id;
    v->fresh_at = 0;
    v->fresh_n = n;
    return ST_OK;
}

static st fresh_within(struct vault *v)
{
    TRY(v->within->key_new(v->within->at, &v->fresh_id, v->fresh[0]));
    v->fresh_at = 0;
    v->fresh_n = 1;
    return ST_OK;
}

st vault_key_new(struct vault *v, int64_t *id)
{
    if (v->fresh_at == v->fresh_n)
        TRY(v->within ? fresh_within(v) : fresh_asked(v));
    *id = v->fresh_id++;
    uint8_t *key = v->fresh[v->fresh_at++];
    keep(v, *id, key); /* it is used next */
    secret_wipe(key, VAULT_KEY);
    return ST_OK;
}

/* At most VAULT_DESTROY_MOST. */
static st destroy_some(struct vault *v, const int64_t *ids, size_t n)
{
    uint8_t packed[VAULT_DESTROY_MOST * 8];
    for (size_t i = 0; i < n; i++) {
        struct opened *o = find_opened(v, ids[i]);
        if (o)
            secret_wipe(o, sizeof *o);
        for (size_t b = 0; b < 8; b++)
            packed[i * 8 + b] = (uint8_t)((uint64_t)ids[i] >> (8 * b));
    }
    if (v->within)
        return v->within->keys_destroy(v->within->at, ids, n);
    struct msg_vault_key_destroy m = { .id = ++v->next_id, .key_ids = { (const char *)packed, n * 8 } };
    void *back;
    TRY(ask(v, MSG_VAULT_KEY_DESTROY, &m, MSG_VAULT_KEY_GONE, &back));
    const struct msg_vault_key_gone *gone = back;
    return verdict(v, m.id, gone->id, gone->status);
}

st vault_keys_destroy(struct vault *v, const int64_t *ids, size_t n)
{
    bool missing = false;
    for (size_t i = 0; i < n; i += VAULT_DESTROY_MOST) {
        st s = destroy_some(v, ids + i, n - i < VAULT_DESTROY_MOST ? n - i : VAULT_DESTROY_MOST);
        missing = missing || s == ST_NOT_FOUND;
        if (s != ST_OK && s != ST_NOT_FOUND)
            return s;
    }
    return missing ? ST_NOT_FOUND : ST_OK;
}

st vault_key_destroy(struct vault *v, int64_t id)
{
    return vault_keys_destroy(v, &id, 1);
}

st vault_state(struct vault *v, struct msg_vault_state *out)
{
    struct msg_vault_ask m = { .id = ++v->next_id };
    void *back;
    TRY(ask(v, MSG_VAULT_ASK, &m, MSG_VAULT_STATE, &back));
    const struct msg_vault_state *state = back;
    TRY(verdict(v, m.id, state->id, state->status));
    *out = *state;
    return ST_OK;
}

/* ---- codes ----------------------------------------------------------------------------------------------------- */

st vault_blind(struct vault *v, str domain, str value, uint8_t out[VAULT_BLIND])
{
    if (v->within)
        return v->within->blind(v->within->at, domain, value, out);
    struct msg_vault_blind m = { .id = ++v->next_id, .domain = domain, .value = value };
    void *back;
    TRY(ask(v, MSG_VAULT_BLIND, &m, MSG_VAULT_CODE, &back));
    const struct msg_vault_code *code = back;
    TRY(verdict(v, m.id, code->id, code->status));
    TRY(BUG_UNLESS(code->code.n >= VAULT_BLIND));
    memcpy(out, code->code.p, VAULT_BLIND);
    return ST_OK;
}

st vault_sign(struct vault *v, str text, uint8_t signature[64], uint8_t public_half[32])
{
    struct msg_vault_sign m = { .id = ++v->next_id, .text = text };
    void *back;
    TRY(ask(v, MSG_VAULT_SIGN, &m, MSG_VAULT_SIGNED, &back));
    const struct msg_vault_signed *made = back;
    TRY(verdict(v, m.id, made->id, ST_OK));
    TRY(PEER_UNLESS(made->signature.n == 64 && made->public.n == 32));
    memcpy(signature, made->signature.p, 64);
    memcpy(public_half, made->public.p, 32);
    return ST_OK;
}

static st ask_token_key(struct vault *v)
{
    struct msg_vault_token_key m = { .id = ++v->next_id };
    void *back;
    if (v->within)
        return v->within->token_key(v->within->at, v->token_key);
    TRY(ask(v, MSG_VAULT_TOKEN_KEY, &m, MSG_VAULT_CODE, &back));
    struct msg_vault_code *code = back;
    TRY(verdict(v, m.id, code->id, code->status));
    TRY(BUG_UNLESS(code->code.n == 32));
    memcpy(v->token_key, code->code.p, 32);
    secret_wipe((void *)(uintptr_t)code->code.p, code->code.n);
    return ST_OK;
}

st vault_token_key(struct vault *v, uint8_t out[32])
{
    if (!v->has_token_key)
        TRY(ask_token_key(v));
    v->has_token_key = true;
    memcpy(out, v->token_key, 32);
    return ST_OK;
}
