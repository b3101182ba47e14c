/* Internet addresses as the server compares them: IPv4 and IPv6 in one form, prefixes, lists. */
#ifndef AVOW_HTTP_ADDR_H
#define AVOW_HTTP_ADDR_H

#include "arena.h"

struct sockaddr;

/* IPv4 is kept in its IPv6-mapped form. */
struct http_addr {
    uint8_t b[16];
};
#define HTTP_ADDR_TEXT 46

struct http_net {
    struct http_addr addr;
    int bits; /* of 128 */
};
struct http_nets {
    const struct http_net *v;
    size_t n;
};

NODISCARD st http_addr_parse(str, struct http_addr *);
NODISCARD st http_addr_of(const struct sockaddr *, struct http_addr *); /* ST_INVALID: not an internet address */
str http_addr_fmt(const struct http_addr *, char out[HTTP_ADDR_TEXT]);
bool http_addr_loopback(const struct http_addr *);
/* What is counted as one client: an IPv4 address, or the /64 of an IPv6 address. */
uint64_t http_addr_prefix(const struct http_addr *);
/* "10.0.0.0/8", "::1": ST_INVALID when one is no address. */
NODISCARD st http_nets_parse(struct arena *, const str *list, size_t n, struct http_nets *);
bool http_nets_have(const struct http_nets *, const struct http_addr *);

/* Who the client is: the peer itself, or, when the peer is a listed proxy, the last address in X-Forwarded-For
 * that is not one. What stands before that was written by strangers. */
struct http_addr http_client(const struct http_nets *proxies, const struct http_addr *peer, str forwarded_for);

#endif
