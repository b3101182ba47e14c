/* Locking in a child process that runs somebody else's program. */
#ifndef AVOW_CONFINE_H
#define AVOW_CONFINE_H

#include "base.h"

/* From here on this process and its children can write below `dir` only, and read and execute only there, the file
 * `program`, and the system's own folders (/usr, /lib*, /bin, /etc, /dev/null, /dev/urandom). Irreversible; absolute paths.
 * ST_OK also where the kernel has no Landlock: *confined says whether it took hold. Safe between fork and exec. */
NODISCARD st confine_to(const char *dir, const char *program, bool *confined);

#endif
