/* Statements made from the one that ships by changing a little: for tests. */
#ifndef AVOW_STATEMENT_EDIT_H
#define AVOW_STATEMENT_EDIT_H

#include "statement.h"
#include "str.h"

/* `text` with the first `from` replaced; the test ends when it is not there, since then it tests nothing. */
static inline str edit_replace(struct arena *a, str text, str from, str to, int *line)
{
    size_t at = str_find(text, from);
    if (at == text.n && from.n > 0)
        return (str){ NULL, 0 };
    *line = 1;
    for (size_t i = 0; i < at; i++)
        *line += text.p[i] == '\n';
    return str_cat(a, str_cat(a, str_sub(text, 0, at), to), str_sub(text, at + from.n, text.n));
}

/* Without one line that begins with `start`, up to and without the line that begins with one of `#`, when it is a section. */
static inline str edit_cut(struct arena *a, str text, str start, bool section)
{
    struct out o;
    str line, rest = text;
    bool inside = false;
    out_init(&o, a, STATEMENT_MOST * 2);
    while (str_next(&rest, '\n', &line)) {
        bool begins = section ? str_starts(line, S("#")) && str_find(line, start) < line.n : str_starts(str_trim(line), start);
        inside = begins || (inside && section && !str_starts(line, S("#")));
        if (inside)
            continue;
        out_str(&o, line);
        out_byte(&o, '\n');
    }
    return out_view(&o);
}

/* The statement as an operator would change it to take a clause out: its line under `clauses`, and its section. */
static inline struct statement_text edit_without(struct arena *a, struct statement_text t, const char *clause)
{
    str name = str_c(clause);
    return (struct statement_text){ edit_cut(a, t.rules, str_fmt(a, "%.*s: ", STR_ARG(name)), false),
                                    edit_cut(a, t.prose, str_fmt(a, "{#%.*s}", STR_ARG(name)), true) };
}

#endif
