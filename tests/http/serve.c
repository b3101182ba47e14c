/* What the server does with good requests: connections kept and closed, answers late, large, in parts, or never. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "str.h"
#include "t.h"
#include "testserver.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define TEXT_MAX ((size_t)4 << 20)

static char *text;

static bool say(int fd, const char *request)
{
    return client_send(fd, request, strlen(request));
}

/* The body of the answer to one request on an open connection; "" when there was none. */
static const char *ask(int fd, const char *request)
{
    return say(fd, request) && client_read_one(fd, text, TEXT_MAX, false) > 0 ? response_body(text) : "";
}

static bool is_closed(int fd)
{
    char byte;
    return recv(fd, &byte, 1, 0) == 0;
}

static void check_connections(int port)
{
    int fd = client_open(port);
    t_str(str_c(ask(fd, GET("/a"))), S("GET /a 0"), "first request");
    t_str(str_c(ask(fd, GET("/b"))), S("GET /b 0"), "second request on the same connection");
    t_ok(strstr(text, "\r\nConnection:") == NULL, "nothing said about the connection: it stays");
    ask(fd, "GET /c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    t_ok(strstr(text, "\r\nConnection: close\r\n") != NULL && is_closed(fd), "closed when the client asks");
    close(fd);

    fd = client_open(port);
    bool sent = say(fd, GET("/1") "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" GET("/late") GET("/4"));
    static const char *const want[] = { "GET /1 0", "POST /2 3", "late", "GET /4 0" };
    for (size_t i = 0; sent && i < COUNT(want); i++) {
        client_read_one(fd, text, TEXT_MAX, false);
        t_str(str_c(response_body(text)), str_c(want[i]), "one of four requests sent at once, in order");
    }
    shutdown(fd, SHUT_WR);
    t_ok(is_closed(fd), "closed after the client's end");
    close(fd);

    fd = client_open(port);
    t_ok(say(fd, GET("/late")) && shutdown(fd, SHUT_WR) == 0, "a client that says it will say no more");
    client_read_one(fd, text, TEXT_MAX, false);
    t_str(str_c(response_body(text)), S("late"), "is answered all the same");
    close(fd);
}

static void check_many_at_once(int port)
{
    int fd = client_open(port);
    int wrong = 0;
    for (int i = 0; i < 500; i++)
        wrong += !say(fd, GET("/x"));
    for (int i = 0; i < 500; i++)
        wrong += client_read_one(fd, text, TEXT_MAX, false) == 0;
    t_i64(wrong, 0, "five hundred requests before the first answer is read");
    close(fd);
}

static void check_head_and_expect(int port)
{
    int fd = client_open(port);
    t_ok(say(fd, "HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n") && client_read_one(fd, text, TEXT_MAX, true) > 0,
         "HEAD");
    t_ok(strstr(text, "\r\nContent-Length: 9\r\n") != NULL, "HEAD tells the length of what GET would send");
    t_str(str_c(ask(fd, GET("/b"))), S("GET /b 0"), "and sends nothing of it");
    t_ok(say(fd, "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"), "a question");
    client_read_one(fd, text, TEXT_MAX, true);
    t_i64(response_status(text), 100, "permission to send the body");
    t_str(str_c(ask(fd, "ab")), S("POST /c 2"), "the body that waited for it");
    close(fd);
}

static void check_answers(int port)
{
    int fd = client_open(port);
    t_str(str_c(ask(fd, GET("/late"))), S("late"), "an answer that comes later");
    ask(fd, GET("/never"));
    t_i64(response_status(text), 504, "no answer at all");
    t_ok(is_closed(fd), "and the connection ends");
    close(fd);

    fd = client_open(port);
    t_ok(strlen(ask(fd, GET("/parts"))) == 500003, "an answer in parts has one length");
    t_ok(strlen(ask(fd, GET("/big"))) == (size_t)3 << 20, "a large answer");
    ask(fd, GET("/evil"));
    t_ok(response_status(text) == 500 && strstr(text, "Set-Cookie") == NULL, "a line break in a header is not sent");
    close(fd);

    fd = client_open(port);
    ask(fd, GET("/a"));
    t_ok(strstr(text, "\r\nX-Content-Type-Options: nosniff\r\n") != NULL &&
             strstr(text, "\r\nContent-Security-Policy: default-src 'none';") != NULL &&
             strstr(text, "\r\nCache-Control: no-store\r\n") != NULL && strstr(text, "\r\nDate: ") != NULL,
         "the headers that every answer has");
    t_ok(strstr(text, "Strict-Transport-Security") == NULL, "no HSTS on plain HTTP");
    close(fd);
}

static void check_gone(int port)
{
    int fd = client_open(port), other = client_open(port);
    long before = atol(ask(other, GET("/gone")));
    struct linger at_once = { .l_onoff = 1 };
    t_ok(say(fd, GET("/never")), "a request that waits");
    t_str(str_c(ask(other, GET("/a"))), S("GET /a 0"), "and is there, for a later one has been answered");
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd); /* reset */
    long gone = before;
    for (int i = 0; i < 200 && gone == before; i++) {
        gone = atol(ask(other, GET("/gone")));
        usleep(10000);
    }
    t_i64(gone, before + 1, "the application learns that the client went away");
    close(other);
}

