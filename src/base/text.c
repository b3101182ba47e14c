/* The message catalogue: keys are sorted by the generator, so looking one up is a binary search. */
#include "text.h"

#include "str.h"

str text_get(enum language l, enum text_key k)
{
    return str_c(text_words[l][k]);
}

bool text_find(str key, enum text_key *out)
{
    size_t low = 0, high = TXT_COUNT;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = str_cmp(key, str_c(text_keys[mid]));
        if (order == 0) {
            *out = (enum text_key)mid;
            return true;
        }
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return false;
}

static const struct text_arg *arg_named(const struct text_arg *v, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_c(v[i].name)))
            return &v[i];
    return NULL;
}

str text_fill(struct arena *a, enum language l, enum text_key k, const struct text_arg *v, size_t n)
{
    str words = text_get(l, k), before;
    struct out o;
    out_init(&o, a, 65536);
    while (str_next(&words, '{', &before)) {
        out_str(&o, before);
        if (!words.p)
            break;
        size_t end = str_index(words, '}');
        str name = str_sub(words, 0, end);
        const struct text_arg *arg = arg_named(v, n, name);
        if (arg) {
            out_str(&o, arg->value);
        } else {
            out_byte(&o, '{');
            out_str(&o, name);
            out_byte(&o, '}');
        }
        words = str_sub(words, end + 1, words.n);
    }
    return out_st(&o) == ST_OK ? out_view(&o) : (str){ 0 };
}

str text_named(enum language l, str key)
{
    enum text_key k;
    return text_find(key, &k) ? text_get(l, k) : key;
}

bool language_find(str tag, enum language *out)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (str_ieq(tag, str_c(language_names[i]))) {
            *out = (enum language)i;
            return true;
        }
    return false;
}
