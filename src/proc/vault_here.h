/* A vault in this process, for a program that is alone with its data: the client of src/gate over the store itself. */
#ifndef AVOW_VAULT_HERE_H
#define AVOW_VAULT_HERE_H

#include "keystore.h"
#include "vault.h"

/* A client that keeps about `cached` keys open. The store stays the caller's, and is closed after vault_end(). NULL without
 * memory. */
struct vault *vault_here(struct arena *, struct keystore *, size_t cached);

#endif
