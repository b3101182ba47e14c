/* Each entry holds one time: when the client's next request would be due if it kept exactly to its rate. */
#include "limit.h"

#include <arpa/inet.h>
#include <string.h>

#include "hash.h"
#include "rnd.h"

#define SETS 16384
#define WAYS 4

struct cell {
    uint64_t code; /* 0: free */
    int64_t due_ms;
};
struct limits {
    uint8_t key[HASH_KEY];
    struct cell cell[SETS][WAYS];
};
struct rate {
    int64_t every_ms, burst;
};

static const struct rate rates[LIMIT_COUNT] = {
    [LIMIT_READ] = { 50, 120 },
    [LIMIT_WRITE] = { 500, 40 },
    [LIMIT_LOGIN] = { 6000, 20 },
    [LIMIT_CALLBACK] = { 20, 200 },
};
/* Guesses at one account, from wherever they come. */
static const struct rate account_rate = { 30000, 10 };

st limits_new(struct arena *a, struct limits **out)
{
    struct limits *l = NEW(a, struct limits);
    if (!l)
        return ST_NO_MEMORY;
    rnd_bytes(l->key, sizeof(l->key));
    *out = l;
    return ST_OK;
}

str address_prefix(struct arena *a, str ip)
{
    struct in6_addr six;
    const char *z = str_z(a, ip);
    if (!z || inet_pton(AF_INET6, z, &six) != 1)
        return ip;
    return str_dup(a, (str){ (const char *)six.s6_addr, 7 });
}

/* The cell of this code: its own, a free one, or the one nearest to being free. */
static struct cell *cell_for(struct limits *l, uint64_t code)
{
    struct cell *set = l->cell[code % SETS], *best = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].code == code)
            return &set[i];
        if (set[i].due_ms < best->due_ms)
            best = &set[i];
    }
    *best = (struct cell){ .code = code };
    return best;
}

/* The words of a bucket, each with its end marked, so that two buckets never read as one. */
static uint64_t code_of(const struct limits *l, int kind, str who)
{
    UNFILLED char text[256];
    size_t n = who.n < sizeof(text) - 1 ? who.n : sizeof(text) - 1;
    text[0] = (char)kind;
    memcpy(text + 1, who.p ? who.p : "", n);
    uint64_t v = hash_short(l->key, (str){ text, n + 1 });
    return v ? v : 1;
}

static st take(struct cell *c, const struct rate *r, int64_t now, int64_t *wait)
{
    int64_t due = c->due_ms > now ? c->due_ms : now, ahead = due - now;
    int64_t most = (r->burst - 1) * r->every_ms;
    if (ahead > most) {
        *wait = ahead - most;
        return ST_LIMIT;
    }
    c->due_ms = due + r->every_ms;
    return ST_OK;
}

st limits_take(struct limits *l, enum limit_class class, str who, str account, int64_t now_ms, int64_t *wait_ms)
{
    *wait_ms = 0;
    TRY(take(cell_for(l, code_of(l, class, who)), &rates[class], now_ms, wait_ms));
    if (account.n == 0)
        return ST_OK;
    return take(cell_for(l, code_of(l, LIMIT_COUNT, account)), &account_rate, now_ms, wait_ms);
}
