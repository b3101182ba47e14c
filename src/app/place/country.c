#include "place.h"
#include "str.h"
#include "tables.h"

size_t country_list(const struct country **out)
{
    const struct place_tables *t = place_tables();
    *out = t ? t->countries : NULL;
    return t ? t->n_countries : 0;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

st country_find(str code, const struct country **out)
{
    const struct place_tables *t = place_tables();
    if (!t)
        return ST_NO_MEMORY;
    if (str_ieq(code, S("UK")))
        code = S("GB");
    if (str_ieq(code, S("EL")))
        code = S("GR");
    if (code.n != 2)
        return ST_NOT_FOUND;
    char first = upper(code.p[0]), second = upper(code.p[1]);
    for (size_t i = 0; i < t->n_countries; i++)
        if (t->countries[i].code[0] == first && t->countries[i].code[1] == second) {
            *out = &t->countries[i];
            return ST_OK;
        }
    return ST_NOT_FOUND;
}
