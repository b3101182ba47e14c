/* Payments: one attempt each to pay an invoice through a gateway, and what became of it.
 *
 *   started ──> pending ──> succeeded ──> refunded (in parts: still succeeded, with `refunded` counting)
 *      │  └───────┴──> declined   │ ^
 *      │                          v │ won
 *      │                       disputed ──> charged_back
 *      └──> review: money or a message that does not fit; staff decide
 *
 * Nothing but a callback that is authentic, fits the payment in reference, currency and amount, and finds the invoice
 * unpaid makes an invoice paid. */
#ifndef AVOW_PAYMENT_H
#define AVOW_PAYMENT_H

#include "gateway.h"

#define PAYMENT_ASK_AFTER 900 /* seconds without a word from the gateway, after which it is asked */

/* Charge what is due of an invoice to a way to pay that its customer agreed to keep, with nobody at the screen. *started: the
 * courier is about to ask the gateway, or money for it is on its way already; false: the customer keeps no way to pay (or
 * the statement no longer allows it), and they have to pay themselves. What comes of it is a payment like any other: it succeeds
 * (invoice_paid_nt), or it is declined and the customer is written to, with a link to pay; the invoice then stays unpaid
 * and this may be asked again. Needs the writer's open transaction. ST_CONFLICT: the invoice cannot be paid now. */
NODISCARD st payment_collect_nt(struct cx *, int64_t invoice, bool *started);

/* May customers agree that this gateway keeps their way to pay? The statement allows it, and the gateway can. */
bool payment_saves(const struct gate *, const struct gateway *);

/* An invoice is not to be paid any more: it was paid otherwise, or is void. The gateways' pages that are open for it are ended by
 * the courier, so that nobody pays twice. Writer's transaction. */
NODISCARD st payment_withdraw_nt(struct cx *, int64_t invoice);
/* Job handler: end one such page (object payment.id). */
NODISCARD st payment_job_withdraw(struct job_cx *);

/* How much of a payment can still be given back. */
NODISCARD st payment_refundable(struct db *, struct arena *, int64_t payment, int64_t *left);

/* Job handlers: charge a saved way to pay (object payment.id), and forget one (mandate.id). */
NODISCARD st payment_job_collect(struct job_cx *);
NODISCARD st mandate_job_forget(struct job_cx *);
/* Give money back (object refund.id; gateway_event.id). */
NODISCARD st payment_job_refund(struct job_cx *);
NODISCARD st payment_job_refund_event(struct job_cx *);
/* Ask the gateway about a payment of which nothing was heard (object payment.id). */
NODISCARD st payment_job_fetch(struct job_cx *);
/* Ask the gateway what happened to the object a notice named (object gateway_event.id). */
NODISCARD st payment_job_look(struct job_cx *);
/* Stripe: ask for the page that takes the payment (object payment.id). */
NODISCARD st stripe_job_session(struct job_cx *);
/* The sandbox gateway's side: send one callback (object sandbox_event.id). */
NODISCARD st sandbox_job_send(struct job_cx *);

#endif
