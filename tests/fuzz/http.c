/* Fuzz target of the request parser, with an oracle: however the bytes arrive, the outcome is the same, and what is
 * accepted keeps the promises of parse.h.
 *
 * The first byte of the input says into pieces of which size it is cut. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "parse.h"
#include "str.h"

struct outcome {
    enum http_step step;
    enum http_refusal refusal;
    uint64_t body;    /* bytes */
    uint64_t code;    /* of the bytes of the body, in order */
    size_t end;       /* where the next request begins */
};

/* The bytes p[0..n) in memory of exactly that size, so that the sanitizer sees a read past them. */
static char *alone(const char *p, size_t n)
{
    char *copy = malloc(n > 0 ? n : 1);
    fuzz_need(copy != NULL);
    memcpy(copy, p, n);
    return copy;
}

static bool plain_text(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
            return false;
    }
    return true;
}

/* What a request that was let through may be relied on to be. */
static void promises(const struct http_request *rq)
{
    char plain[HTTP_LINE_MAX];
    fuzz_need(rq->path.n > 0 && rq->path.p[0] == '/' && plain_text(rq->target));
    fuzz_need(rq->host.n > 0 && plain_text(rq->host) && http_host_check(rq->host) == WHY_NONE);
    str decoded = { plain, http_path_plain(rq->path, plain) };
    fuzz_need(utf8_valid(decoded) && memchr(plain, 0, decoded.n) == NULL);
    str rest = decoded, segment;
    while (str_next(&rest, '/', &segment))
        fuzz_need(!str_eq(segment, S("..")) && !str_eq(segment, S(".")));
    size_t slashes = 0;
    for (size_t i = 0; i < rq->path.n; i++)
        slashes += rq->path.p[i] == '/';
    for (size_t i = 0; i < decoded.n; i++)
        slashes -= decoded.p[i] == '/';
    fuzz_need(slashes == 0); /* none was hidden behind percent encoding */
    fuzz_need(!rq->chunked || rq->length == 0);
    fuzz_need(rq->length <= HTTP_BODY_MAX);
    for (size_t i = 0; i < HTTP_FIELD_N; i++) {
        str value = rq->field[i];
        fuzz_need(memchr(value.n > 0 ? value.p : "", '\n', value.n) == NULL &&
                  memchr(value.n > 0 ? value.p : "", '\0', value.n) == NULL);
    }
}

static void read_body(struct http_parser *p, const char *data, size_t n, size_t piece, struct outcome *o)
{
    for (;;) {
        size_t part = n - o->end < piece ? n - o->end : piece, used = 0;
        char *copy = alone(data + o->end, part);
        str body = { NULL, 0 };
        o->step = http_body(p, copy, part, &used, &body);
        if (o->step == HTTP_DATA) {
            fuzz_need(body.p >= copy && body.p + body.n <= copy + part);
            for (size_t i = 0; i < body.n; i++)
                o->code = (o->code ^ (unsigned char)body.p[i]) * 0x100000001b3u;
            o->body += body.n;
        }
        free(copy);
        if (o->step == HTTP_REFUSED || o->step == HTTP_DONE) {
            o->end += o->step == HTTP_DONE ? used : 0;
            return;
        }
        o->end += used;
        if (o->step == HTTP_MORE && o->end == n)
            return;
    }
}

static struct outcome read_request(const char *data, size_t n, size_t piece, bool secure)
{
    struct http_parser p;
    struct http_rules rules = { .secure = secure };
    struct outcome o = { .step = HTTP_MORE };
    http_parser_init(&p, &rules);
    for (size_t have = 0; o.step == HTTP_MORE && have < n;) {
        have = n - have > piece ? have + piece : n;
        char *copy = alone(data, have);
        o.step = http_head(&p, copy, have, &o.end);
        if (o.step == HTTP_DONE) {
            fuzz_need(o.end <= have);
            promises(&p.rq);
        }
        free(copy);
    }
    if (o.step == HTTP_DONE)
        read_body(&p, data, n, piece, &o);
    fuzz_need(o.body <= HTTP_BODY_MAX);
    o.refusal = p.refusal;
    fuzz_need((o.step == HTTP_REFUSED) == (o.refusal != WHY_NONE));
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    size_t piece = (size_t)(data[0] & 0x7f) + 1;
    bool secure = data[0] >= 0x80;
    struct outcome whole = read_request(bytes, n - 1, n, secure), cut = read_request(bytes, n - 1, piece, secure);
    fuzz_need(whole.step == cut.step && whole.refusal == cut.refusal);
    /* A body that is refused may have been handed on in part before that: how much depends on the pieces. */
    if (whole.step != HTTP_REFUSED)
        fuzz_need(whole.body == cut.body && whole.code == cut.code && whole.end == cut.end);
    return 0;
}
