/* What a sealed value is: on the include path of src/store and src/gate only, so that nobody else can make
 * one or look into one.
 *
 * Ownership: the bytes live as long as the arena of the call that read or made them. */
#ifndef AVOW_SEALED_H
#define AVOW_SEALED_H

#include "base.h"

struct sealed {
    str bytes; /* as stored; never empty: nothing is SQL NULL, which is a NULL pointer */
};

#endif
