/* The contract of payment gateways: what we tell one, what it tells us.
 *
 * A gateway takes the customer on its own hosted page: card data never touches this program. What the verbs
 * take is a typed structure, and its table of fields is also the list of personal columns that are disclosed
 * to that recipient: the disclose gate checks it before the first byte leaves. A gateway belongs to a clause of the statement;
 * `shop.gateways` says which ones are offered, and start-up fails on one whose clause is not in force.
 *
 *   authorise  writer, inside payment.start: where the customer is sent, and the gateway's name for the payment. It must not
 *              reach the network: a gateway that has to be asked first queues a job of its own and leaves `redirect` empty,
 *              and so does one whose customers pay elsewhere by themselves. The customer then goes to our own page of the
 *              payment (/payments/{id}), and `page` says what stands there
 *   page       app: that page, while the payment is started or pending; NULL: the page that says that we wait
 *   capture    courier: take money that was only reserved
 *   refund     courier: give money back; the gateway confirms by callback
 *   withdraw   courier: nobody shall pay on that page any more: end it there, and report what became of it; NULL: pages end
 *              by themselves
 *   fetch      courier: ask how a payment stands, when no callback came
 *   look       courier: ask about one object of the gateway's, and report what it says (gateway_report); NULL when messages
 *              are believed as they come. A callback of kind NOTICE only names the object: what it says is not believed
 *   collect    courier: charge a way to pay that was kept, with nobody at the screen, and report; NULL: none can be kept
 *   forget     courier: the way to pay was ended by its owner; NULL: nothing to forget there
 *   correct    courier: the customer's e-mail address was corrected; NULL: the gateway cannot be told
 *   callback   app: authenticate one message from outside and translate it; no network, no writing. NULL: it sends none
 *
 * Verbs a gateway has no use for are NULL; `authorise` is not.
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
    bool save;        /* the customer agreed that the way to pay is kept for renewals */
    str name;         /* invoice.party_name; empty unless it is among the gateway's fields */
    str email;        /* invoice.party_email; likewise */
};
struct gateway_session {
    str reference; /* the gateway's name for this payment; empty: not known yet */
    str redirect;  /* where the customer goes: an absolute path of ours or an https address; empty: our page of the payment */
};

struct gateway_amount { /* for capture and refund */
    uid request;        /* ours, the same when repeated */
    str reference;
    str currency;
    int64_t amount;
    str reason; /* of a refund: asked, duplicate, fraudulent, goodwill */
};

/* Charge what was kept. */
struct gateway_collect {
    uid payment;
    str currency;
    int64_t amount;
    str description;
    str customer, method; /* the gateway's names, as it told them */
};

/* What is right now, of a customer whom the gateway knows by a name of its own. */
struct gateway_correct {
    uid request; /* ours, the same when repeated */
    str customer, email;
};

enum gateway_kind {
    GATEWAY_SUCCEEDED,
    GATEWAY_PENDING,
    GATEWAY_DECLINED,
    GATEWAY_ACTION,       /* of a collection: not charged, because the customer has to confirm it themselves */
    GATEWAY_EXPIRED,      /* the customer never came; nothing is charged, and nobody is written to */
    GATEWAY_REFUNDED,     /* amount: all that was given back so far, so that late and repeated messages do no harm */
    GATEWAY_REFUND_FAILED, /* amount: all that is still given back; less than was said before */
    GATEWAY_DISPUTED,     /* the bank holds the amount back until it is decided */
    GATEWAY_DISPUTE_WON,
    GATEWAY_DISPUTE_LOST,
    GATEWAY_NOTICE        /* something happened to the object that `reference` names: look */
};
/* How a payment stands, as the gateway says: the answer of fetch and the content of a callback. */
struct gateway_message {
    str event_id; /* unique at the gateway: the same message sent twice has the same */
    enum gateway_kind kind;
    uid payment;  /* ours, as returned to us; zero when the gateway does not know it */
    str reference;
    str currency;
    int64_t amount;
    str card_country; /* ISO 3166 alpha-2, or empty */
    str charge;       /* the gateway's second name, by which money goes back or is disputed; empty: there is only one */
    str customer, method, card; /* of a success whose way to pay is to be kept: the gateway's names, and the kind and last digits */
    str dispute;      /* of a dispute: the gateway's name for it */
    str reason;       /* of a dispute: why, in a word */
    utc due;          /* of a dispute: until when the bank can be answered; zero: not said */
};

/* One message from outside, before anything is believed. */
struct gateway_post {
    str body;
    str signature; /* the gateway's signature header */
    utc now;
    const struct config *config;
};

/* A payment as its customer sees it. */
struct gateway_view {
    uid payment, invoice;
    int64_t id; /* payment.id */
    str status, reference, currency;
    int64_t amount;
};

struct rq; /* web.h */

struct gateway {
    const char *name;       /* "sandbox": in shop.gateways, payment.gateway, /callback/NAME, and the message gateway.NAME */
    enum clause clause;     /* what of the statement has to be in force */
    enum recipient recipient;     /* when there are fields */
    const enum column_id *fields; /* personal columns that authorise discloses; none: nobody is told anything */
    size_t n_fields;
    st (*authorise)(struct cx *, const struct gateway_authorise *, struct gateway_session *);
    st (*capture)(struct job_cx *, const struct gateway_amount *);
    st (*refund)(struct job_cx *, const struct gateway_amount *);
    st (*withdraw)(struct job_cx *, uid payment, str reference);
    st (*fetch)(struct job_cx *, str reference, struct gateway_message *);
    st (*look)(struct job_cx *, str object);
    st (*collect)(struct job_cx *, const struct gateway_collect *);
    st (*forget)(struct job_cx *, str customer, str method);
    st (*correct)(struct job_cx *, const struct gateway_correct *);
    st (*page)(struct rq *, const struct gateway_view *);
    /* ST_DENIED: not authentic, or too old; ST_BAD_REQUEST: authentic but not understood. */
    st (*callback)(struct gate *, const struct gateway_post *, struct gateway_message *);
    /* Is it configured? ST_CONFIG with what is missing, for the operator. */
    st (*check)(struct arena *, const struct config *, str *problem);
};

/* The gateway of that name: ST_NOT_FOUND. */
NODISCARD st gateway_find(str name, const struct gateway **out);
/* The gateway that is this recipient: ST_NOT_FOUND. */
NODISCARD st gateway_of(enum recipient, const struct gateway **out);
/* The gateway of that name, and customers may choose it now: ST_NOT_FOUND. */
NODISCARD st gateway_offered(const struct config *, str name, const struct gateway **out);
/* Is every gateway of shop.gateways one that the program has and the statement covers? ST_CONFIG or ST_RULES with a text that
 * names the gateway, for the operator. */
struct statement;
NODISCARD st gateway_check(struct arena *, const struct config *, const struct statement *, str *problem);
/* What the gateway said, as the writer wants to hear it. */
struct payment_callback_in gateway_said(const struct gateway *, const struct gateway_message *);
/* Bring it to the writer (command payment.callback). `step` as in job_command. */
NODISCARD st gateway_report(struct job_cx *, const struct gateway *, const char *step, const struct gateway_message *);
const char *gateway_kind_word(enum gateway_kind); /* "succeeded" … as in command payment.callback */
NODISCARD st gateway_kind_parse(str word, enum gateway_kind *out);

#endif
