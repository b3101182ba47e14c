/* The head of a request: each byte is judged when it comes, each line when it is complete. */
#include "parse.h"

#include <string.h>

#include "str.h"

/* The fields that are read, by number; `once`: two of them would leave open which one counts. */
static const struct {
    str name;
    bool once;
} fields[HTTP_FIELD_N] = {
    [HTTP_HOST] = { SI("host"), true },
    [HTTP_CONTENT_LENGTH] = { SI("content-length"), true },
    [HTTP_TRANSFER_ENCODING] = { SI("transfer-encoding"), true },
    [HTTP_CONNECTION] = { SI("connection"), false },
    [HTTP_EXPECT] = { SI("expect"), true },
    [HTTP_CONTENT_TYPE] = { SI("content-type"), true },
    [HTTP_COOKIE] = { SI("cookie"), true },
    [HTTP_AUTHORIZATION] = { SI("authorization"), true },
    [HTTP_ORIGIN] = { SI("origin"), true },
    [HTTP_USER_AGENT] = { SI("user-agent"), true },
    [HTTP_ACCEPT_LANGUAGE] = { SI("accept-language"), false },
    [HTTP_ACCEPT_ENCODING] = { SI("accept-encoding"), false },
    [HTTP_IF_NONE_MATCH] = { SI("if-none-match"), false },
    [HTTP_SEC_FETCH_SITE] = { SI("sec-fetch-site"), true },
    [HTTP_SIGNATURE] = { SI("signature"), true },
    [HTTP_STRIPE_SIGNATURE] = { SI("stripe-signature"), true },
    [HTTP_FORWARDED_FOR] = { SI("x-forwarded-for"), true },
    [HTTP_FORWARDED_PROTO] = { SI("x-forwarded-proto"), true },
};

static const struct {
    str name;
    enum http_method method;
} methods[] = {
    { SI("GET"), HTTP_GET },       { SI("HEAD"), HTTP_HEAD },     { SI("POST"), HTTP_POST },
    { SI("PUT"), HTTP_PUT },       { SI("DELETE"), HTTP_DELETE },
};

static const struct {
    int status;
    str why;
} refusals[] = {
#define HTTP_REFUSAL_ROW(name, status, why) [WHY_##name] = { status, SI(why) },
    HTTP_REFUSALS(HTTP_REFUSAL_ROW)
#undef HTTP_REFUSAL_ROW
};

int http_refusal_status(enum http_refusal no)
{
    return refusals[no].status;
}

str http_refusal_why(enum http_refusal no)
{
    return refusals[no].why;
}

void http_parser_init(struct http_parser *p, const struct http_rules *rules)
{
    memset(p, 0, sizeof *p);
    p->rules = *rules;
    if (p->rules.body_max == 0)
        p->rules.body_max = HTTP_BODY_MAX;
}

static enum http_step refuse(struct http_parser *p, enum http_refusal no)
{
    p->refusal = no;
    return HTTP_REFUSED;
}

static bool is_token(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.n > 0;
}

static struct http_span span(const char *buf, str s)
{
    return (struct http_span){ (uint16_t)(s.p - buf), (uint16_t)s.n };
}

static str slice(const char *buf, struct http_span s)
{
    return s.at == 0 ? (str){ NULL, 0 } : (str){ buf + s.at, s.n };
}

static enum http_refusal method_parse(struct http_parser *p, str word)
{
    if (!is_token(word))
        return WHY_BAD_METHOD;
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (!str_eq(word, methods[i].name))
            continue;
        p->rq.method = methods[i].method;
        bool space_only = p->rq.method == HTTP_PUT || p->rq.method == HTTP_DELETE;
        return space_only && !p->rules.web_space ? WHY_NO_METHOD : WHY_NONE;
    }
    return WHY_NO_METHOD;
}

static enum http_refusal version_check(str word)
{
    if (str_eq(word, S("HTTP/1.1")))
        return WHY_NONE;
    bool other = word.n == 8 && str_starts(word, S("HTTP/")) && word.p[6] == '.' && word.p[5] >= '0' &&
                 word.p[5] <= '9' && word.p[7] >= '0' && word.p[7] <= '9';
    return other ? WHY_OLD_VERSION : WHY_BAD_VERSION;
}

