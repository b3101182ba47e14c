/* Cookies: what the fronts counted on the wire, against the register and the statement. */
#include "promise.h"

#include "look_sql.h"
#include "statement.h"
#include "str.h"

#define DAY 86400
#define HOUR 3600

static bool registered(str wire, enum cookie *out)
{
    for (int i = 0; i < COOKIE_COUNT; i++)
        if (str_eq(wire, str_c(cookie_info[i].wire))) {
            *out = (enum cookie)i;
            return true;
        }
    return false;
}

/* Why a cookie must not have been sent so; NULL when it may. */
static const char *fault(const struct statement *s, const struct look_cookies_row *r)
{
    enum cookie c;
    const char *shape = "random";
    if (!registered(r->name, &c))
        return "not in the register";
    if (r->max_age < 0)
        return "without an end";
    if (r->max_age == 0)
        return str_eq(r->shape, S("empty")) ? NULL : "taken back with a value";
    if (!statement_cookie(s, c))
        return "its clause is not in force";
    if (r->max_age != statement_cookie_seconds(s, c))
        return "another lifetime than the statement says";
    if (cookie_info[c].rule == COOKIE_RULE_CURRENCY)
        shape = "currency";
    if (!str_eq(r->shape, str_c(shape)))
        return "a value that is not of its kind";
    return r->guarded ? NULL : "without Secure and HttpOnly";
}

/* From the last whole day, but not from before this statement: lifetimes may have been others then. */
static st since(struct promise_look *l, utc *from)
{
    struct look_version_row v;
    TRY(look_version(l->gate.db, l->gate.arena, &(struct look_version_in){ l->gate.statement_id }, &v));
    int64_t day = l->gate.now.s - DAY, hour = v.published_at.s / HOUR * HOUR;
    *from = (utc){ day > hour ? day : hour };
    return ST_OK;
}

st promise_check_cookies(struct promise_look *l)
{
    struct look_cookies_rows rows;
    struct look_cookies_in in;
    int64_t sent = 0, bad = 0;
    TRY(since(l, &in.since));
    TRY(look_cookies(l->gate.db, l->gate.arena, &in, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct look_cookies_row *r = &rows.v[i];
        const char *why = fault(l->gate.statement, r);
        sent += r->n;
        if (!why)
            continue;
        bad += r->n;
        promise_evidence(l, "%.*s: %s (%lld times, value: %.*s)", STR_ARG(r->name), why, (long long)r->n, STR_ARG(r->shape));
    }
    promise_number(l, "sent", sent);
    promise_number(l, "kinds", (int64_t)rows.n);
    promise_number(l, "bad", bad);
    promise_say(l, bad == 0);
    /* Somebody came, and nobody counted: that is no proof of anything. */
    struct look_last_session_rows last;
    TRY(look_last_session(l->gate.db, l->gate.arena, &last));
    if (sent == 0 && last.n && last.v[0].created_at.s > l->gate.now.s - DAY + HOUR && last.v[0].created_at.s < l->gate.now.s - HOUR)
        l->verdict = PROMISE_UNKNOWN;
    return ST_OK;
}
