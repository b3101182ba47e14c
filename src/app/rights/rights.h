/* Requests about people's own data, and complaints: who asked for what, by when it is answered, and what came of it.
 *
 *   unconfirmed → received → (id_wanted) → running ⇄ paused → answered | refused | withdrawn
 *
 * A request is one row (rights_request); everything that happens to it is an entry (rights_entry), written with the change in one
 * transaction, with who and when, and beside it an event. Which act is possible in which state is one table (state.c).
 * `unconfirmed` is a form of somebody without an account whose address is not confirmed yet: nobody but the sweep looks at it.
 *
 * Clocks: every kind but complaint has one month from receipt, or from the day that identity was shown; three when extended; days
 * on which we wait for a clarification do not count. A complaint is acknowledged within 30 days. Both dates of calendar.h are kept.
 * LAW: UK GDPR art 12(3) to (6), 12A, 15 to 18, 20, 21, 22C; DPA 2018 s.164A.
 *
 * Texts are sealed, opened for the purpose `rights`, and leave neither by mail nor in events: messages say that there is
 * something to read. Functions that end in _nt need the writer's transaction. */
#ifndef AVOW_RIGHTS_H
#define AVOW_RIGHTS_H

#include "calendar.h"
#include "command.h"
#include "job.h"

/* X(NAME, "word") */
#define RIGHTS_KINDS(X)           \
    X(ACCESS, "access")           \
    X(RECTIFY, "rectify")         \
    X(ERASE, "erase")             \
    X(RESTRICT, "restrict")       \
    X(OBJECT, "object")           \
    X(PORTABILITY, "portability") \
    X(AUTOMATED, "automated")     \
    X(COMPLAINT, "complaint")
#define RIGHTS_CHANNELS(X)    \
    X(ACCOUNT, "account")     \
    X(FORM, "form")           \
    X(EMAIL, "email")         \
    X(POST, "post")           \
    X(TELEPHONE, "telephone") \
    X(PERSON, "person")
#define RIGHTS_STATES(X)          \
    X(UNCONFIRMED, "unconfirmed") \
    X(RECEIVED, "received")       \
    X(ID_WANTED, "id_wanted")     \
    X(RUNNING, "running")         \
    X(PAUSED, "paused")           \
    X(ANSWERED, "answered")       \
    X(REFUSED, "refused")         \
    X(WITHDRAWN, "withdrawn")
/* What an answer comes to. `refused` needs a ground. */
#define RIGHTS_OUTCOMES(X)        \
    X(GRANTED, "granted")         \
    X(PARTLY, "partly")           \
    X(REFUSED, "refused")         \
    X(UPHELD, "upheld")           \
    X(NOT_UPHELD, "not_upheld")

#define RIGHTS_ENUM_KIND(name, word) RIGHTS_##name,
enum rights_kind { RIGHTS_KINDS(RIGHTS_ENUM_KIND) RIGHTS_KIND_COUNT };
#undef RIGHTS_ENUM_KIND
#define RIGHTS_ENUM_CHANNEL(name, word) RIGHTS_BY_##name,
enum rights_channel { RIGHTS_CHANNELS(RIGHTS_ENUM_CHANNEL) RIGHTS_CHANNEL_COUNT };
#undef RIGHTS_ENUM_CHANNEL
#define RIGHTS_ENUM_STATE(name, word) RIGHTS_IS_##name,
enum rights_state { RIGHTS_STATES(RIGHTS_ENUM_STATE) RIGHTS_STATE_COUNT };
#undef RIGHTS_ENUM_STATE
#define RIGHTS_ENUM_OUTCOME(name, word) RIGHTS_OUTCOME_##name,
enum rights_outcome { RIGHTS_OUTCOMES(RIGHTS_ENUM_OUTCOME) RIGHTS_OUTCOME_COUNT };
#undef RIGHTS_ENUM_OUTCOME

const char *rights_kind_word(enum rights_kind);
NODISCARD st rights_kind_parse(str, enum rights_kind *);
NODISCARD st rights_channel_parse(str, enum rights_channel *);
NODISCARD st rights_state_parse(str, enum rights_state *);
const char *rights_outcome_word(enum rights_outcome);
NODISCARD st rights_outcome_parse(str, enum rights_outcome *);
const char *rights_state_word(enum rights_state);
const char *rights_channel_word(enum rights_channel);

/* ---- the table of states --------------------------------------------------------------------------------------------- */

