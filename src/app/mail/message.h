/* A message: its parts, its text on the wire, and handing it over.
 *
 * Ownership: everything lives in the arena given.
 * Failure:   a value that could break out of its header is ST_INVALID; nothing of it is sent. */
#ifndef AVOW_MESSAGE_H
#define AVOW_MESSAGE_H

#include "arena.h"

struct mail_message {
    uid id;                 /* names the message: the same job makes the same Message-ID and file */
    str from_name, from;    /* sender */
    str to_name, to;        /* one recipient */
    str subject, text, html;
    const char *mail_class; /* service, announcement or marketing */
    str unsubscribe;        /* address for List-Unsubscribe, with one click (RFC 8058); empty: none */
    utc date;
};

/* RFC 5322 text of the message as multipart/alternative, quoted-printable; `crlf` for SMTP, else for a file. */
NODISCARD st message_compose(struct arena *, const struct mail_message *, bool crlf, str *out);
/* "Name <address>" into its two parts. ST_INVALID. */
NODISCARD st message_sender_parse(struct arena *, str, str *name, str *address);

/* Hand the text over. A second delivery of the same id into a maildir replaces the first. */
NODISCARD st deliver_maildir(struct arena *, str dir, uid id, str text);

struct relay {
    str url; /* smtp://host:port or smtps://host:port */
    str user, password;
};
/* What the relay last said, and about what. */
struct relay_answer {
    long code;         /* 550; 0: nothing */
    char status[12];   /* "5.1.1" (RFC 3463), or empty */
    bool at_recipient; /* when it was told whom the message is for: then it is about the mailbox, not about us */
};
/* ST_UPSTREAM: refused for good (5xx); ST_AWAY: could not be reached or said "later" (4xx); ST_TIMEOUT.
 * TLS is demanded unless the relay is on a loopback address. `answer` may be NULL. */
NODISCARD st deliver_smtp(struct arena *, const struct relay *, str from, str to, str text, struct relay_answer *answer);

struct config;
/* Compose and hand over to the relay, or into the maildir, as configured. `envelope`: where a message that cannot be
 * delivered comes
 * back to; empty: the sender. `*told` is "bad_sender", "message_refused" or "relay_refused" when trying again is in vain. */
NODISCARD st message_send(struct arena *, const struct config *, struct mail_message *, str envelope, const char **told,
                          struct relay_answer *answer);

#endif
