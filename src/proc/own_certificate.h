/* The certificate this system serves: as configured, or made by itself at the first start. */
#ifndef AVOW_OWN_CERTIFICATE_H
#define AVOW_OWN_CERTIFICATE_H

#include "arena.h"
#include "config_keys.h"

/* Where chain and key are; a self-signed pair is made in DATA/tls when none is configured and none is there. Before the
 * sandbox. ST_IO, ST_INVALID (the public host is neither name nor address), ST_NO_MEMORY. */
NODISCARD st own_certificate(struct arena *, const struct config *, str *chain_path, str *key_path);

#endif
