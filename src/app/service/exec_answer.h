/* What a provisioning program answered. Private to this directory and its tests. */
#ifndef AVOW_EXEC_ANSWER_H
#define AVOW_EXEC_ANSWER_H

#include "provision.h"

/* The answer's text understood: any bytes. ST_OK: it was done; ST_UPSTREAM: it was refused, or the answer is none; then
 * `problem` is a word. ST_NO_MEMORY. */
NODISCARD st exec_answer_read(struct arena *, str text, struct provision_out *out);

#endif
