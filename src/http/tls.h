/* TLS as this server speaks it: 1.2 and 1.3, forward secret authenticated ciphers, no renegotiation, no
 * compression, ALPN "http/1.1". The certificate can be changed while connections are open.
 *
 * Ownership: a `struct tls` lives in the arena given to tls_new and is freed with it.
 * Failure:   ST_CONFIG when certificate or key cannot be used; what OpenSSL says goes to the log. */
#ifndef AVOW_HTTP_TLS_H
#define AVOW_HTTP_TLS_H

#include "arena.h"

struct tls;
struct ssl_st; /* OpenSSL's SSL */

/* From a certificate chain and a private key, both PEM text. */
NODISCARD st tls_new(struct arena *, str chain, str key, struct tls **);
/* New connections use these from now on; on failure the old ones stay. */
NODISCARD st tls_change(struct tls *, str chain, str key);
/* The server's side of one connection on a non-blocking socket. NULL: no memory. */
struct ssl_st *tls_accept(struct tls *, int fd);

#endif
