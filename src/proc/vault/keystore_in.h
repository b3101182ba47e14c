/* What the files of the key store share; nobody else includes this. */
#ifndef AVOW_KEYSTORE_IN_H
#define AVOW_KEYSTORE_IN_H

#include "keystore.h"
#include "master.h"
#include "seal.h"

#include <sqlite3.h>

#define KEYSTORE_VERSION 2

struct range {
    int64_t next, end; /* empty when next == end */
};

struct keystore {
    sqlite3 *db;
    struct arena *arena, *scratch;
    struct masters *masters;
    int64_t generation; /* new keys are wrapped under it; 0: not looked at yet */
    uint8_t *root[ROOT_COUNT]; /* KEYSTORE_KEY bytes each, locked */
    struct range current, spare;
    int64_t reserve, reserved_ms; /* how many last time, and when */
    sqlite3_stmt *look;           /* at a wrapped key; prepared at first use */
    int64_t pass, passed;         /* of a rotation: rewrapped up to this id, and how many in this pass */
    bool looking;                 /* nothing may be written */
};

NODISCARD st ks_of_sqlite(int rc);
NODISCARD st ks_run(struct keystore *, const char *sql);
NODISCARD st ks_prepare(struct keystore *, const char *sql, sqlite3_stmt **);
NODISCARD st ks_step_and_end(sqlite3_stmt *);
/* One number; `bound` goes into ?1 where there is one. ST_NOT_FOUND when there is no row. */
NODISCARD st ks_number(struct keystore *, const char *sql, int64_t bound, int64_t *out);
/* End the transaction by how the work in it went; a failed commit is a failure of the work. */
NODISCARD st ks_end_transaction(struct keystore *, st work);
str ks_blob(sqlite3_stmt *, int col);

struct seal_place ks_place_of_root(enum keystore_root);
struct seal_place ks_place_of_key(int64_t id);
const char *ks_root_name(enum keystore_root);
/* Wrap 32 bytes for `at` under the newest generation; in the scratch arena. */
NODISCARD st ks_wrap(struct keystore *, const struct seal_place *at, const uint8_t key[KEYSTORE_KEY], str *wrapped);
/* And back, under whichever generation. ST_CONFIG: nobody has that master key. */
NODISCARD st ks_unwrap(struct keystore *, int64_t generation, const struct seal_place *at, str wrapped, uint8_t key[KEYSTORE_KEY]);
/* Write down that this candidate is the master key of that generation. Transaction. */
NODISCARD st ks_add_master_nt(struct keystore *, struct master *, int64_t generation);
/* Find out which candidate is which generation, and which is the newest. */
NODISCARD st ks_match_masters(struct keystore *);
NODISCARD st ks_read_roots(struct keystore *);
/* Something a backup should know has changed. Transaction. */
NODISCARD st ks_changed_nt(struct keystore *, int64_t destroyed);
/* Open the file keys.db of that folder with the settings the store needs; no tables are looked at. */
NODISCARD st ks_new(struct arena *, str folder, int sqlite_flags, struct keystore **);
NODISCARD st ks_make_tables(struct keystore *); /* and fresh roots, unless they are there */

#endif
