/* People made up of lists of names, streets and towns. */
#include "trial_people.h"

#include "out.h"
#include "str.h"

#define COUNTRIES_MOST 32
#define LIST_MOST 40

struct list {
    str v[LIST_MOST];
    size_t n;
};
struct country_lists {
    str country, currency;
    uint32_t weight;
    bool family_first;
    struct list given, family, street, town, phone, company;
};
struct people {
    struct country_lists v[COUNTRIES_MOST];
    size_t n;
    uint32_t weight; /* of all */
};

/* ---- dice: splitmix64 ---- */

struct dice dice_of(uint64_t seed, uint64_t what)
{
    struct dice d = { seed * 0x9e3779b97f4a7c15u + what * 0xbf58476d1ce4e5b9u + 1 };
    (void)dice_below(&d, 2);
    return d;
}

uint32_t dice_below(struct dice *d, uint32_t n)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return n ? (uint32_t)(((z >> 32) * n) >> 32) : 0;
}

/* ---- the table ---- */

static st read_list(str text, struct list *l)
{
    str item;
    while (str_next(&text, '|', &item)) {
        if (l->n == LIST_MOST)
            return ST_CONFIG;
        l->v[l->n++] = str_trim(item);
    }
    return ST_OK;
}

static st read_line(struct country_lists *c, str word, str rest)
{
    const struct {
        str word;
        struct list *list;
    } lists[] = { { S("given"), &c->given },   { S("family"), &c->family }, { S("street"), &c->street },
                  { S("town"), &c->town },     { S("phone"), &c->phone },   { S("company"), &c->company } };
    for (size_t i = 0; i < COUNT(lists); i++)
        if (str_eq(word, lists[i].word))
            return read_list(rest, lists[i].list);
    int64_t weight = 0;
    if (str_eq(word, S("currency")))
        c->currency = rest;
    else if (str_eq(word, S("order")))
        c->family_first = str_starts(rest, S("family"));
    else if (!str_eq(word, S("weight")) || i64_parse(rest, 1, 100000, &weight) != ST_OK)
        return ST_CONFIG;
    c->weight += (uint32_t)weight;
    return ST_OK;
}

static bool complete(const struct country_lists *c)
{
    return c->weight && c->currency.n && c->given.n && c->family.n && c->street.n && c->town.n && c->phone.n && c->company.n;
}

st people_read(struct arena *a, str table, struct people **out)
{
    struct people *p = NEW(a, struct people);
    str line;
    if (!p)
        return ST_NO_MEMORY;
    while (str_next(&table, '\n', &line)) {
        line = str_trim(line);
        if (str_empty(line) || line.p[0] == '#')
            continue;
        if (line.p[0] == '[') {
            if (p->n == COUNTRIES_MOST)
                return ST_CONFIG;
            p->v[p->n++].country = str_sub(line, 1, 2);
            continue;
        }
        size_t gap = str_index(line, ' ');
        if (p->n == 0)
            return ST_CONFIG;
        TRY(read_line(&p->v[p->n - 1], str_sub(line, 0, gap), str_trim(str_sub(line, gap, line.n))));
    }
    for (size_t i = 0; i < p->n; i++) {
        if (!complete(&p->v[i]))
            return ST_CONFIG;
        p->weight += p->v[i].weight;
    }
    *out = p;
    return p->n ? ST_OK : ST_CONFIG;
}

/* ---- a person ---- */

static str pick(struct dice *d, const struct list *l)
{
    return l->v[dice_below(d, (uint32_t)l->n)];
}

/* A pattern filled in: # % @ * as the table says. */
static str filled(struct dice *d, struct arena *a, str pattern)
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    struct out o;
    out_init(&o, a, 400);
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        if (c == '#')
            out_byte(&o, (char)('0' + dice_below(d, 10)));
        else if (c == '%')
            out_byte(&o, (char)('1' + dice_below(d, 9)));
        else if (c == '@')
            out_byte(&o, letters[dice_below(d, sizeof letters - 1)]);
        else if (c == '*')
            out_i64(&o, 1 + dice_below(d, 180));
        else
            out_byte(&o, c);
    }
    return out_view(&o);
}

/* A number that HMRC's check digits fit.
 * LAW: HMRC VATREC: weights 8 to 2 over seven digits, then 97 is taken away until nothing is left. */
static str vat_number(struct dice *d, struct arena *a)
{
    int64_t digits = 1000000 + dice_below(d, 9000000), rest = digits, sum = 0;
    for (int64_t weight = 2; weight <= 8; weight++) {
        sum += rest % 10 * weight;
        rest /= 10;
    }
    int64_t check = 97 - sum % 97;
    return str_fmt(a, "GB%07lld%02lld", (long long)digits, (long long)check);
}

static const struct country_lists *country_for(const struct people *p, struct dice *d)
{
    uint32_t at = dice_below(d, p->weight);
    size_t i = 0;
    while (at >= p->v[i].weight)
        at -= p->v[i++].weight;
    return &p->v[i];
}

st people_make(const struct people *p, struct arena *a, uint64_t seed, int64_t n, struct trial_person *out)
{
    struct dice d = dice_of(seed, (uint64_t)n);
    const struct country_lists *c = country_for(p, &d);
    str given = pick(&d, &c->given), family = pick(&d, &c->family), place = pick(&d, &c->town), town, region;
    (void)str_next(&place, ';', &town);
    (void)str_next(&place, ';', &region);
    *out = (struct trial_person){
        .full_name = c->family_first ? str_fmt(a, "%.*s %.*s", STR_ARG(family), STR_ARG(given))
                                     : str_fmt(a, "%.*s %.*s", STR_ARG(given), STR_ARG(family)),
        .email = str_fmt(a, "customer%lld@example.test", (long long)n),
        .address1 = filled(&d, a, pick(&d, &c->street)),
        .city = town,
        .region = region,
        .postcode = filled(&d, a, place),
        .telephone = filled(&d, a, pick(&d, &c->phone)),
        .country = c->country,
        .currency = c->currency,
        .business = dice_below(&d, 100) < 18,
        .company = S(""),
        .vat_number = S(""),
        .ip = str_fmt(a, "198.51.100.%u", dice_below(&d, 256)),
    };
    if (out->business) {
        out->company = pick(&d, &c->company);
        if (str_eq(c->country, S("GB")) && dice_below(&d, 2))
            out->vat_number = vat_number(&d, a);
    }
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}
