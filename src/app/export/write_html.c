/* index.html: the same to read, in one file that needs no other. It is a file in an archive and never served; what people
 * typed goes through out_html alone. */
#include "making.h"

#include "clock.h"
#include "config_keys.h"
#include "str.h"
#include "text.h"

static const str top = SI(
    "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
static const str style = SI(
    "</title>\n<style>\nbody { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }\n"
    "table { border-collapse: collapse; margin: 1rem 0; }\ncaption { font-weight: 600; text-align: left; }\n"
    "th, td { border: 1px solid #888; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }\n"
    "small { color: #555; }\n.scroll { overflow-x: auto; }\n</style>\n</head>\n<body>\n<h1>");

static void put(struct out *o, const char *open, str text, const char *close)
{
    out_str(o, str_c(open));
    out_html(o, text);
    out_str(o, str_c(close));
}

static str words(enum text_key k)
{
    return text_get(LANGUAGE_EN_GB, k);
}

static st head(struct making *m)
{
    struct out *o = &m->text;
    const struct config *c = m->jc->config;
    out_str(o, top);
    out_html(o, words(TXT_DATA_TITLE));
    out_str(o, style);
    out_html(o, words(TXT_DATA_TITLE));
    out_str(o, S("</h1>\n"));
    put(o, "<p>", c->company.name, ", ");
    put(o, "", c->company.address, "<br>");
    out_html(o, utc_iso(m->page, m->g->now));
    put(o, "</p>\n<p>", words(m->portable ? TXT_EXPORT_SCOPE_PORTABLE : TXT_EXPORT_SCOPE_ALL), "</p>\n");
    return out_st(o);
}

/* What each kind of information is for, and when it ends. */
static st about(struct making *m)
{
    struct out *o = &m->text;
    str last = S("");
    put(o, "<div class=\"scroll\"><table><caption>", words(TXT_DATA_COL_USE), "</caption>\n<thead><tr>");
    put(o, "<th scope=\"col\">", words(TXT_DATA_COL_WHAT), "</th>");
    put(o, "<th scope=\"col\">", words(TXT_DATA_COL_USE), "</th>");
    put(o, "<th scope=\"col\">", words(TXT_DATA_COL_ENDS), "</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < column_catalog_n; i++) {
        struct statement_column c;
        if (column_catalog[i].kind != PD_VALUE || !statement_column(m->s, (enum column_id)i, &c) || str_eq(c.category, last))
            continue;
        last = c.category;
        put(o, "<tr><th scope=\"row\">", c.category_title, "</th><td>");
        for (int p = 0; p < PURPOSE_COUNT; p++)
            if (c.purposes >> p & 1) {
                put(o, "", statement_purpose_words(m->s, (enum purpose)p), " <small>(");
                put(o, "", statement_basis_words(statement_basis(m->s, (enum purpose)p)), ")</small><br>");
            }
        put(o, "</td><td>", c.ends, " <small>(");
        put(o, "", c.ground, ")</small></td></tr>\n");
    }
    out_str(o, S("</tbody></table></div>\n"));
    return out_st(o);
}

static str heading(const struct cell *c)
{
    return c->known ? c->about.field_title : making_column_name(c);
}

static st begin(struct making *m, const struct record_table *t, const struct line *first)
{
    struct out *o = &m->text;
    put(o, "<div class=\"scroll\"><table><caption>", making_table_name(t), "</caption>\n<thead><tr><th scope=\"col\">id</th>");
    for (size_t i = 0; i < first->n; i++)
        if (first->v[i].personal || !m->portable)
            put(o, "<th scope=\"col\">", heading(&first->v[i]), "</th>");
    out_str(o, S("</tr></thead>\n<tbody>\n"));
    return ST_OK;
}

static void cell(struct making *m, const struct cell *c)
{
    struct out *o = &m->text;
    out_str(o, S("<td>"));
    if (c->kind == CELL_CODED)
        out_html(o, words(TXT_DATA_CODED));
    else if (c->kind == CELL_GONE)
        out_html(o, words(TXT_DATA_GONE));
    else if (c->kind != CELL_ABSENT && c->kind != CELL_WITHHELD)
        out_html(o, c->text);
    if (c->has_origin && c->kind != CELL_ABSENT) {
        put(o, "<br><small>", c->source, ", ");
        put(o, "", c->point, ", ");
        put(o, "", utc_iso(m->page, c->at), "</small>");
    }
    out_str(o, S("</td>"));
}

static st row(struct making *m, const struct record_table *t, const struct line *l)
{
    (void)t;
    put(&m->text, "<tr><th scope=\"row\">", l->id, "</th>");
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].personal || !m->portable)
            cell(m, &l->v[i]);
    out_str(&m->text, S("</tr>\n"));
    return ST_OK;
}

static st end(struct making *m, const struct record_table *t)
{
    (void)t;
    out_str(&m->text, S("</tbody></table></div>\n"));
    return ST_OK;
}

st write_html(struct making *m)
{
    static const struct table_writer w = { begin, row, end };
    TRY(pieces_file(m, "index.html"));
    arena_reset(m->page);
    TRY(head(m));
    TRY(about(m));
    TRY(making_tables(m, &w, true, false));
    m->steps++;
    out_str(&m->text, S("</body>\n</html>\n"));
    return pieces_file_end(m);
}
