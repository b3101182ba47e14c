/* Counting the cookies that a front sends, from the lines as they go to the wire: what made them does not matter, so a cookie that
 * went round the register is counted as well. Names, lifetimes and the look of values are kept until they are handed on; values
 * are not. */
#ifndef AVOW_TALLY_H
#define AVOW_TALLY_H

#include "arena.h"
#include "messages.h"

#define TALLY_MOST 64

struct tally {
    struct sent_cookie v[TALLY_MOST];
    char names[TALLY_MOST][60];
    size_t n;
};
/* One line of an answer's head: counted when it sets a cookie. When there are more kinds than fit, the last counts for the rest. */
void tally_line(struct tally *, str line);
/* What a value looks like: "empty", "random" (an identifier of ours), "currency", "word" (letters and digits), "address" (an e-mail
 * address is in it) or "other". */
const char *tally_shape(str value);
/* All that was counted; borrowed until the next count. */
struct msg_cookies_sent tally_view(struct tally *);
void tally_clear(struct tally *);

#endif
