/* What the shop scenarios share: a catalogue, somebody who orders, a gateway that speaks. */
#ifndef AVOW_ENGINE_SHOP_H
#define AVOW_ENGINE_SHOP_H

#include "engine.h"
#include "order.h"

/* starter (web space, by module), email (no name asked), help (by hand, once), free (costs nothing). */
void shop_open(struct engine *);
uid shop_product(struct engine *, const char *slug, int64_t *version);
st shop_save(struct engine *, const char *slug, const char *status);
st shop_price(struct engine *, const char *slug, int64_t amount, int64_t setup);

struct basket_item shop_item(struct engine *, const char *slug, const char *hostname);
st shop_add(struct engine *, struct actor, const char *slug, const char *hostname);
/* Everything a consumer in Guildford would fill in. The basket's hash is of now. */
struct order_place_in shop_form(struct engine *, struct actor);
/* Somebody new orders `slug`; stops the scenario's checks when it does not work. */
struct shopper {
    struct actor who; /* a customer by now */
    struct order_place_out order;
};
struct shopper shop_order(struct engine *, const char *slug);

/* Start a payment, and say something about it as the gateway. */
struct payment_start_out shop_pay(struct engine *, const struct shopper *);
struct payment_start_out shop_pay_and_save(struct engine *, const struct shopper *);
struct payment_callback_in shop_message(struct engine *, uid payment, const char *kind);
/* The outcome's word, or the status' name. */
str shop_say(struct engine *, const struct payment_callback_in *);

#endif
