/* How the supervisor tells a role where it stands: the arguments of `avow --role NAME …`, made and read in one file.
 *
 *   --index N --config FILE --set KEY=VALUE … --count ROLE=N … --control FD --peer ROLE:INDEX:USE=FD … --fd NAME=FD … */
#ifndef AVOW_WIRING_H
#define AVOW_WIRING_H

#include "role.h"

#define WIRING_PEERS 64
#define WIRING_SETS 32

struct wiring_peer {
    struct role_peer peer;
    int fd;
};
struct wiring {
    enum role role;
    int index, control;
    const char *config;            /* file; NULL: defaults only */
    const char *sets[WIRING_SETS]; /* "key=value" */
    size_t n_sets;
    struct wiring_peer peers[WIRING_PEERS];
    size_t n_peers;
    int fds[ROLE_FD_COUNT]; /* -1: not given */
    int counts[ROLE_COUNT];
};

void wiring_init(struct wiring *);
/* argv[0] "avow" first, NULL last; in the arena. */
NODISCARD st wiring_args(struct arena *, const struct wiring *, char ***argv);
/* ST_BUG when the arguments are not what wiring_args makes: nobody else runs roles. */
NODISCARD st wiring_parse(int argc, char **argv, struct wiring *);
/* The configuration as the wiring says: file, then settings. */
NODISCARD st wiring_config(struct arena *, const struct wiring *, struct config *, str *problem);

#endif
