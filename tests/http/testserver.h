/* A real server in a process of its own, and a client that says exactly what it is told.
 *
 * The server answers any request with "METHOD target length-of-body", but for some paths: see testserver.c. */
#ifndef AVOW_TESTSERVER_H
#define AVOW_TESTSERVER_H

#include <sys/types.h>

#include "server.h"

#define PATIENCE_MS 20000 /* so long a client waits before it says that nothing came; a busy machine may need some of it */

struct testserver {
    pid_t pid;
    int port, tls_port;
};

/* Limits of a test: deadlines short enough to wait for. */
struct http_limits testserver_limits(void);
NODISCARD bool testserver_start(struct testserver *, const struct http_limits *);
/* Ends the process; true when it drained and ended by itself without complaint. */
NODISCARD bool testserver_stop(struct testserver *);

/* A connected client socket whose reads give up after PATIENCE_MS. -1: not connected. */
int client_open(int port);
/* Send all; false when the other side closed before. */
bool client_send(int fd, const char *p, size_t n);
/* Read until the other side closes, the buffer is full, or time is up. Returns bytes; *closed: it was an end. */
size_t client_read_all(int fd, char *buf, size_t room, bool *closed);
/* Read one response with a Content-Length (none when `no_body`). NUL-terminated; 0 bytes: none came. */
size_t client_read_one(int fd, char *buf, size_t room, bool no_body);
/* The status of a response text, or 0. */
int response_status(const char *text);
/* Its body. */
const char *response_body(const char *text);

#endif
