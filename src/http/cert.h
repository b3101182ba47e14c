/* The certificate a trial starts with: self-signed, P-256, 397 days, for this machine and one host name.
 *
 * Failure: ST_IO the files cannot be read or written, ST_INVALID the host is neither name nor address,
 *          ST_NO_MEMORY anything that OpenSSL could not do. */
#ifndef AVOW_HTTP_CERT_H
#define AVOW_HTTP_CERT_H

#include "clock.h"

/* Make DIR/certificate.pem and DIR/key.pem (mode 0600) for `host` (or empty), "localhost" and the loopback
 * addresses, unless a pair is there that is good for another 30 days. Several processes may ask at once. */
NODISCARD st cert_ensure(const char *dir, str host, utc now);
/* A certificate for these names as PEM text. */
NODISCARD st cert_make(struct arena *, str host, utc now, str *chain, str *key);
/* A whole PEM file; ST_TOO_LARGE over 64 KiB. */
NODISCARD st cert_read(struct arena *, const char *path, str *pem);

#endif
