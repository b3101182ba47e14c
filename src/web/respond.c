/* The answer to the front: status, headers, cookies, body in parts. */
#include "log.h"
#include "state.h"
#include "str.h"

#define PART 131072 /* bytes of a body in one message */

/* Nothing runs, loads or is framed but our own; there is no inline script or style anywhere.
 * Strict-Transport-Security is the front's, who knows about TLS. */
static const str always[] = {
    SI("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
       "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    SI("X-Content-Type-Options: nosniff"),
    SI("Referrer-Policy: same-origin"),
    SI("Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    SI("Cross-Origin-Opener-Policy: same-origin"),
    SI("Cross-Origin-Resource-Policy: same-origin"),
};
/* Pages differ by person, and a page with a form differs every time: nobody keeps them. */
static const str not_kept = SI("Cache-Control: no-store");

static void send_parts(struct web *w, struct msg_http_response *m, str body)
{
    do {
        m->body = str_sub(body, 0, PART);
        body = str_sub(body, PART, body.n);
        m->more = body.n > 0;
        w->setup.port.respond(w->setup.port.self, m);
    } while (m->more);
}

void respond(struct rq_state *s)
{
    struct header_line headers[COUNT(always) + 4];
    size_t n = 0;
    for (; n < COUNT(always); n++)
        headers[n].value = always[n];
    headers[n++].value = not_kept;
    if (s->retry_after_s)
        headers[n++].value = str_fmt(s->rq.arena, "Retry-After: %lld", (long long)s->retry_after_s);
    if (!str_empty(s->disposition))
        headers[n++].value = s->disposition;
    if (s->refresh.n)
        headers[n++].value = s->refresh;
    struct msg_http_response m = {
        .id = s->front_id, .status = s->status, .type = str_c(s->type), .location = s->location,
        .cookies = { s->cookies, s->n_cookies }, .headers = { headers, n }, .length = s->stream ? s->length : 0,
    };
    send_parts(s->rq.web, &m, s->body);
    log_event(LOG_INFO, "request", "id=%llu route=%s status=%d ms=%lld", (unsigned long long)s->rq.id,
              log_word(s->rq.route ? s->rq.route->name : "none"), s->status, (long long)(clock_ms() - s->since_ms));
}

void respond_plain(struct web *w, int64_t front_id, int status, str text)
{
    struct header_line headers[] = { { not_kept }, { always[0] }, { always[1] } };
    struct msg_http_response m = { .id = front_id, .status = status, .type = S("text/plain; charset=utf-8"),
                                   .headers = { headers, COUNT(headers) } };
    send_parts(w, &m, text);
}
