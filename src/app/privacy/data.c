/* Walks the access catalogue, which sqlc makes from the schema's annotations: no list here can forget a column. */
#include "data.h"

#include "str.h"

struct walk {
    struct gate *g;
    int64_t person;
    size_t from, max;
    size_t at; /* values passed so far */
    struct held_page *page;
};

static bool full(const struct walk *w)
{
    return w->page->more;
}

static void pass(struct walk *w, uid row, const struct access_value *v)
{
    size_t at = w->at++;
    if (at < w->from || full(w))
        return;
    if (w->page->n == w->max)
        w->page->more = true;
    else
        w->page->v[w->page->n++] = (struct held){ v->col, row, v->sealed, v->clear };
}

static bool in_category(const struct walk *w, enum column_id col, str category)
{
    struct statement_column c;
    return statement_column(w->g->statement, col, &c) && str_eq(c.category, category);
}

static st one_table(struct walk *w, const struct access_table *t, str category)
{
    struct access_page rows = { .more = true };
    int64_t after = 0;
    while (rows.more && !full(w)) {
        TRY(access_read(w->g->db, w->g->arena, t, w->person, after, &rows));
        for (size_t i = 0; i < rows.n; i++)
            for (size_t k = 0; k < rows.v[i].n; k++)
                if (!rows.v[i].v[k].absent && in_category(w, rows.v[i].v[k].col, category))
                    pass(w, rows.v[i].uid, &rows.v[i].v[k]);
        after = rows.n ? rows.v[rows.n - 1].id : after;
    }
    return ST_OK;
}

bool data_is_copy(enum table_id t)
{
    return t == TABLE_export_chunk;
}

/* Does the table hold anything of this category? Saves reading it when not. */
static bool holds(const struct walk *w, const struct access_table *t, str category)
{
    for (size_t i = 0; i < column_catalog_n; i++)
        if (column_catalog[i].kind == PD_VALUE && str_eq(column_catalog[i].table, table_catalog[t->table].name) &&
            in_category(w, (enum column_id)i, category))
            return true;
    return false;
}

st data_held(struct gate *g, int64_t person, size_t from, size_t max, struct held_page *out)
{
    *out = (struct held_page){ .v = NEWN(g->arena, struct held, max + 1) };
    if (!out->v)
        return ST_NO_MEMORY;
    struct walk w = { .g = g, .person = person, .from = from, .max = max, .page = out };
    for (size_t c = 0; c < statement_categories(g->statement); c++) {
        str title, category = statement_category(g->statement, c, &title);
        for (size_t t = 0; t < access_catalog_n && !full(&w); t++)
            if (!data_is_copy(access_catalog[t].table) && holds(&w, &access_catalog[t], category))
                TRY(one_table(&w, &access_catalog[t], category));
    }
    return ST_OK;
}
