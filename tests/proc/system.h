/* The whole program in a folder of its own, as processes, for tests that do things to them.
 *
 * Ownership: everything lives in the arena given; the folder and the processes are ended by system_end(). */
#ifndef AVOW_TEST_SYSTEM_H
#define AVOW_TEST_SYSTEM_H

#include "test_db.h"
#include "writer_client.h"

#include <sys/types.h>

#define SYSTEM_SETTLE_MS 30000 /* longer than anything takes to come up or to come back */

struct system {
    const char *avow;
    struct arena *arena;
    char dir[64];
    str data;
    int port; /* plain HTTP on 127.0.0.1 */
    pid_t pid;
};

/* `avow init` on that database, then `avow serve`; returns when all roles live. */
void system_start(struct system *, const char *avow, struct arena *, const struct test_db *);
/* Told to end, it ends well; shows its log when a test has failed; the folder goes. */
void system_end(struct system *);
/* The process of that role; 0: there is none just now. */
pid_t system_role(const struct system *, const char *role);
/* Wait for a process of that role other than `not`; 0: none came. */
pid_t system_wait_role(const struct system *, const char *role, pid_t not);
/* A subcommand's connection to the writer. */
NODISCARD st system_writer(const struct system *, struct writer_client **);
/* Somebody registers, by a command with that key. It queues a mail, and for that the courier needs the database, the
 * writer and the vault. */
NODISCARD st system_register(const struct system *, uid key, const char *email);
/* The same until it is done, with one key. */
bool system_register_within(const struct system *, const char *email, int64_t ms);
/* How many messages have been sent. */
int system_mails(const struct system *);
bool system_mails_within(const struct system *, int want, int64_t ms);
/* What a process ended with; 1000 and more: by a signal. */
int system_end_of(pid_t);
/* GET; the status, and the whole answer in the arena. 0: nobody answered. */
int system_get(const struct system *, const char *path, str *answer);

#endif
