/* The paper: everything that one invoice, pro forma or credit note says, read once. HTML, PDF and UBL are made from it, so that
 * the three cannot disagree.
 *
 * Ownership: everything lives in the arena of the gate it was read through. */
#ifndef AVOW_PAPER_H
#define AVOW_PAPER_H

#include "config_keys.h"
#include "gate.h"
#include "money.h"

enum paper_kind { PAPER_PROFORMA, PAPER_INVOICE, PAPER_CREDIT_NOTE };

#define PAPER_LINES_MOST 12 /* of an address or a seller */

struct paper_lines {
    const str *v;
    size_t n;
};

struct paper_party {
    str name, company;          /* the seller's name is in `name` */
    struct paper_lines address; /* as printed, the country last */
    str parts;                  /* where in those lines town, postcode and region stand, when that is known (invoice.party_parts) */
    str country;                /* ISO code where the address names none: the company's for a seller, otherwise empty */
    str number, vat_number, email;
};

struct paper_line {
    str description, hostname;
    date from, to; /* DATE_NONE for what has no period */
    int64_t quantity;
    money unit, discount, net, vat; /* net = quantity × unit less discount */
    int32_t rate_bp;
    str treatment;
};

struct paper_rate { /* VAT by treatment and rate, in the order in which they first appear */
    str treatment;
    int32_t rate_bp;
    money net, vat;
};

struct paper {
    enum paper_kind kind;
    int64_t id;
    uid uid;
    str status, number, currency, treatment, territory, note;
    utc created, paid_at;
    date due, issued, tax_point;
    bool voided;
    struct paper_party seller, party;
    str reference; /* the customer's own */
    const struct paper_line *lines;
    size_t n_lines;
    const struct paper_rate *rates;
    size_t n_rates;
    money net, vat, gross;
    money credit, to_pay;      /* account credit used; what is still to be paid, nothing unless it is unpaid */
    money vat_gbp;
    str gbp_rate;
    bool vat_shown;            /* VAT is charged at all */
    bool sterling_shown;       /* in another currency than sterling */
    bool vat_pending;          /* not decided yet */
    uid credits;               /* of a credit note: the invoice */
    str credits_number, reason;
    date credits_issued;
};

/* Read one, for billing. ST_NOT_FOUND; ST_SEALED when the keys of its customer were destroyed. */
NODISCARD st paper_load(struct gate *, const struct config *, int64_t id, struct paper *);

/* The paper as PDF, `link` the address of its page. Needs about 16 MiB for a moment, in an arena of its own; the answer
 * lives in `a`. The same paper makes the same bytes. */
NODISCARD st paper_pdf(struct arena *a, const struct paper *, str link, str *out);

/* The paper as UBL 2.1 as EN 16931 wants it: an Invoice, or a CreditNote. ST_NOT_FOUND for a pro forma, which is none. */
NODISCARD st paper_ubl(struct arena *a, const struct paper *, str *out);

#endif
