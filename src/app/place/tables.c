#include "tables.h"

#include <string.h>

#include "reference_place.h"
#include "str.h"

#define TABLES_MEMORY (8u << 20)
#define COLUMNS 12

static struct {
    struct place_tables *tables;
} place;

/* One line of a table cut at its tabs; missing columns are empty. False at the end. */
static bool next_row(str *rest, str col[COLUMNS])
{
    str line;
    while (str_next(rest, '\n', &line)) {
        if (str_empty(line) || line.p[0] == '#')
            continue;
        for (size_t i = 0; i < COLUMNS; i++)
            if (!str_next(&line, '\t', &col[i]))
                col[i] = S("");
        return true;
    }
    return false;
}

static size_t count_rows(str text)
{
    size_t n = 0;
    str col[COLUMNS];
    while (next_row(&text, col))
        n++;
    return n;
}

static void read_countries(struct place_tables *t, struct arena *a)
{
    str text = reference_countries, col[COLUMNS];
    t->countries = NEWN(a, struct country, count_rows(text));
    while (t->countries && next_row(&text, col)) {
        struct country *c = &t->countries[t->n_countries++];
        memcpy(c->code, col[0].p, 2);
        c->name = str_z(a, col[1]);
    }
}

static void read_addresses(struct place_tables *t, struct arena *a)
{
    str text = reference_addresses, col[COLUMNS];
    t->addresses = NEWN(a, struct address_row, count_rows(text));
    while (t->addresses && next_row(&text, col))
        t->addresses[t->n_addresses++] = (struct address_row){
            .country = col[0], .format = col[1], .required = col[2], .upper = col[3], .postcode.text = col[4],
            .example = col[5], .region = col[6], .zip = col[7],
        };
}

static void read_phones(struct place_tables *t, struct arena *a)
{
    str text = reference_phones, col[COLUMNS];
    t->phones = NEWN(a, struct phone_row, count_rows(text));
    while (t->phones && next_row(&text, col))
        t->phones[t->n_phones++] = (struct phone_row){
            .calling = col[0], .region = col[1], .main = !str_empty(col[2]), .leading.text = col[3],
            .prefix.text = col[4], .becomes = col[5], .abroad.text = col[6], .lengths = col[7], .example = col[8],
            .trunk = col[9], .pattern.text = col[10], .tells.text = col[11],
        };
}

struct place_tables *place_tables(void)
{
    if (place.tables)
        return place.tables;
    struct arena *a = arena_lasting(TABLES_MEMORY);
    struct place_tables *t = a ? NEW(a, struct place_tables) : NULL;
    if (t) {
        read_countries(t, a);
        read_addresses(t, a);
        read_phones(t, a);
    }
    if (!t || arena_failed(a)) {
        if (a)
            arena_free(a);
        return NULL;
    }
    return place.tables = t;
}

const struct pattern *place_pattern(struct lazy_pattern *p)
{
    if (!p->compiled && !str_empty(p->text))
        p->compiled = pattern_new(p->text);
    return p->compiled;
}

struct address_row *place_address_row(str country)
{
    struct place_tables *t = place_tables();
    for (size_t i = 0; t && i < t->n_addresses; i++)
        if (str_eq(t->addresses[i].country, country))
            return &t->addresses[i];
    return NULL;
}
