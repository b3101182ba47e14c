/* Stripe: customers pay on its hosted page (Checkout), so that card data never comes here (PCI DSS self-assessment A).
 *
 * The courier makes the page (stripe.session), the customer goes there, and Stripe sends an event. An event only says which
 * object changed: the courier asks for that object, with our key, and reports what it is told. Nothing that came in from
 * outside makes anything paid.
 *
 * Names: payment.reference is the Checkout Session ("cs_…"), or the PaymentIntent ("pi_…") of a charge with nobody at the
 * screen; payment.charge is always the PaymentIntent. Stripe is told our random ids only.
 * Facts: stripe/openapi (MIT), API version STRIPE_VERSION; docs.stripe.com on webhook signatures and idempotency. */
#ifndef AVOW_STRIPE_H
#define AVOW_STRIPE_H

#include <jansson.h>

#include "gateway.h"

#define STRIPE_VERSION "2024-06-20"
#define STRIPE_ID 100 /* longest name of an object that is believed */

extern const struct gateway stripe_gateway;

/* ---- messages: stripe_event.c; no network, no database, any bytes --------------------------------------------------- */

/* Is this body signed by who has the secret, now? `header`: "t=<seconds>,v1=<hex>,…"; several v1 while a secret is changed. */
NODISCARD st stripe_signed(str header, str body, str secret, utc now);
/* Which event it is, and the object to ask for as a path ("charges/ch_1"); empty: of no interest to us. ST_BAD_REQUEST. */
struct stripe_event {
    str id, object;
};
NODISCARD st stripe_event_read(struct arena *, str body, struct stripe_event *);
/* Where Stripe's API may be: https, or this machine in a trial. */
bool stripe_base_allowed(str base, bool trial);
/* A name of Stripe's: letters, digits, underscore. */
bool stripe_id_valid(str);

/* ---- asking: stripe_http.c -------------------------------------------------------------------------------------------- */

struct stripe_request {
    const char *method; /* GET, POST, DELETE */
    str path;           /* below /v1/ */
    str form;           /* POST: form-encoded; GET: the query, or empty */
    str key;            /* Idempotency-Key of a POST */
};
struct stripe_answer {
    long status;  /* 0: none came */
    json_t *json; /* an object, or NULL; stripe_answer_end frees it */
};
/* Ask; blocks for half a minute at most. ST_OK with whatever status came, or none; ST_CONFIG when no key is set or the address is
 * not one that may be asked. */
NODISCARD st stripe_ask(struct job_cx *, const struct stripe_request *, struct stripe_answer *);
void stripe_answer_end(struct stripe_answer *);

/* Members of what came: the empty slice, 0 or NULL when they are not there or not of that kind. Slices are copies. */
str stripe_text(struct arena *, const json_t *, const char *name);
int64_t stripe_number(const json_t *, const char *name);
json_t *stripe_object(const json_t *, const char *name);

/* ---- what it says, reported: stripe_look.c ---------------------------------------------------------------------------- */

/* Ask for an object ("checkout/sessions/cs_1") and report what it means for our payments. */
NODISCARD st stripe_look(struct job_cx *, str object);
/* What a Checkout Session that came says, likewise. */
NODISCARD st stripe_report_session(struct job_cx *, const json_t *);
/* Report a PaymentIntent as it stands. `session` is the Checkout Session it belongs to, or empty. */
NODISCARD st stripe_report_intent(struct job_cx *, const json_t *intent, str session);

/* Our own page on the way to Stripe's: stripe_web.c. */
NODISCARD st stripe_page(struct rq *, const struct gateway_view *);

#endif
