#include "tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "log.h"

struct tls {
    SSL_CTX *ctx;
};

/* OpenSSL reports through a queue; one code is enough to find the reason, and the queue must be left empty. */
static st refused(const char *what)
{
    unsigned long code = ERR_peek_error();
    log_event(LOG_ERROR, "tls.unusable", "what=%s lib=%d reason=%d", log_word(what), ERR_GET_LIB(code), ERR_GET_REASON(code));
    ERR_clear_error();
    return ST_CONFIG;
}

/* We speak HTTP/1.1 only. A client that offers other protocols but not this one is told so; one that offers
 * none is served (RFC 7301). */
static int choose_protocol(SSL *ssl UNUSED, const unsigned char **out, unsigned char *out_n, const unsigned char *in,
                           unsigned in_n, void *arg UNUSED)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen = NULL;
    if (SSL_select_next_proto(&chosen, out_n, ours, sizeof ours - 1, in, in_n) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static st use_chain(SSL_CTX *ctx, str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509 *leaf = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    bool ok = leaf != NULL && SSL_CTX_use_certificate(ctx, leaf) == 1;
    X509_free(leaf);
    X509 *next;
    while (ok && (next = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        ok = SSL_CTX_add0_chain_cert(ctx, next) == 1;
        if (!ok)
            X509_free(next);
    }
    BIO_free(bio);
    if (!ok)
        return refused("certificate");
    ERR_clear_error(); /* the end of the PEM text counts as an error */
    return ST_OK;
}

/* A key that wants a pass phrase is not for a server that starts alone. */
static int no_pass_phrase(char *buf UNUSED, int size UNUSED, int rwflag UNUSED, void *arg UNUSED)
{
    return -1;
}

static st use_key(SSL_CTX *ctx, str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL);
    bool ok = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;
    EVP_PKEY_free(key);
    BIO_free(bio);
    return ok ? ST_OK : refused("key");
}

static st set_up(SSL_CTX *ctx)
{
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_SINGLE_ECDH_USE);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    static const unsigned char session_scope[] = "avow";
    bool ok = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
              SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
              SSL_CTX_set_ciphersuites(ctx, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:"
                                            "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
              SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") == 1 &&
              SSL_CTX_set_session_id_context(ctx, session_scope, sizeof session_scope - 1) == 1;
    return ok ? ST_OK : refused("options");
}

static st context_new(str chain, str key, SSL_CTX **out)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL)
        return ST_NO_MEMORY;
    st r = set_up(ctx);
    if (r == ST_OK)
        r = use_chain(ctx, chain);
    if (r == ST_OK)
        r = use_key(ctx, key);
    if (r != ST_OK)
        SSL_CTX_free(ctx);
    else
        *out = ctx;
    return r;
}

static void tls_free(void *arg)
{
    struct tls *tls = arg;
    SSL_CTX_free(tls->ctx);
}

st tls_new(struct arena *a, str chain, str key, struct tls **out)
{
    struct tls *tls = NEW(a, struct tls);
    if (tls == NULL)
        return ST_NO_MEMORY;
    TRY(arena_at_end(a, tls_free, tls));
    TRY(context_new(chain, key, &tls->ctx));
    *out = tls;
    return ST_OK;
}

st tls_change(struct tls *tls, str chain, str key)
{
    SSL_CTX *ctx;
    TRY(context_new(chain, key, &ctx));
    SSL_CTX_free(tls->ctx); /* open connections hold references of their own */
    tls->ctx = ctx;
    return ST_OK;
}

SSL *tls_accept(struct tls *tls, int fd)
{
    SSL *ssl = SSL_new(tls->ctx);
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_accept_state(ssl);
    return ssl;
}
