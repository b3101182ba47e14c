/* The tables of the prose, made from the rules: only what is in force stands in them. */
#include "model.h"

#include "catalog.h"
#include "str.h"

#define CELL_MOST 8192

typedef void fill_fn(const struct statement *, struct table *, struct arena *);

static void cell(struct table *t, struct arena *a, str text)
{
    if (t->n_cells == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        str *v = NEWN(a, str, cap);
        if (!v)
            return;
        for (size_t i = 0; i < t->n_cells; i++)
            v[i] = t->cells[i];
        t->cells = v;
        t->cap = cap;
    }
    t->cells[t->n_cells++] = text;
}

static str field_titles(const struct statement *s, struct arena *a, const bool *take)
{
    str *items = NEWN(a, str, s->n_fields + 1);
    size_t n = 0;
    for (size_t i = 0; items && i < s->n_fields; i++)
        if (take[i])
            items[n++] = s->fields[i].title;
    return words_list(a, items, n);
}

static void fill_categories(const struct statement *s, struct table *t, struct arena *a)
{
    for (size_t c = 0; c < s->n_categories; c++) {
        bool *take = NEWN(a, bool, s->n_fields + 1);
        size_t n = 0;
        for (uint16_t i = s->categories[c].first; take && i < s->categories[c].first + s->categories[c].n; i++)
            if (s->fields[i].points) {
                take[i] = true;
                n++;
            }
        if (n == 0)
            continue;
        cell(t, a, s->categories[c].title);
        cell(t, a, words_capital(a, field_titles(s, a, take)));
    }
}

static void fill_purposes(const struct statement *s, struct table *t, struct arena *a)
{
    for (int i = 0; i < PURPOSE_COUNT; i++) {
        const struct purpose_rule *p = &s->purposes[i];
        if (!p->on)
            continue;
        str basis = words_capital(a, statement_basis_words(p->basis));
        cell(t, a, words_capital(a, p->words));
        cell(t, a, p->interest.n ? str_fmt(a, "%.*s: %.*s", STR_ARG(basis), STR_ARG(p->interest)) : basis);
    }
}

static str sources(const struct statement *s, struct arena *a, uint64_t set)
{
    str items[SOURCE_COUNT];
    size_t n = 0;
    for (int i = 0; i < SOURCE_COUNT; i++)
        if (set & BIT(i))
            items[n++] = s->sources[i].words;
    return words_list(a, items, n);
}

static void fill_points(const struct statement *s, struct table *t, struct arena *a)
{
    for (int i = 0; i < POINT_COUNT; i++) {
        const struct point_rule *p = &s->points[i];
        bool *take = NEWN(a, bool, s->n_fields + 1);
        size_t n = 0;
        for (size_t k = 0; take && k < p->n; k++)
            if (p->asked[k].on) {
                take[p->asked[k].field] = true;
                n++;
            }
        if (n == 0)
            continue;
        cell(t, a, words_capital(a, p->words));
        cell(t, a, words_capital(a, sources(s, a, p->sources)));
        cell(t, a, words_capital(a, field_titles(s, a, take)));
    }
}

static void fill_cookies(const struct statement *s, struct table *t, struct arena *a)
{
    for (int i = 0; i < COOKIE_COUNT; i++) {
        const struct cookie_allowed *c = &s->cookies[i];
        if (!c->on)
            continue;
        cell(t, a, str_c(cookie_info[i].wire));
        cell(t, a, words_capital(a, c->words));
        cell(t, a, c->necessary ? S("Necessary") : S("Your choice"));
        cell(t, a, period_words(a, c->lifetime));
    }
}

static str given_purposes(const struct statement *s, struct arena *a, const struct recipient_rule *r)
{
    str items[PURPOSE_COUNT];
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (s->purposes[r->gives[i].purpose].on)
            items[n++] = s->purposes[r->gives[i].purpose].words;
    return words_list(a, items, n);
}

static void fill_recipients(const struct statement *s, struct table *t, struct arena *a)
{
    for (int i = 0; i < RECIPIENT_COUNT; i++) {
        const struct recipient_rule *r = &s->recipients[i];
        bool *take = NEWN(a, bool, s->n_fields + 1);
        if (!r->on || !take)
            continue;
        for (size_t k = 0; k < s->n_fields; k++)
            take[k] = s->fields[k].gives[i] != 0;
        cell(t, a, words_capital(a, r->words));
        cell(t, a, r->controller ? S("On their own responsibility") : S("On our instructions"));
        cell(t, a, str_fmt(a, "%.*s: %.*s", STR_ARG(r->country), STR_ARG(r->safeguard)));
        cell(t, a, words_capital(a, given_purposes(s, a, r)));
        cell(t, a, words_capital(a, field_titles(s, a, take)));
    }
}

