#include "addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "str.h"

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool is_v4(const struct http_addr *a)
{
    return memcmp(a->b, mapped, sizeof mapped) == 0;
}

static void set_v4(struct http_addr *a, const void *four)
{
    memcpy(a->b, mapped, sizeof mapped);
    memcpy(a->b + sizeof mapped, four, 4);
}

st http_addr_parse(str s, struct http_addr *out)
{
    char z[HTTP_ADDR_TEXT];
    struct in_addr v4;
    struct in6_addr v6;
    if (s.n == 0 || s.n >= sizeof z)
        return ST_INVALID;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    if (strlen(z) != s.n)
        return ST_INVALID;
    if (inet_pton(AF_INET, z, &v4) == 1)
        set_v4(out, &v4);
    else if (inet_pton(AF_INET6, z, &v6) == 1)
        memcpy(out->b, &v6, sizeof out->b);
    else
        return ST_INVALID;
    return ST_OK;
}

st http_addr_of(const struct sockaddr *sa, struct http_addr *out)
{
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        set_v4(out, &in.sin_addr);
        return ST_OK;
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        memcpy(out->b, &in6.sin6_addr, sizeof out->b);
        return ST_OK;
    }
    return ST_INVALID;
}

str http_addr_fmt(const struct http_addr *a, char out[HTTP_ADDR_TEXT])
{
    out[0] = '\0';
    if (is_v4(a)) {
        char *p = out;
        for (size_t i = 0; i < 4; i++) {
            unsigned v = a->b[sizeof mapped + i];
            if (v >= 100)
                *p++ = (char)('0' + v / 100);
            if (v >= 10)
                *p++ = (char)('0' + v / 10 % 10);
            *p++ = (char)('0' + v % 10);
            *p++ = '.';
        }
        return (str){ out, (size_t)(p - out - 1) };
    }
    IGNORE(inet_ntop(AF_INET6, a->b, out, HTTP_ADDR_TEXT) == NULL);
    return str_c(out);
}

bool http_addr_loopback(const struct http_addr *a)
{
    static const struct http_addr one = { { [15] = 1 } };
    return is_v4(a) ? a->b[12] == 127 : memcmp(a, &one, sizeof one) == 0;
}

uint64_t http_addr_prefix(const struct http_addr *a)
{
    uint64_t v = 0;
    /* The mapped form has nothing in its first half: take the second half of IPv4, the first of IPv6. */
    memcpy(&v, is_v4(a) ? a->b + 8 : a->b, sizeof v);
    return v;
}

static st net_parse(str s, struct http_net *out)
{
    size_t slash = str_index(s, '/');
    TRY(http_addr_parse(str_sub(s, 0, slash), &out->addr));
    int64_t bits = is_v4(&out->addr) ? 32 : 128, most = bits;
    if (slash < s.n)
        TRY(i64_parse(str_sub(s, slash + 1, s.n), 0, most, &bits));
    out->bits = (int)(bits + 128 - most);
    return ST_OK;
}

st http_nets_parse(struct arena *a, const str *list, size_t n, struct http_nets *out)
{
    struct http_net *v = NEWN(a, struct http_net, n + 1);
    if (v == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        TRY(net_parse(str_trim(list[i]), &v[i]));
    *out = (struct http_nets){ v, n };
    return ST_OK;
}

static bool net_has(const struct http_net *net, const struct http_addr *a)
{
    size_t bytes = (size_t)net->bits / 8;
    int bits = net->bits % 8;
    if (memcmp(net->addr.b, a->b, bytes) != 0)
        return false;
    return bits == 0 || ((net->addr.b[bytes] ^ a->b[bytes]) >> (8 - bits)) == 0;
}

bool http_nets_have(const struct http_nets *nets, const struct http_addr *a)
{
    for (size_t i = 0; i < nets->n; i++) {
        if (net_has(&nets->v[i], a))
            return true;
    }
    return false;
}

struct http_addr http_client(const struct http_nets *proxies, const struct http_addr *peer, str forwarded_for)
{
    struct http_addr client = *peer, next;
    size_t end = forwarded_for.n;
    while (end > 0 && http_nets_have(proxies, &client)) {
        size_t at = end;
        while (at > 0 && forwarded_for.p[at - 1] != ',')
            at--;
        if (http_addr_parse(str_trim(str_sub(forwarded_for, at, end - at)), &next) != ST_OK)
            break;
        client = next;
        end = at > 0 ? at - 1 : 0;
    }
    return client;
}
