#include "geo.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "out.h"
#include "str.h"
#include "t.h"

/* ---- a writer of small databases in MaxMind's format: a binary tree over IPv6, IPv4 at ::/96 ---- */

#define NODES 512
#define NONE 0xffffffu

struct tree {
    uint32_t child[NODES][2]; /* NONE: nothing; >= NODES: data offset + NODES */
    uint32_t n;
};

static void insert(struct tree *t, const uint8_t ip[16], unsigned bits, uint32_t data)
{
    uint32_t node = 0;
    for (unsigned i = 0; i < bits; i++) {
        uint32_t *next = &t->child[node][(ip[i / 8] >> (7 - i % 8)) & 1];
        if (i + 1 == bits) {
            *next = NODES + data;
            return;
        }
        if (*next == NONE) {
            t->child[t->n][0] = t->child[t->n][1] = NONE;
            *next = t->n++;
        }
        node = *next;
    }
}

static void put_text(struct out *o, const char *s)
{
    out_byte(o, (char)(0x40 | strlen(s)));
    out_str(o, str_c(s));
}

static void put_number(struct out *o, unsigned type, uint64_t v, unsigned bytes)
{
    if (type > 7) {
        out_byte(o, (char)bytes);
        out_byte(o, (char)(type - 7));
    } else {
        out_byte(o, (char)(type << 5 | bytes));
    }
    while (bytes-- > 0)
        out_byte(o, (char)(v >> (8 * bytes)));
}

static void put_metadata(struct out *o, uint32_t nodes)
{
    out_str(o, S("\xab\xcd\xefMaxMind.com"));
    out_byte(o, (char)(0xe0 | 9));
    put_text(o, "binary_format_major_version");
    put_number(o, 5, 2, 2);
    put_text(o, "binary_format_minor_version");
    put_number(o, 5, 0, 2);
    put_text(o, "build_epoch");
    put_number(o, 9, 1781654400, 8); /* 2026-06-17 */
    put_text(o, "database_type");
    put_text(o, "country test");
    put_text(o, "description");
    out_byte(o, (char)0xe0);
    put_text(o, "languages");
    put_number(o, 11, 0, 0); /* an empty array */
    put_text(o, "ip_version");
    put_number(o, 5, 6, 2);
    put_text(o, "node_count");
    put_number(o, 6, nodes, 4);
    put_text(o, "record_size");
    put_number(o, 5, 24, 2);
}

static str write_database(struct arena *a)
{
    static struct tree t = { .child = { { NONE, NONE } }, .n = 1 };
    struct out data, o;
    out_init(&data, a, 4096);
    out_init(&o, a, 1 << 20);
    uint32_t flat = (uint32_t)out_view(&data).n; /* {"country_code": "GB"} */
    out_byte(&data, (char)0xe1);
    put_text(&data, "country_code");
    put_text(&data, "GB");
    uint32_t nested = (uint32_t)out_view(&data).n; /* {"country": {"iso_code": "NL"}} */
    out_byte(&data, (char)0xe1);
    put_text(&data, "country");
    out_byte(&data, (char)0xe1);
    put_text(&data, "iso_code");
    put_text(&data, "NL");
    uint32_t odd = (uint32_t)out_view(&data).n; /* {"country_code": "nowhere"} */
    out_byte(&data, (char)0xe1);
    put_text(&data, "country_code");
    put_text(&data, "nowhere");
    insert(&t, (const uint8_t[16]){ [12] = 81, 2, 69 }, 96 + 24, flat);
    insert(&t, (const uint8_t[16]){ [12] = 193, 0, 6 }, 96 + 24, nested);
    insert(&t, (const uint8_t[16]){ [12] = 8, 8, 8 }, 96 + 24, odd);
    insert(&t, (const uint8_t[16]){ [12] = 10 }, 96 + 8, flat);
    insert(&t, (const uint8_t[16]){ 0x2a, 0x02, 0x0c, 0x7f }, 32, flat);
    for (uint32_t i = 0; i < t.n; i++)
        for (int side = 0; side < 2; side++) {
            uint32_t c = t.child[i][side], v = c == NONE ? t.n : c >= NODES ? c - NODES + t.n + 16 : c;
            out_byte(&o, (char)(v >> 16));
            out_byte(&o, (char)(v >> 8));
            out_byte(&o, (char)v);
        }
    out_bytes(&o, (const char[16]){ 0 }, 16);
    out_str(&o, out_view(&data));
    put_metadata(&o, t.n);
    return out_view(&o);
}

