/* Bytes in and out of one connection. Sockets never block; TLS may want to write before it can read. */
#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"

static enum io tls_result(struct conn *c, int ret)
{
    int why = SSL_get_error(c->ssl, ret);
    /* A queue that is not empty makes the next connection's error look like this one's. */
    ERR_clear_error();
    c->wants_write = why == SSL_ERROR_WANT_WRITE;
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return IO_BLOCKED;
    return why == SSL_ERROR_ZERO_RETURN ? IO_END : IO_ERROR;
}

enum io io_greet(struct conn *c)
{
    int r = SSL_accept(c->ssl);
    return r == 1 ? IO_OK : tls_result(c, r);
}

static enum io socket_result(ssize_t r)
{
    if (r == 0)
        return IO_END;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? IO_BLOCKED : IO_ERROR;
}

enum io io_read(struct conn *c, char *buf, size_t n, size_t *got)
{
    c->wants_write = false;
    if (c->ssl != NULL) {
        int r = SSL_read_ex(c->ssl, buf, n, got);
        return r == 1 ? IO_OK : tls_result(c, r);
    }
    ssize_t r = recv(c->watch.fd, buf, n, 0);
    if (r <= 0)
        return socket_result(r);
    *got = (size_t)r;
    return IO_OK;
}

enum io io_write(struct conn *c, const char *buf, size_t n, size_t *put)
{
    if (c->ssl != NULL) {
        int r = SSL_write_ex(c->ssl, buf, n, put);
        return r == 1 ? IO_OK : tls_result(c, r);
    }
    ssize_t r = send(c->watch.fd, buf, n, MSG_NOSIGNAL);
    c->wants_write = r <= 0;
    if (r <= 0)
        return r == 0 ? IO_BLOCKED : socket_result(r);
    *put = (size_t)r;
    return IO_OK;
}

enum io io_write_pieces(struct conn *c, const str *piece, size_t n, size_t *put)
{
    struct iovec v[4];
    struct msghdr m = { .msg_iov = v };
    while (n > 0 && piece->n == 0) {
        piece++;
        n--;
    }
    if (c->ssl != NULL || n < 2 || n > COUNT(v))
        return io_write(c, piece->p, piece->n, put);
    for (size_t i = 0; i < n; i++)
        v[m.msg_iovlen++] = (struct iovec){ (void *)(uintptr_t)piece[i].p, piece[i].n };
    ssize_t r = sendmsg(c->watch.fd, &m, MSG_NOSIGNAL);
    c->wants_write = r <= 0;
    if (r <= 0)
        return r == 0 ? IO_BLOCKED : socket_result(r);
    *put = (size_t)r;
    return IO_OK;
}

void io_shut(struct conn *c)
{
    if (c->ssl != NULL) {
        IGNORE(SSL_shutdown(c->ssl) < 0); /* our farewell is sent or not; theirs is not waited for */
        ERR_clear_error();
    }
    IGNORE(shutdown(c->watch.fd, SHUT_WR) < 0); /* the peer may be gone */
}
