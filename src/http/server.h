/* An HTTP/1.1 server in an event loop: TLS or plain, absolute deadlines, bounded memory, one thread.
 *
 *   accept → [TLS] → head → body → on_request … http_respond → write → the next request, or close
 *
 * Every deadline is absolute, or is renewed only for bytes that came or went at a least rate: a client that sends
 * one byte now and then gains nothing by it. A request may be answered at once or long after on_request returned.
 *
 * Ownership: a request and its body live until the answer is sent or on_gone was called. What http_respond is given
 *            is copied, unless it says that it stays.
 * Failure:   a handle whose connection is gone is harmless: every function ignores it. */
#ifndef AVOW_HTTP_SERVER_H
#define AVOW_HTTP_SERVER_H

#include "addr.h"
#include "loop.h"
#include "parse.h"

struct http_server;
struct tls;

/* One request on one connection: it goes stale when the answer is sent or the connection is gone. */
typedef struct {
    uint32_t slot, turn;
} http_conn;

struct http_limits {
    size_t connections; /* in all */
    size_t per_prefix;  /* from one IPv4 address or IPv6 /64; listed proxies are not counted */
    size_t memory;      /* bytes of requests and answers in all; over it, 503 */
    uint64_t body_max;
    size_t answer_max;  /* bytes of an answer that is copied */
    int64_t head_ms;    /* TLS greeting and head together */
    int64_t idle_ms;    /* between requests */
    int64_t answer_ms;  /* until the application has answered; then 504 */
    int64_t span_ms;    /* in each such span of a body or an answer … */
    int64_t rate;       /* … so many bytes per second must come or go */
};
extern const struct http_limits http_limits_default;

struct http_handler {
    void *arg;
    /* A whole request. */
    void (*on_request)(void *arg, http_conn, const struct http_request *, str body);
    /* Optional: asked when the head is there. It may answer, and then no body is read. */
    void (*on_head)(void *arg, http_conn, const struct http_request *);
    /* Optional: gets the body in parts (on_request then gets none). It may answer to stop. */
    void (*on_data)(void *arg, http_conn, str part);
    /* Of an answer begun with http_respond_stream: its next part is wanted. http_respond_more may be called from here. */
    void (*on_more)(void *arg, http_conn);
    /* Optional: the client went away, or waited too long, before the request was answered. */
    void (*on_gone)(void *arg, http_conn);
};

struct http_config {
    struct http_limits limits;
    struct http_handler handler;
    struct http_nets proxies; /* whose X-Forwarded-For is believed */
    bool web_space;           /* PUT and DELETE too */
    const str *lines;         /* header lines for every answer that has no line of that name of its own */
    size_t n_lines;
};
/* Those for pages and programs: nothing may be framed, sniffed, run or kept unless an answer says so itself. */
extern const str http_lines_strict[];
extern const size_t http_lines_strict_n;

/* In the caller's event loop, with one of its timers; SIGPIPE is ignored from here on. */
NODISCARD st http_server_new(struct arena *, struct loop *, const struct http_config *, struct http_server **);
/* Closes every connection and ends what new() began. */
void http_server_close(struct http_server *);
/* Serve a listening socket (made non-blocking here), with TLS unless `tls` is NULL. A plain socket must be bound to
 * a loopback address, or there must be listed proxies: ST_CONFIG otherwise. */
NODISCARD st http_server_listen(struct http_server *, int fd, struct tls *tls);
/* Take no new connections, close idle ones, and the others after their present answer; `drained` is called when the
 * last is gone. */
void http_server_drain(struct http_server *, void (*drained)(void *arg), void *arg);
size_t http_server_open(const struct http_server *);

struct http_response {
    int status;
    str type;         /* Content-Type; empty: none */
    str location;
    const str *lines; /* more header lines, "Name: value" */
    size_t n_lines;
    str body;
    bool stays;       /* body outlives the server: it is not copied */
    bool close;
};
void http_respond(struct http_server *, http_conn, const struct http_response *);
/* Add a part to a body that http_respond ends (its body comes last). ST_FULL past answer_max, ST_NOT_FOUND stale. */
NODISCARD st http_respond_part(struct http_server *, http_conn, str part);
/* Begin an answer whose body of `length` bytes comes in parts, each when the one before has been sent: on_more asks for it, and
 * http_respond_more gives it. So an answer of any length takes the memory of one part. The handle stays until the last. */
void http_respond_stream(struct http_server *, http_conn, const struct http_response *, uint64_t length);
/* The next part, copied: not empty, answer_max bytes at most, and no more than is left (the connection is dropped else, as it is
 * when a part does not come: a length was promised). */
void http_respond_more(struct http_server *, http_conn, str part);
/* Give up such an answer: the client sees that it is not whole. */
void http_respond_drop(struct http_server *, http_conn);
/* As http_respond, with `size` bytes of the file `fd`, which is closed in any case; response.body is not used. */
void http_respond_file(struct http_server *, http_conn, const struct http_response *, int fd, uint64_t size);
/* An answer in words for people and programs: status, title, one sentence. `line` (or empty) is one more header. */
void http_respond_error(struct http_server *, http_conn, int status, str sentence, str line);

/* The client's address (after listed proxies), and whether it came by https. */
str http_conn_ip(const struct http_server *, http_conn, char out[HTTP_ADDR_TEXT]);
bool http_conn_secure(const struct http_server *, http_conn);
/* Memory that lives as long as the request; NULL when stale. */
struct arena *http_conn_arena(struct http_server *, http_conn);
/* A word of the caller's, kept with the request. */
void http_conn_set(struct http_server *, http_conn, void *);
void *http_conn_get(const struct http_server *, http_conn);

#endif
