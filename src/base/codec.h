/* Text forms of bytes: hex, base 64 (standard and URL), and the public form of a uid. */
#ifndef AVOW_CODEC_H
#define AVOW_CODEC_H

#include "arena.h"

str hex_fmt(struct arena *, const void *, size_t);
NODISCARD st hex_parse(str, void *out, size_t n); /* exactly n bytes, lower or upper case */
str b64_fmt(struct arena *, const void *, size_t);
NODISCARD st b64_parse(struct arena *, str, str *out);
str b64url_fmt(struct arena *, const void *, size_t); /* no padding */
NODISCARD st b64url_parse(struct arena *, str, str *out);

void uid_fmt(uid, char out[UID_TEXT]);
str uid_str(struct arena *, uid);
NODISCARD st uid_parse(str, uid *out); /* 26 characters, lower case; ST_INVALID otherwise */
bool uid_eq(uid, uid);
bool uid_zero(uid);

#endif
