#include "cert.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addr.h"
#include "parse.h"
#include "rnd.h"
#include "str.h"

#define DAYS 397 /* the longest that browsers accept */
#define RENEW_DAYS 30
#define PEM_MAX 65536
#define CHAIN_FILE "certificate.pem"
#define KEY_FILE "key.pem"

/* ---- making one */

static bool add_name(GENERAL_NAMES *names, int type, const char *value)
{
    GENERAL_NAME *name = a2i_GENERAL_NAME(NULL, NULL, NULL, type, value, 0);
    if (name != NULL && sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

/* Host names are checked one by one and never pass through OpenSSL's configuration syntax. */
static bool add_names(X509 *x, const char *host)
{
    struct http_addr addr;
    bool is_addr = http_addr_parse(str_c(host), &addr) == ST_OK;
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    bool ok = names != NULL && add_name(names, GEN_DNS, "localhost") && add_name(names, GEN_IPADD, "127.0.0.1") &&
              add_name(names, GEN_IPADD, "::1");
    bool more = host[0] != '\0' && strcmp(host, "localhost") != 0 && !(is_addr && http_addr_loopback(&addr));
    if (ok && more)
        ok = add_name(names, is_addr ? GEN_IPADD : GEN_DNS, host);
    ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
    return ok;
}

static bool add_extension(X509 *x, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool ok = e != NULL && X509_add_ext(x, e, -1) == 1;
    X509_EXTENSION_free(e);
    return ok;
}

static bool set_serial(X509 *x)
{
    unsigned char b[16];
    rnd_bytes(b, sizeof b);
    b[0] = (b[0] & 0x7f) | 0x40; /* positive, and always as long */
    BIGNUM *n = BN_bin2bn(b, sizeof b, NULL);
    bool ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;
    BN_free(n);
    return ok;
}

static bool set_up(X509 *x, EVP_PKEY *key, const char *host, utc now)
{
    time_t at = (time_t)now.s;
    const char *cn = host[0] != '\0' && strlen(host) <= 64 ? host : "localhost";
    X509_NAME *name = X509_get_subject_name(x);
    return X509_set_version(x, 2) == 1 && set_serial(x) && X509_set_pubkey(x, key) == 1 &&
           X509_time_adj_ex(X509_getm_notBefore(x), 0, -3600, &at) != NULL && /* clocks differ */
           X509_time_adj_ex(X509_getm_notAfter(x), DAYS, -3600, &at) != NULL &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)cn, -1, -1, 0) == 1 &&
           X509_set_issuer_name(x, name) == 1 && add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(x, NID_key_usage, "critical,digitalSignature") &&
           add_extension(x, NID_ext_key_usage, "serverAuth") &&
           add_extension(x, NID_subject_key_identifier, "hash") && add_names(x, host) &&
           X509_sign(x, key, EVP_sha256()) > 0;
}

static str bio_text(struct arena *a, BIO *bio)
{
    char *p = NULL;
    long n = BIO_get_mem_data(bio, &p);
    return n > 0 ? str_dup(a, (str){ p, (size_t)n }) : (str){ NULL, 0 };
}

st cert_make(struct arena *a, str host, utc now, str *chain, str *key)
{
    struct http_addr addr;
    if (host.n > 0 && http_addr_parse(host, &addr) != ST_OK && http_host_check(host) != WHY_NONE)
        return ST_INVALID;
    const char *host_z = str_z(a, host);
    if (host_z == NULL)
        return ST_NO_MEMORY;
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    BIO *chain_bio = BIO_new(BIO_s_mem()), *key_bio = BIO_new(BIO_s_secmem());
    bool ok = pkey != NULL && x != NULL && chain_bio != NULL && key_bio != NULL && set_up(x, pkey, host_z, now) &&
              PEM_write_bio_X509(chain_bio, x) == 1 &&
              PEM_write_bio_PrivateKey(key_bio, pkey, NULL, NULL, 0, NULL, NULL) == 1;
    if (ok) {
        *chain = bio_text(a, chain_bio);
        *key = bio_text(a, key_bio);
    }
    BIO_free(chain_bio);
    BIO_free(key_bio);
    X509_free(x);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return ok && chain->n > 0 && key->n > 0 ? ST_OK : ST_NO_MEMORY;
}

/* ---- files */

st cert_read(struct arena *a, const char *path, str *pem)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    char *buf = NEWN(a, char, PEM_MAX + 1);
    size_t n = 0;
    ssize_t r = buf == NULL ? -1 : 1;
    while (r > 0 && n <= PEM_MAX) {
        r = read(fd, buf + n, PEM_MAX + 1 - n);
        n += r > 0 ? (size_t)r : 0;
    }
    close(fd);
    if (r < 0)
        return buf == NULL ? ST_NO_MEMORY : ST_IO;
    if (n > PEM_MAX)
        return ST_TOO_LARGE;
    *pem = (str){ buf, n };
    return ST_OK;
}

/* Whole or not at all: written beside, made durable, and then put in its place. */
static st write_file(int dir, const char *name, str content)
{
    char beside[64];
    snprintf(beside, sizeof beside, ".%s.new", name);
    int fd = openat(dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return ST_IO;
    bool ok = write(fd, content.p, content.n) == (ssize_t)content.n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok && renameat(dir, beside, dir, name) == 0 ? ST_OK : ST_IO;
}

/* Is there a pair that is good for a while yet? */
static bool still_good(int dir, utc now)
{
    int fd = faccessat(dir, KEY_FILE, R_OK, 0) == 0 ? openat(dir, CHAIN_FILE, O_RDONLY | O_CLOEXEC) : -1;
    FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
    if (f == NULL)
        return false;
    X509 *x = PEM_read_X509(f, NULL, NULL, NULL);
    fclose(f);
    time_t soon = (time_t)(now.s + RENEW_DAYS * 86400);
    bool good = x != NULL && X509_cmp_time(X509_get0_notAfter(x), &soon) > 0;
    X509_free(x);
    ERR_clear_error();
    return good;
}

static st ensure_in(int dir, str host, utc now)
{
    str chain, key;
    if (still_good(dir, now))
        return ST_OK;
    struct arena *a = arena_new(1u << 20);
    if (a == NULL)
        return ST_NO_MEMORY;
    st r = cert_make(a, host, now, &chain, &key);
    /* The old certificate goes first: without one, what a crash leaves behind is made anew. */
    if (r == ST_OK && unlinkat(dir, CHAIN_FILE, 0) < 0 && errno != ENOENT)
        r = ST_IO;
    if (r == ST_OK)
        r = write_file(dir, KEY_FILE, key);
    if (r == ST_OK)
        r = write_file(dir, CHAIN_FILE, chain);
    if (r == ST_OK && fsync(dir) < 0)
        r = ST_IO;
    arena_free(a);
    return r;
}

st cert_ensure(const char *dir, str host, utc now)
{
    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return ST_IO;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return ST_IO;
    st r = flock(fd, LOCK_EX) == 0 ? ensure_in(fd, host, now) : ST_IO;
    close(fd);
    return r;
}
