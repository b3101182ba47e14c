/* Which front asked what: numbers for requests while they are inside the app, unique over all fronts. */
#ifndef AVOW_ASKED_H
#define AVOW_ASKED_H

#include "arena.h"

struct asked;

/* Room for `most` requests at once. NULL: no memory. */
struct asked *asked_new(struct arena *, size_t most);
/* A number for the request `theirs` of `owner`. ST_LIMIT. */
NODISCARD st asked_add(struct asked *, void *owner, int64_t theirs, int64_t *ours);
/* Whose it was; the number is free afterwards. ST_NOT_FOUND: its owner is gone, or it was answered. */
NODISCARD st asked_take(struct asked *, int64_t ours, void **owner, int64_t *theirs);
/* The same, and the number stays. */
NODISCARD st asked_look(const struct asked *, int64_t ours, void **owner, int64_t *theirs);
void asked_forget(struct asked *, const void *owner);

#endif
