/* How many there are, how many one may have, and who has had a free trial.
 *
 * Stock is taken in the transaction that places the order, by an update that fails when there is not enough: of two people who
 * want the last one, the second finds it gone, and nothing is ordered. An order that ends unpaid gives it back.
 *
 * A free trial is had once of each product: by a customer, by an e-mail address, by a postal address. The last two are kept as
 * codes that cannot be turned back (S7c); without that clause there are no trials: nobody could tell who had one. */
#ifndef AVOW_ORDER_STOCK_H
#define AVOW_ORDER_STOCK_H

#include "order.h"
#include "profile.h"

/* Days that this would be free for at the beginning: 0 when the product offers none, the statement allows none, or it is more than
 * one. */
int64_t stock_trial_days(struct gate *, const struct quote *, int64_t quantity);
NODISCARD st stock_trial_had(struct gate *, int64_t person, int64_t product, bool *had);
/* Units of a product that a person has ordered and still has. */
NODISCARD st stock_held(struct db *, struct arena *, int64_t person, int64_t product, int64_t *units);

struct stock_taking {
    int64_t order, person;
    const struct basket_view *basket;
    const int64_t *order_lines; /* one per line of the basket */
    const struct profile *profile;
    str email;
};
/* Take what the order needs and begin its trials. ST_CONFLICT with a message when something was sold in the meantime; ST_INVALID at
 * the field when a trial was had before from this address. Writer's transaction. */
NODISCARD st stock_take_nt(struct cx *, const struct stock_taking *);
/* The order was refused, and may still be released: its units are there for others, its trials stay counted. Writer's
 * transaction. */
NODISCARD st stock_set_aside_nt(struct cx *, int64_t order);
/* It was released: take its units again. ST_CONFLICT with a message when there are not enough. Harmless when it has them.
 * Writer's transaction. */
NODISCARD st stock_again_nt(struct cx *, int64_t order);
/* A person released it after it had been given up: its free trials are counted again. Harmless when they are. Writer's
 * transaction. */
NODISCARD st stock_trials_again_nt(struct cx *, int64_t order, int64_t person);
/* The order ended unpaid. Harmless when done before. Writer's transaction. */
NODISCARD st stock_return_nt(struct cx *, int64_t order);

#endif
