/* The parts of a run. Private to this feature; who reads this first wants step.c, which puts them in order. */
#ifndef AVOW_RETENTION_DISPOSING_H
#define AVOW_RETENTION_DISPOSING_H

#include "dispose_row.h"

/* The open run of a kind, made when there is none. */
NODISCARD st run_open_nt(struct cx *, const char *kind, int64_t *run);
/* A tombstone for a row: *made tells whether it is a new one. Held rows get none, and count in *held. */
struct entomb {
    int64_t run;
    size_t life;
    enum table_id table;
    int64_t row, person;
    uid uid;
    str reason;
    date last_day;
};
NODISCARD st run_entomb_nt(struct cx *, const struct entomb *, bool *made, bool *held);
/* Does a status say that database, vault or memory are in trouble, and not that this one thing cannot be done? */
bool run_is_trouble(st);
bool run_table_named(str name, enum table_id *);
bool run_held(struct cx *, int64_t person, uid row, st *problem);

/* What a rule lists, some pages at a time: goes on after (rule, at, after). */
struct run_cursor {
    int64_t rule, at, after;
};
NODISCARD st run_mark_nt(struct cx *, struct run_cursor *, int64_t *n, bool *more);
/* Requests whose time to think is over, and what of theirs goes; a part of it at a time. */
NODISCARD st run_erasures_nt(struct cx *, struct run_cursor *, int64_t *n, bool *more);
/* Is the erasure that this run is for finished? Looks through everything once more. ST_OK and true for other runs. */
NODISCARD st run_erasure_finish_nt(struct cx *, int64_t run, bool *finished);
/* Lists about nobody, when the clause that needs them is gone. */
NODISCARD st run_marketing_nt(struct cx *, int64_t *n, bool *more);
/* Once a day some of the keys of all: those whose time is over and that seal nothing any more get a tombstone. */
NODISCARD st run_keys_nt(struct cx *, struct run_cursor *, int64_t *n, bool *more);
/* Can nothing be collected under this key any more: its epoch is over, or its owner has gone? */
NODISCARD st run_key_closed(struct cx *, int64_t person, str key_class, bool *closed);
/* Open tombstones become gone, gone ones proven: at most 40. */
NODISCARD st run_clear_nt(struct cx *, int64_t *n, int64_t *failed);
NODISCARD st run_prove_nt(struct cx *, int64_t *n, int64_t *failed);
NODISCARD st run_hash_keys_nt(struct cx *, int64_t *n);
/* Runs in which nothing waits any more get their certificate. */
NODISCARD st run_finish_nt(struct cx *, int64_t *n);

/* Holds whose review is due: their owners are told. */
NODISCARD st hold_remind_nt(struct cx *);
/* 00:00 of 1900: before everything that has a time. */
#define RUN_BEGINNING ((utc){ -2208988800 })

#endif
