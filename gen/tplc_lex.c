/* Cutting a template: characters of HTML, {directives}, and the words inside a directive. */
#include "tplc.h"

#include <ctype.h>
#include <string.h>

static void step(struct lexer *l)
{
    if (*l->p == '\n')
        l->at.line++;
    l->p++;
}

/* {* … *} is for those who read the template. */
static void skip_comment(struct lexer *l)
{
    struct loc start = l->at;
    while (l->p < l->end && strncmp(l->p, "*}", 2) != 0)
        step(l);
    if (l->p >= l->end)
        tp_fail(start, "this comment is not closed with *}");
    l->p += 2;
}

static struct piece directive(struct lexer *l)
{
    struct piece t = { PIECE_DIRECTIVE, 0, l->p + 1, 0, l->at };
    bool quoted = false;
    step(l);
    while (l->p < l->end && (quoted || *l->p != '}')) {
        if (*l->p == '"')
            quoted = !quoted;
        if (*l->p == '{' && !quoted)
            tp_fail(l->at, "a { inside a directive");
        step(l);
    }
    if (l->p >= l->end)
        tp_fail(t.at, "this directive is not closed with }");
    t.n = (size_t)(l->p - t.p);
    step(l);
    return t;
}

struct piece lex_next(struct lexer *l)
{
    while (l->p + 1 < l->end && l->p[0] == '{' && l->p[1] == '*')
        skip_comment(l);
    if (l->p >= l->end)
        return (struct piece){ PIECE_END, 0, l->p, 0, l->at };
    if (*l->p == '{')
        return directive(l);
    if (*l->p == '}')
        tp_fail(l->at, "a } without its {");
    struct piece t = { PIECE_CHAR, *l->p, l->p, 1, l->at };
    step(l);
    return t;
}

static bool name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-' || c == '*';
}

const char *word_next(struct words *w, bool *quoted)
{
    while (w->p < w->end && isspace((unsigned char)*w->p)) {
        if (*w->p == '\n')
            w->at.line++;
        w->p++;
    }
    *quoted = false;
    if (w->p >= w->end)
        return NULL;
    const char *start = w->p;
    if (*start == '"') {
        const char *close = memchr(start + 1, '"', (size_t)(w->end - start - 1));
        if (!close)
            tp_fail(w->at, "a \" without its partner");
        w->p = close + 1;
        *quoted = true;
        return tp_dup(start + 1, (size_t)(close - start - 1));
    }
    if (w->end - start > 1 && (start[0] == '=' || start[0] == '!') && start[1] == '=') {
        w->p += 2;
        return tp_dup(start, 2);
    }
    if (name_char(*start))
        while (w->p < w->end && name_char(*w->p))
            w->p++;
    else
        w->p++;
    return tp_dup(start, (size_t)(w->p - start));
}

const char *word_peek(struct words *w)
{
    struct words copy = *w;
    bool quoted;
    const char *z = word_next(&copy, &quoted);
    return quoted ? NULL : z;
}

const char *word_need(struct words *w, const char *what)
{
    bool quoted;
    const char *z = word_next(w, &quoted);
    if (!z || quoted || !name_char(*z))
        tp_fail(w->at, "%s is missing", what);
    return z;
}

void word_end(struct words *w)
{
    bool quoted;
    const char *z = word_next(w, &quoted);
    if (z)
        tp_fail(w->at, "'%s' is not understood here", z);
}
