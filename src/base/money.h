/* Money: integer minor units, checked arithmetic, one rounding rule per call.
 *
 * Failure: ST_OVERFLOW when a result leaves int64, ST_INVALID when currencies differ. */
#ifndef AVOW_MONEY_H
#define AVOW_MONEY_H

#include "out.h"

bool currency_known(str);          /* ISO 4217 codes the program carries */
int currency_exponent(const char cur[4]); /* 2 for GBP, 0 for JPY */
money money_of(int64_t minor, str cur);
bool money_same_cur(money, money);
NODISCARD st money_add(money, money, money *out);
NODISCARD st money_sub(money, money, money *out);
NODISCARD st money_mul(money, int64_t n, money *out);
/* amount × num / den, half away from zero; the intermediate is 128 bits wide. */
NODISCARD st money_ratio(money, int64_t num, int64_t den, money *out);
/* VAT of a net amount; rate in hundredths of a per cent (2000 = 20 %), half away from zero per line. */
NODISCARD st money_vat(money net, int32_t rate_bp, money *out);
/* Net contained in a gross amount at that rate. */
NODISCARD st money_net_of_gross(money gross, int32_t rate_bp, money *out);
/* Split into n parts (weights w) that sum to the whole: largest remainder, first wins ties. */
NODISCARD st money_split(money, const int64_t *w, size_t n, money *parts);
str money_plain(struct arena *, money); /* "1234.50" */
void money_put(struct out *, money); /* what money_show() makes, where it is wanted */
str money_show(struct arena *, money);  /* "£1,234.50", "€9.00", "CHF 12.00": British English */
NODISCARD st money_parse(str, str cur, money *out); /* "1234.50" */

/* Rate text: 2000 -> "20 %", 2550 -> "25.5 %"; plain: "20", "25.5". */
str rate_show(struct arena *, int32_t rate_bp);
str rate_plain(struct arena *, int32_t rate_bp);

#endif
