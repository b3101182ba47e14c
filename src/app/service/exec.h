/* Running a provisioning program: one JSON object in, one out, within limits.
 *
 * The program gets nothing of ours: an environment of PATH and LANG, no descriptors but its three, its own process
 * group, limits on time, memory, files and processes, and a folder that is the only place it can write to. Its
 * standard error is thrown away, because it may repeat what it was told.
 * Transaction: never inside one; the courier calls this. */
#ifndef AVOW_EXEC_H
#define AVOW_EXEC_H

#include "arena.h"

struct exec_config {
    const char *program; /* absolute path */
    const char *dir;     /* absolute path of an existing folder; the program's working directory */
    int seconds;         /* time limit of the whole call */
};

#define EXEC_ANSWER_MAX 65536

/* Run it. The answer lives in the arena and is not parsed here. On failure *problem is a word for staff: ST_TIMEOUT
 * it took too long and was killed; ST_UPSTREAM it failed or answered too much; ST_IO it could not be started. */
NODISCARD st exec_run(struct arena *, const struct exec_config *, str input, str *answer, str *problem);

#endif
