/* Answers: a status line, fields that are correct by construction, a body or none. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "conn.h"
#include "log.h"
#include "str.h"

#define HEAD_MAX 32768
#define JOIN_MAX 8192 /* under TLS bodies up to this go out with the head, as one piece and one record */
#define JOIN_PLAIN 1024 /* sockets take two pieces at once: copying pays only for short ones */

const str http_lines_strict[] = {
    SI("X-Content-Type-Options: nosniff"),
    SI("Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    SI("Referrer-Policy: same-origin"),
    SI("Cross-Origin-Opener-Policy: same-origin"),
    SI("Cross-Origin-Resource-Policy: same-origin"),
    SI("Cache-Control: no-store"),
};
const size_t http_lines_strict_n = COUNT(http_lines_strict);

static const struct {
    int status;
    str reason;
} reasons[] = {
    { 200, SI("OK") },
    { 201, SI("Created") },
    { 204, SI("No Content") },
    { 301, SI("Moved Permanently") },
    { 302, SI("Found") },
    { 303, SI("See Other") },
    { 304, SI("Not Modified") },
    { 307, SI("Temporary Redirect") },
    { 308, SI("Permanent Redirect") },
    { 400, SI("Bad Request") },
    { 401, SI("Unauthorized") },
    { 403, SI("Forbidden") },
    { 404, SI("Not Found") },
    { 405, SI("Method Not Allowed") },
    { 408, SI("Request Timeout") },
    { 409, SI("Conflict") },
    { 410, SI("Gone") },
    { 411, SI("Length Required") },
    { 413, SI("Content Too Large") },
    { 414, SI("URI Too Long") },
    { 417, SI("Expectation Failed") },
    { 422, SI("Unprocessable Content") },
    { 429, SI("Too Many Requests") },
    { 431, SI("Request Header Fields Too Large") },
    { 500, SI("Internal Server Error") },
    { 501, SI("Not Implemented") },
    { 502, SI("Bad Gateway") },
    { 503, SI("Service Unavailable") },
    { 504, SI("Gateway Timeout") },
    { 505, SI("HTTP Version Not Supported") },
    { 507, SI("Insufficient Storage") },
};

static str reason_of(int status)
{
    for (size_t i = 0; i < COUNT(reasons); i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return S("Status");
}

/* ---- the head */

/* Looks at every byte whatever it has seen: that way many can be looked at together. */
static bool line_sound(str line)
{
    unsigned bad = 0;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char b = (unsigned char)line.p[i];
        bad |= (unsigned)((b < 0x20) & (b != '\t')) | (unsigned)(b == 0x7f);
    }
    return bad == 0;
}

/* Could somebody's text end a line of the head and begin another? Then it is our fault, and nothing of it is sent. */
static bool all_sound(const struct http_response *r)
{
    bool sound = line_sound(r->type) && line_sound(r->location);
    for (size_t i = 0; i < r->n_lines; i++)
        sound = sound && line_sound(r->lines[i]) && str_index(r->lines[i], ':') < r->lines[i].n;
    return sound;
}

static bool has_line(const struct http_response *r, str like)
{
    str name = str_sub(like, 0, str_index(like, ':') + 1);
    for (size_t i = 0; i < r->n_lines; i++) {
        if (str_starts(r->lines[i], name) || str_istarts(r->lines[i], name)) /* nearly always as we write it */
            return true;
    }
    return false;
}

static void put_line(struct out *o, str line)
{
    out_str(o, line);
    out_str(o, S("\r\n"));
}

static void put_field(struct out *o, str name, str value)
{
    out_str(o, name);
    put_line(o, value);
}

static bool has_body(int status)
{
    return status != 204 && status != 304;
}

/* The time of the answer; made once a second. */
static str date_now(struct http_server *s)
{
    utc now = clock_now();
    if (now.s != s->date_at.s || s->date_n == 0) {
        struct arena *a = arena_new(1024);
        str text = a != NULL ? utc_http(a, now) : (str){ NULL, 0 };
        s->date_n = text.n <= sizeof s->date ? text.n : 0;
        if (s->date_n > 0)
            memcpy(s->date, text.p, s->date_n);
        s->date_at = now;
        arena_free(a);
    }
    return (str){ s->date, s->date_n };
}

static void put_head(struct conn *c, struct out *o, const struct http_response *r, uint64_t length)
{
    const struct http_config *config = &c->server->config;
    out_str(o, S("HTTP/1.1 "));
    out_i64(o, r->status);
    out_byte(o, ' ');
    put_line(o, reason_of(r->status));
    put_field(o, S("Date: "), date_now(c->server));
    if (r->type.n > 0 && has_body(r->status))
        put_field(o, S("Content-Type: "), r->type);
    if (has_body(r->status)) {
        out_str(o, S("Content-Length: "));
        out_i64(o, (int64_t)length);
        out_str(o, S("\r\n"));
    }
    if (r->location.n > 0)
        put_field(o, S("Location: "), r->location);
    for (size_t i = 0; i < r->n_lines; i++)
        put_line(o, r->lines[i]);
    for (size_t i = 0; i < config->n_lines; i++) {
        if (!has_line(r, config->lines[i]))
            put_line(o, config->lines[i]);
    }
    if (c->ssl != NULL)
        out_str(o, S("Strict-Transport-Security: max-age=63072000\r\n"));
    if (c->closing)
        out_str(o, S("Connection: close\r\n"));
    out_str(o, S("\r\n"));
}

/* ---- the whole answer */

/* From here on the answer stands; the application's handle is stale. */
static void begin_writing(struct conn *c)
{
    c->handed = false;
    c->turn++;
    conn_enter(c, CONN_WRITE);
}

/* Lay out head and body of r in c->piece; the body stays where it is, see keep_rest(). ST_BUG for a head that cannot be sent,
 * ST_FULL without memory. */
static st lay_out(struct conn *c, const struct http_response *r, uint64_t file_size)
{
    if (!all_sound(r))
        return log_bug(__FILE__, __LINE__, "header line with a control character");
    /* What the client still sends of a body that nobody reads would be taken for its next request. */
    c->closing = c->closing || r->close || !c->body_done || c->server->draining;
    struct out head;
    out_init(&head, c->arena, HEAD_MAX + JOIN_MAX);
    str parts = out_view(&c->parts);
    put_head(c, &head, r, parts.n + r->body.n + file_size);
    bool body = has_body(r->status) && c->parser.rq.method != HTTP_HEAD;
    bool joined = body && parts.n == 0 && r->body.n <= (c->ssl != NULL ? JOIN_MAX : JOIN_PLAIN);
    if (joined)
        out_str(&head, r->body);
    TRY(out_st(&c->parts));
    TRY(out_st(&head));
    c->piece[0] = out_view(&head);
    c->piece[1] = body ? parts : (str){ NULL, 0 };
    c->piece[2] = body && !joined ? r->body : (str){ NULL, 0 };
    bool room = conn_charge(c);
    room = room && (r->stays || c->server->memory + c->piece[2].n <= c->server->config.limits.memory);
    return room && !arena_failed(c->arena) ? ST_OK : ST_FULL;
}

/* Most bodies are gone with the first write. What the socket did not take is kept: its owner takes it back now. */
static void keep_rest(struct conn *c, uint32_t turn)
{
    if (c->state != CONN_WRITE || c->turn != turn || c->piece[2].n == 0)
        return;
    c->piece[2] = str_dup(c->arena, c->piece[2]);
    IGNORE(conn_charge(c)); /* lay_out() saw that there is room */
    if (c->piece[2].p == NULL)
        conn_drop(c);
}

static str error_text(struct conn *c, int status, str sentence)
{
    struct out o;
    out_init(&o, c->arena, 1024);
    out_fmt(&o, "%d ", status);
    out_str(&o, reason_of(status));
    out_str(&o, S("\n\n"));
    out_str(&o, sentence);
    out_str(&o, S("\n"));
    return out_view(&o);
}

static void lay_out_error(struct conn *c, int status, str sentence, str line)
{
    struct http_response r = { .status = status, .type = S("text/plain; charset=utf-8"), .lines = &line,
                               .n_lines = line.n > 0 ? 1 : 0, .body = error_text(c, status, sentence) };
    c->parts.n = 0;
    c->parts.err = ST_OK;
    IGNORE(lay_out(c, &r, 0)); /* out of memory: what was laid out is sent, and the connection closes */
    begin_writing(c);
}

void respond_refusal(struct conn *c, int status, str sentence)
{
    conn_gone(c);
    c->closing = true;
    str line = { NULL, 0 };
    if (status == 405)
        line = c->server->config.web_space ? S("Allow: GET, HEAD, POST, PUT, DELETE") : S("Allow: GET, HEAD, POST");
    else if (status == 503)
        line = S("Retry-After: 5");
    lay_out_error(c, status, sentence, line);
}

static void respond(struct conn *c, const struct http_response *r, int fd, uint64_t size)
{
    bool stays = r->stays;
    bool file = fd >= 0 && c->parser.rq.method != HTTP_HEAD;
    if (fd >= 0 && !file)
        close(fd);
    st s = lay_out(c, r, size);
    if (s != ST_OK) {
        if (file)
            close(fd);
        c->closing = stays = true; /* what it says instead is in the request's memory */
        lay_out_error(c, s == ST_BUG ? 500 : 503, S("Something went wrong on our side."), (str){ NULL, 0 });
    } else {
        c->file = file ? fd : -1;
        c->file_at = 0;
        c->file_end = size;
        begin_writing(c);
    }
    uint32_t turn = c->turn;
    conn_run(c);
    if (!stays)
        keep_rest(c, turn);
}

void http_respond(struct http_server *s, http_conn h, const struct http_response *r)
{
    struct conn *c = conn_of(s, h);
    if (c != NULL)
        respond(c, r, -1, 0);
}

/* ---- in parts */

void http_respond_stream(struct http_server *s, http_conn h, const struct http_response *r, uint64_t length)
{
    struct conn *c = conn_of(s, h);
    struct http_response head = *r;
    head.body = (str){ NULL, 0 };
    if (c == NULL)
        return;
    if (c->parser.rq.method == HTTP_HEAD || length == 0) {
        respond(c, &head, -1, length);
        return;
    }
    if (lay_out(c, &head, length) != ST_OK) {
        http_respond_error(s, h, 503, S("Something went wrong on our side."), (str){ NULL, 0 });
        return;
    }
    c->streaming = true;
    c->stream_left = length;
    conn_enter(c, CONN_WRITE);
    conn_run(c);
}

/* All that was given is sent: ask for more, and wait for it. */
static enum io want_more(struct conn *c)
{
    const struct http_handler *handler = &c->server->config.handler;
    conn_enter(c, CONN_WAIT);
    c->wants_write = false;
    handler->on_more(handler->arg, conn_handle(c));
    return c->state == CONN_WRITE ? IO_OK : IO_BLOCKED;
}

void http_respond_more(struct http_server *s, http_conn h, str part)
{
    struct conn *c = conn_of(s, h);
    if (c == NULL || !c->streaming)
        return;
    c->parts.n = 0;
    out_str(&c->parts, part);
    if (c->state != CONN_WAIT || part.n == 0 || part.n > c->stream_left || out_st(&c->parts) != ST_OK || !conn_charge(c)) {
        http_respond_drop(s, h);
        return;
    }
    c->piece[1] = out_view(&c->parts);
    c->stream_left -= part.n;
    if (c->stream_left == 0)
        begin_writing(c);
    else
        conn_enter(c, CONN_WRITE);
    conn_run(c);
}

/* What runs the connection may be on the stack: the client is shut out now, and the connection ends with the next look. */
void http_respond_drop(struct http_server *s, http_conn h)
{
    struct conn *c = conn_of(s, h);
    if (c == NULL || !c->streaming)
        return;
    if (c->running) {
        conn_gone(c);
        c->closing = true;
        c->stream_left = 0;
        c->piece[1] = (str){ NULL, 0 };
        conn_enter(c, CONN_WRITE);
    } else {
        conn_drop(c);
    }
}

void http_respond_file(struct http_server *s, http_conn h, const struct http_response *r, int fd, uint64_t size)
{
    struct conn *c = conn_of(s, h);
    struct http_response head = *r;
    head.body = (str){ NULL, 0 };
    if (c != NULL)
        respond(c, &head, fd, size);
    else
        close(fd);
}

void http_respond_error(struct http_server *s, http_conn h, int status, str sentence, str line)
{
    struct conn *c = conn_of(s, h);
    if (c == NULL)
        return;
    if (c->streaming) {
        http_respond_drop(s, h);
        return;
    }
    lay_out_error(c, status, sentence, line);
    conn_run(c);
}

st http_respond_part(struct http_server *s, http_conn h, str part)
{
    struct conn *c = conn_of(s, h);
    if (c == NULL)
        return ST_NOT_FOUND;
    out_str(&c->parts, part);
    return conn_charge(c) && out_st(&c->parts) == ST_OK ? ST_OK : ST_FULL;
}

/* ---- on its way */

static enum io write_pieces(struct conn *c)
{
    size_t put = 0;
    enum io r = io_write_pieces(c, c->piece, COUNT(c->piece), &put);
    if (r != IO_OK)
        return r;
    c->moved += put;
    for (size_t i = 0; i < COUNT(c->piece); i++) {
        str *piece = &c->piece[i];
        size_t n = put < piece->n ? put : piece->n;
        *piece = (str){ piece->p + n, piece->n - n };
        put -= n;
    }
    return IO_OK;
}

/* The same bytes are read again when the socket did not take them: a file needs no buffer of its own. */
static enum io write_file(struct conn *c)
{
    struct http_server *s = c->server;
    uint64_t left = c->file_end - c->file_at;
    size_t want = left < sizeof s->scratch ? (size_t)left : sizeof s->scratch, put = 0;
    ssize_t n = pread(c->file, s->scratch, want, (off_t)c->file_at);
    if (n < 0 || (size_t)n < want)
        return IO_ERROR; /* it became shorter: its length was promised, so the connection is all that can end */
    enum io r = io_write(c, s->scratch, want, &put);
    c->file_at += put;
    c->moved += put;
    return r;
}

enum io respond_write(struct conn *c)
{
    for (size_t i = 0; i < COUNT(c->piece); i++) {
        if (c->piece[i].n > 0)
            return write_pieces(c);
    }
    if (c->file >= 0 && c->file_at < c->file_end)
        return write_file(c);
    if (c->streaming && c->stream_left > 0)
        return want_more(c);
    return IO_END;
}

/* ---- what the application may ask about a request */

str http_conn_ip(const struct http_server *s, http_conn h, char out[HTTP_ADDR_TEXT])
{
    const struct conn *c = conn_of(s, h);
    if (c == NULL)
        return (str){ NULL, 0 };
    struct http_addr client = http_client(&s->config.proxies, &c->peer, c->parser.rq.field[HTTP_FORWARDED_FOR]);
    return http_addr_fmt(&client, out);
}

bool http_conn_secure(const struct http_server *s, http_conn h)
{
    const struct conn *c = conn_of(s, h);
    if (c == NULL)
        return false;
    return c->ssl != NULL || (http_nets_have(&s->config.proxies, &c->peer) &&
                              str_ieq(c->parser.rq.field[HTTP_FORWARDED_PROTO], S("https")));
}

struct arena *http_conn_arena(struct http_server *s, http_conn h)
{
    struct conn *c = conn_of(s, h);
    return c == NULL ? NULL : c->arena;
}

void http_conn_set(struct http_server *s, http_conn h, void *word)
{
    struct conn *c = conn_of(s, h);
    if (c != NULL)
        c->word = word;
}

void *http_conn_get(const struct http_server *s, http_conn h)
{
    const struct conn *c = conn_of(s, h);
    return c == NULL ? NULL : c->word;
}
