/* sqlc: reads a feature's named statements: head lines, descriptions, SQL. */
#include "sqlc.h"

#include <stdlib.h>
#include <string.h>

/* A line-wise cursor over the file. */
struct reader {
    const char *file, *p;
    int line;
};

static size_t line_len(const char *p)
{
    return strcspn(p, "\n");
}

static void next_line(struct reader *r)
{
    r->p += line_len(r->p);
    if (*r->p == '\n') {
        r->p++;
        r->line++;
    }
}

/* The text of a comment line, or NULL when the line is none. */
static const char *comment_text(const char *p)
{
    if (strncmp(p, "--", 2) != 0) {
        return NULL;
    }
    p += 2;
    return p + strspn(p, " ");
}

static struct token *head_field(const struct tokens *ts, size_t *i, struct field *f)
{
    struct token *t = &ts->v[*i];
    f->name = tok_text(t);
    if (t->kind != T_WORD || !name_ok(f->name)) {
        die_at(ts->file, t->line, "'%s' is no name: write (name @type, …)", f->name);
    }
    *i += 1;
    char *ref = NULL;
    struct token *type = &ts->v[*i];
    f->base = type_at(ts, i, &ref);
    bool after = tok_punct(&ts->v[*i], '?'); /* @ref(t)? */
    f->opt = type->opt || after;
    *i += after;
    return &ts->v[*i];
}

/* ( name @type, … ) from token *i on. */
static size_t head_fields(const struct tokens *ts, size_t *i, struct field **out)
{
    size_t n = 0;
    if (!tok_punct(&ts->v[*i], '(')) {
        die_at(ts->file, ts->v[*i].line, "'(' expected");
    }
    *i += 1;
    while (!tok_punct(&ts->v[*i], ')')) {
        *out = grown(*out, n, sizeof **out);
        struct field *f = &(*out)[n++];
        const struct token *t = head_field(ts, i, f);
        for (size_t k = 0; k + 1 < n; k++) {
            if (strcmp((*out)[k].name, f->name) == 0) {
                die_at(ts->file, t->line, "'%s' is declared twice", f->name);
            }
        }
        if (tok_punct(t, ',')) {
            *i += 1;
        } else if (!tok_punct(t, ')')) {
            die_at(ts->file, t->line, "',' or ')' expected after '%s'", f->name);
        }
    }
    *i += 1;
    return n;
}

static void head_parse(struct stmt *s, const struct tokens *ts, const char *feature)
{
    size_t i = 2;
    s->kind = tok_is(ts->v, "one") ? K_ONE : tok_is(ts->v, "many") ? K_MANY : K_EXEC;
    if (s->kind == K_EXEC && !tok_is(ts->v, "exec")) {
        die_at(s->file, s->line, "a statement is :one, :many or :exec");
    }
    s->name = tok_text(&ts->v[1]);
    size_t n = strlen(feature);
    if (!name_ok(s->name) || strncmp(s->name, feature, n) != 0 || s->name[n] != '_') {
        die_at(s->file, s->line, "the statement's name must begin with %s_, not '%s'", feature, s->name);
    }
    if (s->kind == K_MANY && tok_is(&ts->v[i], "max")) {
        s->max = strtol(ts->v[i + 1].p, NULL, 10);
        if (ts->v[i + 1].kind != T_NUMBER || s->max < 1 || s->max > 100000) {
            die_at(s->file, s->line, "max needs a number from 1 to 100000");
        }
        i += 2;
    }
    if (tok_punct(&ts->v[i], '(')) {
        s->n_params = head_fields(ts, &i, &s->params);
    }
    if (tok_punct(&ts->v[i], '-') && tok_punct(&ts->v[i + 1], '>')) {
        i += 2;
        s->n_declared = head_fields(ts, &i, &s->declared);
    }
    if (ts->v[i].kind != T_END) {
        die_at(s->file, s->line, "'%s' was not expected in the head of %s", tok_text(&ts->v[i]), s->name);
    }
}

/* The head may run over comment lines: while a bracket is open, or when the next begins with "->". */
static char *head_text(struct reader *r)
{
    struct buf b = { 0 };
    int depth = 0;
    const char *text = comment_text(r->p) + 1;
    do {
        size_t n = line_len(text);
        for (size_t k = 0; k < n; k++) {
            depth += (text[k] == '(') - (text[k] == ')');
        }
        buf_fmt(&b, "%.*s\n", (int)n, text);
        next_line(r);
        text = comment_text(r->p);
    } while (text != NULL && (depth > 0 || strncmp(text, "->", 2) == 0));
    return b.p;
}

static void take_sql(struct reader *r, struct stmt *s)
{
    const char *from = r->p;
    int line = r->line;
    while (*r->p != '\0') {
        size_t n = line_len(r->p);
        bool last = n > 0 && r->p[n - 1] == ';';
        next_line(r);
        if (last) {
            s->sql = lex(r->file, from, (size_t)(r->p - from), line);
            break;
        }
    }
    if (s->sql.n < 2) {
        die_at(s->file, s->line, "%s has no SQL, or it does not end with ';' at the end of a line", s->name);
    }
    s->sql.n -= 2; /* without the ';' and T_END */
    s->sql.v[s->sql.n].kind = T_END;
    s->settled = need(sizeof *s->settled, s->sql.n + 1);
    for (size_t i = 0; i < s->sql.n; i++) {
        const struct token *t = &s->sql.v[i];
        if (tok_punct(t, '?')) {
            die_at(s->file, t->line, "%s: parameters are written ?1, ?2 …", s->name);
        }
        if (tok_punct(t, ';') || t->kind == T_NOTE || t->kind == T_TYPE) {
            die_at(s->file, t->line, "%s: '%.*s' has no place here", s->name, (int)t->n, t->p);
        }
    }
}

static void take_statement(struct reader *r, struct feature *f)
{
    f->v = grown(f->v, f->n, sizeof *f->v);
    struct stmt *s = &f->v[f->n++];
    *s = (struct stmt){ .file = r->file, .line = r->line };
    char *head = head_text(r);
    struct tokens ts = lex(r->file, head, strlen(head), s->line);
    head_parse(s, &ts, f->name);
    struct buf doc = { 0 };
    const char *text;
    buf_add(&doc, "", 0);
    while ((text = comment_text(r->p)) != NULL) {
        buf_fmt(&doc, "%s%.*s", doc.n ? "\n * " : "", (int)line_len(text), text);
        next_line(r);
    }
    s->doc = doc.p;
    take_sql(r, s);
    for (size_t i = 0; i + 1 < f->n; i++) {
        if (strcmp(f->v[i].name, s->name) == 0) {
            die_at(s->file, s->line, "%s is declared twice", s->name);
        }
    }
}

struct feature *feature_parse(const char *file, const char *name, const char *text)
{
    struct feature *f = need(sizeof *f, 1);
    f->file = file;
    f->name = keep(name, strlen(name));
    struct reader r = { .file = file, .p = text, .line = 1 };
    while (*r.p != '\0') {
        const char *comment = comment_text(r.p);
        if (comment != NULL && *comment == ':') {
            take_statement(&r, f);
        } else if (comment != NULL || strspn(r.p, " \t") == line_len(r.p)) {
            next_line(&r);
        } else {
            die_at(file, r.line, "SQL without a head: -- :one %s_… (…)", f->name);
        }
    }
    return f;
}