#define ASK_CSS(more) "GET /static/a.css HTTP/1.1\r\nHost: a\r\n" more "\r\n"

static void check_statics(int port)
{
    int fd = client_open(port);
    t_i64(strlen(ask(fd, ASK_CSS(""))), 4096, "a static file");
    t_ok(strstr(text, "\r\nContent-Type: text/css; charset=utf-8\r\n") != NULL &&
             strstr(text, "\r\nCache-Control: no-cache\r\n") != NULL && strstr(text, "Content-Encoding") == NULL,
         "of its type, to be asked for again");
    const char *etag = strstr(text, "\r\nETag: ");
    char again[300] = "";
    if (t_ok(etag != NULL, "with an ETag"))
        snprintf(again, sizeof again, ASK_CSS("If-None-Match: \"x\", %.34s\r\n"), etag + 8);
    t_ok(say(fd, again) && client_read_one(fd, text, TEXT_MAX, true) > 0, "asked for again");
    t_ok(response_status(text) == 304 && strstr(text, "Content-Length") == NULL, "and unchanged");
    ask(fd, ASK_CSS("Accept-Encoding: br, gzip\r\n"));
    t_ok(strstr(text, "\r\nContent-Encoding: gzip\r\n") != NULL &&
             memcmp(response_body(text), "\x1f\x8b", 2) == 0 && strstr(text, "\r\nContent-Length: 4096") == NULL,
         "compressed for who takes that");
    ask(fd, ASK_CSS("Accept-Encoding: gzip;q=0\r\n"));
    t_ok(strstr(text, "Content-Encoding") == NULL, "and not for who does not");
    ask(fd, GET("/static/b.png?v=1"));
    t_ok(strstr(text, "\r\nCache-Control: public, max-age=31536000, immutable\r\n") != NULL,
         "to be kept for ever under an address with a version");
    t_str(str_c(ask(fd, GET("/static/c.css"))), S("GET /static/c.css 0"), "what is not there is the application's");
    close(fd);
}

static bool all_of(const char *body, size_t n)
{
    return strlen(body) == n && strspn(body, "s") == n;
}

/* Three megabytes in parts of seventy thousand bytes. */
static void check_streams(int port)
{
    int fd = client_open(port), other = client_open(port);
    long before = atol(ask(other, GET("/gone")));
    t_ok(all_of(ask(fd, GET("/stream")), 3000000), "a long answer, each part made when the one before was taken");
    t_str(str_c(ask(fd, GET("/b"))), S("GET /b 0"), "and the connection goes on");
    t_ok(all_of(ask(fd, GET("/stream/slow")), 3000000), "parts that come a moment later");
    t_str(str_c(ask(fd, "HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n" GET("/c"))), S(""), "its length alone, for HEAD");
    t_ok(strstr(text, "\r\nContent-Length: 3000000\r\n") != NULL, "as it would be");
    close(fd);
    fd = client_open(port);
    t_str(str_c(ask(fd, GET("/stream/breaks"))), S(""), "one that cannot go on is not whole, and the client sees it");
    t_ok(is_closed(fd), "by the end of the connection");
    close(fd);
    fd = client_open(port);
    t_ok(say(fd, GET("/stream/slow")) && recv(fd, text, 1000, 0) > 0, "a client that takes a little");
    close(fd);
    close(other); /* nothing was said on it for too long */
    other = client_open(port);
    long gone = before;
    for (int i = 0; i < 100 && gone < before + 2; i++) {
        usleep(20000);
        gone = atol(ask(other, GET("/gone")));
    }
    t_i64(gone, before + 2, "and goes: the application is told, as of the one that broke");
    close(other);
}

/* Plain HTTP may not be offered to the world. */
static void check_plain_world(void)
{
    struct arena *a = arena_new(1u << 24);
    struct loop *loop;
    struct http_server *server;
    struct http_config config = { .limits = testserver_limits() };
    struct sockaddr_in any = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ready = bind(fd, (struct sockaddr *)&any, sizeof any) == 0 && loop_new(a, 8, &loop) == ST_OK &&
                 http_server_new(a, loop, &config, &server) == ST_OK;
    t_ok(ready, "a socket on all addresses, not listening yet");
    if (ready) {
        t_st(http_server_listen(server, fd, NULL), ST_CONFIG, "plain HTTP on all addresses is refused");
        http_server_close(server);
        loop_free(loop);
    }
    close(fd);
    arena_free(a);
}

int main(void)
{
    struct testserver server;
    struct http_limits limits = testserver_limits();
    text = malloc(TEXT_MAX);
    t_need(text != NULL && testserver_start(&server, &limits));
    check_connections(server.port);
    check_many_at_once(server.port);
    check_head_and_expect(server.port);
    check_answers(server.port);
    check_gone(server.port);
    check_streams(server.port);
    check_statics(server.port);
    check_plain_world();
    t_ok(testserver_stop(&server), "the server ended in order");
    free(text);
    return t_done();
}
