/* What each role may ask of the kernel, applied before the first byte of a stranger's is read.
 *
 * Three walls: resource limits; Landlock for files (ABI 1 and 2: what Debian 12's kernel knows); seccomp for system
 * calls. Where a kernel or a container has no Landlock or no seccomp, the role says so loudly at its start and runs
 * with what there is.
 *
 * AVOW_SANDBOX=trap|deny|off. trap: a call that is not allowed is named in the log and ends the process; the default of
 * builds with sanitizers, so that every test proves the lists complete. deny: the call fails with EPERM; the default
 * otherwise. off: for debuggers. */
#ifndef AVOW_SANDBOX_H
#define AVOW_SANDBOX_H

#include "arena.h"
#include "config_keys.h"
#include "messages.h"

struct sandbox_report {
    bool files;  /* Landlock holds */
    bool calls;  /* seccomp holds */
    bool off;    /* AVOW_SANDBOX=off */
};

/* Irreversible. Applies to every thread of the process (Landlock only to those started afterwards by this one).
 * ST_BUG when a list itself is wrong. */
NODISCARD st sandbox_apply(enum role, const struct config *, struct arena *, struct sandbox_report *);

/* The parts; sandbox_apply() calls them. */

enum sandbox_access { SANDBOX_READ, SANDBOX_WRITE, SANDBOX_TREE }; /* TREE: also make, rename and remove entries below */
struct sandbox_path {
    str path; /* what does not exist is left out */
    enum sandbox_access access;
    bool execute;
};
/* Only these paths from now on. *held: the kernel has Landlock. */
NODISCARD st sandbox_files(struct arena *, const struct sandbox_path *, size_t n, bool *held);
/* Only the system calls of that role. `database_socket`: it may open Unix sockets, to reach PostgreSQL. */
NODISCARD st sandbox_calls(enum role, bool database_socket, bool trap, bool *held);

#endif
