/* Coupons: what a code takes off an order, and off the periods that follow it.
 *
 *   basket.coupon ──> basket_coupon ──(basket_view asks coupon_price)──> order.place: coupon_take_nt ──> coupon_use, order_discount
 *
 * A coupon takes a share or an amount off the price of a period, and may waive the set-up fee. VAT is worked out on what is left.
 * LAW: VATA 1994 s 19(2): the value of a supply is its consideration; a discount given at the sale was never part of it.
 *
 * What a line was given stays with the line (order_discount): it never changes, whatever becomes of the coupon. Renewals ask
 * coupon_later() what comes off, and nothing else.
 *
 * How often a coupon may be used is guarded in the transaction that places the order: whoever comes second finds it used up, and
 * nothing is ordered. An order that ends unpaid gives its use back. */
#ifndef AVOW_COUPON_H
#define AVOW_COUPON_H

#include "command.h"

#define COUPON_BASKET_MOST 4  /* codes in one basket */
#define COUPON_MISSES_MOST 10 /* codes that do not exist, in an hour, from one visitor or customer */

/* X(word): the word after "coupon.state." in registry/text. */
#define COUPON_STATES(X)                                                                                                 \
    X(ok)                                                                                                                \
    X(unknown)  /* no such code */                                                                                       \
    X(early)    /* cannot be used yet */                                                                                 \
    X(ended)    /* its time is over, or it was stopped */                                                                \
    X(used_up)  /* as often as it may be */                                                                              \
    X(had)      /* this customer has used it as often as they may */                                                     \
    X(currency) /* not in the currency of the basket */                                                                  \
    X(minimum)  /* the basket comes to less than it wants */                                                             \
    X(nothing)  /* nothing in the basket that it takes anything off */                                                   \
    X(alone)    /* not together with the other code */
#define COUPON_ENUM(name) COUPON_##name,
enum coupon_state { COUPON_STATES(COUPON_ENUM) COUPON_STATE_N };
#undef COUPON_ENUM
const char *coupon_state_word(enum coupon_state);

/* A code as typed -> as it is stored: upper case, without spaces and hyphens. ST_INVALID unless 4 to 24 letters and digits. */
NODISCARD st coupon_fold(struct arena *, str typed, str *code);

/* ---- in a basket */

/* A line as it is priced. The offs are what all coupons together take off; they are filled in. */
struct coupon_line {
    int64_t product;
    str cycle;
    int64_t period; /* net price of a period, of all of the line */
    int64_t setup;  /* net, of all of the line */
    bool counts;    /* it can be ordered */
    bool not_now;   /* the period is not due with the order: it begins with a free trial */
    int64_t period_off, setup_off;
};
struct coupon_share { /* of one coupon in one line */
    int64_t off, setup_off;
};
struct coupon_given {
    int64_t id;
    uid uid;
    str code, label;
    enum coupon_state state; /* COUPON_ok, or why it takes nothing off */
    int64_t off;             /* of what is due with the order */
    int64_t off_later;       /* of what is due after free trials */
    int64_t wants;           /* COUPON_minimum: from this net amount on */
    int64_t bp, periods;
    struct coupon_share *shares; /* one per line */
};
struct coupon_ask {
    int64_t basket, person;
    str currency;
    date on;
    struct coupon_line *lines;
    size_t n;
};
struct coupon_priced {
    struct coupon_given *v;
    size_t n;
};
/* What the basket's coupons take off its lines, in the order in which they were entered. */
NODISCARD st coupon_price(struct db *, struct arena *, const struct coupon_ask *, struct coupon_priced *out);

/* What a period of a line costs when every coupon that ends has ended. */
NODISCARD st coupon_lasting(const struct coupon_priced *, size_t line, money period, money *left);

/* A visitor's basket becomes part of a customer's: so do its codes. Writer's transaction. */
NODISCARD st coupon_adopt_nt(struct cx *, int64_t from_basket, int64_t to_basket);
/* Wrong codes of more than a week ago are forgotten, some at a time. Writer's transaction. */
NODISCARD st coupon_sweep_nt(struct cx *);
/* Nothing is left in the basket. Writer's transaction. */
NODISCARD st coupon_forget_nt(struct cx *, int64_t basket);

/* ---- in an order */

struct coupon_taking {
    int64_t order, person;
    str currency;
    const struct coupon_priced *coupons;
    const int64_t *order_lines; /* one per line of the basket */
    size_t n;
};
/* Count a use of each coupon that gives something, and keep with the lines what it gives. ST_CONFLICT with a message when one was
 * used up in the meantime. Writer's transaction. */
NODISCARD st coupon_take_nt(struct cx *, const struct coupon_taking *);
/* The order ended unpaid: its coupons may be used again. Harmless when done before. Writer's transaction. */
NODISCARD st coupon_return_nt(struct cx *, int64_t order);

/* It goes on after all: what was given back is counted again, also beyond what a code allows. Harmless when nothing was. Writer's
 * transaction. */
NODISCARD st coupon_again_nt(struct cx *, int64_t order);

/* ---- in renewals */

/* What comes off `net`, the price of one unit for one period. `unit`: service.unit. `period`: counted from 1, the first that is
 * charged, so the first renewal after an ordered period is 2, and the first after a free trial is 1. */
struct coupon_later {
    int64_t order_line, unit, period;
    money net;
};
NODISCARD st coupon_later(struct db *, struct arena *, const struct coupon_later *, money *off);

#endif
