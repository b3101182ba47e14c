/* Every request of the table, sent to a real server over a socket: the hostile ones are answered with their status
 * and the connection is closed; the good ones work, wherever they are cut in two. */
#include <stdio.h>
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
    }
    for (size_t i = 0; i < COUNT(good); i++)
        check_good(server.port, &good[i]);
    t_ok(testserver_stop(&server), "the server ended in order");
    return t_done();
}
