/* The parts of `avow promises`. */
#ifndef AVOW_CMD_PROMISES_H
#define AVOW_CMD_PROMISES_H

#include "data.h"
#include "promise.h"
#include "writer_access.h"

struct promises_place {
    const struct data_place *place;
    struct arena *arena;
    struct db *db; /* to read */
    const struct statement *statement; /* in force */
};

/* Write the auditor's bundle to a new file. What is wrong with the file is told on standard error. */
NODISCARD st promises_export(const struct promises_place *, const char *file);

#endif
