/* Files that are part of the program: in memory, compressed once, served without a hop.
 *
 * An address with "?v=…" changes when the file does, so browsers may keep it for ever; without it they ask
 * again each time, and mostly hear 304. */
#ifndef AVOW_HTTP_STATIC_H
#define AVOW_HTTP_STATIC_H

#include "server.h"

struct http_static_file {
    str path;        /* "/static/avow.css" */
    const str *body; /* outlives the server */
};
struct http_statics;

/* Hash and compress them. ST_NO_MEMORY. */
NODISCARD st http_statics_new(struct arena *, const struct http_static_file *, size_t n, struct http_statics **);
/* Answer, if it is the address of one of them. */
bool http_statics_serve(const struct http_statics *, struct http_server *, http_conn, const struct http_request *);

/* Content-Type by the ending of a name; application/octet-stream for what is not known. */
str http_type_of(str name);
/* Does an If-None-Match list name this ETag (with its quotation marks)? */
bool http_etag_matches(str list, str etag);

#endif
