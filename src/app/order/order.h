/* Baskets and orders.
 *
 * A basket belongs to a person, a visitor's or a customer's; the visitor's row becomes the customer's when an
 * order is placed. An order is placed in one transaction: person, prices, VAT decision, order, pro forma
 * invoice, acknowledgement and the jobs that follow from it stand or fall together. */
#ifndef AVOW_ORDER_H
#define AVOW_ORDER_H

#include "catalogue.h"
#include "coupon.h"

#define BASKET_LINES 20 /* more than any person orders at once */
#define BASKET_HASH 16

struct basket_view_line {
    uid uid;
    int64_t quantity;
    str cycle, hostname;
    st state;           /* ST_OK, or why this line cannot be ordered: ST_WITHDRAWN, ST_NOT_FOUND (no price), ST_INVALID, ST_LIMIT */
    const char *trouble; /* ST_LIMIT: sold_out | few_left | too_many | had_enough */
    int64_t left;       /* units in stock for this line, when the product is limited */
    struct quote quote; /* of name and slug only, unless state is ST_OK */
    bool price_changed; /* since it was put into the basket */
    money was;          /* net then, when price_changed */
    money off;          /* what the coupons take off */
    money due;          /* net to be paid with the order */
    bool trial_offered; /* it could begin with a free trial; trial_had: this person has had it */
    bool trial_had;
    int64_t trial_days; /* it does: so many days are free, then `later` is due for each period, net */
    money later;
    money lasting;      /* the same when every code that ends has ended */
};

struct basket_view {
    int64_t id;
    str currency;
    struct basket_view_line *v;
    size_t n;
    struct coupon_priced coupons;
    bool expired;            /* there were lines, and they were kept as long as the statement says */
    money net;               /* due with the order, of the lines that can be ordered */
    bool orderable;          /* not empty, and every line can be ordered */
    bool stores_data;        /* S21: the acknowledgement is asked for */
    uint8_t hash[BASKET_HASH]; /* of everything above that is charged: order.place compares it */
};

/* What is in a person's basket at the prices of now. No basket: n == 0. Uses the gate for host names. */
NODISCARD st basket_view(struct gate *, int64_t person, struct basket_view *out);

/* Is a basket that was last changed then still kept? */
bool basket_kept(const struct gate *, utc changed);

/* A visitor with a basket signed in: what is in it comes to the customer's own. What has no room there stays behind.
 * Needs the writer's transaction. */
NODISCARD st basket_adopt_nt(struct cx *, int64_t visitor, int64_t customer);

/* The customer's VAT is known now (command vat.checked decided it): recompute order and pro forma, queue the mail.
 * Needs the writer's transaction. Harmless when nothing changed. */
NODISCARD st order_vat_settled_nt(struct cx *, int64_t order);

/* Does it still wait for its payment? */
NODISCARD st order_waits(struct db *, struct arena *, int64_t order, bool *waits);

/* End an order that was not paid, and void its pro forma (credit it, when it was issued).
 * ST_CONFLICT when it is paid or ended. Writer's transaction. */
NODISCARD st order_cancel_nt(struct cx *, int64_t order);

/* An order ended unpaid, in whatever way: what was taken for it alone is there for others again. Harmless when done before.
 * Part of order_cancel_nt; whoever ends an order otherwise calls it. Writer's transaction. */
NODISCARD st order_give_back_nt(struct cx *, int64_t order);

/* Screening (fraud.h) refused an order that was just placed: its pro forma is void, and nothing is owed. Writer's
 * transaction. */
NODISCARD st order_refuse_nt(struct cx *, int64_t order);
/* A person released an order that waited or was refused: its pro forma is open, with a new due date, and what else the order
 * waited for goes on. Queues the mail. Writer's transaction. */
NODISCARD st order_release_nt(struct cx *, int64_t order);
/* A person declined it: as refused, and the customer is told. Writer's transaction. */
NODISCARD st order_decline_nt(struct cx *, int64_t order);

/* The order's invoice was paid: make it active. */
NODISCARD st order_active_nt(struct cx *, int64_t order);

/* What the program orders for a customer by what was agreed before: the next period of services, or another plan. */
struct order_standing_line {
    int64_t product;
    str product_name, vat_class, cycle, options, choices;
    str description, hostname; /* as on the invoice */
    int64_t net, discount;     /* net: what is left after the discount */
    date from, to;             /* the first and the last day it is for */
    int64_t line;              /* out: order_line.id */
};
struct order_standing {
    str kind;       /* renewal | change */
    int64_t person;
    str currency;
    date due_on;
    int64_t before; /* an earlier order of theirs, whose evidence of the place counts as long as the country is the same */
    struct order_standing_line *v;
    size_t n;
};
struct order_standing_made {
    int64_t order, invoice, gross;
    uid invoice_uid;
    bool decided; /* false: waits for the VAT number to be checked */
};
/* Order and pro forma at once; the person's profile of now is decided on afresh (LAW: a number is checked again for each
 * renewal) and frozen as the party. ST_CONFLICT with cx->message when it cannot be decided. Writer's transaction. */
NODISCARD st order_standing_nt(struct cx *, struct order_standing *, struct order_standing_made *out);

/* End an order that was not paid, and void its pro forma, without a word to anybody. As order_cancel_nt otherwise. */
NODISCARD st order_void_nt(struct cx *, int64_t order);

/* A host or domain name as typed -> lower-case LDH form without the final dot. ST_INVALID unless it has two labels or
 * more, each 1 to 63 of [a-z0-9-] not beginning or ending with '-', 253 in all, "xn--" only well formed, the
 * last label not a number. LAW: RFC 1123 2.1, RFC 5890 2.3. */
NODISCARD st hostname_clean(struct arena *, str typed, str *out);

#endif
