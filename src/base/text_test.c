#include "text.h"

#include "str.h"
#include "t.h"

int main(void)
{
    struct arena *a = arena_new(1 << 16);
    enum text_key k = TXT_COUNT;
    enum language l;
    bool found = true;
    for (int i = 0; i < TXT_COUNT; i++)
        found = found && text_find(str_c(text_keys[i]), &k) && k == (enum text_key)i;
    t_ok(found, "every key is found by its name");
    t_ok(!text_find(S(""), &k) && !text_find(S("zzz"), &k) && !text_find(S("err"), &k), "and no other");
    t_str(text_get(LANGUAGE_EN_GB, TXT_FIELD_POSTCODE), S("Postcode"), "the words");
    struct text_arg range[] = { { "min", S("1") }, { "max", S("99") } };
    t_str(text_fill(a, LANGUAGE_EN_GB, TXT_ERR_NUMBER_RANGE, range, 2), S("Please enter a number from 1 to 99."), "filled");
    t_str(text_fill(a, LANGUAGE_EN_GB, TXT_ERR_NUMBER_RANGE, range, 1), S("Please enter a number from 1 to {max}."),
          "a missing argument shows");
    t_str(text_fill(a, LANGUAGE_EN_GB, TXT_FIELD_POSTCODE, NULL, 0), S("Postcode"), "without placeholders");
    t_str(text_named(LANGUAGE_EN_GB, S("no.such")), S("no.such"), "unknown names show themselves");
    t_ok(language_find(S("EN-gb"), &l) && l == LANGUAGE_EN_GB && !language_find(S("tlh"), &l), "languages");
    arena_free(a);
    return t_done();
}
