/* The entry into a role's process. */
#ifndef AVOW_ROLE_MAIN_H
#define AVOW_ROLE_MAIN_H

#include "role.h"

/* Live as the role that the arguments name; returns the process's exit code. `table`: the program's roles, by enum role. */
int role_main(int argc, char **argv, const struct role_ops *const table[ROLE_COUNT]);

#endif
