/* Master keys: 32 bytes each, under which everything in the key store is wrapped.
 *
 * There is one, and two while it is rotated (rotate.h). Which is which is not said by the file's name but tried: the store
 * holds, for each generation, a proof that only the right key opens. So a kill between any two steps leaves nothing unclear.
 *
 *   FOLDER/master.key       the master key                      $CREDENTIALS_DIRECTORY/avow-master-key        or there
 *   FOLDER/master.key.new   the next one, while rotating        $CREDENTIALS_DIRECTORY/avow-master-key-next   or there
 *   FOLDER/master.key.old   the last one, about to be overwritten
 *
 * Ownership: everything in the arena given; keys in locked memory. Credentials are read once, at open: the vault's sandbox
 * lets it read its own folder alone after that. */
#ifndef AVOW_MASTER_H
#define AVOW_MASTER_H

#include "arena.h"

#define MASTER_KEY 32

/* In this order a master key is chosen for a new store. */
enum master_slot { MASTER_CREDENTIAL, MASTER_FILE, MASTER_CREDENTIAL_NEXT, MASTER_FILE_NEW, MASTER_FILE_OLD, MASTER_SLOTS };

struct master {
    const char *path;   /* NULL: no service manager gives any */
    bool there;
    int64_t generation; /* of the store that is open; 0: it opens nothing there */
    uint8_t *wrap;      /* MASTER_KEY bytes made from the key: what data keys are wrapped under */
};

struct masters {
    const char *folder;
    struct master v[MASTER_SLOTS];
};

/* Look at all places. ST_NOT_FOUND: there is no key anywhere; ST_CONFIG: others may read one, or it is no key. */
NODISCARD st masters_open(struct arena *, str folder, struct masters **);
/* Look at the files again; what fitted the store is forgotten, for the caller to try anew. */
NODISCARD st masters_again(struct masters *);
void masters_wipe(struct masters *);
bool master_is_file(enum master_slot);
/* Who holds that generation; NULL: nobody. */
const struct master *masters_of(const struct masters *, int64_t generation);
/* Make the file of that slot, mode 0400, durable, with a fresh key. Leaves one that is there alone. */
NODISCARD st master_create(struct masters *, enum master_slot);
/* The first master key of a folder that may have none yet. */
NODISCARD st master_first(struct arena *, str folder);
/* Bring the files in order for a store whose only generation is `current`: what opens nothing is overwritten and removed,
 * and the key in use is called master.key. Durable; doing it again is harmless. */
NODISCARD st masters_settle(struct masters *, int64_t current);

#endif
