/* avow trial --customers: a system full of people who do not exist, put there by the rules themselves.
 *
 * Everything is a command, run by its own function in this process with the gates, the vault's keys, the invoice numbers
 * and the books as in the writer, a few thousand in each transaction. What a command would queue is not queued: no mail is
 * sent, and nothing is provisioned. */
#ifndef AVOW_TRIAL_FILL_H
#define AVOW_TRIAL_FILL_H

#include "command.h"
#include "trial_people.h"

struct fill_size {
    int64_t customers, invoices, services;
    uint64_t seed;
};

/* What became of an order, decided before it is placed; how many orders of a fill are paid. */
enum fill_fate { FILL_PAID, FILL_UNPAID, FILL_CANCELLED, FILL_REFUNDED, FILL_SUSPENDED, FILL_TERMINATED };
enum fill_fate fill_fate(const struct fill_size *, int64_t order);
int64_t fill_paid(const struct fill_size *);

/* One fill at work. */
struct fill {
    struct cx cx; /* gate.arena is emptied after each order */
    struct fill_size size;
    const struct people *people;
    str password;     /* encoded; the same for all customers */
    int64_t *persons; /* of the customers so far */
    int64_t n_persons, n_orders, n_paid, will_pay;
    uid products[4]; /* starter, business, studio, moving-help */
    char trouble[200]; /* which command was refused, and why */
};

/* The next order and all that follows from it, at the clock's time. Needs a transaction. */
NODISCARD st fill_order_nt(struct fill *);
/* One more customer who has ordered nothing yet. */
NODISCARD st fill_customer_nt(struct fill *);

#endif
