/* The body of a request: so many bytes, or chunks. Parts are handed on where they lie; nothing is copied. */
#include "parse.h"

#include "str.h"

/* Where in a chunked body the next byte belongs. */
enum { CHUNK_SIZE, CHUNK_EXT, CHUNK_SIZE_LF, CHUNK_DATA, CHUNK_CR, CHUNK_LF, LAST_CR, LAST_LF, BODY_END };

static enum http_step refuse(struct http_parser *p, enum http_refusal no)
{
    p->refusal = no;
    return HTTP_REFUSED;
}

static int hex(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Hand on as much as is there of the `left` bytes that are expected. */
static size_t take(struct http_parser *p, const char *buf, size_t n, str *data)
{
    size_t part = n < p->body_left ? n : (size_t)p->body_left;
    *data = (str){ buf, part };
    p->body_left -= part;
    return part;
}

static enum http_refusal size_byte(struct http_parser *p, unsigned char c)
{
    int digit = hex(c);
    if (digit >= 0) {
        /* Eight digits hold every size that is accepted; more of them could only overflow somebody. */
        if (++p->chunk_digits > 8)
            return WHY_BAD_CHUNK;
        p->body_left = p->body_left * 16 + (uint64_t)digit;
        return WHY_NONE;
    }
    if (p->chunk_digits == 0)
        return WHY_BAD_CHUNK;
    if (p->body_total + p->body_left > p->rules.body_max)
        return WHY_LARGE_BODY;
    if (c == '\r')
        p->body_state = CHUNK_SIZE_LF;
    else if (c == ';')
        p->body_state = CHUNK_EXT;
    else
        return WHY_BAD_CHUNK;
    return WHY_NONE;
}

/* Extensions mean nothing to us; within a small bound they are skipped, as RFC 9112 wants. */
static enum http_refusal ext_byte(struct http_parser *p, unsigned char c)
{
    if (c == '\r') {
        p->body_state = CHUNK_SIZE_LF;
        return WHY_NONE;
    }
    if (c <= 0x20 || c >= 0x7f || ++p->chunk_ext > HTTP_CHUNK_EXT_MAX)
        return WHY_BAD_CHUNK;
    return WHY_NONE;
}

/* Everything but the data itself: one byte of the framing. */
static enum http_refusal frame_byte(struct http_parser *p, unsigned char c)
{
    switch (p->body_state) {
    case CHUNK_SIZE:
        return size_byte(p, c);
    case CHUNK_EXT:
        return ext_byte(p, c);
    case CHUNK_SIZE_LF:
        p->body_state = p->body_left > 0 ? CHUNK_DATA : LAST_CR;
        p->body_total += p->body_left;
        p->chunk_digits = 0;
        return c == '\n' ? WHY_NONE : WHY_BAD_CHUNK;
    case CHUNK_CR:
        p->body_state = CHUNK_LF;
        return c == '\r' ? WHY_NONE : WHY_BAD_CHUNK;
    case CHUNK_LF:
        p->body_state = CHUNK_SIZE;
        return c == '\n' ? WHY_NONE : WHY_BAD_CHUNK;
    case LAST_CR:
        p->body_state = LAST_LF;
        return c == '\r' ? WHY_NONE : WHY_TRAILER;
    default:
        p->body_state = BODY_END;
        return c == '\n' ? WHY_NONE : WHY_BAD_CHUNK;
    }
}

static enum http_step chunked_body(struct http_parser *p, const char *buf, size_t n, size_t *used, str *data)
{
    size_t i = 0;
    while (i < n && p->body_state != BODY_END) {
        if (p->body_state == CHUNK_DATA) {
            *used = i + take(p, buf + i, n - i, data);
            if (p->body_left == 0)
                p->body_state = CHUNK_CR;
            return HTTP_DATA;
        }
        enum http_refusal no = frame_byte(p, (unsigned char)buf[i++]);
        if (no != WHY_NONE)
            return refuse(p, no);
    }
    *used = i;
    return p->body_state == BODY_END ? HTTP_DONE : HTTP_MORE;
}

enum http_step http_body(struct http_parser *p, const char *buf, size_t n, size_t *used, str *data)
{
    *used = 0;
    if (p->rq.chunked)
        return chunked_body(p, buf, n, used, data);
    if (p->body_left == 0)
        return HTTP_DONE;
    if (n == 0)
        return HTTP_MORE;
    *used = take(p, buf, n, data);
    return HTTP_DATA;
}
