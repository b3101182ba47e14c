/* The contract of provisioning modules: what a hosting platform can be asked to do.
 *
 * Each verb has a typed parameter structure and a table of its members. That one table makes the message to
 * the platform and the list of personal columns that the disclose gate checks and the ledger records: a
 * member that is not in the table cannot be sent.
 *
 * Idempotency: every verb names the service by its uid and must be harmless when repeated: `create` for a service
 * that already exists sets its password to the one given and answers as it did the first time (so a courier
 * that died after the platform acted, and before it reported, does no harm when it tries again).
 *
 * Runs in the courier. ST_UPSTREAM: the platform refused or answered nonsense (see problem); ST_TIMEOUT. */
#ifndef AVOW_PROVISION_H
#define AVOW_PROVISION_H

#include "job.h"

enum provision_verb {
    PROVISION_CREATE,
    PROVISION_SUSPEND,
    PROVISION_UNSUSPEND,
    PROVISION_TERMINATE,
    PROVISION_CHANGE_PACKAGE,
    PROVISION_CHANGE_PASSWORD,
    PROVISION_TEST_CONNECTION,
    PROVISION_USAGE,
    PROVISION_VERBS
};

/* What any verb may be given; which members a verb sends, its table says (provision_fields). */
struct provision_in {
    uid service;
    str package;    /* product.package: the platform's name of the plan */
    str hostname;   /* service.hostname */
    str username;   /* service.username, as the platform gave it at create */
    str password;   /* service.secret: new, for create and change_password */
    str remote_ref; /* the platform's own name of the account */
};

struct provision_out {
    str username;
    str password; /* the platform's choice when it does not take ours; else empty */
    str address;  /* where the customer finds the service: an http or https address */
    str remote_ref;
    int64_t usage_bytes; /* usage; -1: not told */
    str problem;         /* on failure: a word [a-z_]{1,40}, never a value */
};

/* A member of provision_in that a verb sends. */
struct provision_field {
    const char *name;
    size_t offset;      /* of the str in struct provision_in */
    bool personal;
    enum column_id col; /* when personal */
};
struct provision_fields {
    const struct provision_field *v;
    size_t n;
};
struct provision_fields provision_fields(enum provision_verb);
/* The personal columns of a verb, for the disclose gate: at most `max`; returns how many. */
size_t provision_columns(enum provision_verb, enum column_id *out, size_t max);

struct provision_module {
    const char *name; /* product.module */
    enum recipient recipient;
    /* Verbs the module does not offer answer ST_UPSTREAM with problem "unsupported". */
    st (*call)(struct job_cx *, enum provision_verb, const struct provision_in *, struct provision_out *);
};

extern const struct provision_module provision_exec; /* exec_module.c */
extern const struct provision_module provision_sftp; /* sftp_module.c */

/* Where files of a service of the module `sftp` are uploaded, as a program takes it: "sftp://NAME@host:port/"; empty when there
 * is none. In the arena. */
str provision_sftp_address(struct arena *, const struct config *, str username);

/* The module of that name: ST_NOT_FOUND. "none" is no module: staff deliver by hand. */
NODISCARD st provision_find(str name, const struct provision_module **out);
const char *provision_word(enum provision_verb); /* "change_password" */
NODISCARD st provision_parse(str word, enum provision_verb *out);

#endif
