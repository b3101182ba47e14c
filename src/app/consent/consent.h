/* Consent, choices and objections: what somebody agreed to, refused or asked for, and whether they may be written to about a topic.
 *
 * Topics are rows of registry/gates.reg; the basis of a topic's purpose in rules.yaml is its lawful route, and asking
 * topic_route() is how everything here decides: with another basis in the rules the program behaves otherwise.
 *
 * A consent keeps the exact words, their version, the statement in force, the point and the session; no address of a
 * network. Where the address was not proven before it counts only when the link in a message was followed (double opt-in).
 * Withdrawing takes one step wherever giving took one. Nothing is ever ticked beforehand: web_form_tick() refuses it.
 * LAW: UK GDPR arts. 7, 21(2)-(3); PECR reg 22. */
#ifndef AVOW_CONSENT_H
#define AVOW_CONSENT_H

#include "command.h"

#define CONSENT_LINK_SECONDS (48 * 3600) /* how long the link of a double opt-in works */

/* ---- topics */

enum topic_route {
    ROUTE_CONTRACT, /* must be known: always sent, free of promotion */
    ROUTE_INTEREST, /* news: sent until refused */
    ROUTE_SOFT,     /* marketing by the soft opt-in: bought something, was told, did not refuse (PECR reg 22(3)) */
    ROUTE_CONSENT,  /* only who agreed and confirmed */
    ROUTE_OFF,      /* its clause is not in force */
};
enum topic_route topic_route(const struct gate *, enum topic);
bool topic_marketing(enum topic);
/* May people choose about it? (not about what they must know, nor about what is not in force) */
bool topic_open(const struct gate *, enum topic);
/* The words people agree to for a topic, and their version: 12 hexadecimal digits of their hash. */
str consent_wording(enum topic);
NODISCARD st consent_wording_version(struct arena *, str wording, str *version);

/* ---- consent */

/* Where something was agreed to, chosen or withdrawn. The session comes from cx->actor. */
struct consent_at {
    int64_t person;
    enum topic topic;
    enum point point;
};
/* Record a consent that is in force from now on; one that is already stays as it is. *consent may be NULL. */
NODISCARD st consent_give_nt(struct cx *, const struct consent_at *, int64_t *consent);
/* Record that a consent was asked for, and queue the message whose link gives it. Asked again: another message, at
 * most one in an hour. */
NODISCARD st consent_ask_nt(struct cx *, const struct consent_at *);
/* End it. ST_OK also when there is none: withdrawing is never refused. */
NODISCARD st consent_withdraw_nt(struct cx *, const struct consent_at *);
/* Is one in force? */
NODISCARD st consent_is(struct db *, struct arena *, int64_t person, enum topic, bool *yes);
/* Something rests on it now: from the last of these moments its proof is kept for six years (retention class `consents`). */
NODISCARD st consent_used_nt(struct cx *, int64_t person, enum topic);
/* Lapse what was asked for and not confirmed in time; how many. */
NODISCARD st consent_sweep_nt(struct cx *, int64_t *lapsed);

/* ---- choices about topics that rest on an interest */

enum choice { CHOICE_TOLD, CHOICE_ON, CHOICE_OFF, CHOICE_OBJECTED, CHOICE_NONE };
const char *choice_word(enum choice);
NODISCARD st choice_get(struct db *, struct arena *, int64_t person, enum topic, enum choice *);
/* Set it; the same as before is not written again. */
NODISCARD st choice_set_nt(struct cx *, const struct consent_at *, enum choice);
/* At an order: whether the customer refused offers there. Writes once per person, or when they refuse. */
NODISCARD st choice_at_order_nt(struct cx *, int64_t person, bool refused);

/* ---- the two together, as people mean them */

/* Turn a topic on or off, by its route: consent or choice, and the suppression list. On: ST_OK with *asked when a
 * message went out first, because the address is not proven. */
NODISCARD st topic_set_nt(struct cx *, const struct consent_at *, bool on, bool *asked);
/* Its owner proved the address and wants the topic: off the suppression list, and an objection to it ends. */
NODISCARD st topic_proven_nt(struct cx *, const struct consent_at *);
/* Object to all marketing: absolute and at once. Every marketing topic is off, objected to and suppressed. */
NODISCARD st topic_object_nt(struct cx *, int64_t person);

/* Somebody objected to a purpose (restriction.h calls this): topics of that purpose are objected to and suppressed. */
NODISCARD st topic_objected_nt(struct cx *, int64_t person, enum purpose);

/* May this person be written to about this topic, now, at this address? */
enum may {
    MAY_YES, MAY_CLOSED, MAY_NO_ADDRESS, MAY_RESTRICTED, MAY_SUPPRESSED, MAY_UNVERIFIED, MAY_REFUSED, MAY_NO_CONSENT, MAY_NOT_TOLD,
    MAY_NOTHING_BOUGHT, MAY_OFF, MAY_N
};
const char *may_word(enum may); /* "no_consent": a word for counts, and of the message may.<word> */
struct may_address {
    str email, name;   /* opened for the topic's purpose */
    str code;          /* of the address, as the suppression list knows it */
    uid person;
    bool subscriber;   /* the address is of the newsletter form, not of an account */
};
/* Opens the address through the use gate: of a restricted or erased person it is refused there. *address is filled with MAY_YES. */
NODISCARD st topic_may(struct gate *, int64_t person, enum topic, enum may *, struct may_address *address);

/* Whose the link of a message is. ST_NOT_FOUND: nobody's any more. */
NODISCARD st mail_link_find(struct gate *, str token, int64_t *person, enum topic *);
/* The token of that link, 43 characters: made from person and topic with the vault's token key; nothing can be read from it. */
NODISCARD st mail_link_token(struct gate *, uid person, enum topic, str *token);
/* Make sure the link works. */
NODISCARD st mail_link_put_nt(struct cx *, int64_t person, uid person_uid, enum topic);

#endif
