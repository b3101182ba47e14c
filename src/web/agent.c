#include "agent.h"

#include "str.h"

str agent_family(str ua)
{
    /* The more particular first: they all claim to be the ones after them. */
    static const struct {
        str mark, family;
    } families[] = {
        { SI("Edg/"), SI("Edge") }, { SI("OPR/"), SI("Opera") }, { SI("Firefox/"), SI("Firefox") },
        { SI("Chrome/"), SI("Chrome") }, { SI("Safari/"), SI("Safari") },
    };
    for (size_t i = 0; i < COUNT(families); i++)
        if (str_find(ua, families[i].mark) < ua.n)
            return families[i].family;
    return S("other");
}

enum language language_of(str accept)
{
    enum language l;
    str item;
    while (str_next(&accept, ',', &item)) {
        str tag = str_trim(str_sub(item, 0, str_index(item, ';')));
        if (language_find(tag, &l))
            return l;
    }
    return (enum language)0;
}
