/* Every request of the table, sent to a real server over a socket: the hostile ones are answered with their status
 * and the connection is closed, whatever comes after them or before; the good ones work, wherever they are cut in two. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "requests.h"
#include "str.h"
#include "t.h"
#include "testserver.h"

static char text[65536], name[200];

static void check_hostile(int port, const struct raw_request *r)
{
    bool closed = false;
    int fd = client_open(port);
    IGNORE(client_send(fd, r->p, r->n)); /* it may be refused before its end */
    client_read_all(fd, text, sizeof text, &closed);
    close(fd);
    snprintf(name, sizeof name, "refused: %s", r->name);
    t_i64(response_status(text), r->status, name);
    snprintf(name, sizeof name, "closed: %s", r->name);
    t_ok(closed && strstr(text, "\r\nConnection: close\r\n") != NULL, name);
}

/* On a connection where a good request came before, a hostile one fares no better. */
static void check_hostile_second(int port, const struct raw_request *r)
{
    bool closed = false;
    int fd = client_open(port);
    bool sent = client_send(fd, good[0].p, good[0].n) && client_read_one(fd, text, sizeof text, false) > 0;
    IGNORE(client_send(fd, r->p, r->n));
    client_read_all(fd, text, sizeof text, &closed);
    close(fd);
    snprintf(name, sizeof name, "refused as a second request: %s", r->name);
    t_ok(sent && closed && response_status(text) == r->status, name);
}

static size_t answers(const char *in)
{
    size_t n = 0;
    while ((in = strstr(in, "HTTP/1.1 ")) != NULL) {
        n++;
        in += 9;
    }
    return n;
}

/* What follows a refused request on its connection is nobody's request: it may have been meant as something else. */
static void check_nothing_follows(int port, const struct raw_request *r)
{
    static char both[65536];
    bool closed = false;
    if (!t_ok(r->n + good[0].n <= sizeof both, "there is room for both"))
        return;
    memcpy(both, r->p, r->n);
    memcpy(both + r->n, good[0].p, good[0].n);
    int fd = client_open(port);
    IGNORE(client_send(fd, both, r->n + good[0].n));
    client_read_all(fd, text, sizeof text, &closed);
    close(fd);
    snprintf(name, sizeof name, "nothing after it is answered: %s", r->name);
    t_ok(closed && answers(text) == 1 && response_status(text) == r->status, name);
}

/* Half of it, and then nothing more, or a reset: nobody is told anything, and the server goes on. */
static void check_half(int port, const struct raw_request *r, bool reset)
{
    struct linger at_once = { .l_onoff = 1 };
    int fd = client_open(port);
    IGNORE(client_send(fd, r->p, r->n / 2)); /* half of it may be enough to be refused */
    if (reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

static void check_halves(int port)
{
    for (size_t i = 0; i < COUNT(hostile); i++)
        check_half(port, &hostile[i], i % 2 == 0);
    for (size_t i = 0; i < COUNT(good); i++)
        check_half(port, &good[i], i % 2 == 0);
    int fd = client_open(port);
    bool sent = client_send(fd, good[0].p, good[0].n) && client_read_one(fd, text, sizeof text, false) > 0;
    t_ok(sent && response_status(text) == 200, "after as many clients that left in the middle of a request, the next is served");
    close(fd);
}

/* How the parts of a conversation are answered, one status after the other; the last ends the connection when `closes`. */
struct talk {
    const char *name;
    const char *say[3];
    int status[3];
    bool closes;
};
#define EXPECT "Expect: 100-continue\r\n"
static const struct talk talks[] = {
    { "a body without waiting for permission", { "POST /a" V H EXPECT "Content-Length: 2\r\n" END "ab" }, { 200 }, false },
    { "permission, and then the body in two parts", { "POST /a" V H EXPECT "Content-Length: 4\r\n" END, "ab", "cd" },
      { 100, 0, 200 }, false },
    { "permission for chunks, and then a broken one", { "POST /a" V H EXPECT TE END, "2\r\nab\r\n", "x\r\n" },
      { 100, 0, 400 }, true },
    { "permission, and then more than was said", { "POST /a" V H EXPECT "Content-Length: 2\r\n" END, "abGET / HTTP/9.9\r\n" },
      { 100, 200 }, true },
    { "permission asked for nothing", { "POST /a" V H EXPECT "Content-Length: 0\r\n" END, "GET /" V H END }, { 200, 200 }, false },
    { "a request inside a body", { "POST /a" V H "Content-Length: 36\r\n" END "GET /b" V "Host: evil.test\r\n\r", "\n", "GET /c" V
      H END }, { 0, 200, 200 }, false },
    { "a request inside a chunk", { "POST /a" V H TE END "24\r\nGET /b" V "Host: evil.test\r\n\r\n\r\n0\r\n\r\n",
      "GET /c" V H END }, { 200, 200 }, false },
    { "an absolute target for TLS on a plain port", { "GET https://localhost/" V H END }, { 400 }, true },
    { "close, and one more", { "GET /a" V H "Connection: keep-alive, close\r\n" END "GET /b" V H END }, { 200 }, true },
};

static void check_talk(int port, const struct talk *t)
{
    int fd = client_open(port), wrong = 0;
    for (size_t i = 0; i < COUNT(t->say) && t->say[i]; i++) {
        wrong += !client_send(fd, t->say[i], strlen(t->say[i]));
        if (t->status[i] == 0)
            continue;
        bool got = client_read_one(fd, text, sizeof text, t->status[i] == 100) > 0;
        wrong += !got || response_status(text) != t->status[i];
    }
    bool closed = false;
    if (t->closes) {
        client_read_all(fd, text, sizeof text, &closed);
    } else {
        bool sent = client_send(fd, good[0].p, good[0].n) && client_read_one(fd, text, sizeof text, false) > 0;
        wrong += !sent || strcmp(response_body(text), good[0].echo) != 0;
    }
    close(fd);
    t_ok(wrong == 0 && closed == t->closes, t->name);
}

/* Cut at every byte: the server sees the first part, and the rest only then, on one connection for all. */
static void check_good(int port, const struct raw_request *r)
{
    int fd = client_open(port);
    size_t wrong = 0, step = r->n > 300 ? 97 : 1;
    for (size_t cut = 0; cut < r->n; cut += step) {
        bool sent = client_send(fd, r->p, cut) && client_send(fd, r->p + cut, r->n - cut);
        if (!sent || client_read_one(fd, text, sizeof text, false) == 0 || response_status(text) != 200 ||
            strcmp(response_body(text), r->echo) != 0)
            wrong++;
    }
    close(fd);
    snprintf(name, sizeof name, "served, wherever it is cut: %s", r->name);
    t_i64(wrong, 0, name);
}

int main(void)
{
    struct testserver server;
    struct http_limits limits = testserver_limits();
    t_need(testserver_start(&server, &limits));
    for (size_t i = 0; i < COUNT(hostile); i++) {
        check_hostile(server.port, &hostile[i]);
        check_hostile_second(server.port, &hostile[i]);
        check_nothing_follows(server.port, &hostile[i]);
    }
    for (size_t i = 0; i < COUNT(talks); i++)
        check_talk(server.port, &talks[i]);
    check_halves(server.port);
    for (size_t i = 0; i < COUNT(good); i++)
        check_good(server.port, &good[i]);
    t_ok(testserver_stop(&server), "the server ended in order");
    return t_done();
}
