/* The gateways the program has, and the words for what they say. */
#include "gateway.h"

#include "sandbox.h"
#include "str.h"

static const char *const words[] = {
    [GATEWAY_SUCCEEDED] = "succeeded",
    [GATEWAY_PENDING] = "pending",
    [GATEWAY_DECLINED] = "declined",
    [GATEWAY_REFUNDED] = "refunded",
};

st gateway_find(str name, const struct gateway **out)
{
    static const struct gateway *const all[] = { &sandbox_gateway };
    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq(name, str_c(all[i]->name))) {
            *out = all[i];
            return ST_OK;
        }
    return ST_NOT_FOUND;
}

const char *gateway_kind_word(enum gateway_kind kind)
{
    return words[kind];
}

st gateway_kind_parse(str word, enum gateway_kind *out)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(word, str_c(words[i]))) {
            *out = (enum gateway_kind)i;
            return ST_OK;
        }
    return ST_INVALID;
}
