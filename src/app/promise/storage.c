/* How values are stored: every sealed column really holds sealed values, under keys that the vault made. */
#include "promise.h"

#include "access.h"
#include "look_sql.h"
#include "str.h"
#include "vault.h"

#define KEYS 64 /* remembered in one run */

struct sealing {
    const struct access_table *table;
    int64_t keys[KEYS]; /* that were found to be somebody's */
    size_t n;
    int64_t values;
};

/* Is the key one that belongs to somebody, or one that was destroyed? A value that only looks sealed names none. */
static st key_known(struct promise_look *l, struct sealing *s, int64_t key, bool *known)
{
    *known = false;
    for (size_t i = 0; i < s->n; i++)
        *known = *known || s->keys[i] == key;
    if (*known)
        return ST_OK;
    struct look_key_of_rows rows;
    TRY(look_key_of(l->gate.db, l->gate.arena, &(struct look_key_of_in){ key }, &rows));
    *known = rows.n > 0;
    if (!*known) {
        const uint8_t *unused;
        st how = vault_key_open(l->gate.vault, key, &unused);
        if (how != ST_OK && how != ST_SEALED && how != ST_NOT_FOUND)
            return how;
        *known = how == ST_SEALED;
    }
    if (*known)
        s->keys[s->n < KEYS ? s->n++ : (size_t)key % KEYS] = key;
    return ST_OK;
}

static st row_whole(struct promise_look *l, struct sealing *s, const struct access_row *r, bool *whole)
{
    *whole = true;
    for (size_t i = 0; i < r->n; i++) {
        int64_t key;
        bool good = true;
        if (r->v[i].absent || !r->v[i].sealed)
            continue;
        s->values++;
        good = gate_is_sealed(r->v[i].sealed, &key);
        if (good)
            TRY(key_known(l, s, key, &good));
        if (!good)
            *whole = false;
    }
    return ST_OK;
}

static st unsealed(struct promise_look *l, const void *arg, int64_t after, int64_t upto, struct promise_found *f)
{
    struct sealing *s = *(struct sealing *const *)arg;
    struct access_page page;
    TRY(access_between(l->gate.db, l->gate.arena, s->table, after, upto, &page));
    f->looked_at = (int64_t)page.n;
    for (size_t i = 0; i < page.n && f->n < PROMISE_FOUND_MOST; i++) {
        bool whole;
        TRY(row_whole(l, s, &page.v[i], &whole));
        if (!whole)
            f->id[f->n++] = page.v[i].id;
    }
    return ST_OK;
}

st promise_check_sealed(struct promise_look *l)
{
    struct promise_found found = { .n = 0 };
    struct sealing sealing = { .n = 0 }, *at = &sealing;
    for (size_t i = 0; i < access_catalog_n; i++) {
        const char *name = str_z(l->gate.arena, table_catalog[access_catalog[i].table].name);
        struct promise_scan scan = { .table = name, .fn = unsealed, .arg = &at, .step = 250 };
        if (!name)
            return ST_NO_MEMORY;
        sealing.table = &access_catalog[i];
        TRY(access_newest(l->gate.db, l->gate.arena, sealing.table, &scan.newest));
        TRY(promise_scan(l, &scan, &found));
    }
    promise_number(l, "values", sealing.values);
    promise_number(l, "rows", found.looked_at);
    promise_number(l, "bad", (int64_t)found.n);
    promise_say(l, found.n == 0);
    return ST_OK;
}
