#include "exec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "confine.h"
#include "out.h"

#define CHILD_MEMORY (512u << 20)
#define CHILD_FILE (4ull << 30)
#define CHILD_FILES 64

struct run {
    pid_t pid;
    int in, out; /* our ends; -1 when closed */
    int64_t deadline;
    struct out answer;
    size_t sent;
};

static void limit(int what, rlim_t most)
{
    struct rlimit l = { most, most };
    if (setrlimit(what, &l) != 0)
        _exit(126);
}

/* In the child: from here to exec only async-signal-safe calls. */
static _Noreturn void become(const struct exec_config *config, int in, int out)
{
    char *const argv[] = { (char[]){ "provision" }, NULL };
    char *const envp[] = { (char[]){ "PATH=/usr/bin:/bin" }, (char[]){ "LANG=C.UTF-8" }, NULL };
    int null = open("/dev/null", O_WRONLY);
    if (setpgid(0, 0) != 0 || null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0)
        _exit(126);
    if (close_range(3, ~0u, 0) != 0 || chdir(config->dir) != 0)
        _exit(126);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_AS, CHILD_MEMORY);
    limit(RLIMIT_FSIZE, CHILD_FILE);
    limit(RLIMIT_NOFILE, CHILD_FILES);
    limit(RLIMIT_CPU, (rlim_t)config->seconds + 1);
    bool confined;
    if (confine_to(config->dir, config->program, &confined) != ST_OK)
        _exit(126);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(config->program, argv, envp);
    _exit(127);
}

static st start(struct run *r, const struct exec_config *config)
{
    int in[2], out[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0)
        return ST_IO;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return ST_IO;
    }
    r->pid = fork();
    if (r->pid == 0)
        become(config, in[1], out[1]);
    close(in[1]);
    close(out[1]);
    r->in = in[0];
    r->out = out[0];
    return r->pid > 0 ? ST_OK : ST_IO;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void feed(struct run *r, str input)
{
    ssize_t n = send(r->in, input.p + r->sent, input.n - r->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0)
        r->sent += (size_t)n;
    /* A program that does not read its input is not wrong for that: only its answer counts. */
    if (r->sent == input.n || (n < 0 && errno != EAGAIN && errno != EINTR))
        close_end(&r->in);
}

static void drain(struct run *r)
{
    char chunk[4096];
    ssize_t n = read(r->out, chunk, sizeof chunk);
    if (n > 0)
        out_bytes(&r->answer, chunk, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(&r->out);
}

/* Until the program has closed its output, said too much, or run out of time. */
static st converse(struct run *r, str input)
{
    while (r->out >= 0 && r->answer.err == ST_OK) {
        int64_t left = r->deadline - clock_ms();
        if (left <= 0)
            return ST_TIMEOUT;
        struct pollfd fds[2] = { { .fd = r->out, .events = POLLIN }, { .fd = r->in, .events = POLLOUT } };
        if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
            return ST_IO;
        if (r->in >= 0 && fds[1].revents)
            feed(r, input);
        if (fds[0].revents)
            drain(r);
    }
    return ST_OK;
}

/* Wait for its end until the deadline; false when it is still there. */
static bool ended(struct run *r, int *status)
{
    for (;;) {
        pid_t got = waitpid(r->pid, status, WNOHANG);
        if (got == r->pid)
            return true;
        if ((got < 0 && errno != EINTR) || clock_ms() >= r->deadline)
            return false;
        poll(NULL, 0, 5);
    }
}

static st finish(struct run *r, st rc, str *problem)
{
    int status = 0;
    bool over = rc == ST_OK && r->answer.err == ST_OK && ended(r, &status);
    if (!over) {
        kill(-r->pid, SIGKILL);
        kill(r->pid, SIGKILL);
        while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    if (rc == ST_TIMEOUT || (!over && rc == ST_OK && r->answer.err == ST_OK)) {
        *problem = S("program_timed_out");
        return ST_TIMEOUT;
    }
    if (rc != ST_OK || r->answer.err != ST_OK) {
        *problem = S("answer_too_long");
        return ST_UPSTREAM;
    }
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)) {
        *problem = S("program_not_started");
        return ST_IO;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        *problem = S("program_failed");
        return ST_UPSTREAM;
    }
    return ST_OK;
}

st exec_run(struct arena *a, const struct exec_config *config, str input, str *answer, str *problem)
{
    struct run r = { .in = -1, .out = -1, .deadline = clock_ms() + (int64_t)config->seconds * 1000 };
    out_init(&r.answer, a, EXEC_ANSWER_MAX);
    *problem = S("program_not_started");
    st rc = start(&r, config);
    if (rc == ST_OK)
        rc = finish(&r, converse(&r, input), problem);
    close_end(&r.in);
    close_end(&r.out);
    if (rc == ST_OK)
        *answer = out_view(&r.answer);
    return rc;
}
