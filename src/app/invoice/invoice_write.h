/* Between the parts of this feature that write: sealing the party, and numbers. */
#ifndef AVOW_INVOICE_WRITE_H
#define AVOW_INVOICE_WRITE_H

#include "invoice.h"

/* Seal one value of an invoice's or a line's row, as derived by the program. */
NODISCARD st invoice_seal_nt(struct cx *, enum column_id, int64_t person, uid row, str plain, const struct sealed **out);
/* The tax territory and the first part of the postcode stay readable; the collect gate still notes where they came from. */
NODISCARD st invoice_territory_nt(struct cx *, int64_t person, uid row, str territory, str area);

/* The next number of a series: prefix, year of the date of issue, and a count without gaps within that year. */
struct invoice_number {
    str number, series; /* "INV-2026-00001", "INV-2026" */
    int64_t sequence;
};
NODISCARD st invoice_number_nt(struct cx *, str prefix, date on, struct invoice_number *out);

#endif
