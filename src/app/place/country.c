#include "place.h"
#include "str.h"
#include "tables.h"

size_t country_list(const struct country **out)
{
    const struct place_tables *t = place_tables();
    *out = t ? t->countries : NULL;
    return t ? t->n_countries : 0;
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
    for (size_t i = 0; code.n == 2 && i < t->n_countries; i++)
        if (str_ieq(code, (str){ t->countries[i].code, 2 })) {
            *out = &t->countries[i];
            return ST_OK;
        }
    return ST_NOT_FOUND;
}
