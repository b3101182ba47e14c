/* Traces of destroyed keys: whatever in a file looks like a wrapped key that was destroyed is tried. */
#ifndef AVOW_TRACE_H
#define AVOW_TRACE_H

#include "keystore.h"

struct trace {
    struct keystore *keys;
    const uint8_t *mark; /* of each id up to `upto` */
    uint8_t mask;        /* those whose mark has this bit were destroyed */
    int64_t upto;
    int64_t bytes, opened, first; /* looked at; what opened, and the first id of those */
    const char *file;             /* where that was */
};

/* Look at every file of the folder, and count in the trace. */
NODISCARD st trace_folder(struct arena *, str folder, struct trace *);

#endif
