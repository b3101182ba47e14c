/* The servers of customers' web spaces: OpenSSH for SFTP, nginx for the pages. Both are Debian's, run from our own
 * configuration and end with this process. */
#ifndef AVOW_HOST_SERVER_H
#define AVOW_HOST_SERVER_H

#include "config_keys.h"
#include "loop.h"

struct servers;

/* Make keys and configuration in DATA/host. ST_CONFIG with a sentence for the operator when a program is missing, or refuses
 * what it is to run. Before the sandbox. */
NODISCARD st servers_prepare(struct arena *, const struct config *, struct servers **out, str *sentence);
/* Start both, and again when one ends. */
NODISCARD st servers_start(struct servers *, struct loop *);
/* End both and wait for it. */
void servers_stop(struct servers *);
/* Do both run at this moment? */
bool servers_run(const struct servers *);

#endif
