/* Changing to another plan: what it would cost, exactly. The page shows this, and the command charges this. */
#ifndef AVOW_RHYTHM_CHANGE_H
#define AVOW_RHYTHM_CHANGE_H

#include "case.h"
#include "catalogue.h"

#define CHANGES_MOST 20

struct rhythm_change {
    struct rhythm_case c;
    struct quote to;
    str label;          /* of the new plan, as on invoices */
    date from, until;   /* the period in course: first day, and first day of the next */
    int32_t left, whole; /* days */
    money unused, part; /* of the old price; of the new one, for the days that are left */
    money now;          /* part - unused: to pay, or, less than nothing, given as account credit */
    money vat, gross;   /* on that, at the rate of the invoice that paid for this period */
    int32_t rate_bp;
    int64_t invoice;    /* that invoice, or 0 */
};

/* ST_CONFLICT with a message when the service cannot change now; ST_NOT_FOUND when that plan is not offered for it. */
NODISCARD st rhythm_change_read(struct db *, struct arena *, const struct config *, int64_t service, uid to, date today,
                                struct rhythm_change *, const char **message);

/* What of the period in course is not used, with its VAT, as account credit; nothing when nothing was paid for. */
NODISCARD st rhythm_unused_nt(struct cx *, const struct rhythm_case *, int64_t net, str reason);

/* The rate of VAT of the invoice that paid for the period in course; 0 when nothing did. */
NODISCARD st rhythm_rate(struct db *, struct arena *, const struct rhythm_case *, int32_t *rate_bp);

/* A change that was paid for takes effect. */
NODISCARD st rhythm_change_paid_nt(struct cx *, const struct rhythm_lines_of_row *);

#endif
