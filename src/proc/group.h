/* A group of commands: gathered, run in one transaction, committed once, answered.
 *
 * Ownership: requests are copied in and live until the group is answered; what an owner is, the group does not know.
 * Failure:   of the database while a group runs: nobody's command has happened, and everybody is told ST_RETRY (ST_FULL
 *            when the disk is, ST_READ_ONLY when nobody may write). For a while after that every command is told so at once. */
#ifndef AVOW_GROUP_H
#define AVOW_GROUP_H

#include "run.h"

struct group;
typedef void group_answer_fn(void *arg, void *owner, int64_t id, const struct command_reply *);

/* `cx` is copied for each command; its gate.arena is the group's own. */
NODISCARD st group_new(struct arena *, const struct cx *, group_answer_fn *, void *arg, struct group **);
void group_end(struct group *);
/* ST_LIMIT: run it first. */
NODISCARD st group_add(struct group *, void *owner, int64_t id, const struct command_request *);
/* That owner is gone; its commands still run, because it may have been acknowledged to somebody that they will. */
void group_forget(struct group *, const void *owner);
/* Run, commit and answer what was gathered; true when there was anything. */
bool group_run(struct group *);
/* Why writing does not work, as people are told, and since when; ST_OK: it does, as far as is known. */
NODISCARD st group_trouble(const struct group *, utc *since);

#endif
