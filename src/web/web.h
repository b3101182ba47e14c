/* Pages: what a request goes through, what handlers see, and how the app role drives it.
 *
 *   route → session → rate → CSRF → capability → guard → form → handler → [command | password] → done → response
 *
 * A route is a row of registry/routes.reg; a handler cannot be reached around a phase. Handlers of GET routes read and
 * fill a page. Handlers of POST routes check what only reading can tell, then ask the writer (rq_command); when its
 * answer comes back, `done` turns it into a redirect. A form that is not valid never reaches its handler: the page that
 * shows it (`again` in routes.reg) is called instead, with what was typed and the error at its field; the same happens
 * when a handler or a command answers ST_INVALID. Any other status becomes an error page.
 *
 * Ownership: everything in rq lives in rq->arena and dies with the response.
 * Failure:   a handler returns ST_OK after exactly one of rq_html, rq_redirect, rq_bytes, rq_command, rq_hash_password. */
#ifndef AVOW_WEB_H
#define AVOW_WEB_H

#include "command.h"
#include "clock.h"
#include "config_keys.h"
#include "form_checks.h"
#include "messages.h"
#include "out.h"
#include "route.h"
#include "text.h"

/* ---- what a handler sees ------------------------------------------------------------------------------------- */

struct web;
struct rq_state; /* of the phases: phases.c */

struct rq {
    struct arena *arena;
    struct db *db;       /* read only; one snapshot from guard to handler */
    struct gate gate;    /* gate.db, gate.arena and gate.now are the request's too */
    const struct config *config;
    enum method method;
    str path, query;
    str body, content_type, signature; /* as received, for raw routes */
    str ip;              /* the client's address, as text */
    str agent;           /* browser family: "Firefox", "Chrome", … or "other" */
    enum language language;
    const struct route *route;
    struct actor actor;
    uid session_uid;     /* zero without a session */
    str csrf;            /* what this session's forms send back; empty for a visitor without one */
    str currency;        /* as chosen, or the shop's first */
    const struct form *form;   /* what was sent with this request, or NULL */
    struct form_value *values; /* one per field of it: rq->values[FORM_CHECKOUT_EMAIL] */
    void *object;        /* what the guard loaded */
    void *own;           /* the handler's, for its `done` */
    utc now;
    uint64_t id;         /* request id, in log and error page */
    struct web *web;
    struct rq_state *state;
};

/* Parameters of the path. rq_uid and rq_slug: the parameter must be of that kind in the route. */
uid rq_uid(struct rq *, const char *name);
str rq_slug(struct rq *, const char *name);

/* The value of a field of the form that came; never NULL for a field of that form. */
const struct form_value *rq_value(struct rq *, const char *field);
/* Values to show a form with: what was just sent when it is shown again, otherwise blank ones, which the page may fill
 * (`text`). Fields that the statement does not allow are marked `absent`. NULL when the arena has no more room. */
struct form_value *rq_form(struct rq *, enum form_id);
/* A one-time key for one form on this page: each call makes another. */
str rq_idem(struct rq *);

/* An error at a field; the form phase and handlers use the same. Return ST_INVALID afterwards. */
void rq_field_error(struct rq *, const char *field, const char *message);
bool rq_has_errors(const struct rq *);
/* In `done`: why the command refused, in words for people. */
str rq_refusal(const struct rq *, st result);

/* ---- what a handler answers with: exactly one per request ---------------------------------------------------- */

NODISCARD st rq_html(struct rq *, int status, str html); /* 200 becomes 422 when a form is shown again */
NODISCARD st rq_redirect(struct rq *, url);              /* 303 */
NODISCARD st rq_redirect_out(struct rq *, str address);  /* 303 to a payment gateway: must begin with https:// or be ours */
/* Besides a page: browsers go to that address of ours after so many seconds, without a script. */
void rq_refresh(struct rq *, int seconds, url);
NODISCARD st rq_bytes(struct rq *, int status, const char *type, str body);
/* A file to keep, under that name: letters, digits, '.', '-' and '_' alone. */
NODISCARD st rq_file(struct rq *, const char *type, str name, str body);
/* A file that is too large to be held: `length` bytes, each part of them made when the client has taken the one before. `next`
 * is called in a snapshot of its own, with the memory of one part (rq->arena lasts as long as the answer): bytes from `at` on,
 * WEB_PART at most, and not none. Anything but ST_OK ends the connection, so that nobody takes what came for the whole. */
