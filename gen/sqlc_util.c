/* sqlc: memory, text, files, and the splitting of SQL into tokens. */
#include "sqlc.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void die_at(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

/* All memory hangs from one chain of blocks until the program ends. */
struct block {
    struct block *next;
    size_t n, cap;
    _Alignas(16) char p[];
};
static struct block *blocks;

void *need(size_t size, size_t n)
{
    size_t want = (size * n + 16) & ~(size_t)15;
    if (blocks == NULL || blocks->cap - blocks->n < want) {
        size_t cap = want > 65536 ? want : 65536;
        struct block *b = calloc(1, sizeof *b + cap);
        if (b == NULL) {
            die_at("sqlc", 0, "out of memory");
        }
        b->next = blocks;
        b->cap = cap;
        blocks = b;
    }
    void *p = blocks->p + blocks->n;
    blocks->n += want;
    return p;
}

void *grown(void *v, size_t n, size_t size)
{
    if ((n & (n - 1)) != 0) { /* room was made up to the next power of two */
        return v;
    }
    void *p = need(size, n ? 2 * n : 1);
    if (n > 0) {
        memcpy(p, v, n * size);
    }
    return p;
}

char *keep(const char *p, size_t n)
{
    char *s = need(1, n + 1);
    memcpy(s, p, n);
    return s;
}

__attribute__((format(printf, 1, 0))) static char *kept_v(const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    char *s = need(1, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, ap);
    return s;
}

char *kept(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = kept_v(fmt, ap);
    va_end(ap);
    return s;
}

void buf_add(struct buf *b, const char *p, size_t n)
{
    if (b->n + n + 1 > b->cap) {
        b->cap = 2 * (b->n + n + 1);
        char *more = need(1, b->cap);
        if (b->n > 0) {
            memcpy(more, b->p, b->n);
        }
        b->p = more;
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *s = kept_v(fmt, ap);
    va_end(ap);
    buf_add(b, s, strlen(s));
}

void buf_literal(struct buf *b, const char *text, int indent)
{
    size_t col = 0;
    buf_fmt(b, "%*s\"", indent, "");
    for (const char *p = text; *p; p++) {
        bool cut = col > 90 && (*p == ' ' || *p == '\n');
        if (*p == '\n') {
            buf_fmt(b, "\\n");
            cut = p[1] != '\0';
        } else if (*p == '"' || *p == '\\') {
            buf_fmt(b, "\\%c", *p);
        } else {
            buf_add(b, p, 1);
        }
        col++;
        if (cut) {
            buf_fmt(b, "\"\n%*s\"", indent, "");
            col = 0;
        }
    }
    buf_fmt(b, "\"");
}

char *file_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        die_at(path, 0, "%s", strerror(errno));
    }
    struct buf b = { 0 };
    char chunk[8192];
    size_t n;
    buf_add(&b, "", 0);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        buf_add(&b, chunk, n);
    }
    if (ferror(f) != 0 || strlen(b.p) != b.n) {
        die_at(path, 0, "cannot be read, or holds a NUL byte");
    }
    fclose(f);
    return b.p;
}

void file_write(const char *dir, const char *name, const struct buf *b)
{
    char *path = kept("%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(b->p, 1, b->n, f) != b->n || fclose(f) != 0) {
        die_at(path, 0, "cannot be written: %s", strerror(errno));
    }
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Tokens ------------------------------------------------------------------------------------------ */

struct lexer {
    struct tokens out;
    const char *p, *end;
    int line;
    bool gap;
};

static struct token *emit(struct lexer *x, enum tok kind, const char *p, size_t n)
{
    x->out.v = grown(x->out.v, x->out.n, sizeof *x->out.v);
    struct token *t = &x->out.v[x->out.n++];
    *t = (struct token){ .kind = kind, .p = p, .n = n, .line = x->line, .gap = x->gap };
    x->gap = false;
    return t;
}

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void lex_comment(struct lexer *x)
{
    const char *from = x->p;
    while (x->p < x->end && *x->p != '\n') {
        x->p++;
    }
    x->gap = true;
    if (x->p - from >= 3 && from[2] == ':') {
        const char *a = from + 3, *z = x->p;
        while (a < z && *a == ' ') {
            a++;
        }
        while (z > a && isspace((unsigned char)z[-1])) {
            z--;
        }
        emit(x, T_NOTE, a, (size_t)(z - a));
        x->gap = true;
    }
}

static void lex_string(struct lexer *x)
{
    const char *from = x->p++;
    while (x->p < x->end && (*x->p != '\'' || (x->p + 1 < x->end && x->p[1] == '\''))) {
        if (*x->p == '\n') {
            die_at(x->out.file, x->line, "a text literal must end on its line");
        }
        x->p += *x->p == '\'' ? 2 : 1;
    }
    if (x->p >= x->end) {
        die_at(x->out.file, x->line, "a text literal does not end");
    }
    x->p++;
    emit(x, T_STRING, from, (size_t)(x->p - from));
}

static void lex_word(struct lexer *x, enum tok kind)
{
    const char *from = x->p++;
    while (x->p < x->end && word_char(*x->p)) {
        x->p++;
    }
    struct token *t = emit(x, kind, from, (size_t)(x->p - from));
    if (kind == T_PARAM && strspn(from + 1, "0123456789") + 1 < t->n) {
        die_at(x->out.file, x->line, "parameters are written ?1, ?2 …");
    }
    if (kind == T_TYPE && x->p < x->end && *x->p == '?') {
        t->opt = true;
        x->p++;
    }
}

struct tokens lex(const char *file, const char *text, size_t n, int line)
{
    struct lexer x = { .out = { .file = file }, .p = text, .end = text + n, .line = line };
    while (x.p < x.end) {
        char c = *x.p;
        if (isspace((unsigned char)c)) {
            x.line += c == '\n';
            x.gap = true;
            x.p++;
        } else if (c == '-' && x.p + 1 < x.end && x.p[1] == '-') {
            lex_comment(&x);
        } else if (c == '\'') {
            lex_string(&x);
        } else if (isalpha((unsigned char)c) || c == '_') {
            lex_word(&x, T_WORD);
        } else if (isdigit((unsigned char)c)) {
            lex_word(&x, T_NUMBER);
        } else if (c == '?' && x.p + 1 < x.end && isdigit((unsigned char)x.p[1])) {
            lex_word(&x, T_PARAM);
        } else if (c == '@') {
            lex_word(&x, T_TYPE);
        } else if (strchr("\"`[]:$#\\", c) || (c == '/' && x.p + 1 < x.end && x.p[1] == '*')) {
            die_at(file, x.line, "'%c' has no place here: plain names, ?1 parameters and -- comments only", c);
        } else {
            emit(&x, T_PUNCT, x.p++, 1);
        }
    }
    emit(&x, T_END, x.end, 0);
    return x.out;
}

bool tok_is(const struct token *t, const char *word)
{
    return t->kind == T_WORD && t->n == strlen(word) && strncasecmp(t->p, word, t->n) == 0;
}

bool tok_punct(const struct token *t, char c)
{
    return t->kind == T_PUNCT && *t->p == c;
}

char *tok_text(const struct token *t)
{
    return keep(t->p, t->n);
}

bool name_ok(const char *name)
{
    return *name >= 'a' && *name <= 'z' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}
