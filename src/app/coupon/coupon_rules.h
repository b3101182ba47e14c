/* Between the parts of this feature. */
#ifndef AVOW_COUPON_RULES_H
#define AVOW_COUPON_RULES_H

#include "coupon.h"

#define CODE_LEAST 4
#define CODE_MOST 24
#define COUPON_PRODUCTS_MOST 100

/* When and how often a coupon may be used. */
struct coupon_times {
    bool stopped;
    date starts_on, ends_on;
    bool limited;
    int64_t most, used;
};
enum coupon_state coupon_in_time(const struct coupon_times *, date on);

/* Has this person used it as often as they may? */
NODISCARD st coupon_had(struct db *, struct arena *, int64_t coupon, int64_t person, bool limited, int64_t most, bool *had);

#endif
