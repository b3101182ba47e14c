/* What banks write into :86:, the information to the account owner. */
#ifndef AVOW_MT940_INFO_H
#define AVOW_MT940_INFO_H

#include "reading.h"

/* Fill name, account, text and end-to-end of the entry from the field's lines; what has no known shape is text. */
void mt940_info(struct arena *, str field, struct bank_entry *);

#endif
