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

char *expand(const struct tokens *ts, bool postgres)
{
    struct buf b = { 0 };
    bool table = false, first = true;
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
