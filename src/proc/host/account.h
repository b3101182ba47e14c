/* Accounts of customers on this machine: system users that can do nothing but SFTP, each locked into a folder of its own.
 *
 *   DIR/NAME            root's; where OpenSSH locks the user in
 *   DIR/NAME/public     the user's; what they upload and nginx serves
 *   DIR/NAME/quota      bytes, written by us
 *   DIR/NAME/suspended  there while the account is suspended
 *
 * A name is made from the service's id and looks like no name a person would choose; only users of the group ACCOUNT_GROUP
 * with such a name are ever touched. Every verb may be repeated.
 *
 * Failure: *problem is a word for staff (docs/module-sftp.md); no name and no password is ever in it. */
#ifndef AVOW_HOST_ACCOUNT_H
#define AVOW_HOST_ACCOUNT_H

#include "arena.h"

#define ACCOUNT_GROUP "avow-sftp"
#define ACCOUNT_NAME 11 /* bytes: w and ten of base 32 */

struct accounts {
    const char *dir; /* absolute; it and all above it belong to root and are writable by root alone */
    str packages;    /* "starter 100, business 500": MiB by package */
};

struct account {
    uid service;
    char name[ACCOUNT_NAME + 1];
};

/* The account of a service: the same each time, and no way back to the service's id. */
void account_of(uid service, struct account *);

/* Make DIR and the group; ST_CONFIG, with a sentence for the operator, when OpenSSH would refuse to lock anybody in there. */
NODISCARD st accounts_prepare(struct arena *, const struct accounts *, str *sentence);

/* The user, the folder, a first page with `title` on it, the password. */
NODISCARD st account_create(struct arena *, const struct accounts *, const struct account *, str package, str title, str password,
                            str *problem);
NODISCARD st account_password(struct arena *, const struct accounts *, const struct account *, str password, str *problem);
/* No sign-in, sessions ended, pages answer 503; and the way back. */
NODISCARD st account_suspend(struct arena *, const struct accounts *, const struct account *, str *problem);
NODISCARD st account_unsuspend(struct arena *, const struct accounts *, const struct account *, str *problem);
NODISCARD st account_package(struct arena *, const struct accounts *, const struct account *, str package, str *problem);
NODISCARD st account_usage(struct arena *, const struct accounts *, const struct account *, int64_t *bytes, str *problem);
/* The user, its processes and its files are gone. One that is not there is gone already. */
NODISCARD st account_terminate(struct arena *, const struct accounts *, const struct account *, str *problem);

#endif
