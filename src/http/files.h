/* Files below one folder, and nothing else: no "..", no names that begin with a dot, no symbolic links, no devices.
 *
 * Paths are walked one name at a time from the open folder, never through a link: what a path means cannot be
 * changed under our feet, and the system needs nothing newer than openat().
 *
 * Ownership: descriptors handed out are the caller's.
 * Failure:   ST_INVALID a path that may not be, ST_NOT_FOUND, ST_CONFLICT somebody else is writing that file, or a
 *            folder is in the way, ST_FULL no space, ST_IO. */
#ifndef AVOW_HTTP_FILES_H
#define AVOW_HTTP_FILES_H

#include "base.h"

struct files_found {
    int fd; /* of a regular file; -1 for a folder */
    bool folder;
    uint64_t size;
    int64_t changed; /* ns since 1970 */
};
/* `path` is relative ("a/b.html"), without encoding; "" is the folder itself, and one '/' may end a folder's path. */
NODISCARD st files_open(int root, str path, struct files_found *);

/* Write a file whole or not at all: begin, any number of parts, then end or abort. Folders on the way are made. */
struct files_put {
    int dir, fd; /* -1: not open */
    char name[256], beside[272];
};
NODISCARD st files_put_begin(int root, str path, struct files_put *);
NODISCARD st files_put_part(struct files_put *, str part);
NODISCARD st files_put_end(struct files_put *, bool *created);
void files_put_abort(struct files_put *); /* fine after end, and twice */

/* Remove a file, or an empty folder. */
NODISCARD st files_remove(int root, str path);
/* Bytes in all files below. ST_LIMIT: more than 16 folders deep, or 100,000 entries. */
NODISCARD st files_usage(int root, uint64_t *bytes);

#endif
