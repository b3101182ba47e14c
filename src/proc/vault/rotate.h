/* Rotation of the master key: everything is wrapped anew under the next one while the vault serves (docs/adr/0025).
 *
 * From begin to the last step both keys are there, and each row says under which generation it is. A kill at any point loses
 * nothing: whoever opens the store next sees two generations and goes on. */
#ifndef AVOW_ROTATE_H
#define AVOW_ROTATE_H

#include "keystore.h"

/* The next generation is written down, and the roots are under it. ST_OK when one is on its way already. ST_CONFIG: the master
 * key is a credential of the service manager, and it gave no next one (avow-master-key-next). */
NODISCARD st rotate_begin(struct keystore *);
/* A bounded part, in one transaction: some milliseconds. *more: call again. The last step destroys the old key's file. */
NODISCARD st rotate_step(struct keystore *, bool *more);

#endif
