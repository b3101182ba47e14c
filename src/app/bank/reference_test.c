#include "reference.h"

#include <string.h>

#include "rnd.h"
#include "str.h"
#include "t.h"

static struct arena *a;

/* Every character wrong in every way, and every two that changed places: all of it is noticed. */
static void noticed(void)
{
    static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    size_t wrong = 0, swapped = 0, tried = 0;
    for (int round = 0; round < 50; round++) {
        arena_reset(a);
        str r = bank_reference_make(a, S("AV"));
        char tail[BANK_REFERENCE_TAIL];
        for (size_t i = 0; i < sizeof tail; i++)
            for (size_t k = 0; k < sizeof alphabet - 1; k++) {
                memcpy(tail, r.p + 2, sizeof tail);
                if (tail[i] == alphabet[k])
                    continue;
                tail[i] = alphabet[k];
                wrong += bank_reference_check((str){ tail, sizeof tail });
                tried++;
            }
        for (size_t i = 0; i < sizeof tail; i++)
            for (size_t k = 0; k < i; k++) {
                memcpy(tail, r.p + 2, sizeof tail);
                char c = tail[i];
                tail[i] = tail[k];
                tail[k] = c;
                swapped += memcmp(tail, r.p + 2, sizeof tail) != 0 && bank_reference_check((str){ tail, sizeof tail });
            }
    }
    t_ok(tried == 50 * 7 * 30, "references with one wrong character");
    t_i64((int64_t)wrong, 0, "are all noticed");
    t_i64((int64_t)swapped, 0, "and so are two that changed places");
}

static void found(void)
{
    struct bank_references f;
    arena_reset(a);
    str r = bank_reference_make(a, S("AV"));
    t_i64((int64_t)r.n, 9, "nine characters");
    t_ok(bank_reference_check(str_sub(r, 2, 7)), "the check character fits");
    str texts[] = { r, bank_reference_show(a, S("AV"), r), str_lower(a, r), str_cat(a, S("Invoice "), str_cat(a, r, S(" thank you"))),
                    str_fmt(a, "RENTAV%.*s\n%.*sX", STR_ARG(str_sub(r, 0, 4)), STR_ARG(str_sub(r, 4, 9))),
                    str_fmt(a, "%.*s/%.*s", STR_ARG(str_sub(r, 0, 6)), STR_ARG(str_sub(r, 6, 9))) };
    for (size_t i = 0; i < COUNT(texts); i++) {
        t_st(bank_reference_find(a, S("AV"), texts[i], &f), ST_OK, "a text is looked through");
        t_ok(f.n == 1 && str_eq(f.v[0], r), "the reference is found in it");
    }
    str two = str_fmt(a, "%.*s and %.*s, again %.*s", STR_ARG(r), STR_ARG(bank_reference_make(a, S("AV"))), STR_ARG(r));
    t_st(bank_reference_find(a, S("AV"), two, &f), ST_OK, "two in one text");
    t_i64((int64_t)f.n, 2, "each once");
    char typo[9];
    memcpy(typo, r.p, 9);
    memcpy(typo + 2, "22", 2);
    typo[8] = r.p[8] == '7' ? '8' : '7';
    bool fits = bank_reference_check((str){ typo + 2, 7 });
    t_st(bank_reference_find(a, S("AV"), (str){ typo, 9 }, &f), ST_OK, "one that was mistyped");
    t_ok(fits || (f.n == 0 && f.mistyped), "is seen as that");
    t_st(bank_reference_find(a, S("AV"), S("Avenue Road savings, AV"), &f), ST_OK, "words that begin likewise");
    t_ok(f.n == 0 && !f.mistyped, "are no references");
    t_st(bank_reference_find(a, S("AV"), S(""), &f), ST_OK, "nothing at all");
    t_ok(f.n == 0 && !f.mistyped, "has none");
}

int main(void)
{
    a = arena_new(1 << 20);
    t_need(a != NULL);
    rnd_seed(11);
    noticed();
    found();
    arena_free(a);
    return t_done();
}
