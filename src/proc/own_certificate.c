#include "own_certificate.h"

#include "cert.h"
#include "str.h"

/* The name that people type: the host of web.url, or else of web.listen. */
static str public_host(const struct config *c)
{
    str host = c->web.url;
    size_t scheme = str_find(host, S("://"));
    if (scheme == host.n)
        return c->web.listen.host;
    host = str_sub(host, scheme + 3, host.n);
    host = str_sub(host, 0, str_index(host, '/'));
    if (str_starts(host, S("[")))
        return str_sub(host, 1, str_index(host, ']') - 1);
    return str_sub(host, 0, str_index(host, ':'));
}

st own_certificate(struct arena *a, const struct config *c, str *chain_path, str *key_path)
{
    if (c->web.certificate.n) {
        *chain_path = c->web.certificate;
        *key_path = c->web.key;
        return ST_OK;
    }
    str dir = str_cat(a, c->data.dir, S("/tls"));
    const char *dir_z = str_z(a, dir);
    if (dir_z == NULL)
        return ST_NO_MEMORY;
    TRY(cert_ensure(dir_z, public_host(c), clock_now()));
    *chain_path = str_cat(a, dir, S("/certificate.pem"));
    *key_path = str_cat(a, dir, S("/key.pem"));
    return ST_OK;
}
