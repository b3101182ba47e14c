/* The front with apps that answer, die, come back and talk nonsense. Front and apps live in one child process and one
 * loop; the test asks over sockets. The stages of a role are called as the role's own process would. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "role.h"
#include "str.h"
#include "t.h"
#include "testserver.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: shop.test\r\n\r\n"
#define POST(path) "POST " path " HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 3\r\n\r\na=b"
#define APPS 2

struct fake_app {
    struct link *link;
    int index, deaths;
    struct loop_timer rebirth;
};

static struct {
    struct role_self self;
    struct config config;
    struct fake_app apps[APPS];
    int plain_fd;
    struct msg_http_request held;
    struct fake_app *holder;
    bool died_once;
} here;

/* What role.c does in the program. */
int role_listener(const struct role_self *self UNUSED, enum role_fd which)
{
    return which == ROLE_FD_PLAIN ? here.plain_fd : -1;
}

void role_done(struct role_self *self)
{
    loop_stop(self->loop);
}

int role_count(const struct role_self *self UNUSED, enum role role)
{
    return role == ROLE_APP ? APPS : 0;
}

static void start_app(void *arg);

/* What the supervisor makes of it: an app that lives gets another link; a dead one comes back by itself. */
void role_lost(struct role_self *self UNUSED, enum role role, int index, enum role_use use)
{
    struct fake_app *app = &here.apps[index];
    if (role == ROLE_APP && use == ROLE_USE_MAIN && app->link == NULL && app->rebirth.slot == 0)
        start_app(app);
}

/* ---- apps */

static st answer(struct fake_app *app, int64_t id, str body)
{
    struct msg_http_response m = { .id = id, .status = 200, .type = S("text/plain"), .body = body };
    return link_send(app->link, MSG_HTTP_RESPONSE, &m);
}

static st die(struct fake_app *app)
{
    link_close(app->link);
    app->link = NULL;
    app->rebirth = (struct loop_timer){ .fn = start_app, .arg = app };
    return loop_timer_set(here.self.loop, &app->rebirth, clock_ms() + 300);
}

static st answer_parts(struct fake_app *app, int64_t id)
{
    static char part[100000];
    memset(part, 'p', sizeof part);
    struct msg_http_response m = { .id = id, .more = true, .body = { part, sizeof part } };
    for (int i = 0; i < 4; i++)
        TRY(link_send(app->link, MSG_HTTP_RESPONSE, &m));
    return answer(app, id, S("end"));
}

static st answer_lines(struct fake_app *app, int64_t id)
{
    struct header_line cookies[] = { { S("a=b; Secure") } };
    struct header_line lines[] = { { S("Cache-Control: private") }, { S("X-Two: 2") } };
    struct msg_http_response m = { .id = id, .status = 303, .location = S("/there"), .cookies = { cookies, 1 },
                                   .headers = { lines, 2 } };
    return link_send(app->link, MSG_HTTP_RESPONSE, &m);
}

static st answer_nonsense(struct fake_app *app, int64_t id)
{
    struct msg_http_response m = { .id = id, .status = 42 };
    return link_send(app->link, MSG_HTTP_RESPONSE, &m);
}

/* The first of two is held until the second comes, and each says which app had it. */
static st answer_pair(struct fake_app *app, const struct msg_http_request *m)
{
    if (here.holder == NULL) {
        here.holder = app;
        here.held.id = m->id;
        return ST_OK;
    }
    TRY(answer(here.holder, here.held.id, here.holder == app ? S("same") : S("other")));
    here.holder = NULL;
    return answer(app, m->id, S("second"));
}

