/* Is a key still needed? Asked of the rows themselves: whatever is sealed says under which key. */
#include "dispose_row.h"

#include "str.h"

#define ROWS_MOST 4000 /* looked through in one command; more is left for the next time */

struct looking {
    struct cx *cx;
    int64_t person, key;
    size_t life;
    size_t rows;
    bool used, sure;
};

static bool holds(struct looking *l, enum table_id table)
{
    size_t its;
    for (size_t i = 0; i < column_catalog_n; i++)
        if (column_catalog[i].table_no == table && column_catalog[i].sealed &&
            statement_life_of(l->cx->gate.statement, (enum column_id)i, &its) && its == l->life)
            return true;
    return false;
}

static st look_row(struct looking *l, const struct access_row *row)
{
    for (size_t i = 0; i < row->n && !l->used; i++) {
        int64_t id;
        if (row->v[i].absent || !row->v[i].sealed)
            continue;
        TRY(gate_key_id(row->v[i].sealed, &id));
        l->used = id == l->key;
    }
    return ST_OK;
}

static st look_table(struct looking *l, const struct access_table *t)
{
    struct access_page page = { .more = true };
    int64_t after = 0;
    while (page.more && !l->used && l->sure) {
        TRY(access_read(CX_DB(l->cx), CX_ARENA(l->cx), t, l->person, after, &page));
        for (size_t i = 0; i < page.n && !l->used; i++)
            TRY(look_row(l, &page.v[i]));
        after = page.n ? page.v[page.n - 1].id : after;
        l->rows += page.n;
        l->sure = l->rows < ROWS_MOST;
    }
    return ST_OK;
}

st dispose_key_used(struct cx *cx, int64_t person, size_t life, int64_t key, bool *used, bool *sure)
{
    struct looking l = { .cx = cx, .person = person, .key = key, .life = life, .sure = true };
    for (size_t i = 0; i < access_catalog_n && !l.used && l.sure; i++)
        if (holds(&l, access_catalog[i].table))
            TRY(look_table(&l, &access_catalog[i]));
    *used = l.used;
    *sure = l.sure;
    return ST_OK;
}
