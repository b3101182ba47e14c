/* The trial's web spaces: made by the real provisioning program, served by the role, filled as `curl -T` would.
 *
 *   site SOURCE-ROOT */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec.h"
#include "log.h"
#include "role.h"
#include "sandbox.h"
#include "str.h"
#include "t.h"
#include "testserver.h"

#define SERVICE "0123456789abcdefghjkmnpqrs"
#define PASSWORD "correct horse battery"

static struct {
    struct role_self self;
    struct config config;
    struct arena *arena;
    int fd, port;
    char dir[64], spaces[80], name[16], auth[128];
    const char *source_root;
} here;

int role_listener(const struct role_self *self UNUSED, enum role_fd which)
{
    return which == ROLE_FD_SITE ? here.fd : -1;
}

void role_done(struct role_self *self)
{
    loop_stop(self->loop);
}

static st live(void)
{
    struct role_self *self = &here.self;
    self->arena = arena_new((size_t)64 << 20);
    self->config = &here.config;
    TRY(loop_new(self->arena, 64, &self->loop));
    TRY(site_role.open(self));
    struct sandbox_report report;
    TRY(sandbox_apply(ROLE_SITE, self->config, self->arena, &report));
    TRY(site_role.start(self));
    return loop_run(self->loop);
}

static pid_t start_site(void)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof in;
    here.config.data.dir = str_c(here.dir);
    here.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(here.fd, (struct sockaddr *)&in, sizeof in) < 0 || listen(here.fd, 64) < 0 ||
        getsockname(here.fd, (struct sockaddr *)&in, &n) < 0)
        return -1;
    here.port = ntohs(in.sin_port);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        log_init("site", LOG_ERROR);
        exit(live() == ST_OK ? 0 : 2);
    }
    close(here.fd);
    return pid;
}

/* Ask the provisioning program, in the folder of the spaces; its answer is in `out`. */
static bool provision(const char *verb, const char *more, char *out, size_t room)
{
    char command[1024];
    snprintf(command, sizeof command,
             "cd '%s' && echo '{\"verb\": \"%s\", \"service\": \"" SERVICE "\", \"package\": \"starter\", "
             "\"site\": \"http://localhost\"%s}' | python3 '%s/trial/webspace'",
             here.spaces, verb, more, here.source_root);
    FILE *f = popen(command, "r");
    size_t n = f == NULL ? 0 : fread(out, 1, room - 1, f);
    out[n] = '\0';
    return f != NULL && pclose(f) == 0 && strstr(out, "\"ok\": true") != NULL;
}

static bool make_space(void)
{
    char out[1024];
    if (!provision("create", ", \"hostname\": \"mine.test\", \"password\": \"" PASSWORD "\"", out, sizeof out))
        return false;
    const char *name = strstr(out, "\"username\": \"");
    if (name == NULL)
        return false;
    snprintf(here.name, sizeof here.name, "%.11s", name + 13);
    str plain = str_fmt(here.arena, "%s:%s", here.name, PASSWORD);
    str code = b64_fmt(here.arena, plain.p, plain.n);
    snprintf(here.auth, sizeof here.auth, "Authorization: Basic %.*s\r\n", STR_ARG(code));
    return true;
}

static char text[65536], request[65536];

/* METHOD /NAME<rest> with more header lines and a body; returns the status. */
static int ask(const char *method, const char *rest, const char *more, const char *body)
{
    bool carries = strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0;
    char length[40] = "";
    if (carries)
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(body));
    int n = snprintf(request, sizeof request, "%s /%s%s HTTP/1.1\r\nHost: a\r\n%s%s\r\n%s", method, here.name, rest,
                     more, length, body);
    int fd = client_open(here.port);
    text[0] = '\0';
    IGNORE(client_send(fd, request, (size_t)n)); /* it may be refused before its end */
    client_read_one(fd, text, sizeof text, false);
    close(fd);
    return response_status(text);
}

static void check_reading(void)
{
    t_i64(ask("GET", "", "", ""), 301, "the space without a slash");
    t_i64(ask("GET", "/", "", ""), 200, "the space");
    t_ok(strstr(text, "mine.test is ready") != NULL && strstr(text, "\r\nContent-Type: text/html") != NULL,
         "has the page that provisioning put there");
    t_ok(strstr(text, "\r\nContent-Security-Policy: sandbox ") != NULL, "in an origin of its own");
    char etag[200] = "";
    const char *at = strstr(text, "\r\nETag: \"");
    if (t_ok(at != NULL, "with an ETag"))
        snprintf(etag, sizeof etag, "If-None-Match: %.*s\r\n", (int)(strchr(at + 9, '"') - at - 7), at + 8);
    t_i64(ask("GET", "/index.html", etag, ""), 304, "not sent twice");
    t_i64(ask("GET", "/none.html", "", ""), 404, "a file that is not there");
    t_i64(ask("GET", "/.upload-x", "", ""), 404, "a hidden file");
    t_i64(ask("GET", "/../meta.json", "", ""), 400, "out of the space");
    t_i64(ask("POST", "/", "", ""), 405, "nothing to post to");
}

