/* From an IP address to a country, by a database in MaxMind's format that the operator provides.
 *
 * The answer is one item of evidence of the place of supply, never the decision. An address that does not travel on
 * the public Internet, or that the database does not know, is no item. */
#ifndef AVOW_GEO_H
#define AVOW_GEO_H

#include "arena.h"

struct geo;

/* Map the database into memory; call before the sandbox closes. An empty path gives *out == NULL: no IP evidence.
 * ST_CONFIG when it cannot be read or is not a country database. Closed with the arena. */
NODISCARD st geo_open(struct arena *, str path, struct geo **out);
/* Open it for the whole process; without that, geo_here() is NULL and no address is evidence. */
NODISCARD st geo_use(struct arena *, str path);
const struct geo *geo_here(void);
/* The country of an address as text ("81.2.69.160"). ST_NOT_FOUND: no item. `geo` may be NULL. */
NODISCARD st geo_country(const struct geo *, str ip, char out[3]);
/* "country ipvAll 2026-06-17": type and build date, kept with the evidence; empty for NULL. */
str geo_version(const struct geo *);
/* True when the address is one that the public Internet routes. */
bool ip_routable(str ip);
/* An address as text into its 16 bytes; IPv4 in its mapped form (::ffff:…). False when it is none; then `out` says nothing. */
bool ip_bytes(str ip, uint8_t out[16]);

#endif
