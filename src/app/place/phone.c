/* Telephone numbers to E.164 and back to their country.
 * Source of the numbering plans: libphonenumber's metadata (reference/README.md). A number is accepted when its plan's
 * general pattern has it, assigned or not; among territories that share a calling code (+1, +7, +39, +44, +262 …) the
 * finer patterns tell them apart, and what they do not know belongs to the main one. */
#include <string.h>

#include "place.h"
#include "str.h"
#include "tables.h"

#define DIGITS 32     /* more than any way of dialling a number needs */
#define E164_DIGITS 15

struct digits {
    char v[DIGITS];
    size_t n;
    bool plus;
};

static str view(const struct digits *d)
{
    return (str){ d->v, d->n };
}

/* Keep the digits; other characters that people write in numbers are dropped, the rest is refused. */
static bool read_digits(str s, struct digits *out)
{
    *out = (struct digits){ .n = 0 };
    s = str_trim(s);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= '0' && c <= '9') {
            if (out->n == DIGITS)
                return false;
            out->v[out->n++] = c;
        } else if (c == '+' && out->n == 0 && !out->plus) {
            out->plus = true;
        } else if (c == '\xc2' && i + 1 < s.n && s.p[i + 1] == '\xa0') {
            i++; /* no-break space */
        } else if (!strchr(" -./()", c) || c == '\0') {
            return false;
        }
    }
    return out->n > 0;
}

/* The rows of one calling code stand together, the main one first. */
struct plan {
    struct phone_row *rows;
    size_t n;
};

static struct plan plan_of(struct place_tables *t, str calling)
{
    struct plan p = { NULL, 0 };
    for (size_t i = 0; i < t->n_phones; i++)
        if (str_eq(t->phones[i].calling, calling)) {
            p.rows = p.rows ? p.rows : &t->phones[i];
            p.n++;
        }
    return p;
}

static struct phone_row *row_of(struct place_tables *t, str country)
{
    for (size_t i = 0; i < t->n_phones; i++)
        if (str_eq(t->phones[i].region, country))
            return &t->phones[i];
    return NULL;
}

static bool whole(struct lazy_pattern *p, str s)
{
    const struct pattern *compiled = place_pattern(p);
    return compiled && pattern_whole(compiled, s);
}

/* `becomes` with $1 and $2 filled in, then what followed the match. False when it grows too long. */
static bool transform(str becomes, const str groups[2], str tail, struct digits *out)
{
    out->n = 0;
    for (size_t i = 0; i <= becomes.n; i++) {
        str part = tail;
        if (i < becomes.n) {
            part = str_sub(becomes, i, 1);
            if (part.p[0] == '$' && i + 1 < becomes.n)
                part = groups[becomes.p[++i] == '2'];
        }
        if (part.n > DIGITS - out->n)
            return false;
        if (part.n > 0)
            memcpy(out->v + out->n, part.p, part.n);
        out->n += part.n;
    }
    return true;
}

/* Take off what is dialled only inside the country ("0" in 020 …), unless the number needs it. */
static void strip_prefix(struct phone_row *row, struct digits *d)
{
    const struct pattern *prefix = place_pattern(&row->prefix);
    size_t end;
    str groups[2];
    if (!prefix || !pattern_front(prefix, view(d), &end, groups) || end == 0)
        return;
    struct digits rest = *d;
    str tail = str_sub(view(d), end, d->n);
    bool becomes = !str_empty(row->becomes) && groups[0].p;
    if (!transform(becomes ? row->becomes : S(""), groups, tail, &rest))
        return;
    if (!whole(&row->pattern, view(d)) || whole(&row->pattern, view(&rest)))
        *d = rest;
}

/* Cut the calling code from an international number. */
static struct plan cut_calling_code(struct place_tables *t, struct digits *d)
{
    for (size_t n = 1; n <= 3 && n < d->n; n++) {
        struct plan p = plan_of(t, (str){ d->v, n });
        if (p.n > 0) {
            memmove(d->v, d->v + n, d->n - n);
            d->n -= n;
            return p;
        }
    }
    return (struct plan){ NULL, 0 };
}

