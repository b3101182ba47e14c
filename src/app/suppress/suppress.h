/* The list of who is not to be written to: keyed codes of addresses, in a domain of their own ("suppression.address"), so that
 * they can be matched with nothing else. An entry belongs to nobody and survives erasure; it is never deleted, only
 * lifted, and only by an act of the address's owner (LAW: ICO, direct marketing: suppress instead of deleting).
 *
 * An entry is about one topic, or, with the empty topic, about all messages of the list (bounced, complained,
 * erased). What somebody must be told under their contract by ordinary service mail does not ask this list. */
#ifndef AVOW_SUPPRESS_H
#define AVOW_SUPPRESS_H

#include "command.h"

enum suppress_reason { SUPPRESS_UNSUBSCRIBED, SUPPRESS_OBJECTED, SUPPRESS_BOUNCED, SUPPRESS_COMPLAINED, SUPPRESS_ERASED };
#define SUPPRESS_ALL TOPIC_COUNT /* instead of a topic: every one */

/* The code of an address as typed: 16 bytes in the gate's arena. */
NODISCARD st suppress_code(struct gate *, str address, str *code);
/* Put a code on the list for a topic, or SUPPRESS_ALL. Twice is once. */
NODISCARD st suppress_add_nt(struct cx *, str code, enum topic, enum suppress_reason);
/* The same for a person, whose address is opened for it; somebody who has none is ST_OK. For erasure: call it while
 * the address can be read, with SUPPRESS_ALL and SUPPRESS_ERASED. */
NODISCARD st suppress_person_nt(struct cx *, int64_t person, enum topic, enum suppress_reason);
/* Is it on the list for this topic? */
NODISCARD st suppress_is(struct db *, struct arena *, str code, enum topic, bool *yes);
/* A person proved their address: what was on the list for everything because the address was dead, or its former account gone, is
 * lifted. */
NODISCARD st suppress_proven_nt(struct cx *, int64_t person);
/* Its owner asked for the topic again, and proved the address. */
NODISCARD st suppress_lift_nt(struct cx *, str code, enum topic);

#endif
