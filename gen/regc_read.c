/* Reading registries: lines of words and "quoted texts", with # comments. */
#include "regc.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Everything kept hangs on this chain, so that a leak checker sees it is reachable. */
static struct chunk {
    struct chunk *next;
} *chain;

void die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

void die_at(const struct line *l, const char *fmt, ...)
{
    va_list ap;
    fprintf(stderr, "%s:%d: ", l->file, l->no);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

void *keep(size_t size)
{
    size_t head = (sizeof(struct chunk) + 15) & ~(size_t)15;
    struct chunk *c = calloc(1, head + size);
    if (!c)
        die("regc: out of memory");
    c->next = chain;
    chain = c;
    return (char *)c + head;
}

void *append(void *v, size_t *n, size_t size)
{
    /* Doubling at powers of two keeps this linear without a capacity field. */
    if ((*n & (*n - 1)) == 0) {
        void *bigger = keep(size * (*n ? *n * 2 : 1));
        if (*n)
            memcpy(bigger, v, *n * size);
        v = bigger;
    }
    (*n)++;
    return v;
}

char *text_printf(const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = keep((size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        die("%s: %s", path, strerror(errno));
    size_t n = 0, cap = 65536;
    char *p = keep(cap);
    for (size_t got; (got = fread(p + n, 1, cap - n - 1, f)) > 0;) {
        n += got;
        if (n + 1 == cap) {
            char *bigger = keep(cap * 2);
            memcpy(bigger, p, n);
            p = bigger;
            cap *= 2;
        }
    }
    if (ferror(f))
        die("%s: cannot be read", path);
    fclose(f);
    if (memchr(p, 0, n))
        die("%s: holds a NUL byte", path);
    return p;
}

/* One quoted text beginning at the quotation mark; \" and \\ stand for themselves. */
static char *read_quoted(const struct line *l, char *p, char **text)
{
    char *to = ++p;
    *text = to;
    for (; *p != '"'; p++) {
        if (*p == '\0')
            die_at(l, "a quoted text is not closed");
        if (*p == '\\') {
            p++;
            if (*p != '"' && *p != '\\')
                die_at(l, "only \\\" and \\\\ may follow a backslash");
        }
        *to++ = *p;
    }
    char *after = p + 1;
    if (*after && !isspace((unsigned char)*after))
        die_at(l, "a space must follow a quoted text");
    *to = '\0';
    return after;
}

static void tokenise(struct line *l, char *p)
{
    for (;;) {
        while (isspace((unsigned char)*p))
            p++;
        if (*p == '\0' || *p == '#')
            return;
        if (l->n == MAX_TOKENS)
            die_at(l, "more than %d words", MAX_TOKENS);
        struct token *t = &l->tok[l->n++];
        if (*p == '"') {
            t->quoted = true;
            p = read_quoted(l, p, &t->s);
            continue;
        }
        t->s = p;
        while (*p && !isspace((unsigned char)*p))
            p++;
        if (*p)
            *p++ = '\0';
    }
}

struct lines read_registry(const char *dir, const char *name)
{
    char *path = text_printf("%s/%s", dir, name);
    struct lines ls = { 0 };
    int no = 0;
    for (char *p = read_file(path), *next; p && *p; p = next) {
        next = strchr(p, '\n');
        if (next)
            *next++ = '\0';
        struct line l = { .file = path, .no = ++no };
        tokenise(&l, p);
        if (l.n == 0)
            continue;
        ls.v = append(ls.v, &ls.n, sizeof(*ls.v));
        ls.v[ls.n - 1] = l;
    }
    if (ls.n == 0)
        die("%s: says nothing", path);
    return ls;
}

const char *word(const struct line *l, size_t i)
{
    if (i >= l->n)
        die_at(l, "a word is missing after '%s'", l->tok[l->n - 1].s);
    if (l->tok[i].quoted)
        die_at(l, "a plain word is wanted, not \"%s\"", l->tok[i].s);
    return l->tok[i].s;
}

const char *quoted(const struct line *l, size_t i)
{
    if (i >= l->n || !l->tok[i].quoted)
        die_at(l, "a quoted text is missing");
    return l->tok[i].s;
}

long number(const struct line *l, size_t i, long min, long max)
{
    const char *s = word(l, i);
    char *end;
    errno = 0;
    long v = strtol(s, &end, 10);
    if (errno || *end || end == s)
        die_at(l, "'%s' is not a number", s);
    if (v < min || v > max)
        die_at(l, "%ld is outside %ld to %ld", v, min, max);
    return v;
}

void expect_tokens(const struct line *l, size_t min, size_t max)
{
    if (l->n < min)
        die_at(l, "'%s' wants %zu words, here are %zu", l->tok[0].s, min, l->n);
    if (l->n > max)
        die_at(l, "'%s' is one word too many", l->tok[max].s);
}

bool is(const struct line *l, const char *keyword)
{
    return !l->tok[0].quoted && strcmp(l->tok[0].s, keyword) == 0;
}

const char *ident(const struct line *l, size_t i)
{
    const char *s = word(l, i);
    if (!islower((unsigned char)*s))
        die_at(l, "'%s' must begin with a lower-case letter", s);
    for (const char *p = s; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            die_at(l, "'%s' may hold only a-z, 0-9 and _", s);
    return s;
}