static st on_request(void *arg, enum message kind UNUSED, const void *msg, int passed UNUSED)
{
    struct fake_app *app = arg;
    const struct msg_http_request *m = msg;
    char text[512];
    if (str_eq(m->target, S("/die")))
        return die(app);
    if (str_eq(m->target, S("/die-once")) && !here.died_once) {
        here.died_once = true;
        return die(app);
    }
    if (str_eq(m->target, S("/parts")))
        return answer_parts(app, m->id);
    if (str_eq(m->target, S("/lines")))
        return answer_lines(app, m->id);
    if (str_eq(m->target, S("/nonsense")))
        return answer_nonsense(app, m->id);
    if (str_eq(m->target, S("/pair")))
        return answer_pair(app, m);
    int n = snprintf(text, sizeof text, "%lld %.*s %.*s %.*s %d %.*s %.*s", (long long)m->method, STR_ARG(m->target),
                     STR_ARG(m->host), STR_ARG(m->ip), m->secure, STR_ARG(m->cookie), STR_ARG(m->body));
    return answer(app, m->id, (str){ text, (size_t)n });
}

static void on_front_gone(void *arg, st why UNUSED)
{
    struct fake_app *app = arg;
    app->link = NULL; /* the front did not like what it heard; the app lives on, so it has to ask for another link */
}

static void start_app(void *arg)
{
    static const struct link_ops ops = { .got = on_request, .gone = on_front_gone };
    struct fake_app *app = arg;
    struct role_peer peer = { .role = ROLE_APP, .index = app->index };
    int fds[2];
    st s = chan_pair(fds);
    if (s == ST_OK)
        s = link_new(fds[0], ROLE_APP, ROLE_FRONT, (size_t)4 << 20, &app->link);
    if (s == ST_OK)
        s = link_attach(app->link, here.self.loop, &ops, app);
    if (s == ST_OK)
        s = front_role.peer(&here.self, &peer, fds[1]);
    if (s != ST_OK)
        exit(3);
}

/* ---- the front's process */

static st live(void)
{
    struct role_self *self = &here.self;
    self->arena = arena_new((size_t)64 << 20);
    self->config = &here.config;
    TRY(loop_new(self->arena, 64, &self->loop));
    TRY(front_role.open(self));
    TRY(front_role.start(self));
    for (int i = 0; i < APPS; i++) {
        here.apps[i].index = i;
        start_app(&here.apps[i]);
    }
    return loop_run(self->loop);
}

static pid_t start_front(int *port, bool redirect)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof in;
    static str proxies[] = { SI("127.0.0.1") };
    here.config.web.connections = 64;
    here.config.web.redirect = redirect;
    here.config.web.url = redirect ? S("https://shop.test/") : S("");
    here.config.web.proxies.v = proxies;
    here.config.web.proxies.n = COUNT(proxies);
    here.plain_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(here.plain_fd, (struct sockaddr *)&in, sizeof in) < 0 || listen(here.plain_fd, 64) < 0 ||
        getsockname(here.plain_fd, (struct sockaddr *)&in, &n) < 0)
        return -1;
    *port = ntohs(in.sin_port);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        log_init("front", LOG_ERROR);
        exit(live() == ST_OK ? 0 : 2);
    }
    close(here.plain_fd);
    return pid;
}

/* ---- the test */

static char *text;
#define TEXT_MAX ((size_t)1 << 20)

static int ask(int port, const char *request)
{
    int fd = client_open(port);
    text[0] = '\0';
    if (client_send(fd, request, strlen(request)))
        client_read_one(fd, text, TEXT_MAX, false);
    close(fd);
    return response_status(text);
}

