/* The statement as people read it: HTML for the page and the dialog, plain text for mail and terminals.
 *
 * Markdown goes through libcmark in its safe mode, tables are written by table.c, and what directives stand for is
 * escaped before Markdown sees it: nothing in rules or configuration can become markup. */
#include "model.h"

#include "log.h"
#include "str.h"

#include <cmark.h>
#include <stdlib.h>

#define PAGE_MOST (1 << 20)
#define PLAIN_WIDTH 78

struct press {
    struct reader r;
    struct statement_names names;
    struct out *o;
    bool html;
    const struct statement_marks *marks; /* or NULL */
};

/* Words are words, also when they look like Markdown. */
static void markdown_escaped(struct out *o, str s)
{
    static const str special = SI("\\`*_{}[]()<>#+-.!|&~");
    for (size_t i = 0; i < s.n; i++) {
        if (str_index(special, s.p[i]) < special.n)
            out_byte(o, '\\');
        out_byte(o, s.p[i]);
    }
}

static str expand(struct press *p, const struct section *sec, str text, bool markdown)
{
    struct out o;
    struct directive d;
    str before;
    bool more = true, unclosed;
    out_init(&o, p->r.a, PAGE_MOST);
    while (more) {
        more = directive_next(&text, &before, &d, &unclosed);
        out_str(&o, before);
        str words = more ? directive_words(&p->r, sec, d, 0, &p->names) : S("");
        if (markdown)
            markdown_escaped(&o, words);
        else
            out_str(&o, words);
    }
    return out_view(&o);
}

static void text_block(struct press *p, const struct section *sec, str text)
{
    if (str_trim(text).n == 0)
        return;
    str expanded = expand(p, sec, text, true);
    cmark_node *doc = cmark_parse_document(expanded.p, expanded.n, CMARK_OPT_SMART);
    char *made = p->html ? cmark_render_html(doc, CMARK_OPT_DEFAULT) : cmark_render_commonmark(doc, CMARK_OPT_DEFAULT, PLAIN_WIDTH);
    out_str(p->o, str_c(made));
    if (!p->html)
        out_byte(p->o, '\n');
    free(made);
    cmark_node_free(doc);
}

static st table_block(struct press *p, str name)
{
    struct table t;
    TRY(table_make(p->r.a, p->r.s, name, &t));
    if (p->html)
        table_html(p->o, &t);
    else
        table_plain(p->o, &t);
    return ST_OK;
}

/* A line that is one table directive and nothing else. */
static bool is_table_line(str line, str *name)
{
    str rest = str_trim(line), before;
    struct directive d;
    bool unclosed;
    if (!str_starts(rest, S("{{")) || !directive_next(&rest, &before, &d, &unclosed) || !directive_is_table(d) || rest.n)
        return false;
    *name = d.argument;
    return true;
}

static st body(struct press *p, const struct section *sec)
{
    str rest = sec->body, line, name;
    const char *from = rest.p;
    while (str_next(&rest, '\n', &line)) {
        if (!is_table_line(line, &name))
            continue;
        text_block(p, sec, (str){ from, (size_t)(line.p - from) });
        TRY(table_block(p, name));
        from = line.p + line.n;
    }
    if (from)
        text_block(p, sec, (str){ from, (size_t)(sec->body.p + sec->body.n - from) });
    return ST_OK;
}

static void head_html(struct press *p, const struct section *sec)
{
    const char *id = clause_info[sec->clause].name;
    out_fmt(p->o, "<section id=\"%s\" class=\"clause\">\n<h%d>", id, sec->level);
    out_html(p->o, expand(p, sec, sec->title, false));
    out_fmt(p->o, " <a class=\"clause-id\" href=\"#%s\" aria-label=\"Clause %s\">%s</a></h%d>\n", id, id, id, sec->level);
    if (p->marks)
        p->marks->write(p->marks->arg, sec->clause, p->o);
}

static void head_plain(struct press *p, const struct section *sec)
{
    str title = expand(p, sec, sec->title, false);
    out_str(p->o, title);
    if (sec->has_clause)
        out_fmt(p->o, " [%s]", clause_info[sec->clause].name);
    out_byte(p->o, '\n');
    size_t n = utf8_count(title) + (sec->has_clause ? str_c(clause_info[sec->clause].name).n + 3 : 0);
    for (size_t i = 0; i < n; i++)
        out_byte(p->o, sec->level == 1 ? '=' : '-');
    out_str(p->o, S("\n\n"));
}

static st press(struct arena *a, const struct statement *s, struct statement_names names, const struct statement_marks *marks,
                struct out *o, bool html)
{
    struct findings unused; /* the prose was checked when it was compiled */
    findings_init(&unused, a);
    struct statement *mine = NEW(a, struct statement);
    if (!mine)
        return ST_NO_MEMORY;
    *mine = *s;
    struct press p = { { a, &unused, mine }, names, o, html, marks };
    for (size_t i = 0; i < s->n_sections; i++) {
        const struct section *sec = &s->sections[i];
        if (html && sec->has_clause)
            head_html(&p, sec);
        else if (!html)
            head_plain(&p, sec);
        TRY(body(&p, sec));
        if (html && sec->has_clause)
            out_str(o, S("</section>\n"));
    }
    TRY(BUG_UNLESS(unused.errors == 0));
    return arena_failed(a) ? ST_NO_MEMORY : out_st(o);
}

st statement_html(struct arena *a, const struct statement *s, struct statement_names names, struct out *o)
{
    return press(a, s, names, NULL, o, true);
}

st statement_html_marked(struct arena *a, const struct statement *s, struct statement_names names,
                         const struct statement_marks *marks, struct out *o)
{
    return press(a, s, names, marks, o, true);
}

st statement_plain(struct arena *a, const struct statement *s, struct statement_names names, struct out *o)
{
    return press(a, s, names, NULL, o, false);
}
