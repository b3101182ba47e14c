/* The vault role: answers for keys, blind codes and passwords, and knows no person.
 *
 * Every caller is a link with a role at its end; the role decides what it may ask, and how often. */
#include "role.h"

#include "clock.h"
#include "hash.h"
#include "keeper.h"
#include "log.h"
#include "pool.h"
#include "sign.h"
#include "str.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CALLERS_MAX 64
#define INDEXES 16 /* processes of one role */
#define QUEUE_MAX ((size_t)256 * 1024)
#define BLIND_CODE 16
#define KEYS_AT_ONCE 64 /* new ones, in one answer */
#define KEYS_DESTROYED_AT_ONCE 256

/* What each role may ask for. Everything it does not need is refused and closes its link. */
#define MAY(m) (UINT64_C(1) << (m))
static const uint64_t may_ask[ROLE_COUNT] = {
    [ROLE_APP] = MAY(MSG_VAULT_KEY_OPEN) | MAY(MSG_VAULT_BLIND) | MAY(MSG_VAULT_TOKEN_KEY) | MAY(MSG_VAULT_HASH),
    [ROLE_WRITER] = MAY(MSG_VAULT_KEY_NEW) | MAY(MSG_VAULT_KEY_OPEN) | MAY(MSG_VAULT_KEY_DESTROY) | MAY(MSG_VAULT_BLIND) |
        MAY(MSG_VAULT_TOKEN_KEY) | MAY(MSG_VAULT_ASK),
    [ROLE_COURIER] = MAY(MSG_VAULT_KEY_OPEN) | MAY(MSG_VAULT_BLIND) | MAY(MSG_VAULT_TOKEN_KEY) | MAY(MSG_VAULT_ASK),
    [ROLE_CMD] = MAY(MSG_VAULT_HASH) | MAY(MSG_VAULT_ASK) | MAY(MSG_VAULT_ROTATE) | MAY(MSG_VAULT_RECOVERY) | MAY(MSG_VAULT_BACKUP),
};
/* Keys opened per second by one caller. A page of staff's list opens some fifty. */
static const int unwraps_per_second[ROLE_COUNT] = { [ROLE_APP] = 4000, [ROLE_WRITER] = 8000, [ROLE_COURIER] = 4000 };

struct vault_state;

struct caller {
    struct vault_state *vault;
    struct link *link; /* NULL: this place is free */
    enum role role;
    int index;
};

/* What one process may still open in this second, over however many links it asks. */
struct allowance {
    int64_t second; /* of the counter */
    int unwraps;
    bool told;
};

struct vault_state {
    struct role_self *self;
    struct keystore *keys;
    struct keeper *keeper;
    struct pwhash_cost cost;
    struct pool *pool;
    struct loop_watch commands; /* the listener for subcommands */
    struct caller callers[CALLERS_MAX];
    int n_callers;
    struct allowance allowances[ROLE_COUNT][INDEXES];
};

static void maybe_done(struct vault_state *v)
{
    if (v->self->stopping && v->n_callers == 0 && pool_idle(v->pool))
        role_done(v->self);
}

static bool within_limit(struct caller *c)
{
    struct allowance *a = &c->vault->allowances[c->role][c->index % INDEXES];
    int64_t second = clock_ms() / 1000;
    if (second != a->second)
        *a = (struct allowance){ .second = second };
    if (++a->unwraps <= unwraps_per_second[c->role])
        return true;
    if (!a->told)
        log_event(LOG_WARN, "unwrap-limit", "role=%s index=%d limit=%d", role_names[c->role], c->index,
            unwraps_per_second[c->role]);
    a->told = true;
    return false;
}

static st answer_key_new(struct caller *c, const struct msg_vault_key_new *m)
{
    uint8_t keys[KEYS_AT_ONCE * KEYSTORE_KEY];
    struct msg_vault_key_made a = { .id = m->id };
    size_t n = m->most > KEYS_AT_ONCE ? KEYS_AT_ONCE : m->most > 1 ? (size_t)m->most : 1;
    a.status = keystore_take(c->vault->keys, keys, &n, &a.key_id);
    if (a.status == ST_OK)
        a.keys = (str){ (const char *)keys, n * KEYSTORE_KEY };
    st s = link_send(c->link, MSG_VAULT_KEY_MADE, &a);
    secret_wipe(keys, sizeof keys);
    return s;
}

