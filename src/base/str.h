/* Reading slices. Nothing here allocates. */
#ifndef AVOW_STR_H
#define AVOW_STR_H

#include "base.h"

str str_c(const char *z); /* the slice of a NUL-terminated string; NULL gives the empty slice */
bool str_eq(str, str);
bool str_ieq(str, str); /* ASCII case folded */
int str_cmp(str, str);  /* bytewise order, as memcmp and then length */
bool str_starts(str, str prefix);
bool str_ends(str, str suffix);
bool str_istarts(str, str prefix);
bool str_empty(str);
/* Index of the first c / of needle, or s.n when there is none. */
size_t str_index(str s, char c);
size_t str_find(str s, str needle);
str str_sub(str s, size_t from, size_t n); /* clamped to s */
str str_trim(str);                         /* without ASCII white space at both ends */
/* Cut what stands before the first `sep` from *rest; false when *rest was exhausted (p == NULL). */
bool str_next(str *rest, char sep, str *token);

bool utf8_valid(str);
size_t utf8_count(str); /* code points; invalid bytes count one each */
/* Decode one code point from the front of *s and advance; false at the end or on invalid input. */
bool utf8_next(str *s, uint32_t *cp);
/* No control characters (C0, DEL, C1), no bidi overrides, valid UTF-8. `lines` allows LF. */
bool utf8_printable(str, bool lines);

/* Whole slice as a number, strictly: no sign but '-', no spaces, no leading '+', range checked. */
NODISCARD st i64_parse(str, int64_t min, int64_t max, int64_t *out);
/* Fixed-point decimal such as "20", "25.5", "8.10" into units of 10^-scale. */
NODISCARD st decimal_parse(str, int scale, int64_t *out);

/* Equal in constant time for equal lengths. */
bool bytes_eq_ct(const void *a, const void *b, size_t n);

#endif