static void check_writing(void)
{
    t_i64(ask("PUT", "/a.txt", "", "hello"), 401, "an upload without a password");
    t_ok(strstr(text, "\r\nWWW-Authenticate: Basic ") != NULL, "is asked for one");
    t_i64(ask("PUT", "/sub/a.txt", here.auth, "hello"), 201, "an upload");
    t_i64(ask("PUT", "/sub/a.txt", here.auth, "hello again"), 204, "another version");
    t_i64(ask("GET", "/sub/a.txt", "", ""), 200, "is served");
    t_str(str_c(response_body(text)), S("hello again"), "whole");
    t_i64(ask("GET", "/sub", "", ""), 301, "a folder");
    t_i64(ask("GET", "/sub/", "", ""), 404, "without an index is not listed");
    t_i64(ask("PUT", "/sub", here.auth, "x"), 409, "a file in a folder's place");
    t_i64(ask("PUT", "/.htaccess", here.auth, "x"), 403, "a hidden file");
    t_i64(ask("PUT", "/", here.auth, "x"), 403, "no name");
    t_i64(ask("DELETE", "/sub/a.txt", "", ""), 401, "removal without a password");
    t_i64(ask("DELETE", "/sub/a.txt", here.auth, ""), 204, "removal");
    t_i64(ask("GET", "/sub/a.txt", "", ""), 404, "it is gone");
    t_i64(ask("DELETE", "/sub/", here.auth, ""), 204, "the folder too");

    int fd = client_open(here.port);
    int n = snprintf(request, sizeof request, "PUT /%s/b.txt HTTP/1.1\r\nHost: a\r\n%sContent-Length: 4\r\n"
                     "Expect: 100-continue\r\n\r\n", here.name, here.auth);
    t_ok(client_send(fd, request, (size_t)n) && client_read_one(fd, text, sizeof text, true) > 0, "as curl asks");
    t_i64(response_status(text), 100, "permission first");
    t_ok(client_send(fd, "body", 4) && client_read_one(fd, text, sizeof text, false) > 0, "then the body");
    t_i64(response_status(text), 201, "which is taken");
    close(fd);

    fd = client_open(here.port);
    n = snprintf(request, sizeof request, "PUT /%s/c.txt HTTP/1.1\r\nHost: a\r\n%sContent-Length: 200000000\r\n\r\n",
                 here.name, here.auth);
    t_ok(client_send(fd, request, (size_t)n) && client_read_one(fd, text, sizeof text, false) > 0, "a large one");
    t_i64(response_status(text), 507, "over the quota, before its body");
    close(fd);
}

static void check_suspending(void)
{
    char out[1024], fresh[128];
    t_ok(provision("suspend", "", out, sizeof out), "suspended");
    t_i64(ask("GET", "/", "", ""), 503, "a suspended space is not served");
    t_ok(strstr(response_body(text), "suspended") != NULL, "and says so");
    t_i64(ask("PUT", "/d.txt", here.auth, "x"), 503, "nor written to");
    t_ok(provision("unsuspend", "", out, sizeof out), "back again");
    t_i64(ask("PUT", "/d.txt", here.auth, "x"), 201, "it is written to again");
    t_ok(provision("change_password", ", \"password\": \"another horse entirely\"", out, sizeof out), "a new password");
    t_i64(ask("PUT", "/d.txt", here.auth, "x"), 401, "the old one, although it was remembered, counts no more");
    str plain = str_fmt(here.arena, "%s:another horse entirely", here.name);
    str code = b64_fmt(here.arena, plain.p, plain.n);
    snprintf(fresh, sizeof fresh, "Authorization: Basic %.*s\r\n", STR_ARG(code));
    t_i64(ask("PUT", "/d.txt", fresh, "x"), 204, "the new one does");
    int status = 0;
    for (int i = 0; i < 12; i++)
        status = ask("PUT", "/d.txt", here.auth, "x");
    t_i64(status, 429, "guessing comes to an end");
    t_ok(provision("terminate", "", out, sizeof out), "terminated");
    t_i64(ask("GET", "/", "", ""), 404, "nothing is left");
}

int main(int argc, char **argv)
{
    int status = 0;
    t_need(argc == 2);
    here.source_root = argv[1];
    here.arena = arena_new(1u << 20);
    snprintf(here.dir, sizeof here.dir, "/tmp/avow-site-XXXXXX");
    t_need(here.arena != NULL && mkdtemp(here.dir) != NULL);
    snprintf(here.spaces, sizeof here.spaces, "%s/webspace", here.dir);
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = start_site();
    t_need(pid > 0);
    t_need(client_open(here.port) >= 0);
    for (int i = 0; i < 500 && access(here.spaces, F_OK) != 0; i++)
        usleep(20000); /* the role makes the folder when it opens */
    t_need(make_space());
    check_reading();
    check_writing();
    check_suspending();
    t_ok(waitpid(pid, &status, WNOHANG) == 0, "the role lives through all of it");
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    rmdir(here.spaces);
    t_ok(rmdir(here.dir) == 0, "and leaves nothing behind");
    arena_free(here.arena);
    return t_done();
}
