/* Sessions. */
#include "session.h"

#include "codec.h"
#include "hash.h"
#include "rnd.h"
#include "session_sql.h"
#include "str.h"

/* Seconds after the last use, and between two records of use. How long a session lasts at most stands in its row: it is
 * the lifetime of its cookie, as the statement says. */
struct lifetime {
    int64_t idle, touch;
};
static const struct lifetime customer_life = { 24 * 3600, 600 };
static const struct lifetime staff_life = { 30 * 60, 60 };
static const struct lifetime visitor_life = { 30 * 86400, 3600 };

#define STAFF_CAPS (CAP_STAFF_CATALOGUE | CAP_STAFF_BILLING | CAP_STAFF_SERVICES | CAP_STAFF_CUSTOMERS | CAP_STAFF_CHECKS)

void session_keys_make(const uint8_t token_key[32], struct session_keys *k)
{
    for (size_t i = 0; i < sizeof(k->token); i++)
        k->token[i] = token_key[i];
    hash_derive(token_key, S("csrf"), k->csrf);
    hash_derive(token_key, S("form"), k->form);
}

str cookie_value(str header, str name)
{
    str piece, found = { 0 };
    while (str_next(&header, ';', &piece)) {
        piece = str_trim(piece);
        size_t eq = str_index(piece, '=');
        if (eq == piece.n || !str_eq(str_sub(piece, 0, eq), name))
            continue;
        str value = str_sub(piece, eq + 1, piece.n);
        if (found.p && !str_eq(found, value))
            return (str){ 0 };
        found = value;
    }
    return found;
}

str session_token(struct arena *a)
{
    uint8_t *secret = arena_secret(a, SESSION_TOKEN_BYTES);
    if (!secret)
        return (str){ 0 };
    rnd_bytes(secret, SESSION_TOKEN_BYTES);
    return b64url_fmt(a, secret, SESSION_TOKEN_BYTES);
}

bool session_token_valid(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return s.n == (SESSION_TOKEN_BYTES * 8 + 5) / 6;
}

void session_code(const struct session_keys *k, str token, uint8_t code[SESSION_CODE])
{
    hash_keyed(k->token, token, code, SESSION_CODE);
}

str session_csrf(struct arena *a, const struct session_keys *k, str token)
{
    uint8_t code[32];
    hash_keyed(k->csrf, token, code, sizeof(code));
    return b64url_fmt(a, code, sizeof(code));
}

static void become(const struct session_current_row *r, bool staff, struct session *out)
{
    struct actor *who = &out->actor;
    *who = (struct actor){ .kind = ACTOR_VISITOR, .person = r->person_id, .session = r->id,
                           .caps = CAP_PUBLIC | CAP_VISITOR };
    if (r->signed_in && staff) {
        who->kind = ACTOR_STAFF;
        who->caps |= CAP_STAFF | ((uint64_t)r->capabilities & STAFF_CAPS);
    } else if (r->signed_in) {
        who->kind = ACTOR_CUSTOMER;
        who->caps |= CAP_CUSTOMER;
    }
}

st session_find(struct db *db, struct arena *a, const struct session_keys *k, str token, bool staff, utc now,
                struct session *out)
{
    uint8_t code[SESSION_CODE];
    struct session_current_row r;
    if (!session_token_valid(token))
        return ST_NOT_FOUND;
    session_code(k, token, code);
    struct session_current_in in = { .code = { (const char *)code, sizeof(code) } };
    TRY(session_current(db, a, &in, &r));
    const struct lifetime *life = staff ? &staff_life : r.signed_in ? &customer_life : &visitor_life;
    bool over = r.ended_at.s != UTC_NONE.s || now.s >= r.expires_at.s || now.s >= r.seen_at.s + life->idle;
    bool is_staff = str_eq(r.kind, S("staff"));
    if (over || is_staff != staff || (staff && !r.signed_in) || !str_eq(r.status, S("active")))
        return ST_NOT_FOUND;
    *out = (struct session){ .id = r.id, .uid = r.uid, .currency = r.currency, .restrictions = r.restrictions,
                             .stale = now.s >= r.seen_at.s + life->touch };
    become(&r, staff, out);
    return ST_OK;
}
