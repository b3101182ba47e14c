/* A CSV file for each table (RFC 4180): UTF-8, a heading, and no cell that a spreadsheet would run. */
#include "making.h"

#include "str.h"

/* A cell that begins like a formula gets an apostrophe, which spreadsheets take as "text". */
static bool like_formula(str s)
{
    return s.n > 0 && str_index(S("=+-@\t\r"), s.p[0]) < 6;
}

static bool plain(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r')
            return false;
    return !like_formula(s);
}

static void put(struct out *o, str s, bool number)
{
    if (number || plain(s)) {
        out_str(o, s);
        return;
    }
    out_byte(o, '"');
    if (like_formula(s))
        out_byte(o, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            out_byte(o, '"');
        out_byte(o, s.p[i]);
    }
    out_byte(o, '"');
}

static bool shown(const struct making *m, const struct cell *c)
{
    return c->personal || !m->portable;
}

static st begin(struct making *m, const struct record_table *t, const struct line *first)
{
    struct out *o = &m->text;
    const char *name = str_z(m->jc->gate.arena, str_fmt(m->jc->gate.arena, "csv/%.*s.csv", STR_ARG(making_table_name(t))));
    if (!name)
        return ST_NO_MEMORY;
    TRY(pieces_file(m, name));
    out_str(o, S("id"));
    for (size_t i = 0; i < first->n; i++)
        if (shown(m, &first->v[i])) {
            out_byte(o, ',');
            put(o, making_column_name(&first->v[i]), false);
        }
    out_str(o, S("\r\n"));
    return ST_OK;
}

static str text_of(const struct cell *c)
{
    switch (c->kind) {
    case CELL_TEXT:
    case CELL_NUMBER:
    case CELL_BOOL:
        return c->text;
    case CELL_CODED:
        return S("(kept only as a code)");
    case CELL_GONE:
        return S("(disposed of)");
    case CELL_WITHHELD:
        return S("(not in use)");
    case CELL_ABSENT:
        break;
    }
    return S("");
}

static st row(struct making *m, const struct record_table *t, const struct line *l)
{
    struct out *o = &m->text;
    (void)t;
    out_str(o, l->id);
    for (size_t i = 0; i < l->n; i++)
        if (shown(m, &l->v[i])) {
            out_byte(o, ',');
            put(o, text_of(&l->v[i]), l->v[i].kind == CELL_NUMBER);
        }
    out_str(o, S("\r\n"));
    return ST_OK;
}

static st end(struct making *m, const struct record_table *t)
{
    (void)t;
    return pieces_file_end(m);
}

st write_csv(struct making *m)
{
    static const struct table_writer w = { begin, row, end };
    return making_tables(m, &w, false, false);
}