static void check_passing_on(int port)
{
    t_i64(ask(port, "POST /a?b=c HTTP/1.1\r\nHost: shop.test\r\nCookie: x=y\r\nContent-Length: 3\r\n\r\na=b"), 200,
          "a request goes to an app");
    t_str(str_c(response_body(text)), S("1 /a?b=c shop.test 127.0.0.1 0 x=y a=b"), "with all that it needs");
    ask(port, "GET /a HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4, 203.0.113.7\r\n"
              "X-Forwarded-Proto: https\r\n\r\n");
    t_str(str_c(response_body(text)), S("0 /a a 203.0.113.7 1  "), "a listed proxy is believed, as far as it goes");
    t_i64(ask(port, GET("/lines")), 303, "an answer with lines of its own");
    t_ok(strstr(text, "\r\nLocation: /there\r\n") != NULL && strstr(text, "\r\nSet-Cookie: a=b; Secure\r\n") != NULL &&
             strstr(text, "\r\nX-Two: 2\r\n") != NULL && strstr(text, "\r\nCache-Control: private\r\n") != NULL &&
             strstr(text, "no-store") == NULL,
         "which are all sent, and replace the front's own");
    t_i64(ask(port, GET("/parts")), 200, "an answer in parts");
    t_i64(strlen(response_body(text)), 400003, "is sent whole");
    t_i64(ask(port, GET("/static/avow.css")), 200, "a static file needs no app");
}

static void check_bounds(int port)
{
    static char request[16384], filler[5000];
    memset(filler, 'x', sizeof filler - 1);
    snprintf(request, sizeof request, "GET /%.2048s HTTP/1.1\r\nHost: a\r\n\r\n", filler);
    t_i64(ask(port, request), 414, "a target longer than its message");
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\nCookie: %.4097s\r\n\r\n", filler);
    t_i64(ask(port, request), 431, "cookies longer than their message");
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\nCookie: \377\r\n\r\n");
    t_i64(ask(port, request), 400, "a cookie that is no text");
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: \377\r\n\r\n");
    t_i64(ask(port, request), 200, "a browser with an odd name");
}

static void check_spreading(int port)
{
    int one = client_open(port), two = client_open(port);
    bool sent = client_send(one, GET("/pair"), sizeof GET("/pair") - 1);
    usleep(20000);
    sent = sent && client_send(two, GET("/pair"), sizeof GET("/pair") - 1);
    t_ok(sent && client_read_one(one, text, TEXT_MAX, false) > 0, "two at once");
    t_str(str_c(response_body(text)), S("other"), "go to two apps");
    close(one);
    close(two);
}

static void check_deaths(int port)
{
    t_i64(ask(port, GET("/die-once")), 200, "what was only read is asked again of another app");
    t_str(str_c(response_body(text)), S("0 /die-once shop.test 127.0.0.1 0  "), "as it was");
    t_i64(ask(port, GET("/a")), 200, "one app is enough");
    usleep(400000);
    t_i64(ask(port, POST("/die")), 503, "what may have changed something is not repeated");
    t_ok(strstr(text, "\r\nRetry-After: ") != NULL && strstr(text, "nothing is done twice") != NULL, "and it says so");
    int64_t start = clock_ms();
    t_i64(ask(port, GET("/die")), 503, "what kills two apps is not given to a third");
    t_i64(ask(port, POST("/a")), 200, "without any app a request waits for one");
    t_ok(clock_ms() - start > 100, "and that took a moment");
    t_i64(ask(port, GET("/nonsense")), 503, "an app that talks nonsense is cut off, and so is the next");
    t_i64(ask(port, GET("/a")), 200, "the front asks for new links, and everything goes on");
}

int main(void)
{
    int port = 0, status = 0;
    text = malloc(TEXT_MAX);
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = start_front(&port, false);
    t_need(text != NULL && pid > 0);
    check_passing_on(port);
    check_bounds(port);
    check_spreading(port);
    check_deaths(port);
    t_ok(kill(pid, 0) == 0 && waitpid(pid, &status, WNOHANG) == 0, "the front lives through all of it");
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);

    pid = start_front(&port, true);
    t_need(pid > 0);
    t_i64(ask(port, GET("/a?b")), 308, "plain requests are sent to https when that is wanted");
    t_ok(strstr(text, "\r\nLocation: https://shop.test/a?b\r\n") != NULL, "to the same address there");
    t_i64(ask(port, "GET /a HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n"), 200,
          "but not what came by https");
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    free(text);
    return t_done();
}
