#include "limit.h"

#include "hash.h"
#include "str.h"
#include "t.h"

/* How many of n requests at one moment pass. */
static int pass(struct limits *l, enum limit_class c, str who, str account, int64_t now, int n)
{
    int64_t wait;
    int passed = 0;
    for (int i = 0; i < n; i++)
        passed += limits_take(l, c, who, account, now, &wait) == ST_OK;
    return passed;
}

int main(void)
{
    struct arena *a = arena_new(16 << 20);
    struct limits *l;
    int64_t wait = 0;
    t_need(crypto_start() == ST_OK);
    t_need(limits_new(a, &l) == ST_OK);
    t_i64(pass(l, LIMIT_LOGIN, S("10.0.0.1"), S(""), 1000, 50), 20, "a burst, and no more");
    t_i64(pass(l, LIMIT_LOGIN, S("10.0.0.2"), S(""), 1000, 50), 20, "another address has its own");
    t_i64(pass(l, LIMIT_READ, S("10.0.0.1"), S(""), 1000, 10), 10, "so has another class");
    t_st(limits_take(l, LIMIT_LOGIN, S("10.0.0.1"), S(""), 1000, &wait), ST_LIMIT, "later");
    t_ok(wait > 0 && wait <= 6000, "it is said how much later");
    t_st(limits_take(l, LIMIT_LOGIN, S("10.0.0.1"), S(""), 1000 + wait, &wait), ST_OK, "and then it may");
    int guesses = 0;
    for (int i = 0; i < 40; i++)
        guesses += pass(l, LIMIT_LOGIN, str_fmt(a, "10.1.0.%d", i), S("ann@example.com"), 1000, 1);
    t_i64(guesses, 10, "one account from many addresses");
    for (int i = 0; i < 300000; i++)
        IGNORE(limits_take(l, LIMIT_READ, str_fmt(a, "%d", i % 100000), S(""), 1000, &wait)); /* fills the table */
    t_ok(!arena_failed(a), "memory stays bounded");
    t_str(address_prefix(a, S("192.0.2.1")), S("192.0.2.1"), "an IPv4 address stands for itself");
    t_ok(str_eq(address_prefix(a, S("2001:db8:1:2::1")), address_prefix(a, S("2001:db8:1:3::9"))), "a /56 is one client");
    t_ok(!str_eq(address_prefix(a, S("2001:db8:1:2::1")), address_prefix(a, S("2001:db8:1:102::1"))), "another is another");
    arena_free(a);
    return t_done();
}
