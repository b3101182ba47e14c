/* sqlc: a migration's statements as each database wants them. */
#include "sqlc.h"

#include <string.h>

static void put_type(struct buf *b, const struct tokens *ts, size_t *i, bool postgres)
{
    char *column = tok_text(&ts->v[*i - 1]);
    char *ref = NULL;
    const struct base_info *t = &bases[type_at(ts, i, &ref)];
    const char *form = postgres ? t->postgres : t->sqlite;
    const char *hole = strstr(form, "%s");
    if (hole != NULL) {
        buf_fmt(b, " %.*s%s%s", (int)(hole - form), form, column, hole + 2);
    } else {
        buf_fmt(b, " %s", form);
    }
    if (ref != NULL) {
        buf_fmt(b, " REFERENCES %s", ref);
    }
}

/* `column IN ('a','b','c')`, three words or more: the token behind it, or 0. */
static size_t behind_list(const struct tokens *ts, size_t i)
{
    const struct token *t = ts->v;
    size_t n = 0;
    if (t[i].kind != T_WORD || !tok_is(&t[i + 1], "IN") || !tok_punct(&t[i + 2], '(')) {
        return 0;
    }
    for (i += 3; t[i].kind == T_STRING; i += 2) {
        n++;
        if (tok_punct(&t[i + 1], ')')) {
            return n > 2 ? i + 2 : 0;
        }
        if (!tok_punct(&t[i + 1], ',')) {
            return 0;
        }
    }
    return 0;
}

/* The same as comparisons. SQLite makes a table of such a list, anew for each row that a CHECK looks at. */
static void put_comparisons(struct buf *b, const struct tokens *ts, size_t i, size_t end)
{
    const struct token *column = &ts->v[i];
    for (size_t k = i + 3; k < end; k += 2) {
        buf_fmt(b, "%s%.*s = %.*s", k == i + 3 ? "(" : " OR ", (int)column->n, column->p, (int)ts->v[k].n, ts->v[k].p);
    }
    buf_fmt(b, ")");
}

/* How deep inside the brackets of a CHECK the token behind this one stands; 0: outside. */
static size_t inside(size_t depth, const struct tokens *ts, size_t i)
{
    if (tok_punct(&ts->v[i], '(')) {
        return depth > 0 || (i > 0 && tok_is(&ts->v[i - 1], "CHECK")) ? depth + 1 : 0;
    }
    return depth > 0 && tok_punct(&ts->v[i], ')') ? depth - 1 : depth;
}

char *expand(const struct tokens *ts, enum expand_for what)
{
    struct buf b = { 0 };
    bool table = false, first = true, postgres = what == FOR_POSTGRES;
    size_t check = 0, end;
    buf_add(&b, "", 0);
    for (size_t i = 0; ts->v[i].kind != T_END;) {
        const struct token *t = &ts->v[i];
        if (t->kind == T_NOTE) {
            i++;
            continue;
        }
        if (t->kind == T_TYPE) {
            put_type(&b, ts, &i, postgres);
            continue;
        }
        if (what == FOR_SQLITE && check > 0 && (end = behind_list(ts, i)) > 0) {
            put_comparisons(&b, ts, i, end);
            i = end;
            continue;
        }
        check = inside(check, ts, i);
        if (first) {
            table = tok_is(t, "CREATE") && tok_is(t + 1, "TABLE");
        }
        if (tok_punct(t, ';')) {
            buf_fmt(&b, "%s;\n", table && !postgres ? " STRICT" : "");
            first = true;
        } else {
            buf_fmt(&b, "%s%.*s", t->gap && !first ? " " : "", (int)t->n, t->p);
            first = false;
        }
        i++;
    }
    return b.p;
}
