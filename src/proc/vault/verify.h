/* Looking at the vault with the master key in hand: is everything as it is promised? Tries, where something can be tried.
 *
 * Reads only, in short steps, so that a running vault is not kept waiting. What changes while it looks is looked at twice before
 * it is called broken. */
#ifndef AVOW_VERIFY_H
#define AVOW_VERIFY_H

#include "backup.h"

#define VERIFY_PAGE 1000
#define VERIFY_LINES 16

enum verify_verdict { VERIFY_KEPT, VERIFY_NOTE, VERIFY_UNKNOWN, VERIFY_BROKEN };

struct verify_line {
    const char *check; /* "keys" */
    enum verify_verdict verdict;
    str words;         /* what was seen, names nobody */
};

struct verify_report {
    struct verify_line v[VERIFY_LINES];
    size_t n;
    enum verify_verdict worst;
};

/* What the database says: a page of key ids after one, in order, *n of at most VERIFY_PAGE. */
typedef st verify_page_fn(void *at, int64_t after, int64_t ids[VERIFY_PAGE], size_t *n);
#define VERIFY_SOURCES 2

struct verify_setup {
    str folder;              /* DATA/vault */
    const char *backup;      /* the backup's file */
    const uint8_t *recovery; /* the secret half, to open the backup too; or NULL */
    verify_page_fn *used[VERIFY_SOURCES]; /* ids that people have; the first NULL: the database is not within reach */
    verify_page_fn *gone[VERIFY_SOURCES]; /* ids that the database says are destroyed */
    void *at;
    bool running;            /* a vault runs beside: a backup that is a minute behind is no fault */
};

/* Fill the report; its words are in the arena. The status says whether looking was possible, not what was seen: ST_CONFIG and
 * ST_NOT_FOUND as keystore_look, when there is no master key that opens the store. */
NODISCARD st verify(struct arena *, const struct verify_setup *, struct verify_report *);

#endif
