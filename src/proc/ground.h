/* What the supervisor holds on the outside: the lock on DATA, and listening sockets. */
#ifndef AVOW_GROUND_H
#define AVOW_GROUND_H

#include "arena.h"
#include "config_keys.h"

/* Hold DATA/lock for as long as the descriptor is open, here or in a child. Waits `patience_ms` for another holder that is
 * about to end. ST_CONFLICT when it does not; ST_NOT_FOUND when there is no DATA. */
NODISCARD st ground_lock(struct arena *, str data, int patience_ms, int *fd);
/* Listen for TCP. ST_CONFLICT: the address is in use. */
NODISCARD st ground_listen(const struct listen *, struct arena *, int *fd);
/* The port a listening socket got. */
uint16_t ground_port(int fd);
/* Listen on DATA/run/NAME (mode 0600, SOCK_SEQPACKET), in place of what a dead one left there. Needs the lock. */
NODISCARD st ground_listen_local(struct arena *, str data, const char *name, int *fd);
/* Connect to it. ST_AWAY: nobody listens. */
NODISCARD st ground_connect_local(struct arena *, str data, const char *name, int *fd);

#endif
