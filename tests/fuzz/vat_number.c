/* Fuzz target of VAT numbers, with an oracle: a number has one spelling, whatever was typed; judged again it is what it was;
 * one that may exist begins with its country and holds nothing but capitals, digits and the few signs that some states use.
 *
 *   what somebody typed */
#include "fuzz.h"

#include "str.h"
#include "vat.h"

#define MEMORY ((size_t)1 << 20)

static bool spelt_well(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '*'))
            return false;
    }
    return s.n > 2 && s.n <= 20;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new(MEMORY);
    struct vat_number one, two;
    fuzz_need(a != NULL);
    fuzz_need(vat_number_judge(a, (str){ (const char *)data, n }, &one) == ST_OK || n > MEMORY / 4);
    fuzz_need(vat_number_judge(a, one.text, &two) == ST_OK || n > MEMORY / 4);
    if (!utf8_valid((str){ (const char *)data, n })) { /* forms and files let no such text through: no crash is enough */
        arena_free(a);
        return 0;
    }
    fuzz_need(str_eq(one.text, two.text) && one.valid == two.valid && str_eq(one.prefix, two.prefix));
    fuzz_need(str_eq(one.country, two.country) && one.why && two.why);
    fuzz_need(one.prefix.n == 0 || (str_starts(one.text, one.prefix) && one.country.n == 2));
    fuzz_need(!one.valid || (one.prefix.n > 0 && spelt_well(one.text)));
    arena_free(a);
    return 0;
}
