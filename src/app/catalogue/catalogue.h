/* The catalogue: products, their options and prices. Prices are net of VAT, in minor units.
 *
 * A quote is the only way to a price: basket, checkout and order all ask here, so what was seen and what is
 * charged come from one place, and a product or price that changed in between is noticed by its version. */
#ifndef AVOW_CATALOGUE_H
#define AVOW_CATALOGUE_H

#include "command.h"

#define CATALOGUE_OPTIONS 6 /* options one product may have */

struct quote_ask {
    int64_t product; /* product.id, or 0: */
    uid product_uid; /* then this */
    str cycle;       /* monthly | quarterly | annually | biennially | once */
    str currency;
    str options;     /* "code=choice,code=choice", or empty */
    int64_t quantity;
};

struct quote {
    int64_t product;
    uid product_uid;
    str slug, name, vat_class, module, package, asks_for, status;
    bool stores_data;
    int64_t version;
    str options;      /* canonical: sorted by code, first choice filled in where none was made */
    str option_text;  /* "Disk space: 20 GB, Backups: daily", or empty */
    money unit, setup; /* of one, options included */
    money net;         /* (unit + setup) × quantity */
    bool limited;      /* there are `stock` of it, and no more */
    int64_t stock;
    int64_t max_order, max_customer; /* units in one order, and held by one customer; 0: any number */
    int64_t trial_days; /* free at the beginning, for who has not had it; 0 for "once" */
};

/* Price a configured product. ST_WITHDRAWN when it is not active; ST_INVALID for an option or choice it does not
 * have; ST_NOT_FOUND when there is no such product, or no price for that cycle and currency; ST_OVERFLOW. */
NODISCARD st catalogue_quote(struct db *, struct arena *, const struct quote_ask *, struct quote *out);

struct config;
/* The VAT that prices are shown with before anybody said where they are: the seller's own standard rate. False: the seller is
 * not registered, and prices are what they are. */
bool catalogue_shown_vat(const struct config *, date, int32_t *rate_bp);
/* A price as it is shown to consumers: with VAT. LAW: Price Marking Order 2004 art 4: the selling price includes VAT. */
money catalogue_shown(money net, int32_t rate_bp);

/* Cycles in the order people expect them, and the months of one; 0 for "once", -1 for no such cycle. */
extern const str catalogue_cycles[];
extern const size_t catalogue_cycles_n;
int catalogue_cycle_months(str cycle);

#endif