/* "https://host/path": cut the authority off, to be compared with the Host field at the end of the head. */
static enum http_refusal absolute_split(struct http_parser *p, const char *buf, str *target)
{
    str scheme = p->rules.secure ? S("https://") : S("http://");
    if (!str_istarts(*target, scheme))
        return WHY_BAD_TARGET;
    str rest = str_sub(*target, scheme.n, target->n);
    size_t slash = str_index(rest, '/');
    if (slash == rest.n || slash == 0)
        return WHY_BAD_TARGET;
    p->authority = span(buf, str_sub(rest, 0, slash));
    *target = str_sub(rest, slash, rest.n);
    return WHY_NONE;
}

static enum http_refusal target_parse(struct http_parser *p, const char *buf, str target)
{
    if (target.n == 0)
        return WHY_BAD_LINE;
    if (target.p[0] != '/') {
        enum http_refusal no = absolute_split(p, buf, &target);
        if (no != WHY_NONE)
            return no;
    }
    size_t mark = str_index(target, '?');
    str path = str_sub(target, 0, mark), query = { NULL, 0 };
    if (mark < target.n) {
        query = str_sub(target, mark + 1, target.n);
        p->query = (struct http_span){ (uint16_t)(target.p - buf + (ptrdiff_t)mark + 1), (uint16_t)query.n };
    }
    p->target = span(buf, target);
    p->path = span(buf, path);
    return http_target_check(path, query, mark < target.n);
}

static enum http_refusal request_line(struct http_parser *p, const char *buf, str line)
{
    str rest = line, method, target;
    size_t gap = str_index(rest, ' ');
    method = str_sub(rest, 0, gap);
    enum http_refusal no = method_parse(p, method);
    if (no != WHY_NONE)
        return no;
    if (gap == rest.n)
        return WHY_BAD_LINE;
    rest = str_sub(rest, gap + 1, rest.n);
    gap = str_index(rest, ' ');
    target = str_sub(rest, 0, gap);
    if (gap == rest.n)
        return WHY_BAD_VERSION; /* HTTP/0.9 */
    str version = str_sub(rest, gap + 1, rest.n);
    if (str_index(version, ' ') < version.n)
        return WHY_BAD_LINE;
    no = version_check(version);
    return no != WHY_NONE ? no : target_parse(p, buf, target);
}

