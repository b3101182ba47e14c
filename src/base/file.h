/* Small files, read whole: tables and lists that an operator may replace. */
#ifndef AVOW_FILE_H
#define AVOW_FILE_H

#include "arena.h"

/* The bytes of a file. ST_TOO_LARGE beyond `most`; ST_IO, with errno saying why; ST_NO_MEMORY. */
NODISCARD st file_read(struct arena *, str path, size_t most, str *out);

#endif
