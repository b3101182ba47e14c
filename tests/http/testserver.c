#include "testserver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cert.h"
#include "log.h"
#include "sandbox.h"
#include "static.h"
#include "str.h"
#include "tls.h"

#define BIG ((size_t)3 << 20)

struct late {
    struct loop_timer timer;
    http_conn conn;
};

static struct {
    struct http_server *server;
    struct loop *loop;
    struct arena *arena;
    struct late late[64]; /* answers that are due later */
    size_t n_late;
    int64_t gone; /* requests whose client went away */
    char *big;
    struct http_statics *statics;
    struct sandbox_report sandbox;
} here;

struct http_limits testserver_limits(void)
{
    struct http_limits l = http_limits_default;
    l.connections = 600;
    l.per_prefix = 500;
    l.head_ms = 1000;
    l.idle_ms = 1000;
    l.span_ms = 600;
    l.answer_ms = 1500;
    return l;
}

/* ---- the server's side; it runs in the front's sandbox */

static void answer_text(http_conn h, str text)
{
    struct http_response r = { .status = 200, .type = S("text/plain"), .body = text };
    http_respond(here.server, h, &r);
}

static void answer_late(void *arg)
{
    struct late *late = arg;
    answer_text(late->conn, S("late"));
}

static void answer_parts(http_conn h)
{
    static char part[100000];
    memset(part, 'p', sizeof part);
    for (int i = 0; i < 5; i++)
        IGNORE(http_respond_part(here.server, h, (str){ part, sizeof part })); /* the client counts them */
    answer_text(h, S("end"));
}

/* Long answers, part by part: the whole, or one that ends in the middle, at once or a moment later. */
#define STREAM 3000000
#define STREAM_PART 70000

struct stream {
    struct loop_timer timer;
    http_conn conn;
    size_t left;
    bool breaks, slow;
};

static void next_part(void *arg)
{
    static char part[STREAM_PART];
    struct stream *s = arg;
    size_t n = s->left < STREAM_PART ? s->left : STREAM_PART;
    memset(part, 's', sizeof part);
    s->left -= n;
    if (s->breaks && s->left < STREAM / 2)
        http_respond_drop(here.server, s->conn);
    else
        http_respond_more(here.server, s->conn, (str){ part, n });
}

static void on_more(void *arg UNUSED, http_conn h)
{
    struct stream *s = http_conn_get(here.server, h);
    if (s == NULL || !s->slow)
        next_part(s);
    else
        IGNORE(loop_timer_set(here.loop, &s->timer, clock_ms() + 1)); /* the test would see nothing come */
}

static void answer_stream(http_conn h, str path)
{
    struct stream *s = NEW(http_conn_arena(here.server, h), struct stream);
    if (s == NULL)
        return;
    *s = (struct stream){ .timer = { .fn = next_part, .arg = s }, .conn = h, .left = STREAM,
                          .breaks = str_ends(path, S("/breaks")), .slow = str_ends(path, S("/slow")) };
    http_conn_set(here.server, h, s);
    http_respond_stream(here.server, h, &(struct http_response){ .status = 200, .type = S("text/plain") }, STREAM);
}

static void answer_evil(http_conn h)
{
    str line = S("X-Name: a\r\nSet-Cookie: b=c");
    struct http_response r = { .status = 200, .lines = &line, .n_lines = 1, .body = S("evil") };
    http_respond(here.server, h, &r);
}

static void answer_late_or_never(http_conn h, str path)
{
    if (str_eq(path, S("/never")))
        return;
    struct late *late = &here.late[here.n_late++ % COUNT(here.late)];
    *late = (struct late){ .timer = { .fn = answer_late, .arg = late }, .conn = h };
    IGNORE(loop_timer_set(here.loop, &late->timer, clock_ms() + 50)); /* the test would see nothing come */
}

static void on_request(void *arg UNUSED, http_conn h, const struct http_request *rq, str body)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "DELETE" };
    struct arena *a = http_conn_arena(here.server, h);
    if (http_statics_serve(here.statics, here.server, h, rq))
        return;
    if (str_eq(rq->path, S("/late")) || str_eq(rq->path, S("/never")))
        answer_late_or_never(h, rq->path);
    else if (str_eq(rq->path, S("/parts")))
        answer_parts(h);
    else if (str_starts(rq->path, S("/stream")))
        answer_stream(h, rq->path);
    else if (str_eq(rq->path, S("/evil")))
        answer_evil(h);
    else if (str_eq(rq->path, S("/gone")))
        answer_text(h, str_fmt(a, "%lld", (long long)here.gone));
    else if (str_eq(rq->path, S("/big")))
        http_respond(here.server, h, &(struct http_response){ .status = 200, .type = S("text/plain"),
                                                             .body = { here.big, BIG }, .stays = true });
    else
        answer_text(h, str_fmt(a, "%s %.*s %zu", names[rq->method], STR_ARG(rq->target), body.n));
}