static st answer_key_open(struct caller *c, const struct msg_vault_key_open *m)
{
    uint8_t key[KEYSTORE_KEY];
    struct msg_vault_key a = { .id = m->id, .status = ST_LIMIT };
    if (within_limit(c))
        a.status = keystore_unwrap(c->vault->keys, m->key_id, key);
    if (a.status == ST_OK)
        a.key = (str){ (const char *)key, sizeof key };
    st s = link_send(c->link, MSG_VAULT_KEY, &a);
    secret_wipe(key, sizeof key);
    return s;
}

static st answer_key_destroy(struct caller *c, const struct msg_vault_key_destroy *m)
{
    int64_t ids[KEYS_DESTROYED_AT_ONCE];
    size_t n = m->key_ids.n / 8;
    TRY(PEER_UNLESS(n > 0 && n <= COUNT(ids) && m->key_ids.n % 8 == 0));
    for (size_t i = 0; i < n; i++) {
        uint64_t v = 0;
        for (size_t b = 8; b > 0; b--)
            v = v << 8 | (uint8_t)m->key_ids.p[i * 8 + b - 1];
        ids[i] = (int64_t)v;
    }
    struct msg_vault_key_gone a = { .id = m->id, .status = keystore_destroy(c->vault->keys, ids, n) };
    return link_send(c->link, MSG_VAULT_KEY_GONE, &a);
}

static st answer_state(struct caller *c, int64_t id, st first)
{
    struct keystore_state k = { .generation = 0 };
    struct keeper_state e = keeper_state(c->vault->keeper);
    if (first == ST_OK)
        first = keystore_state(c->vault->keys, &k);
    struct msg_vault_state a = { .id = id, .status = first, .generation = k.generation, .made = k.made.s,
        .rotating = k.rotating,
        .looked_at = e.looked_at, .upto = k.upto, .changes = k.changes, .destroyed = k.destroyed,
        .backup = e.backup.number,
        .backup_made = e.backup.made.s, .backup_changes = e.backup.changes, .backup_destroyed = e.backup.destroyed,
        .trouble = e.trouble };
    if (k.has_recovery)
        a.recovery = (str){ (const char *)k.recovery, sizeof k.recovery };
    return link_send(c->link, MSG_VAULT_STATE, &a);
}

static st answer_recovery(struct caller *c, const struct msg_vault_recovery *m)
{
    TRY(PEER_UNLESS(m->public.n == KEYSTORE_PUBLIC));
    st s = keystore_set_recovery(c->vault->keys, (const uint8_t *)m->public.p);
    if (s == ST_OK)
        s = keeper_backup(c->vault->keeper);
    return answer_state(c, m->id, s);
}

static st answer_blind(struct caller *c, const struct msg_vault_blind *m)
{
    uint8_t domain_key[HASH_KEY], code[BLIND_CODE];
    hash_derive(keystore_root(c->vault->keys, ROOT_BLIND), m->domain, domain_key);
    hash_keyed(domain_key, m->value, code, sizeof code);
    secret_wipe(domain_key, sizeof domain_key);
    struct msg_vault_code a = { .id = m->id, .status = ST_OK, .code = { (const char *)code, sizeof code } };
    return link_send(c->link, MSG_VAULT_CODE, &a);
}

static st answer_token_key(struct caller *c, const struct msg_vault_token_key *m)
{
    const uint8_t *key = keystore_root(c->vault->keys, ROOT_TOKEN);
    struct msg_vault_code a = { .id = m->id, .status = ST_OK, .code = { (const char *)key, KEYSTORE_KEY } };
    return link_send(c->link, MSG_VAULT_CODE, &a);
}

