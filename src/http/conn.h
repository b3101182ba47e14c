/* Inside the server: a connection and its states. Only server.c, conn.c, io.c and respond.c include this. */
#ifndef AVOW_HTTP_CONN_H
#define AVOW_HTTP_CONN_H

#include <openssl/ssl.h>

#include "out.h"
#include "server.h"
#include "tls.h"

enum conn_state {
    CONN_FREE,
    CONN_GREET,  /* TLS handshake */
    CONN_HEAD,   /* the first request, or a later one that has begun */
    CONN_BODY,
    CONN_WAIT,   /* the application has it */
    CONN_WRITE,
    CONN_IDLE,   /* between requests */
    CONN_LINGER, /* all said; what still comes in is thrown away so that the answer is not */
};

struct conn {
    struct http_server *server;
    struct loop_watch watch;
    enum conn_state state;
    uint32_t slot, turn; /* turn counts requests; with the slot it makes the handle */
    SSL *ssl;
    struct http_addr peer;
    bool counted;     /* in its prefix's bucket */
    bool closing;     /* close after this answer */
    bool handed;      /* the application has the request and has not answered */
    bool body_done;   /* all of the request was read */
    bool running;     /* conn_run is on the stack */
    bool again;       /* more to do without waiting for the socket */
    bool streaming;   /* the answer's body comes in parts */
    bool wants_write; /* TLS cannot read before it has written */
    uint32_t next_in_bucket, next_free;
    uint32_t idle_before, idle_after; /* neighbours among the idle, or NO_SLOT */
    int64_t since;  /* ms: when the present state, or its present span, began */
    uint64_t moved; /* bytes since then */

    /* One request; gone with its answer. */
    struct arena *arena;
    size_t charged; /* bytes of it that the server has counted */
    struct http_parser parser;
    struct out in; /* bytes of this request and perhaps of the next */
    size_t used;   /* of `in` */
    struct out body;  /* when it is collected */
    struct out parts; /* of the answer */
    void *word;
    str piece[3]; /* head, parts, body of the answer; shortened as they are sent */
    int file;     /* or -1 */
    uint64_t file_at, file_end;
    uint64_t stream_left; /* of an answer in parts: bytes that were not given yet */
};

struct listener {
    struct http_server *server;
    struct loop_watch watch;
    struct tls *tls;
};

#define HTTP_LISTENERS 8
#define HTTP_SCRATCH 32768
#define NO_SLOT UINT32_MAX

struct http_server {
    struct http_config config;
    struct loop *loop;
    struct loop_timer tick, soon; /* deadlines are looked at; connections that have more to do go on */
    int64_t tick_ms;
    struct listener listeners[HTTP_LISTENERS];
    size_t n_listeners;
    struct conn *conns;
    uint32_t n_conns, free_slot, *buckets, mask;
    uint32_t idle_first, idle_last; /* in the order they became idle */
    size_t open, memory;
    bool draining;
    utc date_at;     /* of the text below */
    char date[40];
    size_t date_n;
    uint64_t bucket_key; /* random: strangers cannot choose their bucket */
    void (*drained)(void *arg);
    void *drained_arg;
    char scratch[HTTP_SCRATCH]; /* what was read last */
};

/* io.c: bytes in and out, by TLS or not. */
enum io { IO_OK, IO_BLOCKED, IO_END, IO_ERROR };
enum io io_greet(struct conn *);
enum io io_read(struct conn *, char *buf, size_t n, size_t *got);
enum io io_write(struct conn *, const char *buf, size_t n, size_t *put);
enum io io_write_pieces(struct conn *, const str *piece, size_t n, size_t *put); /* several at once, where that works */
void io_shut(struct conn *);

/* conn.c */
void conn_run(struct conn *);
void conn_late(struct conn *, int64_t now); /* if its deadline has passed, do what follows */
void conn_drop(struct conn *);
void conn_enter(struct conn *, enum conn_state);
/* The connection of a handle whose request waits for an answer; NULL when stale. */
struct conn *conn_of(const struct http_server *, http_conn);
http_conn conn_handle(const struct conn *);
/* Count its memory; false when the server holds too much. */
bool conn_charge(struct conn *);
/* Tell the application that its request is gone, if it has one; its handle is stale from here on. */
void conn_gone(struct conn *);

/* server.c: the slot is free again. */
void server_forget(struct conn *);
/* Put it behind all that are idle, and take it out of their row. */
void server_idle(struct conn *);
void server_busy(struct conn *);

/* respond.c */
/* The server's own answer; the application, if it has the request, is told that it is gone. */
void respond_refusal(struct conn *, int status, str sentence);
/* Write one part of the answer; IO_END when all of it is written. */
enum io respond_write(struct conn *);

#endif