static void on_gone(void *arg UNUSED, http_conn h)
{
    struct stream *s = http_conn_get(here.server, h);
    if (s != NULL)
        loop_timer_off(here.loop, &s->timer);
    here.gone++;
}

static void drained(void *arg UNUSED)
{
    loop_stop(here.loop);
}

static void stop(void *arg UNUSED, uint32_t ready UNUSED)
{
    http_server_drain(here.server, drained, NULL);
}

static st serve(const struct http_limits *limits, int plain_fd, int tls_fd, int stop_fd)
{
    struct http_config config = { .limits = *limits, .handler = { .on_request = on_request, .on_more = on_more, .on_gone = on_gone },
                                  .lines = http_lines_strict, .n_lines = http_lines_strict_n };
    static char css[4096];
    memset(css, ' ', sizeof css);
    const str css_text = { css, sizeof css }, png = S("png");
    const struct http_static_file files[] = { { S("/static/a.css"), &css_text }, { S("/static/b.png"), &png } };
    str chain, key;
    struct tls *tls;
    TRY(http_statics_new(here.arena, files, COUNT(files), &here.statics));
    TRY(cert_make(here.arena, S("shop.test"), clock_now(), &chain, &key));
    TRY(tls_new(here.arena, chain, key, &tls));
    TRY(loop_new(here.arena, 128, &here.loop));
    TRY(http_server_new(here.arena, here.loop, &config, &here.server));
    TRY(http_server_listen(here.server, plain_fd, NULL));
    TRY(http_server_listen(here.server, tls_fd, tls));
    struct config nothing = { .web.connections = (int64_t)limits->connections };
    TRY(sandbox_apply(ROLE_FRONT, &nothing, here.arena, &here.sandbox));
    struct loop_watch end = { .fd = stop_fd, .events = EPOLLIN, .fn = stop };
    TRY(loop_add(here.loop, &end));
    TRY(loop_run(here.loop));
    http_server_close(here.server);
    return ST_OK;
}

static int server_main(const struct http_limits *limits, int plain_fd, int tls_fd, int stop_fd)
{
    log_init("testserver", LOG_ERROR);
    here.arena = arena_new((size_t)64 << 20);
    here.big = arena_alloc(here.arena, 1, BIG);
    if (here.big == NULL)
        return 1;
    memset(here.big, 'b', BIG);
    st r = serve(limits, plain_fd, tls_fd, stop_fd);
    loop_free(here.loop);
    arena_free(here.arena);
    return r == ST_OK ? 0 : 1;
}

static int listener(int *port)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof in;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof in) < 0 || listen(fd, 512) < 0 ||
        getsockname(fd, (struct sockaddr *)&in, &n) < 0)
        return -1;
    *port = ntohs(in.sin_port);
    return fd;
}

static int stop_pipe[2];

bool testserver_start(struct testserver *t, const struct http_limits *limits)
{
    int plain_fd = listener(&t->port), tls_fd = listener(&t->tls_port);
    if (plain_fd < 0 || tls_fd < 0 || pipe(stop_pipe) < 0)
        return false;
    fflush(stdout);
    t->pid = fork();
    if (t->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(stop_pipe[1]);
        int code = server_main(limits, plain_fd, tls_fd, stop_pipe[0]);
        if (!here.sandbox.off)
            _exit(code); /* a leak checker, which runs at exit, needs calls that the sandbox does not allow */
        exit(code);
    }
    close(plain_fd);
    close(tls_fd);
    close(stop_pipe[0]);
    signal(SIGPIPE, SIG_IGN);
    return t->pid > 0;
}

bool testserver_stop(struct testserver *t)
{
    int status = 0;
    close(stop_pipe[1]);
    return waitpid(t->pid, &status, 0) == t->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- the client's side */

int client_open(int port)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                              .sin_port = htons((uint16_t)port) };
    struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&in, sizeof in) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

bool client_send(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

size_t client_read_all(int fd, char *buf, size_t room, bool *closed)
{
    size_t n = 0;
    ssize_t r = 1;
    while (n + 1 < room && (r = recv(fd, buf + n, room - 1 - n, 0)) > 0)
        n += (size_t)r;
    buf[n] = '\0';
    *closed = r == 0 || (r < 0 && errno == ECONNRESET);
    return n;
}

size_t client_read_one(int fd, char *buf, size_t room, bool no_body)
{
    size_t n = 0, want = SIZE_MAX;
    while (n < want && n + 1 < room) {
        ssize_t r = recv(fd, buf + n, want == SIZE_MAX ? 1 : want - n, 0);
        if (r <= 0)
            break;
        n += (size_t)r;
        buf[n] = '\0';
        if (want != SIZE_MAX || n < 4 || memcmp(buf + n - 4, "\r\n\r\n", 4) != 0)
            continue;
        const char *length = strstr(buf, "\r\nContent-Length: ");
        want = n + (no_body || length == NULL ? 0 : strtoul(length + 18, NULL, 10));
    }
    buf[n] = '\0';
    return n >= want ? n : 0;
}

int response_status(const char *text)
{
    return strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
}

const char *response_body(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}
