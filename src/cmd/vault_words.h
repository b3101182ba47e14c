/* What the files of `avow vault` share. */
#ifndef AVOW_CMD_VAULT_H
#define AVOW_CMD_VAULT_H

#include "data.h"

struct vault_asked {
    const char *data, *config, *to, *from;
    bool json, fresh, replace, recovery;
    struct option_list sets, rest;
    struct data_place place;
};

/* The recovery key from standard input, asked for on a terminal. What is wrong is told. The caller wipes `secret`. */
NODISCARD st vault_read_recovery(struct arena *, uint8_t secret[32]);
/* Does a system run on this data? */
NODISCARD st vault_is_running(struct arena *, const struct data_place *, bool *running);
NODISCARD st vault_restore(struct arena *, struct vault_asked *);
/* *exit: what the program ends with. */
NODISCARD st vault_verify(struct arena *, struct vault_asked *, int *exit);

#endif
