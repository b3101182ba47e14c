/* What was sent, against the form's table: application/x-www-form-urlencoded or, when the form has a file, multipart/form-data
 * (multipart.h); both strictly. */
#ifndef AVOW_FORM_PARSE_H
#define AVOW_FORM_PARSE_H

#include "value.h"

/* Names and values as sent, decoded. */
struct form_pair {
    str name, value;
    bool file;    /* it came as a file; then */
    str filename; /* what it is called where it came from; empty: none was chosen */
};
struct form_pairs {
    struct form_pair *v;
    size_t n;
};
#define FORM_PAIRS 128

/* ST_BAD_REQUEST: a broken percent sign, more than FORM_PAIRS pairs. */
NODISCARD st form_decode(struct arena *, str body, struct form_pairs *);
/* Does this form have a file, so that it is sent as multipart/form-data? */
bool form_has_file(const struct form *);
/* The value of a pair that belongs to the protocol (csrf, idem); empty when absent. */
str form_token(const struct form_pairs *, str name);

/* Fill `values` (one per field; `absent` already set) from the pairs.
 *   strict   a name that the form does not have is an error (ST_INVALID, *unknown is set); otherwise it is ignored
 * A name sent twice is an error at its field. ST_INVALID when any field has an error. */
NODISCARD st form_parse(struct arena *, const struct form *, struct value_context, const struct form_pairs *, bool strict,
    struct form_value *values, bool *unknown);

#endif
