/* The roles of this program. */
#include "roles.h"

const struct role_ops *const roles[ROLE_COUNT] = {
    [ROLE_FRONT] = &front_role,
    [ROLE_APP] = &app_role,
    [ROLE_WRITER] = &writer_role,
    [ROLE_VAULT] = &vault_role,
    [ROLE_COURIER] = &courier_role,
    [ROLE_SITE] = &site_role,
    [ROLE_HOST] = &host_role,
};
