/* Retention: what has had its time is disposed of, everywhere, by itself; and erasure on request.
 *
 * The statement says how long each class is kept and what happens then (statement.h: "Retention"). due.c says how the rows of each
 * table become due. A run marks what is due (a tombstone, committed), lets it go (values, what stands under and beside them, then
 * the keys that seal nothing any more), looks whether it is gone, and makes a certificate. Everything is a command of a
 * bounded size; a run that was killed is gone on with by the next. docs/adr/0024-retention.md says why. */
#ifndef AVOW_RETENTION_H
#define AVOW_RETENTION_H

#include "command.h"
#include "statement.h"

struct job_cx;

/* Compare the statement with what can end: every table that holds something of a class needs a rule, every end of a class
 * something that it ends. Findings say which; ST_RULES when there is an error. */
NODISCARD st retention_check(const struct statement *, struct findings *);

/* What keeps somebody from leaving: counts, and the first of them as a word; NULL when nothing does. */
struct retention_block {
    int64_t services, unpaid, payments, checks, disputes, credit;
    const char *word;
};
NODISCARD st retention_blocks(struct db *, struct arena *, utc now, int64_t person, struct retention_block *out);

/* Begin the time in which somebody may think an erasure over (as its page does): ST_CONFLICT with cx->message when something is
 * still open; asked for already gives that one. Opens a request of kind erase when there is none. Writer's transaction. */
NODISCARD st erasure_ask_nt(struct cx *, int64_t person, uid *erasure);

/* What a run would do by a day, rule by rule; reads only. Strings live as long as the statement. */
struct retention_planned {
    str class, title, then, place; /* "books", "Books and tax records", "removed …", "invoice" */
    const char *after;             /* "financial_year_end" */
    int64_t n, held;               /* due, and due but held */
    date first;                    /* the earliest last day among them; DATE_NONE when there are none */
};
struct retention_plan {
    struct retention_planned *v;
    size_t n;
};
NODISCARD st retention_plan(struct db *, struct arena *, const struct statement *, const struct config *, date as_of,
                            struct retention_plan *out);

/* Legal holds that are in force: the first 200, soonest review first. Their reasons are sealed, and shown to staff only. */
struct retention_hold_line {
    uid uid;
    const char *what;
    date review_on;
};
struct retention_holds {
    struct retention_hold_line *v;
    size_t n;
};
NODISCARD st retention_holds(struct db *, struct arena *, struct retention_holds *out);

/* Do the disposals that `ledger` knows to a copy that is older: `cx` is a writer's on the copy, in an open transaction; its
 * statement's rules say what goes. Goes on after *after, 200 tombstones at a time; *applied counts what was there. Then the
 * steps of a run prove it and make its certificate. */
NODISCARD st retention_replay_nt(struct cx *, struct db *ledger, int64_t *after, int64_t *applied, bool *more);

/* Job "retention.run": parts of a run until nothing is due. */
NODISCARD st retention_job_run(struct job_cx *);

#endif
