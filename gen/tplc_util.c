/* Growing text, errors and small words of tplc.
 *
 * Failure: an unreadable file or a refused template is a message and exit 1. */
#include "tplc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *tp_dup(const char *p, size_t n)
{
    char *z = keep(n + 1);
    memcpy(z, p, n);
    return z;
}

void text_add(struct text *t, const char *p, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        size_t cap = (t->n + n + 1) * 2;
        char *q = keep(cap);
        if (t->n)
            memcpy(q, t->p, t->n);
        t->p = q;
        t->cap = cap;
    }
    if (n)
        memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = 0;
}

void text_puts(struct text *t, const char *z)
{
    text_add(t, z, strlen(z));
}

static void text_vfmt(struct text *t, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0) {
        char *z = keep((size_t)n + 1);
        vsnprintf(z, (size_t)n + 1, fmt, again);
        text_add(t, z, (size_t)n);
    }
    va_end(again);
}

void text_fmt(struct text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    text_vfmt(t, fmt, ap);
    va_end(ap);
}

void tp_fail(struct loc at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", at.file, at.line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

char *tp_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "tplc: cannot read %s\n", path);
        exit(1);
    }
    struct text t = { 0 };
    char buf[8192];
    size_t n;
    text_add(&t, "", 0);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        text_add(&t, buf, n);
    bool bad = ferror(f);
    fclose(f);
    if (bad || strlen(t.p) != t.n) {
        fprintf(stderr, "tplc: %s is not a readable text file\n", path);
        exit(1);
    }
    return t.p;
}

bool tp_is(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

bool tp_in(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

bool tp_starts(const char *z, const char *prefix)
{
    return strncmp(z, prefix, strlen(prefix)) == 0;
}
