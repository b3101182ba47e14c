/* Invoices: a pro forma when the order is placed, a VAT invoice when it is issued, a credit note for what is taken back.
 *
 *   pro forma ──issue──> unpaid ──> paid ──credit, money returned──> refunded
 *   (unpaid, no number)    │          └─ credit ─> paid, less what is taken_back
 *       └─ void ─> cancelled <─ credit ─┘
 *
 * A pro forma may change; what was issued may not: only status, credited, taken_back, returned and paid_at move, and every
 * statement that changes more asks for a row without a number. Payment issues what was not issued before. The number is
 * taken from its series in the transaction that issues, so numbers have no gaps.
 * The party and the lines are frozen: correcting a profile later changes no invoice.
 * LAW: VAT Regulations 1995 reg 14(1) lists what a full invoice shows. */
#ifndef AVOW_INVOICE_H
#define AVOW_INVOICE_H

#include "command.h"

/* Who the invoice is made out to, in plain text on its way into the gate. */
struct invoice_party {
    str name, company, address, vat_number, email; /* address: lines separated by LF */
    str area; /* the first part of the postcode: what stays when the rest is gone; may be empty */
    str parts; /* where town, postcode and region stand in it (schema: invoice.party_parts); empty: not known */
};

struct invoice_item {
    int64_t order_line;
    str description;
    str hostname; /* or empty */
    int64_t quantity, unit_net;
    int64_t discount; /* net = quantity × unit_net less this */
    int64_t net;
    int32_t rate_bp;
    str treatment; /* domestic | oss | reverse_charge | outside_scope | not_registered | pending */
    bool period;   /* false: what recurs runs from the tax point, for one cycle */
    date from, to; /* the period it is for, both days included */
};

struct invoice_draft {
    int64_t person, order;
    str currency;
    str treatment;   /* of the whole: that of its first line; "pending" while VAT is not decided */
    str territory;   /* or empty */
    str note;        /* the reason that the law wants on the invoice, or empty */
    date due_on;     /* when has_due_on; else as many days from now as the shop gives */
    bool has_due_on;
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

/* The pro forma becomes a VAT invoice: takes its number, fixes issue date, tax point and the periods that begin with it,
 * books receivable, sales and VAT, queues the mail. It waits for its payment. ST_CONFLICT unless it is an unpaid pro forma
 * whose VAT is decided. */
NODISCARD st invoice_issue_nt(struct cx *, int64_t invoice);

/* The invoice is paid: issues it unless that was done before (its number stays), makes the order active, starts its services
 * and queues the mail. ST_CONFLICT unless it is unpaid. */
NODISCARD st invoice_paid_nt(struct cx *, int64_t invoice);

/* A pro forma that nobody will pay: no number was taken, the row stays as a record with who, when and why. ST_CONFLICT
 * unless it is unpaid and without a number: what was issued is credited instead. */
NODISCARD st invoice_void_nt(struct cx *, int64_t invoice, str reason);

/* Credit an issued invoice, wholly or in part: a credit note with a number of its own series, linked and immutable, split by
 * line and rate so that sums always fit, its VAT in sterling at the invoice's rate; books refunds and VAT against receivable
 * and queues the mail. ST_INVALID for more than is left or an unknown reason; ST_CONFLICT for what is not issued, has nothing
 * left, or is unpaid and would be credited in part only. An unpaid invoice becomes cancelled. */
struct invoice_credit {
    int64_t invoice;
    int64_t gross; /* minor units; 0: all that is left */
    str reason;    /* refund | withdrawal | cancellation | change | error | goodwill | chargeback */
};
NODISCARD st invoice_credit_nt(struct cx *, const struct invoice_credit *, struct invoice_made *out);
bool invoice_credit_reason(str word);

/* Money of a paid invoice went back to the customer: makes a credit note for what none was made before (with `reason`), books
 * it out of the account, or into account credit, and notes it; taken back and returned as a whole, the invoice becomes
 * refunded. A credit note without this is a debt of ours to the customer. ST_CONFLICT for more than was not returned yet. */
struct invoice_return {
    int64_t invoice, payment; /* payment: 0 for none */
    int64_t amount;           /* out of `account` of the books: "gateway", or "disputed" when the bank took it */
    const char *account;
    int64_t credit;           /* as account credit */
    str reason;
};
NODISCARD st invoice_return_nt(struct cx *, const struct invoice_return *);

/* Money that was noted as gone back has not: `amount` is in `account` again, and owed to the customer. Credit notes stay.
 * ST_CONFLICT for more than was returned. */
NODISCARD st invoice_not_returned_nt(struct cx *, const struct invoice_return *);

/* What is left of a line, or a part of it. */
struct invoice_left {
    int64_t net, vat;
};
/* The split of a credit note: `gross` over n lines (largest remainder over what is left), each into net and VAT. Never more
 * than is left of a line; all of it gives all of it, and only that touches lines of less than nothing. */
NODISCARD st invoice_credit_split(struct arena *, str currency, int64_t gross, const struct invoice_left *left, size_t n,
                                  struct invoice_left *out);

/* How a credit note would be split, without writing it. ST_INVALID for more than is left. */
struct invoice_preview_line {
    str description;
    int64_t rate_bp;
    struct invoice_left part;
};
struct invoice_preview {
    str currency;
    const struct invoice_preview_line *lines;
    size_t n;
    int64_t net, vat, gross, left; /* left: before it */
};
NODISCARD st invoice_credit_preview(struct db *, struct arena *, int64_t invoice, int64_t gross, struct invoice_preview *out);

/* The row's id of a public id: ST_NOT_FOUND. */
NODISCARD st invoice_find(struct db *, struct arena *, uid, int64_t *out);

/* What is still to be paid: the total, less the account credit used for it, less what was received. Nothing unless it is unpaid.
 * Whoever takes money asks here and nowhere else. */
NODISCARD st invoice_due(struct db *, struct arena *, int64_t invoice, money *due);

/* What is wrong with the configuration of numbers and issuing; NULL when nothing is. The two series must not be one, and a
 * number becomes a file's name. */
const char *invoice_config_check(const struct config *);

/* A person released the order: its pro forma can be paid (again), and is due from today on. ST_CONFLICT when it took a number. */
NODISCARD st invoice_reopen_nt(struct cx *, int64_t invoice);

/* May this invoice be paid now? Unpaid, its VAT decided, and its order not held for a person (fraud.h). */
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
