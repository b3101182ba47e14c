/* The supervisor: starts the roles, wires them, restarts what dies, and takes no input but signals.
 *
 *   SIGHUP           a new generation of every role with the configuration as it is now; the old one finishes what it
 *                    has and ends. There is never more than one writer. A configuration that is wrong changes nothing.
 *   SIGTERM, SIGINT  drain and end; a second one ends at once.
 *
 * A role that dies is started again, at once when it had lived for a while, later and later when it had not; its
 * peers get new links. A role that cannot stay alive ends everything, with a message that names it. */
#ifndef AVOW_SUPERVISOR_H
#define AVOW_SUPERVISOR_H

#include "role.h"

struct supervisor_setup {
    const char *config_file;  /* NULL: defaults only */
    const char *const *sets;  /* "key=value" from the command line */
    size_t n_sets;
    bool core_only;           /* vault and writer only: for a subcommand that writes while nothing runs */
    /* Everything is up: say where. Called once. */
    void (*ready)(void *arg, const struct config *);
    void *arg;
};

/* Run until told to stop. ST_CONFLICT: another one runs on this data (its lock is held). */
NODISCARD st supervisor_run(const struct supervisor_setup *);

#endif
