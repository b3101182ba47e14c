/* Strict HTTP/1.1 requests: bytes in, a struct or a refusal out. Nothing is guessed and nothing repaired.
 *
 * Whatever two programs on the way could read in two manners is refused, and after a refusal the connection
 * is closed. HTTP/1.0 and older are refused too (505, or 400 without a version): no browser of this
 * decade sends them, and they bring close-delimited bodies and requests without a host.
 *
 * Ownership: a parser holds no memory; the slices of a request borrow the buffer given to the last call.
 * Failure:   HTTP_REFUSED, and http_refusal_status() and _why() say what to answer. */
#ifndef AVOW_HTTP_PARSE_H
#define AVOW_HTTP_PARSE_H

#include "base.h"

#define HTTP_LINE_MAX 4096  /* bytes of the request line, with its CRLF */
#define HTTP_HEAD_MAX 16384 /* bytes of all fields, with the empty line */
#define HTTP_FIELDS_MAX 64
#define HTTP_BODY_MAX 131072
#define HTTP_CHUNK_EXT_MAX 64 /* bytes of all chunk extensions of one body */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE };

/* The fields the program reads; every other field is checked and dropped. */
enum http_field {
    HTTP_HOST,
    HTTP_CONTENT_LENGTH,
    HTTP_TRANSFER_ENCODING,
    HTTP_CONNECTION,
    HTTP_EXPECT,
    HTTP_CONTENT_TYPE,
    HTTP_COOKIE,
    HTTP_AUTHORIZATION,
    HTTP_ORIGIN,
    HTTP_USER_AGENT,
    HTTP_ACCEPT_LANGUAGE,
    HTTP_ACCEPT_ENCODING,
    HTTP_IF_NONE_MATCH,
    HTTP_SEC_FETCH_SITE,
    HTTP_SIGNATURE,
    HTTP_STRIPE_SIGNATURE,
    HTTP_FORWARDED_FOR,
    HTTP_FORWARDED_PROTO,
    HTTP_FIELD_N,
};

/* Why a request is refused: name, status, what the client is told. */
#define HTTP_REFUSALS(X)                                                                  \
    X(NONE, 200, "")                                                                      \
    X(BAD_BYTE, 400, "a control character")                                               \
    X(BARE_CR, 400, "a carriage return without a line feed")                              \
    X(BARE_LF, 400, "a line feed without a carriage return")                              \
    X(BAD_LINE, 400, "a request line that is not: method, space, target, space, version") \
    X(BAD_METHOD, 400, "a method that is not a token")                                    \
    X(NO_METHOD, 405, "a method that is not served here")                                 \
    X(BAD_TARGET, 400, "a target with a character that may not be there")                 \
    X(BAD_PERCENT, 400, "percent encoding that is broken or hides something")             \
    X(BAD_DOTS, 400, "a path with dot segments or doubled slashes at its start")          \
    X(BAD_AUTHORITY, 400, "a target for another host than the Host field")                \
    X(BAD_VERSION, 400, "no HTTP version")                                                \
    X(OLD_VERSION, 505, "another HTTP version than 1.1")                                  \
    X(LONG_LINE, 414, "a request line over 4 KiB")                                        \
    X(BAD_NAME, 400, "a field name that is not a token")                                  \
    X(BAD_VALUE, 400, "a field value that may not be")                                    \
    X(FOLDED, 400, "a folded field line")                                                 \
    X(TWICE, 400, "a field twice that may be there once")                                 \
    X(LONG_HEAD, 431, "more than 16 KiB or 64 fields")                                    \
    X(NO_HOST, 400, "no Host field")                                                      \
    X(BAD_HOST, 400, "a Host field that names no host")                                   \
    X(BAD_LENGTH, 400, "a Content-Length that is not a plain number")                     \
    X(BOTH_LENGTHS, 400, "both Content-Length and Transfer-Encoding")                     \
    X(NO_LENGTH, 411, "a body without a length")                                          \
    X(NO_BODY, 400, "a body where none belongs")                                          \
    X(BAD_CODING, 501, "a transfer coding other than chunked")                            \
    X(BAD_EXPECT, 417, "an expectation other than 100-continue")                          \
    X(BAD_CHUNK, 400, "a chunk that is not well-formed")                                  \
    X(TRAILER, 400, "trailer fields")                                                     \
    X(LARGE_BODY, 413, "a larger body than is accepted here")

enum http_refusal {
#define HTTP_REFUSAL_ENUM(name, status, why) WHY_##name,
    HTTP_REFUSALS(HTTP_REFUSAL_ENUM)
#undef HTTP_REFUSAL_ENUM
};
int http_refusal_status(enum http_refusal);
str http_refusal_why(enum http_refusal);

struct http_rules {
    bool secure;       /* the connection is TLS: an absolute target must be https then, http otherwise */
    bool web_space;    /* PUT and DELETE too */
    uint64_t body_max; /* 0: HTTP_BODY_MAX */
};

struct http_request {
    enum http_method method;
    str target; /* path and query as sent, in origin form */
    str path;   /* as sent: percent encoding is left in, and is sound (http_path_plain) */
    str query;  /* without the '?'; .p is NULL when there was none */
    str host;   /* the Host field: a name or address and perhaps a port */
    str field[HTTP_FIELD_N]; /* values without outer white space; .p is NULL when absent */
    bool close;              /* the client asked for the connection to end */
    bool expects;            /* the client waits for 100 Continue before it sends the body */
    bool chunked;
    uint64_t length; /* of the body, unless chunked */
};

enum http_step {
    HTTP_MORE,    /* everything was looked at and is sound so far */
    HTTP_DATA,    /* (bodies) *data is the next part */
    HTTP_DONE,    /* complete */
    HTTP_REFUSED, /* answer .refusal and close */
};

struct http_span {
    uint16_t at, n; /* at == 0: absent; no field starts there */
};

struct http_parser {
    struct http_rules rules;
    struct http_request rq;
    enum http_refusal refusal;
    size_t at;         /* bytes looked at */
    size_t line;       /* where the present line begins */
    size_t fields_at;  /* where the fields begin; 0 while in the request line */
    size_t fields;
    bool cr;           /* the last byte was a CR */
    struct http_span target, path, query, authority, value[HTTP_FIELD_N];
    int body_state;
    uint64_t body_left, body_total;
    size_t chunk_digits, chunk_ext;
};

void http_parser_init(struct http_parser *, const struct http_rules *);

/* Read the head of a request. `buf` holds all n bytes since its first, also those of earlier calls (it may
 * have moved); what was looked at before is not looked at again. On HTTP_DONE ->rq is filled and *used says
 * where the body or the next request begins. */
enum http_step http_head(struct http_parser *, const char *buf, size_t n, size_t *used);

/* Read the body after HTTP_DONE of http_head. `buf` holds only bytes not used before. HTTP_DATA gives a part in
 * *data (borrowed from buf) and wants to be called again after *used bytes. */
enum http_step http_body(struct http_parser *, const char *buf, size_t n, size_t *used, str *data);

/* The path of a target: what the parser allows in it. FINE, or why not. */
enum http_refusal http_target_check(str path, str query, bool has_query);
enum http_refusal http_host_check(str host);
/* Copy `path` (checked) without percent encoding into out[path.n]; returns the length. */
size_t http_path_plain(str path, char *out);

#endif