/* What results are signed with, for auditors: made of a root that a rotation leaves as it is, so it stays the same for as long as
 * the store does. */
static st answer_sign(struct caller *c, const struct msg_vault_sign *m)
{
    uint8_t label[HASH_KEY], seed[SIGN_SEED], signature[SIGN_BYTES], pub[SIGN_PUBLIC];
    hash_derive(keystore_root(c->vault->keys, ROOT_BLIND), S("avow signing key"), label);
    hash_keyed(label, S("Ed25519 seed"), seed, sizeof seed);
    sign_make(seed, m->text, signature, pub);
    secret_wipe(label, sizeof label);
    secret_wipe(seed, sizeof seed);
    struct msg_vault_signed a = { .id = m->id, .signature = { (const char *)signature, sizeof signature },
                                  .public = { (const char *)pub, sizeof pub } };
    return link_send(c->link, MSG_VAULT_SIGNED, &a);
}

static st answer_hash(struct caller *c, const struct msg_vault_hash *m)
{
    st s = pool_submit(c->vault->pool, c, m->id, m->password, m->verify);
    if (s == ST_OK)
        return ST_OK;
    struct msg_vault_hashed a = { .id = m->id, .status = s };
    return link_send(c->link, MSG_VAULT_HASHED, &a);
}

static void on_hashed(void *arg, const struct pool_answer *done)
{
    struct vault_state *v = arg;
    struct caller *c = done->owner;
    if (c) {
        struct msg_vault_hashed a = { .id = done->id, .status = done->status, .encoded = done->encoded };
        /* A caller that cannot be told any more has gone, or does not read; the loop finds out. */
        IGNORE(link_send(c->link, MSG_VAULT_HASHED, &a));
    }
    maybe_done(v);
}

/* What is asked about the store itself. */
static st on_upkeep(struct caller *c, enum message kind, const void *msg)
{
    if (kind == MSG_VAULT_ASK)
        return answer_state(c, ((const struct msg_vault_ask *)msg)->id, ST_OK);
    if (kind == MSG_VAULT_ROTATE)
        return answer_state(c, ((const struct msg_vault_rotate *)msg)->id, keeper_rotate(c->vault->keeper));
    if (kind == MSG_VAULT_BACKUP)
        return answer_state(c, ((const struct msg_vault_backup *)msg)->id, keeper_backup(c->vault->keeper));
    return kind == MSG_VAULT_RECOVERY ? answer_recovery(c, msg) : ST_PEER;
}

static st on_message(void *arg, enum message kind, const void *msg, int passed UNUSED)
{
    struct caller *c = arg;
    bool signs = kind == MSG_VAULT_SIGN && (c->role == ROLE_COURIER || c->role == ROLE_CMD);
    TRY(PEER_UNLESS(signs || (may_ask[c->role] & MAY(kind))));
    st s = ST_PEER;
    if (kind == MSG_VAULT_KEY_NEW)
        s = answer_key_new(c, msg);
    else if (kind == MSG_VAULT_KEY_OPEN)
        s = answer_key_open(c, msg);
    else if (kind == MSG_VAULT_KEY_DESTROY)
        s = answer_key_destroy(c, msg);
    else if (kind == MSG_VAULT_BLIND)
        s = answer_blind(c, msg);
    else if (kind == MSG_VAULT_TOKEN_KEY)
        s = answer_token_key(c, msg);
    else if (kind == MSG_VAULT_SIGN)
        s = answer_sign(c, msg);
    else if (kind == MSG_VAULT_HASH)
        s = answer_hash(c, msg);
    else
        s = on_upkeep(c, kind, msg);
    /* A caller that asks and does not read its answers is not waited for. */
    return s == ST_LIMIT ? ST_PEER : s;
}

static void on_gone(void *arg, st why UNUSED)
{
    struct caller *c = arg;
    struct vault_state *v = c->vault;
    pool_forget(v->pool, c);
    *c = (struct caller){ 0 };
    v->n_callers--;
    maybe_done(v);
}

