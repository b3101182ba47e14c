#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "out.h"

#define INPUT_MAX 4000 /* less than a pipe holds, so that writing it never waits */

static char *const environment[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }, (char[]){ "LANG=C.UTF-8" }, NULL };

/* In the child: from here to exec only async-signal-safe calls. */
static _Noreturn void become(const char *const argv[], int in, int out)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(in < 0 ? null : in, 0) < 0 || dup2(out < 0 ? null : out, 1) < 0 || dup2(null, 2) < 0)
        _exit(126);
    if (close_range(3, ~0u, 0) != 0 || chdir("/") != 0)
        _exit(126);
    const int usual[] = { SIGPIPE, SIGHUP, SIGINT, SIGTERM };
    for (size_t i = 0; i < COUNT(usual); i++)
        signal(usual[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(argv[0], (char *const *)(uintptr_t)argv, environment);
    _exit(127);
}

static st collect(int fd, int64_t deadline, struct out *o)
{
    for (;;) {
        int64_t left = deadline - clock_ms();
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (left <= 0)
            return ST_TIMEOUT;
        int ready = poll(&p, 1, (int)left);
        if (ready < 0 && errno != EINTR)
            return ST_IO;
        if (ready <= 0)
            continue;
        char chunk[1024];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0)
            return out_st(o);
        if (n < 0 && errno != EINTR)
            return ST_IO;
        if (n > 0)
            out_bytes(o, chunk, (size_t)n);
    }
}

static st end_of(pid_t pid, st so_far)
{
    int status = 0;
    if (so_far != ST_OK)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return ST_IO;
    if (so_far == ST_TIMEOUT || so_far == ST_IO)
        return so_far;
    if (WIFEXITED(status) && WEXITSTATUS(status) >= 126)
        return ST_IO;
    return so_far == ST_OK && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? ST_OK : ST_UPSTREAM;
}

static void close_both(const int fds[2])
{
    close(fds[0]);
    close(fds[1]);
}

st run_program(struct arena *a, const char *const argv[], str input, int seconds, str *out)
{
    int in[2], back[2];
    TRY(BUG_UNLESS(input.n <= INPUT_MAX));
    if (pipe2(in, O_CLOEXEC) != 0)
        return ST_IO;
    if (pipe2(back, O_CLOEXEC) != 0) {
        close_both(in);
        return ST_IO;
    }
    struct out o;
    out_init(&o, a, RUN_ANSWER);
    bool fed = input.n == 0 || write(in[1], input.p, input.n) == (ssize_t)input.n;
    pid_t pid = fed ? fork() : -1;
    if (pid == 0)
        become(argv, in[0], back[1]);
    close_both(in);
    close(back[1]);
    st rc = pid < 0 ? ST_IO : end_of(pid, collect(back[0], clock_ms() + (int64_t)seconds * 1000, &o));
    close(back[0]);
    if (rc == ST_OK && out)
        *out = out_view(&o);
    return rc;
}

st run_server(const char *const argv[], int *pid)
{
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        /* Between the fork and this call the parent may have ended already. */
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
            _exit(126);
        become(argv, -1, -1);
    }
    if (child < 0)
        return ST_IO;
    *pid = child;
    return ST_OK;
}
