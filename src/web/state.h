/* Private to src/web: one request from its message to its answer. */
#ifndef AVOW_WEB_STATE_H
#define AVOW_WEB_STATE_H

#include "form_parse.h"
#include "limit.h"
#include "match.h"
#include "messages.h"
#include "session.h"
#include "web.h"

#define WEB_WAIT_MS 20000     /* how long a request waits for the writer or the vault */
#define WEB_STREAM_MS 60000   /* how long a front waits for its client before it asks for the next part */
#define WEB_ARENA (16u << 20) /* memory of one request */
#define WEB_COOKIES 4
#define WEB_HEADERS 4

struct web {
    struct web_setup setup;
    struct limits *limits;
    struct session_keys *keys; /* locked memory; NULL until the vault was asked */
    struct rq_state *waiting;  /* list of requests that wait */
    size_t n_waiting;
    uint64_t next_id;
    bool snapshot;             /* of the group of requests: still there for the next of them */
    st trouble; /* why the writer cannot write */
    utc trouble_since;
};

enum waiting { WAIT_NONE, WAIT_SESSION, WAIT_COMMAND, WAIT_HASH, WAIT_STREAM };

/* What a command wants to be told to the writer. */
struct question {
    enum command cmd;
    str payload;
    struct actor actor;
    uid idem;
};

struct rq_state {
    struct rq rq;
    struct rq_state *next, *prev;
    int64_t front_id; /* what the front calls it */
    int64_t since_ms, deadline_ms;
    bool secure;
    str host, cookie_header, origin, fetch_site;
    struct match match;
    str token;        /* of the session, from its cookie */
    uid idem;         /* one-time key of the form */
    str input_code;   /* what the form looked like, keyed */
    const char *said; /* message key of a command that refused; NULL: the status says enough */
    bool form_error;  /* something came that the form does not ask for */
    bool again;       /* the form is being shown again */
    bool staff;       /* an address of staff: another cookie */

    enum waiting wait;
    struct question ask, then; /* then: what is asked once there is a session */
    str new_token;             /* of the session being opened */
    struct msg_vault_hash hash;
    done_fn *done;
    hashed_fn *hashed;
    stream_fn *stream;         /* of an answer in parts */
    int64_t length, at;

    bool answered;
    int status;
    const char *type;
    str location, body;
    str disposition;           /* a whole header line, or empty */
    struct header_line cookies[WEB_COOKIES];
    size_t n_cookies;
    int64_t retry_after_s;
    str refresh; /* a whole header line, or empty */
};

/* ---- phases.c */
/* From route to handler. */
NODISCARD st phases_run(struct rq_state *);
/* Guards, handlers and continuations each see one snapshot of the database. */
NODISCARD st snapshot_begin(struct rq_state *);
void snapshot_end(struct rq_state *);
/* After a handler or continuation returned: answer, wait, show the form again, or show an error. */
void settle(struct rq_state *, st);

/* ---- csrf.c */
NODISCARD st csrf_check(const struct rq_state *, const struct form_pairs *);

/* ---- respond.c */
void respond(struct rq_state *);
void respond_plain(struct web *, int64_t front_id, int status, str text);

/* ---- stream.c */
/* The answer was begun: its parts are asked for. */
void stream_begin(struct rq_state *);
/* Its time is over, or it is whole. */
void stream_end(struct rq_state *);

/* ---- ask.c */
/* Send what the request waits for (again). */
void ask_send(struct rq_state *);
void state_wait(struct rq_state *, enum waiting);
void state_free(struct rq_state *);

#endif
