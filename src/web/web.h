/* Pages: routes, forms, sessions and the fixed phases a request goes through.
 *
 *   limits → parse → session → rate → CSRF → capability → guard → form → handler → [command] → render → log
 *
 * A route is a row in a feature's table; a handler cannot be reached around a phase. GET handlers read and
 * fill a page. POST handlers check what only reading can tell and name a command; when its answer comes
 * back, .done turns it into a redirect or, on ST_INVALID, the form is shown again with what was typed and the
 * error at its field.
 *
 * Ownership: everything in rq lives in rq->arena and dies with the response. */
#ifndef AVOW_WEB_H
#define AVOW_WEB_H

#include "command.h"
#include "out.h"

struct rq;
struct form;
struct page;

enum method { GET, POST };

/* Loads the object the address names into rq->object and proves that the person may see it: ST_NOT_FOUND else. */
typedef st guard_fn(struct rq *);
typedef st handler_fn(struct rq *);

enum limit_class { LIMIT_READ, LIMIT_WRITE, LIMIT_LOGIN, LIMIT_CALLBACK };

struct route {
    enum method method;
    const char *path;     /* "/invoices/{id}": a {name} segment is a uid or a slug, read with rq_param */
    const char *name;     /* "invoice_show": templates and url_<name>() use it */
    handler_fn *fn;
    const struct form *form;  /* POST: what may be sent (required); GET: query parameters (optional) */
    enum capability need;
    guard_fn *guard;      /* required when the path has {…}, unless the parameter is a public slug (.open) */
    bool open;            /* {…} names something public */
    enum limit_class limit;
    enum event event;     /* POST: what is recorded */
    bool raw;             /* callback from outside: no CSRF, body as bytes in rq->body, authenticates itself */
};

/* One input of a form. One table gives parsing, HTML attributes, errors, purpose text and fuzz dictionary. */
enum field_type {
    F_TEXT, F_LINES, F_EMAIL, F_TEL, F_PASSWORD, F_COUNTRY, F_POSTCODE, F_VAT_NUMBER, F_HOSTNAME,
    F_CHOICE, F_CHECK, F_COUNT, F_MONEY, F_DATE, F_UID, F_SLUG, F_HIDDEN, F_CURRENCY,
};
struct field {
    const char *name;
    enum field_type type;
    uint16_t min, max;      /* length in characters; for F_COUNT the range */
    bool required;
    bool personal;          /* then col and the form's point decide whether it exists at all */
    enum column_id col;
    const char *label;      /* message key */
    const char *help;       /* message key or NULL */
    const char *autocomplete; /* HTML token or NULL */
    const char *const *choices; /* F_CHOICE: NULL-terminated values; labels are messages "<label>.<value>" */
};
struct form {
    const char *name;        /* "checkout" */
    enum point point;
    const struct field *fields;
    size_t n;
    const char *submit;      /* message key of the button */
};

struct form_value {
    str text;                /* as typed, for showing again */
    str value;               /* cleaned */
    int64_t number;          /* F_COUNT, F_CHECK (0/1), F_MONEY (minor) */
    uid id;                  /* F_UID */
    const char *error;       /* message key or NULL */
};

struct rq {
    struct arena *arena;
    struct db *db;
    struct gate gate;
    const struct config *config;
    enum method method;
    str path, query, body;
    str ip;                  /* the client's address, as text */
    str language, user_agent_family;
    const struct route *route;
    struct actor actor;
    uid session_uid;
    str csrf;                /* the token this session's forms must send back */
    str currency;
    const struct form *form;
    struct form_value *values; /* one per field of the form */
    void *object;            /* what the guard loaded */
    utc now;
    uint64_t id;             /* request id, in log and error page */
    struct page *page;
};

str rq_param(struct rq *, const char *name);
const struct form_value *rq_value(struct rq *, const char *field); /* never NULL for a declared field */
/* An error at a field; the form phase and handlers use the same. */
void rq_field_error(struct rq *, const char *field, const char *message);
bool rq_has_errors(const struct rq *);

/* What the handler answers with; exactly one of these per request. */
NODISCARD st rq_html(struct rq *, int status, str html);
NODISCARD st rq_redirect(struct rq *, str url);           /* 303 */
NODISCARD st rq_bytes(struct rq *, int status, const char *type, str body);
NODISCARD st rq_set_cookie(struct rq *, enum cookie, str value); /* through the cookie gate */

/* Ask the writer and go on in `done` when the answer is there: return rq_command(rq, CMD_…, &in, done).
 * The idempotency key is the form's hidden one-time key. `done` sees the status and the typed answer. */
typedef st done_fn(struct rq *, st result, const void *out);
NODISCARD st rq_command(struct rq *, enum command, const void *in, done_fn *done);
/* Ask the vault to hash (verify == NULL) or to verify a password in its bounded pool; then `done`, with
 * the encoded hash (a str) or ST_DENIED. */
typedef st hashed_fn(struct rq *, st result, str encoded);
NODISCARD st rq_hash_password(struct rq *, str password, str verify, hashed_fn *done);

#endif
