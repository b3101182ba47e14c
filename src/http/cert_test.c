#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cert.h"
#include "str.h"
#include "t.h"
#include "tls.h"

static int mode_of(const char *path)
{
    struct stat sb;
    return stat(path, &sb) == 0 ? (int)(sb.st_mode & 0777) : -1;
}

int main(void)
{
    struct arena *a = arena_new(1u << 22);
    char root[] = "/tmp/avow-cert-XXXXXX", dir[64], chain_path[96], key_path[96];
    t_need(a != NULL && mkdtemp(root) != NULL);
    snprintf(dir, sizeof dir, "%s/tls", root);
    snprintf(chain_path, sizeof chain_path, "%s/certificate.pem", dir);
    snprintf(key_path, sizeof key_path, "%s/key.pem", dir);
    utc now = clock_now();
    str chain = S(""), key = S(""), again = S("");
    struct tls *tls;

    t_st(cert_ensure(dir, S("shop.test"), now), ST_OK, "a pair is made");
    t_i64(mode_of(chain_path), 0600, "the certificate is its owner's alone");
    t_i64(mode_of(key_path), 0600, "and so is the key");
    t_st(cert_read(a, chain_path, &chain), ST_OK, "the certificate is read");
    t_st(cert_read(a, key_path, &key), ST_OK, "the key is read");
    t_st(tls_new(a, chain, key, &tls), ST_OK, "TLS can use them");
    t_st(cert_ensure(dir, S("shop.test"), now), ST_OK, "asked again");
    t_st(cert_read(a, chain_path, &again), ST_OK, "read again");
    t_str(again, chain, "the same is kept");
    t_st(cert_ensure(dir, S("shop.test"), (utc){ now.s + 368 * 86400 }), ST_OK, "29 days before its end");
    t_st(cert_read(a, chain_path, &again), ST_OK, "read once more");
    t_ok(!str_eq(again, chain), "a new one is made");
    t_st(tls_change(tls, again, key), ST_CONFIG, "a key that is not the certificate's is refused");
    t_st(tls_change(tls, chain, key), ST_OK, "the old pair still works");
    t_st(tls_change(tls, S("no certificate"), key), ST_CONFIG, "text that is no certificate is refused");
    t_ok(unlink(chain_path) == 0 && cert_ensure(dir, S(""), now) == ST_OK, "half a pair is made whole");
    t_st(cert_make(a, S("shop.test,DNS:evil.test"), now, &chain, &key), ST_INVALID, "a host that is no host");
    t_st(cert_read(a, root, &chain), ST_IO, "a folder is no file");
    t_st(cert_read(a, "/tmp/avow-cert-absent", &chain), ST_NOT_FOUND, "an absent file");

    unlink(chain_path);
    unlink(key_path);
    rmdir(dir);
    rmdir(root);
    arena_free(a);
    return t_done();
}
