/* Jobs: work outside the database, done by the courier after the transaction that made it necessary.
 *
 * A command queues a job in its own transaction (cx_job_nt: ids and registry words only). The courier leases
 * jobs for a while, does each, and reports. A lease carries a fence: when a courier dies, its lease runs out
 * and the job is leased again under a new fence, and a late report of the old one is refused. So every job
 * is done at least once, and every handler must be harmless when run twice.
 *
 * Ownership: everything a handler gets lives in the job's arena (gate.arena) and dies with the job. */
#ifndef AVOW_JOB_H
#define AVOW_JOB_H

#include "command.h"

struct config;
struct host; /* a client of the host role: host.h */

#define JOB_ATTEMPTS 12        /* after that many tries a job is dead and waits for staff */
#define JOB_LEASE_SECONDS 120  /* longer than any handler may take */
#define JOB_BACKOFF_FIRST 5    /* seconds until the second try; doubles, with jitter */
#define JOB_BACKOFF_MOST 21600 /* never longer than six hours */

#define JOB_RESTRICTED "restricted" /* last_error of a job that ended because its person restricted their data or objected */

/* Ask the writer and wait for its answer. `idem` zero: only for repeatable commands. `out` may be NULL; slices in
 * it live in the arena given. */
typedef st job_call_fn(void *at, struct arena *, enum command, uid idem, const void *in, void *out);

struct job {
    int64_t id;
    uid uid;         /* stable over tries: what the far side may use to tell a repetition */
    str kind;
    int64_t person;  /* person.id, or 0 */
    int64_t object;  /* the row the job is about; which table, the kind says */
    int64_t attempt; /* 1 at the first try */
    int64_t fence;
};

/* What the handler says about how it went, beside its status. */
struct job_result {
    const char *error;      /* a registry-like word for staff and log, never a value; NULL: the status's name */
    int64_t retry_seconds;  /* on failure: try again after this; 0: the usual backoff */
    bool give_up;           /* on failure: trying again cannot help */
    const char *mail;       /* template of the message that was sent, or NULL */
    const char *mail_class; /* "service" */
};

struct job_cx {
    struct gate gate; /* gate.db is read only */
    const struct config *config;
    struct host *host; /* NULL: none on this machine */
    job_call_fn *call;
    void *call_at;
    struct job job;
    struct job_result result;
};

/* Do one job. ST_OK: done for good. Anything else: tried again later, unless result.give_up. May block on the
 * network or a child process, within JOB_LEASE_SECONDS. */
typedef st job_fn(struct job_cx *);

struct job_handler {
    const char *kind;
    job_fn *fn;
};

/* Every kind of job the program knows (src/app/job/table.c). */
extern const struct job_handler job_handlers[];
extern const size_t job_handlers_n;

/* What the courier owns and lends to each round. */
struct job_runner {
    struct db *db; /* read only */
    struct vault *vault;
    struct restricted *restricted; /* or NULL (gate.h) */
    const struct statement *statement;
    int64_t statement_id;
    const struct config *config;
    const struct job_handler *handlers; /* job_handlers, or a test's own */
    size_t n_handlers;
    struct host *host; /* or NULL */
    job_call_fn *call;
    void *call_at;
};

/* Lease up to `max` due jobs (32 at most), do them in order and report each. *done counts the jobs tried, so that
 * the courier asks again at once while there is work and sleeps when there is none. ST_AWAY, ST_RETRY: the writer
 * is not there; nothing is lost, leases run out. */
NODISCARD st job_round(const struct job_runner *, size_t max, size_t *done);

/* Ask the writer from inside a handler. The key is made from job, try and `step`, so that a question sent again within one
 * try is answered once. A later try asks anew: what a handler asks for must be harmless when it was done before. */
NODISCARD st job_command(struct job_cx *, enum command, const char *step, const void *in, void *out);
/* Permission to hand fields of the job's person to a recipient, and the row in the disclosure ledger, before the first
 * byte is sent. ST_STATEMENT: nothing may be sent. `ref` names the object it is about ("payment", uid). */
NODISCARD st job_disclose(struct job_cx *, enum recipient, enum purpose, const enum column_id *fields, size_t n,
                          const char *ref_kind, uid ref);
/* Written by a connector itself when it is about to send something about the job's person to somebody outside: what, to whom, when.
 * It asks nobody whether it may; the ledger is compared with it afterwards (src/app/promise). `ref` as in job_disclose. */
NODISCARD st job_outbound(struct job_cx *, enum recipient, enum purpose, const char *ref_kind, uid ref);
/* Fail for a reason: sets the word and returns `why`. */
NODISCARD st job_fail(struct job_cx *, st why, const char *word);
/* As job_fail, and not to be tried again. */
NODISCARD st job_give_up(struct job_cx *, st why, const char *word);

/* Seconds to wait after the given try failed: doubles from JOB_BACKOFF_FIRST to JOB_BACKOFF_MOST, less up to a
 * quarter at random so that a crowd does not come back at once. */
int64_t job_backoff(int64_t attempt);

#endif
