/* Invoices: a pro forma when the order is placed, a VAT invoice when it is paid.
 *
 * The number is taken from its series in the transaction that marks the invoice paid, so numbers have no gaps.
 * The party and the lines are frozen: correcting a profile later changes no invoice.
 * LAW: VAT Regulations 1995 reg 14(1) lists what a full invoice shows. */
#ifndef AVOW_INVOICE_H
#define AVOW_INVOICE_H

#include "command.h"

/* Who the invoice is made out to, in plain text on its way into the gate. */
struct invoice_party {
    str name, company, address, vat_number, email; /* address: lines separated by LF */
};

struct invoice_item {
    int64_t order_line;
    str description;
    str hostname; /* or empty */
    int64_t quantity, unit_net, net;
    int32_t rate_bp;
    str treatment; /* domestic | oss | reverse_charge | outside_scope | not_registered | pending */
};

struct invoice_draft {
    int64_t person, order;
    str currency;
    str treatment;   /* of the whole: that of its first line; "pending" while VAT is not decided */
    str territory;   /* or empty */
    str note;        /* the reason that the law wants on the invoice, or empty */
    struct invoice_party party;
    const struct invoice_item *items;
    size_t n;
};

struct invoice_made {
    int64_t id;
    uid uid;
    int64_t net, vat, gross;
};

/* Write the pro forma of an order: VAT per line, rounded half away from zero, and the VAT total in sterling.
 * Needs the writer's transaction. ST_CONFIG when no sterling rate is set for the currency. */
NODISCARD st invoice_draft_nt(struct cx *, const struct invoice_draft *, struct invoice_made *out);

/* VAT was decided after the pro forma was written: set rates, note and totals. Only while unpaid. */
struct invoice_vat {
    str treatment, territory, note;
    const int32_t *rates; /* one per line, in order of position */
    const str *treatments;
    size_t n;
};
NODISCARD st invoice_vat_nt(struct cx *, int64_t invoice, const struct invoice_vat *, struct invoice_made *out);

/* The invoice is paid: takes its number, fixes issue date, tax point and the periods that begin with it, books
 * receivable, sales and VAT, makes the order active, starts its services and queues the mail. ST_CONFLICT unless it is unpaid. */
NODISCARD st invoice_paid_nt(struct cx *, int64_t invoice);

/* A pro forma that nobody will pay: no number was taken, the row stays as a record. ST_CONFLICT unless it is unpaid. */
NODISCARD st invoice_void_nt(struct cx *, int64_t invoice);

/* Its money was given back: the invoice stays as it was issued, marked refunded. ST_CONFLICT unless it is paid. */
NODISCARD st invoice_refunded_nt(struct cx *, int64_t invoice);

/* What is still to be paid: the total, less the account credit used for it, less what was received. Nothing unless it is unpaid.
 * Whoever takes money asks here and nowhere else. */
NODISCARD st invoice_due(struct db *, struct arena *, int64_t invoice, money *due);

/* May this invoice be paid now? Unpaid, and its VAT decided. */
NODISCARD st invoice_payable(struct db *, struct arena *, int64_t invoice, bool *payable);

/* VAT in sterling: `vgbp` = vat × the configured rate, half away from zero; the rate as text for the invoice. */
NODISCARD st invoice_sterling(const struct config *, struct arena *, money vat, int64_t *vgbp, str *rate);

/* The books. A booking is a set of rows that sums to nothing; anything else is ST_BUG. */
struct ledger_row {
    const char *account; /* receivable sales vat gateway refunds suspense disputed credit goodwill */
    int64_t amount;
};
struct ledger_txn {
    int64_t person, invoice, payment; /* invoice, payment: 0 for none */
    str currency;
    const struct ledger_row *rows;
    size_t n;
};
NODISCARD st ledger_book_nt(struct cx *, const struct ledger_txn *);

#endif
