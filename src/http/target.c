/* Targets and hosts: which characters may be where, and what may hide behind percent encoding. */
#include "parse.h"

#include <string.h>

#include "str.h"

static bool alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool one_of(unsigned char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* RFC 3986: unreserved, sub-delims, ':' and '@', and the slash. */
static bool path_byte(unsigned char c)
{
    return alnum(c) || one_of(c, "-._~!$&'()*+,;=:@/");
}

/* In queries browsers leave some characters alone that RFC 3986 would have encoded; they harm nobody there. */
static bool query_byte(unsigned char c)
{
    return path_byte(c) || one_of(c, "?[]{}|^`");
}

static int hex(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte at *i, decoded; moves *i past it. -1 when the encoding is broken. */
static int byte_at(str s, size_t *i)
{
    unsigned char c = (unsigned char)s.p[(*i)++];
    if (c != '%')
        return c;
    if (s.n - *i < 2)
        return -1;
    int hi = hex((unsigned char)s.p[*i]), lo = hex((unsigned char)s.p[*i + 1]);
    *i += 2;
    return hi < 0 || lo < 0 ? -1 : hi * 16 + lo;
}

size_t http_path_plain(str path, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < path.n;)
        out[n++] = (char)byte_at(path, &i);
    return n;
}

/* Percent encoding may not hide what would mean something else when decoded: a slash of either kind, a NUL,
 * a control character, or bytes that are not UTF-8 (overlong forms of the same). */
static enum http_refusal path_bytes_check(str path)
{
    char plain[HTTP_LINE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < path.n;) {
        bool encoded = path.p[i] == '%';
        if (!encoded && !path_byte((unsigned char)path.p[i]))
            return WHY_BAD_TARGET;
        int c = byte_at(path, &i);
        if (c < 0x20 || c == 0x7f || (encoded && (c == '/' || c == '\\')))
            return WHY_BAD_PERCENT;
        plain[n++] = (char)c;
    }
    return utf8_valid((str){ plain, n }) ? WHY_NONE : WHY_BAD_PERCENT;
}

/* Is the segment "." or "..", in whatever spelling? */
static bool dot_segment(str segment)
{
    size_t dots = 0;
    for (size_t i = 0; i < segment.n;) {
        if (byte_at(segment, &i) != '.' || ++dots > 2)
            return false;
    }
    return dots > 0;
}

static enum http_refusal path_check(str path)
{
    if (path.n == 0 || path.p[0] != '/' || path.n > HTTP_LINE_MAX)
        return WHY_BAD_TARGET;
    enum http_refusal no = path_bytes_check(path);
    if (no != WHY_NONE)
        return no;
    /* A browser given "//host" as an address goes to that host. */
    if (path.n > 1 && path.p[1] == '/')
        return WHY_BAD_DOTS;
    str rest = path, segment;
    while (str_next(&rest, '/', &segment)) {
        if (dot_segment(segment))
            return WHY_BAD_DOTS;
    }
    return WHY_NONE;
}

enum http_refusal http_target_check(str path, str query, bool has_query)
{
    enum http_refusal no = path_check(path);
    if (no != WHY_NONE || !has_query)
        return no;
    for (size_t i = 0; i < query.n;) {
        bool encoded = query.p[i] == '%';
        if (!encoded && !query_byte((unsigned char)query.p[i]))
            return WHY_BAD_TARGET;
        if (byte_at(query, &i) <= 0)
            return WHY_BAD_PERCENT;
    }
    return WHY_NONE;
}

static bool port_ok(str port)
{
    uint32_t v = 0;
    if (port.n == 0 || port.n > 5)
        return false;
    for (size_t i = 0; i < port.n; i++) {
        if (port.p[i] < '0' || port.p[i] > '9')
            return false;
        v = v * 10 + (uint32_t)(port.p[i] - '0');
    }
    return v > 0 && v <= 65535;
}

/* "[::1]" or "[::1]:8443"; the address itself is compared, never connected to, so its form is enough. */
static bool bracket_host_ok(str host)
{
    size_t end = str_index(host, ']');
    if (end == host.n || end < 3)
        return false;
    for (size_t i = 1; i < end; i++) {
        if (hex((unsigned char)host.p[i]) < 0 && !one_of((unsigned char)host.p[i], ":."))
            return false;
    }
    str rest = str_sub(host, end + 1, host.n);
    return rest.n == 0 || (rest.p[0] == ':' && port_ok(str_sub(rest, 1, rest.n)));
}

enum http_refusal http_host_check(str host)
{
    if (host.n == 0 || host.n > 255)
        return WHY_BAD_HOST;
    if (host.p[0] == '[')
        return bracket_host_ok(host) ? WHY_NONE : WHY_BAD_HOST;
    size_t colon = str_index(host, ':');
    if (colon < host.n && !port_ok(str_sub(host, colon + 1, host.n)))
        return WHY_BAD_HOST;
    str name = str_sub(host, 0, colon), label;
    if (name.n == 0)
        return WHY_BAD_HOST;
    while (str_next(&name, '.', &label)) {
        if (label.n == 0 || label.n > 63)
            return WHY_BAD_HOST;
        for (size_t i = 0; i < label.n; i++) {
            if (!alnum((unsigned char)label.p[i]) && !one_of((unsigned char)label.p[i], "-_"))
                return WHY_BAD_HOST;
        }
    }
    return WHY_NONE;
}
