/* Locks and sockets. */
#include "ground.h"

#include "chan.h"
#include "clock.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <unistd.h>

#define BACKLOG 512
#define LOOK_AGAIN_MS 50

st ground_lock(struct arena *a, str data, int patience_ms, int *out)
{
    const char *path = str_z(a, str_cat(a, data, S("/lock")));
    if (!path)
        return ST_NO_MEMORY;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    int64_t until = clock_ms() + patience_ms;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK || clock_ms() >= until) {
            close(fd);
            return errno == EWOULDBLOCK ? ST_CONFLICT : ST_IO;
        }
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    *out = fd;
    return ST_OK;
}

static st bind_and_listen(const struct addrinfo *at, int *out)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0)
        return ST_IO;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        st s = errno == EADDRINUSE ? ST_CONFLICT : errno == EACCES ? ST_DENIED : ST_IO;
        close(fd);
        return s;
    }
    *out = fd;
    return ST_OK;
}

st ground_listen(const struct listen *l, struct arena *a, int *fd)
{
    const char *host = str_z(a, l->host), *port = str_z(a, str_fmt(a, "%u", l->port));
    if (!host || !port)
        return ST_NO_MEMORY;
    struct addrinfo want = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *at;
    if (getaddrinfo(host, port, &want, &at) != 0)
        return ST_CONFIG;
    st s = bind_and_listen(at, fd);
    freeaddrinfo(at);
    return s;
}

uint16_t ground_port(int fd)
{
    struct sockaddr_storage at;
    socklen_t n = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &n) < 0)
        return 0;
    if (at.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
    return ntohs(((struct sockaddr_in *)&at)->sin_port);
}

/* The address of DATA/run/NAME through a descriptor of the folder: a socket's path may have 107 bytes only, DATA's may
 * have more. */
static st local_address(struct arena *a, str data, const char *name, int *folder, struct sockaddr_un *at)
{
    const char *path = str_z(a, str_cat(a, data, S("/run")));
    if (!path)
        return ST_NO_MEMORY;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    *folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*folder < 0)
        return ST_IO;
    *at = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(at->sun_path, sizeof at->sun_path, "/proc/self/fd/%d/%s", *folder, name);
    return ST_OK;
}

static st local_socket(int *fd)
{
    *fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    return *fd < 0 ? ST_IO : ST_OK;
}

st ground_listen_local(struct arena *a, str data, const char *name, int *out)
{
    struct sockaddr_un at;
    int folder = -1, fd = -1;
    TRY(local_address(a, data, name, &folder, &at));
    unlinkat(folder, name, 0);
    st s = local_socket(&fd);
    mode_t before = umask(0177);
    if (s == ST_OK && (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 16) < 0 ||
                          fcntl(fd, F_SETFL, O_NONBLOCK) < 0))
        s = ST_IO;
    int why = errno;
    umask(before);
    close(folder);
    if (s != ST_OK && fd >= 0)
        close(fd);
    if (s == ST_OK)
        *out = fd;
    errno = why; /* for who tells somebody */
    return s;
}

st ground_connect_local(struct arena *a, str data, const char *name, int *out)
{
    struct sockaddr_un at;
    int folder = -1, fd = -1;
    TRY(local_address(a, data, name, &folder, &at));
    st s = local_socket(&fd);
    if (s == ST_OK && connect(fd, (struct sockaddr *)&at, sizeof at) < 0)
        s = ST_AWAY;
    if (s == ST_OK)
        s = chan_prepare(fd);
    close(folder);
    if (s != ST_OK && fd >= 0)
        close(fd);
    if (s == ST_OK)
        *out = fd;
    return s;
}
