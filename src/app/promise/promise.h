/* Promises: every clause of the statement is bound to live checks that look at the world.
 *
 * A check looks at what is there (rows, keys, files, what was sent), never at what somebody meant to do and never at the books of
 * the part it checks. It says kept or broken, what it saw in words and numbers, and which rows show it, so that anybody can look
 * again: ids and counts, nothing personal. The courier runs what is due, one check at a time (promise_round); `avow promises --run`
 * does the same on demand; command promise.record keeps the result. A result that is older than twice its interval is stale, and
 * stale is not kept.
 *
 * A new check: one row of PROMISE_CHECKS, its function (promise_check_<name>, in the file of its area or in the feature it is
 * about), its words promise.<name>.title, .kept and .broken in the registry, and its sabotage in tests/engine/promise_test.c, which
 * fails until there is one, and prints docs/promises.md. */
#ifndef AVOW_PROMISE_H
#define AVOW_PROMISE_H

#include "job.h"
#include "out.h"
#include "sign.h"
#include "statement.h"
#include "text.h"

#define PROMISE_MINUTES(n) (60 * (int64_t)(n))
#define PROMISE_HOURS(n) (3600 * (int64_t)(n))
#define PROMISE_OUTBOUND_SECONDS (400 * (int64_t)86400) /* how long connectors' own record is kept: to compare, no longer */
#define PROMISE_OF(clause) ((uint64_t)1 << CLAUSE_##clause)

enum promise_verdict { PROMISE_UNKNOWN, PROMISE_KEPT, PROMISE_BROKEN };

/* X(name, NAME, clauses it is about, seconds between two runs). */
#define PROMISE_CHECKS(X)                                                                                                  \
    /* agree.c, origins.c: what is collected */                                                                            \
    X(agree, AGREE, PROMISE_OF(S1) | PROMISE_OF(S2) | PROMISE_OF(S6), PROMISE_HOURS(1))                                      \
    X(origins, ORIGINS, PROMISE_OF(S4) | PROMISE_OF(S6) | PROMISE_OF(S7) | PROMISE_OF(S7A) | PROMISE_OF(S7B),                \
      PROMISE_MINUTES(30))                                                                                                 \
    X(points, POINTS, PROMISE_OF(S1) | PROMISE_OF(S4) | PROMISE_OF(S7A) | PROMISE_OF(S7B) | PROMISE_OF(S8) |                  \
      PROMISE_OF(S12D), PROMISE_MINUTES(30))                                                                               \
    /* cookies.c */                                                                                                        \
    X(cookies, COOKIES, PROMISE_OF(S5) | PROMISE_OF(S5A), PROMISE_MINUTES(15))                                               \
    /* disclosures.c: what leaves the house */                                                                             \
    X(ledger, LEDGER, PROMISE_OF(S12) | PROMISE_OF(S8) | PROMISE_OF(S9) | PROMISE_OF(S12A) | PROMISE_OF(S12B) |               \
      PROMISE_OF(S12D), PROMISE_MINUTES(15))                                                                               \
    X(outbound, OUTBOUND, PROMISE_OF(S12) | PROMISE_OF(S8) | PROMISE_OF(S9) | PROMISE_OF(S12A) | PROMISE_OF(S12B),            \
      PROMISE_MINUTES(15))                                                                                                 \
    X(told, TOLD, PROMISE_OF(S12) | PROMISE_OF(S9) | PROMISE_OF(S12A), PROMISE_HOURS(1))                                     \
    /* orders.c: what an order rests on */                                                                                 \
    X(vat_evidence, VAT_EVIDENCE, PROMISE_OF(S7), PROMISE_HOURS(1))                                                         \
    X(trial_codes, TRIAL_CODES, PROMISE_OF(S7C), PROMISE_HOURS(1))                                                          \
    X(refusals, REFUSALS, PROMISE_OF(S7D), PROMISE_MINUTES(30))                                                             \
    X(mandates, MANDATES, PROMISE_OF(S12C), PROMISE_HOURS(1))                                                               \
    X(profiles, PROFILES, PROMISE_OF(S11), PROMISE_MINUTES(30))                                                             \
    X(browsing, BROWSING, PROMISE_OF(S11A), PROMISE_MINUTES(30))                                                            \
    X(books, BOOKS, PROMISE_OF(S15), PROMISE_HOURS(1))                                                                      \
    X(acknowledged, ACKNOWLEDGED, PROMISE_OF(S21), PROMISE_HOURS(1))                                                        \
    /* storage.c, files.c, overdue.c: how it is kept, and for how long */                                                  \
    X(sealed, SEALED, PROMISE_OF(S16), PROMISE_HOURS(1))                                                                    \
    X(plaintext, PLAINTEXT, PROMISE_OF(S16), PROMISE_HOURS(1))                                                              \
    X(overdue, OVERDUE, PROMISE_OF(S16) | PROMISE_OF(S15), PROMISE_HOURS(1))                                                 \
    X(disposed, DISPOSED, PROMISE_OF(S16), PROMISE_HOURS(1))                                                                 \
    X(copies, COPIES, PROMISE_OF(S16), PROMISE_MINUTES(15))                                                                  \
    /* wishes.c: what people asked for */                                                                                  \
    X(suppressed, SUPPRESSED, PROMISE_OF(S10), PROMISE_MINUTES(15))                                                          \
    X(consented, CONSENTED, PROMISE_OF(S10) | PROMISE_OF(S2), PROMISE_HOURS(1))                                              \
    X(restricted, RESTRICTED, PROMISE_OF(S17), PROMISE_MINUTES(15))                                                          \
    X(requests, REQUESTS, PROMISE_OF(S17), PROMISE_MINUTES(15))                                                              \
    /* published.c: what is said and what is recorded */                                                                   \
    X(access, ACCESS, PROMISE_OF(S17), PROMISE_HOURS(1))                                                                    \
    X(published, PUBLISHED, PROMISE_OF(S22), PROMISE_MINUTES(15))                                                           \
    X(chain, CHAIN, PROMISE_OF(S22) | PROMISE_OF(S16), PROMISE_MINUTES(30))