#define WEB_PART 131072
typedef st stream_fn(struct rq *, struct arena *part, int64_t at, str *out);
NODISCARD st rq_stream(struct rq *, const char *type, str name, int64_t length, stream_fn *next);
NODISCARD st rq_set_cookie(struct rq *, enum cookie, str value); /* through the cookie gate; besides the answer */
NODISCARD st rq_drop_cookie(struct rq *, enum cookie);

/* Ask the writer, and go on in `done` with its status and its typed answer (struct <command>_out; NULL unless ST_OK).
 * The idempotency key is the form's one-time key. A visitor without a session gets one first, when the command wants
 * VISITOR. From `done` another rq_command may follow. */
typedef st done_fn(struct rq *, st result, const void *out);
NODISCARD st rq_command(struct rq *, enum command, const void *in, done_fn *);
/* The same as a gateway (CAP_GATEWAY, and no more), for callbacks that authenticated themselves; the command
 * must be repeatable, or come from a form. */
NODISCARD st rq_command_system(struct rq *, enum command, const void *in, done_fn *);
/* Ask the vault to hash a password (verify empty), or to verify one against an encoded hash: ST_DENIED when it is not. */
typedef st hashed_fn(struct rq *, st result, str encoded);
NODISCARD st rq_hash_password(struct rq *, str password, str verify, hashed_fn *);

/* Sign-in: a new random token; its code is what session.sign_in stores. Call rq_session_cookie in `done`. */
NODISCARD st rq_session_token(struct rq *, str *token, str *code);
NODISCARD st rq_session_cookie(struct rq *, str token); /* the staff cookie on staff routes */
/* Keyed hash of a one-time token (verify, reset), as commands want it: 32 bytes in the arena. */
NODISCARD st rq_token_code(struct rq *, str token, str *code);

/* ---- how the app role drives it ------------------------------------------------------------------------------ */

/* Where answers and questions go. The structs are borrowed until the call returns. ST_AWAY: no link just now;
 * the question is asked again at web_again(). */
struct web_port {
    void *self;
    void (*respond)(void *self, const struct msg_http_response *);
    /* The next part of an answer that was begun with a length; `last`: or its end, before or after all of it. */
    void (*part)(void *self, const struct msg_http_part *, bool last);
    st (*command)(void *self, const struct msg_command_call *);
    st (*hash)(void *self, const struct msg_vault_hash *);
    /* Requests come in groups: those between two calls of web_rest() see one snapshot of the database. For a role that calls
     * it after each group that came in one message, so that what was committed before a request was sent is seen by it. */
    bool groups;
};

struct web_setup {
    struct arena *arena;           /* the process's */
    const struct config *config;
    const struct route_code *code; /* route_code, or a test's */
    struct form_checks checks;
    struct web_port port;
    struct db *db;                 /* read only */
    const struct statement *statement;
    int64_t statement_id;
    struct vault *vault;           /* asked once for the token key, and by the gates */
    struct restricted *restricted; /* likewise; may be NULL (gate.h) */
    /* Show the page of an error, as a handler does. `message` is for people. */
    st (*error_page)(struct rq *, int status, str message);
};

NODISCARD st web_new(const struct web_setup *, struct web **);
/* A request. The message is borrowed until the call returns; the answer comes through port.respond, now or later,
 * exactly once. Any number may be waiting. */
void web_handle(struct web *, const struct msg_http_request *);
void web_rest(struct web *);
/* Answers that came. Ids that nobody waits for any more are ignored. */
void web_answer(struct web *, const struct msg_command_answer *);
void web_hashed(struct web *, const struct msg_vault_hashed *);
/* The front wants the part of an answer (rq_stream) that begins at that byte. */
void web_next(struct web *, int64_t answer, int64_t at);
/* The link to that role (writer or vault) is there again: what was asked and not answered is asked again. Commands carry
 * their idempotency key, so nothing happens twice. */
void web_again(struct web *, enum role);
/* Call about every second: requests that have waited too long are answered with 503. */
void web_tick(struct web *);
/* Why the writer cannot write, and since when (ST_OK: it can): staff see it on each of their pages. */
void web_writing(struct web *, st trouble, utc since);
NODISCARD st web_trouble(const struct web *, utc *since);
/* How many requests are waiting (for draining). */
size_t web_waiting(const struct web *);
/* Another version of the statement is in force. */
void web_statement(struct web *, const struct statement *, int64_t statement_id);

#endif
