/* The cookie gate: the only place that makes a Set-Cookie. */
#include "gate.h"

#include "log.h"
#include "money.h"
#include "out.h"
#include "statement.h"
#include "str.h"

#include <stdio.h>

#define RANDOM_LEAST 43 /* 256 bits as base 64 without padding */
#define RANDOM_MOST 128
#define HEADER_MOST 400

static bool is_random(str v)
{
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        if (!word)
            return false;
    }
    return v.n >= RANDOM_LEAST && v.n <= RANDOM_MOST;
}

static bool fits(enum cookie_rule rule, str value)
{
    switch (rule) {
    case COOKIE_RULE_RANDOM:
        return is_random(value);
    case COOKIE_RULE_CURRENCY:
        return currency_known(value);
    }
    return false;
}

static st header_make(struct gate *g, enum cookie c, str value, int64_t seconds, str *header)
{
    struct out o;
    out_init(&o, g->arena, HEADER_MOST);
    out_fmt(&o, "%s=", cookie_info[c].wire);
    out_str(&o, value);
    out_fmt(&o, "; Max-Age=%lld; %s", (long long)seconds, cookie_info[c].attributes);
    TRY(out_st(&o));
    *header = out_view(&o);
    return ST_OK;
}

st gate_cookie(struct gate *g, enum cookie c, str value, str *header)
{
    TRY(BUG_UNLESS((unsigned)c < COOKIE_COUNT));
    if (!statement_cookie(g->statement, c)) {
        snprintf(g->why, sizeof(g->why), "the statement lets the cookie '%s' not be set: clause %s is not in force",
                 cookie_info[c].name, clause_info[cookie_info[c].clause].name);
        return ST_STATEMENT;
    }
    TRY(BUG_UNLESS(fits(cookie_info[c].rule, value)));
    return header_make(g, c, value, statement_cookie_seconds(g->statement, c), header);
}

/* Taking a cookie back is always allowed, also after its clause was taken out. */
st gate_cookie_delete(struct gate *g, enum cookie c, str *header)
{
    TRY(BUG_UNLESS((unsigned)c < COOKIE_COUNT));
    return header_make(g, c, S(""), 0, header);
}
