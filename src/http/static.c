#include "static.h"

#include <sodium.h>
#include <string.h>
#include <zlib.h>

#include "codec.h"
#include "str.h"

struct entry {
    str path, type, etag, body, gzip; /* gzip empty: not worth it */
};
struct http_statics {
    struct entry *v;
    size_t n;
};

static const struct {
    str ending, type;
} types[] = {
    { SI(".html"), SI("text/html; charset=utf-8") },
    { SI(".htm"), SI("text/html; charset=utf-8") },
    { SI(".css"), SI("text/css; charset=utf-8") },
    { SI(".js"), SI("text/javascript; charset=utf-8") },
    { SI(".mjs"), SI("text/javascript; charset=utf-8") },
    { SI(".json"), SI("application/json") },
    { SI(".txt"), SI("text/plain; charset=utf-8") },
    { SI(".xml"), SI("application/xml") },
    { SI(".svg"), SI("image/svg+xml") },
    { SI(".png"), SI("image/png") },
    { SI(".jpg"), SI("image/jpeg") },
    { SI(".jpeg"), SI("image/jpeg") },
    { SI(".gif"), SI("image/gif") },
    { SI(".webp"), SI("image/webp") },
    { SI(".avif"), SI("image/avif") },
    { SI(".ico"), SI("image/x-icon") },
    { SI(".woff2"), SI("font/woff2") },
    { SI(".pdf"), SI("application/pdf") },
    { SI(".mp4"), SI("video/mp4") },
    { SI(".wasm"), SI("application/wasm") },
};

str http_type_of(str name)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        str ending = types[i].ending;
        if (name.n > ending.n && str_ieq(str_sub(name, name.n - ending.n, ending.n), ending))
            return types[i].type;
    }
    return S("application/octet-stream");
}

bool http_etag_matches(str list, str etag)
{
    str rest = list, item;
    while (str_next(&rest, ',', &item)) {
        item = str_trim(item);
        if (str_starts(item, S("W/")))
            item = str_sub(item, 2, item.n);
        if (str_eq(item, etag) || str_eq(item, S("*")))
            return true;
    }
    return false;
}

static str etag_of(struct arena *a, str body)
{
    unsigned char hash[16];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)body.p, body.n, NULL, 0);
    str hex = hex_fmt(a, hash, sizeof hash);
    return str_fmt(a, "\"%.*s\"", STR_ARG(hex));
}

static bool compressible(str type)
{
    return str_starts(type, S("text/")) || str_eq(type, S("image/svg+xml")) || str_eq(type, S("application/json"));
}

/* The body as gzip; empty when that does not save a tenth. */
static str compress_body(struct arena *a, str body)
{
    z_stream z = { 0 };
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return (str){ NULL, 0 };
    size_t room = deflateBound(&z, (uLong)body.n);
    unsigned char *out = NEWN(a, unsigned char, room), *in = NEWN(a, unsigned char, body.n);
    if (in != NULL)
        memcpy(in, body.p, body.n); /* zlib does not promise to leave its input alone */
    z.next_in = in;
    z.avail_in = (uInt)body.n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    bool ok = out != NULL && in != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < body.n / 10 * 9;
    str gzip = { (const char *)out, ok ? z.total_out : 0 };
    deflateEnd(&z);
    return gzip;
}

st http_statics_new(struct arena *a, const struct http_static_file *files, size_t n, struct http_statics **out)
{
    struct http_statics *s = NEW(a, struct http_statics);
    if (s == NULL || (s->v = NEWN(a, struct entry, n)) == NULL)
        return ST_NO_MEMORY;
    s->n = n;
    for (size_t i = 0; i < n; i++) {
        struct entry *e = &s->v[i];
        *e = (struct entry){ .path = files[i].path, .type = http_type_of(files[i].path), .body = *files[i].body };
        e->etag = etag_of(a, e->body);
        if (compressible(e->type))
            e->gzip = compress_body(a, e->body);
    }
    if (arena_failed(a))
        return ST_NO_MEMORY;
    *out = s;
    return ST_OK;
}

/* Does the client take gzip? "gzip;q=0" says that it does not; other weights are all the same to us. */
static bool takes_gzip(str accept)
{
    str rest = accept, item;
    while (str_next(&rest, ',', &item)) {
        size_t semicolon = str_index(item, ';');
        str weight = str_trim(str_sub(item, semicolon + 1, item.n));
        if (str_ieq(str_trim(str_sub(item, 0, semicolon)), S("gzip")))
            return !(str_starts(weight, S("q=0")) && str_find(weight, S("q=0.")) == weight.n);
    }
    return false;
}

static void serve(const struct entry *e, struct http_server *server, http_conn h, const struct http_request *rq)
{
    struct arena *a = http_conn_arena(server, h);
    str lines[4] = { str_fmt(a, "ETag: %.*s", STR_ARG(e->etag)), S("Vary: Accept-Encoding"),
                     str_starts(rq->query, S("v=")) ? S("Cache-Control: public, max-age=31536000, immutable")
                                                    : S("Cache-Control: no-cache") };
    struct http_response r = { .status = 200, .type = e->type, .lines = lines, .n_lines = 3, .body = e->body,
                               .stays = true };
    if (http_etag_matches(rq->field[HTTP_IF_NONE_MATCH], e->etag)) {
        r.status = 304;
    } else if (e->gzip.n > 0 && takes_gzip(rq->field[HTTP_ACCEPT_ENCODING])) {
        r.body = e->gzip;
        lines[r.n_lines++] = S("Content-Encoding: gzip");
    }
    http_respond(server, h, &r);
}

bool http_statics_serve(const struct http_statics *s, struct http_server *server, http_conn h,
                        const struct http_request *rq)
{
    if (rq->method != HTTP_GET && rq->method != HTTP_HEAD)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        if (str_eq(s->v[i].path, rq->path)) {
            serve(&s->v[i], server, h, rq);
            return true;
        }
    }
    return false;
}