static const struct {
    str ip;
    bool routable;
} addresses[] = {
    { SI("81.2.69.160"), true },     { SI("8.8.8.8"), true },           { SI("2a02:c7f::1"), true },
    { SI("::ffff:81.2.69.160"), true }, { SI("10.0.0.1"), false },      { SI("127.0.0.1"), false },
    { SI("192.168.1.1"), false },    { SI("172.16.0.1"), false },       { SI("172.32.0.1"), true },
    { SI("100.64.0.1"), false },     { SI("100.128.0.1"), true },       { SI("169.254.1.1"), false },
    { SI("192.0.2.1"), false },      { SI("198.51.100.7"), false },     { SI("203.0.113.9"), false },
    { SI("224.0.0.1"), false },      { SI("255.255.255.255"), false },  { SI("0.0.0.0"), false },
    { SI("::1"), false },            { SI("fe80::1"), false },          { SI("fc00::1"), false },
    { SI("2001:db8::1"), false },    { SI("2002:a00:1::1"), false },    { SI("ff02::1"), false },
    { SI("::ffff:10.0.0.1"), false }, { SI("not an address"), false },  { SI(""), false },
    { SI("81.2.69"), false },        { SI("1234:5678:1234:5678:1234:5678:1234:5678:1234"), false },
};

int main(void)
{
    struct arena *a = arena_new(4 << 20);
    t_need(a);
    for (size_t i = 0; i < COUNT(addresses); i++)
        t_ok(ip_routable(addresses[i].ip) == addresses[i].routable, addresses[i].ip.n ? addresses[i].ip.p : "nothing");

    char path[] = "/tmp/avow-geo-XXXXXX";
    int fd = mkstemp(path);
    t_need(fd >= 0);
    str bytes = write_database(a);
    t_need(write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);

    struct geo *g;
    char c[3];
    t_st(geo_open(a, str_c(path), &g), ST_OK, "open a database");
    t_str(geo_version(g), S("country test 2026-06-17"), "its type and date");
    t_st(geo_country(g, S("81.2.69.160"), c), ST_OK, "an address it has");
    t_str(str_c(c), S("GB"), "flat record");
    t_st(geo_country(g, S("193.0.6.139"), c), ST_OK, "another");
    t_str(str_c(c), S("NL"), "nested record");
    t_st(geo_country(g, S("2a02:c7f::1"), c), ST_OK, "an IPv6 address");
    t_st(geo_country(g, S("::ffff:81.2.69.160"), c), ST_OK, "IPv4 in IPv6");
    t_st(geo_country(g, S("9.9.9.9"), c), ST_NOT_FOUND, "an address it does not have");
    t_st(geo_country(g, S("8.8.8.8"), c), ST_NOT_FOUND, "a record that names no country");
    t_st(geo_country(g, S("10.0.0.1"), c), ST_NOT_FOUND, "a private address is no item, whatever the database says");
    t_st(geo_country(NULL, S("81.2.69.160"), c), ST_NOT_FOUND, "no database, no item");
    unlink(path);
    t_st(geo_open(a, S(""), &g), ST_OK, "no database is configured");
    t_ok(!g && geo_version(g).n == 0, "and none is there");
    t_st(geo_open(a, S("/nonexistent/geo.mmdb"), &g), ST_CONFIG, "a file that is not there");
    t_st(geo_open(a, S("/dev/null"), &g), ST_CONFIG, "a file that is no database");
    arena_free(a);
    return t_done();
}