/* What a check is given, and what it says. */
struct promise_look {
    struct gate gate; /* gate.db reads only; gate.arena is the run's */
    const struct config *config;
    job_call_fn *call; /* the writer */
    void *call_at;
    str memory; /* what the check said last time it wanted to keep in mind; it may write another (4,000 bytes) */
    enum promise_verdict verdict;
    struct out numbers, evidence;
    struct text_arg args[12]; /* the numbers again, for the words */
    size_t n_args;
    struct past *past; /* earlier statements that were looked up: past.h */
};
typedef st promise_fn(struct promise_look *);

struct promise_check {
    const char *name;
    uint64_t clauses; /* bit set of enum clause */
    enum text_key title, kept, broken;
    int64_t every; /* seconds */
    promise_fn *fn;
};
extern const struct promise_check promise_checks[];
extern const size_t promise_checks_n;
#define PROMISE_DECLARE(name, NAME, clauses, every) st promise_check_##name(struct promise_look *);
PROMISE_CHECKS(PROMISE_DECLARE)
#undef PROMISE_DECLARE

/* The check of that name, or NULL. */
const struct promise_check *promise_find(str name);
/* The first of its clauses in the statement, under which it is listed. */
enum clause promise_clause(const struct promise_check *);
/* Is any of its clauses in force? What is not promised is not checked. */
bool promise_in_force(const struct statement *, const struct promise_check *);

/* ---- for checks -------------------------------------------------------------------------------------------------- */

/* A number that was seen; the words may show it as {name}. */
void promise_number(struct promise_look *, const char *name, int64_t n);
/* What shows it: "disclosure 17". Once it is long enough, more is left out. */
void promise_evidence(struct promise_look *, const char *fmt, ...) PRINTF(2, 3);
/* Kept when nothing bad was found. */
void promise_say(struct promise_look *, bool kept);

