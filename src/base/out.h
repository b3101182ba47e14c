/* The only growing buffer. It has a limit and a sticky error: write freely, ask once at the end.
 *
 * Ownership: bytes belong to the arena given at out_init (growth leaves old blocks to it).
 * Failure:   past the limit, or when the arena fails, writes are dropped and out_st() says so. */
#ifndef AVOW_OUT_H
#define AVOW_OUT_H

#include "arena.h"

struct out {
    struct arena *a;
    char *p;
    size_t n, cap, limit;
    st err;
};

void out_init(struct out *, struct arena *, size_t limit);
void out_reserve(struct out *, size_t n); /* room for n bytes more at once, when it is known how many will come */
void out_str(struct out *, str);
void out_byte(struct out *, char);
void out_bytes(struct out *, const void *, size_t);
void out_fmt(struct out *, const char *fmt, ...) PRINTF(2, 3);
/* Text of a length that the compiler knows: the usual case, that there is room, costs no call. */
static inline void out_lit(struct out *o, str s)
{
    if (o->err == ST_OK && o->cap - o->n >= s.n) {
        __builtin_memcpy(o->p + o->n, s.p, s.n);
        o->n += s.n;
    } else {
        out_bytes(o, s.p, s.n);
    }
}
void out_i64(struct out *, int64_t);
void out_digits(struct out *, unsigned v, int width); /* with zeros in front, as a date has them */
void out_hex(struct out *, const void *, size_t);
void out_json(struct out *, str); /* a JSON string with its quotation marks */
/* Text with & < > " ' written as entities; for element content and quoted attributes. */
void out_html(struct out *, str);
void out_urlenc(struct out *, str); /* everything but unreserved characters as %XX */
str out_view(const struct out *);   /* what is written so far; borrowed */
NODISCARD st out_st(const struct out *);

#endif
