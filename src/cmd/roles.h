/* The roles of this program, by enum role: what `avow --role NAME` may be. */
#ifndef AVOW_ROLES_H
#define AVOW_ROLES_H

#include "role.h"

extern const struct role_ops *const roles[ROLE_COUNT];

#endif
