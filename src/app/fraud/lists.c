/* Mail domains and hosting networks: read once, sorted, found by halving. */
#include "fraud.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "geo.h"
#include "str.h"

struct domain {
    str name;
    enum fraud_mail kind;
};
/* From the first address to the last, both included. */
struct range {
    uint8_t first[16], last[16];
};
struct fraud_lists {
    struct domain *domains;
    size_t n_domains;
    struct range *ranges; /* sorted, and apart from each other */
    size_t n_ranges;
};

/* ---- reading --------------------------------------------------------------------------------------------------------- */

struct reading {
    const struct fraud_list_text *from;
    long line;
    struct fraud_lists *lists;
    struct fraud_fault *fault;
};

static st PRINTF(2, 3) wrong(struct reading *r, const char *fmt, ...)
{
    char what[140];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    snprintf(r->fault->text, sizeof r->fault->text, "%.50s:%ld: %s", r->from->name, r->line, what);
    return ST_CONFIG;
}

static size_t lines_of(str text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

/* The next line that says something, up to its comment. */
static bool next(struct reading *r, str *rest, str *out)
{
    str line;
    while (str_next(rest, '\n', &line)) {
        r->line++;
        *out = str_trim(str_sub(line, 0, str_index(line, '#')));
        if (!str_empty(*out))
            return true;
    }
    return false;
}

static bool domain_ok(str d)
{
    bool ok = d.n > 0 && d.n <= 253;
    for (size_t i = 0; i < d.n; i++) {
        bool ldh = (d.p[i] >= 'a' && d.p[i] <= 'z') || (d.p[i] >= '0' && d.p[i] <= '9') || d.p[i] == '-';
        bool dot = d.p[i] == '.' && i > 0 && i + 1 < d.n;
        ok = ok && (ldh || dot);
    }
    return ok;
}

static st read_mail(struct reading *r)
{
    str rest = r->from->text, line, kind;
    while (next(r, &rest, &line)) {
        if (!str_next(&line, ' ', &kind) || !domain_ok(str_trim(line)))
            return wrong(r, "a line is 'disposable DOMAIN' or 'public DOMAIN', in small letters");
        bool public = str_eq(kind, S("public"));
        if (!public && !str_eq(kind, S("disposable")))
            return wrong(r, "'%.*s' is neither disposable nor public", STR_ARG(str_sub(kind, 0, 20)));
        r->lists->domains[r->lists->n_domains++] =
            (struct domain){ str_trim(line), public ? FRAUD_MAIL_PUBLIC : FRAUD_MAIL_DISPOSABLE };
    }
    return ST_OK;
}

/* "192.0.2.0/24": what stands behind the bits does not count. */
static bool read_range(str s, struct range *out)
{
    size_t slash = str_index(s, '/');
    int64_t bits = 128, least = str_index(s, ':') < s.n ? 0 : 96;
    if (!ip_bytes(str_sub(s, 0, slash), out->first))
        return false;
    if (slash < s.n && i64_parse(str_sub(s, slash + 1, s.n), 1, 128 - least, &bits) != ST_OK)
        return false;
    if (slash < s.n)
        bits += least;
    for (int64_t i = 0; i < 16; i++) {
        int64_t keep = bits - 8 * i;
        unsigned mask = keep >= 8 ? 0xff : keep <= 0 ? 0 : 0xffu << (8 - keep) & 0xff;
        out->first[i] = (uint8_t)(out->first[i] & mask);
        out->last[i] = (uint8_t)(out->first[i] | (~mask & 0xff));
    }
    return true;
}

static int by_first(const void *a, const void *b)
{
    return memcmp(((const struct range *)a)->first, ((const struct range *)b)->first, 16);
}

static void join(struct fraud_lists *l)
{
    size_t n = 0;
    if (l->n_ranges > 1)
        qsort(l->ranges, l->n_ranges, sizeof l->ranges[0], by_first);
    for (size_t i = 0; i < l->n_ranges; i++)
        if (n > 0 && memcmp(l->ranges[i].first, l->ranges[n - 1].last, 16) <= 0) {
            if (memcmp(l->ranges[i].last, l->ranges[n - 1].last, 16) > 0)
                memcpy(l->ranges[n - 1].last, l->ranges[i].last, 16);
        } else {
            l->ranges[n++] = l->ranges[i];
        }
    l->n_ranges = n;
}

static st read_networks(struct reading *r)
{
    str rest = r->from->text, line, net;
    while (next(r, &rest, &line)) {
        if (!str_next(&line, ' ', &net) || !read_range(net, &r->lists->ranges[r->lists->n_ranges++]))
            return wrong(r, "'%.*s' is not a network such as 192.0.2.0/24", STR_ARG(str_sub(net, 0, 50)));
    }
    join(r->lists);
    return ST_OK;
}

/* By name; the same name twice: throw-away first, so that an operator can call a domain that without looking for it. */
static int by_name(const void *a, const void *b)
{
    const struct domain *x = a, *y = b;
    int order = str_cmp(x->name, y->name);
    return order ? order : (int)y->kind - (int)x->kind;
}

st fraud_lists_read(struct arena *a, const struct fraud_list_text *mail, size_t n_mail, const struct fraud_list_text *networks,
                    const struct fraud_lists **out, struct fraud_fault *fault)
{
    struct fraud_lists *l = NEW(a, struct fraud_lists);
    size_t most = 0;
    for (size_t i = 0; i < n_mail; i++)
        most += lines_of(mail[i].text);
    if (!l)
        return ST_NO_MEMORY;
    l->domains = NEWN(a, struct domain, most + 1);
    l->ranges = NEWN(a, struct range, lines_of(networks->text) + 1);
    if (!l->domains || !l->ranges)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < n_mail; i++)
        TRY(read_mail(&(struct reading){ &mail[i], 0, l, fault }));
    if (l->n_domains > 1)
        qsort(l->domains, l->n_domains, sizeof l->domains[0], by_name);
    TRY(read_networks(&(struct reading){ networks, 0, l, fault }));
    *out = l;
    return ST_OK;
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

/* The first entry that is not before `name`. */
static const struct domain *domain_at(const struct fraud_lists *l, str name)
{
    size_t from = 0, to = l->n_domains;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (str_cmp(l->domains[middle].name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < l->n_domains && str_eq(l->domains[from].name, name) ? &l->domains[from] : NULL;
}

enum fraud_mail fraud_mail_kind(const struct fraud_lists *l, str domain)
{
    while (domain.n > 0) {
        const struct domain *d = domain_at(l, domain);
        if (d)
            return d->kind;
        size_t dot = str_index(domain, '.');
        domain = str_sub(domain, dot + 1, domain.n);
    }
    return FRAUD_MAIL_OWN;
}

bool fraud_hosting(const struct fraud_lists *l, str ip)
{
    uint8_t at[16];
    size_t from = 0, to = l->n_ranges;
    if (!ip_bytes(ip, at))
        return false;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (memcmp(l->ranges[middle].last, at, 16) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < l->n_ranges && memcmp(l->ranges[from].first, at, 16) <= 0;
}
