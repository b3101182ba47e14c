/* Forms with a file: multipart/form-data (RFC 7578), as browsers write it and no otherwise.
 *
 * Two programs must not see two different forms in the same bytes, so whatever could be read in two ways is refused: text before
 * the first boundary or after the last, line ends other than CRLF, boundaries inside of boundaries, parts within parts, fields in
 * a header that browsers do not send, names and file names in other quoting than browsers use. */
#ifndef AVOW_MULTIPART_H
#define AVOW_MULTIPART_H

#include "form_parse.h"

#define MULTIPART_PARTS 32
#define MULTIPART_LINE 600     /* bytes of one header line */
#define MULTIPART_FILENAME 255

/* Names, values and files, as form_decode gives them; slices of `body`, apart from names and file names that were escaped.
 * ST_BAD_REQUEST. */
NODISCARD st multipart_decode(struct arena *, str content_type, str body, struct form_pairs *);

#endif
