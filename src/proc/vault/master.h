/* The master key: 32 bytes under which everything in the vault is wrapped. */
#ifndef AVOW_MASTER_H
#define AVOW_MASTER_H

#include "arena.h"

#define MASTER_KEY 32

/* Make FOLDER/master.key, mode 0400, durable, unless it is there. */
NODISCARD st master_create(struct arena *, str folder);
/* From $CREDENTIALS_DIRECTORY/avow-master-key (service manager), else FOLDER/master.key. ST_CONFIG when others may
 * read the file or it is no key, ST_NOT_FOUND when there is none. The caller wipes it. */
NODISCARD st master_read(struct arena *, str folder, uint8_t key[MASTER_KEY]);

#endif