/* A whole number without sign, spaces or leading zeros. */
static bool length_parse(str s, uint64_t *out)
{
    uint64_t v = 0;
    if (s.n == 0 || s.n > 18 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

static enum http_refusal connection_parse(struct http_parser *p, str value)
{
    str rest = value, word;
    while (str_next(&rest, ',', &word)) {
        word = str_trim(word);
        if (word.n > 0 && !is_token(word))
            return WHY_BAD_VALUE;
        if (str_ieq(word, S("close")))
            p->rq.close = true;
    }
    return WHY_NONE;
}

/* What a field means for the framing of the message; everything else about it is for others. */
static enum http_refusal field_meaning(struct http_parser *p, size_t which, str value)
{
    if (which == HTTP_HOST)
        return http_host_check(value);
    if (which == HTTP_CONNECTION)
        return connection_parse(p, value);
    if (which == HTTP_CONTENT_LENGTH) {
        if (!length_parse(value, &p->rq.length))
            return WHY_BAD_LENGTH;
        return p->rq.length > p->rules.body_max ? WHY_LARGE_BODY : WHY_NONE;
    }
    if (which == HTTP_TRANSFER_ENCODING) {
        if (value.n == 0)
            return WHY_BAD_VALUE;
        p->rq.chunked = str_ieq(value, S("chunked"));
        return p->rq.chunked ? WHY_NONE : WHY_BAD_CODING;
    }
    if (which == HTTP_EXPECT) {
        p->rq.expects = str_ieq(value, S("100-continue"));
        return p->rq.expects ? WHY_NONE : WHY_BAD_EXPECT;
    }
    return WHY_NONE;
}

static enum http_refusal field_line(struct http_parser *p, const char *buf, str line)
{
    if (line.p[0] == ' ' || line.p[0] == '\t')
        return WHY_FOLDED;
    if (++p->fields > HTTP_FIELDS_MAX)
        return WHY_LONG_HEAD;
    size_t colon = str_index(line, ':');
    str name = str_sub(line, 0, colon);
    if (colon == line.n || !is_token(name))
        return WHY_BAD_NAME;
    str value = str_trim(str_sub(line, colon + 1, line.n));
    for (size_t i = 0; i < HTTP_FIELD_N; i++) {
        if (!str_ieq(name, fields[i].name))
            continue;
        if (fields[i].once && p->value[i].at != 0)
            return WHY_TWICE;
        p->value[i] = value.n > 0 ? span(buf, value) : (struct http_span){ (uint16_t)(line.p - buf), 0 };
        return field_meaning(p, i, value);
    }
    return WHY_NONE;
}

/* The whole head is there: what only all of it together can tell. */
static enum http_refusal head_check(struct http_parser *p, const char *buf)
{
    bool length = p->value[HTTP_CONTENT_LENGTH].at != 0, chunked = p->value[HTTP_TRANSFER_ENCODING].at != 0;
    if (p->value[HTTP_HOST].at == 0)
        return WHY_NO_HOST;
    if (p->authority.at != 0 && !str_ieq(slice(buf, p->authority), slice(buf, p->value[HTTP_HOST])))
        return WHY_BAD_AUTHORITY;
    if (length && chunked)
        return WHY_BOTH_LENGTHS;
    bool carries = p->rq.method == HTTP_POST || p->rq.method == HTTP_PUT;
    if (carries && !length && !chunked)
        return WHY_NO_LENGTH;
    if (!carries && (chunked || p->rq.length > 0))
        return WHY_NO_BODY;
    return WHY_NONE;
}

static void request_fill(struct http_parser *p, const char *buf)
{
    struct http_request *rq = &p->rq;
    rq->target = slice(buf, p->target);
    rq->path = slice(buf, p->path);
    rq->query = slice(buf, p->query);
    for (size_t i = 0; i < HTTP_FIELD_N; i++)
        rq->field[i] = slice(buf, p->value[i]);
    rq->host = rq->field[HTTP_HOST];
    p->body_left = rq->length;
}

/* A line without its CRLF ends just before p->at. */
static enum http_step line_end(struct http_parser *p, const char *buf, size_t *used)
{
    str line = { buf + p->line, p->at - 2 - p->line };
    p->line = p->at;
    enum http_refusal no;
    if (p->fields_at == 0) {
        p->fields_at = p->at;
        no = request_line(p, buf, line);
    } else if (line.n > 0) {
        no = field_line(p, buf, line);
    } else {
        no = head_check(p, buf);
        if (no == WHY_NONE) {
            request_fill(p, buf);
            *used = p->at;
            return HTTP_DONE;
        }
    }
    return no == WHY_NONE ? HTTP_MORE : refuse(p, no);
}

/* May this byte stand inside a line? Fields may carry bytes above ASCII (RFC 9110, obs-text); targets may not. */
static enum http_refusal byte_check(const struct http_parser *p, unsigned char c)
{
    if (c == '\n')
        return WHY_BARE_LF;
    if (c == '\t' && p->fields_at != 0)
        return WHY_NONE;
    if (c < 0x20 || c == 0x7f)
        return WHY_BAD_BYTE;
    return c >= 0x80 && p->fields_at == 0 ? WHY_BAD_TARGET : WHY_NONE;
}

/* Past the bytes that may stand in any line and end none: most of a head, looked at quickly. */
static void skip_plain(struct http_parser *p, const char *buf, size_t n)
{
    size_t most = p->fields_at == 0 ? HTTP_LINE_MAX : p->fields_at + HTTP_HEAD_MAX, end = n < most ? n : most, at = p->at;
    while (at < end && (unsigned char)buf[at] >= 0x20 && (unsigned char)buf[at] < 0x7f)
        at++;
    p->at = at;
}

enum http_step http_head(struct http_parser *p, const char *buf, size_t n, size_t *used)
{
    while (p->at < n) {
        if (!p->cr)
            skip_plain(p, buf, n);
        if (p->at == n)
            break;
        unsigned char c = (unsigned char)buf[p->at++];
        if (p->fields_at == 0 && p->at > HTTP_LINE_MAX)
            return refuse(p, WHY_LONG_LINE);
        if (p->fields_at != 0 && p->at - p->fields_at > HTTP_HEAD_MAX)
            return refuse(p, WHY_LONG_HEAD);
        if (p->cr) {
            if (c != '\n')
                return refuse(p, WHY_BARE_CR);
            p->cr = false;
            enum http_step step = line_end(p, buf, used);
            if (step != HTTP_MORE)
                return step;
        } else if (c == '\r') {
            p->cr = true;
        } else {
            enum http_refusal no = byte_check(p, c);
            if (no != WHY_NONE)
                return refuse(p, no);
        }
    }
    return HTTP_MORE;
}
