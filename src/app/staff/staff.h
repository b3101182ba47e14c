/* What staff pages share: reading names for support, guards' objects, and rows of the lists.
 *
 * Ownership: everything lives in rq->arena. What belongs to a person is opened for `support` unless a page says why else. */
#ifndef AVOW_STAFF_H
#define AVOW_STAFF_H

#include "staff_html.h"
#include "web.h"

#define STAFF_NEWEST INT64_MAX /* "before" of the first page */

/* Open a value of a row for support, or for another purpose; a value whose key was destroyed shows as empty. */
NODISCARD st staff_open(struct rq *, enum column_id, uid row, const struct sealed *, str *out);
/* A legal claim that whoever asks has open for this person (restriction.h) lets their data through, for the rest of this page. */
NODISCARD st staff_claim(struct rq *, int64_t person);
NODISCARD st staff_open_for(struct rq *, enum purpose, enum column_id, uid row, const struct sealed *, str *out);
/* What happened to an object, newest first. */
NODISCARD st staff_events(struct rq *, const char *kind, int64_t object, struct v_staff_event_list *out);

/* Where a list goes on: `before` of the query, or the newest. */
int64_t staff_before(struct rq *);
/* The status asked for, when it is one of these; empty: all. */
str staff_status(struct rq *, const char *const *known, size_t n);

/* Lists of one person's things, newest first, for the customer's page. */
NODISCARD st staff_orders_of(struct rq *, int64_t person, struct v_staff_order_row_list *out);
NODISCARD st staff_invoices_of(struct rq *, int64_t person, struct v_staff_invoice_row_list *out);
/* Disputes that wait for an answer to the bank, oldest first. */
NODISCARD st staff_disputes(struct rq *, struct v_staff_dispute_row_list *out);
NODISCARD st staff_services_of(struct rq *, int64_t person, struct v_staff_service_row_list *out);

/* Fill `list` of pages' rows from the rows of a statement through `convert`. */
#define STAFF_ROWS(rq, list, rows, type, convert)         \
    do {                                                  \
        type *v_ = NEWN((rq)->arena, type, (rows).n + 1); \
        if (!v_)                                          \
            return ST_NO_MEMORY;                          \
        for (size_t i_ = 0; i_ < (rows).n; i_++)          \
            TRY(convert((rq), &(rows).v[i_], &v_[i_]));   \
        (list)->v = v_;                                   \
        (list)->n = (rows).n;                             \
    } while (0)

#endif
