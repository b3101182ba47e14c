#include "geo.h"

#include <arpa/inet.h>
#include <maxminddb.h>
#include <string.h>

#include "clock.h"
#include "str.h"

struct geo {
    MMDB_s db;
    str version;
};

/* ---- addresses that the public Internet does not route: IANA special-purpose registries, RFC 6890 and later ---- */

struct block {
    uint8_t net[16];
    uint8_t bits;
};

static const struct block blocks4[] = {
    { { 0 }, 8 },             { { 10 }, 8 },           { { 100, 64 }, 10 },      { { 127 }, 8 },
    { { 169, 254 }, 16 },     { { 172, 16 }, 12 },     { { 192, 0, 0 }, 24 },    { { 192, 0, 2 }, 24 },
    { { 192, 88, 99 }, 24 },  { { 192, 168 }, 16 },    { { 198, 18 }, 15 },      { { 198, 51, 100 }, 24 },
    { { 203, 0, 113 }, 24 },  { { 224 }, 4 },          { { 240 }, 4 },
};
/* Global unicast is 2000::/3; these parts of it are not routed. */
static const struct block blocks6[] = {
    { { 0x20, 0x01, 0x00, 0x02 }, 48 }, { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x01, 0x00, 0x10 }, 28 },
    { { 0x20, 0x01, 0x00, 0x00 }, 32 }, { { 0x20, 0x02 }, 16 },             { { 0x3f, 0xff }, 20 },
};

static bool inside(const uint8_t *ip, const struct block *b)
{
    size_t bytes = b->bits / 8, rest = b->bits % 8;
    if (memcmp(ip, b->net, bytes) != 0)
        return false;
    return rest == 0 || (ip[bytes] ^ b->net[bytes]) >> (8 - rest) == 0;
}

static bool routable4(const uint8_t *ip)
{
    for (size_t i = 0; i < COUNT(blocks4); i++)
        if (inside(ip, &blocks4[i]))
            return false;
    return true;
}

static bool routable6(const uint8_t *ip)
{
    if ((ip[0] & 0xe0) != 0x20)
        return false;
    for (size_t i = 0; i < COUNT(blocks6); i++)
        if (inside(ip, &blocks6[i]))
            return false;
    return true;
}

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

bool ip_bytes(str text, uint8_t out[16])
{
    char z[INET6_ADDRSTRLEN + 1];
    if (text.n == 0 || text.n >= sizeof(z) || memchr(text.p, '\0', text.n))
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    memcpy(out, mapped, sizeof(mapped));
    return inet_pton(AF_INET, z, out + sizeof(mapped)) == 1 || inet_pton(AF_INET6, z, out) == 1;
}

/* An address as a socket address; IPv4 inside IPv6 (::ffff:…) as IPv4. False when it is none, or not routable. */
static bool read_ip(str text, struct sockaddr_storage *out)
{
    uint8_t ip[16];
    if (!ip_bytes(text, ip))
        return false;
    memset(out, 0, sizeof(*out));
    if (memcmp(ip, mapped, sizeof(mapped)) == 0) {
        struct sockaddr_in *in = (struct sockaddr_in *)out;
        in->sin_family = AF_INET;
        memcpy(&in->sin_addr, ip + sizeof(mapped), 4);
        return routable4(ip + sizeof(mapped));
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
    in6->sin6_family = AF_INET6;
    memcpy(&in6->sin6_addr, ip, 16);
    return routable6(ip);
}

bool ip_routable(str ip)
{
    struct sockaddr_storage sa;
    return read_ip(ip, &sa);
}

/* ---- the database ---- */

static void close_database(void *arg)
{
    struct geo *g = arg;
    MMDB_close(&g->db);
}

st geo_open(struct arena *a, str path, struct geo **out)
{
    *out = NULL;
    if (str_empty(path))
        return ST_OK;
    const char *z = str_z(a, path);
    struct geo *g = NEW(a, struct geo);
    if (!z || !g)
        return arena_failed(a) ? ST_NO_MEMORY : ST_CONFIG;
    if (MMDB_open(z, MMDB_MODE_MMAP, &g->db) != MMDB_SUCCESS)
        return ST_CONFIG;
    st kept = arena_at_end(a, close_database, g);
    if (kept != ST_OK) {
        MMDB_close(&g->db);
        return kept;
    }
    str type = str_c(g->db.metadata.database_type);
    str built = date_iso(a, date_utc((utc){ (int64_t)g->db.metadata.build_epoch }));
    g->version = str_fmt(a, "%.*s %.*s", STR_ARG(str_sub(type, 0, 28)), STR_ARG(built));
    *out = g;
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

/* The country code as text: databases have it under country, or flat. */
static bool country_of(MMDB_entry_s *entry, char out[3])
{
    static const char *const flat[] = { "country_code", NULL };
    static const char *const nested[] = { "country", "iso_code", NULL };
    static const char *const *const paths[] = { nested, flat };
    for (size_t i = 0; i < COUNT(paths); i++) {
        MMDB_entry_data_s d;
        if (MMDB_aget_value(entry, &d, paths[i]) != MMDB_SUCCESS || !d.has_data || d.type != MMDB_DATA_TYPE_UTF8_STRING)
            continue;
        if (d.data_size != 2)
            continue;
        memcpy(out, d.utf8_string, 2);
        out[2] = '\0';
        return out[0] >= 'A' && out[0] <= 'Z' && out[1] >= 'A' && out[1] <= 'Z';
    }
    return false;
}

st geo_country(const struct geo *g, str ip, char out[3])
{
    struct sockaddr_storage sa;
    int error;
    if (!g || !read_ip(ip, &sa))
        return ST_NOT_FOUND;
    if (g->db.metadata.ip_version == 4 && sa.ss_family == AF_INET6)
        return ST_NOT_FOUND;
    MMDB_lookup_result_s r = MMDB_lookup_sockaddr(&g->db, (const struct sockaddr *)&sa, &error);
    if (error != MMDB_SUCCESS || !r.found_entry || !country_of(&r.entry, out))
        return ST_NOT_FOUND;
    return ST_OK;
}

str geo_version(const struct geo *g)
{
    return g ? g->version : S("");
}

/* ---- the process's own ----------------------------------------------------------------------------------------- */

static struct {
    struct geo *geo; /* read-only once set */
} here;

st geo_use(struct arena *a, str path)
{
    return geo_open(a, path, &here.geo);
}

const struct geo *geo_here(void)
{
    return here.geo;
}
