/* Where the checking service may be: apart from the connector, because start-up asks too. */
#include "str.h"
#include "vies.h"

bool vies_base_allowed(str base)
{
    static const str here[] = { SI("http://127.0.0.1:"), SI("http://[::1]:"), SI("http://localhost:") };
    bool plain = utf8_printable(base, false) && str_index(base, '@') == base.n && str_index(base, ' ') == base.n;
    if (plain && str_starts(base, S("https://")))
        return true;
    for (size_t i = 0; i < COUNT(here); i++)
        if (plain && str_starts(base, here[i]))
            return true;
    return false;
}
