/* The upload passwords of trial web spaces: Basic authentication against the file that the provisioning program
 * wrote.
 *
 * A right password is remembered for some minutes (as a keyed code, with the file's own text in it, so that a new
 * password counts at once); wrong ones are counted, and after ten in a minute a space is closed to guesses for the rest
 * of it. */
#ifndef AVOW_SPACE_PASSWORD_H
#define AVOW_SPACE_PASSWORD_H

#include "arena.h"

struct space_passwords;

NODISCARD st space_passwords_new(struct arena *, struct space_passwords **);
/* `authorization` is the header's value. ST_DENIED, ST_LIMIT too many wrong ones, ST_IO no password file. */
NODISCARD st space_password_check(struct space_passwords *, int space_dir, str space, str authorization);

#endif