/* Whose number is it, among those who share the code? NULL when it is nobody's. */
static struct phone_row *owner(struct plan p, str national)
{
    for (size_t i = 0; i < p.n; i++) {
        struct phone_row *row = &p.rows[i];
        const struct pattern *leading = place_pattern(&row->leading);
        size_t end;
        str groups[2];
        if (leading ? pattern_front(leading, national, &end, groups) : whole(&row->tells, national))
            return whole(&row->pattern, national) ? row : NULL;
    }
    return p.n > 0 && whole(&p.rows[0].pattern, national) ? &p.rows[0] : NULL;
}

/* Why the plan does not have the number: by the lengths it knows. */
static enum phone_fault fault_of(const struct phone_row *row, size_t n)
{
    str rest = row->lengths, token;
    int64_t least = E164_DIGITS, most = 0, length;
    while (str_next(&rest, ',', &token))
        if (i64_parse(token, 1, E164_DIGITS, &length) == ST_OK) {
            least = length < least ? length : least;
            most = length > most ? length : most;
        }
    return (int64_t)n < least ? PHONE_SHORT : (int64_t)n > most ? PHONE_LONG : PHONE_UNKNOWN;
}

static bool international(struct phone_row *home, struct digits *d)
{
    size_t end;
    str groups[2];
    const struct pattern *abroad = home ? place_pattern(&home->abroad) : NULL;
    if (d->plus)
        return true;
    if (!abroad || !pattern_front(abroad, view(d), &end, groups) || end == 0)
        return false;
    memmove(d->v, d->v + end, d->n - end);
    d->n -= end;
    return true;
}

st phone_parse(struct arena *a, str country, str typed, struct phone *out, enum phone_fault *fault)
{
    struct place_tables *t = place_tables();
    const struct country *c;
    struct digits d;
    struct plan plan = { NULL, 0 };
    if (!t)
        return ST_NO_MEMORY;
    *fault = PHONE_CHARACTERS;
    if (!read_digits(typed, &d))
        return ST_INVALID;
    struct phone_row *home = country_find(country, &c) == ST_OK ? row_of(t, (str){ c->code, 2 }) : NULL;
    *fault = PHONE_CODE;
    if (international(home, &d)) {
        plan = cut_calling_code(t, &d);
        home = plan.rows;
    } else if (home) {
        plan = plan_of(t, home->calling);
    }
    if (!home)
        return ST_INVALID;
    strip_prefix(home, &d);
    *fault = fault_of(home, d.n);
    struct phone_row *row = owner(plan, view(&d));
    if (!row || row->calling.n + d.n > E164_DIGITS)
        return ST_INVALID;
    *fault = PHONE_OK;
    *out = (struct phone){ .e164 = str_fmt(a, "+%.*s%.*s", STR_ARG(row->calling), STR_ARG(view(&d))) };
    if (row->region.n == 2)
        memcpy(out->country, row->region.p, 2);
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

const char *phone_fault_message(enum phone_fault fault)
{
    switch (fault) {
    case PHONE_CHARACTERS:
        return "err.phone.characters";
    case PHONE_CODE:
        return "err.phone.code";
    case PHONE_SHORT:
        return "err.phone.short";
    case PHONE_LONG:
        return "err.phone.long";
    case PHONE_UNKNOWN:
        return "err.phone.unknown";
    case PHONE_OK:
        break;
    }
    return NULL;
}

str phone_example(struct arena *a, str country)
{
    struct place_tables *t = place_tables();
    const struct country *c;
    if (!t || country_find(country, &c) != ST_OK)
        return S("");
    const struct phone_row *row = row_of(t, (str){ c->code, 2 });
    return row ? str_fmt(a, "%.*s%.*s", STR_ARG(row->trunk), STR_ARG(row->example)) : S("");
}

st phone_country(struct arena *a, str e164, char out[3])
{
    struct phone p;
    enum phone_fault fault;
    if (!str_starts(e164, S("+")) || phone_parse(a, S(""), e164, &p, &fault) != ST_OK || p.country[0] == '\0')
        return ST_NOT_FOUND;
    memcpy(out, p.country, sizeof(p.country));
    return ST_OK;
}
