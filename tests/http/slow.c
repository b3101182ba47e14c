/* Clients that take their time: whatever they do, they are gone by an absolute deadline, and others are served. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "str.h"
#include "t.h"
#include "testserver.h"

#define DRIPS 200
#define UNREAD 16
#define TURN_MS 100 /* what a turn of check_drips() takes when the machine has time for us */
#define GET_A "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"

static char text[65536];

static bool served(int port)
{
    int fd = client_open(port);
    bool ok = fd >= 0 && client_send(fd, GET_A, sizeof GET_A - 1) &&
              client_read_one(fd, text, sizeof text, false) > 0 && strcmp(response_body(text), "GET /a 0") == 0;
    close(fd);
    return ok;
}

/* Has the server ended this connection? Whatever it said before is read away. */
static bool ended(int fd)
{
    ssize_t n;
    while ((n = recv(fd, text, sizeof text, MSG_DONTWAIT)) > 0)
        continue;
    return n == 0 || errno != EAGAIN;
}

/* 200 clients that send a byte of a header every 50 ms, for ever; another client asks all the while. */
static void check_drips(int port, int64_t head_ms)
{
    static int fds[DRIPS];
    size_t open = DRIPS, refused = 0;
    int64_t start = clock_ms(), gone_at = start, stalled = 0;
    for (size_t i = 0; i < DRIPS; i++) {
        fds[i] = client_open(port);
        IGNORE(client_send(fds[i], "GET / HTTP/1.1\r\nX: ", 19));
    }
    while (open > 0 && gone_at < start + head_ms + PATIENCE_MS) {
        open = 0;
        for (size_t i = 0; i < DRIPS; i++) {
            if (fds[i] < 0)
                continue;
            IGNORE(send(fds[i], "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0);
            open++;
            if (ended(fds[i])) {
                close(fds[i]);
                fds[i] = -1;
                open--;
            }
        }
        refused += !served(port);
        usleep(50000);
        int64_t now = clock_ms();
        stalled += now - gone_at > TURN_MS ? now - gone_at - TURN_MS : 0;
        gone_at = now;
    }
    t_i64(open, 0, "200 drip-fed connections are gone");
    t_ok(gone_at - start >= head_ms - 100, "not before their deadline");
    printf("# after %lld ms, of which the machine had no time for %lld\n", (long long)(gone_at - start), (long long)stalled);
    t_ok(gone_at - start <= head_ms + 1500 + 2 * stalled, "and soon after it, although bytes kept coming");
    t_i64(refused, 0, "another client was served all the while");
}

/* A body that comes more slowly than the least rate. */
static void check_slow_body(int port)
{
    static const char head[] = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    int fd = client_open(port);
    int64_t start = clock_ms();
    IGNORE(client_send(fd, head, sizeof head - 1));
    struct pollfd p = { .fd = fd, .events = POLLIN };
    while (poll(&p, 1, 20) == 0 && clock_ms() < start + PATIENCE_MS)
        IGNORE(send(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0);
    client_read_one(fd, text, sizeof text, false);
    t_i64(response_status(text), 408, "a body by drips is refused");
    t_ok(clock_ms() - start < PATIENCE_MS, "long before it would have been there");
    close(fd);
}

/* Answers that nobody reads for so long; more of them than the kernel's buffers hold. How much of them came afterwards. */
static size_t read_late(int port, unsigned after_us)
{
    static const char get[] = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
    int fd = client_open(port);
    for (int i = 0; i < UNREAD; i++)
        IGNORE(client_send(fd, get, sizeof get - 1));
    usleep(after_us);
    size_t n = 0;
    ssize_t r;
    while ((r = recv(fd, text, sizeof text, 0)) > 0)
        n += (size_t)r;
    close(fd);
    return n;
}

static void check_slow_reader(int port)
{
    const size_t all = UNREAD * ((size_t)3 << 20);
    bool given_up = read_late(port, 2000000) < all || read_late(port, 8000000) < all;
    t_ok(given_up, "an answer that nobody reads is given up");
}

static void check_idle(int port)
{
    int fd = client_open(port), silent = client_open(port);
    int64_t start = clock_ms();
    bool closed = false;
    t_ok(client_send(fd, GET_A, sizeof GET_A - 1) && client_read_one(fd, text, sizeof text, false) > 0, "served");
    t_i64(client_read_all(fd, text, sizeof text, &closed), 0, "an idle connection is closed without words");
    t_ok(closed && clock_ms() - start > 900 && clock_ms() - start < PATIENCE_MS, "after its time");
    t_i64(client_read_all(silent, text, sizeof text, &closed), 0, "and one that never said anything");
    t_ok(closed, "is closed too");
    close(fd);
    close(silent);
}

/* One prefix may have so many connections and no more; who is idle makes room when the server is full. */
static void check_caps(void)
{
    struct testserver server;
    struct http_limits limits = testserver_limits();
    limits.connections = 8;
    limits.per_prefix = 6;
    limits.idle_ms = 120000;
    if (!t_ok(testserver_start(&server, &limits), "a small server"))
        return;
    int fds[7];
    size_t answered = 0;
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = client_open(server.port);
        IGNORE(client_send(fds[i], GET_A, sizeof GET_A - 1));
        answered += client_read_one(fds[i], text, sizeof text, false) > 0;
    }
    t_i64(answered, 6, "the seventh connection of a prefix is not served");
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    t_ok(testserver_stop(&server), "the server ended in order");

    limits.connections = 4;
    if (!t_ok(testserver_start(&server, &limits), "a smaller one"))
        return;
    answered = 0;
    for (size_t i = 0; i < 6; i++) {
        fds[i] = client_open(server.port);
        IGNORE(client_send(fds[i], GET_A, sizeof GET_A - 1));
        answered += client_read_one(fds[i], text, sizeof text, false) > 0;
    }
    t_i64(answered, 6, "the longest idle connections make room for new ones");
    t_ok(ended(fds[0]) && ended(fds[1]) && !ended(fds[2]) && !ended(fds[5]), "and only they");
    for (size_t i = 0; i < 6; i++)
        close(fds[i]);
    t_ok(testserver_stop(&server), "the server ended in order");
}

int main(void)
{
    struct testserver server;
    struct http_limits limits = testserver_limits();
    t_need(testserver_start(&server, &limits));
    check_drips(server.port, limits.head_ms);
    check_slow_body(server.port);
    check_slow_reader(server.port);
    check_idle(server.port);
    t_ok(testserver_stop(&server), "the server ended in order");
    check_caps();
    return t_done();
}
