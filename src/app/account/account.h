/* Accounts: signing in and out, registering, passwords, and what others need of a person.
 *
 * Nobody learns here who has an account: registering and asking for a new password answer the same whether or not an
 * address is known, and the difference is told only in a message to that address. Links in messages hold a token of 256
 * bits whose keyed code alone is stored; they work once, for 48 hours (verify) or 20 minutes (reset).
 *
 * The profile itself (name, address, search codes) is in profile.h. */
#ifndef AVOW_ACCOUNT_H
#define AVOW_ACCOUNT_H

#include "profile.h"

/* Could something be sent there? */
bool account_email_sound(str);

/* The blind index of an e-mail address as typed: 16 bytes. */
NODISCARD st account_email_code(struct gate *, str typed, str *code);

/* Who may sign in with an address: `staff` or customer. `password` is the encoded hash, for the vault to verify.
 * ST_NOT_FOUND: nobody; hash what was typed all the same, so that it takes as long. */
struct account_door {
    int64_t person;
    str password;
};
NODISCARD st account_door(struct gate *, bool staff, str email, struct account_door *);
/* The encoded password of an account, to verify one that was typed: for the account, or under a restriction for its owner's
 * rights. */
NODISCARD st account_password_open(struct gate *, uid person, const struct sealed *, str *encoded);

/* A person followed a link that was sent to their address: it is theirs. Somebody without an address stays as they are. */
NODISCARD st account_verified_nt(struct cx *, int64_t person);

/* Visitors' sessions that have ended are removed, 10,000 at most; how many. */
NODISCARD st account_sweep_nt(struct cx *, int64_t *removed);

/* Give the countries, by name, to a form that asks for one. */
struct form_view;
NODISCARD st account_countries(struct arena *, struct form_view *);

#endif