static void fill_retention(const struct statement *s, struct table *t, struct arena *a)
{
    for (size_t i = 0; i < s->n_retentions; i++) {
        const struct retention *r = &s->retentions[i];
        str *items = NEWN(a, str, s->n_categories + 1);
        size_t n = 0;
        for (size_t c = 0; items && c < s->n_categories; c++)
            if (s->categories[c].retention == i)
                items[n++] = s->categories[c].title;
        cell(t, a, r->title);
        cell(t, a, words_list(a, items, n));
        cell(t, a, words_capital(a, r->words));
        cell(t, a, words_capital(a, r->then));
        cell(t, a, words_capital(a, r->ground));
    }
}

/* Each field and reason once, although several columns may hold it. */
static bool told(const struct table *t, str title)
{
    for (size_t i = 0; i < t->n_cells; i += 2)
        if (str_eq(t->cells[i], title))
            return true;
    return false;
}

static void fill_clear(const struct statement *s, struct table *t, struct arena *a)
{
    for (size_t i = 0; i < column_catalog_n; i++) {
        const struct column_info *c = &column_catalog[i];
        if (c->kind != PD_VALUE || c->sealed || s->of_column[i] == NOT_A_FIELD)
            continue;
        str title = words_capital(a, s->fields[s->of_column[i]].title);
        if (told(t, title))
            continue;
        cell(t, a, title);
        cell(t, a, words_capital(a, c->clear_reason));
    }
}

static const char *const head_categories[] = { "Kind", "What it is" };
static const char *const head_purposes[] = { "What for", "On which basis" };
static const char *const head_points[] = { "Where", "From whom", "What" };
static const char *const head_cookies[] = { "Cookie", "What it does", "Why it may be set", "Ends after" };
static const char *const head_recipients[] = { "Who", "How", "Where", "What for", "What" };
static const char *const head_retention[] = { "Class", "What is in it", "How long", "What then", "Why that long" };
static const char *const head_clear[] = { "What", "Why it is readable" };

#define TABLE(name, caption) { #name, caption, head_##name, COUNT(head_##name), fill_##name }
static const struct {
    const char *name, *caption;
    const char *const *head;
    size_t n;
    fill_fn *fill;
} tables[] = {
    TABLE(categories, "Kinds of information"), TABLE(purposes, "Purposes and their lawful basis"),
    TABLE(points, "Where information comes in"), TABLE(cookies, "Cookies"),
    TABLE(recipients, "Who is told something"), TABLE(retention, "How long information is kept"),
    TABLE(clear, "What is stored readable"),
};

static str table_at(const void *at, size_t i)
{
    (void)at;
    return str_c(tables[i].name);
}

struct names names_tables(void)
{
    return (struct names){ NULL, COUNT(tables), table_at };
}

st table_make(struct arena *a, const struct statement *s, str name, struct table *out)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        if (!str_eq(str_c(tables[i].name), name))
            continue;
        struct table t = { .caption = str_c(tables[i].caption), .head = tables[i].head, .n_columns = tables[i].n };
        tables[i].fill(s, &t, a);
        if (arena_failed(a))
            return ST_NO_MEMORY;
        *out = t;
        return ST_OK;
    }
    return ST_NOT_FOUND;
}

void table_html(struct out *o, const struct table *t)
{
    /* On a narrow screen a table scrolls by itself; those who use a keyboard must be able to reach it. */
    out_str(o, S("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\""));
    out_html(o, t->caption);
    out_str(o, S("\">\n<table class=\"rows tall\">\n<caption>"));
    out_html(o, t->caption);
    out_str(o, S("</caption>\n<thead><tr>"));
    for (size_t i = 0; i < t->n_columns; i++) {
        out_str(o, S("<th scope=\"col\">"));
        out_html(o, str_c(t->head[i]));
        out_str(o, S("</th>"));
    }
    out_str(o, S("</tr></thead>\n<tbody>\n"));
    for (size_t i = 0; i < t->n_cells; i++) {
        bool first = i % t->n_columns == 0, last = i % t->n_columns == t->n_columns - 1;
        if (first) {
            out_str(o, S("<tr><th scope=\"row\">"));
        } else {
            out_str(o, S("<td data-label=\""));
            out_html(o, str_c(t->head[i % t->n_columns]));
            out_str(o, S("\">"));
        }
        out_html(o, t->cells[i]);
        out_str(o, first ? S("</th>") : S("</td>"));
        out_str(o, last ? S("</tr>\n") : S(""));
    }
    out_str(o, S("</tbody>\n</table>\n</div>\n"));
}

void table_plain(struct out *o, const struct table *t)
{
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t column = i % t->n_columns;
        out_str(o, column == 0 ? S("* ") : S("    "));
        if (column > 0)
            out_fmt(o, "%s: ", t->head[column]);
        out_str(o, t->cells[i]);
        out_byte(o, '\n');
    }
    out_byte(o, '\n');
}
