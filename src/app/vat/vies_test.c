#include "vies.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "str.h"
#include "t.h"

/* ---- a stand-in for VIES: it speaks the contract of the Commission's test service, where the number says what to answer */

static const struct {
    const char *number;
    int status;
    const char *body;
} contract[] = {
    { "100", 200, "{\"countryCode\":\"DE\",\"vatNumber\":\"100\",\"valid\":true,\"requestIdentifier\":\"WAPIAAAAX\","
                  "\"name\":\"EXAMPLE HOSTING GMBH\",\"address\":\"x\"}" },
    { "200", 200, "{\"countryCode\":\"DE\",\"vatNumber\":\"200\",\"valid\":false,\"name\":\"---\"}" },
    { "201", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"INVALID_INPUT\"}]}" },
    { "202", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"INVALID_REQUESTER_INFO\"}]}" },
    { "300", 500, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"SERVICE_UNAVAILABLE\"}]}" },
    { "301", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"MS_UNAVAILABLE\"}]}" },
    { "302", 200, "{\"valid\":false,\"userError\":\"TIMEOUT\"}" },
    { "400", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"VAT_BLOCKED\"}]}" },
    { "401", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"IP_BLOCKED\"}]}" },
    { "500", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"GLOBAL_MAX_CONCURRENT_REQ\"}]}" },
    { "501", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"GLOBAL_MAX_CONCURRENT_REQ_TIME\"}]}" },
    { "600", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"MS_MAX_CONCURRENT_REQ\"}]}" },
    { "601", 200, "{\"actionSucceed\":false,\"errorWrappers\":[{\"error\":\"MS_MAX_CONCURRENT_REQ_TIME\"}]}" },
    { "700", 500, "{\"valid\":true}" },
    { "701", 302, "" },
    { "702", 200, "<html>" },
};

/* Answer one connection by the number found in it; a question that is not as VIES wants it gets 400. */
static void answer(int fd)
{
    char in[4096], out[2048];
    size_t n = 0;
    ssize_t got;
    in[0] = '\0';
    while (n + 1 < sizeof(in) && !strstr(in, "}") && (got = read(fd, in + n, sizeof(in) - 1 - n)) > 0) {
        n += (size_t)got;
        in[n] = '\0';
    }
    int status = 400;
    const char *body = "";
    bool posted = strstr(in, "POST /rest-api/check-vat-number HTTP/1.1\r\n") && strstr(in, "\"countryCode\": \"DE\"");
    for (size_t i = 0; posted && i < COUNT(contract); i++) {
        char want[64];
        snprintf(want, sizeof(want), "\"vatNumber\": \"%s\"", contract[i].number);
        if (strstr(in, want)) {
            status = contract[i].status;
            body = contract[i].body;
        }
    }
    int len = snprintf(out, sizeof(out), "HTTP/1.1 %d X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: %zu\r\n"
                       "Connection: close\r\n\r\n%s", status, strlen(body), body);
    if (write(fd, out, (size_t)len) != len)
        _exit(1);
    close(fd);
}

static pid_t serve(uint16_t *port)
{
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(sa);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
        return -1;
    *port = ntohs(sa.sin_port);
    pid_t pid = fork();
    while (pid == 0) {
        int c = accept(fd, NULL, NULL);
        if (c >= 0)
            answer(c);
    }
    close(fd);
    return pid;
}

/* ---- the tests ---- */

static const struct {
    const char *number, *want; /* valid, invalid, or the problem's word */
} cases[] = {
    { "100", "valid" },      { "200", "invalid" },        { "201", "invalid" },
    { "202", "requester_refused" }, { "300", "service_unavailable" }, { "301", "ms_unavailable" },
    { "302", "timeout" },    { "400", "blocked" },        { "401", "blocked" },
    { "500", "busy" },       { "501", "busy" },           { "600", "busy" },
    { "601", "busy" },       { "700", "not_understood" }, { "701", "not_understood" },
    { "702", "not_understood" }, { "999", "not_understood" },
};

static const char *told(const struct vies_answer *v)
{
    return v->result == VIES_VALID ? "valid" : v->result == VIES_INVALID ? "invalid" : v->problem;
}

static void asking(struct arena *a, str base)
{
    struct vies_answer v;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vies_question q = { .base = base, .state = S("DE"), .number = str_c(cases[i].number) };
        t_st(vies_ask(a, &q, &v), ST_OK, cases[i].number);
        t_str(str_c(told(&v)), str_c(cases[i].want), cases[i].want);
    }
    struct vies_question good = { .base = base, .state = S("DE"), .number = S("100") };
    t_st(vies_ask(a, &good, &v), ST_OK, "a valid number");
    t_str(v.reference, S("WAPIAAAAX"), "comes with an identifier");
    t_str(v.name, S("EXAMPLE HOSTING GMBH"), "and a name");
}

static void addresses(struct arena *a)
{
    struct vies_answer v;
    struct vies_question away = { .base = S("http://127.0.0.1:1/rest-api"), .state = S("DE"), .number = S("100") };
    t_st(vies_ask(a, &away, &v), ST_OK, "nobody answers");
    t_str(str_c(told(&v)), S("no_answer"), "which is neither valid nor invalid");
    t_ok(vies_base_allowed(S(VIES_BASE)), "the Commission's address");
    static const char *const refused[] = { "http://example.test/", "ftp://example.test/", "file:///etc/passwd", "",
                                           "https://user@example.test/", "http://127.0.0.1.example.test/" };
    for (size_t i = 0; i < COUNT(refused); i++)
        t_ok(!vies_base_allowed(str_c(refused[i])), refused[i]);
    away.base = S("http://example.test");
    t_st(vies_ask(a, &away, &v), ST_CONFIG, "an address that is not allowed is not asked");
}

static void names(struct arena *a)
{
    t_str(str_c(vies_name_match(a, S("EXAMPLE HOSTING GMBH"), S("Example GmbH"), S("Ann Other"))), S("yes"), "the company");
    t_str(str_c(vies_name_match(a, S("MÜLLER, JÖRG"), S(""), S("Jorg Muller"))), S("yes"), "a person");
    t_str(str_c(vies_name_match(a, S("OTHER GMBH"), S("Example GmbH"), S("Ann Person"))), S("no"), "only the legal form");
    t_str(str_c(vies_name_match(a, S(""), S("Example GmbH"), S("Ann Person"))), S("not_given"), "a state that does not tell");
}

int main(void)
{
    struct arena *a = arena_new(8 << 20);
    uint16_t port = 0;
    t_need(a);
    pid_t pid = serve(&port);
    t_need(pid > 0);
    asking(a, str_fmt(a, "http://127.0.0.1:%u/rest-api/", port));
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    addresses(a);
    names(a);
    arena_free(a);
    return t_done();
}
