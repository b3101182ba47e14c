/* The rhythm of services: renewals, reminders, suspension and end, cancellation.
 *
 * plan.h says what is due and why; this is what other features see of the rest. Everything periodic is done by the command
 * rhythm.run, which the timetable asks for every minute: it takes the services whose next_act_on has come, by an index, does
 * each in a savepoint of its own, and writes down when it has to look again. */
#ifndef AVOW_RHYTHM_H
#define AVOW_RHYTHM_H

#include "job.h"

/* A service was made: it recurs from `from` on, at the price of its order line. `charged`: periods that were charged by now, 0
 * in a free trial, which ends on `from`. Writer's transaction. */
NODISCARD st rhythm_begin_nt(struct cx *, int64_t service, date from, int64_t charged);

/* An invoice was paid. `standing` says whether its order was a renewal or a change: then the services go on (next due date,
 * back to work) and the customer is written to. Writer's transaction. */
NODISCARD st rhythm_paid_nt(struct cx *, int64_t order, int64_t invoice, bool *standing);

/* The pro forma of a renewal or change can be paid: account credit is used for it first, and the customer is written to when
 * something is left to pay. Writer's transaction. */
NODISCARD st rhythm_billed_nt(struct cx *, int64_t person, int64_t invoice, str occasion);

/* The order of a renewal or change was made void. `parks`: staff did it, so its services wait until they say how to go on;
 * otherwise they are looked at anew at once. Writer's transaction. */
NODISCARD st rhythm_voided_nt(struct cx *, int64_t order, bool parks);

/* The money of a paid renewal or change went back, by a refund or by the customer's bank: the period is not paid for any more. It
 * is invoiced anew and what follows an unpaid invoice follows, unless later periods were built on it: then staff decide. Writer's
 * transaction. */
NODISCARD st rhythm_taken_back_nt(struct cx *, int64_t order);

/* Job handler of "rhythm.run": what a person waits for is not left to the next minute. */
NODISCARD st rhythm_job_run(struct job_cx *);
/* Of "rhythm.reprice", object product.id: announce the catalogue's prices to everybody who has another. */
NODISCARD st rhythm_job_reprice(struct job_cx *);

/* A part of all services, those after *after: each goes on to the period in course on that day, and nothing is charged for what
 * lies before. *after: the last one looked at; 0 when that was all. For a system that was filled, and nothing else. */
NODISCARD st rhythm_current_nt(struct cx *, date today, int64_t *after);

/* The service has ended, whoever ended it: nothing more is due, and its open pro forma is void. Writer's transaction. */
NODISCARD st rhythm_ended_nt(struct cx *, int64_t service);

#endif
