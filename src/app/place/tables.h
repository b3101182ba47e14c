/* The reference tables in memory. Private to this directory.
 *
 * They are read from the embedded text at first use and never change after; a pattern is compiled when it is first
 * needed. This is the one piece of state the feature has, and it only caches constants. */
#ifndef AVOW_PLACE_TABLES_H
#define AVOW_PLACE_TABLES_H

#include "pattern.h"
#include "place.h"

struct lazy_pattern {
    str text;
    struct pattern *compiled;
};

struct address_row {
    str country, format, required, upper, example, region, zip;
    struct lazy_pattern postcode;
};

struct phone_row {
    str calling, region, becomes, lengths, example, trunk;
    bool main;
    struct lazy_pattern leading, prefix, abroad, pattern, tells;
};

struct place_tables {
    struct country *countries;
    struct address_row *addresses;
    struct phone_row *phones;
    size_t n_countries, n_addresses, n_phones;
};

/* NULL only without memory. */
struct place_tables *place_tables(void);
/* The compiled form; NULL without memory, or when the text is empty. */
const struct pattern *place_pattern(struct lazy_pattern *);
struct address_row *place_address_row(str country);

#endif
