/* Sessions: a random token in a cookie, its keyed code in the database, and what follows from the row.
 *
 * A customer's session ends 24 hours after it was last used and 30 days after it began; a member of staff's after 30
 * minutes and 12 hours. A visitor gets one only when something must be kept. */
#ifndef AVOW_SESSION_H
#define AVOW_SESSION_H

#include "command.h"

#define SESSION_TOKEN_BYTES 32
#define SESSION_CODE 32

struct session {
    int64_t id;
    uid uid;
    struct actor actor;
    str currency;
    int64_t restrictions; /* for gate_restricted_at() */
    bool stale; /* long enough since it was last recorded as used that it should be again */
};

/* Keys made from the vault's token key. */
struct session_keys {
    uint8_t token[32], csrf[32], form[32];
};
void session_keys_make(const uint8_t token_key[32], struct session_keys *);

/* The value of one cookie in a Cookie header; empty when absent or sent twice with different values. */
str cookie_value(str header, str name);
/* A new token as text, 43 characters. */
str session_token(struct arena *);
bool session_token_valid(str);
void session_code(const struct session_keys *, str token, uint8_t code[SESSION_CODE]);
/* What the forms of this session send back. */
str session_csrf(struct arena *, const struct session_keys *, str token);

/* The session of this token, if it is in force now. `staff`: it must be a member of staff's, else it must not.
 * ST_NOT_FOUND. */
NODISCARD st session_find(struct db *, struct arena *, const struct session_keys *, str token, bool staff, utc now,
    struct session *);

#endif
