/* The server over TLS: which versions, ciphers and protocols; and that everything else is as without. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cert.h"
#include "clock.h"
#include "requests.h"
#include "str.h"
#include "t.h"
#include "testserver.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static char text[1 << 16];

struct offer {
    const char *name;
    int min, max;           /* TLS versions; 0: whatever */
    const char *ciphers;    /* of TLS 1.2; NULL: whatever */
    const char *alpn;       /* as on the wire; NULL: none */
    bool accepted;
};

static const struct offer offers[] = {
    { "TLS 1.3", TLS1_3_VERSION, TLS1_3_VERSION, NULL, NULL, true },
    { "TLS 1.2", TLS1_2_VERSION, TLS1_2_VERSION, NULL, NULL, true },
    { "TLS 1.1", TLS1_1_VERSION, TLS1_1_VERSION, "ALL:@SECLEVEL=0", NULL, false },
    { "TLS 1.2 with ECDHE and AES-GCM", TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", NULL, true },
    { "TLS 1.2 with CBC", TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", NULL, false },
    { "TLS 1.2 without forward secrecy", TLS1_2_VERSION, TLS1_2_VERSION, "AES128-GCM-SHA256", NULL, false },
    { "TLS 1.2 with CCM", TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0", NULL, false },
    { "http/1.1 among other protocols", 0, 0, NULL, "\x02h2\x08http/1.1", true },
    { "other protocols only", 0, 0, NULL, "\x02h2", false },
};

static SSL *handshake(int port, const struct offer *offer, SSL_SESSION *session)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    bool ok = (offer->min == 0 || SSL_CTX_set_min_proto_version(ctx, offer->min) == 1) &&
              (offer->max == 0 || SSL_CTX_set_max_proto_version(ctx, offer->max) == 1) &&
              (offer->ciphers == NULL || SSL_CTX_set_cipher_list(ctx, offer->ciphers) == 1) &&
              (offer->alpn == NULL ||
               SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)offer->alpn, (unsigned)strlen(offer->alpn)) == 0);
    SSL *ssl = ok ? SSL_new(ctx) : NULL;
    SSL_CTX_free(ctx);
    if (ssl == NULL)
        return NULL;
    int fd = client_open(port);
    if (SSL_set_fd(ssl, fd) != 1 || (session != NULL && SSL_set_session(ssl, session) != 1) || SSL_connect(ssl) != 1) {
        ERR_clear_error();
        SSL_free(ssl);
        close(fd);
        return NULL;
    }
    return ssl;
}

static void hang_up(SSL *ssl)
{
    int fd = SSL_get_fd(ssl);
    SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
}

/* The body of the answer to one request. */
static const char *ask(SSL *ssl, const char *request, size_t n)
{
    size_t put, got = 0, at = 0;
    text[0] = '\0';
    if (SSL_write_ex(ssl, request, n, &put) != 1 || put != n)
        return "";
    while (at + 1 < sizeof text && SSL_read_ex(ssl, text + at, sizeof text - 1 - at, &got) == 1) {
        at += got;
        text[at] = '\0';
        const char *length = strstr(text, "\r\nContent-Length: "), *body = response_body(text);
        if (length != NULL && body[0] != '\0' && text + at - body >= atoi(length + 18))
            break;
    }
    ERR_clear_error();
    return response_body(text);
}

static void check_offers(int port)
{
    for (size_t i = 0; i < COUNT(offers); i++) {
        SSL *ssl = handshake(port, &offers[i], NULL);
        t_ok((ssl != NULL) == offers[i].accepted, offers[i].name);
        if (ssl == NULL)
            continue;
        t_str(str_c(ask(ssl, GET("/a"), sizeof GET("/a") - 1)), S("GET /a 0"), "and a request over it");
        hang_up(ssl);
    }
}

static void check_answers(int port)
{
    SSL *ssl = handshake(port, &offers[0], NULL);
    if (!t_ok(ssl != NULL, "connected"))
        return;
    t_str(str_c(ask(ssl, GET("/late"), sizeof GET("/late") - 1)), S("late"), "an answer that comes later");
    t_ok(strstr(text, "\r\nStrict-Transport-Security: max-age=63072000\r\n") != NULL, "HSTS for two years");
    t_ok(strcmp(SSL_get_cipher_name(ssl), "TLS_AES_256_GCM_SHA384") == 0, "the server chooses the cipher");
    SSL_SESSION *session = SSL_get1_session(ssl);
    hang_up(ssl);
    ssl = handshake(port, &offers[0], session);
    t_ok(ssl != NULL && SSL_session_reused(ssl) == 1, "a session is taken up again");
    hang_up(ssl);
    SSL_SESSION_free(session);

    ssl = handshake(port, &offers[1], NULL);
    if (!t_ok(ssl != NULL, "connected by TLS 1.2"))
        return;
    SSL_renegotiate(ssl);
    int r = SSL_do_handshake(ssl);
    bool refused = r != 1 || ask(ssl, GET("/a"), sizeof GET("/a") - 1)[0] == '\0';
    t_ok(refused, "renegotiation is refused");
    ERR_clear_error();
    hang_up(ssl);
}

/* The framing table once more: TLS records must not change what is refused. */
static void check_hostile(int port)
{
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        SSL *ssl = handshake(port, &offers[0], NULL);
        if (ssl == NULL) {
            wrong++;
            continue;
        }
        ask(ssl, hostile[i].p, hostile[i].n);
        /* Over TLS an http:// target is wrong in one more way. */
        if (response_status(text) != hostile[i].status) {
            printf("# %s: %d\n", hostile[i].name, response_status(text));
            wrong++;
        }
        hang_up(ssl);
    }
    t_i64(wrong, 0, "every hostile request is refused over TLS too");
}

/* Somebody who connects and greets slowly, or never. */
static void check_slow_greeting(int port)
{
    int fd = client_open(port);
    int64_t start = clock_ms();
    bool closed = false;
    IGNORE(client_send(fd, "\026\003\001\002\000", 5));
    client_read_all(fd, text, sizeof text, &closed);
    t_ok(closed && clock_ms() - start < PATIENCE_MS, "half a greeting is ended by its deadline");
    close(fd);
}

static void check_certificate(int port)
{
    SSL *ssl = handshake(port, &offers[0], NULL);
    X509 *x = ssl == NULL ? NULL : SSL_get1_peer_certificate(ssl);
    if (!t_ok(x != NULL, "a certificate"))
        return;
    int days = 0, seconds = 0;
    t_ok(X509_check_host(x, "shop.test", 0, 0, NULL) == 1 && X509_check_host(x, "localhost", 0, 0, NULL) == 1 &&
             X509_check_ip_asc(x, "127.0.0.1", 0) == 1 && X509_check_ip_asc(x, "::1", 0) == 1,
         "for the host, localhost and the loopback addresses");
    t_ok(X509_check_host(x, "evil.test", 0, 0, NULL) != 1, "and no other");
    ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(x), X509_get0_notAfter(x));
    t_i64(days, 397, "for 397 days");
    t_ok(EVP_PKEY_is_a(X509_get0_pubkey(x), "EC") == 1, "with an elliptic curve key");
    X509_free(x);
    hang_up(ssl);
}

int main(void)
{
    struct testserver server;
    struct http_limits limits = testserver_limits();
    t_need(testserver_start(&server, &limits));
    check_offers(server.tls_port);
    check_answers(server.tls_port);
    check_hostile(server.tls_port);
    check_slow_greeting(server.tls_port);
    check_certificate(server.tls_port);
    t_ok(testserver_stop(&server), "the server ended in order");
    return t_done();
}
