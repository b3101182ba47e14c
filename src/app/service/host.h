/* Client of the host role, which keeps SFTP web spaces on this machine. Calls block for as long as the system's tools take.
 *
 * ST_AWAY when the role is restarting: the job is tried again, after the courier was given a new link (host_rewire). */
#ifndef AVOW_HOST_H
#define AVOW_HOST_H

#include "arena.h"
#include "messages.h"

struct host;

/* A client without a connection; NULL when there is no memory. */
struct host *host_client(struct arena *);
/* The connection ends. The memory belongs to the arena. */
void host_end(struct host *);
/* A connection: fd is the client's from now on. */
NODISCARD st host_rewire(struct host *, int fd);
/* Is there a connection? Asks nobody. */
bool host_wired(const struct host *);

/* One question; `id` is set here. The answer's slices live in the arena; ST_OK says that there is one, whatever it says. */
NODISCARD st host_call(struct host *, struct arena *, struct msg_host_call *, struct msg_host_answer *);

#endif
