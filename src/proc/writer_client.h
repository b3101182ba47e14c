/* Asking the writer and waiting for the answer: for the courier and for subcommands.
 *
 * A command that was not answered when the writer died is sent again, with the same key, as soon as there is a new
 * link; a command without a key is sent again too, because only repeatable ones may go without. */
#ifndef AVOW_WRITER_CLIENT_H
#define AVOW_WRITER_CLIENT_H

#include "command.h"
#include "link.h"

struct writer_client;

struct writer_client_setup {
    enum role mine;
    int fd;        /* -1: not wired yet */
    int answer_ms; /* for one answer, and for a new link together */
    /* Optional: wait a little (100 ms) for a new link, for example in an event loop. Without it ST_AWAY is final. */
    void (*wait)(void *arg);
    void *arg;
};
NODISCARD st writer_client_new(struct arena *, const struct writer_client_setup *, struct writer_client **);
void writer_client_end(struct writer_client *);
NODISCARD st writer_client_rewire(struct writer_client *, int fd);

/* Is there a link? Asks nobody. */
bool writer_client_wired(const struct writer_client *);

struct writer_refusal {
    str field, message; /* on ST_INVALID; in the arena of the call */
};
/* `out` (struct <command>_out) may be NULL, `why` too. ST_RETRY, ST_AWAY, ST_FULL: nothing happened, try later. */
NODISCARD st writer_call(struct writer_client *, struct arena *, const struct command_call *, void *out,
    struct writer_refusal *why);

#endif
