/* Prices as lines of text: what staff edit, and what product.prices takes.
 *
 *   [code=choice] CURRENCY CYCLE AMOUNT [SETUP] [| option's label | choice's label]
 *
 * Amounts are net of VAT, in the currency's own units ("12.50"). Empty lines and lines beginning with # are nothing. */
#ifndef AVOW_STAFF_PRICES_H
#define AVOW_STAFF_PRICES_H

#include "commands.h"
#include "out.h"

#define PRICE_LINES 200

/* Read lines. ST_INVALID: *line is the number of the first that cannot be read. */
NODISCARD st prices_parse(struct arena *, str text, struct price_row **rows, size_t *n, int *line);
void prices_write(struct out *, const struct price_row *);

#endif
