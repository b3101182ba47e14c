/* The parser alone: the whole table of requests at once, in pieces, and byte by byte must come out the same. */
#include <stdio.h>
#include <stdlib.h>

#include "parse.h"
#include "requests.h"
#include "str.h"
#include "t.h"

static const char *const method_names[] = { "GET", "HEAD", "POST", "PUT", "DELETE" };

/* Exactly n bytes in memory of their own, so that the sanitizer sees a read past the end. */
static char *copy(const char *p, size_t n)
{
    char *c = malloc(n > 0 ? n : 1);
    if (c != NULL && n > 0)
        memcpy(c, p, n);
    return c;
}

/* The head, fed `step` bytes at a time, each time in another place. */
static enum http_step feed_head(struct http_parser *p, const struct raw_request *r, size_t step, char **buf,
                                size_t *used)
{
    enum http_step now = HTTP_MORE;
    for (size_t n = 0; now == HTTP_MORE && n < r->n;) {
        n = r->n - n > step ? n + step : r->n;
        free(*buf);
        *buf = copy(r->p, n);
        now = http_head(p, *buf, n, used);
    }
    return now;
}

static enum http_step feed_body(struct http_parser *p, const struct raw_request *r, size_t step, size_t at,
                                size_t *length)
{
    enum http_step now;
    do {
        size_t n = r->n - at > step ? step : r->n - at, used;
        char *buf = copy(r->p + at, n);
        str data;
        now = http_body(p, buf, n, &used, &data);
        if (now == HTTP_DATA)
            *length += data.n;
        if (now != HTTP_REFUSED)
            at += used;
        free(buf);
    } while (now == HTTP_DATA || (now == HTTP_MORE && at < r->n));
    return now == HTTP_DONE && at < r->n ? HTTP_DATA : now; /* something left over is not done */
}

/* The status, and for a good request the words of the test server. 0: the request is not complete. */
static int outcome(const struct raw_request *r, size_t step, char *echo, size_t room)
{
    struct http_parser p;
    http_parser_init(&p, &(struct http_rules){ 0 });
    char *buf = NULL;
    size_t used = 0, length = 0;
    enum http_step now = feed_head(&p, r, step, &buf, &used);
    if (now == HTTP_DONE) {
        int n = snprintf(echo, room, "%s %.*s", method_names[p.rq.method], STR_ARG(p.rq.target));
        now = feed_body(&p, r, step, used, &length);
        snprintf(echo + n, room - (size_t)n, " %zu", length);
    }
    free(buf);
    if (now == HTTP_REFUSED)
        return http_refusal_status(p.refusal);
    return now == HTTP_DONE ? 200 : 0;
}

static void check_table(const struct raw_request *table, size_t n)
{
    static const size_t steps[] = { 1, 2, 7, 64, 1u << 20 };
    static char echo[HTTP_LINE_MAX + 64], name[200];
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < COUNT(steps); k++) {
            snprintf(name, sizeof name, "%s, %zu bytes at a time", table[i].name, steps[k]);
            t_i64(outcome(&table[i], steps[k], echo, sizeof echo), table[i].status, name);
            if (table[i].echo != NULL)
                t_str(str_c(echo), str_c(table[i].echo), name);
        }
    }
}

static void check_fields(void)
{
    static const char raw[] = "GET /a%20b?c=d HTTP/1.1\r\nHost: shop.test:8443\r\ncookie:  a=b \r\n"
                              "Accept-Language: en\r\nX-Other: 1\r\nConnection: keep-alive, Close\r\n"
                              "Origin:\r\n\r\nGET";
    struct http_parser p;
    size_t used = 0;
    char plain[16];
    http_parser_init(&p, &(struct http_rules){ 0 });
    t_i64(http_head(&p, raw, sizeof raw - 1, &used), HTTP_DONE, "a head with fields");
    t_i64(used, sizeof raw - 1 - 3, "what follows is left alone");
    t_str(p.rq.path, S("/a%20b"), "path");
    str decoded = { plain, http_path_plain(p.rq.path, plain) };
    t_str(decoded, S("/a b"), "path without encoding");
    t_str(p.rq.query, S("c=d"), "query");
    t_str(p.rq.host, S("shop.test:8443"), "host");
    t_str(p.rq.field[HTTP_COOKIE], S("a=b"), "value without outer space");
    t_ok(p.rq.field[HTTP_ORIGIN].p != NULL && p.rq.field[HTTP_ORIGIN].n == 0, "an empty value is there");
    t_ok(p.rq.field[HTTP_AUTHORIZATION].p == NULL, "an absent field is not");
    t_ok(p.rq.close, "close in any case");
}

static void check_rules(void)
{
    static const char put[] = "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";
    static const char secure[] = "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n";
    struct http_parser p;
    size_t used;
    http_parser_init(&p, &(struct http_rules){ .web_space = true, .body_max = 200000 });
    t_i64(http_head(&p, put, sizeof put - 1, &used), HTTP_DONE, "PUT where it is allowed, with a larger body");
    http_parser_init(&p, &(struct http_rules){ .secure = true });
    t_i64(http_head(&p, secure, sizeof secure - 1, &used), HTTP_DONE, "absolute https target over TLS");
    http_parser_init(&p, &(struct http_rules){ 0 });
    t_i64(http_head(&p, secure, sizeof secure - 1, &used), HTTP_REFUSED, "absolute https target without TLS");
}

int main(void)
{
    check_table(hostile, COUNT(hostile));
    check_table(good, COUNT(good));
    check_fields();
    check_rules();
    return t_done();
}
