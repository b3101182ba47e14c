#include "addr.h"
#include "str.h"
#include "t.h"

static struct http_addr addr(str s)
{
    struct http_addr a = { { 0 } };
    t_st(http_addr_parse(s, &a), ST_OK, "address");
    return a;
}

static void check_nets(struct arena *arena)
{
    struct http_nets nets;
    static const str list[] = { SI("10.0.0.0/8"), SI(" 192.0.2.7"), SI("2001:db8::/33") };
    static const str long_bits = SI("10.0.0.0/33"), name = SI("proxy.test");
    t_st(http_nets_parse(arena, list, COUNT(list), &nets), ST_OK, "a list of networks");
    struct http_addr in = addr(S("10.255.0.1")), out = addr(S("11.0.0.1"));
    t_ok(http_nets_have(&nets, &in) && !http_nets_have(&nets, &out), "inside and outside of a /8");
    in = addr(S("192.0.2.7")), out = addr(S("192.0.2.8"));
    t_ok(http_nets_have(&nets, &in) && !http_nets_have(&nets, &out), "a single address");
    in = addr(S("2001:db8:7fff::1")), out = addr(S("2001:db8:8000::1"));
    t_ok(http_nets_have(&nets, &in) && !http_nets_have(&nets, &out), "a length that is not whole bytes");
    t_st(http_nets_parse(arena, &long_bits, 1, &nets), ST_INVALID, "a length past the address");
    t_st(http_nets_parse(arena, &name, 1, &nets), ST_INVALID, "a name is no address");
    t_st(http_nets_parse(arena, NULL, 0, &nets), ST_OK, "no list");
    t_i64(nets.n, 0, "no networks");
}

static void check_client(struct arena *arena)
{
    static const struct {
        const char *name;
        str peer, forwarded, client;
    } rows[] = {
        { "a stranger's claim counts nothing", SI("198.51.100.1"), SI("203.0.113.9"), SI("198.51.100.1") },
        { "a proxy's claim counts", SI("10.0.0.1"), SI("203.0.113.9"), SI("203.0.113.9") },
        { "only what the proxy added counts", SI("10.0.0.1"), SI("1.2.3.4, 203.0.113.9"), SI("203.0.113.9") },
        { "a chain of proxies", SI("10.0.0.1"), SI("1.2.3.4, 203.0.113.9 , 10.0.0.2"), SI("203.0.113.9") },
        { "a proxy without a claim", SI("10.0.0.1"), SI(""), SI("10.0.0.1") },
        { "a claim that is no address", SI("10.0.0.1"), SI("1.2.3.4, unknown"), SI("10.0.0.1") },
        { "IPv6 behind a proxy", SI("10.0.0.1"), SI("2001:db8::5"), SI("2001:db8::5") },
    };
    struct http_nets proxies;
    static const str net = SI("10.0.0.0/8");
    t_st(http_nets_parse(arena, &net, 1, &proxies), ST_OK, "the proxies");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[HTTP_ADDR_TEXT];
        struct http_addr peer = addr(rows[i].peer), client = http_client(&proxies, &peer, rows[i].forwarded);
        t_str(http_addr_fmt(&client, text), rows[i].client, rows[i].name);
    }
}

int main(void)
{
    struct arena *arena = arena_new(1u << 20);
    struct http_addr a = addr(S("192.0.2.1")), b = addr(S("192.0.2.2"));
    struct http_addr c = addr(S("2001:db8:1:2:3::1")), d = addr(S("2001:db8:1:2:4::1"));
    t_ok(http_addr_prefix(&a) != http_addr_prefix(&b), "IPv4 addresses count alone");
    t_ok(http_addr_prefix(&c) == http_addr_prefix(&d), "IPv6 addresses count by /64");
    a = addr(S("127.3.2.1")), b = addr(S("::1"));
    t_ok(http_addr_loopback(&a) && http_addr_loopback(&b) && !http_addr_loopback(&c), "loopback");
    t_st(http_addr_parse((str){ "1.2.3.4\0", 8 }, &a), ST_INVALID, "an address with a NUL");
    check_nets(arena);
    check_client(arena);
    arena_free(arena);
    return t_done();
}
