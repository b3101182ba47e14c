/* The sandbox gateway, for trials: no money moves, everything else is as with a real one. It has its own hosted page
 * (served by this program), its own record of charges, and sends signed callbacks over HTTP.
 *
 * Its page takes no card data: a person chooses an outcome, and the country the pretended card is from. */
#ifndef AVOW_SANDBOX_H
#define AVOW_SANDBOX_H

#include "gateway.h"

extern const struct gateway sandbox_gateway;

#define SANDBOX_SIGNATURE 100 /* "t=<seconds>,v1=<64 hex digits>" */

/* Sign a callback as its server does: HMAC-SHA-256 of "<seconds>.<body>" under a key that only the vault can make. */
NODISCARD st sandbox_sign(struct gate *, utc at, str body, str *signature);
/* A callback's text understood, after it was found authentic: ST_BAD_REQUEST for anything that its server does not send. */
NODISCARD st sandbox_read(struct arena *, str body, struct gateway_message *out);

#endif
