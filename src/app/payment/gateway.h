/* The contract of payment gateways: what we tell one, what it tells us.
 *
 * A gateway takes the customer on its own hosted page: card data never touches this program. What the verbs
 * take is a typed structure, and its table of fields is also the list of personal columns that are disclosed
 * to that recipient: the disclose gate checks it before the first byte leaves.
 *
 *   authorise  writer, inside payment.start: where the customer is sent, and the gateway's name for the payment. It must not
 *              reach the network; a gateway that has to be asked first answers with a page of ours that waits, and
 *              queues a job of its own
 *   capture    courier: take money that was only reserved
 *   refund     courier: give money back; the gateway confirms by callback
 *   fetch      courier: ask how a payment stands, when no callback came
 *   callback   app: authenticate one message from outside and translate it; no network, no writing
 *
 * A callback then goes: authenticate (here), find the payment, duplicate check, record, apply
 * (command payment.callback). What cannot be matched goes to review, never to "paid".
 *
 * Idempotency: verbs carry our payment uid, and the gateway must answer a repetition as it did the first time. */
#ifndef AVOW_GATEWAY_H
#define AVOW_GATEWAY_H

#include "job.h"

#define GATEWAY_TOLERANCE 300 /* seconds by which a signed message may be early or late */

/* Announce a payment. */
struct gateway_authorise {
    uid payment;
    str currency;
    int64_t amount;   /* minor units */
    str description;  /* of the order, no personal data */
    str return_url;   /* where the customer comes back to */
    str name;         /* invoice.party_name */
    str email;        /* invoice.party_email */
};
struct gateway_session {
    str reference; /* the gateway's name for this payment */
    str redirect;  /* where the customer goes: an absolute path of ours or an https address */
};

struct gateway_amount { /* for capture and refund */
    uid request;        /* ours, the same when repeated */
    str reference;
    str currency;
    int64_t amount;
};

enum gateway_kind { GATEWAY_SUCCEEDED, GATEWAY_PENDING, GATEWAY_DECLINED, GATEWAY_REFUNDED };
/* How a payment stands, as the gateway says: the answer of fetch and the content of a callback. */
struct gateway_message {
    str event_id; /* unique at the gateway: the same message sent twice has the same */
    enum gateway_kind kind;
    uid payment;  /* ours, as returned to us; zero when the gateway does not know it */
    str reference;
    str currency;
    int64_t amount;
    str card_country; /* ISO 3166 alpha-2, or empty */
};

/* One message from outside, before anything is believed. */
struct gateway_post {
    str body;
    str signature; /* the gateway's signature header */
    utc now;
};

struct gateway {
    const char *name;       /* "sandbox": config shop.gateway, payment.gateway, the callback's address */
    enum recipient recipient;
    const enum column_id *fields; /* personal columns that authorise discloses */
    size_t n_fields;
    st (*authorise)(struct cx *, const struct gateway_authorise *, struct gateway_session *);
    st (*capture)(struct job_cx *, const struct gateway_amount *);
    st (*refund)(struct job_cx *, const struct gateway_amount *);
    st (*fetch)(struct job_cx *, str reference, struct gateway_message *);
    /* ST_DENIED: not authentic, or too old; ST_BAD_REQUEST: authentic but not understood. */
    st (*callback)(struct gate *, const struct gateway_post *, struct gateway_message *);
};

/* The gateway of that name: ST_NOT_FOUND. */
NODISCARD st gateway_find(str name, const struct gateway **out);
const char *gateway_kind_word(enum gateway_kind); /* "succeeded" … as in command payment.callback */
NODISCARD st gateway_kind_parse(str word, enum gateway_kind *out);

#endif
