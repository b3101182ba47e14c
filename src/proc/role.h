/* What every role has in common: how it is started, wired to its peers, sandboxed, told to stop.
 *
 * The supervisor executes this program again as `avow --role NAME …` with its descriptors by number.
 * role_main() then goes through fixed stages:
 *
 *   open    files, database, certificates: whatever the sandbox will take away. No byte of a stranger's is read here.
 *   sandbox sandbox_apply() for this role
 *   start   take the links and listeners over into the event loop, start timers
 *   ready   the supervisor is told
 *   peer    a link was made, or made again (the other side was restarted, or role_lost); at the start once per link
 *   stop    take nothing new, finish what there is, then role_done(); after grace_ms the supervisor kills
 *   close   after the loop has ended, before the process does
 *
 * Ownership: everything belongs to self->arena, which lives as long as the process. Descriptors given to `peer` are
 *            the role's; role_listener() descriptors stay open as long as the process. */
#ifndef AVOW_ROLE_H
#define AVOW_ROLE_H

#include "config_keys.h"
#include "link.h"

/* Sockets and files that the supervisor opens and hands down. */
enum role_fd {
    ROLE_FD_HTTPS,    /* front: listening, TLS */
    ROLE_FD_PLAIN,    /* front: listening, plain HTTP on loopback */
    ROLE_FD_SITE,     /* site: listening, plain HTTP on loopback: trial web spaces */
    ROLE_FD_COMMANDS, /* writer: listening, DATA/run/writer.sock, for subcommands */
    ROLE_FD_HASHES,   /* vault: listening, DATA/run/vault.sock, password hashing for subcommands */
    ROLE_FD_LOCK,     /* writer: the lock on DATA, held as long as it lives */
    ROLE_FD_COUNT
};

struct role_self {
    enum role role;
    int index; /* front 0, front 1, … */
    const struct role_ops *ops;
    const struct config *config;
    struct arena *arena;
    struct loop *loop;
    void *state; /* the role's own, set in `open` */
    bool stopping;
    int64_t deadline_ms; /* while stopping: clock_ms() by which it should be done */
};

/* The other end of a link. Between app and vault there are two, so that hashing never delays a look-up. */
enum role_use { ROLE_USE_MAIN, ROLE_USE_HASH, ROLE_USE_COUNT };
struct role_peer {
    enum role role;
    int index;
    enum role_use use;
};

struct role_ops {
    st (*open)(struct role_self *);
    st (*start)(struct role_self *);
    st (*peer)(struct role_self *, const struct role_peer *, int fd);
    void (*stop)(struct role_self *);
    void (*close)(struct role_self *);
};
extern const struct role_ops front_role, app_role, writer_role, vault_role, courier_role, site_role, host_role;

/* An inherited descriptor, or -1. Not for the role to close. */
int role_listener(const struct role_self *, enum role_fd);
/* The role has finished draining: the loop ends. */
void role_done(struct role_self *);
/* The link to that peer is missing. Say so at every tick for as long as it is: a peer that has ended is started and wired
 * again by the supervisor anyway, but a link that one end gave up (an answer came too late, a message was refused) is
 * made anew only when the supervisor is asked, which happens when nothing has come for two seconds. */
void role_lost(struct role_self *, enum role, int index, enum role_use);
/* How many peers of that role this generation has (fronts, apps). */
int role_count(const struct role_self *, enum role);

#endif