/* X(NAME, "word") */
#define RIGHTS_ACTS(X)              \
    X(CONFIRM, "confirm")           \
    X(SAY, "say")                   \
    X(NOTE, "note")                 \
    X(ACKNOWLEDGE, "acknowledge")   \
    X(PROGRESS, "progress")         \
    X(IDENTIFY, "identify")         \
    X(IDENTIFIED, "identified")     \
    X(PAUSE, "pause")               \
    X(RESUME, "resume")             \
    X(EXTEND, "extend")             \
    X(ANSWER, "answer")             \
    X(REFUSE, "refuse")             \
    X(WITHDRAW, "withdraw")         \
    X(LINK, "link")
#define RIGHTS_ENUM_ACT(name, word) RIGHTS_ACT_##name,
enum rights_act { RIGHTS_ACTS(RIGHTS_ENUM_ACT) RIGHTS_ACT_COUNT };
#undef RIGHTS_ENUM_ACT
const char *rights_act_word(enum rights_act);
NODISCARD st rights_act_parse(str, enum rights_act *);

/* Where an act leads from a state; false: it is not possible there. Complaints are neither identified, paused nor extended, since
 * nobody has to show who they are to complain, and no law gives that time. */
bool rights_goes(enum rights_kind, enum rights_state, enum rights_act, enum rights_state *to);
bool rights_open_state(enum rights_state); /* not answered, refused or withdrawn */

/* ---- opening and answering, for other features ----------------------------------------------------------------------- */

struct rights_open {
    enum rights_kind kind;
    enum rights_channel channel;
    int64_t person;       /* who asks; 0: somebody without an account, who gets a row of their own */
    int64_t order;        /* what it is about (automated), or 0 */
    date received;        /* in London; DATE_NONE: now */
    bool identified;      /* it is known that it is them */
    bool unconfirmed;     /* by the form for people without an account: nothing happens before their address is confirmed */
    str name, email;      /* without an account; may be empty when somebody telephoned */
    str said;             /* their own words, or those of whoever took the call */
    str field, wanted;    /* rectify: what is wrong and what is right; may be empty */
    enum source source;   /* SOURCE_PERSON, or SOURCE_STAFF for who wrote it down */
};
/* Open a request: counts its clock, writes its first entry, event and count, and tells the person (a complaint: acknowledges it).
 * ST_INVALID with the field. */
NODISCARD st rights_open_nt(struct cx *, const struct rights_open *, int64_t *id);

/* Answer, or refuse (outcome REFUSED), with words that the person reads; tells them. `ground` is a word of rights_grounds, for
 * refusals and what was done in part, or empty. ST_CONFLICT when it is closed already; ST_INVALID without words. */
NODISCARD st rights_answer_nt(struct cx *, int64_t id, enum rights_outcome, str ground, str reason);

/* For a first page: how many are open, and how many of them are due within a week, or late. */
struct rights_waiting {
    int64_t open, urgent;
};
NODISCARD st rights_waiting(struct db *, struct arena *, date today, struct rights_waiting *);

/* Is there an open request of that kind of this person, of whom it is known who they are? The oldest; ST_NOT_FOUND. */
NODISCARD st rights_find_open(struct db *, struct arena *, int64_t person, enum rights_kind, int64_t *id);

/* A copy of that kind (access or portability) is ready for a person: their open request for it is answered. Harmless without. */
NODISCARD st rights_copied_nt(struct cx *, int64_t person, enum rights_kind);

/* Grounds on which a request may be refused; NULL-terminated. The words for people: rights.ground.<word>, rights.text.<word>. */
extern const char *const rights_grounds[];

/* Fields that can be corrected through a request: the columns of a profile, the e-mail address, and `invoice` and `other`, about
 * which people are answered in words. NULL-terminated. */
extern const char *const rights_fields[];

/* ---- mail ------------------------------------------------------------------------------------------------------------ */

/* Who is written to about a request without an account, and the path of a link that brings them to it (courier). The name may be
 * empty. ST_NOT_FOUND: there is no address, so nothing is sent; the desk shows that a letter is wanted. */
struct rights_contact {
    bool own;   /* without an account: name and email are those of the request */
    str name, email;
    str path;
    str kind;   /* words for people: "Your request for a copy" */
    date due;   /* by when, where that is to be said */
    uid uid;
};
NODISCARD st rights_contact(struct job_cx *, int64_t request, struct rights_contact *);

#endif
