/* Payments: one attempt each to pay an invoice through a gateway, and what became of it.
 *
 *   started ──> pending ──> succeeded ──> refunded
 *      │  └───────┴──> declined        review: money or a message that does not fit; staff decide
 *
 * Nothing but a callback that is authentic, fits the payment in reference, currency and amount, and finds the invoice
 * unpaid makes an invoice paid. */
#ifndef AVOW_PAYMENT_H
#define AVOW_PAYMENT_H

#include "gateway.h"

#define PAYMENT_ASK_AFTER 900 /* seconds without a word from the gateway, after which it is asked */

/* Job handlers: give money back (object payment.id; gateway_event.id). */
NODISCARD st payment_job_refund(struct job_cx *);
NODISCARD st payment_job_refund_event(struct job_cx *);
/* Ask the gateway about a payment of which nothing was heard (object payment.id). */
NODISCARD st payment_job_fetch(struct job_cx *);
/* Ask the gateway what happened to the object a notice named (object gateway_event.id). */
NODISCARD st payment_job_look(struct job_cx *);
/* The sandbox gateway's side: send one callback (object sandbox_event.id). */
NODISCARD st sandbox_job_send(struct job_cx *);

#endif
