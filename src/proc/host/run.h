/* Running a program of the system's with fixed words: no shell, no environment of ours, a time limit. */
#ifndef AVOW_HOST_RUN_H
#define AVOW_HOST_RUN_H

#include "arena.h"

#define RUN_WORDS 24
#define RUN_ANSWER 4096

/* Run argv[0] (an absolute path) with `input` (4,000 bytes at most) on standard input, and wait. What it prints comes back in
 * the arena when `out` is not NULL; its standard error is thrown away, because it may repeat what it was told.
 * ST_UPSTREAM: it ended with anything but 0, or said too much; ST_TIMEOUT: it was killed; ST_IO: it could not be started. */
NODISCARD st run_program(struct arena *, const char *const argv[], str input, int seconds, str *out);

/* Start a server that lives as long as this process: it is ended when this process ends, however that happens. */
NODISCARD st run_server(const char *const argv[], int *pid);

#endif
