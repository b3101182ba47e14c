/* Mail to customers about their transactions: text and HTML, made by the courier when it is sent.
 *
 * A command queues a mail as a job that holds ids only; the text exists in the courier's memory and in what is handed
 * to the relay (or the maildir), never in the database. Sending is recorded as a disclosure to the relay. */
#ifndef AVOW_MAIL_H
#define AVOW_MAIL_H

#include "job.h"

/* X(name, object): the template and the table its job's object is a row of. The job's kind is "mail.<name>". */
#define MAIL_TEMPLATES(X)          \
    X(verify, person)              \
    X(newsletter_confirm, consent) \
    X(existing, person)            \
    X(reset, person)               \
    X(password_changed, person)    \
    X(account_closed, person)      \
    X(account_back, person)        \
    X(erasure_asked, erasure)      \
    X(erasure_begun, erasure)      \
    X(hold_review, legal_hold)     \
    X(order_received, orders)      \
    X(order_waiting, orders)       \
    X(order_cancelled, orders)     \
    X(order_free, orders)          \
    X(order_expired, orders)       \
    X(order_review, orders)        \
    X(order_refused, orders)       \
    X(order_accepted, orders)      \
    X(order_declined, orders)      \
    X(invoice_paid, invoice)       \
    X(invoice_issued, invoice)     \
    X(credit_note, invoice)        \
    X(promise_broken, promise)     \
    X(promise_kept, promise)       \
    X(payment_declined, payment)   \
    X(payment_action, payment)     \
    X(payment_review, payment)     \
    X(payment_refunded, payment)   \
    X(bank_transfer, payment)      \
    X(bank_short, payment)         \
    X(service_ready, service)      \
    X(service_problem, service)    \
    X(invoice_due, invoice)        \
    X(invoice_reminder, invoice)   \
    X(invoice_overdue, invoice)    \
    X(service_renewed, invoice)    \
    X(service_suspended, service)  \
    X(service_unsuspended, service) \
    X(termination_warning, service) \
    X(service_terminated, service) \
    X(service_cancelling, service) \
    X(service_kept, service)       \
    X(service_cancelled, service)  \
    X(service_changed, service)    \
    X(export_ready, person)                \
    X(email_confirm, email_change)         \
    X(email_changed, email_change)         \
    X(restriction_set, restriction)        \
    X(restriction_lifting, restriction)    \
    X(rights_confirm, rights_request)      \
    X(rights_received, rights_request)     \
    X(rights_acknowledged, rights_request) \
    X(rights_identity, rights_request)     \
    X(rights_paused, rights_request)       \
    X(rights_extended, rights_request)     \
    X(rights_said, rights_request)         \
    X(rights_answered, rights_request)     \
    X(rights_refused, rights_request)      \
    X(rights_reminder, rights_request)     \
    X(rights_escalation, rights_request)   \
    X(price_change, service)

#define MAIL_ENUM(name, object) MAIL_##name,
enum mail { MAIL_TEMPLATES(MAIL_ENUM) MAIL_N };
#undef MAIL_ENUM

#define MAIL_JOB "mail." /* a job's kind is this and the template's name */
const char *mail_word(enum mail);
NODISCARD st mail_parse(str word, enum mail *out);

/* Queue a message to a person about an object, in the open transaction. `occasion` tells one message about the same
 * object from the next ("2" for the second time); the same occasion twice is one message. verify and reset carry a
 * link: the courier makes its token when it sends (command mail.token), so that the token itself is stored nowhere. */
NODISCARD st mail_queue_nt(struct cx *, enum mail, int64_t person, int64_t object, str occasion);

/* A new token for a link, 256 bits, and its keyed code; the token goes into the message alone. */
NODISCARD st mail_new_token(struct job_cx *, str *token, uint8_t code[32]);

/* The handler of every "mail.…" job. */
NODISCARD st mail_job(struct job_cx *);

#endif
