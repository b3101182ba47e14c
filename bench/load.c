/* The load: keep-alive connections on loopback, one request at a time on each, for so many seconds.
 *
 *   bench_load PORT PLAN [--connections N] [--seconds S] [--requests N] [--hold S] [--pace MS]
 *
 * PLAN is a file: lines "C cookie" begin a session, lines "G /path" below it are what the session asks for, in turn; a
 * connection is one session. Each request comes from another made-up address (X-Forwarded-For; the server has loopback
 * among its web.proxies), because one address may not ask this often. --hold: ask once on each connection, say so, and
 * keep all of them open. --pace: a person reads for so long before asking for the next page, so that the server is not full.
 *
 * One line of JSON comes out: requests, seconds, rate, latency, sizes, and what was not a 200. It speaks to 127.0.0.1
 * only, and ends by itself whatever the server does. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "latency.h"

#define CONNECTIONS_MOST 4096
#define SECONDS_MOST 120
#define ANSWER_MOST (1 << 20)
#define LINE_MOST 8192
#define GRACE_S 20            /* after which the alarm ends everything */

struct session {
    char *cookie;
    char **paths;
    size_t n;
};
struct conn {
    int fd;
    const struct session *session;
    size_t next;       /* path */
    int64_t sent_ns;
    size_t got, want;  /* bytes of the answer; want 0: its head is not here yet */
    char head[LINE_MOST];
    bool done;         /* --hold: asked once */
    int64_t ask_ns;    /* --pace: when it asks again; 0: it waits for an answer */
};

static struct {
    struct session *sessions;
    size_t n_sessions;
    struct conn conns[CONNECTIONS_MOST];
    int n_conns, epoll, port;
    double seconds, hold, pace;
    int64_t most, requests, bad, bytes, body, bodies, dropped; /* body: bytes of all bodies */
    struct latency latency;
    int worst_status;
    uint32_t address;
    int held;
} load;

static char scratch[ANSWER_MOST];

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_load: %s: %s\n", what, errno ? strerror(errno) : "wrong");
    exit(1);
}

/* ---- the plan ---- */

static void *grown(void *p, size_t size)
{
    p = realloc(p, size);
    if (!p)
        die("memory");
    return p;
}

static void read_plan(const char *name)
{
    char line[LINE_MOST];
    FILE *f = fopen(name, "r");
    if (!f)
        die(name);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == 'C') {
            load.sessions = grown(load.sessions, (load.n_sessions + 1) * sizeof *load.sessions);
            load.sessions[load.n_sessions++] = (struct session){ .cookie = strdup(line + (line[1] ? 2 : 1)) };
        } else if (line[0] == 'G' && load.n_sessions) {
            struct session *s = &load.sessions[load.n_sessions - 1];
            s->paths = grown(s->paths, (s->n + 1) * sizeof *s->paths);
            s->paths[s->n++] = strdup(line + 2);
        }
    }
    fclose(f);
    errno = 0;
    if (!load.n_sessions)
        die("the plan has no session");
    for (size_t i = 0; i < load.n_sessions; i++)
        if (!load.sessions[i].n)
            die("a session of the plan asks for nothing");
}

/* ---- a connection ---- */

static void connect_one(struct conn *c)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)load.port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&at, sizeof at) < 0)
        die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
        die("epoll");
}

static void ask(struct conn *c)
{
    char rq[LINE_MOST];
    uint32_t a = load.address += 2654435761u;
    const char *cookie = c->session->cookie;
    int n = snprintf(rq, sizeof rq,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0\r\n"
                     "Accept: text/html\r\nAccept-Language: en-GB,en;q=0.5\r\nX-Forwarded-For: 10.%u.%u.%u\r\n%s%s%s\r\n",
                     c->session->paths[c->next], load.port, a >> 8 & 255, a >> 16 & 255, a >> 24, *cookie ? "Cookie: " : "",
                     cookie, *cookie ? "\r\n" : "");
    c->next = (c->next + 1) % c->session->n;
    c->got = c->want = 0;
    c->sent_ns = now_ns();
    if (n <= 0 || n >= (int)sizeof rq || send(c->fd, rq, (size_t)n, MSG_NOSIGNAL) != n)
        die("send");
}

/* The head is whole: what is the length of the answer? */
static void read_head(struct conn *c)
{
    char *end = strstr(c->head, "\r\n\r\n");
    if (!end)
        return;
    int status = atoi(c->head + 9);
    char *length = strcasestr(c->head, "\r\nContent-Length:");
    size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    c->want = (size_t)(end + 4 - c->head) + body;
    load.body += (int64_t)body;
    load.bodies++;
    if (status != 200) {
        load.bad++;
        load.worst_status = status;
    }
}

static void reopen(struct conn *c)
{
    load.dropped++;
    epoll_ctl(load.epoll, EPOLL_CTL_DEL, c->fd, NULL);
    close(c->fd);
    connect_one(c);
}