static st add_caller(struct vault_state *v, enum role role, int index, int fd)
{
    static const struct link_ops ops = { .got = on_message, .gone = on_gone };
    struct caller *c = v->callers;
    while (c < v->callers + CALLERS_MAX && c->link)
        c++;
    if (c == v->callers + CALLERS_MAX) {
        close(fd);
        return ST_LIMIT;
    }
    *c = (struct caller){ .vault = v, .role = role, .index = index };
    TRY(link_take(fd, v->self->loop, ROLE_VAULT, role, QUEUE_MAX, &ops, c, &c->link));
    v->n_callers++;
    return ST_OK;
}

static st vault_peer(struct role_self *self, const struct role_peer *peer, int fd)
{
    return add_caller(self->state, peer->role, peer->index, fd);
}

/* A subcommand: the socket's folder and mode let only the owner of DATA come this far. */
static void on_connect(void *arg, uint32_t ready UNUSED)
{
    struct vault_state *v = arg;
    int fd = accept4(v->commands.fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    st s = add_caller(v, ROLE_CMD, 0, fd);
    if (s != ST_OK)
        log_event(LOG_WARN, "vault-connect", "status=%s", st_info(s)->name);
}

static void reserve_ahead(void *arg)
{
    struct vault_state *v = arg;
    st s = keystore_ahead(v->keys);
    if (s != ST_OK)
        log_event(LOG_ERROR, "keys-ahead", "status=%s", st_info(s)->name);
}

/* For tests a cost that a slow machine does not notice; nobody may go into business with it. */
static st cost_of(const struct config *c, struct pwhash_cost *cost)
{
    *cost = (struct pwhash_cost){ .memory_kib = 64 * 1024, .passes = 3 };
    if (str_eq(c->password.cost, S("full")))
        return ST_OK;
    *cost = (struct pwhash_cost){ .memory_kib = 64, .passes = 1 };
    if (str_eq(c->password.cost, S("test")) && c->trial.enabled)
        return ST_OK;
    log_event(LOG_ERROR, "config", "key=password.cost problem=neither-full-nor-test-in-a-trial");
    return ST_CONFIG;
}

static st vault_open(struct role_self *self)
{
    /* Neither a core dump nor a debugger of the same user gets to see the keys. */
    if (prctl(PR_SET_DUMPABLE, 0) < 0)
        return ST_IO;
    struct vault_state *v = NEW(self->arena, struct vault_state);
    if (!v)
        return ST_NO_MEMORY;
    v->self = self;
    self->state = v;
    TRY(cost_of(self->config, &v->cost));
    TRY(crypto_start());
    TRY(keystore_open(self->arena, str_cat(self->arena, self->config->data.dir, S("/vault")), &v->keys));
    return keeper_new(self->arena, self->config, v->keys, &v->keeper);
}

static st vault_start(struct role_self *self)
{
    struct vault_state *v = self->state;
    const uint8_t *pepper = keystore_root(v->keys, ROOT_PEPPER);
    TRY(pool_new(self->arena, self->loop, v->cost, pepper, on_hashed, v, &v->pool));
    loop_after_batch(self->loop, reserve_ahead, v);
    TRY(keeper_start(v->keeper, self->loop));
    int fd = role_listener(self, ROLE_FD_HASHES);
    v->commands = (struct loop_watch){ .fd = fd, .events = EPOLLIN, .fn = on_connect, .arg = v };
    return fd >= 0 ? loop_add(self->loop, &v->commands) : ST_OK;
}

/* Peers were given a link to the next vault; what they have asked here is still answered. */
static void vault_stop(struct role_self *self)
{
    struct vault_state *v = self->state;
    loop_remove(self->loop, &v->commands);
    keeper_stop(v->keeper);
    maybe_done(v);
}

static void vault_close(struct role_self *self)
{
    struct vault_state *v = self->state;
    pool_end(v->pool);
    keeper_end(v->keeper);
    keystore_close(v->keys);
}

const struct role_ops vault_role = {
    .open = vault_open,
    .start = vault_start,
    .peer = vault_peer,
    .stop = vault_stop,
    .close = vault_close,
};
