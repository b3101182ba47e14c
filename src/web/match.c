/* Addresses hold no percent signs: a uid, a slug and the literals need none, so there is one spelling of each. */
#include "match.h"

#include <string.h>

#include "codec.h"
#include "str.h"

bool slug_valid(str s)
{
    if (s.n == 0 || s.n > 100 || str_eq(s, S(".")) || str_eq(s, S("..")))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                    c == '.' || c == '=';
        if (!good)
            return false;
    }
    return true;
}

static bool part_fits(const struct route_part *p, str s)
{
    uid u;
    switch (p->kind) {
    case PART_TEXT:
        /* Most routes begin with another letter. */
        return p->text[0] == s.p[0] && strncmp(p->text, s.p, s.n) == 0 && p->text[s.n] == '\0';
    case PART_UID:
        return uid_parse(s, &u) == ST_OK;
    case PART_SLUG:
        return slug_valid(s);
    }
    return false;
}

static bool fits(const struct route *r, const str *parts, size_t n)
{
    if (r->n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!part_fits(&r->part[i], parts[i]))
            return false;
    return true;
}

/* How literal a route is; where two fit, the one with the earlier literal part wins. */
static unsigned literalness(const struct route *r)
{
    unsigned v = 0;
    for (size_t i = 0; i < ROUTE_PARTS; i++)
        v = v << 1 | (i < r->n && r->part[i].kind == PART_TEXT);
    return v;
}

static bool split(str path, str *parts, size_t *n)
{
    *n = 0;
    if (!str_starts(path, S("/")))
        return false;
    if (path.n == 1)
        return true;
    str rest = str_sub(path, 1, path.n), part;
    while (str_next(&rest, '/', &part)) {
        if (*n == ROUTE_PARTS || part.n == 0)
            return false;
        parts[(*n)++] = part;
    }
    return true;
}

st route_match(enum method method, str path, struct match *m)
{
    str parts[ROUTE_PARTS];
    size_t n;
    const struct route *best = NULL;
    bool other_method = false;
    if (!split(path, parts, &n))
        return ST_NOT_FOUND;
    for (int i = 0; i < ROUTE_COUNT; i++) {
        if (!fits(&routes[i], parts, n))
            continue;
        if (routes[i].method != method)
            other_method = true;
        else if (!best || literalness(&routes[i]) > literalness(best))
            best = &routes[i];
    }
    if (!best)
        return other_method ? ST_METHOD : ST_NOT_FOUND;
    *m = (struct match){ .route = best };
    for (size_t i = 0; i < n; i++)
        if (best->part[i].kind != PART_TEXT)
            m->param[i] = parts[i];
    return ST_OK;
}