/* Rows of a growing table that break a promise. A run looks at the newest rows, at the next stretch of all the others, and again
 * at those that were found before: each run costs the same however long the table is, a break is seen at once where new rows come
 * in, everything is seen in the end, and what was found stays found until it is put right. */
#define PROMISE_FOUND_MOST 20
struct promise_found {
    int64_t id[PROMISE_FOUND_MOST];
    size_t n;
    int64_t looked_at; /* rows, for the words */
};
/* Add the ids of bad rows with after < id <= upto. */
typedef st promise_range_fn(struct promise_look *, const void *arg, int64_t after, int64_t upto, struct promise_found *);
struct promise_scan {
    const char *table; /* names it in the evidence and in the memory */
    int64_t newest;    /* the highest id there is */
    int64_t from;      /* rows up to this id are not looked at; 0: all are */
    int64_t step;      /* ids in one stretch; 0: 2,000 */
    promise_range_fn *fn;
    const void *arg;   /* for fn */
};
/* One run; adds to found. The caller adds up and says. */
NODISCARD st promise_scan(struct promise_look *, const struct promise_scan *, struct promise_found *);
/* A scan that is the whole check: numbers `rows` and `bad`, evidence, and the verdict. */
NODISCARD st promise_scan_only(struct promise_look *, const struct promise_scan *);

/* A line of the memory, by its first word; the empty slice when there is none. */
str promise_memory_get(const struct promise_look *, const char *tag);
void promise_memory_set(struct promise_look *, const char *tag, str value);

/* Sign a text with the vault's signing key; the public half comes with it. */
typedef st promise_sign_fn(void *at, str text, uint8_t signature[SIGN_BYTES], uint8_t public_half[SIGN_PUBLIC]);

/* ---- running ----------------------------------------------------------------------------------------------------- */

struct promise_runner {
    struct db *db; /* read only */
    struct vault *vault;
    const struct statement *statement;
    int64_t statement_id;
    const struct config *config;
    job_call_fn *call;
    void *call_at;
    utc rest_until; /* after the writer was not there */
    promise_sign_fn *sign; /* by which the public half of the signing key is made known once; NULL: it is not */
    void *sign_at;
    bool key_known;
};
/* Run the check that is due and has waited longest, and record what it saw. *ran: there was one. Blocks for as long as one check
 * takes: a fraction of a second. ST_AWAY and the like: the writer could not record it, it is due still. */
NODISCARD st promise_round(struct promise_runner *, utc now, bool *ran);
/* Run one now. `out` (may be NULL): what was recorded, in the arena. */
struct promise_record_in;
NODISCARD st promise_run(struct promise_runner *, struct arena *, const struct promise_check *, utc now,
                         struct promise_record_in *out);

/* ---- looking at results ------------------------------------------------------------------------------------------ */

struct promise_standing {
    const struct promise_check *check;
    bool ever;                     /* was it ever run? */
    bool stale;                    /* the newest result is too old to count */
    enum promise_verdict verdict;  /* stale or never: unknown */
    utc at, kept_at, broken_at;    /* of the newest result; when last kept; since when broken (UTC_NONE) */
    utc asked_at;                  /* when somebody last wanted to know at once */
    int64_t id;                    /* promise.id, or 0 */
    str words, numbers, evidence;
};
/* All checks that are in force, in the order of the table, each with where it stands. One query. In the arena. */
struct promise_standings {
    struct promise_standing *v;
    size_t n;
};
NODISCARD st promise_standings(struct db *, struct arena *, const struct statement *, utc now, struct promise_standings *);
/* How many are broken, for the staff's first page. */
NODISCARD st promise_broken(struct db *, struct arena *, int64_t *n);
const char *promise_word(enum promise_verdict); /* "kept", "broken", "unknown" */
/* Has a break lasted longer than the operator's grace, so that everybody is told? */
bool promise_public_break(const struct config *, const struct promise_standing *, utc now);

#endif
