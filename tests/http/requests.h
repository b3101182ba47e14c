/* Requests that must be refused, and requests that must work: one table for the parser's unit test, for the
 * test over a socket, and for the seeds of the fuzz target.
 *
 * A hostile request is answered with its status and the connection is closed; a good one is answered 200 with
 * "METHOD target length-of-body" by the test server. New rows go to the end of their group. */
#ifndef AVOW_TEST_REQUESTS_H
#define AVOW_TEST_REQUESTS_H

#include "base.h"

struct raw_request {
    const char *name;
    int status;
    const char *p;
    size_t n;
    const char *echo; /* good ones: what the test server says */
};

#define RAW(lit) "" lit, sizeof(lit) - 1
#define H "Host: localhost\r\n"
#define V " HTTP/1.1\r\n"
#define END "\r\n"
#define TE "Transfer-Encoding: chunked\r\n"
#define X16 "xxxxxxxxxxxxxxxx"
#define X256 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16
#define X4K X256 X256 X256 X256 X256 X256 X256 X256 X256 X256 X256 X256 X256 X256 X256 X256
#define F8 "a: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\n"

static const struct raw_request hostile[] = {
    /* framing: who reads how much */
    { "both lengths", 400, RAW("POST /" V H "Content-Length: 5\r\n" TE END "0\r\n\r\n"), NULL },
    { "both lengths, the other way", 400, RAW("POST /" V H TE "Content-Length: 5\r\n" END "0\r\n\r\n"), NULL },
    { "two equal lengths", 400, RAW("POST /" V H "Content-Length: 2\r\nContent-Length: 2\r\n" END "ab"), NULL },
    { "two unequal lengths", 400, RAW("POST /" V H "Content-Length: 2\r\nContent-Length: 3\r\n" END "abc"), NULL },
    { "a list of lengths", 400, RAW("POST /" V H "Content-Length: 2, 2\r\n" END "ab"), NULL },
    { "length with plus", 400, RAW("POST /" V H "Content-Length: +2\r\n" END "ab"), NULL },
    { "length with minus", 400, RAW("POST /" V H "Content-Length: -2\r\n" END "ab"), NULL },
    { "length in hex", 400, RAW("POST /" V H "Content-Length: 0x2\r\n" END "ab"), NULL },
    { "length with leading zero", 400, RAW("POST /" V H "Content-Length: 02\r\n" END "ab"), NULL },
    { "length with a space inside", 400, RAW("POST /" V H "Content-Length: 1 0\r\n" END "ab"), NULL },
    { "length past 64 bits", 400, RAW("POST /" V H "Content-Length: 18446744073709551618\r\n" END "ab"), NULL },
    { "length empty", 400, RAW("POST /" V H "Content-Length:\r\n" END), NULL },
    { "length over the bound", 413, RAW("POST /" V H "Content-Length: 131073\r\n" END), NULL },
    { "no length", 411, RAW("POST /" V H END), NULL },
    { "a body on GET", 400, RAW("GET /" V H "Content-Length: 1\r\n" END "a"), NULL },
    { "chunks on GET", 400, RAW("GET /" V H TE END "0\r\n\r\n"), NULL },
    { "two codings", 501, RAW("POST /" V H "Transfer-Encoding: gzip, chunked\r\n" END "0\r\n\r\n"), NULL },
    { "chunked twice in a list", 501, RAW("POST /" V H "Transfer-Encoding: chunked, chunked\r\n" END
      "0\r\n\r\n"), NULL },
    { "chunked in two fields", 400, RAW("POST /" V H TE TE END "0\r\n\r\n"), NULL },
    { "coding identity", 501, RAW("POST /" V H "Transfer-Encoding: identity\r\n" END), NULL },
    { "coding xchunked", 501, RAW("POST /" V H "Transfer-Encoding: xchunked\r\n" END "0\r\n\r\n"), NULL },
    { "coding in quotes", 501, RAW("POST /" V H "Transfer-Encoding: \"chunked\"\r\n" END "0\r\n\r\n"), NULL },
    { "coding empty", 400, RAW("POST /" V H "Transfer-Encoding:\r\n" END), NULL },
    { "coding after a vertical tab", 400, RAW("POST /" V H "Transfer-Encoding: \vchunked\r\n" END), NULL },
    { "space before the colon", 400, RAW("POST /" V H "Transfer-Encoding : chunked\r\n" END "0\r\n\r\n"), NULL },
    /* chunks */
    { "chunk size with 0x", 400, RAW("POST /" V H TE END "0x2\r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk size negative", 400, RAW("POST /" V H TE END "-1\r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk size with plus", 400, RAW("POST /" V H TE END "+2\r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk size empty", 400, RAW("POST /" V H TE END "\r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk size past 64 bits", 400, RAW("POST /" V H TE END "10000000000000002\r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk size over the bound", 413, RAW("POST /" V H TE END "20001\r\n"), NULL },
    { "chunk sizes over the bound in sum", 413, RAW("POST /" V H TE END "2\r\nab\r\n1ffff\r\n"), NULL },
    { "chunk size with a space", 400, RAW("POST /" V H TE END "2 \r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk size with bare LF", 400, RAW("POST /" V H TE END "2\nab\r\n0\r\n\r\n"), NULL },
    { "chunk data too long", 400, RAW("POST /" V H TE END "2\r\nabc\r\n0\r\n\r\n"), NULL },
    { "chunk data ends with bare LF", 400, RAW("POST /" V H TE END "2\r\nab\n0\r\n\r\n"), NULL },
    { "chunk data ends with CR alone", 400, RAW("POST /" V H TE END "2\r\nab\rx0\r\n\r\n"), NULL },
    { "chunk extension too long", 400, RAW("POST /" V H TE END "2;" X256 "\r\nab\r\n0\r\n\r\n"), NULL },
    { "chunk extension with bare LF", 400, RAW("POST /" V H TE END "2;a\nab\r\n0\r\n\r\n"), NULL },
    { "chunk extension with a CR inside", 400, RAW("POST /" V H TE END "2;a\rb\r\nab\r\n0\r\n\r\n"), NULL },
    { "trailer fields", 400, RAW("POST /" V H TE END "2\r\nab\r\n0\r\nHost: evil\r\n\r\n"), NULL },
    /* lines */
    { "bare LF after the request line", 400, RAW("GET / HTTP/1.1\n" H END), NULL },
    { "bare LF after a field", 400, RAW("GET /" V "Host: localhost\n\r\n"), NULL },
    { "bare LF at the end", 400, RAW("GET /" V H "\n"), NULL },
    { "bare CR in a field", 400, RAW("GET /" V H "A: b\rContent-Length: 5\r\n" END), NULL },
    { "CR CR LF", 400, RAW("GET /" V "Host: localhost\r\r\n" END), NULL },
    { "an empty line first", 400, RAW("\r\nGET /" V H END), NULL },
    { "a space first", 400, RAW(" GET /" V H END), NULL },
    { "folded field", 400, RAW("GET /" V H "A: b\r\n c\r\n" END), NULL },
    { "folded with a tab", 400, RAW("GET /" V H "A: b\r\n\tc\r\n" END), NULL },
    { "folded first field", 400, RAW("GET /" V " " H END), NULL },
    { "NUL in a value", 400, RAW("GET /" V H "A: b\0c\r\n" END), NULL },
    { "NUL in a name", 400, RAW("GET /" V H "A\0: b\r\n" END), NULL },
    { "NUL in the target", 400, RAW("GET /a\0b" V H END), NULL },
    { "NUL in the method", 400, RAW("G\0ET /" V H END), NULL },
    { "DEL in a value", 400, RAW("GET /" V H "A: \177\r\n" END), NULL },
    { "escape in a value", 400, RAW("GET /" V H "A: \033[2J\r\n" END), NULL },
    { "tab in the request line", 400, RAW("GET\t/" V H END), NULL },
    { "field name empty", 400, RAW("GET /" V H ": b\r\n" END), NULL },
    { "field without colon", 400, RAW("GET /" V H "Abc\r\n" END), NULL },
    { "field name with brackets", 400, RAW("GET /" V H "A[b]: c\r\n" END), NULL },
    { "field name above ASCII", 400, RAW("GET /" V H "\303\204: c\r\n" END), NULL },
    { "tab before the colon", 400, RAW("GET /" V H "A\t: c\r\n" END), NULL },
    /* hosts */
    { "no host", 400, RAW("GET /" V END), NULL },
    { "two hosts", 400, RAW("GET /" V H "Host: evil.test\r\n" END), NULL },
    { "two equal hosts", 400, RAW("GET /" V H H END), NULL },
    { "host empty", 400, RAW("GET /" V "Host:\r\n" END), NULL },
    { "host with user", 400, RAW("GET /" V "Host: a@localhost\r\n" END), NULL },
    { "host with path", 400, RAW("GET /" V "Host: localhost/a\r\n" END), NULL },
    { "host with two names", 400, RAW("GET /" V "Host: localhost, evil.test\r\n" END), NULL },
    { "host with space", 400, RAW("GET /" V "Host: local host\r\n" END), NULL },
    { "host with bad port", 400, RAW("GET /" V "Host: localhost:http\r\n" END), NULL },
    { "host with large port", 400, RAW("GET /" V "Host: localhost:65536\r\n" END), NULL },
    { "host with empty label", 400, RAW("GET /" V "Host: a..b\r\n" END), NULL },
    { "host with percent", 400, RAW("GET /" V "Host: a%41\r\n" END), NULL },
    { "host bracket left open", 400, RAW("GET /" V "Host: [::1\r\n" END), NULL },
    { "host above ASCII", 400, RAW("GET /" V "Host: l\303\266calhost\r\n" END), NULL },
    { "absolute target for another host", 400, RAW("GET http://evil.test/" V H END), NULL },
    { "absolute target with user", 400, RAW("GET http://a@localhost/" V H END), NULL },
    { "absolute target with another scheme", 400, RAW("GET ftp://localhost/" V H END), NULL },
    { "absolute target without path", 400, RAW("GET http://localhost" V H END), NULL },
    /* targets */
    { "target without slash", 400, RAW("GET a" V H END), NULL },
    { "target empty", 400, RAW("GET " V H END), NULL },
    { "target star", 400, RAW("GET *" V H END), NULL },
    { "target with fragment", 400, RAW("GET /a#b" V H END), NULL },
    { "target above ASCII", 400, RAW("GET /\303\244" V H END), NULL },
    { "target with a backslash", 400, RAW("GET /a\\b" V H END), NULL },
    { "target with angle brackets", 400, RAW("GET /<script>" V H END), NULL },
    { "target with quotation mark", 400, RAW("GET /a\"b" V H END), NULL },
    { "target with two slashes first", 400, RAW("GET //evil.test/" V H END), NULL },
    { "percent NUL in the path", 400, RAW("GET /a%00b" V H END), NULL },
    { "percent NUL in the query", 400, RAW("GET /a?b=%00" V H END), NULL },
    { "percent broken", 400, RAW("GET /a%4" V H END), NULL },
    { "percent not hex", 400, RAW("GET /a%zz" V H END), NULL },
    { "percent in the query broken", 400, RAW("GET /a?b=%g1" V H END), NULL },
    { "percent line feed in the path", 400, RAW("GET /a%0d%0aSet-Cookie:a" V H END), NULL },
    { "encoded slash", 400, RAW("GET /a%2fb" V H END), NULL },
    { "encoded backslash", 400, RAW("GET /a%5Cb" V H END), NULL },
    { "encoded overlong slash", 400, RAW("GET /a%c0%afb" V H END), NULL },
    { "encoded surrogate", 400, RAW("GET /a%ed%a0%80b" V H END), NULL },
    { "dot segments", 400, RAW("GET /a/../b" V H END), NULL },
    { "dot segment at the end", 400, RAW("GET /a/.." V H END), NULL },
    { "single dot segment", 400, RAW("GET /./a" V H END), NULL },
    { "encoded dot segments", 400, RAW("GET /a/%2e%2E/b" V H END), NULL },
    { "half encoded dot segments", 400, RAW("GET /a/.%2e/b" V H END), NULL },
    /* request lines */
    { "two spaces", 400, RAW("GET  /" V H END), NULL },
    { "space in the target", 400, RAW("GET /a b" V H END), NULL },
    { "space at the end of the line", 400, RAW("GET / HTTP/1.1 \r\n" H END), NULL },
    { "HTTP/0.9", 400, RAW("GET /\r\n"), NULL },
    { "HTTP/1.0", 505, RAW("GET / HTTP/1.0\r\n" H END), NULL },
    { "HTTP/1.2", 505, RAW("GET / HTTP/1.2\r\n" H END), NULL },
    { "HTTP/2 preface", 405, RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NULL },
    { "version in lower case", 400, RAW("GET / http/1.1\r\n" H END), NULL },
    { "version with junk", 400, RAW("GET / HTTP/1.1x\r\n" H END), NULL },
    { "version too short", 400, RAW("GET / HTTP/1\r\n" H END), NULL },
    { "method in lower case", 405, RAW("get /" V H END), NULL },
    { "method with a bracket", 400, RAW("G(T /" V H END), NULL },
    { "method TRACE", 405, RAW("TRACE /" V H END), NULL },
    { "method CONNECT", 405, RAW("CONNECT localhost:443" V H END), NULL },
    { "method OPTIONS", 405, RAW("OPTIONS *" V H END), NULL },
    { "method PUT", 405, RAW("PUT /a" V H "Content-Length: 0\r\n" END), NULL },
    { "method DELETE", 405, RAW("DELETE /a" V H END), NULL },
    { "a TLS greeting on a plain port", 400, RAW("\026\003\001\002\000\001\000\001\374\003\003"), NULL },
    /* sizes */
    { "request line too long", 414, RAW("GET /" X4K V H END), NULL },
    { "fields too long", 431, RAW("GET /" V H "A: " X4K "\r\nB: " X4K "\r\nC: " X4K "\r\nD: " X4K "\r\n" END), NULL },
    { "too many fields", 431, RAW("GET /" V H F8 F8 F8 F8 F8 F8 F8 F8 END), NULL },
    /* the rest */
    { "another expectation", 417, RAW("POST /" V H "Expect: 200-maybe\r\nContent-Length: 0\r\n" END), NULL },
    { "two cookies fields", 400, RAW("GET /" V H "Cookie: a=b\r\nCookie: c=d\r\n" END), NULL },
    { "two content types", 400, RAW("POST /" V H
      "Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n" END), NULL },
    { "connection with junk", 400, RAW("GET /" V H "Connection: close; x\r\n" END), NULL },
};

static const struct raw_request good[] = {
    { "plain", 200, RAW("GET /" V H END), "GET / 0" },
    { "query", 200, RAW("GET /a/b.html?c=d&e=%20f" V H END), "GET /a/b.html?c=d&e=%20f 0" },
    { "empty query", 200, RAW("GET /a?" V H END), "GET /a? 0" },
    { "query with brackets", 200, RAW("GET /a?b[]=1|2" V H END), "GET /a?b[]=1|2 0" },
    { "host with port", 200, RAW("GET /" V "Host: localhost:8443\r\n" END), "GET / 0" },
    { "host with address", 200, RAW("GET /" V "Host: 127.0.0.1:8443\r\n" END), "GET / 0" },
    { "host with IPv6 address", 200, RAW("GET /" V "Host: [::1]:8443\r\n" END), "GET / 0" },
    { "field names in any case", 200, RAW("GET /" V "hOsT: localhost\r\nACCEPT: */*\r\n" END), "GET / 0" },
    { "no space after the colon", 200, RAW("GET /" V "Host:localhost\r\n" END), "GET / 0" },
    { "much space round a value", 200, RAW("GET /" V "Host: \t localhost \t \r\n" END), "GET / 0" },
    { "empty value", 200, RAW("GET /" V H "Accept:\r\nUser-Agent:\r\n" END), "GET / 0" },
    { "value above ASCII", 200, RAW("GET /" V H "A: gr\303\274n\r\n" END), "GET / 0" },
    { "an upgrade that is ignored", 200, RAW("GET /" V H "Connection: Upgrade\r\nUpgrade: h2c\r\n" END), "GET / 0" },
    { "absolute target", 200, RAW("GET http://LOCALHOST/a?b" V H END), "GET /a?b 0" },
    { "encoded space", 200, RAW("GET /a%20b" V H END), "GET /a%20b 0" },
    { "encoded umlaut", 200, RAW("GET /%C3%A4" V H END), "GET /%C3%A4 0" },
    { "dots in a name", 200, RAW("GET /a..b/...c" V H END), "GET /a..b/...c 0" },
    { "post", 200, RAW("POST /a" V H "Content-Length: 5\r\n" END "a=b&c"), "POST /a 5" },
    { "post of nothing", 200, RAW("POST /a" V H "Content-Length: 0\r\n" END), "POST /a 0" },
    { "length 0 on GET", 200, RAW("GET /a" V H "Content-Length: 0\r\n" END), "GET /a 0" },
    { "chunks", 200, RAW("POST /a" V H TE END "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n"), "POST /a 13" },
    { "chunks with extensions", 200, RAW("POST /a" V H TE END "3;a=b\r\nabc\r\n0;c\r\n\r\n"), "POST /a 3" },
    { "no chunks", 200, RAW("POST /a" V H TE END "0\r\n\r\n"), "POST /a 0" },
    { "chunked in capitals", 200, RAW("POST /a" V H "Transfer-Encoding: CHUNKED\r\n" END "0\r\n\r\n"), "POST /a 0" },
    { "64 fields", 200, RAW("GET /" V H F8 F8 F8 F8 F8 F8 F8
      "a: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\n" END), "GET / 0" },
    { "long target", 200, RAW("GET /" X256 X256 X256 V H END), "GET /" X256 X256 X256 " 0" },
};

#endif