static bool over(int64_t start)
{
    /* On a machine that is very busy the first answer may take longer than all the time there was to be. */
    double since = (double)(now_ns() - start) / 1e9;
    bool late = since >= load.seconds && (load.requests > 0 || since >= load.seconds + GRACE_S / 2);
    return load.hold > 0 ? load.held == load.n_conns : late || (load.most && load.requests >= load.most);
}

static void answered(struct conn *c)
{
    latency_add(&load.latency, now_ns() - c->sent_ns);
    load.requests++;
    load.bytes += (int64_t)c->got;
    if (load.hold > 0) {
        load.held += !c->done;
        c->done = true;
    } else if (load.pace > 0) {
        c->ask_ns = now_ns() + (int64_t)(load.pace * 1e6);
    } else {
        ask(c);
    }
}

static void on_bytes(struct conn *c)
{
    ssize_t n = recv(c->fd, scratch, sizeof scratch, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        if (c->done)
            die("a connection that was held was closed");
        reopen(c);
        ask(c);
        return;
    }
    if (!c->want && c->got < sizeof c->head - 1) {
        size_t room = sizeof c->head - 1 - c->got, take = (size_t)n < room ? (size_t)n : room;
        memcpy(c->head + c->got, scratch, take);
        c->head[c->got + take] = '\0';
        read_head(c);
    }
    c->got += (size_t)n;
    if (c->want && c->got >= c->want)
        answered(c);
}

/* ---- all of it ---- */

/* Those who have read enough ask; milliseconds until the next will have. */
static int wake(void)
{
    int64_t now = now_ns(), next = now + 100000000;
    for (int i = 0; i < load.n_conns && load.pace > 0; i++) {
        struct conn *c = &load.conns[i];
        if (c->ask_ns && c->ask_ns <= now) {
            c->ask_ns = 0;
            ask(c);
        } else if (c->ask_ns && c->ask_ns < next) {
            next = c->ask_ns;
        }
    }
    return (int)((next - now) / 1000000) + 1;
}

static void run(void)
{
    struct epoll_event ready[256];
    for (int i = 0; i < load.n_conns; i++) {
        struct conn *c = &load.conns[i];
        c->session = &load.sessions[(size_t)i % load.n_sessions];
        c->next = ((size_t)i / load.n_sessions) % c->session->n;
        connect_one(c);
    }
    for (int i = 0; i < load.n_conns; i++)
        ask(&load.conns[i]);
    int64_t start = now_ns();
    while (!over(start)) {
        int n = epoll_wait(load.epoll, ready, 256, wake());
        for (int i = 0; i < n; i++)
            on_bytes(ready[i].data.ptr);
    }
    double seconds = (double)(now_ns() - start) / 1e9;
    printf("{\"requests\": %lld, \"seconds\": %.3f, \"rate\": %.1f, \"p50_us\": %.0f, \"p99_us\": %.0f, \"body\": %lld, "
           "\"bad\": %lld, \"status\": %d, \"dropped\": %lld}\n",
           (long long)load.requests, seconds, (double)load.requests / seconds, latency_at(&load.latency, 0.5),
           latency_at(&load.latency, 0.99),
           (long long)(load.bodies ? load.body / load.bodies : 0), (long long)load.bad, load.worst_status, (long long)load.dropped);
    fflush(stdout);
    if (load.hold > 0)
        usleep((useconds_t)(load.hold * 1e6));
}

static void options(int argc, char **argv)
{
    load.n_conns = 64;
    load.seconds = 3;
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--connections") == 0)
            load.n_conns = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--seconds") == 0)
            load.seconds = atof(argv[i + 1]);
        else if (strcmp(argv[i], "--requests") == 0)
            load.most = atoll(argv[i + 1]);
        else if (strcmp(argv[i], "--hold") == 0)
            load.hold = atof(argv[i + 1]);
        else if (strcmp(argv[i], "--pace") == 0)
            load.pace = atof(argv[i + 1]);
        else
            die(argv[i]);
    }
    if (load.n_conns < 1 || load.n_conns > CONNECTIONS_MOST || load.seconds <= 0 || load.seconds > SECONDS_MOST ||
        load.hold < 0 || load.hold > SECONDS_MOST)
        die("out of bounds");
}

int main(int argc, char **argv)
{
    if (argc < 3 || (argc - 3) % 2) {
        fputs("usage: bench_load PORT PLAN [--connections N] [--seconds S] [--requests N] [--hold S] [--pace MS]\n", stderr);
        return 64;
    }
    load.port = atoi(argv[1]);
    options(argc, argv);
    read_plan(argv[2]);
    alarm((unsigned)(load.seconds + load.hold) + GRACE_S);
    struct rlimit files = { 8192, 8192 };
    setrlimit(RLIMIT_NOFILE, &files); /* when it may */
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (load.epoll < 0)
        die("epoll");
    run();
    return 0;
}
