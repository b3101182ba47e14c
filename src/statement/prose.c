/* statement.md: sections that begin with "## Title {#S7}", Markdown below, and directives in double braces. */
#include "compile.h"

#include "str.h"

#include <cmark.h>
#include <stdlib.h>

static void wrong(struct reader *r, int line, str where, str what, str instead)
{
    finding_error(r->f, PROSE, line, where, what, instead);
}

static int heading_level(str line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] == '#')
        n++;
    return n > 0 && n <= 6 && n < line.n && line.p[n] == ' ' ? (int)n : 0;
}

/* Cut " {#S7}" from the end of a heading. */
static bool cut_marker(str *heading, str *id)
{
    size_t at = str_find(*heading, S("{#"));
    if (at == heading->n || heading->p[heading->n - 1] != '}')
        return false;
    *id = str_sub(*heading, at + 2, heading->n - at - 3);
    *heading = str_trim(str_sub(*heading, 0, at));
    return true;
}

static struct section *add_section(struct statement *s, str title, int level, int line)
{
    struct section *sec = &s->sections[s->n_sections++];
    *sec = (struct section){ .level = level, .line = line, .title = title, .body_line = line + 1 };
    return sec;
}

static void begin_clause(struct reader *r, struct section *sec, str id)
{
    int at = -1;
    for (int i = 0; i < CLAUSE_COUNT; i++)
        if (str_eq(str_c(clause_info[i].name), id))
            at = i;
    if (at < 0) {
        wrong(r, sec->line, sec->title, str_fmt(r->a, "there is no clause '%.*s'", STR_ARG(id)),
              finding_instead(r->a, id, names_clauses()));
        return;
    }
    struct clause_rule *rule = &r->s->clauses[at];
    if (rule->in_prose)
        wrong(r, sec->line, id, str_fmt(r->a, "this clause has a section already, on line %d", rule->prose_line),
              S("Write each clause once."));
    rule->in_prose = true;
    rule->prose_line = sec->line;
    sec->has_clause = true;
    sec->clause = (enum clause)at;
}

static void heading(struct reader *r, str line, int level, int number)
{
    str title = str_trim(str_sub(line, (size_t)level, line.n)), id;
    bool marked = cut_marker(&title, &id);
    if (title.n == 0)
        wrong(r, number, S(""), S("a heading without words"), S("Write '## Title {#S1}'."));
    struct section *sec = add_section(r->s, title, level, number);
    if (marked && (level == 2 || level == 3))
        begin_clause(r, sec, id);
    else if (marked)
        wrong(r, number, id, S("a clause is a heading of the second or third level"), S("Write '## Title {#S1}'."));
    else if (level == 1 && r->s->n_sections > 1)
        wrong(r, number, title, S("there can be one title only, at the top"), S("Write '## Title {#S1}' for a clause."));
    else if (level > 1)
        wrong(r, number, title, S("this section does not say which clause it is"),
              S("Write its id behind the title: '## Title {#S1}'."));
}

/* The prose must begin with its title, so that every line belongs to a section. */
static void stray(struct reader *r, str line, int number)
{
    if (str_trim(line).n)
        wrong(r, number, S(""), S("text before the title"), S("Begin the file with '# {{title}}'."));
}

static size_t count_headings(str text)
{
    str line;
    size_t n = 0;
    while (str_next(&text, '\n', &line))
        n += heading_level(line) > 0;
    return n;
}

void prose_read(struct reader *r, str text)
{
    str rest = text, line;
    int number = 0;
    r->s->sections = NEWN(r->a, struct section, count_headings(text) + 1);
    if (!r->s->sections)
        return;
    while (str_next(&rest, '\n', &line)) {
        number++;
        int level = heading_level(line);
        struct section *sec = r->s->n_sections ? &r->s->sections[r->s->n_sections - 1] : NULL;
        if (level)
            heading(r, line, level, number);
        else if (!sec)
            stray(r, line, number);
        else
            sec->body = sec->body.p ? (str){ sec->body.p, (size_t)(line.p + line.n - sec->body.p) } : line;
    }
    if (r->s->n_sections == 0)
        wrong(r, 1, S(""), S("there is no title and no clause"), S("Begin the file with '# {{title}}'."));
}

bool directive_next(str *rest, str *before, struct directive *d, bool *unclosed)
{
    *unclosed = false;
    size_t open = str_find(*rest, S("{{"));
    *before = str_sub(*rest, 0, open);
    if (open == rest->n) {
        *rest = (str){ rest->p + rest->n, 0 };
        return false;
    }
    str inside = str_sub(*rest, open + 2, rest->n);
    size_t close = str_find(inside, S("}}"));
    if (close == inside.n) {
        *unclosed = true;
        return false;
    }
    *rest = str_sub(inside, close + 2, inside.n);
    inside = str_trim(str_sub(inside, 0, close));
    size_t space = str_index(inside, ' ');
    d->name = str_sub(inside, 0, space);
    d->argument = str_trim(str_sub(inside, space, inside.n));
    return true;
}

static int lines_in(str s)
{
    int n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static void check_directives(struct reader *r, const struct section *sec, str text, int line)
{
    str rest = text, before;
    struct directive d;
    bool unclosed;
    while (directive_next(&rest, &before, &d, &unclosed)) {
        int at = line + lines_in((str){ text.p, (size_t)(rest.p - text.p) });
        directive_words(r, sec, d, at, NULL);
    }
    if (unclosed)
        wrong(r, line + lines_in((str){ text.p, (size_t)(before.p + before.n - text.p) }), sec->title,
              S("'{{' without '}}'"), S("Close it: {{list points}}."));
}

/* Markup that the page would not print: raw HTML, pictures, and links that do not lead to a page of ours. */
static void check_markup(struct reader *r, const struct section *sec)
{
    cmark_node *doc = cmark_parse_document(sec->body.p ? sec->body.p : "", sec->body.n, CMARK_OPT_DEFAULT);
    cmark_iter *it = cmark_iter_new(doc);
    cmark_event_type ev;
    while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node *n = cmark_iter_get_node(it);
        cmark_node_type type = cmark_node_get_type(n);
        int line = sec->body_line + cmark_node_get_start_line(n) - 1;
        if (ev != CMARK_EVENT_ENTER)
            continue;
        if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            wrong(r, line, sec->title, S("HTML is not allowed in the prose"), S("Write Markdown."));
        else if (type == CMARK_NODE_IMAGE)
            wrong(r, line, sec->title, S("pictures are not allowed in the prose"), S("Say it in words."));
        else if (type == CMARK_NODE_HEADING)
            wrong(r, line, sec->title, S("an underlined heading"), S("Write '## Title {#S1}'."));
        else if (type == CMARK_NODE_LINK && *cmark_node_get_url(n) != '/')
            wrong(r, line, sec->title, S("a link that leads out of the shop"), S("Write the address as words."));
    }
    cmark_iter_free(it);
    cmark_node_free(doc);
}

void compile_prose(struct reader *r)
{
    for (size_t i = 0; i < r->s->n_sections; i++) {
        const struct section *sec = &r->s->sections[i];
        check_directives(r, sec, sec->title, sec->line);
        check_directives(r, sec, sec->body, sec->body_line);
        check_markup(r, sec);
    }
}
